#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use amo_core::{
    Account, AccountWith, Amount, Author, Company, CompanyId, Contact, CustomersMode, EntityType,
    GroupId, Lead, LeadId, Link, QueryName, Tag, Timestamp, UserId, from_slice,
};
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
fn a_contact_round_trips() {
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
fn a_lead_round_trips() {
    let lead: Lead = round_trip(&lead());
    assert_eq!(lead.updated_by, Some(Author::Client));
    assert_eq!(lead.exact_price(), Amount::from_f64(48_000.75));
    assert_eq!(lead.main_contact().unwrap().id.get(), 556);
    assert_eq!(lead.embedded.loss_reason.unwrap()[0].name.as_deref(), Some("Too dear"));
    let href = lead.links.this.unwrap().href;
    assert_eq!(href.as_deref(), Some("https://demo.amocrm.ru/api/v4/leads/90001"));
}

#[test]
fn a_company_round_trips() {
    let company: Company = round_trip(&json!({
        "id": 557, "name": "Lotos", "responsible_user_id": 12, "group_id": 0, "created_by": 12,
        "updated_by": 12, "created_at": 1, "updated_at": 2, "closest_task_at": 3,
        "is_deleted": true, "custom_fields_values": [], "account_id": 777,
        "_embedded": { "tags": [], "contacts": [{ "id": 5, "is_main": true }], "leads": null },
    }));
    assert_eq!(company.id, CompanyId::new(557));
    assert!(company.custom_fields_values.is_empty());
    assert_eq!(company.embedded.contacts.unwrap()[0].is_main, Some(true));
    assert_eq!(company.embedded.leads, None);
}

#[test]
fn missing_null_and_zero_are_told_apart_and_printed_back() {
    for body in [
        json!({ "id": 1 }),
        json!({ "id": 1, "responsible_user_id": null, "custom_fields_values": null }),
        json!({ "id": 1, "responsible_user_id": 0, "custom_fields_values": [] }),
        json!({ "id": 0, "price": 0, "score": 0, "name": "", "_embedded": { "source": null } }),
    ] {
        round_trip::<Lead>(&body);
    }
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
fn a_deleted_lead_has_almost_nothing() {
    let lead: Lead = round_trip(&json!({
        "id": 5, "updated_at": 1_700_000_000, "updated_by": 12, "is_deleted": true,
    }));
    assert_eq!((lead.is_deleted, lead.name), (Some(true), None));
}

#[test]
fn unknown_members_are_kept_everywhere() {
    let mut body = lead();
    body["new_member"] = json!({ "deep": [1, 2] });
    body["_embedded"]["new_list"] = json!([]);
    body["_embedded"]["tags"][0]["shape"] = json!("round");
    body["_embedded"]["contacts"][0]["weight"] = json!(1.25);
    body["_links"]["next"] = json!({ "href": "y", "templated": false });
    let lead: Lead = round_trip(&body);
    assert_eq!(lead.extra.get("new_member"), Some(&json!({ "deep": [1, 2] })));
    assert_eq!(lead.extra.iter().count(), 1);
}

#[test]
fn other_forms_are_understood() {
    let lead: Lead = from_slice(
        json!({
            "id": "90001", "name": 500, "price": "48000", "status_id": "142", "created_by": "0",
            "created_at": "1700000000", "is_deleted": 0, "is_price_modified_by_robot": "1",
            "score": "12", "_links": [],
            "_embedded": { "tags": null, "companies": [], "source": [],
                "loss_reason": { "id": 8, "name": "Too dear" } },
        })
        .to_string()
        .as_bytes(),
    )
    .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((lead.id.get(), lead.name.as_deref()), (90_001, Some("500")));
    assert_eq!(lead.price, Some(Amount::new(48_000)));
    assert_eq!(lead.created_at, Some(Timestamp::new(1_700_000_000)));
    assert_eq!((lead.is_deleted, lead.is_price_modified_by_robot), (Some(false), Some(true)));
    assert_eq!(lead.score, Some(12));
    assert_eq!(lead.embedded.loss_reason.unwrap().len(), 1);
    let lead: Lead = from_slice(br#"{"id":1,"_embedded":[],"_links":null}"#).unwrap();
    assert_eq!(lead.embedded.tags, None);
}

#[test]
fn what_cannot_be_understood_is_refused_at_its_place() {
    for (body, path) in [
        (json!({ "id": 1, "is_deleted": 2 }), "is_deleted"),
        (json!({ "id": 1, "name": {} }), "name"),
        (json!({ "id": 1, "price": "much" }), "price"),
        (json!({ "id": 1, "_embedded": [1] }), "_embedded"),
        (json!({ "id": 1, "_embedded": { "tags": 5 } }), "_embedded.tags"),
        (json!({ "id": 1, "custom_fields_values": {} }), "custom_fields_values"),
        (json!([{ "id": 1 }]), "."),
        (json!([]), "."),
    ] {
        let error = from_slice::<Lead>(body.to_string().as_bytes()).unwrap_err();
        assert_eq!(error.path(), path, "{body}: {error}");
    }
}

#[test]
fn an_account_round_trips() {
    let account: Account = round_trip(&json!({
        "id": 1, "name": "Demo", "subdomain": "demo", "current_user_id": 9, "country": "RU",
        "currency": "RUB", "currency_symbol": "₽", "customers_mode": "segments",
        "is_unsorted_on": true, "is_loss_reason_enabled": true, "is_helpbot_enabled": false,
        "is_technical_account": false, "is_api_filter_enabled": true,
        "contact_name_display_order": 1, "amojo_id": null, "uuid": "u-1", "version": 16,
        "drive_url": "https://drive-b.amocrm.ru",
        "invoices_settings": { "lang": null, "invoices_catalog_id": 5 },
        "entity_names": { "leads": { "en": { "gender": "m",
            "plural_form": { "default": "Deals" }, "singular_form": { "default": "Deal" } } } },
        "_embedded": {
            "amojo_rights": { "can_direct": true, "can_create_groups": false },
            "users_groups": [{ "id": 0, "name": "Sales", "uuid": null }],
            "task_types": [{ "id": 1, "name": "Follow up", "color": null, "icon_id": null,
                "code": "FOLLOW_UP" }],
            "datetime_settings": { "date_pattern": "DD.MM.YYYY", "date_format": "d.m.Y",
                "timezone": "Europe/Moscow", "timezone_offset": "+03:00" },
        },
        "_links": { "self": { "href": "https://demo.amocrm.ru/api/v4/account" } },
    }));
    assert_eq!(account.customers_mode, Some(CustomersMode::Segments));
    assert_eq!(account.embedded.users_groups.unwrap()[0].id, GroupId::DEFAULT);
    assert_eq!(account.embedded.task_types.unwrap()[0].code.as_deref(), Some("FOLLOW_UP"));
    assert_eq!(account.entity_names.unwrap()["leads"]["en"].gender.as_deref(), Some("m"));
}

#[test]
fn an_account_is_read_with_the_misspelling_of_the_docs() {
    let account: Account = from_slice(
        br#"{"id":1,"entity_names":{"leads":[],"contacts":null,"companies":{"en":[]}},"_embedded":{"datetime_settings":{"date_formant":"d.m.Y"}}}"#,
    )
    .unwrap();
    let settings = account.embedded.datetime_settings.unwrap();
    assert_eq!(settings.date_format.as_deref(), Some("d.m.Y"));
    let names = account.entity_names.unwrap();
    assert_eq!((names["leads"].len(), names.get("contacts")), (0, None));
    assert_eq!(names["companies"]["en"].gender, None);
    assert_eq!(AccountWith::IsApiFilterEnabled.name(), "is_api_filter_enabled");
}

#[test]
fn unknown_values_of_enums_are_kept() {
    let account: Account = round_trip(&json!({ "id": 1, "customers_mode": "quantum" }));
    assert_eq!(account.customers_mode, Some(CustomersMode::Other("quantum".to_owned())));
    assert_eq!(account.customers_mode.unwrap().to_string(), "quantum");
}

#[test]
fn links_round_trip() {
    let link: Link = round_trip(&json!({
        "entity_id": 90001, "entity_type": "leads", "to_entity_id": 556,
        "to_entity_type": "contacts", "metadata": { "main_contact": true },
    }));
    assert_eq!(link.to::<Contact>().map(amo_core::Id::get), Some(556));
    assert_eq!(link.to::<Company>(), None);
    assert_eq!(link.metadata.unwrap().main_contact, Some(true));
    let link: Link = round_trip(&json!({
        "to_entity_id": 71, "to_entity_type": "catalog_elements", "metadata": null,
    }));
    assert_eq!((link.entity_id, link.to_entity_type), (None, EntityType::CatalogElements));
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
fn tags_round_trip() {
    let tag: Tag = round_trip(&json!({ "id": 205, "name": "hot", "color": "FF8F92",
        "request_id": "g" }));
    assert_eq!(tag.request_id.as_deref(), Some("g"));
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
    let lead: Lead = from_slice(text.as_bytes()).unwrap();
    assert_eq!(serde_json::to_string(&lead).unwrap(), text);
}
