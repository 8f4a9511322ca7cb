#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

use amo_core::field::Text;
use amo_core::{
    Changed, Create, CustomFieldId, CustomerStatus, Delete, Field, Get, List, NewSegment,
    Operation, PatchBody, Receipt, Resource, Segment, SegmentId, SegmentPatch, Update, from_slice,
    one_from_slice,
};
use serde_json::{Value, json};

fn segment() -> Value {
    json!({
        "id": 4, "created_at": 1_690_000_000, "updated_at": 1_690_000_500, "account_id": 777,
        "name": "Wholesale", "color": "247ba0", "available_products_price_types": [820, 821],
        "customers_count": 18,
        // The members of a field come in another order than elsewhere.
        "custom_fields_values": [{ "values": [{ "value": "5%" }], "field_id": 70,
            "field_name": "Discount", "field_code": null, "field_type": "text" }],
        "_links": { "self": { "href": "https://demo.amocrm.ru/api/v4/customers/segments/4" } },
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
fn values_are_typed_though_their_type_comes_after_them() {
    let text = r#"{"id":4,"custom_fields_values":[{"values":[{"value":"5%"}],"field_id":70,
        "field_name":"Discount","field_code":null,"field_type":"text"}]}"#;
    let read: Segment = from_slice(text.as_bytes()).unwrap();
    assert_eq!(read.custom_fields_values.get(Field::<Text>::id(70)).as_deref(), Some("5%"));
}

#[test]
fn bodies_byte_for_byte() {
    let new = NewSegment::new("Wholesale")
        .color(Segment::COLORS[0])
        .available_products_price_types([CustomFieldId::new(820)])
        .set(Field::<Text>::id(70), "5%");
    assert_eq!(
        sent(&new),
        concat!(
            r#"{"name":"Wholesale","color":"10599d","available_products_price_types":[820],"#,
            r#""custom_fields_values":[{"field_id":70,"values":[{"value":"5%"}]}]}"#,
        )
    );
    let patch = SegmentPatch::new().name("Big").available_products_price_types([]);
    assert_eq!(sent(&patch), r#"{"name":"Big","available_products_price_types":[]}"#);
    assert!(SegmentPatch::new().is_empty());
    let before: Segment = serde_json::from_value(segment()).unwrap();
    let mut after = before.clone();
    after.custom_fields_values.set(Field::<Text>::id(70), "7%");
    assert_eq!(
        sent(&Segment::diff(&before, &after).unwrap()),
        r#"{"custom_fields_values":[{"field_id":70,"values":[{"value":"7%"}]}]}"#
    );
}

#[test]
fn writes_return_the_whole_segment() {
    let answer = segment().to_string();
    let created: <Segment as Create>::Created =
        one_from_slice(Segment::KEY, answer.as_bytes()).unwrap();
    assert_eq!((Receipt::id(&created), created.request_id()), (SegmentId::new(4), None));
    let changed: Changed<Segment> = one_from_slice(Segment::KEY, answer.as_bytes()).unwrap();
    assert_eq!(changed.entity.unwrap().name.as_deref(), Some("Wholesale"));
}

#[test]
fn operations() {
    assert_eq!(Segment::KEY, "segments");
    assert_eq!((Segment::SINGLE, Segment::BATCH, Segment::MAX_BATCH), (true, 1, 1));
    assert_eq!((CustomerStatus::SINGLE, CustomerStatus::MAX_BATCH), (false, 250));
    for (operation, expected) in [
        (Segment::GET, "get GET /api/v4/customers/segments/{id} Repeatable"),
        (Segment::LIST, "list GET /api/v4/customers/segments Repeatable"),
        (Segment::CREATE, "create POST /api/v4/customers/segments ActsOnce"),
        (Segment::UPDATE, "update PATCH /api/v4/customers/segments/{id} Repeatable"),
        (Segment::DELETE, "delete DELETE /api/v4/customers/segments/{id} Repeatable"),
    ] {
        assert_eq!(said(&operation), format!("customer_segments.{expected}"));
    }
}
