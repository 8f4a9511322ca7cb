//! How the accounts of a hub stand, and what becomes of calls to those that are not active.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use std::time::Duration;

use amo_api::{AccountStatus, ErrorKind, Hub};
use amo_auth::clock::ManualClock;
use amo_auth::{MemoryStore, OAuth};
use amo_core::{AccountId, NewContact, Timestamp};
use amo_sandbox::{Fault, Moved, RateLimit, Sandbox};
use amo_transport::Unlimited;

use common::hub::{Bench, NOW, read};

#[tokio::test]
async fn a_withdrawn_access_stops_calls_until_it_is_given_again() {
    let bench = Bench::new(1).await;
    let hub = bench.hub();
    let (one, id) = (&bench.boxes[0], bench.boxes[0].id);
    let client = bench.install(&hub, 0).await;
    client.account().await.unwrap();
    one.sandbox.revoke_tokens();
    bench.advance(120);
    let error = client.account().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth);
    assert_eq!(bench.changes(), [(AccountStatus::Active, AccountStatus::Revoked)]);
    let asked = one.sandbox.log().len();
    for _ in 0..5 {
        assert_eq!(client.account().await.unwrap_err().kind(), ErrorKind::Inactive);
        assert_eq!(
            hub.account(id).await.unwrap().contacts().list().await.unwrap_err().kind(),
            ErrorKind::Inactive
        );
    }
    assert_eq!(one.sandbox.log().len(), asked, "nothing is sent");
    // Another process installs it anew, into the same store.
    bench.install(&bench.hub(), 0).await;
    assert_eq!(client.account().await.unwrap_err().kind(), ErrorKind::Inactive);
    bench.advance(60);
    client.account().await.unwrap();
    assert_eq!(bench.changes(), [(AccountStatus::Revoked, AccountStatus::Active)]);
}

#[tokio::test]
async fn an_account_that_is_not_paid_for_is_read_as_long_as_it_can_be() {
    let bench = Bench::new(1).await;
    let hub = bench.hub();
    let sandbox = &bench.boxes[0].sandbox;
    let client = bench.install(&hub, 0).await;
    let create = || client.contacts().create(NewContact::new().name("Vera"));
    // One function that the tariff lacks is not the account.
    sandbox.faults().add(Fault::status(402).path("/api/v4/events"));
    assert_eq!(client.events().list().await.unwrap_err().kind(), ErrorKind::PaymentRequired);
    assert_eq!(bench.changes(), []);

    sandbox.faults().add(Fault::status(402).method("POST").path("/api/v4/contacts").always());
    assert_eq!(create().await.unwrap_err().kind(), ErrorKind::PaymentRequired);
    assert_eq!(bench.changes(), [(AccountStatus::Active, AccountStatus::Unpaid)]);
    let error = create().await.unwrap_err();
    assert_eq!(error.account_status(), Some(AccountStatus::Unpaid));
    assert!(error.to_string().contains("is not paid for; nothing was sent"), "{error}");
    client.account().await.unwrap();
    assert_eq!(create().await.unwrap_err().kind(), ErrorKind::Inactive, "reading says nothing");

    sandbox.faults().clear();
    sandbox.faults().add(Fault::status(402).path("/api/v4/account"));
    assert_eq!(client.account().await.unwrap_err().kind(), ErrorKind::PaymentRequired);
    assert_eq!(client.account().await.unwrap_err().kind(), ErrorKind::Inactive, "now reading too");
    assert_eq!(bench.changes(), []);
    bench.advance(60);
    create().await.unwrap();
    assert_eq!(bench.changes(), [(AccountStatus::Unpaid, AccountStatus::Active)]);
}

#[tokio::test]
async fn a_block_and_a_move_stop_calls_with_their_own_words() {
    let bench = Bench::new(1).await;
    let hub = bench.hub();
    let sandbox = &bench.boxes[0].sandbox;
    let client = bench.install(&hub, 0).await;
    for (fault, kind, status) in [
        (
            Fault::status(403)
                .header("content-type", "text/html")
                .body("<title>403 Forbidden</title>"),
            ErrorKind::Blocked,
            AccountStatus::Blocked,
        ),
        (Fault::status(301), ErrorKind::Moved, AccountStatus::Moved),
    ] {
        sandbox.faults().add(fault.path("/api/v4/account"));
        assert_eq!(client.account().await.unwrap_err().kind(), kind);
        let error = client.account().await.unwrap_err();
        assert_eq!(error.account_status(), Some(status), "{error}");
        assert_eq!(error.is_blocked(), status == AccountStatus::Blocked);
        assert!(!error.outcome_unknown());
        bench.advance(60);
        client.account().await.unwrap();
        assert_eq!(
            bench.changes(),
            [(AccountStatus::Active, status), (status, AccountStatus::Active)]
        );
    }
}

/// Of many calls that come when it is time for a look, one is sent.
#[tokio::test]
async fn one_call_looks_how_things_are() {
    let bench = Bench::new(1).await;
    let hub = bench.hub();
    let sandbox = &bench.boxes[0].sandbox;
    let client = bench.install(&hub, 0).await;
    sandbox.faults().add(
        Fault::status(403)
            .header("content-type", "text/html")
            .body("no")
            .path("/api/v4/account")
            .always(),
    );
    client.account().await.unwrap_err();
    let sent = || sandbox.log().count("GET", "/api/v4/account");
    for round in 1..4 {
        assert_eq!(sent(), round);
        bench.advance(60);
        let calls = (0..20).map(|_| client.account().into_future());
        for outcome in futures_util::future::join_all(calls).await {
            outcome.unwrap_err();
        }
        assert_eq!(sent(), round + 1);
    }
}

/// A call that was on its way when the account was blocked says nothing of how things are now.
#[tokio::test]
async fn an_old_answer_changes_nothing() {
    let bench = Bench::new(1).await;
    let hub = bench.hub();
    let sandbox = &bench.boxes[0].sandbox;
    let client = bench.install(&hub, 0).await;
    sandbox.faults().add(Fault::slow(Duration::from_millis(200)).path("/api/v4/contacts"));
    let slow = tokio::spawn(client.contacts().list().into_future());
    while sandbox.log().count("GET", "/api/v4/contacts") == 0 {
        tokio::task::yield_now().await;
    }
    let fault = Fault::status(403).header("content-type", "text/html").body("no");
    sandbox.faults().add(fault.path("/api/v4/account"));
    client.account().await.unwrap_err();
    slow.await.unwrap().unwrap();
    assert_eq!(bench.changes(), [(AccountStatus::Active, AccountStatus::Blocked)]);
    assert_eq!(hub.status(bench.boxes[0].id), Some(AccountStatus::Blocked));
}

#[tokio::test]
async fn who_moves_is_followed_when_the_store_knows_where_to() {
    let bench = Bench::new(1).await;
    let one = &bench.boxes[0];
    // The same box by another name.
    let moved = one.server.base_url().replace("127.0.0.1", "localhost");
    let hub = bench.builder().trusted_origin(&moved).build().unwrap();
    let old = bench.install(&hub, 0).await;
    one.sandbox.faults().add(Fault::status(301).path("/api/v4/account"));
    old.account().await.unwrap_err();
    assert_eq!(bench.changes(), [(AccountStatus::Active, AccountStatus::Moved)]);
    let present = hub.account(one.id).await.unwrap();
    assert_eq!(present.account().await.unwrap_err().kind(), ErrorKind::Inactive, "where to?");
    // Another process has installed it at its new address.
    let other = bench.builder().trusted_origin(&moved).build().unwrap();
    let redirect = one.redirect().replace(&one.server.base_url(), &moved);
    other.install(read(&redirect)).await.unwrap();
    let client = hub.account(one.id).await.unwrap();
    assert_eq!(bench.changes(), [(AccountStatus::Moved, AccountStatus::Active)]);
    client.account().await.unwrap();
    let request = client.account().to_request().unwrap();
    assert!(request.uri().to_string().starts_with(&moved));
    assert_eq!(hub.open_accounts(), 1);
}

#[tokio::test]
async fn who_moves_is_looked_for_and_written_down() {
    use http::Request;
    use tower::ServiceExt as _;

    for moved in [Moved::Redirect, Moved::NotFound] {
        // At amoCRM's own addresses, so without a socket.
        let sandbox = Sandbox::builder().rate_limit(RateLimit::Off).build();
        let known = sandbox.connection();
        let (store, clock) = (MemoryStore::new(), ManualClock::new(Timestamp::new(NOW)));
        let oauth = OAuth::new(known.client_id, known.client_secret, known.redirect_uri);
        let service = sandbox
            .service()
            .map_request(|request: Request<bytes::Bytes>| request.map(http_body_util::Full::new));
        let hub = Hub::builder(oauth.clone().store(store.clone())).connector(service);
        let hub = hub.rate_limiter(Unlimited).clock(clock.clone()).build().unwrap();
        let id = AccountId::new(amo_sandbox::demo::ACCOUNT);
        let query = format!("code={}&referer=demo.amocrm.ru&state=s", known.code);
        let client = hub.install(read(&query)).await.unwrap();
        client.account().await.unwrap();

        sandbox.move_account("renamed.amocrm.ru", moved);
        client.account().await.unwrap_err();
        assert_eq!(hub.status(id), Some(AccountStatus::Moved), "{moved:?}");
        let looks = || sandbox.log().count("GET", "/oauth2/account/current/subdomain");
        let fault = Fault::status(503).path("/oauth2/account/current/subdomain");
        sandbox.faults().add(fault);
        for _ in 0..3 {
            let client = hub.account(id).await.unwrap();
            assert_eq!(client.account().await.unwrap_err().kind(), ErrorKind::Inactive);
        }
        assert_eq!(looks(), 1, "not every time");
        clock.advance(Duration::from_secs(60));
        hub.account(id).await.unwrap().account().await.unwrap();
        assert_eq!((looks(), hub.status(id)), (2, Some(AccountStatus::Active)));
        let stored = oauth.store(store).grant_of(id).await.unwrap().unwrap();
        assert_eq!(stored.grant.domain.host(), "renamed.amocrm.ru");
    }
}
