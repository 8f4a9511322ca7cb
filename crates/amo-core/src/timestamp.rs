//! Points in time as amoCRM counts them: Unix seconds.

mod convert;
mod rfc3339;

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use rfc3339::NotATimestamp;

use crate::id::WholeNumber;

/// A point in time in whole seconds since 1970-01-01T00:00:00Z; earlier ones are negative.
///
/// It is read from a JSON number or a numeric string and printed as a number. `Display` writes
/// RFC 3339 in UTC, and [`str::parse`] reads RFC 3339 with any offset.
///
/// ```
/// use amo_core::Timestamp;
///
/// const START: Timestamp = Timestamp::from_unix_seconds(1_700_000_000);
/// assert_eq!(START.to_string(), "2023-11-14T22:13:20Z");
/// assert_eq!("2023-11-15T01:13:20+03:00".parse(), Ok(START));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The point in time that many seconds after 1970-01-01T00:00:00Z.
    pub const fn from_unix_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// The same as [`Timestamp::from_unix_seconds`].
    pub const fn new(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub const fn as_unix_seconds(self) -> i64 {
        self.0
    }

    /// Later by `duration`, of which the part below a second is dropped; `None` on overflow.
    pub const fn checked_add(self, duration: Duration) -> Option<Self> {
        match self.0.checked_add_unsigned(duration.as_secs()) {
            Some(seconds) => Some(Self(seconds)),
            None => None,
        }
    }

    /// Earlier by `duration`, of which the part below a second is dropped; `None` on overflow.
    pub const fn checked_sub(self, duration: Duration) -> Option<Self> {
        match self.0.checked_sub_unsigned(duration.as_secs()) {
            Some(seconds) => Some(Self(seconds)),
            None => None,
        }
    }
}

/// A [`Timestamp`] lies outside what the type of another crate can hold.
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the point in time is outside the range of the target type")]
pub struct OutOfRange(pub(crate) ());

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        rfc3339::write(self.0, f)
    }
}

impl std::str::FromStr for Timestamp {
    type Err = NotATimestamp;

    fn from_str(text: &str) -> Result<Self, NotATimestamp> {
        rfc3339::parse(text).map(Self).ok_or(NotATimestamp(()))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WholeNumber("a timestamp")).map(Self)
    }
}
