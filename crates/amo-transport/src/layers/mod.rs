//! The layers of the stack, each usable alone. All take and give `http::Request<Bytes>` and
//! `http::Response<Body>`, and read what they need to know from the request's extensions:
//! [`Meta`](crate::Meta), `Arc<`[`Call`](crate::Call)`>` and `Arc<`[`AccountContext`](crate::AccountContext)`>`.

mod attach;
mod attempt;
mod attempt_log;
mod calls;
mod rate_limit;
mod reauth;
mod retry;

use std::pin::Pin;

use bytes::Bytes;
use tower::Service;

pub use self::attach::{Attach, AttachLayer};
pub use self::attempt::{Attempt, AttemptLayer};
pub use self::attempt_log::{AttemptLog, AttemptLogLayer};
pub use self::calls::{Calls, CallsLayer};
pub use self::rate_limit::{RateLimit, RateLimitLayer};
pub use self::reauth::{Reauth, ReauthLayer};
pub use self::retry::{Retry, RetryLayer};
use crate::{Body, Error};

/// What a service of the stack takes.
pub type Request = http::Request<Bytes>;
/// What it gives.
pub type Response = http::Response<Body>;
/// The future of its answer.
pub type ResponseFuture = Pin<Box<dyn Future<Output = Result<Response, Error>> + Send>>;

/// A service that a layer can wrap. Implemented for everything that fits.
pub trait Inner:
    Service<Request, Response = Response, Error = Error, Future: Send> + Clone + Send + Sync + 'static
{
}

impl<S> Inner for S where
    S: Service<Request, Response = Response, Error = Error, Future: Send>
        + Clone
        + Send
        + Sync
        + 'static
{
}

/// What all layers have in common: `poll_ready` only delegates, and all work is in the future of `call`.
macro_rules! service {
    ($layer:ident) => {
        impl<S: $crate::layers::Inner> tower::Service<$crate::layers::Request> for $layer<S> {
            type Response = $crate::layers::Response;
            type Error = $crate::Error;
            type Future = $crate::layers::ResponseFuture;

            fn poll_ready(
                &mut self,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<Result<(), $crate::Error>> {
                self.inner.poll_ready(cx)
            }

            fn call(&mut self, request: $crate::layers::Request) -> Self::Future {
                // The inner service that was made ready goes with the call; its clone, which is not, stays.
                let mut service = self.clone();
                std::mem::swap(&mut service.inner, &mut self.inner);
                Box::pin(service.run(request))
            }
        }
    };
}
use service;
