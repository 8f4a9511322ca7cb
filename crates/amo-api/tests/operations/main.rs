//! Every operation of the API: its request byte for byte, and that the sandbox does what it asks.
//!
//! `requests.txt` has the requests. That none is missing is found by the description that the sandbox
//! serves.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking"
)]

#[path = "../common/mod.rs"]
mod common;
mod entry;
mod guide;
mod prepared;
mod table;

use std::collections::BTreeSet;

use http_body_util::BodyExt as _;
use serde_json::Value;
use tower_service::Service as _;

use prepared::Prepared;

/// What is no single call: files go up by an action of several requests, the domain is looked up by the
/// provider of tokens. `tests/files.rs` and `tests/domain.rs` have them.
const ELSEWHERE: [&str; 3] =
    ["account_domain.by_refresh_token", "upload_sessions.open", "upload_sessions.upload_part"];

/// The operations of the description, with method and path; not those of tokens, webhooks and version 2.
async fn described(prepared: &Prepared) -> BTreeSet<String> {
    let request = http::Request::get("http://127.0.0.1/openapi.json");
    let request = request.body(http_body_util::Full::<bytes::Bytes>::default()).unwrap();
    let answer = prepared.sandbox.service().call(request).await.unwrap();
    let bytes = answer.into_body().collect().await.unwrap().to_bytes();
    let described: Value = serde_json::from_slice(&bytes).unwrap();
    let mut all = BTreeSet::new();
    for (path, methods) in described["paths"].as_object().unwrap() {
        if path.starts_with("/api/v2/") && path != "/api/v2/events/" {
            continue;
        }
        for (_, operation) in methods.as_object().unwrap() {
            if let Some(name) = operation.get("operationId").and_then(Value::as_str) {
                // Where the path depends on whose fields are meant, one operation is described twice.
                let name: Vec<&str> = name.split('.').take(2).collect();
                if name[0] != "access" {
                    all.insert(name.join("."));
                }
            }
        }
    }
    all
}

#[tokio::test]
async fn requests_byte_for_byte() {
    let prepared = Prepared::new().await;
    let lines: Vec<String> = table::all(&prepared)
        .into_iter()
        .map(|entry| format!("{:<36} {}", entry.name, prepared.without_chance(&entry.line)))
        .collect();
    let expected: Vec<&str> = include_str!("requests.txt").lines().collect();
    for (line, expected) in lines.iter().zip(&expected) {
        assert_eq!(line, expected);
    }
    assert_eq!(lines.len(), expected.len(), "{}", lines.join("\n"));
}

#[tokio::test]
async fn none_is_missing() {
    let prepared = Prepared::new().await;
    let mut left = described(&prepared).await;
    for name in ELSEWHERE {
        assert!(left.remove(name), "{name} is not described");
    }
    for entry in table::all(&prepared) {
        assert!(left.remove(entry.name), "{} is not described, or twice in the table", entry.name);
    }
    assert!(left.is_empty(), "no call for: {left:#?}");
}

#[tokio::test]
async fn the_sandbox_does_what_is_asked() {
    let prepared = Prepared::new().await;
    let mut failures = Vec::new();
    for index in 0..table::all(&prepared).len() {
        let entry = table::all(&prepared).swap_remove(index);
        prepared.restore(entry.name);
        prepared.sandbox.log().clear();
        if let Err(why) = entry.done.await {
            failures.push(format!("{}: {why}", entry.name));
        }
        let asked = prepared.sandbox.log().len();
        if asked != 1 {
            failures.push(format!("{}: {asked} requests", entry.name));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
