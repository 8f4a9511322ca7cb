#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use amo_core::{Currency, List, Page, Resource, from_slice};
use common::round_trip;
use serde_json::json;

#[test]
fn currencies_round_trip() {
    let currency: Currency = round_trip(&json!({ "code": "EUR", "symbol": "€", "id": 3 }));
    assert_eq!((currency.code.as_str(), currency.extra.iter().count()), ("EUR", 2));
    assert!(from_slice::<Currency>(br#"{"code":null}"#).is_err());
    let body = br#"{"_page":1,"_embedded":{"currencies":[{"code":"EUR"},{"code":978}]}}"#;
    let page: Page<Currency> = Page::from_slice(Currency::KEY, body).unwrap();
    assert_eq!(page.items[1].code, "978");
}

#[test]
fn operations() {
    let list = Currency::LIST;
    assert_eq!(
        format!("{list} {} {} {:?}", list.method, list.path, list.repeat),
        "currencies.list GET /api/v4/currencies Repeatable"
    );
}
