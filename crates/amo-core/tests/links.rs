#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

use amo_core::{
    CatalogId, Company, Contact, ContactId, CustomFieldId, Customer, Element, ElementId,
    EntityType, Lead, LeadId, Link, LinkFilter, LinkMany, NewLink, Page, Query, QueryPart, Repeat,
    Resource,
};

fn printed(filter: &LinkFilter) -> Vec<String> {
    filter.validate().unwrap();
    let mut query = Query::new();
    filter.write(&mut query);
    query.pairs().map(|(name, value)| format!("{name}={value}")).collect()
}

#[test]
fn a_link_leads_to_one_kind_of_entity() {
    let text = br#"{"_total_items":1,"_embedded":{"links":[{"to_entity_id":"5",
        "to_entity_type":"contact","metadata":[]}]}}"#;
    let page: Page<Link> = Page::from_slice("links", text).unwrap();
    assert_eq!(page.items[0].to::<Contact>(), Some(ContactId::new(5)));
    assert_eq!(page.items[0].to::<Lead>(), None);
    assert_eq!(page.items[0].to_entity_type, EntityType::Contacts);
}

#[test]
fn filters_byte_for_byte() {
    assert_eq!(
        printed(&LinkFilter::new().to(LeadId::new(1)).to(ContactId::new(556))),
        ["filter[to_entity_id]=556", "filter[to_entity_type]=contacts"]
    );
    assert_eq!(
        printed(
            &LinkFilter::new()
                .entity_id([1, 2])
                .to_catalog_id(CatalogId::new(1005))
                .to::<Element>(ElementId::new(71))
        ),
        [
            "filter[entity_id][0]=1",
            "filter[entity_id][1]=2",
            "filter[to_catalog_id]=1005",
            "filter[to_entity_id]=71",
            "filter[to_entity_type]=catalog_elements",
        ]
    );
    let nobody: [i64; 0] = [];
    assert!(LinkFilter::new().entity_id(nobody).validate().is_err());
}

#[test]
fn links_of_several_say_where_they_begin() {
    let links = [
        NewLink::contact(ContactId::new(556)).from(LeadId::new(90_001)),
        NewLink::contact(ContactId::new(557)).from(LeadId::new(90_002)).main(true),
    ];
    assert_eq!(
        serde_json::to_string(&links).unwrap(),
        concat!(
            r#"[{"entity_id":90001,"to_entity_id":556,"to_entity_type":"contacts"},"#,
            r#"{"entity_id":90002,"to_entity_id":557,"to_entity_type":"contacts","#,
            r#""metadata":{"is_main":true}}]"#,
        )
    );
}

fn several<R: LinkMany>() {
    let operations = [
        (R::LINKS_MANY, "links_many GET", "links"),
        (R::LINK_MANY, "link_many POST", "link"),
        (R::UNLINK_MANY, "unlink_many POST", "unlink"),
    ];
    for (operation, said, path) in operations {
        assert_eq!(
            format!("{operation} {} {}", operation.method, operation.path),
            format!("{}.{said} {}/{path}", R::KEY, R::PATH)
        );
        assert_eq!(operation.repeat, Repeat::Repeatable);
    }
    assert_eq!(R::WRITTEN_KEYS.first(), Some(&<R as Resource>::KEY));
}

#[test]
fn operations() {
    several::<Lead>();
    several::<Contact>();
    several::<Company>();
    several::<Customer>();
}

fn link(metadata: &serde_json::Value) -> Link {
    serde_json::from_value(serde_json::json!({
        "entity_id": 1, "entity_type": "leads", "to_entity_id": 5, "to_entity_type": "contacts",
        "metadata": metadata,
    }))
    .unwrap()
}

#[test]
fn a_link_is_what_was_asked_for_or_only_joins_the_two() {
    let plain = link(&serde_json::Value::Null);
    let main = link(&serde_json::json!({"main_contact": true}));
    let wanted = || NewLink::contact(ContactId::new(5));
    for one in [&plain, &main] {
        assert!(wanted().joins(one) && wanted().is_met_by(one));
        assert!(wanted().from(LeadId::new(1)).joins(one));
        assert!(!wanted().from(LeadId::new(2)).joins(one));
        assert!(!NewLink::contact(ContactId::new(6)).joins(one));
        assert!(!NewLink::lead(LeadId::new(5)).is_met_by(one));
    }
    assert!(wanted().main(true).is_met_by(&main) && wanted().main(false).is_met_by(&plain));
    assert!(!wanted().main(true).is_met_by(&plain) && !wanted().main(false).is_met_by(&main));
    assert!(wanted().main(true).joins(&plain));

    let element: Link = serde_json::from_value(serde_json::json!({
        "to_entity_id": 71, "to_entity_type": "catalog_elements",
        "metadata": {"quantity": 2.0, "catalog_id": 1005, "price_id": 9},
    }))
    .unwrap();
    let wanted = |catalog| NewLink::element(CatalogId::new(catalog), ElementId::new(71));
    assert!(wanted(1005).quantity(2).is_met_by(&element));
    assert!(
        !wanted(1005).quantity(3).is_met_by(&element) && wanted(1005).quantity(3).joins(&element)
    );
    assert!(!wanted(1006).joins(&element));
    assert!(wanted(1005).price_id(CustomFieldId::new(9)).is_met_by(&element));
    assert!(!wanted(1005).price_id(CustomFieldId::new(8)).is_met_by(&element));
}
