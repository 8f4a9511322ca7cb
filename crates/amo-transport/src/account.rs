//! What a stack is told of the account that a request is for.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use amo_auth::{Origin, TokenProvider};

use crate::{LimitKey, RateLimiter};

/// Everything of an account that the layers need: an extension of each request, as `Arc`. The stack
/// itself holds nothing of an account, so that many accounts can share one.
#[derive(Clone, Debug)]
pub struct AccountContext {
    origin: Origin,
    trusted: Arc<[Origin]>,
    key: LimitKey,
    limiter: Arc<dyn RateLimiter>,
    provider: Option<Arc<dyn TokenProvider>>,
    counters: Arc<Counters>,
}

impl AccountContext {
    /// The context of an account at `origin`, which is on the list of its origins by that.
    pub fn new(origin: Origin, key: LimitKey, limiter: Arc<dyn RateLimiter>) -> Self {
        let trusted = Arc::from([origin.clone()]);
        Self { origin, trusted, key, limiter, provider: None, counters: Arc::default() }
    }

    /// The same account with its token provider.
    #[must_use]
    pub fn with_provider(mut self, provider: Arc<dyn TokenProvider>) -> Self {
        self.provider = Some(provider);
        self
    }

    /// The same account at another of its hosts, such as that of its drive, which may have its credential
    /// from now on. Whoever says so has made sure that the host is amoCRM's. Its requests count apart.
    #[must_use]
    pub fn at(&self, origin: Origin) -> Self {
        let key = self.key.clone().at(origin.host());
        let trusted = self.trusted.iter().cloned().chain([origin.clone()]).collect();
        Self { origin, trusted, key, ..self.clone() }
    }

    /// The address of the account.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// May the account's credential be sent there?
    pub fn trusts(&self, origin: &Origin) -> bool {
        self.trusted.contains(origin)
    }

    /// The token provider.
    pub fn provider(&self) -> Option<&Arc<dyn TokenProvider>> {
        self.provider.as_ref()
    }

    /// Whose requests count together.
    pub fn key(&self) -> &LimitKey {
        &self.key
    }

    /// The rate limiter.
    pub fn limiter(&self) -> &Arc<dyn RateLimiter> {
        &self.limiter
    }

    /// What has happened so far.
    pub fn counts(&self) -> Counts {
        let load = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let counters = &self.counters;
        Counts {
            requests: load(&counters.requests),
            retries: load(&counters.retries),
            token_requests: load(&counters.token_requests),
        }
    }

    pub(crate) fn counters(&self) -> &Counters {
        &self.counters
    }
}

/// What has happened on behalf of an account since its client was built.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Requests sent, or tried to be: repetitions and those of the token endpoint included.
    pub requests: u64,
    /// Requests that repeated an earlier one, after a refusal or a failure.
    pub retries: u64,
    /// Requests of the token endpoint: exchanges of a code and refreshes.
    pub token_requests: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Counters {
    requests: AtomicU64,
    retries: AtomicU64,
    token_requests: AtomicU64,
}

impl Counters {
    pub(crate) fn request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn retry(&self) {
        self.retries.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn token_request(&self) {
        self.token_requests.fetch_add(1, Ordering::Relaxed);
    }
}
