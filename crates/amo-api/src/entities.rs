//! The handle of one kind of entity: one implementation of each operation for all kinds.

#[cfg(test)]
mod tests;

use std::fmt;

use amo_core::{
    Create, Delete, Get, Id, LinkFilter, LinkMany, Linkable, List, NewLink, Resource, Update,
    UpdateMany as CanUpdateMany,
};
use futures_core::Stream;

use crate::batch::{Creating, Iter, Updating};
use crate::get::GetOne;
use crate::links::{LinkEntities, ListLinks, UnlinkEntities};
use crate::list::ListPage;
use crate::place::Place;
use crate::resume::ResumeList;
use crate::write::{CreateOne, DeleteOne, UpdateOne};
use crate::{ApiCall, Client, CreateMany, CreateStream, Cursor, UpdateMany, UpdateStream};

/// What can be done with the entities of one kind, as far as amoCRM allows it: a method whose operation
/// the API lacks does not compile.
pub struct Entities<R: Resource> {
    pub(crate) client: Client,
    place: Place<R>,
}

impl<R: Resource> Entities<R> {
    pub(crate) fn new(client: Client, scope: R::Scope) -> Self {
        Self { client, place: Place(scope) }
    }

    pub(crate) fn call<A>(&self, action: A) -> ApiCall<A> {
        ApiCall::new(self.client.clone(), action)
    }

    pub(crate) fn place(&self) -> Place<R> {
        self.place.clone()
    }

    /// Reads one entity; `None` if there is none with this id.
    pub fn get(&self, id: R::Id) -> ApiCall<GetOne<R>>
    where
        R: Get,
    {
        self.call(GetOne { place: self.place(), id, with: Vec::new() })
    }

    /// Lists entities: one page by `.await`, all of them by [`items`](ApiCall::items) or
    /// [`pages`](ApiCall::pages).
    pub fn list(&self) -> ApiCall<ListPage<R>>
    where
        R: List,
    {
        self.call(ListPage::new(&self.place))
    }

    /// Goes on with a list from a place that an earlier walk told: by [`Pages::cursor`](crate::Pages::cursor),
    /// [`Items::cursor`](crate::Items::cursor) or [`Error::cursor`](crate::Error::cursor). Filter, order and
    /// size of the pages are those of that walk. One of another list is refused when it is sent.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let (sandbox, server) = amo_sandbox::Sandbox::builder().leads(30).start().await?;
    /// # let token = amo_auth::LongLived::new(sandbox.connection().long_lived_token);
    /// # let client = amo_api::Client::builder(server.base_url()).auth(token).build()?;
    /// let mut leads = client.leads().list().limit(10).items();
    /// for _ in 0..12 {
    ///     leads.next().await.ok_or("30 leads")??;
    /// }
    /// let kept = leads.cursor().ok_or("not at the end")?.to_string();
    /// assert_eq!(kept, "/api/v4/leads?limit=10&page=2#2");
    ///
    /// // Later, perhaps in another process.
    /// let mut rest = client.leads().resume(kept.parse()?).items();
    /// let mut left = 0;
    /// while let Some(lead) = rest.next().await {
    ///     lead?;
    ///     left += 1;
    /// }
    /// assert_eq!(left, 18);
    /// # Ok(())
    /// # }
    /// ```
    pub fn resume(&self, cursor: Cursor) -> ApiCall<ResumeList<R>>
    where
        R: List,
    {
        self.call(ResumeList { place: self.place(), cursor })
    }

    /// Creates one entity.
    pub fn create(&self, new: R::New) -> ApiCall<CreateOne<R>>
    where
        R: Create,
    {
        self.call(CreateOne { place: self.place(), new })
    }

    /// Creates many entities, in as many requests as it takes, and tells the outcome of each:
    /// [`WriteMany`](crate::WriteMany). The iterator is run through as requests have room, so that it may
    /// be of any length.
    pub fn create_many(
        &self,
        new: impl IntoIterator<Item = R::New, IntoIter: Send + 'static>,
    ) -> ApiCall<CreateMany<R>>
    where
        R: Create,
    {
        self.call(CreateMany::new(Creating(self.place()), Iter::new(new)))
    }

    /// Creates what comes from a stream; otherwise as [`create_many`](Self::create_many).
    pub fn create_stream(
        &self,
        new: impl Stream<Item = R::New> + Send + 'static,
    ) -> ApiCall<CreateStream<R>>
    where
        R: Create,
    {
        self.call(CreateStream::new(Creating(self.place()), Box::pin(new)))
    }

    /// Changes one entity. A patch that changes nothing is not sent.
    pub fn update(&self, id: R::Id, patch: R::Patch) -> ApiCall<UpdateOne<R>>
    where
        R: Update,
    {
        self.call(UpdateOne { place: self.place(), id, patch })
    }

    /// Changes many entities, in as many requests as it takes, and tells the outcome of each:
    /// [`WriteMany`](crate::WriteMany). Patches that change nothing are done without being sent. Several
    /// patches of one entity are made one after the other.
    pub fn update_many(
        &self,
        patches: impl IntoIterator<Item = (R::Id, R::Patch), IntoIter: Send + 'static>,
    ) -> ApiCall<UpdateMany<R>>
    where
        R: CanUpdateMany,
    {
        self.call(UpdateMany::new(Updating(self.place()), Iter::new(patches)))
    }

    /// Makes the changes that come from a stream; otherwise as [`update_many`](Self::update_many).
    pub fn update_stream(
        &self,
        patches: impl Stream<Item = (R::Id, R::Patch)> + Send + 'static,
    ) -> ApiCall<UpdateStream<R>>
    where
        R: CanUpdateMany,
    {
        self.call(UpdateStream::new(Updating(self.place()), Box::pin(patches)))
    }

    /// Deletes one entity.
    pub fn delete(&self, id: R::Id) -> ApiCall<DeleteOne<R>>
    where
        R: Delete,
    {
        self.call(DeleteOne { place: self.place(), id })
    }

    /// The links of one entity.
    pub fn links(&self, id: Id<R>) -> ApiCall<ListLinks>
    where
        R: Linkable,
    {
        let request = self.place.on(&id, R::LINKS);
        self.call(ListLinks { request, filter: LinkFilter::new() })
    }

    /// The links of several entities, read together.
    pub fn links_of(&self, ids: impl IntoIterator<Item = Id<R>>) -> ApiCall<ListLinks>
    where
        R: LinkMany,
    {
        let filter = LinkFilter::new().entity_id(ids.into_iter().map(Id::get));
        self.call(ListLinks { request: self.place.of(R::LINKS_MANY), filter })
    }

    /// Links other entities to one. What is linked already stays so, and is a success too.
    pub fn link(&self, id: Id<R>, links: impl IntoIterator<Item = NewLink>) -> ApiCall<LinkEntities>
    where
        R: Linkable,
    {
        let on = |operation| self.place.on(&id, operation);
        self.call(LinkEntities::new(on(R::LINK), on(R::LINKS), links.into_iter().collect()))
    }

    /// Takes links of one entity away. What is not linked is a success too.
    pub fn unlink(
        &self,
        id: Id<R>,
        links: impl IntoIterator<Item = NewLink>,
    ) -> ApiCall<UnlinkEntities>
    where
        R: Linkable,
    {
        let on = |operation| self.place.on(&id, operation);
        self.call(UnlinkEntities::new(on(R::UNLINK), on(R::LINKS), links.into_iter().collect()))
    }

    /// Links other entities to several. What is linked already stays so, and is a success too.
    pub fn link_many(
        &self,
        links: impl IntoIterator<Item = (Id<R>, NewLink)>,
    ) -> ApiCall<LinkEntities>
    where
        R: LinkMany,
    {
        let links = links.into_iter().map(|(from, link)| link.from(from)).collect();
        let of = |operation| self.place.of(operation);
        self.call(LinkEntities::new(of(R::LINK_MANY), of(R::LINKS_MANY), links))
    }

    /// Takes links of several entities away. What is not linked is a success too.
    pub fn unlink_many(
        &self,
        links: impl IntoIterator<Item = (Id<R>, NewLink)>,
    ) -> ApiCall<UnlinkEntities>
    where
        R: LinkMany,
    {
        let links = links.into_iter().map(|(from, link)| link.from(from)).collect();
        let of = |operation| self.place.of(operation);
        self.call(UnlinkEntities::new(of(R::UNLINK_MANY), of(R::LINKS_MANY), links))
    }
}

impl<R: Resource> Clone for Entities<R> {
    fn clone(&self) -> Self {
        Self { client: self.client.clone(), place: self.place() }
    }
}

impl<R: Resource> fmt::Debug for Entities<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Entities<{}>", R::NAME)
    }
}
