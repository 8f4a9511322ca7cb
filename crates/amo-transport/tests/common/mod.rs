//! A scripted server, a scripted token provider and a driver that moves the manual clock: whole calls
//! without a socket and without real time.
#![allow(dead_code, unused_imports, reason = "each test file uses its part")]

mod provider;
mod script;

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use amo_auth::Clock as _;
use amo_auth::clock::ManualClock;
use amo_core::{Operation, Repeat, Timestamp};
use amo_transport::layers::{Request, Response};
use amo_transport::{
    AccountContext, Error, LimitKey, Meta, RateLimiter, SlidingLog, Stack, StackBuilder,
    TokenStack, Unlimited,
};
use bytes::Bytes;
use http::Method;
use tower::ServiceExt as _;

pub(crate) use self::provider::Provider;
pub(crate) use self::script::{Script, Seen, Step, answer, endless, fail, hang, streamed};

pub(crate) const HOST: &str = "example.amocrm.ru";
pub(crate) const MS: fn(u64) -> Duration = Duration::from_millis;
pub(crate) const S: fn(u64) -> Duration = Duration::from_secs;

/// No test of this crate needs more: a clock that runs further means that somebody waits in vain.
const LONGEST: Duration = Duration::from_secs(24 * 3_600);

/// A client's side of the world: one account, one stack, one scripted server.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) clock: ManualClock,
    pub(crate) script: Script,
    pub(crate) provider: Arc<Provider>,
    pub(crate) account: Arc<AccountContext>,
    pub(crate) stack: Stack,
    pub(crate) tokens: TokenStack,
}

impl World {
    /// As many requests as come.
    pub(crate) fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        let clock = clock();
        let script = Script::new(&clock, steps);
        Self::with(&clock, script, Arc::new(Unlimited), |builder| builder)
    }

    /// `limit` requests a second.
    pub(crate) fn limited(limit: usize, script: impl FnOnce(&ManualClock) -> Script) -> Self {
        let clock = clock();
        let limiter = SlidingLog::new(limit, Arc::new(clock.clone()));
        let script = script(&clock);
        Self::with(&clock, script, Arc::new(limiter), |builder| builder)
    }

    pub(crate) fn with(
        clock: &ManualClock,
        script: Script,
        limiter: Arc<dyn RateLimiter>,
        settings: impl FnOnce(StackBuilder) -> StackBuilder,
    ) -> Self {
        let provider = Arc::new(Provider::new(clock));
        let account = Arc::new(account(HOST, limiter).with_provider(provider.clone()));
        let builder = StackBuilder::new().clock(Arc::new(clock.clone())).connector(script.clone());
        let (stack, tokens) = settings(builder).build().unwrap();
        Self { clock: clock.clone(), script, provider, account, stack, tokens }
    }

    /// A call with nothing special about it.
    pub(crate) fn request(&self, method: Method, repeat: Repeat) -> Request {
        request(&self.account, method, repeat)
    }

    pub(crate) fn get(&self) -> Request {
        self.request(Method::GET, Repeat::Repeatable)
    }

    pub(crate) fn post(&self) -> Request {
        self.request(Method::POST, Repeat::ActsOnce)
    }

    /// A read that can be told from others by its path.
    pub(crate) fn marked(&self, mark: &str) -> Request {
        let mut request = self.get();
        *request.uri_mut() = self.account.origin().uri(&format!("/{mark}")).unwrap();
        request
    }

    /// The answer to come. Nothing happens before the first poll.
    pub(crate) fn send(
        &self,
        request: Request,
    ) -> impl Future<Output = Result<Response, Error>> + Send + use<> {
        self.stack.clone().oneshot(request)
    }

    /// Sends and moves the clock until the answer is there.
    pub(crate) fn ask(&self, request: Request) -> Result<Response, Error> {
        self.run(self.send(request))
    }

    pub(crate) fn run<F: Future>(&self, future: F) -> F::Output {
        run(&self.clock, future)
    }

    pub(crate) fn now(&self) -> Duration {
        self.clock.monotonic()
    }

    /// The same stack, script and limiter for another account.
    pub(crate) fn for_account(&self, account: AccountContext) -> Self {
        Self { account: Arc::new(account), ..self.clone() }
    }
}

pub(crate) fn clock() -> ManualClock {
    ManualClock::new(Timestamp::new(1_750_000_000))
}

pub(crate) fn key(account: &str) -> LimitKey {
    LimitKey::new("integration", account)
}

pub(crate) fn account(host: &str, limiter: Arc<dyn RateLimiter>) -> AccountContext {
    AccountContext::new(host.parse().unwrap(), key(host), limiter)
}

/// A request with the extensions that the layers read.
pub(crate) fn request(account: &Arc<AccountContext>, method: Method, repeat: Repeat) -> Request {
    let operation = Operation::new("leads", "test", method.clone(), "/api/v4/leads/{id}", repeat);
    let uri = account.origin().uri("/api/v4/leads/1").unwrap();
    let mut request = Request::new(Bytes::from_static(b"{}"));
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    request.extensions_mut().insert(Meta::new(Arc::new(operation), None));
    request.extensions_mut().insert(Arc::clone(account));
    request
}

/// Changes what a request says about itself.
pub(crate) trait Change: Sized {
    fn meta(self, change: impl FnOnce(&mut Meta)) -> Self;

    fn within(self, deadline: Duration) -> Self {
        self.meta(|meta| meta.deadline = Some(deadline))
    }

    fn streaming(self) -> Self {
        self.meta(|meta| meta.streaming = true)
    }
}

impl Change for Request {
    fn meta(mut self, change: impl FnOnce(&mut Meta)) -> Self {
        change(self.extensions_mut().get_mut().unwrap());
        self
    }
}

/// How many of `times`, which are sorted, are within one second at most.
pub(crate) fn worst_second(times: &[Duration]) -> usize {
    let second =
        |from: &Duration| times.iter().filter(|at| (*from..*from + S(1)).contains(*at)).count();
    times.iter().map(second).max().unwrap_or(0)
}

/// The bytes of a body that is there, or that comes without waiting for the clock.
pub(crate) fn bytes_of(response: Response) -> Bytes {
    run(&clock(), response.into_body().collect(usize::MAX)).unwrap()
}

/// Polls a future whenever it was woken, and moves the clock to the next sleeper whenever it was not.
pub(crate) fn run<F: Future>(clock: &ManualClock, future: F) -> F::Output {
    let mut future = pin!(future);
    let mut driver = Driver::new();
    loop {
        if let Poll::Ready(output) = driver.poll(future.as_mut()) {
            return output;
        }
        let (_, next) = clock.sleeping();
        clock.advance(next.expect("the future waits and nobody will ever wake it"));
        assert!(clock.monotonic() < LONGEST, "the clock runs on and the future is not done");
    }
}

/// Polls as an executor does: only who was woken.
pub(crate) struct Driver(Arc<Woken>);

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl Driver {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Woken(AtomicBool::new(true))))
    }

    /// Polls until the future is done or nobody wakes it any more.
    pub(crate) fn poll<F: Future>(&mut self, mut future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
        let waker = Waker::from(Arc::clone(&self.0));
        while self.0.0.swap(false, Ordering::SeqCst) {
            if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                return Poll::Ready(output);
            }
        }
        Poll::Pending
    }
}
