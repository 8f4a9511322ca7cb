//! The requests of a complete walk.

use amo_core::Query;
use amo_transport::Priority;

use super::Completable;
use super::plan::Span;
use crate::call::Single as _;
use crate::prepared::Prepared;
use crate::walk::Target;
use crate::{Error, ErrorKind, ListPage};

/// Later than anything. A range must have both ends for amoCRM's own library; that the server takes this
/// one, the end of 32-bit time, is a guess.
const FAR: i64 = i32::MAX as i64;

/// What the caller asked for, without what the walk says itself.
pub(super) struct Base {
    list: Prepared,
    query: Query,
    pub(super) limit: u32,
    /// The times of creation that are asked for.
    pub(super) span: Span,
}

impl Base {
    pub(super) fn of<R: Completable>(asked: &ListPage<R>) -> Result<Self, Error> {
        let prepared = asked.prepare()?;
        let invalid =
            |what: String| Error::new(ErrorKind::InvalidRequest, &prepared.operation, what);
        let target = Target::new(&prepared.path_and_query);
        let mut base = Self {
            list: Prepared {
                path_and_query: target.path().to_owned(),
                priority: Priority::Background,
                ..prepared.clone()
            },
            query: Query::new(),
            limit: target.limit().unwrap_or(u32::from(R::MAX_LIMIT)),
            span: Span { from: 0, to: FAR },
        };
        for (name, value) in Query::parse(target.query()).pairs() {
            let time = || value.parse().map_err(|_| invalid(format!("`{name}` is no time")));
            match name {
                "limit" => {}
                "filter[created_at][from]" => base.span.from = time()?,
                "filter[created_at][to]" => base.span.to = time()?,
                _ if name == "page" || name.starts_with("order") => {
                    return Err(invalid(format!("a complete walk has no `{name}`")));
                }
                _ => base.query.push(name, value),
            }
        }
        Ok(base)
    }

    /// Does the caller filter?
    pub(super) fn is_filtered(&self) -> bool {
        self.query.pairs().any(|(name, _)| name.starts_with("filter"))
            || self.span != Span { from: 0, to: FAR }
    }

    pub(super) fn invalid(&self, what: &str) -> Error {
        Error::new(ErrorKind::InvalidRequest, &self.list.operation, what)
    }

    /// The first page of all, or of those from a span of time.
    pub(super) fn request<R: Completable>(&self, span: Option<Span>) -> Prepared {
        let mut query = self.query.clone();
        if let Some(span) = span {
            query.push("filter[created_at][from]", span.from);
            query.push("filter[created_at][to]", span.to);
        }
        if R::HAS_ORDER {
            query.push("order[id]", "asc");
        }
        query.push("limit", self.limit);
        self.list.clone().query(&query)
    }
}
