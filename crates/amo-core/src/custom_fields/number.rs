//! Numbers of custom fields, which amoCRM writes as text.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use serde_json::Value;

/// The number of a custom field, kept as it was written: `12.50` stays `12.50`.
///
/// It is sent as text, which is the documented form. What the server sent is kept, also where it
/// is no number, such as an empty text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Number(Repr);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Repr {
    Text(String),
    /// Some answers have a JSON number; it is printed back as one.
    Json(serde_json::Number),
}

impl Number {
    /// As written, if it came as text.
    pub fn as_str(&self) -> Option<&str> {
        match &self.0 {
            Repr::Text(text) => Some(text),
            Repr::Json(_) => None,
        }
    }

    /// The number, if it is one.
    pub fn as_f64(&self) -> Option<f64> {
        match &self.0 {
            Repr::Text(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
            Repr::Json(number) => number.as_f64(),
        }
    }

    /// The number, if it is a whole one.
    pub fn as_i64(&self) -> Option<i64> {
        match &self.0 {
            Repr::Text(text) => text.trim().parse().ok(),
            Repr::Json(number) => number.as_i64(),
        }
    }

    /// Takes a JSON value if it can be the number of a field.
    pub(super) fn from_json(value: Value) -> Result<Self, Value> {
        match value {
            Value::String(text) => Ok(Self(Repr::Text(text))),
            Value::Number(number) => Ok(Self(Repr::Json(number))),
            other => Err(other),
        }
    }
}

impl From<i64> for Number {
    fn from(number: i64) -> Self {
        Self(Repr::Text(number.to_string()))
    }
}

impl From<i32> for Number {
    fn from(number: i32) -> Self {
        i64::from(number).into()
    }
}

/// A text or an `f64` is no number that amoCRM would take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a number such as 12.5")]
pub struct NotANumber(());

impl TryFrom<f64> for Number {
    type Error = NotANumber;

    fn try_from(number: f64) -> Result<Self, NotANumber> {
        if number.is_finite() {
            Ok(Self(Repr::Text(number.to_string())))
        } else {
            Err(NotANumber(()))
        }
    }
}

impl FromStr for Number {
    type Err = NotANumber;

    /// Keeps the text as it is.
    fn from_str(text: &str) -> Result<Self, NotANumber> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let mut parts = digits.splitn(2, '.');
        let plain = parts.all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
        if plain { Ok(Self(Repr::Text(text.to_owned()))) } else { Err(NotANumber(())) }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Text(text) => f.write_str(text),
            Repr::Json(number) => number.fmt(f),
        }
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Repr::Text(text) => serializer.serialize_str(text),
            Repr::Json(number) => number.serialize(serializer),
        }
    }
}
