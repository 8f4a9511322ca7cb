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

use amo_auth::SystemClock;
use amo_transport::layers::{Request, Response};
use amo_transport::{Error, ErrorKind, HyperConnector, HyperSettings};
use bytes::Bytes;
use tower::ServiceExt as _;

async fn get(url: &str) -> Result<Response, Error> {
    let connector = HyperConnector::new(&HyperSettings::default(), Arc::new(SystemClock))?;
    let request: Request = http::Request::get(url).body(Bytes::new()).unwrap();
    connector.oneshot(request).await
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
    let error = get("https://example.amocrm.ru/api/v4/account").await.unwrap_err();
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
    let response = get(&format!("{}/api/v4/account", server.base_url())).await.unwrap();
    assert_eq!(response.status(), 401);
}
