//! Reading `values` without knowing their type yet, and without ever failing on it.
//!
//! The type of a field may stand after its values, and a value may be of another type than the
//! field says. So the elements are first read into their members, which become typed items where
//! they fit and go back to plain JSON, as it was, where they do not.

use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::Extra;
use crate::lenient::Key;

/// What stands in `values`.
pub(super) enum Loose {
    /// A list of one element, as most are.
    One(Element),
    List(Vec<Element>),
    Other(Value),
}

/// One element of `values`.
pub(super) enum Element {
    Members(Members),
    Other(Value),
}

/// The members of an element. `None` is a missing one, null is `Some(Value::Null)`.
#[derive(Clone, Default)]
pub(super) struct Members {
    pub(super) value: Option<Value>,
    pub(super) enum_id: Option<Value>,
    pub(super) enum_code: Option<Value>,
    pub(super) others: Option<Map<String, Value>>,
}

impl Members {
    /// Whether there is neither a value nor what says of what sort it is.
    pub(super) fn is_bare(&self) -> bool {
        self.value.is_none() && self.enum_id.is_none() && self.enum_code.is_none()
    }

    /// Takes the members that have no name here.
    pub(super) fn extra(&mut self) -> Extra {
        self.others.take().map(Extra::from).unwrap_or_default()
    }

    /// Takes those members as an object, if `read` can.
    pub(super) fn take_object<T>(&mut self, read: fn(Value) -> Result<T, Value>) -> Option<T> {
        match read(Value::Object(self.others.take()?)) {
            Ok(object) => Some(object),
            Err(value) => {
                self.others = if let Value::Object(others) = value { Some(others) } else { None };
                None
            }
        }
    }
}

impl From<Loose> for Value {
    fn from(loose: Loose) -> Self {
        match loose {
            Loose::One(element) => Self::Array(vec![element.into()]),
            Loose::List(elements) => Self::Array(elements.into_iter().map(Self::from).collect()),
            Loose::Other(value) => value,
        }
    }
}

impl From<Element> for Value {
    fn from(element: Element) -> Self {
        match element {
            Element::Members(members) => members.into(),
            Element::Other(value) => value,
        }
    }
}

impl From<Members> for Value {
    fn from(members: Members) -> Self {
        let Members { value, enum_id, enum_code, others } = members;
        let mut map = others.unwrap_or_default();
        let named = [("value", value), ("enum_id", enum_id), ("enum_code", enum_code)];
        for (name, value) in named {
            if let Some(value) = value {
                map.insert(name.to_owned(), value);
            }
        }
        Self::Object(map)
    }
}

/// What has no members of interest is read as plain JSON.
macro_rules! visit_scalars {
    ($wrap:path) => {
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("JSON")
        }

        fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
            Ok($wrap(value.into()))
        }

        fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
            Ok($wrap(value.into()))
        }

        fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
            Ok($wrap(value.into()))
        }

        fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
            Ok($wrap(value.into()))
        }

        fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
            Ok($wrap(value.into()))
        }

        fn visit_string<E>(self, value: String) -> Result<Self::Value, E> {
            Ok($wrap(value.into()))
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok($wrap(Value::Null))
        }
    };
}

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct LooseVisitor;

        impl<'de> Visitor<'de> for LooseVisitor {
            type Value = Loose;

            visit_scalars!(Loose::Other);

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Loose, A::Error> {
                let Some(first) = list.next_element()? else { return Ok(Loose::List(Vec::new())) };
                let Some(second) = list.next_element()? else { return Ok(Loose::One(first)) };
                let mut elements = vec![first, second];
                while let Some(element) = list.next_element()? {
                    elements.push(element);
                }
                Ok(Loose::List(elements))
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Loose, A::Error> {
                Value::deserialize(MapAccessDeserializer::new(members)).map(Loose::Other)
            }
        }

        deserializer.deserialize_any(LooseVisitor)
    }
}

impl<'de> Deserialize<'de> for Element {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ElementVisitor;

        impl<'de> Visitor<'de> for ElementVisitor {
            type Value = Element;

            visit_scalars!(Element::Other);

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Element, A::Error> {
                Value::deserialize(SeqAccessDeserializer::new(list)).map(Element::Other)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Element, A::Error> {
                let mut members = Members::default();
                while let Some(key) = map.next_key::<Key<'de>>()? {
                    match key.as_str() {
                        "value" => members.value = Some(map.next_value()?),
                        "enum_id" => members.enum_id = Some(map.next_value()?),
                        "enum_code" => members.enum_code = Some(map.next_value()?),
                        _ => {
                            let others = members.others.get_or_insert_default();
                            others.insert(key.into_string(), map.next_value()?);
                        }
                    }
                }
                Ok(Element::Members(members))
            }
        }

        deserializer.deserialize_any(ElementVisitor)
    }
}
