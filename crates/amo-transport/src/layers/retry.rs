//! Repeats what may be repeated.

use std::sync::Arc;
use std::time::Duration;

use amo_auth::Clock;
use http::StatusCode;
use tower::ServiceExt as _;
use tower_layer::Layer;

use super::rate_limit::{WAIT, wait_asked_for};
use super::{Inner, Request, Response};
use crate::meta::Context;
use crate::{Error, ErrorKind};

/// The first pause is between nothing and this; each further one may be twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(20);

/// Makes a [`Retry`].
#[derive(Clone, Debug)]
pub struct RetryLayer {
    clock: Arc<dyn Clock>,
    attempts: u32,
}

impl RetryLayer {
    /// At most `attempts` attempts of a call, pauses by `clock`.
    pub fn new(clock: Arc<dyn Clock>, attempts: u32) -> Self {
        Self { clock, attempts }
    }
}

impl<S> Layer<S> for RetryLayer {
    type Service = Retry<S>;

    fn layer(&self, inner: S) -> Retry<S> {
        Retry { inner, clock: Arc::clone(&self.clock), attempts: self.attempts }
    }
}

/// Repeats a call after a failure that repeating can mend: what was never sent and what the server
/// refused with 429, whatever it is; a 500, 502, 503, 504 or a broken connection only if the operation
/// is repeatable. A call that is not repeated ends with its last answer or error.
#[derive(Clone, Debug)]
pub struct Retry<S> {
    inner: S,
    clock: Arc<dyn Clock>,
    attempts: u32,
}

impl<S: Inner> Retry<S> {
    async fn run(mut self, request: Request) -> Result<Response, Error> {
        let Context { meta, account, call } = Context::of(&request)?;
        let repeatable = meta.repeatable();
        let until = meta.deadline.and_then(|after| self.clock.monotonic().checked_add(after));
        let (mut attempt, mut timeouts) = (1, 0);
        loop {
            let result = self.inner.ready().await?.call(request.clone()).await;
            let result = result.map_err(|error| error.after(&call));
            timeouts += u32::from(took_too_long(&result));
            if meta.timeouts.is_some_and(|most| timeouts >= most) {
                return result;
            }
            let Some(pause) = pause(&result, repeatable, attempt) else { return result };
            // A wait that outlives the deadline would only hide the answer that is there.
            let too_late = until.is_some_and(|until| self.clock.monotonic() + pause >= until);
            if attempt >= self.attempts || too_late {
                return result;
            }
            match &result {
                Ok(response) => {
                    tracing::debug!(
                        status = response.status().as_u16(),
                        ?pause,
                        "repeats the request"
                    );
                }
                Err(error) => {
                    tracing::debug!(error = %error.for_log(), ?pause, "repeats the request");
                }
            }
            drop(result);
            self.clock.sleep(pause).await;
            account.counters().retry();
            attempt += 1;
        }
    }
}

/// Was it too much for the server, or for the time that an attempt has?
fn took_too_long(result: &Result<Response, Error>) -> bool {
    match result {
        Ok(response) => response.status() == StatusCode::GATEWAY_TIMEOUT,
        Err(error) => error.kind() == ErrorKind::AttemptTimeout,
    }
}

/// How long to wait before repeating; `None` if it must not be, or need not be.
fn pause(result: &Result<Response, Error>, repeatable: bool, attempt: u32) -> Option<Duration> {
    match result {
        Ok(response) => match response.status() {
            StatusCode::TOO_MANY_REQUESTS => Some(wait_asked_for(response).unwrap_or(WAIT)),
            StatusCode::INTERNAL_SERVER_ERROR
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT => repeatable.then(|| back_off(attempt)),
            _ => None,
        },
        Err(error) => match error.kind() {
            ErrorKind::Connect => Some(back_off(attempt)),
            ErrorKind::Io | ErrorKind::AttemptTimeout => repeatable.then(|| back_off(attempt)),
            _ => None,
        },
    }
}

/// Exponential, with full jitter.
fn back_off(attempt: u32) -> Duration {
    let most =
        FIRST_PAUSE.saturating_mul(1 << attempt.saturating_sub(1).min(16)).min(LONGEST_PAUSE);
    most.mul_f64(fastrand::f64())
}

super::service!(Retry);
