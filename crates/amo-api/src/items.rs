//! Walking a list: its entities as a stream.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec::IntoIter;

use amo_core::List;
use futures_core::Stream;

use crate::walk::{Cursor, Progress};
use crate::{Error, Pages};

/// All entities of a list, in order. It ends with the last one, or with the first error, whose
/// [`cursor`](Error::cursor) says from where to go on. What [`Pages`] says of pages holds here, too.
#[must_use = "a walk does nothing until it is polled"]
pub struct Items<R: List> {
    pages: Pages<R>,
    page: IntoIter<R>,
    /// How many of the page were handed out, by this walk or before it was resumed.
    done: usize,
}

impl<R: List> Items<R> {
    pub(crate) fn new(pages: Pages<R>) -> Self {
        Self { pages, page: Vec::new().into_iter(), done: 0 }
    }

    /// How many pages may be under way or waiting to be looked at; see [`Pages::ahead`].
    pub fn ahead(mut self, pages: usize) -> Self {
        self.pages = self.pages.ahead(pages);
        self
    }

    /// How many entities there will be, as far as the caller knows: for [`progress`](Self::progress).
    pub fn expecting(mut self, items: u64) -> Self {
        self.pages = self.pages.expecting(items);
        self
    }

    /// The next entity; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<R, Error>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// The place of the next entity, to go on from there later by
    /// [`Entities::resume`](crate::Entities::resume); `None` at the end.
    pub fn cursor(&self) -> Option<Cursor> {
        match self.pages.current() {
            Some(page) if self.page.len() > 0 => Some(Cursor::new(&page.target, self.done)),
            _ => self.pages.cursor(),
        }
    }

    /// How far it has come.
    pub fn progress(&self) -> Progress {
        let mut progress = self.pages.progress();
        let left = self.page.len() as u64;
        progress.items -= left;
        progress.pages -= u64::from(left > 0);
        progress
    }
}

impl<R: List> Stream for Items<R> {
    type Item = Result<R, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(item) = self.page.next() {
                self.done += 1;
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(Pin::new(&mut self.pages).poll_next(cx)) {
                Some(Ok(page)) => {
                    self.page = page.items.into_iter();
                    self.done = self.pages.current().map_or(0, Cursor::skip);
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

// Nothing of it is pinned.
impl<R: List> Unpin for Items<R> {}

impl<R: List> fmt::Debug for Items<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("of", &R::NAME)
            .field("cursor", &self.cursor())
            .finish_non_exhaustive()
    }
}
