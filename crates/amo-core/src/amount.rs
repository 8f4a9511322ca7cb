//! Amounts of money and of goods.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An amount, such as the budget of a lead: a whole number or one with a fraction, as it came.
///
/// It is read from a JSON number or a numeric string and printed as a number. 5 and 5.0 are
/// equal.
///
/// ```
/// use amo_core::Amount;
///
/// let price: Amount = serde_json::from_str("\"200.75\"")?;
/// assert_eq!(Some(price), Amount::from_f64(200.75));
/// assert_eq!(price.as_i64(), None);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Amount(Repr);

#[derive(Clone, Copy, Debug)]
enum Repr {
    Whole(i64),
    /// Always finite: JSON has no form for anything else.
    Fraction(f64),
}

impl Amount {
    /// A whole amount.
    pub const fn new(whole: i64) -> Self {
        Self(Repr::Whole(whole))
    }

    /// An amount with a fraction; `None` if the number is infinite or not a number.
    pub const fn from_f64(amount: f64) -> Option<Self> {
        if amount.is_finite() { Some(Self(Repr::Fraction(amount))) } else { None }
    }

    /// The amount, rounded to the nearest `f64` where it is a very great whole one.
    pub const fn as_f64(self) -> f64 {
        match self.0 {
            Repr::Whole(whole) => whole as f64,
            Repr::Fraction(amount) => amount,
        }
    }

    /// The amount if it came as a whole number.
    pub const fn as_i64(self) -> Option<i64> {
        match self.0 {
            Repr::Whole(whole) => Some(whole),
            Repr::Fraction(_) => None,
        }
    }
}

impl PartialEq for Amount {
    fn eq(&self, other: &Self) -> bool {
        match (self.0, other.0) {
            (Repr::Whole(one), Repr::Whole(other)) => one == other,
            _ => self.as_f64() == other.as_f64(),
        }
    }
}

impl From<i64> for Amount {
    fn from(whole: i64) -> Self {
        Self::new(whole)
    }
}

impl From<i32> for Amount {
    fn from(whole: i32) -> Self {
        Self::new(whole.into())
    }
}

impl From<u32> for Amount {
    fn from(whole: u32) -> Self {
        Self::new(whole.into())
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Repr::Whole(whole) => whole.fmt(f),
            Repr::Fraction(amount) => amount.fmt(f),
        }
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Repr::Whole(whole) => serializer.serialize_i64(whole),
            Repr::Fraction(amount) => serializer.serialize_f64(amount),
        }
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AmountVisitor)
    }
}

struct AmountVisitor;

impl de::Visitor<'_> for AmountVisitor {
    type Value = Amount;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an amount (a number or a numeric string)")
    }

    fn visit_i64<E>(self, value: i64) -> Result<Amount, E> {
        Ok(Amount::new(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Amount, E> {
        match i64::try_from(value) {
            Ok(whole) => self.visit_i64(whole),
            Err(_) => self.visit_f64(value as f64),
        }
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Amount, E> {
        Amount::from_f64(value).ok_or_else(|| E::invalid_value(de::Unexpected::Float(value), &self))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Amount, E> {
        let amount = value.parse().map(Amount::new).ok();
        amount
            .or_else(|| Amount::from_f64(value.parse().ok()?))
            .ok_or_else(|| E::invalid_value(de::Unexpected::Str(value), &self))
    }
}
