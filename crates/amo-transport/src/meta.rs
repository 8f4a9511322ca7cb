//! What the layers know of a call: extensions of its request.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use amo_core::{Operation, Repeat};

use crate::Priority;

/// What a request is, said by whoever built it. An extension of the request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Meta {
    /// The operation: its name and path template for logs, and whether it may be repeated.
    pub operation: Arc<Operation>,
    /// Who waits first at the rate limit.
    pub priority: Priority,
    /// Is the body handed out as it arrives?
    pub streaming: bool,
    /// How long the whole call may take; `None` for as long as it takes.
    pub deadline: Option<Duration>,
    /// After how many answers of 504, or attempts that took too long, the call ends, whatever else the
    /// stack would try: for callers who can ask for less. `None` for no bound of its own.
    pub timeouts: Option<u32>,
}

impl Meta {
    /// An interactive call with `deadline` for everything together.
    pub fn new(operation: Arc<Operation>, deadline: Option<Duration>) -> Self {
        Self {
            operation,
            priority: Priority::Interactive,
            streaming: false,
            deadline,
            timeouts: None,
        }
    }

    pub(crate) fn repeatable(&self) -> bool {
        self.operation.repeat == Repeat::Repeatable
    }
}

/// What happens to a call on its way: an extension of the request, and of the response for whoever wants
/// to know.
#[derive(Debug, Default)]
pub struct Call {
    attempts: AtomicU32,
    waited_micros: AtomicU64,
    in_flight: AtomicBool,
    /// An attempt failed in a way that does not tell whether the server acted.
    unknown: AtomicBool,
}

impl Call {
    /// The number of requests that were sent, or tried to be.
    pub fn attempts(&self) -> u32 {
        self.attempts.load(Ordering::Relaxed)
    }

    /// The time spent waiting for the rate limit.
    pub fn waited(&self) -> Duration {
        Duration::from_micros(self.waited_micros.load(Ordering::Relaxed))
    }

    /// Did an attempt end without telling whether the server acted? A refusal of a later one says nothing of
    /// it.
    pub fn perhaps_done(&self) -> bool {
        self.unknown.load(Ordering::Acquire)
    }

    pub(crate) fn count_attempt(&self) -> u32 {
        self.attempts.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(crate) fn add_wait(&self, wait: Duration) {
        let micros = u64::try_from(wait.as_micros()).unwrap_or(u64::MAX);
        self.waited_micros.fetch_add(micros, Ordering::Relaxed);
    }

    /// A request is on its way, and nobody knows yet what became of it.
    pub(crate) fn set_in_flight(&self, yes: bool) {
        self.in_flight.store(yes, Ordering::Release);
    }

    /// Nobody knows what became of an attempt.
    pub(crate) fn set_unknown(&self) {
        self.unknown.store(true, Ordering::Release);
    }

    pub(crate) fn in_flight(&self) -> bool {
        self.unknown.load(Ordering::Acquire) || self.in_flight.load(Ordering::Acquire)
    }
}

/// The extensions that every request of a stack carries.
pub(crate) struct Context {
    pub(crate) meta: Meta,
    pub(crate) call: Arc<Call>,
    pub(crate) account: Arc<crate::AccountContext>,
}

impl Context {
    pub(crate) fn of<B>(request: &http::Request<B>) -> Result<Self, crate::Error> {
        let extensions = request.extensions();
        match (extensions.get(), extensions.get(), extensions.get()) {
            (Some(meta), Some(call), Some(account)) => Ok(Self {
                meta: Meta::clone(meta),
                call: Arc::clone(call),
                account: Arc::clone(account),
            }),
            _ => Err(crate::Error::new(
                crate::ErrorKind::Configuration,
                "the request lacks the extensions `Meta`, `Arc<Call>` or `Arc<AccountContext>`",
            )),
        }
    }
}
