//! At most so many requests in any second.

mod machine;
mod sliding_log;

use std::fmt::{self, Debug};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

pub use self::sliding_log::SlidingLog;

/// Whose requests count together: those of one integration in one account.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct LimitKey {
    /// The integration's id; empty where it is not known.
    pub integration: String,
    /// The account's host.
    pub account: String,
    /// Another host of the account, whose requests count apart: that of its drive.
    pub host: Option<String>,
}

impl LimitKey {
    /// An integration in an account.
    pub fn new(integration: impl Into<String>, account: impl Into<String>) -> Self {
        Self { integration: integration.into(), account: account.into(), host: None }
    }

    /// The same account at another of its hosts.
    #[must_use]
    pub fn at(mut self, host: impl Into<String>) -> Self {
        self.host = Some(host.into());
        self
    }
}

/// Who goes first when several wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[non_exhaustive]
pub enum Priority {
    /// Somebody waits for it.
    #[default]
    Interactive,
    /// A long job: walks and batches. It does not starve.
    Background,
}

/// What a slot is asked for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Ask {
    /// Whose.
    pub key: LimitKey,
    /// How urgent.
    pub priority: Priority,
    /// A call that has waited before, and is repeated now, waits at the head of its priority.
    pub again: bool,
}

impl Ask {
    /// Asks for a slot.
    pub fn new(key: LimitKey, priority: Priority, again: bool) -> Self {
        Self { key, priority, again }
    }
}

/// Hands out slots: one for each request on the wire.
pub trait RateLimiter: Debug + Send + Sync + 'static {
    /// Waits for a slot. Dropping the future leaves the queue.
    fn acquire(&self, ask: Ask) -> Pin<Box<dyn Future<Output = Permit> + Send>>;

    /// The server answered 429: nobody with this key sends anything for `wait`.
    fn throttled(&self, key: &LimitKey, wait: Duration);
}

/// A slot. It is *open* until the request has a connection, and counts as used meanwhile; its second
/// begins with [`begin`](Self::begin). Dropped while open, it is given back.
pub struct Permit(Arc<dyn Slot>);

/// What a [`Permit`] tells its limiter.
pub(crate) trait Slot: Send + Sync {
    fn begin(&self);
    fn end(&self);
}

impl Permit {
    pub(crate) fn new(slot: impl Slot + 'static) -> Self {
        Self(Arc::new(slot))
    }

    /// A permit that nobody counts, or that `on_begin` counts: for limiters of your own.
    pub fn from_fn(on_begin: impl FnOnce() + Send + 'static) -> Self {
        Self::new(FromFn(std::sync::Mutex::new(Some(Box::new(on_begin)))))
    }

    /// The request has a connection: its second begins. Only the first call counts.
    pub fn begin(&self) {
        self.0.begin();
    }

    /// A handle for whoever learns of the connection.
    pub(crate) fn opening(&self) -> Opening {
        Opening { slot: Arc::clone(&self.0), taken: Arc::default() }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.end();
    }
}

impl Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Permit")
    }
}

/// The part of a permit that travels with the request, as an extension: a connector that knows when a
/// request has its connection [takes](Self::take) it and says so. Where none does, the second begins with
/// the answer, and a slow server costs throughput.
#[derive(Clone)]
pub struct Opening {
    slot: Arc<dyn Slot>,
    taken: Arc<AtomicBool>,
}

impl Opening {
    /// Takes it out of a request. Whoever does so must call [`begin`](Self::begin) when the request has
    /// its connection: a call that is dropped before gives its slot back.
    pub fn take<B>(request: &mut http::Request<B>) -> Option<Self> {
        let opening: Self = request.extensions_mut().remove()?;
        opening.taken.store(true, Ordering::Release);
        Some(opening)
    }

    /// The request has a connection. Only the first call counts.
    pub fn begin(&self) {
        self.slot.begin();
    }

    /// Nothing was sent: dropping the permit gives the slot back.
    pub(crate) fn give_back(&self) {
        self.taken.store(true, Ordering::Release);
    }

    /// Is there somebody who will tell when the request has its connection?
    pub(crate) fn is_taken(&self) -> bool {
        self.taken.load(Ordering::Acquire)
    }
}

impl Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opening")
    }
}

struct FromFn(std::sync::Mutex<Option<Box<dyn FnOnce() + Send>>>);

impl FromFn {
    fn take(&self) -> Option<Box<dyn FnOnce() + Send>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take()
    }
}

impl Slot for FromFn {
    fn begin(&self) {
        if let Some(on_begin) = self.take() {
            on_begin();
        }
    }

    fn end(&self) {
        self.take();
    }
}

/// No limit: for tests, and where something else in front limits.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unlimited;

impl RateLimiter for Unlimited {
    fn acquire(&self, _ask: Ask) -> Pin<Box<dyn Future<Output = Permit> + Send>> {
        Box::pin(std::future::ready(Permit::from_fn(|| {})))
    }

    fn throttled(&self, _key: &LimitKey, _wait: Duration) {}
}
