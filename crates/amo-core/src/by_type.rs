//! Parts of objects whose shape depends on a type that stands beside them.

/// Declares an enum for a type and a value that hangs on it, such as `note_type` and `params`.
///
/// The variants are named as those of the enum of types. What has no variant here, or does not fit
/// its variant, is kept as it came, so that one odd value does not spoil a whole list.
macro_rules! by_type {
    (
        $(#[$meta:meta])*
        pub enum $name:ident by $type:ident as $type_key:ident, $value_key:ident {
            $($(#[$variant_meta:meta])* $variant:ident($value:ty),)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_meta])* $variant($value),)*
            /// One that this library does not know or that has an unexpected form, as it came.
            Other {
                /// The type, if there is one.
                $type_key: Option<$crate::$type>,
                /// What hangs on it, if there is something.
                $value_key: Option<serde_json::Value>,
            },
        }

        impl $name {
            /// The type, if there is one.
            pub fn $type_key(&self) -> Option<$crate::$type> {
                match self {
                    $(Self::$variant(_) => Some($crate::$type::$variant),)*
                    Self::Other { $type_key, .. } => $type_key.clone(),
                }
            }
        }

        impl $crate::model::Flat for $name {
            // Compiled where it is used; see `model!`.
            #[inline]
            fn take(extra: &mut $crate::Extra) -> Self {
                let read = |text: &serde_json::Value| text.as_str().map($crate::$type::from);
                let known = extra.get(stringify!($type_key)).and_then(read);
                // A type that is no text stays among the members without a name.
                let $type_key = known.inspect(|_| drop(extra.take(stringify!($type_key))));
                let $value_key = extra.take(stringify!($value_key));
                let typed = match (&$type_key, &$value_key) {
                    $((Some($crate::$type::$variant), Some(value)) if value.is_object() => {
                        <$value as serde::Deserialize<'_>>::deserialize(value)
                            .ok()
                            .map(Self::$variant)
                    })*
                    _ => None,
                };
                typed.unwrap_or(Self::Other { $type_key, $value_key })
            }

            fn write<M: serde::ser::SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
                if let Some(kind) = self.$type_key() {
                    map.serialize_entry(stringify!($type_key), &kind)?;
                }
                match self {
                    $(Self::$variant(value) => {
                        map.serialize_entry(stringify!($value_key), value)
                    })*
                    Self::Other { $value_key: Some(value), .. } => {
                        map.serialize_entry(stringify!($value_key), value)
                    }
                    Self::Other { $value_key: None, .. } => Ok(()),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(None)?;
                $crate::model::Flat::write(self, &mut map)?;
                serde::ser::SerializeMap::end(map)
            }
        }
    };
}

pub(crate) use by_type;
