//! One event for each attempt.

use std::sync::Arc;

use amo_auth::Clock;
use tower::ServiceExt as _;
use tower_layer::Layer;

use super::{Inner, Request, Response};
use crate::Error;
use crate::meta::Context;

/// Makes an [`AttemptLog`].
#[derive(Clone, Debug)]
pub struct AttemptLogLayer {
    clock: Arc<dyn Clock>,
}

impl AttemptLogLayer {
    /// Times by `clock`.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock }
    }
}

impl<S> Layer<S> for AttemptLogLayer {
    type Service = AttemptLog<S>;

    fn layer(&self, inner: S) -> AttemptLog<S> {
        AttemptLog { inner, clock: Arc::clone(&self.clock) }
    }
}

/// Writes what left and what came back as a `tracing` event: method, path template, status, time and the
/// server's request id. Never a query, a header or a body, which may hold secrets and people's data.
#[derive(Clone, Debug)]
pub struct AttemptLog<S> {
    inner: S,
    clock: Arc<dyn Clock>,
}

impl<S: Inner> AttemptLog<S> {
    async fn run(mut self, request: Request) -> Result<Response, Error> {
        let Context { meta, call, .. } = Context::of(&request)?;
        let method = request.method().clone();
        let (operation, path) = (&*meta.operation, &meta.operation.path);
        let attempt = call.attempts();
        let sent_bytes = request.body().len();
        let started = self.clock.monotonic();
        let result = self.inner.ready().await?.call(request).await;
        let ms = self.clock.monotonic().saturating_sub(started).as_millis() as u64;
        match &result {
            Ok(response) => {
                let status = response.status().as_u16();
                let request_id =
                    response.headers().get("x-request-id").and_then(|id| id.to_str().ok());
                tracing::debug!(%operation, %method, %path, attempt, sent_bytes, status, ms, request_id, "attempt");
            }
            Err(error) => {
                tracing::debug!(%operation, %method, %path, attempt, sent_bytes, ms, error = %error.for_log(), "attempt failed");
            }
        }
        result
    }
}

super::service!(AttemptLog);
