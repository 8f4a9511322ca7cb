//! The three things a change can do to one member.

use serde::{Serialize, Serializer};

/// What a change does to one member: leave it, empty it, or set it.
///
/// `Option` cannot say this: `null` clears a member at amoCRM, a missing member stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Patch<T> {
    /// Leave the member as it is: it is not sent.
    #[default]
    Keep,
    /// Empty the member: `null` is sent.
    Clear,
    /// Set the member to this value.
    Set(T),
}

impl<T> Patch<T> {
    /// Whether nothing is to be done, so that the member must not be sent.
    pub const fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// Changes the value, if there is one.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(change(value)),
        }
    }

    /// The same with a reference to the value.
    pub const fn as_ref(&self) -> Patch<&T> {
        match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(value),
        }
    }
}

impl<T> From<T> for Patch<T> {
    fn from(value: T) -> Self {
        Self::Set(value)
    }
}

impl<T> From<Option<T>> for Patch<T> {
    /// `None` clears.
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Clear, Self::Set)
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    /// `null` for [`Patch::Clear`]. A member to keep must be left out by the one who prints the
    /// whole (`#[serde(skip_serializing_if = "Patch::is_keep")]`).
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Keep | Self::Clear => serializer.serialize_none(),
            Self::Set(value) => serializer.serialize_some(value),
        }
    }
}
