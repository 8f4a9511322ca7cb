#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;
mod wire;

use amo_core::{AccountDomain, AccountId};
use common::round_trip;
use serde_json::json;
use wire::{read, said};

#[test]
fn a_host_round_trips() {
    let host: AccountDomain = round_trip(&json!({
        "id": 777, "subdomain": "demo", "domain": "demo.amocrm.ru", "top_level_domain": "ru",
        "new_member": null,
    }));
    assert_eq!((host.id, host.domain.as_deref()), (AccountId::new(777), Some("demo.amocrm.ru")));
    let host: AccountDomain = read(&json!({ "id": "777", "domain": null, "subdomain": 5 }));
    assert_eq!((host.id.get(), host.subdomain.as_deref()), (777, Some("5")));
    assert_eq!(host.domain, None);
}

#[test]
fn operations() {
    assert_eq!(
        said(&AccountDomain::BY_TOKEN),
        "account_domain.by_token GET /oauth2/account/subdomain Repeatable"
    );
    assert_eq!(
        said(&AccountDomain::BY_REFRESH_TOKEN),
        "account_domain.by_refresh_token GET /oauth2/account/current/subdomain Repeatable"
    );
}
