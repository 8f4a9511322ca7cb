//! OAuth through the whole stack, over a socket.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

use std::path::{Path, PathBuf};
use std::time::Duration;

use amo_api::Client;
use amo_auth::clock::ShiftedClock;
use amo_auth::{FileStore, OAuth};
use amo_sandbox::{RateLimit, Sandbox};
use amo_transport::layers::Request;
use amo_transport::{Error, Stack, Unlimited};
use tower::ServiceExt as _;
use tower_layer::layer_fn;
use tower_service::Service;

/// The access token in the one token file of `directory`.
fn stored_token(directory: &Path) -> String {
    let files = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let file: PathBuf = files.into_iter().find(|path| path.extension().unwrap() == "json").unwrap();
    let grant: serde_json::Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    grant["access_token"].as_str().unwrap().to_owned()
}

/// A call that refreshes finds the new pair on disk when it leaves, and so does every other.
#[tokio::test]
async fn no_token_is_used_before_it_is_on_disk() {
    let sandbox = Sandbox::builder().rate_limit(RateLimit::Off).build();
    let server = sandbox.serve("127.0.0.1:0").await.unwrap();
    let (connection, clock) = (sandbox.connection(), ShiftedClock::new());
    let directory = tempfile::tempdir().unwrap();
    let tokens = directory.path().to_owned();
    let compare = layer_fn(move |inner: Stack| {
        let tokens = tokens.clone();
        inner.map_request(move |request: Request| {
            let sent = request.headers()["authorization"].to_str().unwrap();
            assert_eq!(sent, format!("Bearer {}", stored_token(&tokens)));
            request
        })
    });
    let oauth = OAuth::new(connection.client_id, connection.client_secret, connection.redirect_uri);
    let client = Client::builder(server.base_url())
        .auth(oauth.store(FileStore::new(directory.path())))
        .clock(clock.clone())
        .rate_limiter(Unlimited)
        .layer_attempt(compare)
        .build()
        .unwrap();
    client.authorize(connection.code).await.unwrap();
    let mut seen = vec![stored_token(directory.path())];
    for _ in 0..3 {
        client.account().await.unwrap();
        sandbox.calendar().advance(Duration::from_secs(86_400));
        clock.advance(Duration::from_secs(86_400));
        let calls = (0..5).map(|_| tokio::spawn(client.account().into_future()));
        for call in calls.collect::<Vec<_>>() {
            call.await.unwrap().unwrap();
        }
        seen.push(stored_token(directory.path()));
    }
    seen.dedup();
    assert_eq!(seen.len(), 4, "each day had a token of its own");
    assert_eq!(client.counts().token_requests, 4, "the code and three refreshes");
    client.close().await;
}

/// The very same request goes out again after a 401, with the new token.
#[tokio::test]
async fn a_refused_write_is_repeated_as_it_was() {
    use amo_core::{NewContact, Receipt as _};

    let sandbox = Sandbox::builder().rate_limit(RateLimit::Off).build();
    let server = sandbox.serve("127.0.0.1:0").await.unwrap();
    let (connection, clock) = (sandbox.connection(), ShiftedClock::new());
    let oauth = OAuth::new(connection.client_id, connection.client_secret, connection.redirect_uri);
    let client = Client::builder(server.base_url())
        .auth(oauth)
        .clock(clock.clone())
        .rate_limiter(Unlimited)
        .build()
        .unwrap();
    client.authorize(connection.code).await.unwrap();
    clock.advance(Duration::from_secs(120));
    let fault = amo_sandbox::Fault::status(401).method("POST").path("/api/v4/contacts");
    sandbox.faults().add(fault);
    let created = client.contacts().create(NewContact::new().name("Vera")).await.unwrap();
    let posts: Vec<_> = sandbox
        .log()
        .entries()
        .into_iter()
        .filter(|entry| entry.path == "/api/v4/contacts")
        .collect();
    assert_eq!(posts.iter().map(|post| post.status).collect::<Vec<_>>(), [401, 200]);
    assert_eq!(posts[0].body, posts[1].body);
    assert_eq!(sandbox.entity("contacts", created.id().get()).unwrap()["name"], "Vera");
    assert_eq!(client.counts().token_requests, 2);
}

/// What is shared between threads and kept in structs must allow it.
#[test]
fn public_types_can_be_shared() {
    fn shared<T: Send + Sync + Unpin + 'static>() {}
    fn sent<T: Send + Unpin + 'static>() {}
    fn service<S: Service<Request, Error = Error> + Clone + Send + Sync>() {}

    shared::<Client>();
    shared::<amo_api::Entities<amo_core::Lead>>();
    shared::<amo_api::Error>();
    shared::<amo_api::ApiCall<amo_api::ListPage<amo_core::Lead>>>();
    shared::<amo_api::Batch<amo_core::Created<amo_core::Contact>, amo_core::NewContact>>();
    shared::<amo_api::Stop>();
    sent::<amo_api::ApiCall<amo_api::CreateMany<amo_core::Contact>>>();
    sent::<amo_api::ApiCall<amo_api::UpdateStream<amo_core::Contact>>>();
    sent::<amo_api::Outcomes<amo_core::Created<amo_core::Contact>, amo_core::NewContact>>();
    sent::<amo_api::Items<amo_core::Contact>>();
    sent::<amo_api::Pages<amo_core::Contact>>();
    sent::<amo_api::Sending<()>>();
    service::<Stack>();
}

/// The caller's whole runtime ends in the middle of a refresh, with its connections: the refresh goes on,
/// and the client works on another runtime.
#[test]
fn a_runtime_that_ends_in_a_refresh_loses_nothing() {
    let runtime = || tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let servers = runtime();
    let sandbox = Sandbox::builder().rate_limit(RateLimit::Off).build();
    let server = servers.block_on(sandbox.serve("127.0.0.1:0")).unwrap();
    let (connection, clock) = (sandbox.connection(), ShiftedClock::new());
    let oauth = OAuth::new(connection.client_id, connection.client_secret, connection.redirect_uri);
    let client = Client::builder(server.base_url())
        .auth(oauth)
        .clock(clock.clone())
        .rate_limiter(Unlimited)
        .build()
        .unwrap();
    let token_requests = || sandbox.log().count("POST", "/oauth2/access_token");

    let callers = runtime();
    callers.block_on(async {
        client.authorize(connection.code).await.unwrap();
        // Leaves an idle connection behind, which dies with the runtime.
        client.account().await.unwrap();
    });
    sandbox.calendar().advance(Duration::from_secs(90_000));
    clock.advance(Duration::from_secs(90_000));
    let slow = amo_sandbox::Fault::slow(Duration::from_millis(200));
    sandbox.faults().add(slow.path("/oauth2/access_token"));
    callers.spawn(client.account().into_future());
    while token_requests() < 2 {
        std::thread::yield_now();
    }
    callers.shutdown_background();

    let others = runtime();
    others.block_on(client.account().into_future()).unwrap();
    assert_eq!(token_requests(), 2, "the code and one refresh");
    others.block_on(client.close());
}
