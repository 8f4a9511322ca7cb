//! An https address, with whatever TLS is compiled in: `cargo xtask ci` runs this for each choice.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]
#![cfg(feature = "client")]

use std::sync::Arc;

use amo_auth::{Origin, SystemClock};
use amo_core::{Operation, Repeat};
use amo_transport::layers::Response;
use amo_transport::{
    AccountContext, Error, ErrorKind, LimitKey, Meta, Settings, StackBuilder, Unlimited,
};
use bytes::Bytes;
use http::Method;
use tower::ServiceExt as _;

/// One attempt, without a credential.
async fn get(address: &str) -> Result<Response, Error> {
    let origin = Origin::parse(address).unwrap();
    let account = AccountContext::new(origin.clone(), LimitKey::new("", ""), Arc::new(Unlimited));
    let path = "/api/v4/account";
    let operation = Operation::new("account", "get", Method::GET, path, Repeat::Repeatable);
    let mut settings = Settings::default();
    settings.attempts = 1;
    let (stack, _) = StackBuilder::new().settings(settings).clock(Arc::new(SystemClock)).build()?;
    let request = http::Request::get(origin.uri(path).unwrap())
        .extension(Meta::new(Arc::new(operation), None))
        .extension(Arc::new(account))
        .body(Bytes::new());
    stack.oneshot(request.unwrap()).await
}

#[cfg(all(feature = "__provider", feature = "__roots"))]
#[tokio::test]
async fn a_server_that_does_not_speak_tls_is_not_sent_anything() {
    let server = amo_sandbox::Sandbox::new().serve("127.0.0.1:0").await.unwrap();
    let error = get(&server.base_url().replace("http:", "https:")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(error.not_sent());
    assert!(
        error.to_string().to_lowercase().contains("corrupt"),
        "the words of the TLS library: {error}"
    );
}

#[cfg(not(all(feature = "__provider", feature = "__roots")))]
#[tokio::test]
async fn a_build_without_tls_says_so() {
    let error = get("https://example.amocrm.ru").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.not_sent());
    assert!(
        error.to_string().contains("`tls-ring`") && error.to_string().contains("`roots-webpki`"),
        "{error}"
    );
}

#[tokio::test]
async fn plain_http_needs_no_tls() {
    let server = amo_sandbox::Sandbox::new().serve("127.0.0.1:0").await.unwrap();
    let response = get(&server.base_url()).await.unwrap();
    assert_eq!(response.status(), 401);
}
