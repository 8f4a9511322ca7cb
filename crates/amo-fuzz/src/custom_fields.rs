//! The values of custom fields: read whatever they are, printed back, and sent.

use amo_core::{CustomFields, NewCustomFields, Timestamp, from_slice};
use serde_json::{Map, Value, json};

use crate::json::{assert_clear, parse, printed};

pub(crate) fn work(input: &[u8]) {
    if let Ok(fields) = from_slice::<CustomFields>(input) {
        let _ = (fields.phones().count(), fields.emails().count(), fields.tracking());
        let _ = NewCustomFields::from(&fields);
    }
}

pub(crate) fn check(input: &[u8]) {
    let fields = match from_slice::<CustomFields>(input) {
        Ok(fields) => fields,
        Err(error) => return assert_clear(&error),
    };
    work(input);
    let json = parse(input).expect("taken for fields and is no JSON");
    // From here on without members that stand twice, of which the last counts.
    let again: CustomFields = from_slice(&printed(&json)).expect("the same members");
    let shown = read_back(&again);
    assert!(same(&json, &shown), "{json}\nis printed as\n{shown}");
    let reversed = from_slice(&values_first(&json)).expect("the order has no meaning");
    assert_eq!(again, reversed, "the type may stand after the values");
    can_be_sent(&fields);
}

/// The fields as they are printed; reading them once more changes nothing.
fn read_back(fields: &CustomFields) -> Value {
    let text = printed(fields);
    let again: CustomFields = from_slice(&text).expect("what was printed can be read");
    assert_eq!(String::from_utf8_lossy(&printed(&again)), String::from_utf8_lossy(&text));
    parse(&text).expect("JSON is printed")
}

/// Prints the members of each field from the last to the first.
fn values_first(fields: &Value) -> Vec<u8> {
    let Some(list) = fields.as_array() else { return printed(fields) };
    let field = |field: &Value| {
        let members = field.as_object().into_iter().flatten().rev();
        let members = members.map(|(name, value)| format!("{}:{value}", json!(name)));
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    };
    format!("[{}]", list.iter().map(field).collect::<Vec<_>>().join(",")).into_bytes()
}

/// What was read can be set in an entity that has nothing, taken away from it, and copied.
fn can_be_sent(fields: &CustomFields) {
    let none = CustomFields::default();
    assert!(CustomFields::diff(fields, fields).is_empty(), "the same state is no difference");
    for changes in [
        CustomFields::diff(&none, fields),
        CustomFields::diff(fields, &none),
        NewCustomFields::from(fields),
    ] {
        let changes = match serde_json::to_vec(&changes) {
            Ok(changes) => changes,
            // What no account would take is refused by the name of its field.
            Err(refused) => {
                assert!(refused.to_string().starts_with("custom field "), "{refused}");
                continue;
            }
        };
        let changes = parse(&changes).expect("JSON is printed");
        for field in changes.as_array().into_iter().flatten() {
            let named = field.get("field_id").is_some() != field.get("field_code").is_some();
            assert!(named, "named by its id or its code: {field}");
            let values = &field["values"];
            let is_set = values.as_array().is_some_and(|values| !values.is_empty());
            assert!(is_set || values.is_null(), "neither set nor cleared: {field}");
        }
    }
}

/// Whether a value is printed as it came, or in the one form that its type has: numbers that came
/// as text, texts that came as a number, truth values that came as 0 or 1, times of RFC 3339,
/// empty objects that came as an empty list or are not printed at all, and `enum` for `enum_code`.
fn same(came: &Value, shown: &Value) -> bool {
    match (came, shown) {
        (Value::Array(came), Value::Array(shown)) => {
            came.len() == shown.len()
                && came.iter().zip(shown).all(|(came, shown)| same(came, shown))
        }
        (Value::Object(came), Value::Object(shown)) => same_members(came, shown),
        (Value::Number(came), Value::Number(shown)) => came.as_f64() == shown.as_f64(),
        (Value::String(came), Value::Number(shown)) => {
            let time = came.parse().ok().map(Timestamp::as_unix_seconds);
            let whole = came.trim().parse().ok().or(time);
            let fraction = || came.parse().is_ok_and(|number: f64| Some(number) == shown.as_f64());
            shown.as_i64().is_some_and(|number| whole == Some(number)) || fraction()
        }
        (Value::Number(came), Value::String(shown)) => came.to_string() == *shown,
        (came, Value::Bool(shown)) => {
            let forms: &[&str] = if *shown { &["1", "true"] } else { &["", "0", "false"] };
            came.as_str().is_some_and(|came| forms.contains(&came))
                || came.as_i64() == Some((*shown).into())
                || came.as_bool() == Some(*shown)
        }
        (Value::Bool(came), Value::String(shown)) => came.to_string() == *shown,
        // PHP prints an empty object as an empty list.
        (came, Value::Object(shown)) if shown.is_empty() => is_empty(came),
        (came, shown) => came == shown,
    }
}

fn is_empty(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(Map::is_empty)
}

fn same_members(came: &Map<String, Value>, shown: &Map<String, Value>) -> bool {
    let renamed = |name: &str| match name {
        "enum" if came.get("enum_code").is_none_or(Value::is_null) => shown.get("enum_code"),
        _ => None,
    };
    // A field without values is printed with null.
    let added = |name: &str| match name {
        "enum_code" => came.contains_key("enum"),
        name => name == "values",
    };
    came.iter().all(|(name, value)| {
        let kept = |shown: &Value| same(value, shown);
        let replaced = name == "enum_code" && value.is_null() && came.contains_key("enum");
        let left_out = is_empty(value) && !shown.contains_key(name);
        shown.get(name).is_some_and(kept) || renamed(name).is_some_and(kept) || replaced || left_out
    }) && shown.keys().all(|name| came.contains_key(name) || added(name))
}
