//! What the token endpoint answers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

use amo_core::{Timestamp, TokenAnswer};

#[test]
fn a_pair_is_read_and_not_shown() {
    let body = br#"{"token_type":"Bearer","expires_in":"86400","server_time":1700000000,
        "access_token":"first-secret","refresh_token":"second-secret","new":{}}"#;
    let answer = TokenAnswer::from_slice(body).unwrap();
    assert_eq!((answer.expires_in, answer.token_type.as_deref()), (86_400, Some("Bearer")));
    assert_eq!(answer.server_time, Some(Timestamp::new(1_700_000_000)));
    assert_eq!(answer.expose_access_token(), "first-secret");
    assert_eq!(answer.expose_refresh_token(), "second-secret");
    let shown = format!("{answer:?}");
    assert!(shown.contains("86400") && !shown.contains("secret"), "{shown}");
    let old = br#"{"expires_in":1,"access_token":"a","refresh_token":"b"}"#;
    assert_eq!(TokenAnswer::from_slice(old).unwrap().server_time, None);
}

#[test]
fn what_is_no_whole_pair_is_none() {
    for body in [
        "",
        "<html>",
        "[]",
        "{}",
        r#"{"expires_in":1,"access_token":"","refresh_token":"b"}"#,
        r#"{"expires_in":1,"access_token":"a","refresh_token":""}"#,
        r#"{"expires_in":1,"access_token":"a"}"#,
        r#"{"expires_in":"soon","access_token":"a","refresh_token":"b"}"#,
        r#"{"expires_in":1,"access_token":["a"],"refresh_token":"b"}"#,
    ] {
        assert_eq!(TokenAnswer::from_slice(body.as_bytes()), None, "{body}");
    }
}
