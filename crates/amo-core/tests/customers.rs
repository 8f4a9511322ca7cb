#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use amo_core::field::Text;
use amo_core::{
    Amount, BonusBalance, BonusChange, Create, Created, CustomFieldId, Customer, CustomerFilter,
    CustomerId, CustomerPatch, CustomerStatusId, CustomerWith, CustomersMode,
    CustomersModeSettings, DiffError, EntityType, Field, Get, LinkMany, Linkable, List, ListQuery,
    NewCustomer, Operation, Page, PatchBody, QueryName, Receipt, Resource, SegmentId, Tag,
    Timestamp, Update, UpdateMany, Updated, UserId, from_slice, one_from_slice_any,
};
use common::round_trip;
use serde_json::{Value, json};

fn customer() -> Value {
    json!({
        "id": 3301, "name": "Bakery on 5th", "next_price": 1500, "next_date": 1_710_000_000,
        "responsible_user_id": 12, "group_id": 0, "main_user_id": 12, "status_id": 4051,
        "periodicity": 30, "created_by": 12, "updated_by": 0, "created_at": 1_700_000_000,
        "updated_at": 1_700_000_100, "closest_task_at": null, "is_deleted": false,
        "custom_fields_values": [{
            "field_id": 70, "field_name": "District", "field_code": null, "field_type": "text",
            "values": [{ "value": "North" }],
        }],
        "ltv": 12800, "purchases_count": 20, "average_check": 640.5, "account_id": 777,
        "_links": { "self": { "href": "https://demo.amocrm.ru/api/v4/customers/3301" } },
        "_embedded": {
            "tags": [{ "id": 9, "name": "regular", "color": null }],
            "segments": [{ "id": 4, "_links": { "self": { "href": "https://demo.amocrm.ru/s" } } }],
            "contacts": [{ "id": 556, "is_main": true }],
            "companies": [{ "id": 557 }],
            "catalog_elements": [{ "id": 71, "metadata": { "quantity": 2, "catalog_id": 1005 } }],
        },
    })
}

fn sent(body: &impl serde::Serialize) -> String {
    serde_json::to_string(body).unwrap()
}

fn said(operation: &Operation) -> String {
    let Operation { method, path, repeat, .. } = operation;
    format!("{operation} {method} {path} {repeat:?}")
}

#[test]
fn a_new_customer_byte_for_byte() {
    let customer = NewCustomer::new("Bakery on 5th")
        .next_date(Timestamp::new(1_710_000_000))
        .next_price(1500)
        .periodicity(30)
        .status_id(CustomerStatusId::new(4051))
        .responsible_user_id(UserId::new(12))
        .set(Field::<Text>::id(70), "North")
        .tag("regular")
        .segment(SegmentId::new(4))
        .segment(SegmentId::new(5));
    assert_eq!(
        sent(&customer),
        concat!(
            r#"{"name":"Bakery on 5th","next_price":1500,"next_date":1710000000,"periodicity":30,"#,
            r#""status_id":4051,"responsible_user_id":12,"custom_fields_values":["#,
            r#"{"field_id":70,"values":[{"value":"North"}]}],"tags_to_add":[{"name":"regular"}],"#,
            r#""_embedded":{"segments":[{"id":4},{"id":5}]}}"#,
        )
    );
    assert_eq!(sent(&NewCustomer::new("x")), r#"{"name":"x"}"#);
}

#[test]
fn a_patch_byte_for_byte() {
    assert!(CustomerPatch::new().is_empty());
    let patch = CustomerPatch::new().next_price(None).next_date(Timestamp::new(5)).add_tag("vip");
    assert_eq!(sent(&patch), r#"{"next_price":null,"next_date":5,"tags_to_add":[{"name":"vip"}]}"#);
    // Segments and tags stand in one `_embedded`, in whatever order they were said.
    let segments = || CustomerPatch::new().segments([SegmentId::new(4)]);
    assert!(!segments().is_empty());
    assert_eq!(sent(&segments()), r#"{"_embedded":{"segments":[{"id":4}]}}"#);
    let both = r#"{"_embedded":{"tags":[{"name":"a"}],"segments":[{"id":4}]}}"#;
    assert_eq!(sent(&segments().replace_tags(["a"])), both);
    let tags = CustomerPatch::new().add_tag("old").replace_tags(["a"]);
    assert_eq!(sent(&tags.segments([SegmentId::new(4)])), both);
    assert_eq!(
        sent(&segments().add_tag("b")),
        r#"{"tags_to_add":[{"name":"b"}],"_embedded":{"segments":[{"id":4}]}}"#
    );
}

#[test]
fn only_what_differs_is_sent() {
    let before: Customer = serde_json::from_value(customer()).unwrap();
    assert!(Customer::diff(&before, &before).unwrap().is_empty());
    let mut after = before.clone();
    after.next_price = None;
    after.status_id = Some(CustomerStatusId::new(4052));
    after.embedded.tags.as_mut().unwrap().push(Tag::new("vip"));
    assert_eq!(
        sent(&Customer::diff(&before, &after).unwrap()),
        r#"{"status_id":4052,"next_price":null,"tags_to_add":[{"name":"vip"}]}"#
    );
    after.ltv = Some(Amount::new(1));
    let error = Customer::diff(&before, &after).unwrap_err();
    assert_eq!(error, DiffError::ReadOnly { entity: "customer", member: "ltv" });
}

#[test]
fn filters_byte_for_byte() {
    let filter = CustomerFilter::new()
        .id([CustomerId::new(3301)])
        .name(["Bakery"])
        .status_id([CustomerStatusId::new(4051), CustomerStatusId::new(4052)])
        .next_price(Amount::new(100)..)
        .next_date(Timestamp::new(1)..=Timestamp::new(2))
        .closest_task_at(..=Timestamp::new(3))
        .custom_field(CustomFieldId::new(70), ["North"]);
    let query = ListQuery::<Customer>::new()
        .with(CustomerWith::CatalogElements)
        .with(CustomerWith::GroupId)
        .filter(filter);
    query.validate().unwrap();
    let query = query.to_query();
    let pairs: Vec<String> = query.pairs().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(
        pairs,
        [
            "with=catalog_elements,group_id",
            "filter[id][0]=3301",
            "filter[name][0]=Bakery",
            "filter[status_id][0]=4051",
            "filter[status_id][1]=4052",
            "filter[next_price][from]=100",
            "filter[next_date][from]=1",
            "filter[next_date][to]=2",
            "filter[closest_task_at][to]=3",
            "filter[custom_fields_values][70][0]=North",
        ]
    );
    assert_eq!(CustomerWith::from("loyalty").name(), "loyalty");
}

#[test]
fn operations() {
    assert_eq!((Customer::NAME, Customer::PATH), ("customer", "/api/v4/customers"));
    assert_eq!(Customer::ENTITY_TYPE, EntityType::Customers);
    assert_eq!((Customer::MAX_LIMIT, <Customer as Create>::MAX_BATCH), (250, 250));
    for (operation, expected) in [
        (Customer::GET, "customers.get GET /api/v4/customers/{id} Repeatable"),
        (Customer::LIST, "customers.list GET /api/v4/customers Repeatable"),
        (Customer::CREATE, "customers.create POST /api/v4/customers ActsOnce"),
        (Customer::UPDATE, "customers.update PATCH /api/v4/customers/{id} Repeatable"),
        (Customer::UPDATE_MANY, "customers.update_many PATCH /api/v4/customers Repeatable"),
        (Customer::LINKS, "customers.links GET /api/v4/customers/{id}/links Repeatable"),
        (Customer::LINK, "customers.link POST /api/v4/customers/{id}/link Repeatable"),
        (Customer::UNLINK, "customers.unlink POST /api/v4/customers/{id}/unlink Repeatable"),
        (Customer::LINKS_MANY, "customers.links_many GET /api/v4/customers/links Repeatable"),
        (Customer::SET_MODE, "customers.set_mode PATCH /api/v4/customers/mode Repeatable"),
        (
            Customer::CHANGE_BONUS_POINTS,
            "customers.change_bonus_points POST /api/v4/customers/{id}/bonus_points ActsOnce",
        ),
    ] {
        assert_eq!(said(&operation), expected);
    }
}

#[test]
fn the_answer_to_a_change_is_found_under_either_key() {
    assert_eq!(Customer::WRITTEN_KEYS, ["customers", "leads"]);
    for key in Customer::WRITTEN_KEYS {
        let answer = json!({ "_embedded": { *key: [{ "id": 3301, "updated_at": 5,
            "request_id": "0" }] } });
        let bytes = answer.to_string();
        let page: Page<Updated<Customer>> =
            Page::from_slice_any(Customer::WRITTEN_KEYS, bytes.as_bytes()).unwrap();
        assert_eq!(page.items[0].id(), CustomerId::new(3301));
        assert_eq!(page.items[0].request_id(), Some("0"));
        let one: Updated<Customer> =
            one_from_slice_any(Customer::WRITTEN_KEYS, bytes.as_bytes()).unwrap();
        assert_eq!(one, page.items[0]);
    }
    let both = br#"{"_embedded":{"leads":[{"id":1},{"id":2}],"customers":[{"id":3}]}}"#;
    for keys in [["customers", "leads"], ["leads", "customers"]] {
        let page: Page<Created<Customer>> = Page::from_slice_any(&keys, both).unwrap();
        assert_eq!(page.items.len(), if keys[0] == "leads" { 2 } else { 1 });
    }
    let root = br#"{"id":3301,"updated_at":5,"_embedded":{"tags":[]}}"#;
    let one: Updated<Customer> = one_from_slice_any(Customer::WRITTEN_KEYS, root).unwrap();
    assert_eq!(one.updated_at, Some(Timestamp::new(5)));
    let neither = br#"{"_embedded":{"contacts":[]}}"#;
    let error = Page::<Created<Customer>>::from_slice_any(Customer::WRITTEN_KEYS, neither);
    assert!(error.unwrap_err().to_string().contains("customers"));
}

#[test]
fn the_mode_of_customers() {
    let settings: CustomersModeSettings =
        round_trip(&json!({ "mode": "segments", "is_enabled": true }));
    assert_eq!(settings, CustomersModeSettings::segments(true));
    assert_eq!(
        sent(&CustomersModeSettings::periodicity(false)),
        r#"{"mode":"periodicity","is_enabled":false}"#
    );
    let unknown: CustomersModeSettings = round_trip(&json!({ "mode": "lunar", "x": 1 }));
    assert_eq!(unknown.mode, Some(CustomersMode::Other("lunar".to_owned())));
}

#[test]
fn bonus_points() {
    assert_eq!(sent(&BonusChange::Earn(150)), r#"{"earn":150}"#);
    assert_eq!(sent(&BonusChange::Redeem(20)), r#"{"redeem":20}"#);
    let balance: BonusBalance = round_trip(&json!({ "bonus_points": 130 }));
    assert_eq!(balance.bonus_points, Some(Amount::new(130)));
    assert_eq!(from_slice::<BonusBalance>(br#"{"bonus_points":"130"}"#).unwrap(), balance);
}
