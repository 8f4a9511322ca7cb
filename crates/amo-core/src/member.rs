//! How a member of an answer is read and printed, by its type.
//!
//! amoCRM writes the same thing in several ways: a number as text, a truth value as 0 or 1, an
//! empty object as `[]`. What is taken for what depends on the type alone, never on the member,
//! so that it is the same everywhere.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{BorrowedStrDeserializer, MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess,
    Visitor,
};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::lenient::{Flag, Key, Text, Whole};
use crate::{Amount, Author, Id, Timestamp};

/// A type that members of answers have.
pub(crate) trait Member: Sized {
    /// Reads the member, in any of its forms.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;

    /// What it is when the server left it out.
    fn missing<E: de::Error>(name: &'static str) -> Result<Self, E> {
        Err(E::missing_field(name))
    }

    /// Whether it came as `null` and must be printed so.
    fn is_null(&self) -> bool {
        false
    }

    /// Prints it, if there is something to print.
    fn write<M: SerializeMap>(
        &self,
        name: &'static str,
        was_null: bool,
        map: &mut M,
    ) -> Result<(), M::Error>;
}

impl<T: Member + Serialize> Member for Option<T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OptionVisitor<T>(PhantomData<T>);

        impl<'de, T: Member> Visitor<'de> for OptionVisitor<T> {
            type Value = Option<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value or null")
            }

            fn visit_none<E>(self) -> Result<Option<T>, E> {
                Ok(None)
            }

            fn visit_unit<E>(self) -> Result<Option<T>, E> {
                Ok(None)
            }

            fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Option<T>, D::Error> {
                T::read(inner).map(Some)
            }
        }

        deserializer.deserialize_option(OptionVisitor(PhantomData))
    }

    fn missing<E>(_: &'static str) -> Result<Self, E> {
        Ok(None)
    }

    fn is_null(&self) -> bool {
        self.is_none()
    }

    fn write<M: SerializeMap>(
        &self,
        name: &'static str,
        was_null: bool,
        map: &mut M,
    ) -> Result<(), M::Error> {
        if self.is_some() || was_null { map.serialize_entry(name, self) } else { Ok(()) }
    }
}

/// Types whose members are printed whenever they are there.
macro_rules! always_printed {
    ($([$($generic:tt)*] $type:ty: $read:expr;)*) => {$(
        impl<$($generic)*> $crate::member::Member for $type {
            fn read<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let read: fn(D) -> Result<Self, D::Error> = $read;
                read(deserializer)
            }

            fn write<M: serde::ser::SerializeMap>(
                &self,
                name: &'static str,
                _: bool,
                map: &mut M,
            ) -> Result<(), M::Error> {
                map.serialize_entry(name, self)
            }
        }
    )*};
}

always_printed! {
    [] String: |d| d.deserialize_any(Text);
    [] bool: |d| d.deserialize_any(Flag);
    [] i64: |d| Whole::deserialize(d).map(|Whole(number)| number);
    [] Amount: Deserialize::deserialize;
    [] Author: Deserialize::deserialize;
    [] Timestamp: Deserialize::deserialize;
    [] Value: Deserialize::deserialize;
    [T] Id<T>: Deserialize::deserialize;
    [T: DeserializeOwned + Serialize] Vec<T>: |d| d.deserialize_any(List(PhantomData));
    [T: Member + Serialize] BTreeMap<String, T>: |d| d.deserialize_any(Mapping(PhantomData));
}

/// A list; one object in its place is a list of one, unless its keys are numbers: so PHP prints a
/// list with gaps.
struct List<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for List<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Vec<T>, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut one: A) -> Result<Vec<T>, A::Error> {
        let first = one.next_key::<Key<'de>>()?;
        if first.as_ref().is_none_or(|key| key.as_str().parse::<u64>().is_err()) {
            let one = MapAccessDeserializer::new(Unread { first, rest: one });
            return T::deserialize(one).map(|one| vec![one]);
        }
        let mut list = vec![one.next_value()?];
        while let Some((Key::Borrowed(_) | Key::Owned(_), item)) = one.next_entry()? {
            list.push(item);
        }
        Ok(list)
    }
}

/// A mapping whose first key was read already.
struct Unread<'de, A> {
    first: Option<Key<'de>>,
    rest: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Unread<'de, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        match self.first.take() {
            Some(Key::Borrowed(key)) => {
                seed.deserialize(BorrowedStrDeserializer::new(key)).map(Some)
            }
            Some(Key::Owned(key)) => seed.deserialize(key.into_deserializer()).map(Some),
            None => self.rest.next_key_seed(seed),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.rest.next_value_seed(seed)
    }
}

/// A mapping; it is `[]` or null when it is empty.
struct Mapping<T>(PhantomData<T>);

impl<'de, T: Member> Visitor<'de> for Mapping<T> {
    type Value = BTreeMap<String, T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut map = BTreeMap::new();
        while let Some(key) = members.next_key()? {
            map.insert(key, members.next_value_seed(Reading(PhantomData))?);
        }
        Ok(map)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        match list.next_element::<IgnoredAny>()? {
            None => Ok(BTreeMap::new()),
            Some(IgnoredAny) => Err(de::Error::invalid_type(de::Unexpected::Seq, &self)),
        }
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(BTreeMap::new())
    }
}

/// [`Member::read`] where a seed is needed.
struct Reading<T>(PhantomData<T>);

impl<'de, T: Member> DeserializeSeed<'de> for Reading<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::read(deserializer)
    }
}

/// Reads the value of a member.
pub(crate) fn next<'de, T: Member, A: MapAccess<'de>>(map: &mut A) -> Result<T, A::Error> {
    map.next_value_seed(Reading(PhantomData))
}

pub(crate) use always_printed;
