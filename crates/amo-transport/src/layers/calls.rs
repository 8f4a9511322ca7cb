//! One span and one deadline for each logical call.

use std::sync::Arc;

use amo_auth::Clock;
use tower::ServiceExt as _;
use tower_layer::Layer;
use tracing::Instrument as _;

use super::{Inner, Request, Response};
use crate::meta::Context;
use crate::{Call, Error};

/// Makes a [`Calls`].
#[derive(Clone, Debug)]
pub struct CallsLayer {
    clock: Arc<dyn Clock>,
}

impl CallsLayer {
    /// Deadlines by `clock`.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock }
    }
}

impl<S> Layer<S> for CallsLayer {
    type Service = Calls<S>;

    fn layer(&self, inner: S) -> Calls<S> {
        Calls { inner, clock: Arc::clone(&self.clock) }
    }
}

/// Opens a span for each call, ends it at its deadline, counted from the first poll, and puts the
/// [`Call`] into the request and the response.
#[derive(Clone, Debug)]
pub struct Calls<S> {
    inner: S,
    clock: Arc<dyn Clock>,
}

impl<S: Inner> Calls<S> {
    async fn run(mut self, mut request: Request) -> Result<Response, Error> {
        let call = Arc::new(Call::default());
        request.extensions_mut().insert(Arc::clone(&call));
        let Context { meta, account, .. } = Context::of(&request)?;
        let span = tracing::info_span!(
            "amocrm",
            operation = %meta.operation,
            path = %meta.operation.path,
            account = account.origin().host(),
            status = tracing::field::Empty,
            attempts = tracing::field::Empty,
            waited_ms = tracing::field::Empty,
        );
        let within = async {
            let answer = self.inner.ready().await?.call(request);
            let Some(after) = meta.deadline else { return answer.await };
            let mut answer = std::pin::pin!(answer);
            let mut alarm = self.clock.sleep(after);
            std::future::poll_fn(|cx| {
                if let std::task::Poll::Ready(answer) = answer.as_mut().poll(cx) {
                    return std::task::Poll::Ready(answer);
                }
                alarm.as_mut().poll(cx).map(|()| Err(Error::deadline(after, call.in_flight())))
            })
            .await
        };
        let mut result = within.instrument(span.clone()).await;
        span.record("attempts", call.attempts());
        span.record("waited_ms", call.waited().as_millis() as u64);
        match &mut result {
            Ok(response) => {
                span.record("status", response.status().as_u16());
                response.extensions_mut().insert(call);
            }
            Err(error) => {
                let _entered = span.enter();
                tracing::warn!(%error, kind = ?error.kind(), "the call failed");
            }
        }
        result
    }
}

super::service!(Calls);
