//! Walking a list: its pages as a stream.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use amo_core::{List, Page};
use futures_core::Stream;

use crate::Error;
use crate::call::Via;
use crate::prepared::Prepared;
use crate::task::Task;
use crate::walk::{Cursor, Estimate, Progress, Reader, Target, after};

/// How many pages are asked for ahead, unless said: at 300 ms for an answer three are under way at 7 a
/// second.
const AHEAD: usize = 4;

/// All pages of a list, in order. It ends with the last page, or with the first error, whose
/// [`cursor`](Error::cursor) says from where to go on.
///
/// While one page is looked at, the next ones are on their way: so the walk is as fast as the rate limit
/// allows, however long an answer takes. That is done where the server's links differ in nothing but
/// the number of the page; other lists are read one page at a time. At most [`ahead`](Self::ahead) pages
/// are held. Where a page is too much for the server (504), it is read in parts.
///
/// Walks wait behind calls that somebody waits for, and have no deadline of their own. The pages ahead
/// are read in tasks of tokio's runtime, which end when this is dropped; without such a runtime they
/// go on while this is polled.
#[must_use = "a walk does nothing until it is polled"]
pub struct Pages<R: List> {
    reader: Reader,
    /// The pages that were asked for, in order.
    asked: VecDeque<Asked<R>>,
    /// The page after them.
    next: Option<Prepared>,
    /// Why the walk ends before its next page.
    failed: Option<Error>,
    /// After how many pages, up to here, the link differed in nothing but the number of the page.
    steady: usize,
    ahead: usize,
    /// The number of the last page, if the list says how many items there are.
    last_page: Option<u64>,
    /// So many items of the next page are done with.
    skip: usize,
    /// The last page that was handed out.
    current: Option<Cursor>,
    seen: Seen,
}

/// What was handed out, and since when.
#[derive(Default)]
struct Seen {
    pages: u64,
    items: u64,
    per_page: u64,
    total: Option<u64>,
    expected: Option<u64>,
    began: Option<Duration>,
}

struct Asked<R> {
    request: Prepared,
    page: Fetched<R>,
}

/// What was asked for, and what came.
type Read<R> = (Prepared, Result<Page<R>, Error>);

enum Fetched<R> {
    Coming(Task<Page<R>>),
    There(Result<Page<R>, Error>),
}

impl<R: List> Pages<R> {
    pub(crate) fn new(via: Via, first: Result<Prepared, Error>, skip: usize) -> Self {
        Self::read_by(Reader::new(via), first, skip)
    }

    pub(crate) fn read_by(reader: Reader, first: Result<Prepared, Error>, skip: usize) -> Self {
        let (next, failed) = match first {
            Ok(first) => (Some(first), None),
            Err(error) => (None, Some(error)),
        };
        Self {
            reader,
            asked: VecDeque::new(),
            next,
            failed,
            steady: 0,
            ahead: AHEAD,
            last_page: None,
            skip,
            current: None,
            seen: Seen::default(),
        }
    }

    /// How many pages may be under way or waiting to be looked at: 4 unless said. That bounds the memory of
    /// the walk, too. With 0 a page is only asked for when it is wanted.
    pub fn ahead(mut self, pages: usize) -> Self {
        self.ahead = pages;
        self
    }

    /// How many items there will be, as far as the caller knows: for [`progress`](Self::progress).
    pub fn expecting(mut self, items: u64) -> Self {
        self.seen.expected = Some(items);
        self
    }

    /// The next page; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<Page<R>, Error>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// The place of the next page, to go on from there later by
    /// [`Entities::resume`](crate::Entities::resume); `None` at the end.
    pub fn cursor(&self) -> Option<Cursor> {
        match self.asked.front().map(|asked| &asked.request).or(self.next.as_ref()) {
            Some(next) => Some(Cursor::new(&next.path_and_query, self.skip)),
            None => self.failed.as_ref()?.cursor().cloned(),
        }
    }

    /// The place of the page that was handed out last.
    pub(crate) fn current(&self) -> Option<&Cursor> {
        self.current.as_ref()
    }

    /// How far it has come.
    pub fn progress(&self) -> Progress {
        let Seen { pages, items, per_page, total, expected, began } = self.seen;
        let requests = self.reader.requests();
        let is_over = pages > 0 && self.cursor().is_none();
        let left = total.or(expected).map(|total| {
            let left = if is_over { 0 } else { total.saturating_sub(items) };
            let now = self.reader.via().client.clock().monotonic();
            let time = began.map_or(Duration::ZERO, |began| now.saturating_sub(began));
            Estimate::of(left, per_page.max(self.per_page()), requests, time)
        });
        Progress { pages, items, requests, waited: self.reader.waited(), left }
    }

    /// How many items the next page will have.
    fn per_page(&self) -> u64 {
        let next = self.asked.front().map(|asked| &asked.request).or(self.next.as_ref());
        let limit = next.and_then(|next| Target::new(&next.path_and_query).limit());
        limit.map_or(0, u64::from)
    }

    /// Asks for pages until `most` are under way.
    fn ask(&mut self, most: usize) {
        while self.asked.len() < most && !self.sees_the_end() {
            let Some(request) = self.next.take() else { return };
            let reader = self.reader.clone();
            let (sent, target) = (request.clone(), Target::new(&request.path_and_query));
            let page = Task::start(async move { reader.page(sent).await });
            if self.steady > 0 {
                self.next = target.page().and_then(|page| page.checked_add(1)).and_then(|page| {
                    // Beyond what the list says it has, the links are waited for.
                    let is_there = self.last_page.is_none_or(|last| u64::from(page) <= last);
                    let path_and_query = target.at_page(page);
                    is_there.then(|| Prepared { path_and_query, ..request.clone() })
                });
            }
            self.asked.push_back(Asked { request, page: Fetched::Coming(page) });
        }
    }

    /// Is one of the pages ahead known to be the last?
    fn sees_the_end(&self) -> bool {
        self.asked.iter().any(|asked| match &asked.page {
            Fetched::There(Ok(page)) => page.next.is_none(),
            _ => false,
        })
    }

    /// Takes the first of the pages that were asked for, once it is there.
    fn take(&mut self, cx: &mut Context<'_>) -> Poll<Option<Read<R>>> {
        // All of them: where there is no runtime they go on by being polled.
        for asked in &mut self.asked {
            if let Fetched::Coming(task) = &mut asked.page
                && let Poll::Ready(page) = Pin::new(task).poll(cx)
            {
                asked.page = Fetched::There(page);
            }
        }
        match self.asked.pop_front() {
            None => Poll::Ready(None),
            Some(Asked { request, page: Fetched::There(page) }) => {
                Poll::Ready(Some((request, page)))
            }
            Some(coming) => {
                self.asked.push_front(coming);
                Poll::Pending
            }
        }
    }

    /// Finds out what comes behind a page of which so many items are done with then, and asks for it.
    fn advance(&mut self, read: &Prepared, page: &Page<R>, done: usize) {
        let Some(link) = &page.next else {
            // What was asked for beyond the end may be an error even; it does not matter.
            self.asked.clear();
            self.next = None;
            return;
        };
        let next = match after(read, link) {
            Ok(next) => next,
            // After this page, which is good.
            Err(error) => {
                self.asked.clear();
                self.next = None;
                self.failed = Some(error.at(Cursor::new(&read.path_and_query, done)));
                return;
            }
        };
        let (here, there) = (Target::new(&read.path_and_query), Target::new(&next.path_and_query));
        self.steady = if here.is_followed_by(there) { self.steady.saturating_add(1) } else { 0 };
        let limit = here.limit().map(u64::from).filter(|_| self.steady > 0);
        self.last_page = page.total.zip(limit).map(|(total, limit)| total.div_ceil(limit));
        let is_asked_for = self
            .asked
            .front()
            .is_some_and(|asked| Target::new(&asked.request.path_and_query).is_same(there));
        if !is_asked_for {
            self.asked.clear();
            self.next = Some(next);
        }
        self.ask(self.window());
    }

    /// How many pages may be asked for at once: more and more, so that a short list costs few requests
    /// for pages that it does not have. Three at first: so the seventh request leaves after two answers,
    /// and all that the limit allows in the seconds behind it depends on when that was.
    fn window(&self) -> usize {
        let grown = if self.steady > 0 { self.steady.saturating_add(2) } else { 1 };
        grown.min(self.ahead)
    }
}

impl<R: List> Stream for Pages<R> {
    type Item = Result<Page<R>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.seen.began.is_none() {
            this.seen.began = Some(this.reader.via().client.clock().monotonic());
        }
        loop {
            if let Some(error) = this.failed.take() {
                return Poll::Ready(Some(Err(error)));
            }
            this.ask(this.window().max(1));
            let (request, page) = match this.take(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(first)) => first,
            };
            let place = Cursor::new(&request.path_and_query, this.skip);
            let mut page = match page {
                Ok(page) => page,
                Err(error) => {
                    this.asked.clear();
                    this.next = None;
                    return Poll::Ready(Some(Err(error.at(place))));
                }
            };
            this.seen.per_page = this.seen.per_page.max(page.items.len() as u64);
            this.seen.total = page.total.or(this.seen.total);
            let done = page.items.len();
            page.items.drain(..this.skip.min(done));
            this.skip = 0;
            this.advance(&request, &page, done);
            // Only a missing link is the end: an empty page may stand in the middle.
            if !page.items.is_empty() {
                this.seen.pages += 1;
                this.seen.items += page.items.len() as u64;
                this.current = Some(place);
                return Poll::Ready(Some(Ok(page)));
            }
        }
    }
}

// Nothing of it is pinned.
impl<R: List> Unpin for Pages<R> {}

impl<R: List> fmt::Debug for Pages<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("of", &R::NAME)
            .field("cursor", &self.cursor())
            .field("asked", &self.asked.len())
            .finish_non_exhaustive()
    }
}
