//! By what a shelf ranks its entities: for the pages of a list, and to find some of them at once.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::Entity;
use crate::spelling::Spelling;

/// Those whose member has this text, of all that are on a shelf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Only {
    pub(crate) member: &'static str,
    pub(crate) text: &'static str,
}

impl Only {
    pub(crate) fn covers(self, entity: &Entity) -> bool {
        entity.text(self.member) == self.text
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// A member that is a number; of all, or only of some.
    Number(&'static str, Option<Only>),
    /// A member that is a text.
    Text(&'static str),
    /// The values of a custom field in one spelling.
    Value(i64, Spelling),
}

impl By {
    /// What an entity is ranked by: nothing, one number or, by the values of a field, several.
    pub(super) fn each(self, entity: &Entity, mut found: impl FnMut(Option<i64>)) {
        match self {
            By::Number(member, only) => {
                if only.is_none_or(|only| only.covers(entity)) {
                    found(entity.int(member));
                }
            }
            By::Text(member) => {
                if let Some(text) = entity.get(member).as_str() {
                    found(Some(mark(text)));
                }
            }
            By::Value(field, spelling) => {
                spelled(entity, field, spelling).for_each(|text| found(Some(mark(&text))));
            }
        }
    }
}

/// The values of a custom field in one spelling; those that say nothing are left out.
pub(super) fn spelled(
    entity: &Entity,
    field: i64,
    spelling: Spelling,
) -> impl Iterator<Item = String> {
    let own = entity.fields.iter().filter(move |(id, _)| *id == field);
    let texts = own.flat_map(|(_, values)| values).filter_map(|stored| stored.value.as_str());
    texts.filter_map(move |text| spelling.of(text))
}

/// A number for a text: others may have the same, so that what is found by it is looked at again.
pub(super) fn mark(text: &str) -> i64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish().cast_signed()
}
