//! One logical call: its deadline, what is known of it, and the caller's own layers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use amo_auth::clock::ManualClock;
use amo_auth::{Clock as _, SystemClock};
use amo_core::Repeat;
use amo_transport::layers::{CallsLayer, Request, Response, ResponseFuture, RetryLayer};
use amo_transport::{
    Body, Call, Error, ErrorKind, SlidingLog, Stack, StackBuilder, TokenStack, Unlimited,
};
use bytes::Bytes;
use http::Method;
use tower::{Service, ServiceExt as _};
use tower_layer::{Layer as _, layer_fn};

use common::{Change as _, MS, S, Script, World, answer, clock, fail, hang};

fn call_of(response: &Response) -> &Call {
    response.extensions().get::<Arc<Call>>().unwrap()
}

/// The deadline's error: when it came, and what is known of the request.
fn deadline(world: &World, request: Request) -> (Duration, bool) {
    let error = world.ask(request).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Deadline, "{error:?}");
    assert!(error.is_timeout());
    assert_ne!(error.not_sent(), error.outcome_unknown());
    assert_eq!(world.clock.sleeping().0, 0, "nobody waits on");
    (world.now(), error.outcome_unknown())
}

#[test]
fn a_request_in_flight_at_the_deadline_has_an_unknown_outcome() {
    let world = World::new([hang()]);
    assert_eq!(deadline(&world, world.post().within(S(5))), (S(5), true));
    assert_eq!(world.script.count(), 1);
}

#[test]
fn a_call_that_only_queued_sent_nothing() {
    let world = World::limited(1, |clock| Script::new(clock, []));
    world.ask(world.get()).unwrap();
    assert_eq!(deadline(&world, world.post().within(MS(500))), (MS(500), false));
    assert_eq!(world.script.count(), 1);
}

#[test]
fn a_call_that_only_waited_for_a_token_sent_nothing() {
    let world = World::new([]);
    world.provider.credential_takes(S(60));
    assert_eq!(deadline(&world, world.post().within(S(5))), (S(5), false));
    // Nor did one that was refused, and waits for another token.
    let world = World::new([answer(401)]);
    world.provider.refresh_takes(S(60));
    assert_eq!(deadline(&world, world.post().within(S(5))), (S(5), false));
}

#[test]
fn pauses_and_repetitions_count() {
    let world = World::new([answer(429).header("retry-after", "3"), hang()]);
    assert_eq!(deadline(&world, world.post().within(S(5))), (S(5), true));
    assert_eq!(world.script.times(), [S(0), S(3)]);

    // So does the time in the queue, before the first request: for the pause there is none left.
    let world = World::limited(1, |clock| {
        Script::new(clock, [answer(200).after(S(2)), answer(429).header("retry-after", "1")])
    });
    let (first, second) = (world.send(world.get()), world.send(world.post().within(S(4))));
    let (_, second) = world.run(futures_util::future::join(first, second));
    assert_eq!((second.unwrap().status().as_u16(), world.now()), (429, MS(3_020)));
}

/// An earlier attempt may have been carried out: that the last one still queues does not change it.
#[test]
fn an_earlier_attempt_of_unknown_outcome_is_remembered() {
    for (what, step) in [("a reset", fail(ErrorKind::Io)), ("502", answer(502))] {
        let world = World::limited(1, |clock| Script::new(clock, [step]));
        let request = world.request(Method::PUT, Repeat::Repeatable).within(MS(1_000));
        assert_eq!(deadline(&world, request), (S(1), true), "{what}, then the queue");
        assert_eq!(world.script.count(), 1);
    }
}

#[test]
fn the_deadline_counts_from_the_first_poll() {
    let world = World::new([hang()]);
    let call = world.send(world.get().within(S(5)));
    world.clock.advance(S(60));
    let error = world.run(call).unwrap_err();
    assert_eq!((error.kind(), world.now()), (ErrorKind::Deadline, S(65)));

    let world = World::new([answer(200).after(S(4))]);
    let call = world.send(world.get().within(S(5)));
    world.clock.advance(S(60));
    assert!(world.run(call).is_ok());
}

#[test]
fn without_a_deadline_a_call_takes_as_long_as_it_takes() {
    let world =
        World::limited(1, |clock| Script::new(clock, [answer(429).header("retry-after", "3600")]));
    assert_eq!(world.ask(world.get()).unwrap().status(), 200);
    assert_eq!(world.now(), S(3_600));
}

/// For as long as anybody can wait.
#[tokio::test]
async fn a_deadline_without_end_is_no_panic() {
    let clock = Arc::new(SystemClock);
    // Monotonic time begins with the first look at the clock: some of it must have passed.
    while clock.monotonic().is_zero() {}
    let script = Script::new(&common::clock(), []);
    let (stack, _) = StackBuilder::new().clock(clock).connector(script).build().unwrap();
    let account = Arc::new(common::account(common::HOST, Arc::new(Unlimited)));
    let request = common::request(&account, Method::GET, Repeat::Repeatable);
    assert_eq!(stack.oneshot(request.within(Duration::MAX)).await.unwrap().status(), 200);
}

#[test]
fn what_is_known_of_a_call() {
    let world = World::limited(1, |clock| {
        Script::new(clock, [answer(200), answer(401), answer(429).header("retry-after", "5")])
    });
    let first = world.ask(world.get()).unwrap();
    assert_eq!((call_of(&first).attempts(), call_of(&first).waited()), (1, S(0)));
    let second = world.ask(world.get()).unwrap();
    // One slot's second before each of the first two attempts; the pause of the 429 is no wait for a
    // slot: when it is over, there is one.
    assert_eq!((call_of(&second).attempts(), call_of(&second).waited()), (3, MS(1_020) * 2));
    let counts = world.account.counts();
    assert_eq!((counts.requests, counts.retries, counts.token_requests), (4, 2, 0));
}

#[test]
fn a_stack_can_be_shared() {
    fn shareable<T: Clone + Send + Sync + 'static>() {}
    fn send<T: Send>(value: T) -> T {
        value
    }
    shareable::<Stack>();
    shareable::<TokenStack>();
    shareable::<SlidingLog>();
    let world = World::new([]);
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let world = world.clone();
            std::thread::spawn(move || world.run(send(world.send(world.get()))).unwrap().status())
        })
        .collect();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), 200);
    }
    assert_eq!(world.account.counts().requests, 4);
}

type Log = Arc<Mutex<Vec<String>>>;

/// A caller's layer that writes down what passes through it.
#[derive(Clone)]
struct Note<S> {
    name: &'static str,
    log: Log,
    inner: S,
}

impl<S> Service<Request> for Note<S>
where
    S: Service<Request, Response = Response, Error = Error> + Send + 'static,
    S::Future: Send,
{
    type Response = Response;
    type Error = Box<dyn std::error::Error + Send + Sync>;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Response, Self::Error>> + Send>>;

    fn poll_ready(
        &mut self,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let (name, log) = (self.name, Arc::clone(&self.log));
        let token =
            request.headers().get("authorization").map_or("", |token| token.to_str().unwrap());
        log.lock().unwrap().push(format!("{name} > {token}"));
        let answer = self.inner.call(request);
        Box::pin(async move {
            let answer = answer.await;
            let what = match &answer {
                Ok(response) => response.status().as_str().to_owned(),
                Err(error) => format!("{:?}", error.kind()),
            };
            log.lock().unwrap().push(format!("{name} < {what}"));
            Ok(answer?)
        })
    }
}

fn with_layers(script: Script, clock: &ManualClock, log: &Log) -> World {
    let note = |name: &'static str| {
        let log = Arc::clone(log);
        layer_fn(move |inner: Stack| Note { name, log: Arc::clone(&log), inner })
    };
    World::with(clock, script, Arc::new(Unlimited), |builder| {
        builder
            .layer_attempt(note("attempt 1"))
            .layer_call(note("call 1"))
            .layer_call(note("call 2"))
            .layer_attempt(note("attempt 2"))
    })
}

#[test]
fn the_callers_layers_run_at_their_places_in_their_order() {
    let (clock, log) = (clock(), Log::default());
    let script = Script::new(&clock, [fail(ErrorKind::Connect), answer(401)]);
    let world = with_layers(script, &clock, &log);
    world.ask(world.post()).unwrap();
    let attempt = |token: &str, answer: &str| {
        [
            format!("attempt 1 > {token}"),
            format!("attempt 2 > {token}"),
            format!("attempt 2 < {answer}"),
            format!("attempt 1 < {answer}"),
        ]
    };
    let mut expected = vec!["call 1 > ".to_owned(), "call 2 > ".to_owned()];
    // That an error went through a layer's box does not hide what it is: it was repeated.
    expected.extend(attempt("Bearer token-1", "Connect"));
    expected.extend(attempt("Bearer token-1", "401"));
    expected.extend(attempt("Bearer token-2", "200"));
    expected.extend(["call 2 < 200".to_owned(), "call 1 < 200".to_owned()]);
    assert_eq!(*log.lock().unwrap(), expected);
}

#[test]
fn a_layer_of_the_callers_that_fails() {
    let failing = || {
        layer_fn(|_inner: Stack| {
            tower::service_fn(|_request: Request| async {
                Err::<Response, _>("no disk".to_owned())
            })
        })
    };
    for place in ["call", "attempt"] {
        let clock = clock();
        let script = Script::new(&clock, []);
        let world = World::with(&clock, script, Arc::new(Unlimited), |builder| match place {
            "call" => builder.layer_call(failing()),
            _ => builder.layer_attempt(failing()),
        });
        let error = world.ask(world.get()).unwrap_err();
        assert_eq!((error.kind(), world.script.count()), (ErrorKind::Middleware, 0), "{place}");
        assert!(error.to_string().contains("no disk"), "{error}");
        assert!(error.outcome_unknown(), "a layer may have sent it: nobody knows");
    }
}

#[test]
fn a_service_instead_of_the_whole_stack() {
    let good = Stack::from_service(tower::service_fn(|request: Request| async move {
        Ok::<_, std::io::Error>(http::Response::new(http_body_util::Full::new(request.into_body())))
    }));
    let response = common::run(&clock(), good.oneshot(Request::new(Bytes::from("x")))).unwrap();
    assert_eq!(common::bytes_of(response), "x");

    let bad = Stack::from_service(tower::service_fn(|_request: Request| async {
        Err::<http::Response<Body>, _>(std::io::Error::other("broken"))
    }));
    let error = common::run(&clock(), bad.oneshot(Request::default())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Middleware);
    assert!(error.to_string().contains("broken"), "{error}");
}

/// A connector of the caller's with errors of its own: what it sent nobody knows.
#[test]
fn a_foreign_connectors_error() {
    let clock = clock();
    let connector = tower::service_fn(|_request: Request| async {
        Err::<http::Response<Body>, _>(std::io::Error::other("broken pipe"))
    });
    let builder = StackBuilder::new().clock(Arc::new(clock.clone())).connector(connector);
    let (stack, _) = builder.build().unwrap();
    let account = Arc::new(common::account(common::HOST, Arc::new(Unlimited)));
    let request = common::request(&account, Method::POST, Repeat::ActsOnce);
    let error = common::run(&clock, stack.oneshot(request)).unwrap_err();
    assert_eq!((error.kind(), error.outcome_unknown()), (ErrorKind::Io, true));
    assert!(error.to_string().contains("broken pipe"), "{error}");
}

#[test]
fn a_request_that_lacks_its_extensions() {
    let world = World::new([]);
    let mut request = world.get();
    request.extensions_mut().remove::<amo_transport::Meta>();
    let layers: [ResponseFuture; 2] = [
        Box::pin(
            CallsLayer::new(Arc::new(world.clock.clone()))
                .layer(world.script.clone())
                .oneshot(request),
        ),
        // Without `Calls` there is no `Call`.
        Box::pin(
            RetryLayer::new(Arc::new(world.clock.clone()), 3)
                .layer(world.script.clone())
                .oneshot(world.get()),
        ),
    ];
    for answer in layers {
        let error = world.run(answer).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.not_sent() && error.to_string().contains("`Meta`"), "{error}");
    }
    assert_eq!(world.script.count(), 0);
}
