//! Walking a list: pages and items as streams.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use amo_core::{List, Page};
use futures_core::Stream;

use crate::call::Via;
use crate::list::read_page;
use crate::prepared::Prepared;
use crate::{Error, ErrorKind, Sending};

/// All pages of a list, one after the other. It ends with the last page, or with the first error.
///
/// Walks wait behind calls that somebody waits for, and have no deadline of their own.
#[must_use = "a walk does nothing until it is polled"]
pub struct Pages<R: List> {
    via: Via,
    state: State<R>,
}

enum State<R> {
    Next(Box<Prepared>),
    Reading { request: Box<Prepared>, page: Sending<Result<Page<R>, Error>> },
    Failed(Error),
    End,
}

impl<R: List> Pages<R> {
    pub(crate) fn new(via: Via, first: Result<Prepared, Error>) -> Self {
        let state = match first {
            Ok(first) => State::Next(Box::new(first)),
            Err(error) => State::Failed(error),
        };
        Self { via, state }
    }

    /// The next page; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<Page<R>, Error>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

/// Where the page after `read` is. Of the server's link only path and query are used: whatever host it
/// names, the request goes to the account's own server.
pub(crate) fn after(read: &Prepared, link: &str) -> Result<Prepared, Error> {
    let wrong = |what: &str| {
        Error::new(ErrorKind::Decode, &read.operation, format!("the link to the next page {what}"))
    };
    let uri: http::Uri = link.parse().map_err(|_| wrong("is no URL"))?;
    let target = uri.path_and_query().ok_or_else(|| wrong("has no path"))?.as_str();
    let path = |target: &str| target.split('?').next().map(str::to_owned);
    if path(target) != path(&read.path_and_query) {
        return Err(wrong("leads to another list"));
    }
    if target == read.path_and_query {
        return Err(wrong("leads to the same page: the walk would never end"));
    }
    Ok(Prepared { path_and_query: target.to_owned(), ..read.clone() })
}

impl<R: List> Stream for Pages<R> {
    type Item = Result<Page<R>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match std::mem::replace(&mut self.state, State::End) {
                State::End => return Poll::Ready(None),
                State::Failed(error) => return Poll::Ready(Some(Err(error))),
                State::Next(request) => {
                    let (via, prepared) = (self.via.clone(), Prepared::clone(&request));
                    let page = Sending::new(async move { read_page(&via.send(prepared).await?) });
                    self.state = State::Reading { request, page };
                }
                State::Reading { request, mut page } => {
                    let Poll::Ready(page) = Pin::new(&mut page).poll(cx) else {
                        self.state = State::Reading { request, page };
                        return Poll::Pending;
                    };
                    let page = match page {
                        Ok(page) => page,
                        Err(error) => return Poll::Ready(Some(Err(error))),
                    };
                    self.state = match page.next.as_deref().map(|link| after(&request, link)) {
                        None => State::End,
                        Some(Ok(next)) => State::Next(Box::new(next)),
                        // After this page, which is good.
                        Some(Err(error)) => State::Failed(error),
                    };
                    // Only a missing link is the end: an empty page may stand in the middle.
                    if !page.items.is_empty() {
                        return Poll::Ready(Some(Ok(page)));
                    }
                }
            }
        }
    }
}

impl<R: List> fmt::Debug for Pages<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pages<{}>", R::NAME)
    }
}

/// All entities of a list, page by page. It ends with the last one, or with the first error.
#[must_use = "a walk does nothing until it is polled"]
pub struct Items<R: List> {
    pages: Pages<R>,
    buffered: VecDeque<R>,
}

impl<R: List> Items<R> {
    pub(crate) fn new(pages: Pages<R>) -> Self {
        Self { pages, buffered: VecDeque::new() }
    }

    /// The next entity; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<R, Error>>
    where
        R: Unpin,
    {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl<R: List + Unpin> Stream for Items<R> {
    type Item = Result<R, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(item) = self.buffered.pop_front() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(Pin::new(&mut self.pages).poll_next(cx)) {
                Some(Ok(page)) => self.buffered = page.items.into(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<R: List> fmt::Debug for Items<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Items<{}>", R::NAME)
    }
}
