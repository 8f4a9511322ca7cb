//! Picks a [`Problem`] out of any JSON. Members of a wrong type are passed over: a strange body
//! must not hide the failure that it tells of.

use std::time::Duration;

use serde_json::Value;

use super::{ItemErrors, Problem, ValidationError};
use crate::{ProblemCode, ValidationCode};

pub(super) fn problem(body: &Value) -> Problem {
    // Form F: the older interface wraps its errors in `response`.
    let body = body.get("response").filter(|inner| inner.is_object()).unwrap_or(body);
    let any = |names: &[&str]| names.iter().find_map(|name| text(body.get(name)?));
    let listed = ["validation-errors", "errors"].iter().filter_map(|name| body.get(name));
    let embedded = body.get("_embedded").and_then(|embedded| embedded.get("errors"));
    let validation = listed
        .flat_map(|list| items(list, item))
        .chain(embedded.into_iter().flat_map(by_action))
        .collect();
    Problem {
        title: any(&["title"]),
        detail: any(&["detail", "error_description", "error", "message", "msg"])
            .or_else(|| text(body).filter(|_| body.is_string())),
        // The chats' `status: 0` is no status of HTTP.
        status: any(&["status"])
            .and_then(|status| status.parse().ok())
            .filter(|status| (100..1000).contains(status)),
        hint: any(&["hint"]),
        kind: any(&["type", "error_type"]),
        code: any(&["error_code", "code"]).and_then(|code| code.parse().ok()).map(ProblemCode::new),
        domain: any(&["domain"]),
        trace_id: any(&["trace_id"]),
        request_id: any(&["request_id"]),
        retry_after: body.get("retry_after").and_then(seconds),
        validation,
    }
}

/// Whether the body of a successful answer tells of a failure: form E lists errors beside what was
/// saved, form G says so by its status.
pub(super) fn is_failure(body: &Value) -> bool {
    let failed = body.get("status").and_then(Value::as_str) == Some("fail");
    failed || !problem(body).validation.is_empty()
}

/// Form E: the errors of the older interface by what was done, `add` or `update`.
fn by_action(errors: &Value) -> Vec<ItemErrors> {
    match errors {
        Value::Object(actions) if !is_error(errors) => actions.values().flat_map(by_item).collect(),
        other => items(other, item),
    }
}

/// The errors of one action: a list, or texts by the ids of the items.
fn by_item(errors: &Value) -> Vec<ItemErrors> {
    match errors {
        Value::Object(by_id) if !is_error(errors) => {
            let item = |(id, wrong): (&String, &Value)| ItemErrors {
                request_id: Some(id.clone()),
                errors: items(wrong, error),
            };
            by_id.iter().map(item).collect()
        }
        other => items(other, item),
    }
}

/// Whether an object is an error, and no mapping to errors.
fn is_error(value: &Value) -> bool {
    ["code", "msg", "message", "detail", "errors"].iter().any(|name| value.get(name).is_some())
}

/// One entry of `validation-errors` or `errors`.
fn item(value: &Value) -> ItemErrors {
    // Calls repeat the whole item beside its error.
    let place = ["/request_id", "/item/request_id"].iter().find_map(|at| value.pointer(at));
    let request_id = place.and_then(request_id);
    let errors = match value.get("errors") {
        Some(errors) => items(errors, error),
        // Without the inner list the entry itself is the error.
        None => items(value, error),
    };
    ItemErrors { request_id, errors }
}

fn error(value: &Value) -> ValidationError {
    let any = |names: &[&str]| names.iter().find_map(|name| text(value.get(name)?));
    ValidationError {
        code: any(&["code"]).as_deref().map(ValidationCode::from),
        path: any(&["path"]),
        detail: any(&["detail", "message", "msg"]).or_else(|| text(value)),
    }
}

/// What `read` makes of a list, or of the one thing that stands where a list should.
fn items<T>(value: &Value, read: fn(&Value) -> T) -> Vec<T> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(list) => list.iter().map(read).collect(),
        one => vec![read(one)],
    }
}

/// A list of ids stands where several items of a batch became one.
fn request_id(value: &Value) -> Option<String> {
    match value {
        Value::Array(list) => {
            let ids: Vec<String> = list.iter().filter_map(text).collect();
            (!ids.is_empty()).then(|| ids.join(","))
        }
        one => text(one),
    }
}

/// A blank text says nothing: another member may say more, and an error must not be printed as
/// nothing at all.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if text.trim().is_empty() => None,
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn seconds(value: &Value) -> Option<Duration> {
    let seconds = text(value)?.trim().parse::<f64>().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}
