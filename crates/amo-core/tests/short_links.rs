#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

use amo_core::{ContactId, EntityType, NewShortLink, Page, Repeat, ShortLink};

#[test]
fn short_links_are_asked_for() {
    let new = NewShortLink::new("https://shop.example.test/x", ContactId::new(501));
    assert_eq!(
        serde_json::to_string(&[new]).unwrap(),
        concat!(
            r#"[{"url":"https://shop.example.test/x","#,
            r#""metadata":{"entity_type":"contacts","entity_id":501}}]"#,
        )
    );
    let create = ShortLink::CREATE;
    assert_eq!(create.to_string(), "short_links.create");
    assert_eq!((create.method.as_str(), &*create.path), ("POST", "/api/v4/short_links"));
    assert_eq!(create.repeat, Repeat::ActsOnce);
    let body = br#"{"_embedded":{"short_links":[{"url":"y","metadata":
        {"entity_type":"contacts","entity_id":501}}]}}"#;
    let page: Page<ShortLink> = Page::from_slice("short_links", body).unwrap();
    assert_eq!(page.items[0].metadata.entity_type, Some(EntityType::Contacts));
}
