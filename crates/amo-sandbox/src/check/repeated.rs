//! What clients send back of something that they have read.

use serde_json::{Map, Value};

use crate::table::{Moment, Resource};

/// Takes out of a change what can only be read and comes back as it is shown: clients that save an
/// object that they have read, as `amocrm-js` and `amocrm-sdk` do, send all of it, with its account
/// and its group. The vendor only calls these members read-only, and the official client leaves them
/// out, so that nobody has told what becomes of them. That they do nothing as they are, and are
/// refused with another value like members that are not there, is a guess: a client that saves what
/// it has read works, and who tries to change what cannot be changed is told so.
///
/// `shown` is how it is shown; in each of the ways, if there are several.
pub(crate) fn leave_out(item: &mut Value, resource: &Resource, shown: impl FnOnce() -> Vec<Value>) {
    let Value::Object(item) = item else { return };
    let is_read = |name: &str| {
        let mut members = resource.members.iter();
        let member = members.find(|member| member.name == name);
        name == "_links"
            || name != "id" && member.is_some_and(|member| !member.written.at(Moment::Change))
    };
    let is_part = |name: &str| {
        let mut parts = resource.embedded.iter();
        parts.find(|part| part.name == name).is_none_or(|part| !part.written.at(Moment::Change))
    };
    let embedded = |item: &Map<String, Value>| {
        let parts = item.get("_embedded").and_then(Value::as_object);
        parts.is_some_and(|parts| parts.keys().any(|name| is_part(name)))
    };
    if !embedded(item) && !item.keys().any(|name| is_read(name)) {
        return;
    }
    let shown = shown();
    let is_shown =
        |name: &str, sent: &Value| shown.iter().any(|shown| shown.get(name) == Some(sent));
    item.retain(|name, sent| !(is_read(name) && is_shown(name, sent)));
    if let Some(Value::Object(parts)) = item.get_mut("_embedded") {
        parts.retain(|name, list| {
            let repeats = shown.iter().any(|shown| repeats(list, &shown["_embedded"][name]));
            !(is_part(name) && repeats)
        });
    }
}

/// Are these the items that are shown? Clients keep some of their members only.
fn repeats(sent: &Value, shown: &Value) -> bool {
    let (Value::Array(sent), Value::Array(shown)) = (sent, shown) else { return false };
    let is_shown = |sent: &Value| {
        let Value::Object(sent) = sent else { return false };
        !sent.is_empty()
            && shown.iter().any(|shown| {
                sent.iter().all(|(name, value)| name == "_links" || shown.get(name) == Some(value))
            })
    };
    sent.len() == shown.len() && sent.iter().all(is_shown)
}
