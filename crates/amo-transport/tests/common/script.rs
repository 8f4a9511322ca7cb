//! A server by script: a connector that answers, fails or hangs as it was told, and remembers what it saw.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use amo_auth::Clock as _;
use amo_auth::clock::ManualClock;
use amo_transport::layers::{Request, Response, ResponseFuture};
use amo_transport::{Body, Error, ErrorKind};
use bytes::Bytes;
use http::StatusCode;
use http_body::{Frame, SizeHint};
use http_body_util::StreamBody;
use tower::Service;

/// What the server does with one request.
#[derive(Debug)]
pub(crate) struct Step {
    after: Duration,
    what: What,
}

#[derive(Debug)]
enum What {
    Answer(Box<Response>),
    Fail(ErrorKind),
    Hang,
}

pub(crate) fn answer(status: u16) -> Step {
    let mut response = Response::new(Body::whole(Bytes::new()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    Step { after: Duration::ZERO, what: What::Answer(Box::new(response)) }
}

/// An error of ours, as the hyper connector gives them.
pub(crate) fn fail(kind: ErrorKind) -> Step {
    Step { after: Duration::ZERO, what: What::Fail(kind) }
}

/// Takes the request and never says anything.
pub(crate) fn hang() -> Step {
    Step { after: Duration::ZERO, what: What::Hang }
}

impl Step {
    /// The head comes later.
    pub(crate) fn after(self, after: Duration) -> Self {
        Self { after, ..self }
    }

    fn response(&mut self) -> &mut Response {
        match &mut self.what {
            What::Answer(response) => response,
            what => panic!("{what:?} is no answer"),
        }
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.response().headers_mut().insert(name, value.parse().unwrap());
        self
    }

    /// The body in one piece.
    pub(crate) fn text(self, text: impl Into<Bytes>) -> Self {
        self.body(Body::whole(text))
    }

    pub(crate) fn body(mut self, body: Body) -> Self {
        *self.response().body_mut() = body;
        self
    }
}

/// A body in pieces, each after a pause. After the last of them comes `end`: the end, or a failure.
pub(crate) fn streamed(
    clock: &ManualClock,
    pieces: impl IntoIterator<Item = (Duration, Bytes)>,
    end: Result<(), &'static str>,
) -> Body {
    let clock = clock.clone();
    let pieces: VecDeque<_> = pieces.into_iter().collect();
    let state = (clock, pieces, Some(end));
    let pieces = futures_util::stream::unfold(state, |(clock, mut pieces, mut end)| async move {
        let next = match pieces.pop_front() {
            Some((pause, piece)) => {
                clock.sleep(pause).await;
                Ok(Frame::data(piece))
            }
            None => Err(end.take()?.err()?),
        };
        Some((next, (clock, pieces, end)))
    });
    Body::streaming(StreamBody::new(pieces))
}

/// A body without end, or one that says how long it is; counts the pieces that were taken.
pub(crate) fn endless(piece: Bytes, declared: Option<u64>) -> (Body, Arc<AtomicUsize>) {
    let taken = Arc::new(AtomicUsize::new(0));
    (Body::streaming(Endless { piece, declared, taken: Arc::clone(&taken) }), taken)
}

struct Endless {
    piece: Bytes,
    declared: Option<u64>,
    taken: Arc<AtomicUsize>,
}

impl http_body::Body for Endless {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let taken = self.taken.fetch_add(1, Ordering::SeqCst);
        assert!(taken < 100_000, "somebody reads on and on");
        Poll::Ready(Some(Ok(Frame::data(self.piece.clone()))))
    }

    fn size_hint(&self) -> SizeHint {
        self.declared.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

/// A request as it reached the server, and when.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) at: Duration,
    pub(crate) request: Request,
}

impl Seen {
    pub(crate) fn authorization(&self) -> &str {
        self.request.headers().get("authorization").map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn path(&self) -> &str {
        self.request.uri().path()
    }
}

type Rule = dyn Fn(usize, &Request) -> Step + Send + Sync;

/// The server. Clones share what they saw.
#[derive(Clone)]
pub(crate) struct Script {
    clock: ManualClock,
    rule: Arc<Rule>,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Script {
    /// One step after the other; then 200 to everyone.
    pub(crate) fn new(clock: &ManualClock, steps: impl IntoIterator<Item = Step>) -> Self {
        let steps: Mutex<VecDeque<Step>> = Mutex::new(steps.into_iter().collect());
        Self::by(clock, move |_, _| {
            steps.lock().unwrap().pop_front().unwrap_or_else(|| answer(200))
        })
    }

    /// What `rule` says to the `n`th request, from 0.
    pub(crate) fn by(
        clock: &ManualClock,
        rule: impl Fn(usize, &Request) -> Step + Send + Sync + 'static,
    ) -> Self {
        Self { clock: clock.clone(), rule: Arc::new(rule), seen: Arc::default() }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn count(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    /// The marks of the requests in their order; see `World::marked`.
    pub(crate) fn marks(&self) -> Vec<String> {
        let seen = self.seen.lock().unwrap();
        seen.iter().map(|seen| seen.path().trim_start_matches('/').to_owned()).collect()
    }

    /// When the requests came.
    pub(crate) fn times(&self) -> Vec<Duration> {
        self.seen.lock().unwrap().iter().map(|seen| seen.at).collect()
    }
}

impl Service<Request> for Script {
    type Response = Response;
    type Error = Error;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> ResponseFuture {
        let step = {
            let mut seen = self.seen.lock().unwrap();
            let step = (self.rule)(seen.len(), &request);
            seen.push(Seen { at: self.clock.monotonic(), request });
            step
        };
        let clock = self.clock.clone();
        Box::pin(async move {
            clock.sleep(step.after).await;
            match step.what {
                What::Answer(response) => Ok(*response),
                What::Fail(kind) => Err(Error::new(kind, "by script")),
                What::Hang => std::future::pending().await,
            }
        })
    }
}
