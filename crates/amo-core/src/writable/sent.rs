//! What is sent of what is both read and written.

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::Patch;

/// Something that is both read and written as a part of something else.
pub(crate) trait Sent: Serialize + Clone {
    /// Without what the server says but does not take.
    #[must_use]
    fn stripped(self) -> Self;

    /// What the server takes, as far as it holds something.
    fn to_sent(&self) -> Value {
        let mut value = serde_json::to_value(self.clone().stripped()).unwrap_or_default();
        if let Some(members) = value.as_object_mut() {
            members.retain(|_, value| !holds_nothing(value));
        }
        value
    }
}

impl<T: Sent> Sent for Patch<T> {
    fn stripped(self) -> Self {
        self.map(T::stripped)
    }
}

/// Prints a part whose members stand among the others, for serde's `serialize_with`.
pub(crate) fn flat<T: Sent, S: Serializer>(part: &T, serializer: S) -> Result<S::Ok, S::Error> {
    part.clone().stripped().serialize(serializer)
}

fn holds_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}
