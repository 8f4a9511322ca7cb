//! The members of an answer that this library has no name for.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::member::Form;

/// Members that the server sent and this library does not know; they are printed back.
///
/// It also remembers which of the known members were `null` or without members, because that is not
/// the same as a missing member, and all are printed back as they came.
#[derive(Clone, Default, PartialEq)]
pub struct Extra {
    // Most answers have none, and there is one of these per object: hence the box.
    members: Option<Box<Map<String, Value>>>,
    /// A bit for each known member, in the order of the declaration: it was null.
    nulls: u64,
    /// The same: it was an object without members; with both bits, `[]` in place of an object.
    empties: u64,
}

impl Extra {
    /// The value of an unknown member.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.members.as_ref()?.get(name)
    }

    /// Whether there was no unknown member.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// The unknown members by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        let members = self.members.iter().flat_map(|members| members.iter());
        members.map(|(name, value)| (name.as_str(), value))
    }

    pub(crate) fn insert(&mut self, name: String, value: Value) {
        self.members.get_or_insert_default().insert(name, value);
    }

    pub(crate) fn take(&mut self, name: &str) -> Option<Value> {
        let members = self.members.as_mut()?;
        let taken = members.remove(name);
        // What keeps nothing more is like what never kept anything.
        if members.is_empty() {
            self.members = None;
        }
        taken
    }

    /// Says of a known member, by its place in the declaration, whether it was null.
    pub(crate) fn note_null(&mut self, place: u32, is_null: bool) {
        self.note(place, if is_null { Form::Null } else { Form::Value });
    }

    pub(crate) fn was_null(&self, place: u32) -> bool {
        self.form(place) == Form::Null
    }

    /// Says of a known member, by its place in the declaration, how it came.
    pub(crate) fn note(&mut self, place: u32, form: Form) {
        let is_null = matches!(form, Form::Null | Form::EmptyList);
        let is_empty = matches!(form, Form::Empty | Form::EmptyList);
        self.nulls |= u64::from(is_null) << place;
        self.empties |= u64::from(is_empty) << place;
    }

    /// How a known member came.
    pub(crate) fn form(&self, place: u32) -> Form {
        match (self.nulls >> place & 1, self.empties >> place & 1) {
            (0, 0) => Form::Value,
            (_, 0) => Form::Null,
            (0, _) => Form::Empty,
            (_, _) => Form::EmptyList,
        }
    }
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl From<Map<String, Value>> for Extra {
    fn from(members: Map<String, Value>) -> Self {
        let members = (!members.is_empty()).then(|| Box::new(members));
        Self { members, nulls: 0, empties: 0 }
    }
}

impl Serialize for Extra {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Extra {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Map::deserialize(deserializer).map(Self::from)
    }
}
