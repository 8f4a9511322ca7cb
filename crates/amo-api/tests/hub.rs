//! Many accounts with one integration.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use amo_api::{AccountStatus, Client, ErrorKind, Hub, HubBuilder, StatusChange};
use amo_auth::clock::ManualClock;
use amo_auth::{Clock as _, GrantKey, MemoryStore, OAuth, Redirect, TokenStore};
use amo_core::{AccountId, NewContact, Timestamp, UserId};
use amo_sandbox::{Fault, Moved, RateLimit, Sandbox, Server};
use amo_transport::Unlimited;

const NOW: i64 = 1_700_000_000;

/// One account, at an address of its own.
struct Box {
    sandbox: Sandbox,
    server: Server,
    id: AccountId,
}

impl Box {
    async fn new(id: i64) -> Self {
        let sandbox = Sandbox::builder().account_id(id).contacts(2).manual_calendar(NOW);
        let sandbox = sandbox.rate_limit(RateLimit::Off).build();
        let server = sandbox.serve("127.0.0.1:0").await.unwrap();
        Self { sandbox, server, id: AccountId::new(id) }
    }

    /// What comes to the redirect URI when its administrator installs the integration.
    fn redirect(&self) -> String {
        let code = self.sandbox.connection().code;
        format!(
            "code={code}&referer={}&state=s&client_id={}",
            self.server.base_url(),
            self.client_id()
        )
    }

    fn client_id(&self) -> String {
        self.sandbox.connection().client_id
    }
}

type Changes = Arc<Mutex<Vec<StatusChange>>>;

/// What a test of hubs works with.
struct Bench {
    boxes: Vec<Box>,
    store: MemoryStore,
    clock: ManualClock,
    changes: Changes,
}

impl Bench {
    async fn new(accounts: i64) -> Self {
        let mut boxes = Vec::new();
        for id in 1..=accounts {
            boxes.push(Box::new(id).await);
        }
        let clock = ManualClock::new(Timestamp::new(NOW));
        let store = MemoryStore::with_clock(Arc::new(clock.clone()));
        Self { boxes, store, clock, changes: Changes::default() }
    }

    fn builder(&self) -> HubBuilder {
        let known = self.boxes[0].sandbox.connection();
        let oauth = OAuth::new(known.client_id, known.client_secret, known.redirect_uri);
        let changes = Arc::clone(&self.changes);
        let builder = Hub::builder(oauth.store(self.store.clone()))
            .clock(self.clock.clone())
            .rate_limiter(Unlimited)
            .on_change(move |change| changes.lock().unwrap().push(change));
        self.boxes.iter().fold(builder, |hub, one| hub.trusted_origin(one.server.base_url()))
    }

    fn hub(&self) -> Hub {
        self.builder().build().unwrap()
    }

    async fn install(&self, hub: &Hub, index: usize) -> Client {
        hub.install(read(&self.boxes[index].redirect())).await.unwrap()
    }

    /// Tomorrow for everyone.
    fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
        for one in &self.boxes {
            one.sandbox.calendar().advance(Duration::from_secs(seconds));
        }
    }

    fn changes(&self) -> Vec<(AccountStatus, AccountStatus)> {
        std::mem::take(&mut *self.changes.lock().unwrap())
            .into_iter()
            .map(|change| (change.before, change.after))
            .collect()
    }
}

fn read(query: &str) -> Redirect {
    Redirect::read(query, |state| state == Some("s")).unwrap()
}

fn token_requests(one: &Box) -> usize {
    one.sandbox.log().count("POST", "/oauth2/access_token")
}

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
