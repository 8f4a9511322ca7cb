//! Members out of texts. What is not of the form that is asked for counts as not there: the
//! tree itself still has it.

use serde_json::Value;

use crate::Timestamp;

pub(super) fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

pub(super) fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        _ => match value.as_str()? {
            "" | "0" | "false" => Some(false),
            "1" | "true" => Some(true),
            _ => None,
        },
    }
}

/// Unix seconds or RFC 3339. Tasks have local times without an offset, which are no point in time.
pub(super) fn time(value: &Value) -> Option<Timestamp> {
    let seconds = whole(value).map(Timestamp::from_unix_seconds);
    seconds.or_else(|| value.as_str()?.parse().ok())
}
