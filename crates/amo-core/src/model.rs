//! The macro behind everything that is read from answers.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, MapAccess};
use serde::ser::SerializeMap;

use crate::Extra;
use crate::lenient::Members;
use crate::member::Form;

/// What reads the members of a `T`.
pub(crate) struct Reader<T>(pub(crate) PhantomData<T>);

/// Reads a `T` where one can do without it.
pub(crate) struct Maybe<T>(pub(crate) PhantomData<T>);

impl<'de, T> Members<'de> for Maybe<T>
where
    Reader<T>: Members<'de, Value = T>,
{
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Reader(PhantomData::<T>).expecting(f)
    }

    fn read<A: MapAccess<'de>>(self, members: A) -> Result<Option<T>, A::Error> {
        Reader(PhantomData::<T>).read(members).map(Some)
    }

    /// Nothing, if a `T` cannot do without members.
    fn empty<E: de::Error>(self) -> Result<Option<T>, E> {
        Ok(Reader(PhantomData::<T>).empty::<E>().ok())
    }
}

/// Reads a `T` that is always there and notes how it came if it is without members.
pub(crate) struct Noting<'a, T>(pub(crate) &'a mut Form, pub(crate) PhantomData<T>);

impl<'de, T: PartialEq> Members<'de> for Noting<'_, T>
where
    Reader<T>: Members<'de, Value = T>,
{
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Reader(PhantomData::<T>).expecting(f)
    }

    fn read<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
        let value = Reader(PhantomData::<T>).read(members)?;
        if Reader(PhantomData::<T>).empty::<A::Error>().is_ok_and(|empty| empty == value) {
            *self.0 = Form::Empty;
        }
        Ok(value)
    }

    fn empty<E: de::Error>(self) -> Result<T, E> {
        *self.0 = Form::Empty;
        Reader(PhantomData::<T>).empty()
    }

    fn null<E: de::Error>(self) -> Result<T, E> {
        *self.0 = Form::Null;
        Reader(PhantomData::<T>).empty()
    }
}

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
///
/// The code for reading and printing a model is compiled where it is used, so that nobody waits for
/// that of the models that he has no use for: what is not generic and reads models says
/// `#[inline]`.
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
                $(let mut $member: Option<($type, $crate::member::Form)> = None;)*
                let mut extra = $crate::Extra::default();
                while let Some(key) = members.next_key::<$crate::lenient::Key<'de>>()? {
                    match key.as_str() {
                        $(model!(@key $member $($key)?) $($(| $alias)*)? => {
                            $member = Some($crate::member::next_noting(&mut members)?);
                        })*
                        _ => extra.insert(key.into_string(), members.next_value()?),
                    }
                }
                const { assert!([$(stringify!($member)),*].len() <= 64, "a bit for each member") };
                let mut place = 0;
                $(
                    if let Some((_, form)) = &$member {
                        extra.note(place, *form);
                    }
                    place += 1;
                )*
                let _ = place;
                Ok($name {
                    $($member: match $member {
                        Some((value, _)) => value,
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
                    let (name, form) = (model!(@key $member $($key)?), self.extra.form(place));
                    $crate::member::write(&self.$member, name, form, &mut map)?;
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

            fn read_some<'de, D: serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Option<Self>, D::Error> {
                let maybe = $crate::model::Maybe::<Self>(std::marker::PhantomData);
                serde::de::DeserializeSeed::deserialize(
                    $crate::lenient::Object(maybe),
                    deserializer,
                )
            }

            fn read_noting<'de, D: serde::Deserializer<'de>>(
                deserializer: D,
                form: &mut $crate::member::Form,
            ) -> Result<Self, D::Error> {
                let noting = $crate::model::Noting::<Self>(form, std::marker::PhantomData);
                serde::de::DeserializeSeed::deserialize(
                    $crate::lenient::Object(noting),
                    deserializer,
                )
            }

            /// Not an error if the object can do without members.
            fn missing<E: serde::de::Error>(_: &'static str) -> Result<Self, E> {
                let reader = $crate::model::Reader::<Self>(std::marker::PhantomData);
                $crate::lenient::Members::empty(reader)
            }

            #[inline]
            fn is_nothing(&self) -> bool {
                let empty = <Self as $crate::member::Member>::missing::<serde_json::Error>("");
                empty.is_ok_and(|empty| empty == *self)
            }

            /// An object without members is printed as it came, so not at all if it was left out.
            fn write<M: serde::ser::SerializeMap>(
                &self,
                name: &'static str,
                was_null: bool,
                map: &mut M,
            ) -> Result<(), M::Error> {
                if $crate::member::Member::is_nothing(self) {
                    return if was_null { map.serialize_entry(name, &()) } else { Ok(()) };
                }
                map.serialize_entry(name, self)
            }
        }
    };
}

pub(crate) use model;
