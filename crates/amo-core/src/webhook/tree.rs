//! Lists and mappings, which the form does not tell apart.

use serde_json::{Map, Value};

/// The number that a key is, if it is one as PHP writes it: no sign, no leading zero.
pub(super) fn index(key: &str) -> Option<u64> {
    let plain = key.bytes().all(|byte| byte.is_ascii_digit());
    let canonical = plain && (key == "0" || !key.starts_with('0'));
    if canonical { key.parse().ok() } else { None }
}

/// A mapping whose keys are exactly 0, 1, 2, ... is a list; any other stays as it is.
pub(super) fn settle(members: Map<String, Value>) -> Value {
    let count = members.len() as u64;
    let is_list = count > 0 && members.keys().all(|key| index(key).is_some_and(|i| i < count));
    if is_list {
        Value::Array(by_index(members).into_iter().map(|(_, value)| value).collect())
    } else {
        Value::Object(members)
    }
}

/// The members in the order of their numbers; those that have none come last.
fn by_index(members: Map<String, Value>) -> Vec<(String, Value)> {
    let mut members: Vec<_> = members.into_iter().collect();
    members.sort_by_cached_key(|(key, _)| index(key).unwrap_or(u64::MAX));
    members
}

/// Takes apart what should be a list of objects: a list, also within a list; a mapping with
/// numbers as keys; one element that has no number.
pub(super) fn elements(value: Value, element: &mut impl FnMut(Value)) {
    match value {
        Value::Array(list) => {
            for value in list {
                elements(value, element);
            }
        }
        Value::Object(members) => {
            let mut own = Map::new();
            let count = members.len();
            for (key, value) in by_index(members) {
                let numbered = index(&key).is_some() && (value.is_array() || value.is_object());
                if numbered {
                    elements(value, element);
                } else {
                    own.insert(key, value);
                }
            }
            if !own.is_empty() || count == 0 {
                element(Value::Object(own));
            }
        }
        scalar => element(scalar),
    }
}

/// The elements of what should be a list, which may have gaps in its numbers; anything else is
/// one element.
pub(super) fn list(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(list) => list.iter().collect(),
        Value::Object(members) if !members.is_empty() => {
            let numbered = members.iter().map(|(key, value)| Some((index(key)?, value)));
            match numbered.collect::<Option<Vec<_>>>() {
                Some(mut list) => {
                    list.sort_by_key(|(index, _)| *index);
                    list.into_iter().map(|(_, value)| value).collect()
                }
                None => vec![value],
            }
        }
        Value::Null | Value::Object(_) => Vec::new(),
        one => vec![one],
    }
}
