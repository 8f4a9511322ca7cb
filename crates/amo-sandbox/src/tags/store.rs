//! Where the tags of a kind of entities are kept.

use std::collections::BTreeMap;

use super::Tag;
use crate::entity::{Keyed, Sorted};

impl Keyed for Tag {
    type Key = i64;

    fn key(&self) -> i64 {
        self.id
    }
}

/// Tags, ordered by id. No two have the same name.
#[derive(Debug, Default)]
pub(crate) struct Tags {
    tags: Sorted<Tag>,
    ids: BTreeMap<String, i64>,
}

impl Tags {
    /// Without any.
    pub(super) const NONE: Tags = Tags { tags: Sorted::EMPTY, ids: BTreeMap::new() };

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Tag> {
        self.tags.iter()
    }

    /// From a place on.
    pub(super) fn from(&self, start: usize) -> impl Iterator<Item = &Tag> {
        self.tags.from(start)
    }

    pub(crate) fn get(&self, id: i64) -> Option<&Tag> {
        self.tags.get(&id)
    }

    pub(crate) fn named(&self, name: &str) -> Option<&Tag> {
        self.get(*self.ids.get(name)?)
    }

    /// Those with these ids, in their order; what is no tag is left out.
    pub(crate) fn of<'a>(&'a self, ids: &'a [i64]) -> impl Iterator<Item = &'a Tag> {
        ids.iter().filter_map(|id| self.get(*id))
    }

    /// Keeps a tag in the place of its id.
    pub(crate) fn put(&mut self, tag: Tag) {
        let (id, name) = (tag.id, tag.name.clone());
        if let Some(old) = self.tags.insert(tag) {
            self.ids.remove(&old.name);
        }
        self.ids.insert(name, id);
    }
}
