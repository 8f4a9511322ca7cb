//! The members of an answer that this library has no name for.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// Members that the server sent and this library does not know; they are printed back.
///
/// It also remembers which of the known members were `null`, because a missing member and `null`
/// are not the same and both are printed back as they came.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extra {
    // Most answers have neither, and there is one of these per object: hence the box.
    kept: Option<Box<Kept>>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Kept {
    members: Map<String, Value>,
    nulls: Vec<&'static str>,
}

impl Extra {
    /// The value of an unknown member.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.kept.as_ref()?.members.get(name)
    }

    /// Whether there was no unknown member.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// The unknown members by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        let members = self.kept.iter().flat_map(|kept| &kept.members);
        members.map(|(name, value)| (name.as_str(), value))
    }

    pub(crate) fn insert(&mut self, name: String, value: Value) {
        self.kept.get_or_insert_default().members.insert(name, value);
    }

    pub(crate) fn take(&mut self, name: &str) -> Option<Value> {
        let kept = self.kept.as_mut()?;
        let taken = kept.members.remove(name);
        // What keeps nothing more is like what never kept anything.
        if kept.members.is_empty() && kept.nulls.is_empty() {
            self.kept = None;
        }
        taken
    }

    pub(crate) fn note_null(&mut self, name: &'static str) {
        self.kept.get_or_insert_default().nulls.push(name);
    }

    pub(crate) fn was_null(&self, name: &str) -> bool {
        self.kept.as_ref().is_some_and(|kept| kept.nulls.contains(&name))
    }
}

impl From<Map<String, Value>> for Extra {
    fn from(members: Map<String, Value>) -> Self {
        let kept = (!members.is_empty()).then(|| Box::new(Kept { members, nulls: Vec::new() }));
        Self { kept }
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
