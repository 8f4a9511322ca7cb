//! A slot for each attempt.

use std::sync::Arc;
use std::time::Duration;

use amo_auth::Clock;
use http::StatusCode;
use http::header::RETRY_AFTER;
use tower::ServiceExt as _;
use tower_layer::Layer;

use super::{Inner, Request, Response};
use crate::limiter::{Ask, Opening, Permit};
use crate::meta::Context;
use crate::{Error, ErrorKind};

/// How long everyone waits after a 429 that does not say for how long.
pub(super) const WAIT: Duration = Duration::from_secs(1);
/// A server that asks for more than this is taken at this: one request an hour does no harm.
const LONGEST_WAIT: Duration = Duration::from_secs(3_600);

/// Makes a [`RateLimit`].
#[derive(Clone, Debug)]
pub struct RateLimitLayer {
    clock: Arc<dyn Clock>,
    always_first: bool,
}

impl RateLimitLayer {
    /// A slot of the account's limiter for each attempt; `clock` measures the waits.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, always_first: false }
    }

    /// Every request waits at the head of the queue: for the token endpoint, for which all others wait.
    #[must_use]
    pub fn always_first(mut self) -> Self {
        self.always_first = true;
        self
    }
}

impl<S> Layer<S> for RateLimitLayer {
    type Service = RateLimit<S>;

    fn layer(&self, inner: S) -> RateLimit<S> {
        RateLimit { inner, clock: Arc::clone(&self.clock), always_first: self.always_first }
    }
}

/// Waits for a slot of the account's [`RateLimiter`](crate::RateLimiter), and pauses it for everyone when
/// the server answers 429.
#[derive(Clone, Debug)]
pub struct RateLimit<S> {
    inner: S,
    clock: Arc<dyn Clock>,
    always_first: bool,
}

impl<S: Inner> RateLimit<S> {
    async fn run(mut self, mut request: Request) -> Result<Response, Error> {
        let Context { meta, call, account } = Context::of(&request)?;
        // Ready before the slot is taken: nothing of ours waits while it is open.
        self.inner.ready().await?;
        let again = self.always_first || call.attempts() > 0;
        let asked = self.clock.monotonic();
        let ask = Ask::new(account.key().clone(), meta.priority, again);
        let permit = account.limiter().acquire(ask).await;
        call.add_wait(self.clock.monotonic().saturating_sub(asked));
        call.count_attempt();
        account.counters().request();
        let opening = permit.opening();
        request.extensions_mut().insert(opening.clone());
        call.set_in_flight(true);
        let sent = Sent { permit, opening };
        let result = self.inner.call(request).await;
        let Sent { permit, .. } = &sent;
        match &result {
            // What failed on this machine costs nobody a slot. A connect that failed does: many at once
            // would look to the server like what the limit is there to prevent.
            Err(error) if error.not_sent() && error.kind() != ErrorKind::Connect => {
                sent.opening.give_back();
            }
            // A transport that does not tell when it has a connection: the second begins with the answer.
            _ => permit.begin(),
        }
        if result
            .as_ref()
            .map_or_else(Error::outcome_unknown, |answer| answer.status().is_server_error())
        {
            call.set_unknown();
        }
        call.set_in_flight(false);
        if let Ok(response) = &result
            && response.status() == StatusCode::TOO_MANY_REQUESTS
        {
            let wait = wait_asked_for(response).unwrap_or(WAIT);
            tracing::warn!(?wait, "the server refuses more requests: all wait");
            account.limiter().throttled(account.key(), wait);
        }
        result
    }
}

/// A request that was handed on, with its slot.
struct Sent {
    permit: Permit,
    opening: Opening,
}

impl Drop for Sent {
    /// Dropped in the middle: a transport that does not tell may have sent it.
    fn drop(&mut self) {
        if !self.opening.is_taken() {
            self.permit.begin();
        }
    }
}

/// How long the server asks to wait: by the header in seconds (its form of a date is not used by
/// amoCRM), else by the body's `retry_after`, which [`Attempt`](super::Attempt) has read.
pub(super) fn wait_asked_for(response: &Response) -> Option<Duration> {
    let header = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    let seconds = header.and_then(|text| text.trim().parse().ok()).map(Duration::from_secs);
    let wait = seconds.or_else(|| response.extensions().get::<RetryAfter>().map(|after| after.0));
    wait.map(|wait| wait.min(LONGEST_WAIT))
}

/// `retry_after` of a 429's body: an extension of the response.
#[derive(Clone, Copy)]
pub(super) struct RetryAfter(pub(super) Duration);

super::service!(RateLimit);
