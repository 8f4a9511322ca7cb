#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

use amo_core::{
    Create, Created, List, ListQuery, NewTag, Operation, Page, PatchBody, Receipt, Resource, Scope,
    Tag, TagFilter, TagId, TagPatch, TagsOf, Update, UpdateMany,
};
use serde_json::json;

fn sent(body: &impl serde::Serialize) -> String {
    serde_json::to_string(body).unwrap()
}

fn said(operation: &Operation) -> String {
    let Operation { method, path, repeat, .. } = operation;
    format!("{operation} {method} {path} {repeat:?}")
}

#[test]
fn bodies_byte_for_byte() {
    assert_eq!(
        sent(&NewTag::new("hot").color(Tag::COLORS[4])),
        r#"{"name":"hot","color":"FF8F92"}"#
    );
    assert_eq!(sent(&TagPatch::new().name("cold")), r#"{"name":"cold"}"#);
    assert!(TagPatch::new().is_empty());
    let tag =
        |name: &str| -> Tag { serde_json::from_value(json!({ "id": 1, "name": name })).unwrap() };
    assert_eq!(sent(&Tag::diff(&tag("a"), &tag("b")).unwrap()), r#"{"name":"b"}"#);
    assert!(Tag::diff(&tag("a"), &tag("a")).unwrap().is_empty());
}

#[test]
fn the_answer_to_a_creation_keeps_the_text() {
    let body = br#"{"_total_items":1,"_embedded":{"tags":[{"id":205,"name":"hot","color":null}]}}"#;
    let page: Page<Created<Tag>> = Page::from_slice(Tag::KEY, body).unwrap();
    assert_eq!((page.items[0].id(), page.items[0].request_id()), (TagId::new(205), None));
    assert_eq!(page.items[0].extra.get("name"), Some(&json!("hot")));
}

#[test]
fn filters_byte_for_byte() {
    let filter = TagFilter::new().id([TagId::new(1), TagId::new(2)]).name("a").name("hot");
    let query = ListQuery::<Tag>::new().search("ho").filter(filter);
    assert_eq!(
        query.to_query().to_string(),
        "query=ho&filter%5Bid%5D%5B0%5D=1&filter%5Bid%5D%5B1%5D=2&filter%5Bname%5D=hot"
    );
}

#[test]
fn operations() {
    assert_eq!(said(&Tag::LIST), "tags.list GET /api/v4/{entity}/tags Repeatable");
    assert_eq!(said(&Tag::CREATE), "tags.create POST /api/v4/{entity}/tags Repeatable");
    assert_eq!(said(&Tag::UPDATE), "tags.update PATCH /api/v4/{entity}/tags/{id} Repeatable");
    assert_eq!(said(&Tag::UPDATE_MANY), "tags.update_many PATCH /api/v4/{entity}/tags Repeatable");
    for (of, path) in [
        (TagsOf::Leads, "/api/v4/leads/tags/{id}"),
        (TagsOf::Contacts, "/api/v4/contacts/tags/{id}"),
        (TagsOf::Companies, "/api/v4/companies/tags/{id}"),
        (TagsOf::Customers, "/api/v4/customers/tags/{id}"),
    ] {
        assert_eq!(of.fill(&Tag::UPDATE.path), path);
    }
}
