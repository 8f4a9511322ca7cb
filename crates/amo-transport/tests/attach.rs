//! Credentials go to the account's own server, and to no other.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use std::sync::Arc;

use amo_auth::{Exchange as _, ExchangeErrorKind, Origin};
use amo_core::Repeat;
use amo_transport::layers::AttachLayer;
use amo_transport::{Call, Error, ErrorKind};
use bytes::Bytes;
use http::{HeaderValue, Method};
use tower::ServiceExt as _;
use tower_layer::Layer as _;

use common::{Script, World, answer, clock};

/// Other servers than `https://example.amocrm.ru`, however much they look like it.
const STRANGERS: [&str; 13] = [
    "https://other.amocrm.ru/api/v4/leads",
    "https://example.amocrm.com/api/v4/leads",
    "https://example.kommo.com/api/v4/leads",
    "https://example.amocrm.ru.evil.test/api/v4/leads",
    "https://evilexample.amocrm.ru/api/v4/leads",
    "https://sub.example.amocrm.ru/api/v4/leads",
    "https://example.amocrm.ru:8443/api/v4/leads",
    "https://example.amocrm.ru:80/api/v4/leads",
    "http://example.amocrm.ru/api/v4/leads",
    "https://example.amocrm.ru@evil.test/api/v4/leads",
    "https://user:password@example.amocrm.ru/api/v4/leads",
    "https://127.0.0.1/api/v4/leads",
    "/api/v4/leads",
];

fn to(world: &World, uri: &str) -> amo_transport::layers::Request {
    let mut request = world.request(Method::PUT, Repeat::Repeatable);
    *request.uri_mut() = uri.parse().unwrap();
    request
}

#[test]
fn nothing_is_sent_to_another_server() {
    for uri in STRANGERS {
        let world = World::new([]);
        let error = world.ask(to(&world, uri)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UntrustedOrigin, "{uri}");
        assert!(error.not_sent(), "{uri}");
        assert_eq!(world.script.count(), 0, "{uri}");
        let text = format!("{error} {error:?}");
        assert!(!text.contains("token-1") && !text.contains("password"), "{text}");
        assert!(text.contains("example.amocrm.ru"), "whose token it is: {text}");
    }
}

#[test]
fn attach_alone_guards_as_well() {
    for uri in STRANGERS {
        let world = World::new([]);
        let mut request = to(&world, uri);
        request.extensions_mut().insert(Arc::new(Call::default()));
        let attach = AttachLayer.layer(world.script.clone());
        let error = world.run(attach.oneshot(request)).unwrap_err();
        assert_eq!((error.kind(), world.script.count()), (ErrorKind::UntrustedOrigin, 0), "{uri}");
    }
}

/// The list guards what the program sends, whether or not there is a token to lose.
#[test]
fn nor_without_a_provider() {
    let world = World::new([]);
    let world = world.for_account(common::account(common::HOST, world.account.limiter().clone()));
    let error = world.ask(to(&world, "https://other.amocrm.ru/")).unwrap_err();
    assert_eq!((error.kind(), world.script.count()), (ErrorKind::UntrustedOrigin, 0));
    world.ask(world.get()).unwrap();
    assert!(!world.script.seen()[0].request.headers().contains_key("authorization"));
}

#[test]
fn the_accounts_own_server_gets_the_token() {
    for uri in [
        "https://example.amocrm.ru/api/v4/leads?x=https://evil.test",
        "https://EXAMPLE.amocrm.RU/api/v4/leads",
        "HTTPS://example.amocrm.ru/",
    ] {
        let world = World::new([]);
        world.ask(to(&world, uri)).unwrap();
        assert_eq!(world.script.seen()[0].authorization(), "Bearer token-1", "{uri}");
    }
}

/// A port that is written out although it is the usual one is the same server.
#[test]
fn the_usual_port_is_the_same_server() {
    let world = World::new([]);
    let sent = world.ask(to(&world, "https://example.amocrm.ru:443/api/v4/leads"));
    assert!(sent.is_ok(), "{sent:?}");
}

#[test]
fn a_server_that_the_program_names_may_be_any() {
    let clock = clock();
    let limiter = Arc::new(amo_transport::Unlimited);
    let world = World::with(&clock, Script::new(&clock, []), limiter.clone(), |builder| builder);
    let origin: Origin = "http://127.0.0.1:8080".parse().unwrap();
    let account = amo_transport::AccountContext::new(origin, common::key("sandbox"), limiter)
        .with_provider(world.provider.clone());
    let sandbox = world.for_account(account);
    sandbox.ask(sandbox.get()).unwrap();
    for uri in ["http://127.0.0.1:8081/", "http://127.0.0.1/", "https://127.0.0.1:8080/"] {
        let error = sandbox.ask(to(&sandbox, uri)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UntrustedOrigin, "{uri}");
    }
    // And the official ones only if they are the account's own.
    assert!(sandbox.ask(to(&sandbox, "https://example.amocrm.ru/")).is_err());
    assert_eq!(sandbox.script.count(), 1);
}

#[test]
fn the_token_is_marked_sensitive_and_replaces_what_the_caller_sent() {
    let world = World::new([answer(200)]);
    let mut request = world.get();
    request.headers_mut().insert("authorization", HeaderValue::from_static("Bearer own"));
    request.headers_mut().append("authorization", HeaderValue::from_static("Bearer second"));
    world.ask(request).unwrap();
    let seen = world.script.seen();
    let values: Vec<_> = seen[0].request.headers().get_all("authorization").iter().collect();
    assert_eq!(values, ["Bearer token-1"]);
    assert!(values[0].is_sensitive());
    assert!(!format!("{:?}", seen[0].request).contains("token-1"));
}

/// The client secret and the code go to the account or to amoCRM itself.
#[test]
fn secrets_of_the_token_endpoint() {
    let world = World::new([]);
    let exchange = world.tokens.exchange(world.account.clone());
    let post = |uri: &str| http::Request::post(uri).body(Bytes::from_static(b"client_secret=x"));
    for uri in ["https://example.amocrm.ru/oauth2/access_token", "https://www.kommo.com/oauth2"] {
        let answer = world.run(exchange.exchange(post(uri).unwrap())).unwrap();
        assert_eq!(answer.status(), 200);
    }
    for seen in world.script.seen() {
        assert!(!seen.request.headers().contains_key("authorization"), "no token goes there");
    }
    for uri in [
        "https://evil.test/oauth2/access_token",
        "http://example.amocrm.ru/oauth2/access_token",
        "https://example.amocrm.ru:8443/oauth2/access_token",
        "https://example.amocrm.ru.evil.test/oauth2/access_token",
        "/oauth2/access_token",
    ] {
        let error = world.run(exchange.exchange(post(uri).unwrap())).unwrap_err();
        assert_eq!(error.kind(), ExchangeErrorKind::NotSent, "{uri}");
        let source = std::error::Error::source(&error).unwrap();
        let kind = source.downcast_ref::<Error>().unwrap().kind();
        assert_eq!(kind, ErrorKind::UntrustedOrigin, "{uri}");
    }
    assert_eq!(world.script.count(), 2);
}
