//! What is asked of a list: filter, order, page.

use std::fmt;

use super::{Direction, Query, QueryName, QueryPart};
use crate::List;

/// What is asked of a list of `R`. Setters take anything; [`ListQuery::validate`] tells at the
/// end what the server would not take.
///
/// ```
/// use amo_core::{Direction, Lead, LeadOrder, LeadWith, ListQuery};
///
/// let query = ListQuery::<Lead>::new()
///     .with(LeadWith::Contacts)
///     .order(LeadOrder::UpdatedAt, Direction::Desc)
///     .limit(250);
/// assert_eq!(
///     query.to_query().to_string(),
///     "with=contacts&order%5Bupdated_at%5D=desc&limit=250",
/// );
/// ```
#[must_use = "a query does nothing until a list is asked with it"]
pub struct ListQuery<R: List> {
    filter: Option<R::Filter>,
    with: Vec<R::With>,
    order: Option<(R::Order, Direction)>,
    search: Option<String>,
    limit: Option<u16>,
    page: Option<u32>,
}

impl<R: List> ListQuery<R> {
    /// Asks for everything, in the server's order and page size.
    pub const fn new() -> Self {
        Self { filter: None, with: Vec::new(), order: None, search: None, limit: None, page: None }
    }

    /// Only the entities that pass `filter`; replaces an earlier one.
    pub fn filter(mut self, filter: R::Filter) -> Self {
        self.filter = Some(filter);
        self
    }

    /// Asks for one thing more besides the entities.
    pub fn with(mut self, with: R::With) -> Self {
        if !self.with.contains(&with) {
            self.with.push(with);
        }
        self
    }

    /// Orders the list; replaces an earlier order, since the server takes one.
    pub fn order(mut self, by: R::Order, direction: Direction) -> Self {
        self.order = Some((by, direction));
        self
    }

    /// Only the entities in whose filled fields the server finds `text` (the parameter `query`).
    pub fn search(mut self, text: impl Into<String>) -> Self {
        self.search = Some(text.into());
        self
    }

    /// How many entities on a page: from 1 to [`List::MAX_LIMIT`].
    pub const fn limit(mut self, limit: u16) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Which page, counted from 1.
    pub const fn page(mut self, page: u32) -> Self {
        self.page = Some(page);
        self
    }

    /// The page size, if one was set.
    pub const fn get_limit(&self) -> Option<u16> {
        self.limit
    }

    /// The page, if one was set.
    pub const fn get_page(&self) -> Option<u32> {
        self.page
    }

    /// The query string: `with`, `query`, the filter, `order`, `limit`, `page`, each if set.
    pub fn to_query(&self) -> Query {
        let mut query = Query::new();
        if !self.with.is_empty() {
            let names: Vec<&str> = self.with.iter().map(QueryName::name).collect();
            query.push("with", names.join(","));
        }
        if let Some(text) = &self.search {
            query.push("query", text);
        }
        if let Some(filter) = &self.filter {
            filter.write(&mut query);
        }
        if let Some((by, direction)) = &self.order {
            query.push(format!("order[{}]", by.name()), direction.as_str());
        }
        if let Some(limit) = self.limit {
            query.push("limit", limit);
        }
        if let Some(page) = self.page {
            query.push("page", page);
        }
        query
    }

    /// Checks what the setters took.
    ///
    /// # Errors
    ///
    /// [`InvalidQuery`] if the limit is 0 or greater than the server takes, the page is 0, or the
    /// filter is refused.
    pub fn validate(&self) -> Result<(), InvalidQuery> {
        match (self.limit, self.page) {
            (Some(limit), _) if limit == 0 || limit > R::MAX_LIMIT => {
                Err(InvalidQuery::Limit { list: R::KEY, limit, max: R::MAX_LIMIT })
            }
            (_, Some(0)) => Err(InvalidQuery::Page { list: R::KEY }),
            _ => self.filter.as_ref().map_or(Ok(()), QueryPart::validate),
        }
    }
}

/// Something in a query that the server would not take.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidQuery {
    /// The page size is out of bounds.
    #[error("a page of {list} holds 1 to {max} items, not {limit}")]
    Limit {
        /// The list.
        list: &'static str,
        /// What was asked for.
        limit: u16,
        /// The greatest that the server takes.
        max: u16,
    },
    /// A filter lists no values: the server would take that for no filter and answer with
    /// everything.
    #[error("the filter `{member}` lists no values, which the server would take for no filter")]
    EmptyFilter {
        /// The member that is filtered by.
        member: String,
    },
    /// A filter lists more values than the server takes.
    #[error("the filter `{member}` takes at most {max} values")]
    LongFilter {
        /// The member that is filtered by.
        member: String,
        /// How many values it takes.
        max: usize,
    },
    /// The page is 0.
    #[error("the pages of {list} are counted from 1, there is no page 0")]
    Page {
        /// The list.
        list: &'static str,
    },
}

// By hand: the derives would ask for the same traits of `R`.
impl<R: List> Default for ListQuery<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R: List> Clone for ListQuery<R> {
    fn clone(&self) -> Self {
        Self {
            filter: self.filter.clone(),
            with: self.with.clone(),
            order: self.order.clone(),
            search: self.search.clone(),
            limit: self.limit,
            page: self.page,
        }
    }
}

impl<R: List> fmt::Debug for ListQuery<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListQuery")
            .field("filter", &self.filter)
            .field("with", &self.with)
            .field("order", &self.order)
            .field("search", &self.search)
            .field("limit", &self.limit)
            .field("page", &self.page)
            .finish()
    }
}
