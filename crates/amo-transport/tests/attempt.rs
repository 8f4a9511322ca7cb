//! One attempt: its timeout, its body whole or as it arrives.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use amo_auth::clock::ManualClock;
use amo_auth::{Clock as _, Exchange as _, ExchangeErrorKind};
use amo_core::Repeat;
use amo_transport::layers::{AttemptLayer, Response};
use amo_transport::{Body, Call, Error, ErrorKind, Settings, Unlimited};
use bytes::Bytes;
use http::Method;
use http_body::Body as _;
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;
use tower_layer::Layer as _;

use common::{Change as _, MS, S, Script, Step, World, answer, clock, endless, hang, streamed};

const MIB: usize = 1024 * 1024;

/// A world in which the server's step needs the clock.
fn world(step: impl FnOnce(&ManualClock) -> Step) -> World {
    let clock = clock();
    let script = Script::new(&clock, [step(&clock)]);
    World::with(&clock, script, Arc::new(Unlimited), |builder| builder)
}

fn piece(text: &'static str) -> Bytes {
    Bytes::from_static(text.as_bytes())
}

/// The next chunk of a body.
async fn next(body: &mut Body) -> Option<Result<Bytes, Error>> {
    Some(body.frame().await?.map(|frame| frame.into_data().unwrap()))
}

#[test]
fn a_server_that_never_answers() {
    let world = world(|_| hang());
    let error = world.ask(world.post()).unwrap_err();
    assert_eq!((error.kind(), world.now()), (ErrorKind::AttemptTimeout, S(20)));
    assert!(error.is_timeout() && error.outcome_unknown() && !error.not_sent());
    assert_eq!(world.clock.sleeping().0, 0);
}

#[test]
fn a_body_that_stalls_is_no_answer() {
    let world = world(|clock| {
        let pieces = [(S(5), piece("{")), (S(5), piece("}")), (S(3_600), piece(""))];
        answer(200).after(S(5)).body(streamed(clock, pieces, Ok(())))
    });
    let error = world.ask(world.post()).unwrap_err();
    assert_eq!((error.kind(), world.now()), (ErrorKind::AttemptTimeout, S(20)));
    assert!(error.outcome_unknown());
}

#[test]
fn a_slow_answer_within_the_timeout_is_one() {
    let world = world(|clock| {
        let pieces = [(S(5), piece("he")), (S(4), piece("llo"))];
        answer(200).after(S(10)).body(streamed(clock, pieces, Ok(())))
    });
    let response = world.ask(world.post()).unwrap();
    assert_eq!(world.now(), S(19));
    assert!(response.body().is_whole());
    assert_eq!(&common::bytes_of(response)[..], b"hello");
}

#[test]
fn the_timeout_is_a_setting_and_does_not_run_in_the_queue() {
    let clock = clock();
    let script = Script::by(&clock, |_, _| answer(200).after(MS(2_500)));
    let limiter = amo_transport::SlidingLog::new(1, Arc::new(clock.clone()));
    let world = World::with(&clock, script, Arc::new(limiter), |builder| {
        let mut settings = Settings::default();
        settings.attempt_timeout = S(3);
        builder.settings(settings)
    });
    let answers =
        world.run(futures_util::future::join_all((0..5).map(|_| world.send(world.post()))));
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert!(world.now() > S(12));
}

#[test]
fn the_token_endpoint_has_a_timeout_of_its_own() {
    let world = world(|_| hang());
    let exchange = world.tokens.exchange(world.account.clone());
    let request = http::Request::post("https://example.amocrm.ru/oauth2/access_token");
    let error = world.run(exchange.exchange(request.body(Bytes::new()).unwrap())).unwrap_err();
    assert_eq!((error.kind(), world.now()), (ExchangeErrorKind::OutcomeUnknown, S(15)));
    assert_eq!(world.script.count(), 1, "the provider says what may be repeated");
}

#[test]
fn a_body_over_the_bound_is_refused() {
    // As long as it says.
    for declared in [32 * MIB as u64 + 1, u64::MAX] {
        let (body, taken) = endless(Bytes::from(vec![0; MIB]), Some(declared));
        let world = world(|_| answer(200).body(body));
        let error = world.ask(world.get()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BodyTooLarge);
        assert!(error.outcome_unknown(), "it was sent, and this is no answer");
        assert_eq!(taken.load(Ordering::SeqCst), 0, "nothing of it is read");
        assert_eq!(world.script.count(), 1, "another time it would be as long");
    }
    // Without saying so: no more is taken in than the bound and a chunk.
    let (body, taken) = endless(Bytes::from(vec![0; MIB]), None);
    let world = world(|_| answer(200).body(body));
    let error = world.ask(world.get()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BodyTooLarge);
    assert_eq!(taken.load(Ordering::SeqCst), 33);
}

#[test]
fn a_body_of_just_the_bound_is_taken() {
    for (length, good) in [(99, true), (100, true), (101, false)] {
        for pieces in [1, 2, 7] {
            let clock = clock();
            let whole = vec![b'x'; length];
            let chunks: Vec<_> = whole.chunks(length.div_ceil(pieces)).collect();
            let chunks: Vec<_> =
                chunks.into_iter().map(|chunk| (MS(1), Bytes::copy_from_slice(chunk))).collect();
            let script = Script::new(&clock, [answer(200).body(streamed(&clock, chunks, Ok(())))]);
            let world = World::with(&clock, script, Arc::new(Unlimited), |builder| {
                let mut settings = Settings::default();
                settings.max_body = 100;
                builder.settings(settings)
            });
            let answer = world.ask(world.get());
            assert_eq!(answer.is_ok(), good, "{length} in {pieces}");
            if let Ok(response) = answer {
                assert_eq!(&common::bytes_of(response)[..], whole);
            }
        }
    }
}

#[test]
fn empty_chunks_and_no_body_at_all() {
    let world = world(|clock| {
        let pieces =
            [(MS(1), piece("")), (MS(1), piece("a")), (MS(1), piece("")), (MS(1), piece("b"))];
        answer(200).body(streamed(clock, pieces, Ok(())))
    });
    assert_eq!(&common::bytes_of(world.ask(world.get()).unwrap())[..], b"ab");
    let empty = world.ask(world.get()).unwrap();
    assert!(empty.body().is_end_stream());
    assert_eq!(common::bytes_of(empty).len(), 0);
}

/// The head of a streaming call.
fn head(world: &World) -> Response {
    let response = world.ask(world.get().streaming()).unwrap();
    assert!(!response.body().is_whole());
    response
}

#[test]
fn a_streaming_call_hands_out_the_body_unread() {
    let (body, taken) = endless(Bytes::from(vec![0; MIB]), None);
    let world = world(|_| answer(200).body(body));
    let mut body = head(&world).into_body();
    assert_eq!(taken.load(Ordering::SeqCst), 0);
    // It may be longer than any bound.
    for _ in 0..100 {
        assert_eq!(world.run(next(&mut body)).unwrap().unwrap().len(), MIB);
    }
    assert_eq!(taken.load(Ordering::SeqCst), 100, "as much as was asked for");
}

/// Who shows a download's progress needs to know.
#[test]
fn a_streaming_body_says_how_long_it_is() {
    let (body, _) = endless(Bytes::from(vec![0; 10]), Some(1_000));
    let world = world(|_| answer(200).body(body));
    assert_eq!(head(&world).body().size_hint().exact(), Some(1_000));
}

#[test]
fn a_streaming_call_that_fails_has_a_whole_body() {
    let world = world(|clock| answer(404).body(streamed(clock, [(S(1), piece("{}"))], Ok(()))));
    let response = world.ask(world.get().streaming()).unwrap();
    assert!(response.body().is_whole());
    assert_eq!(&common::bytes_of(response)[..], b"{}");
}

#[test]
fn the_timeout_of_a_streaming_call_is_for_each_gap() {
    let world = world(|clock| {
        let pieces = [(S(19), piece("a")), (S(19), piece("b")), (S(21), piece("c"))];
        answer(200).after(S(19)).body(streamed(clock, pieces, Ok(())))
    });
    let mut body = head(&world).into_body();
    assert_eq!(world.run(next(&mut body)).unwrap().unwrap(), "a");
    assert_eq!(world.run(next(&mut body)).unwrap().unwrap(), "b");
    let error = world.run(next(&mut body)).unwrap().unwrap_err();
    assert_eq!((error.kind(), world.now()), (ErrorKind::AttemptTimeout, S(19 * 3 + 20)));
    assert!(error.outcome_unknown());
    assert_eq!(world.script.count(), 1, "never repeated once the body was handed out");
}

#[test]
fn the_head_of_a_streaming_call_has_its_timeout_too() {
    let world = world(|_| hang());
    let request = world.request(Method::POST, Repeat::ActsOnce).streaming();
    let error = world.ask(request).unwrap_err();
    assert_eq!((error.kind(), world.now()), (ErrorKind::AttemptTimeout, S(20)));
}

/// The time that the reader takes between two chunks is not the server's.
#[test]
fn a_slow_reader_is_no_timeout() {
    let world = world(|clock| {
        answer(200).body(streamed(clock, [(S(1), piece("a")), (S(1), piece("b"))], Ok(())))
    });
    let mut body = head(&world).into_body();
    for expected in ["a", "b"] {
        world.clock.advance(S(60));
        let chunk = world.run(next(&mut body)).unwrap();
        assert_eq!(chunk.map_err(|error| error.kind()), Ok(piece(expected)));
    }
    assert!(world.run(next(&mut body)).is_none());
}

#[test]
fn a_connection_that_breaks_within_a_streaming_body() {
    let world = world(|clock| {
        answer(200).body(streamed(clock, [(S(1), piece("a"))], Err("reset by peer")))
    });
    let mut body = head(&world).into_body();
    assert_eq!(world.run(next(&mut body)).unwrap().unwrap(), "a");
    let error = world.run(next(&mut body)).unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.to_string().contains("reset by peer"), "{error}");
    assert_eq!(world.script.count(), 1);
}

#[test]
fn the_layer_alone() {
    let clock = clock();
    let layer = AttemptLayer::new(Arc::new(clock.clone()), S(2), 10);
    let ask = |step: Step| {
        let script = Script::new(&clock, [step]);
        let account = Arc::new(common::account(common::HOST, Arc::new(Unlimited)));
        let mut request = common::request(&account, Method::GET, Repeat::Repeatable);
        request.extensions_mut().insert(Arc::new(Call::default()));
        common::run(&clock, layer.layer(script).oneshot(request)).map_err(|error| error.kind())
    };
    assert_eq!(ask(answer(200).text("0123456789")).unwrap().status(), 200);
    assert_eq!(ask(answer(200).text("0123456789a")).unwrap_err(), ErrorKind::BodyTooLarge);
    assert_eq!(clock.monotonic(), Duration::ZERO);
    assert_eq!(ask(hang()).unwrap_err(), ErrorKind::AttemptTimeout);
    assert_eq!(clock.monotonic(), S(2));
}
