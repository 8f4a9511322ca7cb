//! What is repeated, how often and when.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use std::sync::Arc;
use std::time::Duration;

use amo_auth::clock::ManualClock;
use amo_core::Repeat;
use amo_transport::{ErrorKind, SlidingLog, Unlimited};
use bytes::Bytes;
use http::{HeaderValue, Method};

use common::{Change as _, MS, S, Script, Step, World, answer, clock, fail, hang, streamed};

/// How a call ended.
#[derive(Debug, PartialEq)]
enum End {
    Answer(u16),
    Error { kind: ErrorKind, outcome_unknown: bool },
}
use End::Answer;

fn unknown(kind: ErrorKind) -> End {
    End::Error { kind, outcome_unknown: true }
}

fn not_sent(kind: ErrorKind) -> End {
    End::Error { kind, outcome_unknown: false }
}

fn end_of(world: &World, method: Method, repeat: Repeat) -> End {
    match world.ask(world.request(method, repeat)) {
        Ok(response) => Answer(response.status().as_u16()),
        Err(error) => {
            assert_ne!(error.not_sent(), error.outcome_unknown());
            End::Error { kind: error.kind(), outcome_unknown: error.outcome_unknown() }
        }
    }
}

fn broken_body(clock: &ManualClock) -> Step {
    let body = streamed(clock, [(MS(1), Bytes::from_static(b"half"))], Err("reset"));
    answer(200).body(body)
}

fn stalled_body(clock: &ManualClock) -> Step {
    answer(200).body(streamed(clock, [(S(3_600), Bytes::new())], Ok(())))
}

/// The server's one step, the number of requests and the end of a call that may be repeated, and of one
/// that acts once.
type Row = (&'static str, Box<dyn Fn(&ManualClock) -> Step>, (usize, End), (usize, End));

fn row(
    what: &'static str,
    step: impl Fn(&ManualClock) -> Step + 'static,
    repeatable: (usize, End),
    acts_once: (usize, End),
) -> Row {
    (what, Box::new(step), repeatable, acts_once)
}

/// The table of what may be repeated, where the server behaves badly once.
#[test]
fn once() {
    let good = || (2, Answer(200));
    let io = || (1, unknown(ErrorKind::Io));
    let slow = || (1, unknown(ErrorKind::AttemptTimeout));
    let mut rows = vec![
        row("nothing was sent", |_| fail(ErrorKind::Connect), good(), good()),
        row("429", |_| answer(429), good(), good()),
        row("429 that says how long", |_| answer(429).header("retry-after", "2"), good(), good()),
        row("401", |_| answer(401), good(), good()),
        row("reset", |_| fail(ErrorKind::Io), good(), io()),
        row("reset within the body", broken_body, good(), io()),
        row("no answer", |_| hang(), good(), slow()),
        row("the body stalls", stalled_body, good(), slow()),
    ];
    for status in [500, 502, 503, 504] {
        rows.push(row("the server failed", move |_| answer(status), good(), (1, Answer(status))));
    }
    for status in [200, 201, 202, 204, 301, 400, 402, 403, 404, 405, 409, 422, 501] {
        let end = || (1, Answer(status));
        rows.push(row("a final answer", move |_| answer(status), end(), end()));
    }
    for (kind, end) in [
        (ErrorKind::BodyTooLarge, unknown as fn(ErrorKind) -> End),
        (ErrorKind::Middleware, unknown),
        (ErrorKind::Configuration, not_sent),
        (ErrorKind::UntrustedOrigin, not_sent),
    ] {
        let end = || (1, end(kind));
        rows.push(row("repeating would not help", move |_| fail(kind), end(), end()));
    }

    for (what, step, repeatable, acts_once) in rows {
        for (method, repeat, (requests, end)) in [
            (Method::PUT, Repeat::Repeatable, repeatable),
            (Method::POST, Repeat::ActsOnce, acts_once),
        ] {
            let clock = clock();
            let script = Script::new(&clock, [step(&clock)]);
            let world = World::with(&clock, script, Arc::new(Unlimited), |builder| builder);
            let ended = end_of(&world, method, repeat);
            assert_eq!((world.script.count(), ended), (requests, end), "{what}, {repeat:?}");
            let counts = world.account.counts();
            assert_eq!((counts.requests, counts.retries), (requests as u64, requests as u64 - 1));
        }
    }
}

/// The same, where the server never recovers: three attempts, and the last answer is the call's.
#[test]
fn for_ever() {
    type Row = (&'static str, fn() -> Step, End, usize);
    let rows: [Row; 6] = [
        ("nothing was sent", || fail(ErrorKind::Connect), not_sent(ErrorKind::Connect), 3),
        ("429", || answer(429).header("retry-after", "1"), Answer(429), 3),
        ("500", || answer(500), Answer(500), 1),
        ("504", || answer(504), Answer(504), 1),
        ("reset", || fail(ErrorKind::Io), unknown(ErrorKind::Io), 1),
        ("no answer", hang, unknown(ErrorKind::AttemptTimeout), 1),
    ];
    for (what, step, end, acts_once) in rows {
        for (repeat, requests) in [(Repeat::Repeatable, 3), (Repeat::ActsOnce, acts_once)] {
            let clock = clock();
            let script = Script::by(&clock, move |_, _| step());
            let world = World::with(&clock, script, Arc::new(Unlimited), |builder| builder);
            // Not the method says what may be repeated, but the operation.
            assert_eq!(end_of(&world, Method::POST, repeat), end, "{what}, {repeat:?}");
            assert_eq!(world.script.count(), requests, "{what}, {repeat:?}");
        }
    }
}

#[test]
fn the_number_of_attempts_is_a_setting() {
    for (attempts, requests) in [(0, 1), (1, 1), (2, 2), (5, 5)] {
        let clock = clock();
        let script = Script::by(&clock, |_, _| answer(503));
        let world = World::with(&clock, script, Arc::new(Unlimited), |builder| {
            let mut settings = amo_transport::Settings::default();
            settings.attempts = attempts;
            builder.settings(settings)
        });
        assert_eq!(end_of(&world, Method::GET, Repeat::Repeatable), Answer(503));
        assert_eq!(world.script.count(), requests);
    }
}

#[test]
fn pauses_grow_and_are_spread() {
    let mut pauses: Vec<[Duration; 2]> = Vec::new();
    for _ in 0..100 {
        let world = World::new([answer(500), fail(ErrorKind::Connect)]);
        world.ask(world.get()).unwrap();
        let [first, second, third] = world.script.times()[..] else { panic!() };
        pauses.push([second.abs_diff(first), third.abs_diff(second)]);
    }
    for (index, most) in [(0, MS(500)), (1, MS(1_000))] {
        let column = || pauses.iter().map(|pauses| pauses[index]);
        assert!(column().max().unwrap() <= most);
        // Of a hundred throws: that none is in the upper half, or in the lower, has chance 2^-100.
        assert!(column().max().unwrap() > most / 2, "they use their whole range");
        assert!(column().min().unwrap() < most / 2, "down to nothing");
    }
}

#[test]
fn a_429_says_how_long_to_wait() {
    let json = |step: Step, text: &'static str| step.text(text);
    let date = "Wed, 21 Oct 2026 07:28:00 GMT";
    let rows = [
        (answer(429).header("retry-after", "3"), S(3)),
        (answer(429).header("retry-after", " 3 "), S(3)),
        (json(answer(429), r#"{"retry_after": 2}"#), S(2)),
        (json(answer(429), r#"{"retry_after": "2"}"#), S(2)),
        (json(answer(429), r#"{"retry_after": 1.5}"#), MS(1_500)),
        (json(answer(429).header("retry-after", "3"), r#"{"retry_after": 9}"#), S(3)),
        (json(answer(429).header("retry-after", date), r#"{"retry_after": 4}"#), S(4)),
        // Nobody waits for a day.
        (answer(429).header("retry-after", "86400"), S(3_600)),
        (answer(429).header("retry-after", "18446744073709551615"), S(3_600)),
        (json(answer(429), r#"{"retry_after": 1e19}"#), S(3_600)),
    ];
    for (step, wait) in rows {
        let what = format!("{step:?}");
        let world = World::new([step]);
        world.ask(world.post()).unwrap();
        assert_eq!(world.script.times(), [S(0), wait], "{what}");
    }
}

#[test]
fn a_429_that_does_not_say_how_long() {
    for text in
        ["", "<html>too many</html>", "{}", r#"{"retry_after": null}"#, r#"{"retry_after": -1}"#]
    {
        let world = World::new([answer(429).text(text)]);
        world.ask(world.post()).unwrap();
        assert!(world.now() <= S(1), "not long, where no limiter waits");

        let world = World::limited(7, |clock| Script::new(clock, [answer(429).text(text)]));
        world.ask(world.post()).unwrap();
        assert_eq!(world.script.times(), [S(0), S(1)], "the limiter pauses for a second");
    }
}

#[test]
fn a_pause_that_would_outlive_the_deadline_is_not_begun() {
    for seconds in ["5", "10"] {
        let world = World::new([answer(429).header("retry-after", seconds)]);
        let response = world.ask(world.get().within(S(5))).unwrap();
        assert_eq!(response.status(), 429);
        assert_eq!((world.script.count(), world.now()), (1, S(0)));
    }
    // What was used up before counts.
    let world = World::new([answer(429).after(S(3)).header("retry-after", "2")]);
    assert_eq!(world.ask(world.get().within(S(5))).unwrap().status(), 429);
    let world = World::new([answer(429).after(S(3)).header("retry-after", "1")]);
    assert_eq!(world.ask(world.get().within(S(5))).unwrap().status(), 200);
}

/// Without a time from the server the limiter makes everyone wait a second: that, too, is a pause.
#[test]
fn nor_one_of_the_limiter() {
    let clock = clock();
    let limiter = SlidingLog::new(7, Arc::new(clock.clone()));
    let script = Script::new(&clock, [answer(429)]);
    let world = World::with(&clock, script, Arc::new(limiter), |builder| builder);
    let end = world.ask(world.get().within(MS(900))).map(|response| response.status().as_u16());
    assert_eq!(end.ok(), Some(429), "the answer that is there, not an error about the deadline");
    assert_eq!(world.now(), S(0));
}

/// The last attempt sent nothing; an earlier one did, and nobody knows what became of it.
#[test]
fn one_attempt_of_unknown_outcome_makes_the_call_of_unknown_outcome() {
    for (what, first) in
        [("a reset", fail(ErrorKind::Io)), ("502", answer(502)), ("silence", hang())]
    {
        let world = World::new([first, fail(ErrorKind::Connect), fail(ErrorKind::Connect)]);
        let error = world.ask(world.request(Method::PUT, Repeat::Repeatable)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect);
        assert!(error.outcome_unknown() && !error.not_sent(), "{what}, then no connection");
    }
}

#[test]
fn every_attempt_sends_the_very_same_request() {
    #[derive(Clone, Debug, PartialEq)]
    struct Mark(u32);

    let world = World::new([answer(503), fail(ErrorKind::Io)]);
    let mut request = world.request(Method::PATCH, Repeat::Repeatable);
    *request.uri_mut() = world.account.origin().uri("/api/v4/leads?x=%5B1%5D&y=%D1%8F").unwrap();
    *request.body_mut() = Bytes::from_static(b"[{\"id\":1,\"price\":5}]");
    request.headers_mut().insert("x-context-user-id", HeaderValue::from_static("7"));
    request.headers_mut().append("x-twice", HeaderValue::from_static("a"));
    request.headers_mut().append("x-twice", HeaderValue::from_static("b"));
    request.extensions_mut().insert(Mark(5));
    world.ask(request.clone()).unwrap();

    let seen = world.script.seen();
    assert_eq!(seen.len(), 3);
    for attempt in seen {
        let mut attempt = attempt.request;
        assert_eq!(attempt.headers_mut().remove("authorization").unwrap(), "Bearer token-1");
        attempt.headers_mut().remove("accept-encoding");
        attempt.headers_mut().remove("accept");
        assert_eq!(attempt.method(), request.method());
        assert_eq!(attempt.uri(), request.uri());
        assert_eq!(attempt.version(), request.version());
        assert_eq!(attempt.headers(), request.headers());
        assert_eq!(attempt.body(), request.body());
        assert_eq!(attempt.extensions().get::<Mark>(), Some(&Mark(5)));
    }
}
