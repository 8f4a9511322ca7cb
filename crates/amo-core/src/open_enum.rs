//! Enums of texts whose set may grow: an unknown text is kept and printed back.

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
                let text = deserializer.deserialize_any($crate::lenient::Text)?;
                Ok(Self::from(text.as_str()))
            }
        }

        $crate::member::always_printed! { [] $name: serde::Deserialize::deserialize; }
    };
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
