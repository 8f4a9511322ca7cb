//! Tags: as they are read, and as they are put on entities.

use serde::Serialize;

use crate::resource::fill_first;
use crate::{ById, Extra, Patch, Scope, SegmentId, Tag, TagId};

/// Whose tags: each kind of entity has tags of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TagsOf {
    /// Those of leads.
    Leads,
    /// Those of contacts.
    Contacts,
    /// Those of companies.
    Companies,
    /// Those of customers.
    Customers,
}

impl TagsOf {
    /// The kind of entity as paths spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Leads => "leads",
            Self::Contacts => "contacts",
            Self::Companies => "companies",
            Self::Customers => "customers",
        }
    }
}

impl Scope for TagsOf {
    fn fill(&self, template: &str) -> String {
        fill_first(template, self.as_str())
    }
}

impl Tag {
    /// A tag to put on an entity that was read, before its difference is taken.
    pub fn new(tag: impl Into<TagRef>) -> Self {
        let (id, name) = match tag.into() {
            TagRef::Id(id) => (Some(id), None),
            TagRef::Name(name) => (None, Some(name)),
        };
        Self { id, name, color: None, request_id: None, extra: Extra::default() }
    }

    /// Whether both mean the same tag: by their ids, or by their names if one has no id.
    fn is(&self, other: &Self) -> bool {
        match (self.id, other.id) {
            (Some(id), Some(other)) => id == other,
            _ => self.name.is_some() && self.name == other.name,
        }
    }

    fn reference(&self) -> Option<TagRef> {
        self.id.map(TagRef::Id).or_else(|| self.name.clone().map(TagRef::Name))
    }
}

/// A tag as requests name it: by exactly one of id and name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TagRef {
    /// A tag that exists.
    Id(TagId),
    /// A tag with this text, which amoCRM makes if it does not exist.
    Name(String),
}

impl From<TagId> for TagRef {
    fn from(id: TagId) -> Self {
        Self::Id(id)
    }
}

impl From<&str> for TagRef {
    fn from(name: &str) -> Self {
        Self::Name(name.to_owned())
    }
}

impl From<String> for TagRef {
    fn from(name: String) -> Self {
        Self::Name(name)
    }
}

/// What a patch does to the tags of an entity: some come and some go, or all are replaced.
///
/// amoCRM ignores a replacement when tags are added or deleted in the same request, so that the
/// two never stand together here: after a replacement the others change the replacing list.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct TagChanges {
    #[serde(rename = "tags_to_add", skip_serializing_if = "Vec::is_empty")]
    to_add: Vec<TagRef>,
    #[serde(rename = "tags_to_delete", skip_serializing_if = "Vec::is_empty")]
    to_delete: Vec<TagRef>,
    #[serde(rename = "_embedded", skip_serializing_if = "Replacement::is_keep")]
    replacement: Replacement,
}

/// What stands under `_embedded` of a change.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
struct Replacement {
    #[serde(skip_serializing_if = "Patch::is_keep")]
    tags: Patch<Vec<TagRef>>,
    /// Only customers have segments.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    segments: Patch<Vec<ById<SegmentId>>>,
}

impl Replacement {
    const fn is_keep(&self) -> bool {
        self.tags.is_keep() && self.segments.is_keep()
    }
}

impl TagChanges {
    pub(crate) fn add(&mut self, tag: TagRef) {
        match &mut self.replacement.tags {
            Patch::Set(tags) => put(tags, tag),
            tags @ Patch::Clear => *tags = Patch::Set(vec![tag]),
            Patch::Keep => {
                self.to_delete.retain(|deleted| *deleted != tag);
                put(&mut self.to_add, tag);
            }
        }
    }

    pub(crate) fn delete(&mut self, tag: TagRef) {
        match &mut self.replacement.tags {
            Patch::Set(tags) => {
                tags.retain(|kept| *kept != tag);
                if tags.is_empty() {
                    self.replacement.tags = Patch::Clear;
                }
            }
            Patch::Clear => {}
            Patch::Keep => {
                self.to_add.retain(|added| *added != tag);
                put(&mut self.to_delete, tag);
            }
        }
    }

    pub(crate) fn replace(&mut self, tags: Vec<TagRef>) {
        let replacing = if tags.is_empty() { Patch::Clear } else { Patch::Set(tags) };
        (self.to_add, self.to_delete) = (Vec::new(), Vec::new());
        self.replacement.tags = replacing;
    }

    pub(crate) fn replace_segments(&mut self, segments: Vec<ById<SegmentId>>) {
        self.replacement.segments = Patch::Set(segments);
    }

    /// What turns one set of tags into the other.
    pub(crate) fn diff(before: &[Tag], after: &[Tag]) -> Self {
        let gone = |from: &[Tag], left: &[Tag]| -> Vec<TagRef> {
            let gone = from.iter().filter(|tag| !left.iter().any(|kept| kept.is(tag)));
            gone.filter_map(Tag::reference).collect()
        };
        Self {
            to_add: gone(after, before),
            to_delete: gone(before, after),
            replacement: Replacement::default(),
        }
    }
}

fn put(tags: &mut Vec<TagRef>, tag: TagRef) {
    if !tags.contains(&tag) {
        tags.push(tag);
    }
}
