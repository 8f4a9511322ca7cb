//! Many accounts with one integration.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use std::task::Poll;
use std::time::Duration;

use amo_api::{AccountStatus, ErrorKind, Hub, HubBuilder};
use amo_auth::clock::ManualClock;
use amo_auth::{Clock as _, GrantKey, OAuth, TokenStore};
use amo_core::{AccountId, Timestamp, UserId};
use amo_sandbox::{Accounts, Fault, RateLimit, Sandbox};

use common::hub::{Bench, NOW, read, token_requests};

#[tokio::test]
async fn each_account_has_its_own_client_and_grant() {
    let bench = Bench::new(2).await;
    let hub = bench.hub();
    for index in [0, 1] {
        let client = bench.install(&hub, index).await;
        let id = bench.boxes[index].id;
        assert_eq!(client.account_id(), Some(id));
        assert_eq!(client.account().await.unwrap().id, id);
    }
    assert_eq!(hub.open_accounts(), 2);
    // Another process, or this one after a restart.
    let later = bench.hub();
    for one in &bench.boxes {
        let client = later.account(one.id).await.unwrap();
        assert_eq!(client.account().await.unwrap().id, one.id);
        assert_eq!(later.status(one.id), Some(AccountStatus::Active));
        assert_eq!(token_requests(one), 1, "the grant is in the store");
    }
    assert_eq!(bench.changes(), []);
}

#[tokio::test]
async fn an_account_without_a_grant_is_a_clear_error() {
    let bench = Bench::new(1).await;
    let error = bench.hub().account(AccountId::new(77)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth);
    assert!(error.authorise_again());
    assert!(error.to_string().contains("no grant for account 77"), "{error}");
    assert_eq!(bench.hub().status(AccountId::new(77)), None);
}

#[tokio::test]
async fn a_redirect_leads_nobody_to_a_foreign_server() {
    let bench = Bench::new(1).await;
    let hub = bench.hub();
    let own = bench.boxes[0].server.base_url();
    for referer in
        ["evil.test", "https://amocrm.ru.evil.test", "http://127.0.0.1:1", "http://a.amocrm.ru"]
    {
        let query = bench.boxes[0].redirect().replace(&own, referer);
        let error = hub.install(read(&query)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
    }
    let other = bench.boxes[0].redirect().replace(&bench.boxes[0].client_id(), "other");
    let error = hub.install(read(&other)).await.unwrap_err();
    assert_eq!(error.auth().unwrap().kind(), amo_auth::ErrorKind::NotGenuine);
    let spent = bench.boxes[0].redirect();
    hub.install(read(&spent)).await.unwrap();
    let error = hub.install(read(&spent)).await.unwrap_err();
    assert_eq!(error.auth().unwrap().kind(), amo_auth::ErrorKind::CodeRefused);
    assert_eq!(token_requests(&bench.boxes[0]), 2);
}

#[tokio::test]
async fn an_uninstalled_account_is_forgotten_and_can_come_back() {
    let bench = Bench::new(2).await;
    let hub = bench.hub();
    let (one, id) = (&bench.boxes[0], bench.boxes[0].id);
    let client = bench.install(&hub, 0).await;
    bench.install(&hub, 1).await;
    let forged = format!("client_uuid={}&account_id=1&signature=00", one.client_id());
    let error = hub.uninstalled(&forged).await.unwrap_err();
    assert_eq!(error.auth().unwrap().kind(), amo_auth::ErrorKind::NotGenuine);
    assert_eq!(hub.status(id), Some(AccountStatus::Active));

    one.sandbox.revoke_tokens();
    hub.forget(id).await.unwrap();
    assert_eq!(bench.changes(), [(AccountStatus::Active, AccountStatus::Revoked)]);
    let error = client.account().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.account_status()),
        (ErrorKind::Inactive, Some(AccountStatus::Revoked))
    );
    assert!(error.authorise_again());
    assert!(hub.account(id).await.unwrap_err().authorise_again());
    let keys = bench.store.list(Timestamp::new(i64::MAX), None).await.unwrap().keys;
    assert_eq!(keys.iter().map(|key| key.account_id).collect::<Vec<_>>(), [bench.boxes[1].id]);

    let again = bench.install(&hub, 0).await;
    assert_eq!(bench.changes(), [(AccountStatus::Revoked, AccountStatus::Active)]);
    again.account().await.unwrap();
    // The one from before finds the new grant when it looks again.
    assert_eq!(client.account().await.unwrap_err().kind(), ErrorKind::Inactive);
    bench.advance(60);
    client.account().await.unwrap();
    assert_eq!(hub.account(id).await.unwrap().account_id(), Some(id));
    assert_eq!(bench.changes(), [], "those of a client that was replaced are nobody's");
}

/// Grants that users have given beside that of the installation.
#[tokio::test]
async fn users_grants_serve_where_there_is_no_other_and_go_with_it() {
    let bench = Bench::new(1).await;
    let hub = bench.hub();
    let one = &bench.boxes[0];
    bench.install(&hub, 0).await;
    let installation = GrantKey::new(one.client_id(), one.id);
    let mut grant = bench.store.load(&installation).await.unwrap().unwrap().grant;
    grant.key = installation.clone().for_user(UserId::new(9002));
    let lease = bench.store.acquire(&grant.key, Duration::from_secs(9)).await.unwrap();
    bench.store.save(&grant, None, &lease).await.unwrap();
    drop(lease);

    bench.store.remove(&installation).await.unwrap();
    let client = bench.hub().account(one.id).await.unwrap();
    assert_eq!(client.account().await.unwrap().id, one.id);
    hub.forget(one.id).await.unwrap();
    assert_eq!(bench.store.list(Timestamp::new(i64::MAX), None).await.unwrap().keys, []);
    assert!(bench.hub().account(one.id).await.is_err());
    // Forgetting what nobody knows is no error.
    hub.forget(AccountId::new(77)).await.unwrap();
}

/// A hub is shared between tasks, and so are its futures.
#[test]
fn public_types_can_be_shared() {
    fn shared<T: Send + Sync + Unpin + 'static>() {}
    fn sent<T: Send>(_: impl Fn(Hub) -> T) {}

    shared::<Hub>();
    shared::<HubBuilder>();
    shared::<amo_api::Exchanges>();
    sent(|hub| async move { hub.account(AccountId::new(1)).await });
    sent(|hub| async move { hub.install(read("")).await });
    sent(|hub| async move { hub.uninstalled("").await });
    sent(|hub| async move { hub.close().await });
}

/// The box signs the hook as amoCRM does.
#[tokio::test]
async fn the_hook_of_the_server_is_taken() {
    use std::io::{BufRead as _, BufReader, Write as _};

    let bench = Bench::new(1).await;
    let hub = bench.hub();
    let (one, client_id) = (&bench.boxes[0], bench.boxes[0].client_id());
    bench.install(&hub, 0).await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/uninstalled?key=mine", listener.local_addr().unwrap());
    assert!(one.sandbox.set_uninstall_hook(&client_id, &address));
    assert!(one.sandbox.uninstall(&client_id));
    let hook = tokio::task::spawn_blocking(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut line = String::new();
        BufReader::new(stream.try_clone().unwrap()).read_line(&mut line).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
        line.split(' ').nth(1).unwrap().to_owned()
    });
    assert_eq!(hub.uninstalled(&hook.await.unwrap()).await.unwrap(), one.id);
    assert_eq!(hub.status(one.id), Some(AccountStatus::Revoked));
}

/// Each account has its own seven requests a second, whatever the others do.
#[tokio::test]
async fn the_limit_is_counted_for_each_account() {
    use http::Request;
    use tower::ServiceExt as _;

    let domains = ["one.amocrm.ru", "two.amocrm.ru", "three.kommo.com"];
    let boxes: Vec<Sandbox> = (1..=3)
        .zip(domains)
        .map(|(id, domain)| {
            let sandbox = Sandbox::builder().domain(domain).account_id(id);
            sandbox.rate_limit(RateLimit::Off).build()
        })
        .collect();
    let service = Accounts::new(boxes.clone())
        .service()
        .map_request(|request: Request<bytes::Bytes>| request.map(http_body_util::Full::new));
    let known = boxes[0].connection();
    let oauth = OAuth::new(known.client_id, known.client_secret, known.redirect_uri);
    let clock = ManualClock::new(Timestamp::new(NOW));
    let hub = Hub::builder(oauth).connector(service).clock(clock.clone()).build().unwrap();
    let mut clients = Vec::new();
    for (sandbox, domain) in boxes.iter().zip(domains) {
        let query = format!("code={}&referer={domain}&state=s", sandbox.connection().code);
        clients.push(hub.install(read(&query)).await.unwrap());
    }
    clock.advance(Duration::from_secs(5));
    for client in &clients {
        for outcome in
            futures_util::future::join_all((0..7).map(|_| client.account().into_future())).await
        {
            outcome.unwrap();
        }
    }
    let sent = |sandbox: &Sandbox| sandbox.log().count("GET", "/api/v4/account");
    let mut eighth = clients[1].account().into_future();
    for _ in 0..50 {
        let pending = std::future::poll_fn(|cx| {
            Poll::Ready(std::pin::Pin::new(&mut eighth).poll(cx).is_pending())
        });
        assert!(pending.await, "the limit of its account is used up");
        tokio::task::yield_now().await;
    }
    assert_eq!(boxes.iter().map(sent).collect::<Vec<_>>(), [7, 7, 7]);
    clock.advance(Duration::from_secs(2));
    eighth.await.unwrap();
}

#[tokio::test]
async fn idle_clients_are_dropped_and_those_in_use_are_not() {
    let bench = Bench::new(3).await;
    let hub = bench.builder().idle(Duration::from_secs(600)).build().unwrap();
    for index in 0..3 {
        bench.install(&hub, index).await.account().await.unwrap();
    }
    let held = hub.account(bench.boxes[0].id).await.unwrap().as_user(UserId::new(9001));
    for _ in 0..8 {
        bench.advance(150);
        hub.account(bench.boxes[1].id).await.unwrap();
    }
    assert_eq!(hub.open_accounts(), 2, "the third was not used");
    held.account().await.unwrap();
    assert_eq!(token_requests(&bench.boxes[2]), 1);
    hub.account(bench.boxes[2].id).await.unwrap().account().await.unwrap();
    assert_eq!(token_requests(&bench.boxes[2]), 1, "its grant was in the store");
    drop(held);
    bench.advance(150);
    hub.account(bench.boxes[1].id).await.unwrap();
    bench.advance(1_200);
    assert!(hub.account(AccountId::new(9)).await.is_err());
    assert_eq!(hub.open_accounts(), 0);
}

#[tokio::test]
async fn a_refresh_under_way_outlives_everything() {
    let bench = Bench::new(1).await;
    let one = &bench.boxes[0];
    let hub = bench.builder().idle(Duration::ZERO).build().unwrap();
    bench.install(&hub, 0).await;
    bench.advance(90_000);
    one.sandbox.faults().add(Fault::slow(Duration::from_millis(100)).path("/oauth2/access_token"));
    let call = hub.account(one.id).await.unwrap().account().into_future();
    let call = tokio::spawn(call);
    while token_requests(one) < 2 {
        tokio::task::yield_now().await;
    }
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    // Nobody has the client, and it is idle: but it is at work.
    let _ = hub.account(AccountId::new(9)).await;
    assert_eq!(hub.open_accounts(), 1);
    hub.close().await;
    let _ = hub.account(AccountId::new(9)).await;
    assert_eq!(hub.open_accounts(), 0);
    hub.account(one.id).await.unwrap().account().await.unwrap();
    assert_eq!(token_requests(one), 2, "one refresh for the day");
}

#[tokio::test]
async fn calls_in_the_name_of_a_user() {
    let bench = Bench::new(1).await;
    let hub = bench.hub();
    let client = bench.install(&hub, 0).await;
    let manager = client.as_user(UserId::new(9002));
    assert_eq!(manager.account().await.unwrap().current_user_id, Some(UserId::new(9002)));
    // What is said of the one call counts more.
    let administrator = manager.account().as_user(UserId::new(9001));
    assert_eq!(administrator.await.unwrap().current_user_id, Some(UserId::new(9001)));
    let request = manager.contacts().list().to_request().unwrap();
    assert_eq!(request.headers()["x-context-user-id"], "9002");
    assert!(
        client.contacts().list().to_request().unwrap().headers().get("x-context-user-id").is_none()
    );
    assert!(bench.clock.monotonic().is_zero());
}
