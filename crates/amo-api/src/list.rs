//! Reading a list.

use amo_core::{Direction, List, ListQuery, Page};
use amo_transport::Priority;

use crate::answer::Answer;
use crate::call::Single;
use crate::place::Place;
use crate::prepared::Prepared;
use crate::walk::Target;
use crate::{ApiCall, Error, ErrorKind, Items, Pages};

/// Lists entities: one page by `.await`, all of them by [`items`](ApiCall::items) or
/// [`pages`](ApiCall::pages).
#[derive(Debug)]
pub struct ListPage<R: List> {
    /// The request without its query.
    of: Prepared,
    query: ListQuery<R>,
}

impl<R: List> ListPage<R> {
    pub(crate) fn new(place: &Place<R>) -> Self {
        Self::of(place.of(R::LIST))
    }

    /// A list of the same kind that another operation gives.
    pub(crate) fn of(request: Prepared) -> Self {
        Self { of: request, query: ListQuery::new() }
    }

    fn query(self, change: impl FnOnce(ListQuery<R>) -> ListQuery<R>) -> Self {
        Self { of: self.of, query: change(self.query) }
    }

    pub(crate) fn filter(self, filter: R::Filter) -> Self {
        self.query(|query| query.filter(filter))
    }

    pub(crate) fn and(self, with: R::With) -> Self {
        self.query(|query| query.with(with))
    }

    pub(crate) fn search(self, text: impl Into<String>) -> Self {
        self.query(|query| query.search(text))
    }

    pub(crate) fn limit(self, limit: u16) -> Self {
        self.query(|query| query.limit(limit))
    }
}

impl<R: List> Single for ListPage<R> {
    type Output = Page<R>;

    fn prepare(&self) -> Result<Prepared, Error> {
        let prepared = self.of.clone();
        self.query.validate().map_err(|error| {
            Error::new(ErrorKind::InvalidRequest, &prepared.operation, error.to_string())
        })?;
        Ok(prepared.query(&self.query.to_query()))
    }

    fn read(&self, answer: &Answer) -> Result<Page<R>, Error> {
        Ok(with_next(read_page(answer)?, &self.prepare()?))
    }
}

/// The page with its link to the next one, for lists that have none: the links in their answers lead
/// elsewhere, and what comes next is what is before the last one. A page that is not full is the last.
pub(crate) fn with_next<R: List>(mut page: Page<R>, asked: &Prepared) -> Page<R> {
    if let Some(before) = page.items.last().and_then(R::before_id) {
        let target = Target::new(&asked.path_and_query);
        let is_full = target.limit().is_none_or(|limit| page.items.len() >= limit as usize);
        page.next = is_full.then(|| target.before(before));
    }
    page
}

pub(crate) fn read_page<R: List>(answer: &Answer) -> Result<Page<R>, Error> {
    answer.decode(|body| Page::from_slice(R::KEY, body))
}

impl<R: List> ApiCall<ListPage<R>> {
    fn query(self, change: impl FnOnce(ListQuery<R>) -> ListQuery<R>) -> Self {
        self.map(|list| list.query(change))
    }

    /// Which entities. Filters of leads, contacts, companies and customers work only where the account has
    /// paid for them; see `is_api_filter_enabled` of the account.
    pub fn filter(self, filter: R::Filter) -> Self {
        self.map(|list| list.filter(filter))
    }

    /// What to bring besides.
    pub fn with(self, with: R::With) -> Self {
        self.query(|query| query.with(with))
    }

    /// In which order.
    pub fn order(self, by: R::Order, direction: Direction) -> Self {
        self.query(|query| query.order(by, direction))
    }

    /// Only those whose filled fields contain `text`; the way to look for phones and e-mails.
    pub fn search(self, text: impl Into<String>) -> Self {
        self.map(|list| list.search(text))
    }

    /// How many on a page: 50 if not said; for most kinds 250 at most.
    pub fn limit(self, limit: u16) -> Self {
        self.map(|list| list.limit(limit))
    }

    /// Which page, counted from 1; a walk begins there.
    pub fn page(self, page: u32) -> Self {
        self.query(|query| query.page(page))
    }

    /// All pages from here on, in order.
    pub fn pages(mut self) -> Pages<R> {
        // A walk without a limit of its own takes as few requests as it can.
        if self.action.query.get_limit().is_none() {
            self = self.limit(R::MAX_LIMIT);
        }
        let first = self.action.prepare().map(|mut first| {
            first.priority = Priority::Background;
            first
        });
        Pages::new(self.via, first, 0)
    }

    /// All entities from here on.
    pub fn items(self) -> Items<R> {
        Items::new(self.pages())
    }
}
