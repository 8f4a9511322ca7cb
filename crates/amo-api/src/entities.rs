//! The handle of one kind of entity: one implementation of each operation for all kinds.

#[cfg(test)]
mod tests;

use std::fmt;

use amo_core::{
    Create, Get, Id, Linkable, List, NewLink, Operation, Resource, Scope as _, Update,
    UpdateMany as CanUpdateMany, fill_first,
};

use crate::prepared::Prepared;
use crate::{
    Client, CreateMany, CreateOne, GetOne, LinkRequest, ListLinks, ListRequest, UnlinkRequest,
    UpdateMany, UpdateOne,
};

/// What can be done with the entities of one kind, as far as amoCRM allows it: a method whose operation
/// the API lacks does not compile.
pub struct Entities<R: Resource> {
    client: Client,
    scope: R::Scope,
}

impl<R: Resource> Entities<R> {
    pub(crate) fn new(client: Client, scope: R::Scope) -> Self {
        Self { client, scope }
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// An operation on the collection.
    pub(crate) fn prepare(&self, operation: Operation) -> Prepared {
        let path = self.scope.fill(&operation.path);
        Prepared::new(operation).path(path)
    }

    /// An operation on one entity.
    pub(crate) fn prepare_on(&self, id: &R::Id, operation: Operation) -> Prepared {
        let prepared = self.prepare(operation);
        let path = fill_first(&prepared.path_and_query, id);
        prepared.path(path)
    }

    /// Reads one entity; `None` if there is none with this id.
    pub fn get(&self, id: R::Id) -> GetOne<R>
    where
        R: Get,
    {
        GetOne::new(self.clone(), id)
    }

    /// Lists entities: one page by `.await`, all of them by [`ListRequest::items`] or [`ListRequest::pages`].
    pub fn list(&self) -> ListRequest<R>
    where
        R: List,
    {
        ListRequest::new(self.clone())
    }

    /// Creates one entity.
    pub fn create(&self, new: R::New) -> CreateOne<R>
    where
        R: Create,
    {
        CreateOne::new(self.clone(), new)
    }

    /// Creates many entities, in as many requests as it takes, and tells the outcome of each.
    pub fn create_many(&self, new: impl IntoIterator<Item = R::New>) -> CreateMany<R>
    where
        R: Create,
    {
        CreateMany::new(self.clone(), new.into_iter().collect())
    }

    /// Changes one entity. A patch that changes nothing is not sent.
    pub fn update(&self, id: R::Id, patch: R::Patch) -> UpdateOne<R>
    where
        R: Update,
    {
        UpdateOne::new(self.clone(), id, patch)
    }

    /// Changes many entities, in as many requests as it takes, and tells the outcome of each.
    pub fn update_many(&self, patches: impl IntoIterator<Item = (R::Id, R::Patch)>) -> UpdateMany<R>
    where
        R: CanUpdateMany,
    {
        UpdateMany::new(self.clone(), patches.into_iter().collect())
    }

    /// The links of one entity.
    pub fn links(&self, id: Id<R>) -> ListLinks<R>
    where
        R: Linkable,
    {
        ListLinks::new(self.clone(), id)
    }

    /// Links other entities to one. Linking what is linked already changes nothing.
    pub fn link(&self, id: Id<R>, links: impl IntoIterator<Item = NewLink>) -> LinkRequest<R>
    where
        R: Linkable,
    {
        LinkRequest::new(self.clone(), id, links.into_iter().collect())
    }

    /// Takes links away.
    pub fn unlink(&self, id: Id<R>, links: impl IntoIterator<Item = NewLink>) -> UnlinkRequest<R>
    where
        R: Linkable,
    {
        UnlinkRequest::new(self.clone(), id, links.into_iter().collect())
    }
}

impl<R: Resource> Clone for Entities<R> {
    fn clone(&self) -> Self {
        Self { client: self.client.clone(), scope: self.scope.clone() }
    }
}

impl<R: Resource> fmt::Debug for Entities<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Entities<{}>", R::NAME)
    }
}
