#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod wire;

use amo_core::AccountDomain;
use wire::said;

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
