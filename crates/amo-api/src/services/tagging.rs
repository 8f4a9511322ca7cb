//! The tags of entities: added, taken off and replaced without touching anything else.

use std::fmt;

use amo_core::{TagRef, Tagged, UpdateMany as CanUpdateMany};

use crate::{ApiCall, Entities, UpdateMany, UpdateOne};

impl<R: Tagged> Entities<R> {
    /// The tags of one entity, to change them by name or by id. A name that is no tag yet becomes one.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let (sandbox, server) = amo_sandbox::Sandbox::builder().leads(1).start().await?;
    /// # let token = amo_auth::LongLived::new(sandbox.connection().long_lived_token);
    /// # let client = amo_api::Client::builder(server.base_url()).auth(token).build()?;
    /// use amo_core::{LeadId, Tagged};
    ///
    /// let lead = LeadId::new(3_000_001);
    /// client.leads().tags_of(lead).replace(["hot", "b2b"]).await?;
    /// client.leads().tags_of(lead).remove(["hot"]).await?;
    /// let lead = client.leads().get(lead).await?.ok_or("the lead is gone")?;
    /// let tags: Vec<_> = lead.tags().iter().filter_map(|tag| tag.name.as_deref()).collect();
    /// assert_eq!(tags, ["b2b"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn tags_of(&self, id: R::Id) -> TagsOfOne<R> {
        TagsOfOne { entities: self.clone(), id }
    }

    /// The tags of several entities, to change them in the same way, in as many requests as it takes.
    pub fn tags_of_many(&self, ids: impl IntoIterator<Item = R::Id>) -> TagsOfMany<R>
    where
        R: CanUpdateMany,
    {
        TagsOfMany { entities: self.clone(), ids: ids.into_iter().collect() }
    }
}

/// The tags of one entity.
#[must_use = "nothing is changed before one of its methods is called and awaited"]
pub struct TagsOfOne<R: Tagged> {
    entities: Entities<R>,
    id: R::Id,
}

/// The tags of several entities.
#[must_use = "nothing is changed before one of its methods is called and awaited"]
pub struct TagsOfMany<R: CanUpdateMany + Tagged> {
    entities: Entities<R>,
    ids: Vec<R::Id>,
}

fn tags<T: Into<TagRef>>(tags: impl IntoIterator<Item = T>) -> impl Iterator<Item = TagRef> {
    tags.into_iter().map(Into::into)
}

impl<R: Tagged> TagsOfOne<R> {
    /// Puts tags on it, besides those that it has. No tags, no request.
    pub fn add<T: Into<TagRef>>(
        &self,
        added: impl IntoIterator<Item = T>,
    ) -> ApiCall<UpdateOne<R>> {
        self.entities.update(self.id.clone(), R::adding_tags(tags(added)))
    }

    /// Takes tags off it; those that it does not have are passed over. No tags, no request.
    pub fn remove<T: Into<TagRef>>(
        &self,
        removed: impl IntoIterator<Item = T>,
    ) -> ApiCall<UpdateOne<R>> {
        self.entities.update(self.id.clone(), R::deleting_tags(tags(removed)))
    }

    /// Puts these tags in the place of all that it has; none of them leaves it without tags.
    pub fn replace<T: Into<TagRef>>(
        &self,
        all: impl IntoIterator<Item = T>,
    ) -> ApiCall<UpdateOne<R>> {
        self.entities.update(self.id.clone(), R::replacing_tags(tags(all)))
    }
}

impl<R: Tagged + CanUpdateMany> TagsOfMany<R> {
    /// Puts tags on each, besides those that it has. No tags, no request.
    pub fn add<T: Into<TagRef>>(
        &self,
        added: impl IntoIterator<Item = T>,
    ) -> ApiCall<UpdateMany<R>> {
        self.update(&tags(added).collect::<Vec<_>>(), R::adding_tags)
    }

    /// Takes tags off each; those that it does not have are passed over. No tags, no request.
    pub fn remove<T: Into<TagRef>>(
        &self,
        removed: impl IntoIterator<Item = T>,
    ) -> ApiCall<UpdateMany<R>> {
        self.update(&tags(removed).collect::<Vec<_>>(), R::deleting_tags)
    }

    /// Puts these tags in the place of all that each has; none of them leaves it without tags.
    pub fn replace<T: Into<TagRef>>(
        &self,
        all: impl IntoIterator<Item = T>,
    ) -> ApiCall<UpdateMany<R>> {
        self.update(&tags(all).collect::<Vec<_>>(), R::replacing_tags)
    }

    fn update(
        &self,
        tags: &[TagRef],
        change: impl Fn(Vec<TagRef>) -> R::Patch,
    ) -> ApiCall<UpdateMany<R>> {
        let patches = self.ids.iter().map(|id| (id.clone(), change(tags.to_vec())));
        self.entities.update_many(patches.collect::<Vec<_>>())
    }
}

impl<R: Tagged> fmt::Debug for TagsOfOne<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TagsOfOne<{}>({:?})", R::NAME, self.id)
    }
}

impl<R: Tagged + CanUpdateMany> fmt::Debug for TagsOfMany<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TagsOfMany<{}>({})", R::NAME, self.ids.len())
    }
}
