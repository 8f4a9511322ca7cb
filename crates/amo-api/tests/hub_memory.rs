//! What an account of a hub costs, beyond what all of them share.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

use std::alloc::System;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use amo_api::Hub;
use amo_auth::clock::ManualClock;
use amo_auth::store::{FindBy, KeyPage, Lease, StoreError, Stored, Version};
use amo_auth::{Grant, GrantKey, OAuth, Origin, TokenStore};
use amo_core::{AccountId, Timestamp};
use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::Full;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static GLOBAL: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const NOW: i64 = 1_700_000_000;
const ACCOUNTS: i64 = 10_000;
/// As long as real ones are.
const ACCESS_TOKEN: usize = 1_100;
const REFRESH_TOKEN: usize = 900;

/// A store that keeps nothing in memory, as a data base does not.
#[derive(Debug)]
struct Elsewhere;

#[async_trait]
impl TokenStore for Elsewhere {
    async fn load(&self, key: &GrantKey) -> Result<Option<Stored>, StoreError> {
        let domain = Origin::parse(&format!("account{}.amocrm.ru", key.account_id)).unwrap();
        let (obtained_at, expires_at) = (Timestamp::new(NOW), Timestamp::new(NOW + 86_400));
        let access = "a".repeat(ACCESS_TOKEN).into();
        let refresh = "r".repeat(REFRESH_TOKEN).into();
        let grant = Grant::new(key.clone(), domain, access, refresh, obtained_at, expires_at);
        Ok(Some(Stored::new(grant, Version::new(1))))
    }

    async fn find(&self, _: &FindBy) -> Result<Vec<Stored>, StoreError> {
        unreachable!("accounts are found by their ids")
    }

    async fn acquire(&self, _: &GrantKey, _: Duration) -> Result<Lease, StoreError> {
        unreachable!("no token ends today")
    }

    async fn save(&self, _: &Grant, _: Option<Version>, _: &Lease) -> Result<Version, StoreError> {
        unreachable!("no token ends today")
    }

    async fn list(&self, _: Timestamp, _: Option<&str>) -> Result<KeyPage, StoreError> {
        Ok(KeyPage::default())
    }

    async fn remove(&self, _: &GrantKey) -> Result<(), StoreError> {
        Ok(())
    }
}

/// Calls every account once.
async fn call_all(hub: &Hub, accounts: std::ops::Range<i64>) {
    for id in accounts {
        let client = hub.account(AccountId::new(id)).await.unwrap();
        client.account().await.unwrap();
    }
}

#[tokio::test]
async fn ten_thousand_accounts_cost_at_most_8_kib_each() {
    let answer = tower::service_fn(|_: http::Request<Bytes>| async {
        let body = Full::new(Bytes::from_static(br#"{"id":1,"name":"a"}"#));
        Ok::<_, Infallible>(http::Response::new(body))
    });
    let clock = ManualClock::new(Timestamp::new(NOW));
    let oauth = OAuth::new(
        "01d01160-d7a0-4087-b4af-6a1bb83fcd1d",
        "s".repeat(64),
        "https://mine.test/oauth",
    );
    let hub = Hub::builder(oauth.shared_store(Arc::new(Elsewhere)))
        .connector(answer)
        .clock(clock.clone())
        .idle(Duration::from_secs(600))
        .build()
        .unwrap();
    // What is there once for all.
    call_all(&hub, 1..2).await;
    clock.advance(Duration::from_secs(5));

    let region = Region::new(GLOBAL);
    // What grows in its place is counted as allocated, what shrinks as freed.
    let held = || {
        let stats = region.change();
        stats.bytes_allocated.cast_signed() - stats.bytes_deallocated.cast_signed()
    };
    call_all(&hub, 2..ACCOUNTS + 2).await;
    assert_eq!(hub.open_accounts(), usize::try_from(ACCOUNTS).unwrap() + 1);
    let each = held() / isize::try_from(ACCOUNTS).unwrap();
    println!(
        "an account that was called: {each} bytes, {} of them tokens",
        2 * ACCESS_TOKEN + REFRESH_TOKEN
    );
    assert!(each <= 8 * 1024, "{each} bytes");

    // Those that are idle leave nothing behind, also in the limiter.
    clock.advance(Duration::from_secs(1_200));
    call_all(&hub, ACCOUNTS + 2..ACCOUNTS + 3).await;
    assert_eq!(hub.open_accounts(), 1);
    let each = held() / isize::try_from(ACCOUNTS).unwrap();
    println!("an account that was dropped: {each} bytes");
    assert!(each <= 512, "{each} bytes");
}
