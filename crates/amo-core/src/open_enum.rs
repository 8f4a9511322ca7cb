//! Enums of texts whose set may grow: an unknown text is kept and printed back.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error, Visitor};

use crate::lenient::Text;

/// Declares an enum of texts with a last variant `Other` for those that it does not know.
///
/// The first spelling is the one that is printed; the others are read too.
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $($(#[$variant_meta:meta])* $variant:ident = $text:literal $(| $other:literal)*,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)*
            /// One that this library does not know, as the API spells it.
            Other(String),
        }

        impl $name {
            /// The name as the API spells it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Other(text) => text,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text $(| $other)* => Self::$variant,)*
                    other => Self::Other(other.to_owned()),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any($crate::open_enum::Named(std::marker::PhantomData))
            }
        }

        $crate::member::always_printed! { [] $name: serde::Deserialize::deserialize; }
    };
}

/// Reads such an enum. The names that are known cost no allocation.
pub(crate) struct Named<T>(pub(crate) PhantomData<T>);

impl<T: for<'a> From<&'a str>> Visitor<'_> for Named<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Text.expecting(f)
    }

    fn visit_str<E>(self, value: &str) -> Result<T, E> {
        Ok(T::from(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<T, E> {
        Text.visit_i64(value).map(|text| T::from(&text))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<T, E> {
        Text.visit_u64(value).map(|text| T::from(&text))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<T, E> {
        Text.visit_f64(value).map(|text| T::from(&text))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<T, E> {
        Text.visit_bool(value).map(|text| T::from(&text))
    }
}

/// Lets enums of texts stand in a query.
macro_rules! query_names {
    ($($name:ident),* $(,)?) => {$(
        impl $crate::QueryName for $name {
            fn name(&self) -> &str {
                self.as_str()
            }
        }
    )*};
}

pub(crate) use {open_enum, query_names};
