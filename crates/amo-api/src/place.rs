//! Where the entities of a kind are: the paths of operations on them.

use std::fmt;

use amo_core::{Operation, Resource, Scope as _, fill_first};

use crate::prepared::Prepared;

/// Where the entities of a kind are, within their catalog, customer or whatever they belong to.
pub(crate) struct Place<R: Resource>(pub(crate) R::Scope);

impl<R: Resource> Place<R> {
    /// An operation on the collection.
    pub(crate) fn of(&self, operation: Operation) -> Prepared {
        let path = self.0.fill(&operation.path);
        Prepared::new(operation).path(path)
    }

    /// An operation on one entity.
    pub(crate) fn on(&self, id: &R::Id, operation: Operation) -> Prepared {
        let prepared = self.of(operation);
        let path = fill_first(&prepared.path_and_query, id);
        prepared.path(path)
    }
}

impl<R: Resource> Clone for Place<R> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<R: Resource> fmt::Debug for Place<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({:?})", R::NAME, self.0)
    }
}
