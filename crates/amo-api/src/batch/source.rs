//! Where the items of a batch come from.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

/// Items that are there when they are asked for.
pub struct Iter<I>(Box<dyn Iterator<Item = I> + Send>);

impl<I> Iter<I> {
    pub(crate) fn new(items: impl IntoIterator<Item = I, IntoIter: Send + 'static>) -> Self {
        Self(Box::new(items.into_iter()))
    }
}

impl<I> Iterator for Iter<I> {
    type Item = I;

    fn next(&mut self) -> Option<I> {
        self.0.next()
    }
}

impl<I> Stream for Iter<I> {
    type Item = I;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<I>> {
        Poll::Ready(self.0.next())
    }
}

impl<I> fmt::Debug for Iter<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Iter")
    }
}

/// Items that are waited for.
pub(super) type Streamed<I> = Pin<Box<dyn Stream<Item = I> + Send>>;
