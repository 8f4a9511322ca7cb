//! The timeout of one attempt, its body included, and the bounded collection of that body.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use amo_auth::{Clock, clock::Sleep};
use bytes::Bytes;
use http::StatusCode;
use http_body::Frame;
use tower::ServiceExt as _;
use tower_layer::Layer;

use super::rate_limit::RetryAfter;
use super::{Inner, Request, Response};
use crate::meta::Context;
use crate::{Body, Error, ErrorKind};

/// Makes an [`Attempt`].
#[derive(Clone, Debug)]
pub struct AttemptLayer {
    clock: Arc<dyn Clock>,
    timeout: Duration,
    most: usize,
}

impl AttemptLayer {
    /// `timeout` by `clock` for each attempt, bodies of at most `most` bytes.
    pub fn new(clock: Arc<dyn Clock>, timeout: Duration, most: usize) -> Self {
        Self { clock, timeout, most }
    }
}

impl<S> Layer<S> for AttemptLayer {
    type Service = Attempt<S>;

    fn layer(&self, inner: S) -> Attempt<S> {
        Attempt { inner, clock: Arc::clone(&self.clock), timeout: self.timeout, most: self.most }
    }
}

/// Ends an attempt that takes too long, and collects the body. Of a streaming call the timeout is for the
/// head, and then for each gap between two chunks.
#[derive(Clone, Debug)]
pub struct Attempt<S> {
    inner: S,
    clock: Arc<dyn Clock>,
    timeout: Duration,
    most: usize,
}

impl<S: Inner> Attempt<S> {
    async fn run(mut self, request: Request) -> Result<Response, Error> {
        let Context { meta, .. } = Context::of(&request)?;
        self.inner.ready().await?;
        let answer = self.inner.call(request);
        let most = self.most;
        let attempt = async move {
            let response = answer.await?;
            if meta.streaming && response.status().is_success() {
                return Ok(response);
            }
            let (mut head, body) = response.into_parts();
            let bytes = body.collect(most).await?;
            if head.status == StatusCode::TOO_MANY_REQUESTS
                && let Some(wait) =
                    amo_core::Problem::from_slice(&bytes).and_then(|problem| problem.retry_after)
            {
                head.extensions.insert(RetryAfter(wait));
            }
            Ok(Response::from_parts(head, Body::whole(bytes)))
        };
        let mut attempt = std::pin::pin!(attempt);
        let mut alarm = self.clock.sleep(self.timeout);
        let response: Response = std::future::poll_fn(|cx| {
            if let Poll::Ready(result) = attempt.as_mut().poll(cx) {
                return Poll::Ready(result);
            }
            alarm.as_mut().poll(cx).map(|()| Err(too_slow(self.timeout)))
        })
        .await?;
        if response.body().is_whole() {
            return Ok(response);
        }
        Ok(response.map(|body| {
            Body::streaming(IdleTimeout {
                alarm: None,
                clock: self.clock,
                timeout: self.timeout,
                body,
            })
        }))
    }
}

fn too_slow(after: Duration) -> Error {
    Error::new(ErrorKind::AttemptTimeout, format!("the server did not answer within {after:?}"))
}

/// A body whose chunks must not come too far apart.
struct IdleTimeout {
    body: Body,
    clock: Arc<dyn Clock>,
    timeout: Duration,
    /// Set while the reader waits: his own time is not the server's.
    alarm: Option<Sleep>,
}

impl http_body::Body for IdleTimeout {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            self.alarm = None;
            return Poll::Ready(frame);
        }
        let after = self.timeout;
        let clock = Arc::clone(&self.clock);
        let alarm = self.alarm.get_or_insert_with(|| clock.sleep(after));
        alarm.as_mut().poll(cx).map(|()| Some(Err(too_slow(after))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.body.size_hint()
    }
}

super::service!(Attempt);
