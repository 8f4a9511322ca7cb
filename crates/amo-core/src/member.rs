//! How a member of an answer is read and printed, by its type.
//!
//! amoCRM writes the same thing in several ways: a number as text, a truth value as 0 or 1, an
//! empty object as `[]`. What is taken for what depends on the type alone, never on the member,
//! so that it is the same everywhere.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::lenient::{Flag, Text, Whole};
use crate::list::{Inner, List, Next};
use crate::{Amount, Author, Id, Timestamp};

/// How a member came that is not there, or holds nothing: so it is printed back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// There is something to print.
    Value,
    /// It was null.
    Null,
    /// It was an object without members.
    Empty,
    /// It was `[]` in place of an object that must have members.
    EmptyList,
}

/// A type that members of answers have.
pub(crate) trait Member: Sized {
    /// Reads the member, in any of its forms.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;

    /// Reads it where one can do without it: `None` is an empty list in place of an object that
    /// must have members, which is how PHP prints that there is no object.
    fn read_some<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        Self::read(deserializer).map(Some)
    }

    /// Reads it and says in `form` what the value itself does not say.
    fn read_noting<'de, D: Deserializer<'de>>(
        deserializer: D,
        _form: &mut Form,
    ) -> Result<Self, D::Error> {
        Self::read(deserializer)
    }

    /// What null is in a list: nothing, except where any JSON may stand.
    fn from_null() -> Option<Self> {
        None
    }

    /// What it is when the server left it out.
    fn missing<E: de::Error>(name: &'static str) -> Result<Self, E> {
        Err(E::missing_field(name))
    }

    /// Whether it holds nothing, so that it is printed as it came.
    fn is_nothing(&self) -> bool {
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
        Self::read_noting(deserializer, &mut Form::Value)
    }

    fn read_noting<'de, D: Deserializer<'de>>(
        deserializer: D,
        form: &mut Form,
    ) -> Result<Self, D::Error> {
        struct OptionVisitor<'a, T>(&'a mut Form, PhantomData<T>);

        impl<'de, T: Member> Visitor<'de> for OptionVisitor<'_, T> {
            type Value = Option<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value or null")
            }

            fn visit_none<E>(self) -> Result<Option<T>, E> {
                *self.0 = Form::Null;
                Ok(None)
            }

            fn visit_unit<E: de::Error>(self) -> Result<Option<T>, E> {
                self.visit_none()
            }

            fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Option<T>, D::Error> {
                let value = T::read_some(inner)?;
                if value.is_none() {
                    *self.0 = Form::EmptyList;
                }
                Ok(value)
            }
        }

        deserializer.deserialize_option(OptionVisitor(form, PhantomData))
    }

    fn missing<E>(_: &'static str) -> Result<Self, E> {
        Ok(None)
    }

    fn is_nothing(&self) -> bool {
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

/// Prints a member; one that holds nothing as it came.
pub(crate) fn write<T: Member, M: SerializeMap>(
    member: &T,
    name: &'static str,
    form: Form,
    map: &mut M,
) -> Result<(), M::Error> {
    match form {
        Form::Empty if member.is_nothing() => map.serialize_entry(name, &serde_json::Map::new()),
        Form::EmptyList if member.is_nothing() => map.serialize_entry(name, &[(); 0]),
        form => member.write(name, form == Form::Null, map),
    }
}

/// Types whose members are printed whenever they are there.
macro_rules! always_printed {
    ($([$($generic:tt)*] $type:ty: $read:expr $(, null $null:expr)?;)*) => {$(
        impl<$($generic)*> $crate::member::Member for $type {
            fn read<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let read: fn(D) -> Result<Self, D::Error> = $read;
                read(deserializer)
            }

            $(fn from_null() -> Option<Self> {
                Some($null)
            })?

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
    [] Value: Deserialize::deserialize, null Value::Null;
    [T] Id<T>: Deserialize::deserialize;
    [T: Member + Serialize] Vec<T>: |d| List::<Inner<T>>::new().deserialize(d);
    [T: Member + Serialize] BTreeMap<String, T>: |d| d.deserialize_any(Mapping(PhantomData));
}

/// A mapping; it is `[]` when it is empty. Nulls in it are left out.
struct Mapping<T>(PhantomData<T>);

impl<'de, T: Member + Serialize> Visitor<'de> for Mapping<T> {
    type Value = BTreeMap<String, T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut map = BTreeMap::new();
        while let Some(key) = members.next_key()? {
            if let Some(value) = members.next_value_seed(Next::<Inner<T>>::new())? {
                map.insert(key, value);
            }
        }
        Ok(map)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        match list.next_element::<IgnoredAny>()? {
            None => Ok(BTreeMap::new()),
            Some(IgnoredAny) => Err(de::Error::invalid_type(de::Unexpected::Seq, &self)),
        }
    }
}

/// [`Member::read_noting`] where a seed is needed.
struct Noting<'a, T>(&'a mut Form, PhantomData<T>);

impl<'de, T: Member> DeserializeSeed<'de> for Noting<'_, T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::read_noting(deserializer, self.0)
    }
}

/// Reads the value of a member.
pub(crate) fn next<'de, T: Member, A: MapAccess<'de>>(map: &mut A) -> Result<T, A::Error> {
    Ok(next_noting(map)?.0)
}

/// Reads the value of a member and how it came.
pub(crate) fn next_noting<'de, T: Member, A: MapAccess<'de>>(
    map: &mut A,
) -> Result<(T, Form), A::Error> {
    let mut form = Form::Value;
    let value = map.next_value_seed(Noting(&mut form, PhantomData))?;
    Ok((value, form))
}

pub(crate) use always_printed;
