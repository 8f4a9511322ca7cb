//! The macro behind everything that is read from answers.

use std::marker::PhantomData;

use serde::ser::SerializeMap;

use crate::Extra;

/// What reads the members of a `T`.
pub(crate) struct Reader<T>(pub(crate) PhantomData<T>);

/// A part of an object whose members stand among the others, such as a kind and what belongs to
/// it.
pub(crate) trait Flat: Sized {
    /// Takes its members out of those that have no name in the object.
    fn take(extra: &mut Extra) -> Self;

    /// Prints its members among the others.
    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;
}

/// Declares what the server returns: a struct with the members that have a name here, and
/// `extra` for those that have none.
///
/// A member is read by its type (see [`crate::member`]); `Option` is what may be left out or
/// null. `= "key" | "alias"` says how the member is spelled where that is not its name here. What
/// was read is printed back: unknown members, null as null, and nothing for what was not there.
/// `flat` is a part of several members, see [`Flat`].
macro_rules! model {
    (@key $member:ident) => { stringify!($member) };
    (@key $member:ident $key:literal) => { $key };
    (
        $(#[$meta:meta])*
        pub struct $name:ident $(<$param:ident>)? {
            $(
                $(#[$member_meta:meta])*
                pub $member:ident: $type:ty $(= $key:literal $(| $alias:literal)*)?,
            )*
        }
        $(flat { $(#[$flat_meta:meta])* $flat:ident: $flat_type:ty, })?
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub struct $name $(<$param>)? {
            $($(#[$member_meta])* pub $member: $type,)*
            $($(#[$flat_meta])* pub $flat: $flat_type,)?
            /// Members that have no name here; they are printed back.
            pub extra: $crate::Extra,
        }

        impl<'de $(, $param)?> $crate::lenient::Members<'de>
            for $crate::model::Reader<$name $(<$param>)?>
        {
            type Value = $name $(<$param>)?;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!("an object (", stringify!($name), ")"))
            }

            fn read<A: serde::de::MapAccess<'de>>(
                self,
                mut members: A,
            ) -> Result<Self::Value, A::Error> {
                $(let mut $member: Option<$type> = None;)*
                let mut extra = $crate::Extra::default();
                while let Some(key) = members.next_key::<$crate::lenient::Key<'de>>()? {
                    match key.as_str() {
                        $(model!(@key $member $($key)?) $($(| $alias)*)? => {
                            $member = Some($crate::member::next(&mut members)?);
                        })*
                        _ => extra.insert(key.into_string(), members.next_value()?),
                    }
                }
                const { assert!([$(stringify!($member)),*].len() <= 64, "a bit for each member") };
                let mut place = 0;
                $(
                    let is_null = $member.as_ref().is_some_and($crate::member::Member::is_null);
                    extra.note_null(place, is_null);
                    place += 1;
                )*
                let _ = place;
                Ok($name {
                    $($member: match $member {
                        Some(value) => value,
                        None => $crate::member::Member::missing(model!(@key $member $($key)?))?,
                    },)*
                    $($flat: $crate::model::Flat::take(&mut extra),)?
                    extra,
                })
            }

            fn empty<E: serde::de::Error>(self) -> Result<Self::Value, E> {
                Ok($name {
                    $($member: $crate::member::Member::missing(model!(@key $member $($key)?))?,)*
                    $($flat: $crate::model::Flat::take(&mut $crate::Extra::default()),)?
                    extra: $crate::Extra::default(),
                })
            }
        }

        impl<'de $(, $param)?> serde::Deserialize<'de> for $name $(<$param>)? {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let reader = $crate::model::Reader::<Self>(std::marker::PhantomData);
                serde::de::DeserializeSeed::deserialize(
                    $crate::lenient::Object(reader),
                    deserializer,
                )
            }
        }

        impl $(<$param>)? serde::Serialize for $name $(<$param>)? {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(None)?;
                let mut place = 0;
                $(
                    let (name, was_null) =
                        (model!(@key $member $($key)?), self.extra.was_null(place));
                    $crate::member::Member::write(&self.$member, name, was_null, &mut map)?;
                    place += 1;
                )*
                let _ = place;
                $($crate::model::Flat::write(&self.$flat, &mut map)?;)?
                for (name, value) in self.extra.iter() {
                    serde::ser::SerializeMap::serialize_entry(&mut map, name, value)?;
                }
                serde::ser::SerializeMap::end(map)
            }
        }

        impl $(<$param>)? $crate::member::Member for $name $(<$param>)?
        where
            Self: PartialEq,
        {
            fn read<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                serde::Deserialize::deserialize(deserializer)
            }

            /// Not an error if the object can do without members.
            fn missing<E: serde::de::Error>(_: &'static str) -> Result<Self, E> {
                let reader = $crate::model::Reader::<Self>(std::marker::PhantomData);
                $crate::lenient::Members::empty(reader)
            }

            /// An object without members is not printed: it was left out or empty.
            fn write<M: serde::ser::SerializeMap>(
                &self,
                name: &'static str,
                _: bool,
                map: &mut M,
            ) -> Result<(), M::Error> {
                let empty = <Self as $crate::member::Member>::missing::<serde_json::Error>(name);
                if empty.is_ok_and(|empty| empty == *self) {
                    return Ok(());
                }
                map.serialize_entry(name, self)
            }
        }
    };
}

pub(crate) use model;
