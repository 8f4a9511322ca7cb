//! Statuses of customers: what their tables do not say.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::lenient::Whole;
use crate::member::always_printed;

/// What a status of customers stands for: a number on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum CustomerStatusKind {
    /// One of the account's own. 0.
    Regular,
    /// A purchase is expected. 1.
    ExpectedPurchase,
    /// Did not buy. 2.
    NotBought,
    /// Closed. 3.
    Closed,
    /// Bought of late. 4.
    BoughtRecently,
    /// One that this library does not know.
    Other(i64),
}

impl CustomerStatusKind {
    /// The number on the wire.
    pub const fn get(self) -> i64 {
        match self {
            Self::Regular => 0,
            Self::ExpectedPurchase => 1,
            Self::NotBought => 2,
            Self::Closed => 3,
            Self::BoughtRecently => 4,
            Self::Other(number) => number,
        }
    }
}

impl From<i64> for CustomerStatusKind {
    fn from(number: i64) -> Self {
        match number {
            0 => Self::Regular,
            1 => Self::ExpectedPurchase,
            2 => Self::NotBought,
            3 => Self::Closed,
            4 => Self::BoughtRecently,
            other => Self::Other(other),
        }
    }
}

impl Serialize for CustomerStatusKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.get())
    }
}

impl<'de> Deserialize<'de> for CustomerStatusKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Whole::deserialize(deserializer).map(|Whole(number)| Self::from(number))
    }
}

always_printed! { [] CustomerStatusKind: Deserialize::deserialize; }
