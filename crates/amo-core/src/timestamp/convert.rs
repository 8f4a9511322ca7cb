//! Conversions to the types of time crates, each behind the feature of its name.

#[cfg(feature = "chrono")]
mod chrono {
    use chrono::{DateTime, Utc};

    use crate::{OutOfRange, Timestamp};

    impl From<DateTime<Utc>> for Timestamp {
        /// Rounds down to whole seconds.
        fn from(time: DateTime<Utc>) -> Self {
            Self::from_unix_seconds(time.timestamp())
        }
    }

    impl TryFrom<Timestamp> for DateTime<Utc> {
        type Error = OutOfRange;

        fn try_from(time: Timestamp) -> Result<Self, OutOfRange> {
            Self::from_timestamp(time.as_unix_seconds(), 0).ok_or(OutOfRange(()))
        }
    }
}

#[cfg(feature = "jiff")]
mod jiff {
    use crate::{OutOfRange, Timestamp};

    impl From<jiff::Timestamp> for Timestamp {
        /// Rounds down to whole seconds.
        fn from(time: jiff::Timestamp) -> Self {
            // Before 1970 jiff's fraction is negative and its seconds are rounded towards zero.
            let below = i64::from(time.subsec_nanosecond() < 0);
            Self::from_unix_seconds(time.as_second() - below)
        }
    }

    impl TryFrom<Timestamp> for jiff::Timestamp {
        type Error = OutOfRange;

        fn try_from(time: Timestamp) -> Result<Self, OutOfRange> {
            Self::from_second(time.as_unix_seconds()).map_err(|_| OutOfRange(()))
        }
    }
}

#[cfg(feature = "time")]
mod time {
    use time::OffsetDateTime;

    use crate::{OutOfRange, Timestamp};

    impl From<OffsetDateTime> for Timestamp {
        /// Rounds down to whole seconds.
        fn from(time: OffsetDateTime) -> Self {
            Self::from_unix_seconds(time.unix_timestamp())
        }
    }

    impl TryFrom<Timestamp> for OffsetDateTime {
        type Error = OutOfRange;

        fn try_from(time: Timestamp) -> Result<Self, OutOfRange> {
            Self::from_unix_timestamp(time.as_unix_seconds()).map_err(|_| OutOfRange(()))
        }
    }
}
