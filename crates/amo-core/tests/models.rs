#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use amo_core::{Amount, Author, Contact, EntityType, GroupId, Lead, LeadId, Timestamp, UserId};
use common::round_trip;
use serde_json::{Value, json};

fn contact() -> Value {
    json!({
        "id": 556, "name": "Oleg Petrov", "first_name": "Oleg", "last_name": "",
        "responsible_user_id": 12, "group_id": 0, "created_by": 12, "updated_by": 0,
        "created_at": 1_700_000_000, "updated_at": 1_700_000_100, "closest_task_at": null,
        "is_deleted": false, "is_unsorted": false,
        "custom_fields_values": [{
            "field_id": 3, "field_name": "Phone", "field_code": "PHONE", "field_type": "multitext",
            "values": [{ "value": "+70000000002", "enum_id": 61, "enum_code": "WORK" }],
        }],
        "account_id": 777,
        "_links": { "self": { "href": "https://demo.amocrm.ru/api/v4/contacts/556" } },
        "_embedded": {
            "tags": [{ "id": 9, "name": "vip", "color": null }],
            "companies": [],
            "leads": [{ "id": 90001, "_links": { "self": { "href": "https://demo.amocrm.ru/x" } } }],
            "customers": [{ "id": 41 }],
            "catalog_elements": [{ "id": 71, "metadata":
                { "quantity": 1.5, "catalog_id": 1005, "price_id": null } }],
            "social_profiles": [{ "id": "a", "name": "oleg", "data": {} }],
        },
    })
}

fn lead() -> Value {
    json!({
        "id": 90001, "name": "Office chairs", "price": 48000, "price_with_minor_units": 48000.75,
        "responsible_user_id": 12, "group_id": 3, "status_id": 143, "pipeline_id": 31,
        "loss_reason_id": 8, "source_id": null, "created_by": 0, "updated_by": -1,
        "created_at": 1_700_000_000, "updated_at": 1_700_000_100, "closed_at": 1_700_000_200,
        "closest_task_at": null, "is_deleted": false, "custom_fields_values": null, "score": null,
        "account_id": 777, "labor_cost": 90, "is_price_modified_by_robot": true,
        "visitor_uid": "5c1d",
        "_links": { "self": { "href": "https://demo.amocrm.ru/api/v4/leads/90001" } },
        "_embedded": {
            "tags": [{ "id": 205, "name": "hot", "color": "FF8F92" }],
            "companies": [{ "id": 557 }],
            "contacts": [{ "id": 555, "is_main": false }, { "id": 556, "is_main": true }],
            "catalog_elements": [],
            "loss_reason": [{ "id": 8, "name": "Too dear", "sort": 100_000,
                "created_at": 1_600_000_000, "updated_at": 1_600_000_000 }],
            "source": { "id": 15, "name": "Site" },
        },
    })
}

#[test]
fn the_members_of_a_contact() {
    let contact: Contact = round_trip(&contact());
    assert_eq!(contact.last_name.as_deref(), Some(""));
    assert_eq!(contact.group_id, Some(GroupId::DEFAULT));
    assert_eq!(contact.updated_by, Some(Author::Robot));
    assert_eq!(contact.closest_task_at, None);
    assert_eq!(contact.custom_fields_values.phones().next().unwrap().value, "+70000000002");
    let embedded = contact.embedded;
    assert_eq!(embedded.leads.unwrap()[0].id, LeadId::new(90_001));
    let element = &embedded.catalog_elements.unwrap()[0];
    assert_eq!(element.metadata.as_ref().unwrap().quantity, Amount::from_f64(1.5));
    assert!(contact.extra.is_empty());
}

#[test]
fn the_members_of_a_lead() {
    let lead: Lead = round_trip(&lead());
    assert_eq!(lead.updated_by, Some(Author::Client));
    assert_eq!(lead.exact_price(), Amount::from_f64(48_000.75));
    assert_eq!(lead.main_contact().unwrap().id.get(), 556);
    assert_eq!(lead.embedded.loss_reason.unwrap()[0].name.as_deref(), Some("Too dear"));
    let href = lead.links.this.unwrap().href;
    assert_eq!(href.as_deref(), Some("https://demo.amocrm.ru/api/v4/leads/90001"));
}

#[test]
fn missing_null_and_zero_are_told_apart() {
    let missing = round_trip::<Lead>(&json!({ "id": 1 }));
    let zero = round_trip::<Lead>(&json!({ "id": 1, "responsible_user_id": 0 }));
    assert_eq!(
        (missing.responsible_user_id, zero.responsible_user_id),
        (None, Some(UserId::new(0)))
    );
    // A value that is set later is printed in place of the null.
    let mut null = round_trip::<Lead>(&json!({ "id": 1, "closed_at": null }));
    null.closed_at = Some(Timestamp::new(5));
    assert_eq!(serde_json::to_value(null).unwrap(), json!({ "id": 1, "closed_at": 5 }));
}

#[test]
fn kinds_of_entities_are_read_in_singular_and_plural() {
    for (text, kind) in [
        ("leads", EntityType::Leads),
        ("lead", EntityType::Leads),
        ("company", EntityType::Companies),
        ("catalog_element", EntityType::CatalogElements),
        ("catalog_1005", EntityType::Other("catalog_1005".to_owned())),
    ] {
        assert_eq!(serde_json::from_value::<EntityType>(json!(text)).unwrap(), kind);
    }
    assert_eq!(serde_json::to_value(EntityType::Companies).unwrap(), json!("companies"));
    assert!(serde_json::from_value::<EntityType>(json!(null)).is_err());
}

#[test]
fn amounts_are_kept_exactly() {
    let amount = |text: &str| serde_json::from_str::<Amount>(text);
    for text in ["0", "-5", "48000", "200.75", "9007199254740993"] {
        assert_eq!(serde_json::to_string(&amount(text).unwrap()).unwrap(), text);
    }
    assert_eq!(amount("5").unwrap(), amount("5.0").unwrap());
    assert_ne!(amount("5").unwrap(), amount("5.01").unwrap());
    assert_eq!(amount("\"9007199254740993\"").unwrap().as_i64(), Some(9_007_199_254_740_993));
    assert!(amount("18446744073709551615").unwrap().as_f64() > 1.8e19);
    assert_eq!(amount("200.75").unwrap().to_string(), "200.75");
    for text in ["\"\"", "\"NaN\"", "\"inf\"", "null", "true", "\"5 rub\""] {
        assert!(amount(text).is_err(), "{text}");
    }
    assert_eq!(Amount::from_f64(f64::NAN), None);
}

/// To the last digit, also where `f64` has seventeen of them.
#[test]
fn fractions_are_printed_back_as_they_came() {
    let text = r#"{"id":1,"price":27.616907195102154,"novelty":45.557403465519556}"#;
    let lead: Lead = amo_core::from_slice(text.as_bytes()).unwrap();
    assert_eq!(serde_json::to_string(&lead).unwrap(), text);
}
