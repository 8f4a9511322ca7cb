//! Several calls at once, polled where they are.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::Sending;

/// Calls that are under way, each with what is known of it. Dropping it gives them up.
pub(crate) struct UnderWay<K, T>(Vec<(K, Sending<T>)>);

impl<K, T> UnderWay<K, T> {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn push(&mut self, known: K, call: Sending<T>) {
        self.0.push((known, call));
    }

    /// One that has ended, if any has.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<(K, T)> {
        for index in 0..self.0.len() {
            if let Poll::Ready(result) = Pin::new(&mut self.0[index].1).poll(cx) {
                // Not `swap_remove`: those that were sent first wait first at the rate limit.
                return Poll::Ready((self.0.remove(index).0, result));
            }
        }
        Poll::Pending
    }

    /// The next that ends; `None` if there is none.
    pub(crate) async fn next(&mut self) -> Option<(K, T)> {
        std::future::poll_fn(|cx| match self.poll(cx) {
            Poll::Pending if self.0.is_empty() => Poll::Ready(None),
            polled => polled.map(Some),
        })
        .await
    }
}

impl<K, T> fmt::Debug for UnderWay<K, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnderWay({})", self.len())
    }
}
