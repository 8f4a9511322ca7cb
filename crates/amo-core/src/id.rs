//! Typed ids: a number that knows what it belongs to.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::num::ParseIntError;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{Account, Company, Contact, EnumOption, Group, Lead, StatusId, Tag, TaskType, UserId};

/// The id of a `T`, as amoCRM sends it: a whole number of 64 bits.
///
/// Any number that the server sends is kept, also 0 and negative ones. It is read from a JSON
/// number or from a numeric string (also as a key of a map), and printed as a number.
///
/// ```
/// use amo_core::LeadId;
///
/// let id: LeadId = serde_json::from_str("\"90001\"")?;
/// assert_eq!(id, LeadId::new(90_001));
/// assert_eq!(serde_json::to_string(&id)?, "90001");
/// # Ok::<(), serde_json::Error>(())
/// ```
pub struct Id<T> {
    raw: i64,
    // `fn() -> T`: an id is Send, Sync and Copy whatever `T` is.
    marker: PhantomData<fn() -> T>,
}

impl<T> Id<T> {
    /// An id with this number.
    pub const fn new(raw: i64) -> Self {
        Self { raw, marker: PhantomData }
    }

    /// The number itself.
    pub const fn get(self) -> i64 {
        self.raw
    }
}

// By hand: the derives would ask for the same traits of `T`.
impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Id<T> {}

impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}

impl<T> Eq for Id<T> {}

impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.raw.cmp(&other.raw)
    }
}

impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.raw.hash(state);
    }
}

impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = std::any::type_name::<T>();
        let name = path.rsplit("::").next().unwrap_or(path);
        write!(f, "Id<{name}>({})", self.raw)
    }
}

impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.raw.fmt(f)
    }
}

impl<T> FromStr for Id<T> {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        text.parse().map(Self::new)
    }
}

impl<T> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.raw)
    }
}

impl<'de, T> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WholeNumber("an id")).map(Self::new)
    }
}

/// Reads an `i64` from a number or a numeric string; the member says what was expected.
pub(crate) struct WholeNumber(pub(crate) &'static str);

impl de::Visitor<'_> for WholeNumber {
    type Value = i64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (a whole number or a numeric string)", self.0)
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<i64, E> {
        Ok(value)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<i64, E> {
        i64::try_from(value).map_err(|_| E::invalid_value(de::Unexpected::Unsigned(value), &self))
    }

    /// 5.0 is a whole number too. Greater ones than those that a double holds exactly may have been
    /// another number before they were rounded.
    fn visit_f64<E: de::Error>(self, value: f64) -> Result<i64, E> {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if value.fract() == 0.0 && value.abs() <= EXACT {
            Ok(value as i64)
        } else {
            Err(E::invalid_value(de::Unexpected::Float(value), &self))
        }
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<i64, E> {
        value.parse().map_err(|_| E::invalid_value(de::Unexpected::Str(value), &self))
    }
}

/// The id of an account.
pub type AccountId = Id<Account>;
/// The id of a company.
pub type CompanyId = Id<Company>;
/// The id of a contact.
pub type ContactId = Id<Contact>;
/// The id of one option of a custom field with a list of options.
pub type EnumId = Id<EnumOption>;
/// The id of a group of users.
pub type GroupId = Id<Group>;
/// The id of a lead.
pub type LeadId = Id<Lead>;
/// The id of a tag; tags of each kind of entity have ids of their own.
pub type TagId = Id<Tag>;
/// The id of a kind of task.
pub type TaskTypeId = Id<TaskType>;

impl GroupId {
    /// The default group, which every account has. It is a group like any other: 0 is not
    /// "no group".
    pub const DEFAULT: Self = Self::new(0);
}

impl StatusId {
    /// "Closed: won", the same in every pipeline.
    pub const WON: Self = Self::new(142);
    /// "Closed: lost", the same in every pipeline.
    pub const LOST: Self = Self::new(143);
}

/// Who made or changed something: `created_by` and `updated_by`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Author {
    /// A robot: a bot, a trigger or amoCRM itself. 0 on the wire.
    Robot,
    /// The client, such as the person at the other end of a chat. -1 on the wire.
    Client,
    /// A user.
    User(UserId),
}

impl Author {
    /// The number on the wire.
    pub const fn get(self) -> i64 {
        match self {
            Self::Robot => 0,
            Self::Client => -1,
            Self::User(id) => id.get(),
        }
    }

    /// The user, if it is one.
    pub const fn user(self) -> Option<UserId> {
        match self {
            Self::User(id) => Some(id),
            Self::Robot | Self::Client => None,
        }
    }
}

impl From<UserId> for Author {
    /// 0 and -1 become [`Author::Robot`] and [`Author::Client`].
    fn from(id: UserId) -> Self {
        match id.get() {
            0 => Self::Robot,
            -1 => Self::Client,
            _ => Self::User(id),
        }
    }
}

impl fmt::Display for Author {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

impl Serialize for Author {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.get())
    }
}

impl<'de> Deserialize<'de> for Author {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        UserId::deserialize(deserializer).map(Self::from)
    }
}
