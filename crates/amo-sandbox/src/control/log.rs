//! The log of requests over HTTP.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value, json};

use super::answer::{Answer, Refusal};
use super::asked::Asked;
use crate::log::LoggedRequest;

/// Shows an entry; a body that is no text as base64.
fn shown(entry: &LoggedRequest, with_secrets: bool) -> Value {
    let is_hidden = entry.has_secrets() && !with_secrets;
    let query = if is_hidden { "" } else { entry.query.as_str() };
    let mut shown = Map::from_iter([
        ("at_ms".to_owned(), json!(u64::try_from(entry.at.as_millis()).unwrap_or(u64::MAX))),
        ("method".to_owned(), json!(entry.method)),
        ("path".to_owned(), json!(entry.path)),
        ("query".to_owned(), json!(query)),
        ("host".to_owned(), json!(entry.host)),
        ("status".to_owned(), json!(entry.status)),
        ("authorized_as".to_owned(), json!(entry.authorized_as)),
        ("fault".to_owned(), json!(entry.fault)),
    ]);
    let (name, body) = match std::str::from_utf8(&entry.body) {
        _ if is_hidden => ("hidden_bytes", json!(entry.body.len() + entry.query.len())),
        Ok(text) => ("body", json!(text)),
        Err(_) => ("body_base64", json!(BASE64_STANDARD.encode(&entry.body))),
    };
    shown.insert(name.to_owned(), body);
    Value::Object(shown)
}

pub(super) fn show(asked: &Asked<'_>) -> Result<Answer, Refusal> {
    let status: Option<u16> = asked.query_number("status")?;
    let last: Option<usize> = asked.query_number("last")?;
    let with_secrets = match asked.query.get("secrets") {
        None | Some("false") => false,
        Some("true") => true,
        Some(other) => {
            return Err(Refusal::bad(format!("`secrets` is true or false, not `{other}`")));
        }
    };
    let [method, path, prefix] = ["method", "path", "path_prefix"].map(|key| asked.query.get(key));
    let mut entries = asked.sandbox.log().entries();
    entries.retain(|entry| {
        method.is_none_or(|method| entry.method.eq_ignore_ascii_case(method))
            && path.is_none_or(|path| entry.path == path)
            && prefix.is_none_or(|prefix| entry.path.starts_with(prefix))
            && status.is_none_or(|status| entry.status == status)
    });
    let count = entries.len();
    let first = last.map_or(0, |last| count.saturating_sub(last));
    let requests: Vec<Value> =
        entries.iter().skip(first).map(|entry| shown(entry, with_secrets)).collect();
    Ok(Answer::Shown(json!({
        "count": count,
        "peak_per_second": asked.sandbox.log().peak_per_second(),
        "requests": requests,
    })))
}

pub(super) fn clear(asked: &Asked<'_>) -> Answer {
    asked.sandbox.log().clear();
    Answer::Done
}
