//! What is sent of an object that is both read and written.

use serde::Serialize;
use serde_json::Value;

/// An object that is both read and written as a part of something.
pub(crate) trait Sent: Serialize {
    /// The members that the server takes; what it only says is not among them.
    const MEMBERS: &'static [&'static str];

    /// The members that the server takes, as far as they hold something.
    fn to_sent(&self) -> Value {
        let mut value = serde_json::to_value(self).unwrap_or_default();
        if let Some(members) = value.as_object_mut() {
            members.retain(|name, value| {
                Self::MEMBERS.contains(&name.as_str()) && !holds_nothing(value)
            });
        }
        value
    }
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
