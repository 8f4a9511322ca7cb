//! What a log of everything holds, and what it must not.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use std::fmt::{self, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use amo_auth::Exchange as _;
use amo_core::Repeat;
use amo_transport::{Body, ErrorKind};
use bytes::Bytes;
use http::{HeaderValue, Method};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use common::{Change as _, S, Step, World, answer, fail, hang};

/// Keeps a line for each event, each span and each value that a span is given later.
#[derive(Clone, Default)]
struct Recorder {
    lines: Arc<Mutex<Vec<String>>>,
    spans: Arc<AtomicU64>,
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write!(self.0, " {}={value:?}", field.name()).unwrap();
    }
}

impl Recorder {
    fn push(&self, kind: &str, record: impl FnOnce(&mut Line)) {
        let mut line = Line(kind.to_owned());
        record(&mut line);
        self.lines.lock().unwrap().push(line.0);
    }
}

impl Subscriber for Recorder {
    fn enabled(&self, _metadata: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.push(&format!("span {}", span.metadata().name()), |line| span.record(line));
        Id::from_u64(self.spans.fetch_add(1, Ordering::SeqCst) + 1)
    }

    fn record(&self, _span: &Id, values: &Record<'_>) {
        self.push("record", |line| values.record(line));
    }

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn event(&self, event: &Event<'_>) {
        self.push(&format!("{}", event.metadata().level()), |line| event.record(line));
    }

    fn enter(&self, _span: &Id) {}

    fn exit(&self, _span: &Id) {}
}

/// What is in the request and the answers, and in no line.
const SECRETS: [&str; 7] = [
    "token-1",
    "token-2",
    "79990001122",
    "people@example.test",
    "header-4711",
    "answer-of-people",
    "set-cookie-value",
];

/// All lines that a call leaves behind, and how it ended.
fn lines_of(world: &World, method: Method, repeat: Repeat) -> Vec<String> {
    let recorder = Recorder::default();
    let mut request = world.request(method, repeat).within(S(60));
    let target = "/api/v4/leads/4711?query=79990001122&with=contacts";
    *request.uri_mut() = world.account.origin().uri(target).unwrap();
    *request.body_mut() = Bytes::from_static(b"[{\"email\":\"people@example.test\"}]");
    request.headers_mut().insert("x-of-the-caller", HeaderValue::from_static("header-4711"));
    tracing::subscriber::with_default(recorder.clone(), || {
        // The answer is for the caller: that it can be read is another test's matter.
        drop(world.ask(request));
    });
    let lines = recorder.lines.lock().unwrap().clone();
    for line in &lines {
        for secret in SECRETS {
            assert!(!line.contains(secret), "`{secret}` in: {line}");
        }
        assert!(!line.contains("/leads/4711"), "an id is data, too: {line}");
    }
    lines
}

fn said(status: u16) -> Step {
    answer(status)
        .header("x-request-id", "request-0815")
        .header("set-cookie", "session=set-cookie-value")
        .text("{\"title\":\"answer-of-people\"}")
}

/// The one line that begins with `kind` and has all these parts.
fn has(lines: &[String], kind: &str, parts: &[&str]) {
    let found = lines
        .iter()
        .filter(|line| line.starts_with(kind) && parts.iter().all(|part| line.contains(part)))
        .count();
    assert_eq!(found, 1, "{kind} {parts:?} in {lines:#?}");
}

#[test]
fn a_call_that_goes_well() {
    let world = World::new([said(200)]);
    let lines = lines_of(&world, Method::GET, Repeat::Repeatable);
    let span = ["path=/api/v4/leads/{id}", "operation=leads.test", "account=\"example.amocrm.ru\""];
    has(&lines, "span amocrm", &span);
    let attempt = [
        "method=GET",
        "path=/api/v4/leads/{id}",
        "attempt=1",
        "status=200",
        "request_id=\"request-0815\"",
        "sent_bytes=33",
        "ms=0",
    ];
    has(&lines, "DEBUG", &attempt);
    has(&lines, "record", &["status=200"]);
    has(&lines, "record", &["attempts=1"]);
}

#[test]
fn every_attempt_leaves_a_line() {
    let world = World::new([said(401), said(503), fail(ErrorKind::Io), said(200)]);
    let lines = lines_of(&world, Method::GET, Repeat::Repeatable);
    assert_eq!(world.script.count(), 4);
    for (attempt, what) in [
        ("attempt=1", "status=401"),
        ("attempt=2", "status=503"),
        ("attempt=3", "error=by script"),
        ("attempt=4", "status=200"),
    ] {
        has(&lines, "DEBUG", &[attempt, what, "path=/api/v4/leads/{id}"]);
    }
    has(&lines, "record", &["attempts=4"]);
}

#[test]
fn a_429_and_a_failed_call_are_warnings() {
    let world = World::new([said(429).header("retry-after", "2"), hang()]);
    let lines = lines_of(&world, Method::POST, Repeat::ActsOnce);
    has(&lines, "WARN", &["all wait", "wait=2s"]);
    has(&lines, "WARN", &["the call failed", "kind=AttemptTimeout"]);
}

/// Nothing slips out where things go wrong.
#[test]
fn failures_do_not_talk() {
    let broken = || {
        let clock = common::clock();
        let pieces = [(S(0), Bytes::from_static(b"answer-of-people"))];
        said(200).body(common::streamed(&clock, pieces, Err("reset")))
    };
    let long = || said(200).body(Body::whole(vec![b'x'; 33 * 1024 * 1024]));
    let cases: [(&str, Vec<Step>); 8] = [
        ("refused for good", vec![said(400)]),
        ("refused twice", vec![said(401), said(401)]),
        ("blocked", vec![said(403)]),
        ("broken", vec![said(500), said(502), said(504)]),
        ("no connection", vec![fail(ErrorKind::Connect)]),
        ("broken body", vec![broken(), broken(), broken()]),
        ("too long", vec![long()]),
        ("deadline", vec![hang(), hang(), hang()]),
    ];
    for (what, steps) in cases {
        let world = World::new(steps);
        let lines = lines_of(&world, Method::PUT, Repeat::Repeatable);
        assert!(lines.iter().any(|line| line.contains("attempt=1")), "{what}: {lines:#?}");
    }

    let world = World::new([said(401)]);
    world.provider.refresh_fails(amo_auth::ErrorKind::AuthorizeAgain);
    has(&lines_of(&world, Method::GET, Repeat::Repeatable), "WARN", &["kind=Auth"]);

    let world = World::new([]);
    let other = common::account("other.kommo.com", world.account.limiter().clone());
    let mut request = world.get();
    *request.uri_mut() = other.origin().uri("/?query=79990001122").unwrap();
    let recorder = Recorder::default();
    tracing::subscriber::with_default(recorder.clone(), || world.ask(request).unwrap_err());
    let lines = recorder.lines.lock().unwrap().clone();
    has(&lines, "WARN", &["kind=UntrustedOrigin", "https://other.kommo.com"]);
    assert!(lines.iter().all(|line| !line.contains("79990001122")), "{lines:#?}");
}

#[test]
fn the_token_endpoint_leaves_no_secret() {
    let world = World::new([said(200).text("{\"access_token\":\"answer-of-people\"}")]);
    let exchange = world.tokens.exchange(world.account.clone());
    let recorder = Recorder::default();
    tracing::subscriber::with_default(recorder.clone(), || {
        let request =
            http::Request::post("https://example.amocrm.ru/oauth2/access_token?code=token-1");
        let body = Bytes::from_static(b"{\"refresh_token\":\"token-2\"}");
        world.run(exchange.exchange(request.body(body).unwrap())).unwrap();
    });
    let lines = recorder.lines.lock().unwrap().clone();
    has(&lines, "DEBUG", &["path=/oauth2/access_token", "status=200", "attempt=1"]);
    for secret in SECRETS {
        assert!(lines.iter().all(|line| !line.contains(secret)), "`{secret}` in {lines:#?}");
    }
}
