//! A walk over a list that others change meanwhile, and that leaves nothing out.
//!
//! A list is read in pages that are counted from its beginning. When a row that was read is deleted, all
//! behind it move up by one, and the first of the next page moves to where nobody looks any more. So each
//! page is asked for such that it begins with what was read last, by choosing its size: of pages of 249 the
//! second begins with the last row of a first page of 250. If it does not begin so, rows have moved, and the
//! walk goes back until it sees a row that it knows. Rows that come twice are left out.
//!
//! That is complete as long as the order of those rows that nobody changes stays the same. What is changed
//! while the walk goes on may be missed: it belongs to the next run.

use std::collections::{HashSet, VecDeque};
use std::hash::Hash;

use amo_core::{Direction, ListQuery, Page, Timestamp};

use super::Follow;
use crate::call::Via;
use crate::list::read_page;
use crate::place::Place;
use crate::{Error, ErrorKind};

/// The smallest page that is asked for. With fewer there are places in long lists that pages of no size
/// reach over.
pub(super) const SMALLEST: u16 = 20;
/// So many ids are remembered. Only if more rows than that vanish between two pages, some come twice.
const REMEMBERED: usize = 10_000;
/// After so many pages without a new row there is no hope that another one has any.
const MOST_IN_VAIN: u32 = 100;

/// How a list is ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// As the server likes, or by what never changes.
    Fixed,
    /// The newest change first. The walk ends where all that follows is older than this.
    NewestUntil(Timestamp),
}

pub(super) struct Steady<R: Follow> {
    via: Via,
    place: Place<R>,
    query: ListQuery<R>,
    order: Order,
    /// The size of a page.
    size: usize,
    /// How many rows of the list have been read.
    read: usize,
    /// How many rows at the end of them have the same time: the server may show these in another order when
    /// it is asked again, so that the next page begins before them.
    tied: usize,
    /// How many rows before its end the next page begins, while rows that were read are looked for.
    back: Option<usize>,
    recent: Recent<R::Id>,
    /// A page was empty: unless rows have moved, there are no more.
    is_beyond: bool,
    in_vain: u32,
    is_over: bool,
}

impl<R: Follow> Steady<R> {
    pub(super) fn new(via: &Via, place: &Place<R>, query: ListQuery<R>, size: u16) -> Self {
        Self {
            via: via.clone(),
            place: place.clone(),
            query,
            order: Order::Fixed,
            size: usize::from(size.clamp(SMALLEST, R::MAX_LIMIT)),
            read: 0,
            tied: 0,
            back: None,
            recent: Recent::default(),
            is_beyond: false,
            in_vain: 0,
            is_over: false,
        }
    }

    /// In the order of ids, as far as it can be asked for.
    pub(super) fn by_id(mut self) -> Self {
        if let Some(id) = R::by_id() {
            self.query = self.query.order(id, Direction::Asc);
        }
        self
    }

    /// The newest change first, as far as it can be asked for, and not further than to `until`.
    pub(super) fn newest_until(mut self, until: Timestamp) -> Self {
        if let Some(newest) = R::newest_first() {
            self.query = self.query.order(newest, Direction::Desc);
            self.order = Order::NewestUntil(until);
        }
        self
    }

    /// Has nothing been read yet?
    pub(super) fn is_new(&self) -> bool {
        self.read == 0 && !self.is_over
    }

    /// The rows of the next page that are new; `None` at the end.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<R>>, Error> {
        while !self.is_over {
            let (size, number) = self.next_page();
            let start = (number - 1) * size;
            let page = match self.fetch(size, number).await {
                // Too much to do for one request.
                Err(error) if error.status() == Some(504) && self.size > SMALLEST.into() => {
                    self.size = (self.size / 2).max(SMALLEST.into());
                    continue;
                }
                page => page?,
            };
            let is_known = |row: &R| self.recent.knows(&row.own_id());
            if start > 0 && !page.items.iter().any(is_known) {
                self.is_beyond |= page.items.is_empty();
                self.back = Some(self.back.map_or(2 + self.tied, |back| 2 * back));
                continue;
            }
            let is_last = page.next.is_none() || self.is_behind_the_newest(&page.items);
            self.tied = self.tied(&page.items);
            self.back = None;
            let mut rows = page.items;
            rows.retain(|row| self.recent.note(row.own_id()));
            self.read = start + size;
            // A link to a next page may lead to an empty one.
            self.is_over = is_last || (self.is_beyond && rows.is_empty());
            if rows.is_empty() {
                self.in_vain += 1;
            } else {
                self.in_vain = 0;
                self.is_beyond = false;
                return Ok(Some(rows));
            }
            if self.in_vain == MOST_IN_VAIN {
                let message = "the pages of the list repeat each other without end";
                return Err(Error::new(ErrorKind::Decode, &R::LIST, message));
            }
        }
        Ok(None)
    }

    /// The size and the number of the page that begins with what has to be shown again.
    fn next_page(&self) -> (usize, usize) {
        let before = |rows: usize| page_from(self.read.saturating_sub(rows), self.size);
        if let Some(back) = self.back {
            return before(back);
        }
        let page = before(1 + self.tied);
        // If those that are alike fill a page, it has to do with the last of them.
        if page.0 * page.1 > self.read { page } else { before(1) }
    }

    async fn fetch(&self, size: usize, number: usize) -> Result<Page<R>, Error> {
        let query = self.query.clone().limit(size as u16).page(number as u32);
        let request = self.place.of(R::LIST);
        query.validate().map_err(|error| {
            Error::new(ErrorKind::InvalidRequest, &request.operation, error.to_string())
        })?;
        read_page(&self.via.send(request.query(&query.to_query())).await?)
    }

    /// Is all that follows older than what is wanted? Only if the page is in the order that was asked for:
    /// else the list has to be read to its end.
    fn is_behind_the_newest(&self, rows: &[R]) -> bool {
        let Order::NewestUntil(until) = self.order else { return false };
        let times: Option<Vec<_>> = rows.iter().map(Follow::changed_at).collect();
        times.is_some_and(|times| {
            times.is_sorted_by(|one, next| one >= next)
                && times.last().is_some_and(|last| *last < until)
        })
    }

    /// How many rows at the end of a page have the same time, where the order is one of times.
    fn tied(&self, rows: &[R]) -> usize {
        match (self.order, rows.last()) {
            (Order::NewestUntil(_), Some(last)) => {
                let last = last.changed_at();
                rows.iter().rev().take_while(|row| row.changed_at() == last).count()
            }
            _ => 0,
        }
    }
}

impl<R: Follow> std::fmt::Debug for Steady<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Steady")
            .field("place", &self.place)
            .field("read", &self.read)
            .finish_non_exhaustive()
    }
}

/// The page, no larger than `most`, that has the row at `from`, counted from 0, and reaches farthest behind
/// it: its size, and its number counted from 1.
fn page_from(from: usize, most: usize) -> (usize, usize) {
    let reach = |size: &usize| ((from / size + 1) * size, *size);
    let size = (most / 2..=most).filter(|size| *size > 0).max_by_key(reach).unwrap_or(most);
    (size, from / size + 1)
}

/// The ids of rows that were read not long ago.
struct Recent<I> {
    known: HashSet<I>,
    in_order: VecDeque<I>,
}

impl<I> Default for Recent<I> {
    fn default() -> Self {
        Self { known: HashSet::new(), in_order: VecDeque::new() }
    }
}

impl<I: Clone + Eq + Hash> Recent<I> {
    fn knows(&self, id: &I) -> bool {
        self.known.contains(id)
    }

    /// False if it is known already.
    fn note(&mut self, id: I) -> bool {
        if !self.known.insert(id.clone()) {
            return false;
        }
        self.in_order.push_back(id);
        if self.in_order.len() > REMEMBERED
            && let Some(oldest) = self.in_order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }
}
