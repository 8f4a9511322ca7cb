//! Where a state is read from: a value in memory, or a file, of which never more is in memory than
//! one thing of a list.

use std::collections::BTreeSet;
use std::fmt;
use std::io::Read;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::error::StateError;
use super::item;
use super::parts::Part;
use crate::flaws::Flaws;

/// What is read of a part.
#[derive(Debug, Clone, Copy)]
pub(super) enum Piece<'v> {
    /// Its list begins.
    Begins,
    /// One thing of its list.
    Item(usize, &'v Value),
    /// All of it, where it is no list.
    Whole(&'v Value),
}

/// Takes what is read.
pub(super) type Take<'t> = dyn FnMut(&'static Part, Piece<'_>) -> Result<(), StateError> + 't;
/// Whether a part is read this time.
pub(super) type Wanted<'t> = dyn Fn(&Part) -> bool + 't;

/// Walks over a state in memory.
pub(super) fn walk_value(
    state: &Value,
    wanted: &Wanted<'_>,
    take: &mut Take<'_>,
) -> Result<(), StateError> {
    let mut flaws = Flaws::default();
    for (name, value) in item::object(state, &mut flaws).into_iter().flatten() {
        let part = Part::named(name)?;
        if !wanted(part) {
            continue;
        }
        match value {
            value if !part.is_list() => take(part, Piece::Whole(value))?,
            Value::Array(list) => {
                take(part, Piece::Begins)?;
                for (index, one) in list.iter().enumerate() {
                    take(part, Piece::Item(index, one))?;
                }
            }
            _ => return Err(StateError::at(part.name, "this should be a list")),
        }
    }
    StateError::of(&flaws)
}

/// Walks over a state that is read. The outer error is that of the reader or of its JSON.
pub(super) fn walk_reader(
    reader: impl Read,
    wanted: &Wanted<'_>,
    take: &mut Take<'_>,
) -> Result<Result<(), StateError>, serde_json::Error> {
    let mut refused = None;
    let walk = Walk { wanted, take, refused: &mut refused };
    let mut json = serde_json::Deserializer::from_reader(reader);
    let read = walk.deserialize(&mut json).and_then(|()| json.end());
    // Who refused stopped the reading with an error of no account.
    if let Some(refused) = refused { Ok(Err(refused)) } else { read.map(Ok) }
}

struct Walk<'w, 't> {
    wanted: &'w Wanted<'w>,
    take: &'w mut Take<'t>,
    refused: &'w mut Option<StateError>,
}

impl Walk<'_, '_> {
    /// Stops the reading, if this is refused.
    fn taken<E: serde::de::Error>(&mut self, taken: Result<(), StateError>) -> Result<(), E> {
        taken.map_err(|refused| {
            *self.refused = Some(refused);
            E::custom("refused")
        })
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a state: an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let mut seen = BTreeSet::new();
        while let Some(name) = map.next_key::<String>()? {
            let part = match Part::named(&name) {
                Ok(part) => part,
                Err(refused) => return self.taken(Err(refused)),
            };
            if !seen.insert(name) {
                return self.taken(Err(StateError::at(part.name, "this member is there twice")));
            }
            if !(self.wanted)(part) {
                map.next_value::<IgnoredAny>()?;
            } else if part.is_list() {
                map.next_value_seed(List { walk: &mut self, part })?;
            } else {
                let value = map.next_value::<Value>()?;
                let taken = (self.take)(part, Piece::Whole(&value));
                self.taken(taken)?;
            }
        }
        Ok(())
    }
}

struct List<'l, 'w, 't> {
    walk: &'l mut Walk<'w, 't>,
    part: &'static Part,
}

impl<'de> DeserializeSeed<'de> for List<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for List<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` to be a list", self.part.name)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let begun = (self.walk.take)(self.part, Piece::Begins);
        self.walk.taken(begun)?;
        let mut index = 0;
        while let Some(one) = list.next_element::<Value>()? {
            let taken = (self.walk.take)(self.part, Piece::Item(index, &one));
            self.walk.taken(taken)?;
            index += 1;
        }
        Ok(())
    }
}
