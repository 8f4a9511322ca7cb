//! What goes over the wire, as text.

#![allow(dead_code, reason = "not every test sends everything")]

use amo_core::{Operation, Query, QueryPart};
use serde_json::Value;

/// A body.
pub(crate) fn sent(body: &impl serde::Serialize) -> String {
    serde_json::to_string(body).unwrap()
}

/// A filter, with its brackets as they are.
pub(crate) fn asked(filter: &impl QueryPart) -> String {
    let mut query = Query::new();
    filter.write(&mut query);
    let pairs: Vec<String> = query.pairs().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join("&")
}

/// An operation: its name, request line and whether it may be repeated.
pub(crate) fn said(operation: &Operation) -> String {
    let Operation { method, path, repeat, .. } = operation;
    format!("{operation} {method} {path} {repeat:?}")
}

pub(crate) fn read<T: serde::de::DeserializeOwned>(json: &Value) -> T {
    amo_core::from_slice(json.to_string().as_bytes()).unwrap()
}
