//! Complete walks: what was there during the whole walk comes once, whatever else happened meanwhile.

mod base;
mod by_id;
mod by_time;
mod kinds;
mod plan;
mod run;

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec::IntoIter;

use futures_core::Stream;
use tokio::sync::mpsc;

use crate::task::Task;
use crate::walk::{Progress, Reader};
use crate::{ApiCall, Error, ListPage};

use run::Walk;

pub use kinds::Completable;

/// How many requests are under way at once, unless said.
const AT_ONCE: usize = 4;

/// How a complete walk went, and what it can vouch for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Completeness {
    /// How many entities came.
    pub items: u64,
    /// Was the list read by times of creation, each in one request? Then nothing can have moved.
    pub by_filter: bool,
    /// How many deletions, restorations and merges of such entities there were during the walk, which move
    /// the others from page to page. `None` if nobody knows: the token may not read the events. Not
    /// counted where it does not matter.
    pub moves: Option<u64>,
}

impl Completeness {
    /// May an entity that was there all the time be missing? Then walk again, in a calmer moment.
    pub fn may_lack_some(&self) -> bool {
        !self.by_filter && self.moves != Some(0)
    }
}

impl<R: Completable> ApiCall<ListPage<R>> {
    /// All entities that are in the list during the whole walk, each once, in no order: for accounts where
    /// others work at the same time. An offset counts rows, so that whoever deletes a row of a page that was
    /// read moves one of the next page out of the sight of [`items`](Self::items).
    ///
    /// Where the account has filters (`is_api_filter_enabled`; asked once, unless said by
    /// [`Complete::filters`]), the list is read by times of creation, in spans so short that each fits in one
    /// request. Where it has none, it is read by the ids, and [`Complete::completeness`] says afterwards whether
    /// anything was deleted meanwhile. What comes into the list or leaves it during the walk may come or not; so
    /// may an entity whose time of creation is changed.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let (sandbox, server) = amo_sandbox::Sandbox::builder().leads(30).start().await?;
    /// # let token = amo_auth::LongLived::new(sandbox.connection().long_lived_token);
    /// # let client = amo_api::Client::builder(server.base_url()).auth(token).build()?;
    /// let mut leads = client.leads().list().complete();
    /// while let Some(lead) = leads.next().await {
    ///     println!("{}", lead?.id);
    /// }
    /// let completeness = leads.completeness().ok_or("not at the end")?;
    /// assert_eq!(completeness.items, 30);
    /// assert!(!completeness.may_lack_some());
    /// # Ok(())
    /// # }
    /// ```
    pub fn complete(self) -> Complete<R> {
        Complete {
            state: State::Still(Box::new(self.action)),
            filters: None,
            at_once: AT_ONCE,
            items: Vec::new().into_iter(),
            seen: (0, 0),
            reader: Reader::new(self.via),
        }
    }
}

/// All entities of a list, each once, in no order; see [`complete`](ApiCall::complete). It ends with the
/// last one, or with the first error.
#[must_use = "a walk does nothing until it is polled"]
pub struct Complete<R: Completable> {
    state: State<R>,
    filters: Option<bool>,
    at_once: usize,
    items: IntoIter<R>,
    /// Pages and items that came.
    seen: (u64, u64),
    reader: Reader,
}

enum State<R: Completable> {
    Still(Box<ListPage<R>>),
    Walking { walk: Task<Completeness>, rows: mpsc::Receiver<Vec<R>> },
    Ending { end: Result<Completeness, Error>, rows: mpsc::Receiver<Vec<R>> },
    Failed,
    Ended(Completeness),
}

impl<R: Completable> Complete<R> {
    /// Whether filters work in the account, for who knows it already.
    pub fn filters(mut self, work: bool) -> Self {
        self.filters = Some(work);
        self
    }

    /// How many requests are under way at once: 4 unless said. That bounds the memory of the walk, too.
    pub fn ahead(mut self, requests: usize) -> Self {
        self.at_once = requests.max(1);
        self
    }

    /// The next entity; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<R, Error>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// How it went: once it has ended without an error.
    pub fn completeness(&self) -> Option<Completeness> {
        match self.state {
            State::Ended(completeness) => Some(completeness),
            _ => None,
        }
    }

    /// How far it has come. Nobody knows how much is left.
    pub fn progress(&self) -> Progress {
        let ((pages, items), held) = (self.seen, self.items.len() as u64);
        let (requests, waited) = (self.reader.requests(), self.reader.waited());
        Progress { pages, items: items - held, requests, waited, left: None }
    }

    fn start(&self, list: ListPage<R>) -> State<R> {
        let (give, rows) = mpsc::channel(1);
        let walk =
            Walk { reader: self.reader.clone(), rows: give, at_once: self.at_once, items: 0 };
        State::Walking { walk: Task::start(walk.run(list, self.filters)), rows }
    }
}

impl<R: Completable> Stream for Complete<R> {
    type Item = Result<R, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(item) = self.items.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            self.state = match std::mem::replace(&mut self.state, State::Failed) {
                State::Still(list) => self.start(*list),
                State::Walking { mut walk, mut rows } => {
                    // The walk first: where there is no runtime it goes on by being polled.
                    if let Poll::Ready(end) = Pin::new(&mut walk).poll(cx) {
                        State::Ending { end, rows }
                    } else {
                        let came = rows.poll_recv(cx);
                        self.state = State::Walking { walk, rows };
                        let Some(rows) = ready!(came) else { continue };
                        self.take(rows);
                        continue;
                    }
                }
                State::Ending { end, mut rows } => match rows.try_recv() {
                    Ok(last) => {
                        self.take(last);
                        State::Ending { end, rows }
                    }
                    Err(_) => match end {
                        Ok(completeness) => State::Ended(completeness),
                        Err(error) => return Poll::Ready(Some(Err(error))),
                    },
                },
                over @ (State::Failed | State::Ended(_)) => {
                    self.state = over;
                    return Poll::Ready(None);
                }
            };
        }
    }
}

impl<R: Completable> Complete<R> {
    fn take(&mut self, rows: Vec<R>) {
        self.seen.0 += 1;
        self.seen.1 += rows.len() as u64;
        self.items = rows.into_iter();
    }
}

// Nothing of it is pinned.
impl<R: Completable> Unpin for Complete<R> {}

impl<R: Completable> fmt::Debug for Complete<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Complete")
            .field("of", &R::NAME)
            .field("progress", &self.progress())
            .finish_non_exhaustive()
    }
}
