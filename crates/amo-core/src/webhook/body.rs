//! A body as a tree, in either of its notations; the same for every kind of post.

use serde_json::{Map, Value};

use super::limits::{Budget, HookError, Limits};
use super::{form, json};

/// What becomes of what JSON has and the form has not.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Notation {
    /// Numbers and truth values become texts, and objects whose keys are 0, 1, 2, ... lists, so
    /// that both notations give the same tree.
    Form,
    /// JSON stays as it is; what is almost JSON is mended.
    AsItCame,
}

/// Reads a body as JSON if it starts as a JSON object and as a form otherwise, whatever its
/// content type says.
pub(super) fn read(
    body: &[u8],
    limits: Limits,
    notation: Notation,
) -> Result<Map<String, Value>, HookError> {
    if body.len() > limits.bytes {
        return Err(HookError::TooLong { size: body.len(), limit: limits.bytes });
    }
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body).trim_ascii();
    // PHP prints an empty object as `[]`.
    let is_json = body.starts_with(b"{") || body == b"[]";
    if !is_json {
        return form::parse(body, &Budget::new(limits));
    }
    let read = json::parse(body, &Budget::new(limits), notation);
    match read {
        Err(HookError::NotJson { .. }) if notation == Notation::AsItCame => {
            // If that does not help, the first error is the one that names the place.
            let mended = json::parse(&in_braces(body), &Budget::new(limits), notation);
            mended.or(read)
        }
        read => read,
    }
}

/// Writes objects that stand in square brackets (`["key": "value"]`), as amoCRM's documentation
/// prints them, in braces. Outside of texts, only an object has a colon.
fn in_braces(body: &[u8]) -> Vec<u8> {
    let mut mended = body.to_vec();
    let mut open: Vec<usize> = Vec::new();
    let (mut in_text, mut escaped) = (false, false);
    for at in 0..mended.len() {
        match (in_text, body[at]) {
            (true, _) if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (_, b'"') => in_text = !in_text,
            (false, b'[' | b'{') => open.push(at),
            (false, b':') => {
                if let Some(object) = open.last() {
                    mended[*object] = b'{';
                }
            }
            (false, b']' | b'}') => {
                let opened = open.pop().filter(|opened| body[*opened] == b'[');
                if body[at] == b']' && opened.is_some_and(|opened| mended[opened] == b'{') {
                    mended[at] = b'}';
                }
            }
            _ => {}
        }
    }
    mended
}
