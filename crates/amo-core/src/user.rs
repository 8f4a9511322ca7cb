//! Users and roles: what their tables do not say.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::id::WholeNumber;
use crate::member::always_printed;
use crate::{Reference, User, UserId};

/// The password of a new user. It is not shown by `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Password(String);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

impl From<&str> for Password {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Password {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// A user that has a role. amoCRM says the id alone; an object is read too.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum RoleUser {
    /// The id.
    Id(UserId),
    /// An object with the id.
    Reference(Reference<User>),
}

impl RoleUser {
    /// The id of the user.
    pub const fn id(&self) -> UserId {
        match self {
            Self::Id(id) => *id,
            Self::Reference(reference) => reference.id,
        }
    }
}

impl Serialize for RoleUser {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Id(id) => id.serialize(serializer),
            Self::Reference(reference) => reference.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for RoleUser {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RoleUserVisitor;

        const NUMBER: WholeNumber = WholeNumber("an id of a user or an object with it");

        impl<'de> Visitor<'de> for RoleUserVisitor {
            type Value = RoleUser;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                NUMBER.expecting(f)
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<RoleUser, E> {
                NUMBER.visit_i64(value).map(|id| RoleUser::Id(UserId::new(id)))
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<RoleUser, E> {
                NUMBER.visit_u64(value).map(|id| RoleUser::Id(UserId::new(id)))
            }

            fn visit_str<E: de::Error>(self, value: &str) -> Result<RoleUser, E> {
                NUMBER.visit_str(value).map(|id| RoleUser::Id(UserId::new(id)))
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<RoleUser, A::Error> {
                let members = MapAccessDeserializer::new(members);
                Reference::deserialize(members).map(RoleUser::Reference)
            }
        }

        deserializer.deserialize_any(RoleUserVisitor)
    }
}

always_printed! { [] RoleUser: Deserialize::deserialize; }
