//! Bodies of version 2: JSON, or forms with brackets; numbers come as texts as often as not.

use serde_json::{Map, Value};

use super::Old;
use crate::page;
use crate::query::Query;
use crate::reply::Reply;

/// How many brackets a key may have; real ones have six at most.
const DEEPEST: usize = 16;
/// The first words of keys that forms may have.
const ROOTS: [&str; 10] = [
    "add",
    "update",
    "delete",
    "accept",
    "decline",
    "subscribe",
    "unsubscribe",
    "user_id",
    "status_id",
    "enabled",
];

/// The body as a tree. What version 2 says to one that it cannot read is not known; it is refused in
/// the manner of version 4 (a guess).
pub(super) fn read(old: &Old<'_>) -> Result<Value, Reply> {
    let body = old.body.trim_ascii();
    if body.is_empty() || matches!(body.first(), Some(b'{' | b'[')) {
        return page::document(body);
    }
    let query = Query::parse(&String::from_utf8_lossy(body));
    let mut tree = Map::new();
    for root in ROOTS {
        if let Some(value) = query.get(root) {
            tree.insert(root.to_owned(), value.into());
        }
        for leaf in query.below(root) {
            if leaf.path.len() > DEEPEST {
                return Err(Reply::bad_request("The keys of the form have too many brackets"));
            }
            let mut place = tree.entry(root).or_insert_with(|| Value::Object(Map::new()));
            for part in leaf.path {
                if place.is_null() {
                    *place = Value::Object(Map::new());
                }
                if !place.is_object() {
                    return Err(Reply::bad_request("The form has a value and a list at one place"));
                }
                let key = match part {
                    // An empty bracket is the next number, as PHP counts.
                    "" => place.as_object().map_or(0, Map::len).to_string(),
                    part => part.to_owned(),
                };
                place = &mut place[key];
            }
            *place = leaf.value.into();
        }
    }
    if tree.is_empty() {
        return Err(Reply::bad_request("The request body is neither JSON nor a form"));
    }
    Ok(Value::Object(tree))
}

/// The items of a list, which may be an object with numbers for names.
pub(super) fn list(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items.clone(),
        Value::Object(items) => items.values().cloned().collect(),
        Value::Null => Vec::new(),
        one => vec![one.clone()],
    }
}

/// A number, also as a text.
pub(super) fn int(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// A number where it is one, else the value as it is.
pub(super) fn number(value: &Value) -> Value {
    let Some(text) = value.as_str() else { return value.clone() };
    let text = text.trim();
    let whole = text.parse::<i64>().ok().map(Value::from);
    whole.or_else(|| text.parse::<f64>().ok().map(Value::from)).unwrap_or_else(|| value.clone())
}

/// Yes or no in any of the forms that version 2 takes.
pub(super) fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) => Some(number.as_i64() != Some(0)),
        Value::String(text) => match text.as_str() {
            "1" | "true" | "Y" => Some(true),
            "" | "0" | "false" | "N" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// All ids of a list, or the refusal that names the place.
pub(super) fn ids(value: &Value, place: &str) -> Result<Vec<i64>, Reply> {
    let wrong = || Reply::bad_request(&format!("{place} takes ids"));
    list(value).iter().map(|one| int(one).ok_or_else(wrong)).collect()
}
