#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use amo_core::{
    Changed, Create, CustomerStatus, CustomerStatusId, CustomerStatusKind, CustomerStatusPatch,
    Delete, Get, List, NewCustomerStatus, Operation, PatchBody, Receipt, Resource, Update,
    one_from_slice,
};
use common::round_trip;
use serde_json::{Value, json};

fn status() -> Value {
    json!({
        "id": 4051, "name": "Bought recently", "sort": 10, "is_default": true,
        "color": "#ccff66", "type": 4,
        "conditions": [[{ "type": "after_today", "match": { "value": [1, 3], "logic": "and" },
            "conditions": [{ "value": 3 }] }], []],
        "account_id": 777, "request_id": "0",
        "_links": { "self": { "href": "https://demo.amocrm.ru/api/v4/customers/statuses/4051" } },
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
fn every_kind_is_a_number() {
    for kind in [0, 1, 2, 3, 4, 77] {
        let read: CustomerStatus = round_trip(&json!({ "id": 1, "type": kind }));
        assert_eq!(read.kind.unwrap().get(), kind);
    }
    assert_eq!(CustomerStatusKind::from(4), CustomerStatusKind::BoughtRecently);
    assert_eq!(CustomerStatusKind::from(77), CustomerStatusKind::Other(77));
}

#[test]
fn bodies_byte_for_byte() {
    let color = CustomerStatus::COLORS[0];
    assert_eq!(
        sent(&NewCustomerStatus::new("Asleep", 40).color(color)),
        r##"{"name":"Asleep","sort":40,"color":"#fffeb2"}"##
    );
    assert_eq!(sent(&CustomerStatusPatch::new().sort(50)), r#"{"sort":50}"#);
    assert!(CustomerStatusPatch::new().is_empty());
}

#[test]
fn only_what_differs_is_sent() {
    let before: CustomerStatus = serde_json::from_value(status()).unwrap();
    let mut after = before.clone();
    after.request_id = None;
    assert!(CustomerStatus::diff(&before, &after).unwrap().is_empty());
    after.name = Some("Fresh".to_owned());
    assert_eq!(sent(&CustomerStatus::diff(&before, &after).unwrap()), r#"{"name":"Fresh"}"#);
    after.kind = Some(CustomerStatusKind::Closed);
    assert!(CustomerStatus::diff(&before, &after).is_err());
}

#[test]
fn a_change_returns_the_whole_status() {
    let answer = status().to_string();
    let changed: Changed<CustomerStatus> =
        one_from_slice(CustomerStatus::KEY, answer.as_bytes()).unwrap();
    assert_eq!((changed.id(), changed.request_id()), (CustomerStatusId::new(4051), Some("0")));
    assert_eq!(changed.entity.unwrap().sort, Some(10));
    let unchanged = CustomerStatus::unchanged(CustomerStatusId::new(3));
    assert_eq!((unchanged.id.get(), unchanged.request_id()), (3, None));
    assert_eq!(unchanged.entity, None);
}

#[test]
fn operations() {
    assert_eq!(CustomerStatus::KEY, "statuses");
    for (operation, expected) in [
        (CustomerStatus::GET, "get GET /api/v4/customers/statuses/{id} Repeatable"),
        (CustomerStatus::LIST, "list GET /api/v4/customers/statuses Repeatable"),
        (CustomerStatus::CREATE, "create POST /api/v4/customers/statuses ActsOnce"),
        (CustomerStatus::UPDATE, "update PATCH /api/v4/customers/statuses/{id} Repeatable"),
        (CustomerStatus::DELETE, "delete DELETE /api/v4/customers/statuses/{id} Repeatable"),
    ] {
        assert_eq!(said(&operation), format!("customer_statuses.{expected}"));
    }
}
