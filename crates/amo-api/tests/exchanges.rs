//! The last calls that a client keeps: what they tell, and what they never tell.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

use std::pin::Pin;
use std::task::Poll;

use amo_api::{Client, ErrorKind, KeepExchanges};
use amo_auth::LongLived;
use amo_auth::clock::ManualClock;
use amo_core::{LeadId, NewContact, Timestamp, UserId};
use amo_sandbox::{Fault, RateLimit, Sandbox, Server};
use amo_transport::Unlimited;
use http::Method;
use serde_json::{Value, json};

/// A client that keeps its calls, by a clock that stands still.
async fn start(keep: impl Into<KeepExchanges>) -> (Client, Sandbox, Server) {
    let sandbox = Sandbox::builder().leads(3).rate_limit(RateLimit::Off).build();
    let server = sandbox.serve("127.0.0.1:0").await.unwrap();
    let client = Client::builder(server.base_url())
        .auth(LongLived::new(sandbox.connection().long_lived_token))
        .rate_limiter(Unlimited)
        .clock(ManualClock::new(Timestamp::new(1_700_000_000)))
        .keep_exchanges(keep)
        .build()
        .unwrap();
    (client, sandbox, server)
}

#[tokio::test]
async fn a_call_is_kept_with_all_that_a_support_asks_for() {
    let (client, sandbox, _server) = start(5).await;
    sandbox.faults().add(Fault::status(502).path("/api/v4/leads"));
    let list = client.leads().list().search("+7 916 123-45-67").limit(2).page(1);
    // The pause before the repetition would never end by a clock that stands still.
    let error = list.repeat(amo_core::Repeat::ActsOnce).await.unwrap_err();
    let kept = client.exchanges();
    let one = kept.last().unwrap();
    assert_eq!(one.at, Timestamp::new(1_700_000_000));
    assert_eq!((one.operation.as_str(), one.method.as_str()), ("leads.list", "GET"));
    assert_eq!(one.template, "/api/v4/leads");
    assert_eq!(one.path, "/api/v4/leads?query=…&limit=2&page=1");
    assert_eq!((one.status, one.attempts, one.millis), (Some(502), 1, 0));
    assert_eq!(one.request_id.as_deref(), error.request_id());
    assert!(one.received.starts_with("<a page: 502 "), "{}", one.received);

    let client = client.as_user(UserId::new(9002));
    client.leads().get(LeadId::new(3_000_001)).await.unwrap().unwrap();
    let kept = client.exchanges();
    let one = kept.last().unwrap();
    assert_eq!((one.path.as_str(), one.as_user), ("/api/v4/leads/3000001", true));
    assert_eq!(one.template, "/api/v4/leads/{id}");
    assert!(one.received.contains(r#""id":3000001,"#), "{}", one.received);
    assert!(one.received.contains(r#""name":"<text of 19>","#), "{}", one.received);
    let text = kept.to_string();
    assert!(text.contains("GET /api/v4/leads/3000001 (leads.get, /api/v4/leads/{id}): status 200"));
    let written = serde_json::to_value(&kept).unwrap();
    assert_eq!(written[1]["template"], "/api/v4/leads/{id}");
}

#[tokio::test]
async fn names_phones_and_secrets_stay_out() {
    let (client, _sandbox, _server) = start(5).await;
    let body = json!({"client_id": "i-1", "client_secret": "S1", "refresh_token": "S2", "code": "def502S3",
        "USER_HASH": "S4", "nested": {"access_token": ["S5"], "id": 7, "name": "Vera", "price": 12.5,
        "is_main": true, "phone": 79_161_234_567_i64, "79161234567": null, "type": "vera@example.test"}});
    let call =
        client.raw(Method::POST, "/api/v4/who/vera@example.test/7").query("access_token", "S6");
    let error = call.json(&body).header("authorization", "S7").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let kept = client.exchanges();
    let one = kept.last().unwrap();
    assert_eq!(one.path, "/api/v4/who/…/7?access_token=…");
    assert_eq!(one.template, "/api/v4/who/…/7");
    let sent: Value = serde_json::from_str(&one.sent).unwrap();
    let hidden = |n: usize| format!("<text of {n}>");
    assert_eq!(
        sent,
        json!({"client_id": "i-1", "client_secret": hidden(2), "refresh_token": hidden(2), "code": hidden(8),
            "USER_HASH": hidden(2), "nested": {"access_token": [hidden(2)], "id": 7, "name": hidden(4),
            "price": "<number>", "is_main": true, "phone": "<number>", "…": null, "type": hidden(17)}})
    );
    let all = format!("{kept} {kept:?} {}", serde_json::to_string(&kept).unwrap());
    for secret in ["S1", "S2", "S3", "S4", "S5", "S6", "S7", "Vera", "vera", "7916", "Bearer"] {
        assert!(!all.contains(secret), "{secret} in {all}");
    }
}

#[tokio::test]
async fn an_errors_words_are_kept_without_what_they_quote() {
    let (client, sandbox, _server) = start(5).await;
    let body = r#"{"title":"Bad Request","status":400,"detail":"Phone +79161234567 of vera@example.test is taken",
        "validation-errors":[{"request_id":"0","errors":[{"code":"NotSupportedChoice","path":"custom_fields_values.0.field_id","detail":"No."}]}]}"#;
    let fault = Fault::status(400).header("content-type", "application/problem+json").body(body);
    sandbox.faults().add(fault.path("/api/v4/contacts"));
    client.contacts().create(NewContact::new().name("Vera")).await.unwrap_err();
    let received: Value =
        serde_json::from_str(&client.exchanges().last().unwrap().received).unwrap();
    assert_eq!(received["detail"], "Phone … of … is taken");
    let error = &received["validation-errors"][0]["errors"][0];
    assert_eq!(error["code"], "NotSupportedChoice");
    assert_eq!(error["path"], "custom_fields_values.0.field_id");
}

#[tokio::test]
async fn the_caller_may_show_more_but_no_secrets() {
    let keep = KeepExchanges::last(2).show("name").show("refresh_token").show("query");
    let (client, _sandbox, _server) = start(keep).await;
    let body = json!([{"name": "Vera +7 916", "refresh_token": "S1"}]);
    let _ = client.raw(Method::POST, "/api/v4/contacts?query=Vera").json(&body).await;
    let kept = client.exchanges();
    assert_eq!(kept.last().unwrap().path, "/api/v4/contacts?query=Vera");
    assert_eq!(
        kept.last().unwrap().sent,
        r#"[{"name":"Vera +7 916","refresh_token":"<text of 2>"}]"#
    );
}

#[tokio::test]
async fn few_are_kept_and_they_are_short() {
    let (client, _sandbox, _server) = start(KeepExchanges::last(3).body(100)).await;
    for page in 1..=9 {
        let _ = client.leads().list().page(page).await.unwrap();
    }
    let kept = client.exchanges();
    let pages: Vec<_> = kept.iter().map(|one| one.path.rsplit('=').next().unwrap()).collect();
    assert_eq!(pages, ["7", "8", "9"], "the oldest first");
    let _ = client.leads().list().await.unwrap();
    let one = client.exchanges().last().unwrap().clone();
    assert!(one.received_bytes > 1_000);
    assert!(one.received.len() <= 103 && one.received.ends_with('…'), "{}", one.received);
    let long = format!("/api/v4/leads?with={}", "a,".repeat(3_000));
    let _ = client.raw(Method::GET, long).await;
    assert!(client.exchanges().last().unwrap().path.len() < 1_100);
    assert_eq!(start(KeepExchanges::last(3).body(0)).await.0.exchanges().len(), 0);
}

#[tokio::test]
async fn what_has_no_answer_is_kept_too() {
    let (client, sandbox, _server) = start(5).await;
    sandbox.faults().add(Fault::cut().path("/api/v4/account"));
    let error = client.account().repeat(amo_core::Repeat::ActsOnce).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert_eq!(client.exchanges().last().unwrap().failure.as_deref(), Some("Transport"));

    let mut given_up = client.account().into_future();
    std::future::poll_fn(|cx| {
        assert!(Pin::new(&mut given_up).poll(cx).is_pending());
        Poll::Ready(())
    })
    .await;
    drop(given_up);
    let kept = client.exchanges();
    assert_eq!(kept.last().unwrap().failure.as_deref(), Some("given up by the caller"));
    assert_eq!(kept.len(), 2);
    // Without being asked for, nothing is kept.
    let silent = Client::builder("example.amocrm.ru").auth(LongLived::new("t")).build().unwrap();
    assert!(silent.exchanges().is_empty());
}

#[tokio::test]
async fn the_secret_in_the_address_of_a_part_is_not_kept() {
    let (client, sandbox, _server) = start(9).await;
    client.files().upload("a.txt", "one").await.unwrap();
    let asked = sandbox.log().entries();
    let secret = asked.last().unwrap().path.rsplit('/').next().unwrap().to_owned();
    assert!(secret.len() > 20, "{secret}");
    let shown = format!("{0} {0:?}", client.exchanges());
    assert!(shown.contains("/v1.0/sessions/upload/…"), "{shown}");
    assert!(!shown.contains(&secret), "{shown}");
}
