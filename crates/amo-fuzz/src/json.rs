//! What the properties share about JSON.

use amo_core::DecodeError;
use serde::Serialize;
use serde_json::Value;

/// The input as JSON, if it is JSON.
pub(crate) fn parse(input: &[u8]) -> Option<Value> {
    serde_json::from_slice(input).ok()
}

/// A value as it is printed.
pub(crate) fn printed(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("what was read can be printed")
}

/// What an error must be: it names a place, and is short however long the input is.
pub(crate) fn assert_clear(error: &DecodeError) {
    assert!(!error.path().is_empty(), "names no place: {error}");
    assert!(!error.message().is_empty(), "says nothing: {error}");
    let length = error.to_string().chars().count();
    assert!(length <= 1000, "{length} characters: {error}");
}
