//! Statuses: their kinds, and how their descriptions are written.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::lenient::Whole;
use crate::member::always_printed;
use crate::{Status, StatusDescription, StatusId, StatusPatch, UserRank};

/// The kind of a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum StatusKind {
    /// One like any other. 0 on the wire.
    Regular,
    /// The stage of incoming leads. 1 on the wire.
    Incoming,
    /// One that this library does not know.
    Other(i64),
}

impl StatusKind {
    /// The number on the wire.
    pub const fn get(self) -> i64 {
        match self {
            Self::Regular => 0,
            Self::Incoming => 1,
            Self::Other(number) => number,
        }
    }
}

impl From<i64> for StatusKind {
    fn from(number: i64) -> Self {
        match number {
            0 => Self::Regular,
            1 => Self::Incoming,
            other => Self::Other(other),
        }
    }
}

impl Serialize for StatusKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.get())
    }
}

impl<'de> Deserialize<'de> for StatusKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Whole::deserialize(deserializer).map(|Whole(number)| Self::from(number))
    }
}

always_printed! { [] StatusKind: Deserialize::deserialize; }

impl Status {
    /// Whether leads in it are won.
    pub fn is_won(&self) -> bool {
        self.id == StatusId::WON
    }

    /// Whether leads in it are lost.
    pub fn is_lost(&self) -> bool {
        self.id == StatusId::LOST
    }

    /// Whether it is the stage of incoming leads. It has an id of its own in each pipeline.
    pub fn is_incoming(&self) -> bool {
        self.kind == Some(StatusKind::Incoming)
    }
}

impl StatusDescription {
    /// A description to put on a status that was read, before its difference is taken.
    pub fn new(level: UserRank, text: impl Into<String>) -> Self {
        Self {
            id: None,
            account_id: None,
            pipeline_id: None,
            status_id: None,
            created_by: None,
            updated_by: None,
            created_at: None,
            updated_at: None,
            level: Some(level),
            description: Some(text.into()),
            extra: crate::Extra::default(),
        }
    }
}

/// What is to be done in a new status by users of one level.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[must_use = "nothing is created until this is sent"]
pub struct NewStatusDescription {
    level: UserRank,
    description: String,
}

impl NewStatusDescription {
    /// A text of at most 1000 characters.
    pub fn new(level: UserRank, text: impl Into<String>) -> Self {
        Self { level, description: text.into() }
    }
}

/// What a patch does to the descriptions of a status.
///
/// With an id a description is changed, without one it is created or takes the place of the one of
/// its level; with an id and no text it is deleted. Levels that are not mentioned stay.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub(crate) struct DescriptionChanges {
    changes: Vec<DescriptionChange>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct DescriptionChange {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<i64>,
    level: UserRank,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
}

impl DescriptionChanges {
    /// The last word about a level counts.
    fn put(&mut self, change: DescriptionChange) {
        self.changes.retain(|known| known.level != change.level);
        self.changes.push(change);
    }

    pub(crate) fn diff(
        before: Option<&Vec<StatusDescription>>,
        after: Option<&Vec<StatusDescription>>,
    ) -> Self {
        let of = |all: Option<&Vec<StatusDescription>>, level: &UserRank| {
            let mut all = all.into_iter().flatten();
            all.find(|known| known.level.as_ref() == Some(level)).cloned()
        };
        let mut changes = Self::default();
        for wanted in after.into_iter().flatten() {
            let Some(level) = &wanted.level else { continue };
            let known = of(before, level);
            let text = known.as_ref().and_then(|known| known.description.as_ref());
            if known.is_none() || text != wanted.description.as_ref() {
                changes.put(DescriptionChange {
                    id: known.and_then(|known| known.id),
                    level: level.clone(),
                    description: Some(wanted.description.clone().unwrap_or_default()),
                });
            }
        }
        for known in before.into_iter().flatten() {
            let Some(level) = &known.level else { continue };
            if of(after, level).is_none() {
                let (id, level) = (known.id, level.clone());
                changes.put(DescriptionChange { id, level, description: None });
            }
        }
        changes
    }
}

impl StatusPatch {
    /// Says what is to be done by users of this level, in place of what was said.
    pub fn describe(mut self, level: UserRank, text: impl Into<String>) -> Self {
        self.descriptions.put(DescriptionChange {
            id: None,
            level,
            description: Some(text.into()),
        });
        self
    }

    /// Deletes the description with this id, which is of this level.
    pub fn delete_description(mut self, id: i64, level: UserRank) -> Self {
        self.descriptions.put(DescriptionChange { id: Some(id), level, description: None });
        self
    }
}
