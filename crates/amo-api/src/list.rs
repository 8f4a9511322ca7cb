//! Reading a list.

use std::future::IntoFuture;

use amo_core::{Direction, List, ListQuery, Page};
use bytes::Bytes;

use crate::prepared::Prepared;
use crate::{Entities, Error, ErrorKind, Items, Pages, Sending};

/// Lists entities. By `.await` it gives one page.
#[derive(Debug)]
#[must_use = "nothing is sent until it is awaited"]
pub struct ListRequest<R: List> {
    entities: Entities<R>,
    query: ListQuery<R>,
}

impl<R: List> ListRequest<R> {
    pub(crate) fn new(entities: Entities<R>) -> Self {
        Self { entities, query: ListQuery::new() }
    }

    /// Which entities. Filters of leads, contacts, companies and customers work only where the account has
    /// paid for them; see `is_api_filter_enabled` of the account.
    pub fn filter(mut self, filter: R::Filter) -> Self {
        self.query = self.query.filter(filter);
        self
    }

    /// What to bring besides.
    pub fn with(mut self, with: R::With) -> Self {
        self.query = self.query.with(with);
        self
    }

    /// In which order.
    pub fn order(mut self, by: R::Order, direction: Direction) -> Self {
        self.query = self.query.order(by, direction);
        self
    }

    /// Only those whose filled fields contain `text`; the way to look for phones and e-mails.
    pub fn search(mut self, text: impl Into<String>) -> Self {
        self.query = self.query.search(text);
        self
    }

    /// How many on a page: 50 if not said; for most kinds 250 at most.
    pub fn limit(mut self, limit: u16) -> Self {
        self.query = self.query.limit(limit);
        self
    }

    /// Which page, counted from 1; a walk begins there.
    pub fn page(mut self, page: u32) -> Self {
        self.query = self.query.page(page);
        self
    }

    /// All pages from here on, one after the other.
    pub fn pages(mut self) -> Pages<R> {
        // A walk without a limit of its own takes as few requests as it can.
        if self.query.get_limit().is_none() {
            self.query = self.query.limit(R::MAX_LIMIT);
        }
        Pages::new(self.client().clone(), self.prepare())
    }

    /// All entities from here on.
    pub fn items(self) -> Items<R> {
        Items::new(self.pages())
    }

    fn client(&self) -> &crate::Client {
        self.entities.client()
    }

    fn prepare(&self) -> Result<Prepared, Error> {
        let prepared = self.entities.prepare(R::LIST);
        self.query.validate().map_err(|error| {
            Error::new(ErrorKind::InvalidRequest, &prepared.operation, error.to_string())
        })?;
        Ok(prepared.query(&self.query.to_query()))
    }

    /// The request of the first page, without sending it.
    ///
    /// # Errors
    /// If the query cannot be sent, such as a limit of 0.
    pub fn to_request(&self) -> Result<http::Request<Bytes>, Error> {
        self.client().to_http(&self.prepare()?)
    }
}

impl<R: List> IntoFuture for ListRequest<R> {
    type Output = Result<Page<R>, Error>;
    type IntoFuture = Sending<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Sending::new(async move {
            let prepared = self.prepare()?;
            read_page(self.client(), prepared).await
        })
    }
}

pub(crate) async fn read_page<R: List>(
    client: &crate::Client,
    prepared: Prepared,
) -> Result<Page<R>, Error> {
    client.send(prepared).await?.decode(|body| Page::from_slice(R::KEY, body))
}
