//! One span and one deadline for each logical call.

use std::sync::Arc;
use std::task::{Context, Poll};

use amo_auth::Clock;
use tower::{Service, ServiceExt as _};
use tower_layer::Layer;
use tracing::Instrument as _;

use super::{Inner, Request, Response, ResponseFuture};
use crate::meta::Context as CallContext;
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
        // Whoever sends it may bring it, so as to have it after a failure too.
        let call = Arc::clone(request.extensions_mut().get_or_insert_default::<Arc<Call>>());
        let CallContext { meta, account, .. } = CallContext::of(&request)?;
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
            // A layer of the caller's may be slow to be ready: that counts too.
            let answer = async { self.inner.ready().await?.call(request).await };
            let Some(after) = meta.deadline else { return answer.await };
            let mut answer = std::pin::pin!(answer);
            let mut alarm = self.clock.sleep(after);
            std::future::poll_fn(|cx| {
                if let Poll::Ready(answer) = answer.as_mut().poll(cx) {
                    return Poll::Ready(answer);
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
                tracing::warn!(error = %error.for_log(), kind = ?error.kind(), "the call failed");
            }
        }
        result
    }
}

impl<S: Inner> Service<Request> for Calls<S> {
    type Response = Response;
    type Error = Error;
    type Future = ResponseFuture;

    /// Always: what is below is made ready within the deadline.
    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> ResponseFuture {
        Box::pin(self.clone().run(request))
    }
}
