//! Statuses of customers: what their tables do not say.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::CustomerStatus;
use crate::lenient::Whole;
use crate::member::always_printed;

impl CustomerStatus {
    /// The colours that a status can be given. Those that every account has show others too.
    pub const COLORS: [&str; 21] = [
        "#fffeb2", "#fffd7f", "#fff000", "#ffeab2", "#ffdc7f", "#ffce5a", "#ffdbdb", "#ffc8c8",
        "#ff8f92", "#d6eaff", "#c1e0ff", "#98cbff", "#ebffb1", "#deff81", "#87f2c0", "#f9deff",
        "#f3beff", "#ccc8f9", "#eb93ff", "#f2f3f4", "#e6e8ea",
    ];
}

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
