//! The same tree as JSON, which replay tools and proxies send.

use std::cell::Cell;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::body::Notation;
use super::limits::{Budget, Excess, HookError};
use super::tree::settle;

/// Reads the whole body.
pub(super) fn parse(
    body: &[u8],
    budget: &Budget,
    notation: Notation,
) -> Result<Map<String, Value>, HookError> {
    let excess = Cell::new(None);
    let mut json = serde_json::Deserializer::from_slice(body);
    let tree = Tree { budget, excess: &excess, notation, depth: 0 };
    let read = tree.deserialize(&mut json).and_then(|tree| json.end().map(|()| tree));
    match read {
        Ok(Value::Object(members)) => Ok(members),
        Ok(Value::Array(list)) => {
            let numbered = list.into_iter().enumerate();
            Ok(numbered.map(|(index, value)| (index.to_string(), value)).collect())
        }
        // Not reached: only bodies that start as one of these come here.
        Ok(scalar) => Ok(Map::from_iter([(String::new(), scalar)])),
        Err(error) => {
            let place = format!("line {} column {}", error.line(), error.column());
            Err(match excess.get() {
                Some(excess) => budget.error(excess, place),
                None => HookError::NotJson { place },
            })
        }
    }
}

/// Reads a value.
#[derive(Clone, Copy)]
struct Tree<'a> {
    budget: &'a Budget,
    excess: &'a Cell<Option<Excess>>,
    notation: Notation,
    depth: usize,
}

impl Tree<'_> {
    /// What reads the values one level deeper.
    fn deeper<E: de::Error>(self) -> Result<Self, E> {
        let depth = self.depth + 1;
        self.check(self.budget.path(depth))?;
        Ok(Self { depth, ..self })
    }

    /// A number or a truth value.
    fn scalar(self, value: impl Into<Value>, text: impl FnOnce() -> String) -> Value {
        match self.notation {
            Notation::Form => text().into(),
            Notation::AsItCame => value.into(),
        }
    }

    fn check<E: de::Error>(self, paid: Result<(), Excess>) -> Result<(), E> {
        paid.map_err(|excess| {
            self.excess.set(Some(excess));
            E::custom("over a limit")
        })
    }
}

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(self.scalar(value, || i64::from(value).to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(self.scalar(value, || value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(self.scalar(value, || value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(self.scalar(value, || value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let deeper = self.deeper()?;
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(deeper)? {
            self.check(self.budget.key())?;
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let deeper = self.deeper()?;
        let mut members = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            self.check(self.budget.key())?;
            members.insert(key, map.next_value_seed(deeper)?);
        }
        Ok(match self.notation {
            Notation::Form => settle(members),
            Notation::AsItCame => Value::Object(members),
        })
    }
}
