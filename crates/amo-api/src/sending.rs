//! The future of a call.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

/// What a builder's `.await` waits for. Nothing is sent before it is polled; dropping it gives up the call.
#[must_use = "nothing is sent until it is awaited"]
pub struct Sending<T>(Pin<Box<dyn Future<Output = T> + Send>>);

impl<T> Sending<T> {
    pub(crate) fn new(call: impl Future<Output = T> + Send + 'static) -> Self {
        Self(Box::pin(call))
    }
}

impl<T> Future for Sending<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        self.0.as_mut().poll(cx)
    }
}

impl<T> fmt::Debug for Sending<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sending")
    }
}
