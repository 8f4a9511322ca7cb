//! Tokens before a request and after a 401.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use std::sync::Arc;

use amo_auth::clock::ManualClock;
use amo_auth::{Clock as _, ErrorKind as AuthErrorKind, Generation};
use amo_core::Repeat;
use amo_transport::layers::AttachLayer;
use amo_transport::{AccountContext, Call, Error, ErrorKind, Unlimited};
use bytes::Bytes;
use futures_util::future::{join, join_all};
use http::{HeaderValue, Method, StatusCode};
use tower::ServiceExt as _;
use tower_layer::Layer as _;

use common::{Driver, MS, S, Script, World, answer, fail, key};

fn tokens(world: &World) -> Vec<String> {
    world.script.seen().iter().map(|seen| seen.authorization().to_owned()).collect()
}

fn auth_kind(error: &Error) -> Option<AuthErrorKind> {
    error.auth_error().map(amo_auth::Error::kind)
}

/// Refuses the tokens that are listed.
fn refuse(clock: &ManualClock, bad: &'static [&'static str]) -> Script {
    Script::by(clock, move |_, request| {
        let token = request.headers()["authorization"].to_str().unwrap();
        answer(if bad.iter().any(|bad| token.ends_with(bad)) { 401 } else { 200 })
    })
}

#[test]
fn after_a_401_the_same_request_goes_out_with_another_token() {
    for (method, repeat) in [
        (Method::GET, Repeat::Repeatable),
        (Method::PUT, Repeat::Repeatable),
        (Method::PATCH, Repeat::Repeatable),
        // The server refused before it acted.
        (Method::POST, Repeat::ActsOnce),
        (Method::DELETE, Repeat::ActsOnce),
    ] {
        let world = World::new([answer(401), answer(204)]);
        let mut request = world.request(method.clone(), repeat);
        *request.uri_mut() = world.account.origin().uri("/api/v4/leads/2?with=contacts").unwrap();
        *request.body_mut() = Bytes::from_static(b"{\"name\":\"x\"}");
        request.headers_mut().insert("content-type", HeaderValue::from_static("application/json"));
        let response = world.ask(request.clone()).unwrap();
        assert_eq!(response.status(), 204);
        assert_eq!(tokens(&world), ["Bearer token-1", "Bearer token-2"]);
        assert_eq!(world.provider.refused(), [Generation::new(1)]);
        for seen in world.script.seen() {
            assert_eq!(seen.request.method(), method);
            assert_eq!(seen.request.uri(), request.uri());
            assert_eq!(seen.request.body(), request.body());
            assert_eq!(seen.request.headers()["content-type"], "application/json");
        }
        assert_eq!(world.now(), S(0), "nothing to wait for");
        let counts = world.account.counts();
        assert_eq!((counts.requests, counts.retries), (2, 1));
    }
}

#[test]
fn a_second_401_is_the_answer() {
    let world = World::new([answer(401), answer(401).text("no"), answer(200)]);
    let response = world.ask(world.get()).unwrap();
    assert_eq!(response.status(), 401);
    assert_eq!(&common::bytes_of(response)[..], b"no");
    assert_eq!(tokens(&world), ["Bearer token-1", "Bearer token-2"]);
    assert_eq!(world.provider.refreshes(), 1);
}

#[test]
fn without_a_provider_a_401_is_the_answer() {
    let world = World::new([answer(401)]);
    let world = world.for_account(common::account(common::HOST, world.account.limiter().clone()));
    assert_eq!(world.ask(world.get()).unwrap().status(), 401);
    assert_eq!(tokens(&world), [""]);
}

#[test]
fn a_repetition_after_401_does_not_count_as_an_attempt() {
    let steps = [answer(401), answer(503), answer(503), answer(200)];
    let world = World::new(steps);
    assert_eq!(world.ask(world.get()).unwrap().status(), 200);
    assert_eq!(world.provider.refreshes(), 1);
}

#[test]
fn the_errors_of_a_refresh_are_those_of_the_call() {
    for kind in [
        AuthErrorKind::AuthorizeAgain,
        AuthErrorKind::LongLivedRefused,
        AuthErrorKind::FreshTokenRefused,
        AuthErrorKind::TokenNotPersisted,
        AuthErrorKind::Unavailable,
    ] {
        let world = World::new([answer(401)]);
        world.provider.refresh_fails(kind);
        let error = world.ask(world.post()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Auth);
        assert_eq!(auth_kind(&error), Some(kind));
        assert!(error.not_sent() && !error.outcome_unknown(), "the server refused before it acted");
        assert!(error.to_string().contains("by script"), "{error}");
        assert_eq!(world.script.count(), 1);
    }
}

#[test]
fn a_refused_acting_user() {
    let acting = |world: &World| {
        let mut request = world.get();
        request.headers_mut().insert("X-Context-User-ID", HeaderValue::from_static("7"));
        request
    };
    // By the clock the token is fresh: another one would change nothing, and none is asked for.
    let problem = r#"{"title":"Unauthorized","detail":"no such user"}"#;
    let world = World::new([answer(401).body(amo_transport::Body::whole(problem)), answer(200)]);
    let error = world.ask(acting(&world)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ActingUserRefused);
    assert!(error.not_sent());
    assert!(error.to_string().contains("no such user"), "{error}");
    assert_eq!(world.script.count(), 1);
    // Without an acting user the same answer has the token refreshed.
    let world = World::new([answer(401).body(amo_transport::Body::whole(problem)), answer(200)]);
    assert_eq!(world.ask(world.get()).unwrap().status(), 200);
    // Whoever acts, the header goes out.
    let world = World::new([answer(503), answer(200)]);
    assert_eq!(world.ask(acting(&world)).unwrap().status(), 200);
    for seen in world.script.seen() {
        assert_eq!(seen.request.headers()["x-context-user-id"], "7");
    }
}

#[test]
fn without_a_credential_nothing_is_sent() {
    for kind in [AuthErrorKind::NotAuthorized, AuthErrorKind::Store] {
        let world = World::limited(1, |clock| Script::new(clock, []));
        world.provider.credential_fails(kind);
        let error = world.ask(world.get()).unwrap_err();
        assert_eq!((error.kind(), auth_kind(&error)), (ErrorKind::Auth, Some(kind)));
        assert!(error.not_sent());
        assert_eq!((world.script.count(), world.account.counts().requests), (0, 0));
    }
    // Attach alone has nothing to wait for either.
    let world = World::new([]);
    world.provider.set_token(0);
    let mut request = world.get();
    request.extensions_mut().insert(Arc::new(Call::default()));
    let attach = AttachLayer.layer(world.script.clone());
    let error = world.run(attach.oneshot(request)).unwrap_err();
    assert_eq!(auth_kind(&error), Some(AuthErrorKind::NotAuthorized));
    assert_eq!(world.script.count(), 0);
}

#[test]
fn a_token_that_somebody_else_has_replaced_is_not_replaced_again() {
    let world =
        World::limited(7, |clock| Script::new(clock, [answer(401).after(S(5)), answer(200)]));
    world.provider.set_token(3);
    let meanwhile = async {
        world.clock.sleep(S(2)).await;
        world.provider.set_token(5);
    };
    let (response, ()) = world.run(join(world.send(world.get()), meanwhile));
    assert_eq!(response.unwrap().status(), 200);
    assert_eq!(tokens(&world), ["Bearer token-3", "Bearer token-5"]);
    assert_eq!(world.provider.refused(), [Generation::new(3)], "the one it was sent with");
    assert_eq!(world.provider.refreshes(), 0);
}

#[test]
fn many_refused_at_once_share_one_refresh() {
    let clock = common::clock();
    let script = refuse(&clock, &["token-1"]);
    let world = World::with(&clock, script, Arc::new(Unlimited), |builder| builder);
    world.provider.refresh_takes(S(1));
    let answers = world.run(join_all((0..20).map(|_| world.send(world.post()))));
    assert!(answers.iter().all(|answer| answer.as_ref().unwrap().status() == 200));
    assert_eq!(world.provider.refused(), [Generation::new(1); 20]);
    assert_eq!((world.provider.refreshes(), world.script.count()), (1, 40));
}

#[test]
fn a_token_is_read_anew_for_each_attempt() {
    let world = World::new([answer(429).header("retry-after", "10")]);
    let meanwhile = async {
        world.clock.sleep(S(5)).await;
        world.provider.set_token(8);
    };
    world.run(join(world.send(world.get()), meanwhile)).0.unwrap();
    assert_eq!(tokens(&world), ["Bearer token-1", "Bearer token-8"]);
}

/// Who waits for a token holds up nobody: neither before the request nor after its 401.
#[test]
fn no_slot_is_held_while_waiting_for_a_token() {
    let world = World::limited(1, |clock| Script::new(clock, []));
    world.provider.credential_takes(S(30));
    let account = AccountContext::new(
        common::HOST.parse().unwrap(),
        key(common::HOST),
        world.account.limiter().clone(),
    );
    let other = world.for_account(account);
    let (slow, quick) = world.run(join(world.send(world.get()), other.send(other.get())));
    slow.unwrap();
    quick.unwrap();
    let seen = world.script.seen();
    assert_eq!(
        [(seen[0].authorization(), seen[0].at), (seen[1].authorization(), seen[1].at)],
        [("", S(0)), ("Bearer token-1", S(30))]
    );

    let world = World::limited(1, |clock| Script::new(clock, [answer(401)]));
    world.provider.refresh_takes(S(30));
    let (refused, quick) = world.run(join(world.send(world.get()), world.send(world.get())));
    assert_eq!([refused.unwrap().status(), quick.unwrap().status()], [StatusCode::OK; 2]);
    let times = world.script.times();
    assert_eq!(times[0], S(0));
    assert!(times[1] <= MS(1_020), "a slot's second, and no longer: {times:?}");
    assert_eq!(times[2], S(30));
}

/// A caller that goes away during a refresh, or after a failure, leaves nothing behind.
#[test]
fn a_call_that_is_dropped_while_it_waits_for_a_token() {
    let world = World::limited(1, |clock| Script::new(clock, [fail(ErrorKind::Connect)]));
    world.provider.credential_takes(S(30));
    let mut dropped = Box::pin(world.send(world.get()));
    assert!(Driver::new().poll(dropped.as_mut()).is_pending());
    drop(dropped);
    assert_eq!(world.clock.sleeping().0, 0);
    world.provider.credential_takes(S(0));
    assert_eq!(world.ask(world.get()).unwrap().status(), 200);
}
