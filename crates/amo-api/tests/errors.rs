//! Errors that can be acted on.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use std::convert::Infallible;

use amo_api::{Client, ErrorKind};
use amo_auth::{LongLived, OAuth};
use amo_core::{CallDirection, ContactId, NewCall, NewContact, UserId};
use amo_sandbox::{Fault, Sandbox};
use bytes::Bytes;
use http_body_util::Full;

use common::start;

fn answering(status: u16, body: &'static str) -> Client {
    let service = tower::service_fn(move |_: http::Request<Bytes>| {
        let response = http::Response::builder().status(status).header("x-request-id", "r-1");
        std::future::ready(Ok::<_, Infallible>(
            response.body(Full::new(Bytes::from(body))).unwrap(),
        ))
    });
    Client::from_service("example.amocrm.ru", service).unwrap()
}

#[tokio::test]
async fn the_status_decides_the_kind() {
    for (status, body, kind) in [
        (301, "", ErrorKind::Moved),
        (400, "", ErrorKind::Validation),
        (401, r#"{"title":"Unauthorized","status":401}"#, ErrorKind::Unauthorized),
        (402, "", ErrorKind::PaymentRequired),
        (403, r#"{"title":"Forbidden","status":403}"#, ErrorKind::Forbidden),
        (403, "<html>403 Forbidden</html>", ErrorKind::Blocked),
        (403, "", ErrorKind::Blocked),
        (405, "", ErrorKind::Status),
        (422, r#"{"detail":"Limit 250 per page"}"#, ErrorKind::Validation),
        (429, "", ErrorKind::RateLimited),
        (500, "<html>", ErrorKind::Server),
        (504, "", ErrorKind::Server),
    ] {
        let error = answering(status, body).account().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{status} {body}");
        assert_eq!(error.status(), Some(status));
        assert_eq!(error.request_id(), Some("r-1"));
        assert_eq!(error.is_blocked(), kind == ErrorKind::Blocked);
        assert_eq!(error.is_rate_limited(), kind == ErrorKind::RateLimited);
        assert!(!error.outcome_unknown(), "reading can be repeated");
        assert!(error.to_string().starts_with(&format!("account.get: status {status}")), "{error}");
        assert!(error.to_string().ends_with("[request r-1]"), "{error}");
    }
    let get = |body| async move { answering(404, body).contacts().get(ContactId::new(1)).await };
    assert!(get(r#"{"title":"Not Found","status":404}"#).await.unwrap().is_none());
    // A gateway's page and an account that is elsewhere say nothing of the contact.
    for body in
        ["", "<html>404</html>", r#"{"response":{"error":"no such account","error_code":"101"}}"#]
    {
        assert_eq!(get(body).await.unwrap_err().kind(), ErrorKind::NotFound, "{body}");
    }
    let unknown =
        answering(500, "").contacts().create(NewContact::new().name("x")).await.unwrap_err();
    assert!(unknown.outcome_unknown());
    let refused =
        answering(422, "").contacts().create(NewContact::new().name("x")).await.unwrap_err();
    assert!(!refused.outcome_unknown());
}

#[tokio::test]
async fn a_decode_error_names_the_place() {
    let page = r#"{"_embedded":{"contacts":[{"id":1},{"id":2,"name":{"first":"Vera"}}]}}"#;
    let error = answering(200, page).contacts().list().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    let text = error.to_string();
    assert!(text.contains("_embedded.contacts[1].name"), "{text}");
    let error = answering(200, "<html>maintenance</html>").contacts().list().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
    let error = answering(200, "").account().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
}

#[tokio::test]
async fn a_refused_item_is_described_to_its_field() {
    let (client, _, _server) = start(Sandbox::builder()).await;
    let new = NewContact::new().name("x").responsible_user_id(UserId::new(1));
    let error = client.contacts().create(new).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Validation);
    assert_eq!(error.validation()[0].errors[0].path.as_deref(), Some("responsible_user_id"));
    let text = error.to_string();
    for words in
        ["contacts.create", "400", "responsible_user_id", "NotSupportedChoice", "[request "]
    {
        assert!(text.contains(words), "{words} in {text}");
    }
}

#[tokio::test]
async fn a_refused_long_lived_token_says_what_to_do() {
    let (_, _, server) = start(Sandbox::builder()).await;
    let client =
        Client::builder(server.base_url()).auth(LongLived::new("no such token")).build().unwrap();
    let error = client.account().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth);
    assert_eq!(error.auth().unwrap().kind(), amo_auth::ErrorKind::LongLivedRefused);
    assert!(error.to_string().contains("make a new one"), "{error}");
    assert!(!format!("{error} {error:?}").contains("no such token"));
}

#[tokio::test]
async fn without_a_grant_the_error_says_to_authorise() {
    let (_, sandbox, server) = start(Sandbox::builder()).await;
    let connection = sandbox.connection();
    let oauth = OAuth::new(connection.client_id, connection.client_secret, connection.redirect_uri);
    let client = Client::builder(server.base_url()).auth(oauth).build().unwrap();
    let error = client.account().await.unwrap_err();
    assert!(error.authorise_again(), "{error}");
    assert_eq!(sandbox.log().len(), 0, "nothing was sent");
    client.authorize(connection.code).await.unwrap();
    client.account().await.unwrap();
    let error = client.authorize("a second code that is wrong").await.unwrap_err();
    assert_eq!(error.auth().unwrap().kind(), amo_auth::ErrorKind::CodeRefused);
    client.account().await.unwrap();
}

#[tokio::test]
async fn nobody_listens() {
    let (_, sandbox, server) = start(Sandbox::builder()).await;
    let address = server.base_url();
    server.shutdown().await;
    let client = Client::builder(address)
        .auth(LongLived::new(sandbox.connection().long_lived_token))
        .settings({
            let mut settings = amo_transport::Settings::default();
            settings.attempts = 1;
            settings
        })
        .build()
        .unwrap();
    let error = client.contacts().create(NewContact::new().name("x")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert!(!error.outcome_unknown(), "nothing was sent");
    assert!(error.to_string().contains("no connection"), "{error}");
}

#[tokio::test]
async fn a_server_that_goes_away_in_the_middle() {
    let (client, sandbox, _server) = start(Sandbox::builder().contacts(1)).await;
    sandbox.faults().add(Fault::cut().method("GET").times(2));
    assert_eq!(client.contacts().list().await.unwrap().items.len(), 1, "reading is repeated");
}

#[test]
fn wrong_settings_get_one_sentence() {
    let build =
        |address: &str| Client::builder(address).auth(LongLived::new("t")).build().unwrap_err();
    for (address, words) in [
        ("", "not the address"),
        ("example.test", "trusted_origin"),
        ("https://evil.test", "trusted_origin"),
        ("https://example.amocrm.ru.evil.test", "trusted_origin"),
        ("http://example.amocrm.ru", "over plain http"),
        ("http://10.0.0.1:8080", "over plain http"),
        ("https://example.amocrm.ru/leads", "without a path"),
    ] {
        let error = build(address);
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains(words), "{error}");
    }
    for address in ["http://sandbox:8080", "https://proxy.example.test"] {
        let builder = Client::builder(address).auth(LongLived::new("t"));
        builder.trusted_origin(address).build().unwrap();
    }
    let error = Client::builder("example.amocrm.ru").build().unwrap_err();
    assert!(error.to_string().contains("no way to authorise"), "{error}");
    let error = Client::builder("example.amocrm.ru")
        .auth(OAuth::new("id", "", "https://x"))
        .build()
        .unwrap_err();
    assert!(error.to_string().contains("secret is empty"), "{error}");
}

#[tokio::test]
async fn a_refusal_within_a_success_is_no_unknown_outcome() {
    let body = r#"{"_embedded":{"calls":[]},"errors":[{"request_id":"0","title":"Bad Request",
        "detail":"Entity with this phone number not found","status":263}]}"#;
    let service = tower::service_fn(move |_: http::Request<Bytes>| {
        let answer = Full::new(Bytes::from_static(body.as_bytes()));
        std::future::ready(Ok::<_, Infallible>(http::Response::new(answer)))
    });
    let client = Client::from_service("example.amocrm.ru", service).unwrap();
    let call = NewCall::new(CallDirection::Inbound, 61, "pbx", "+79990000001");
    let error = client.calls().create(call).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Validation);
    assert!(!error.outcome_unknown(), "{error}");
    assert!(error.to_string().contains("phone number not found"), "{error}");
}
