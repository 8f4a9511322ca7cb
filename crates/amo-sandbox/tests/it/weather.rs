//! What makes life hard for a client: the rate limit, faults, latency; and the log that shows what
//! it did.

use std::time::Duration;

use crate::common::{Client, quiet};
use amo_sandbox::{Blocked, Fault, RateLimit, Sandbox, TooManyRequests, demo};
use serde_json::json;

#[tokio::test]
async fn the_eighth_request_of_a_second_is_refused() {
    let mut client = Client::of(&Sandbox::new());
    let mut statuses = Vec::new();
    for number in 0..9 {
        // Requests without a valid token count too.
        let token = client.token.clone();
        if number == 0 {
            client.token = "wrong".to_owned();
        }
        statuses.push(client.get("/api/v4/account").await.status);
        client.token = token;
    }
    assert_eq!(statuses, [401, 200, 200, 200, 200, 200, 200, 429, 429]);
    let refused = client.post("/oauth2/access_token", json!({})).await;
    assert_eq!(
        (refused.status, refused.header("content-type")),
        (429, "application/problem+json"),
        "it counts as well"
    );
    assert!(
        refused.json().get("retry_after").is_none() && refused.header("retry-after").is_empty()
    );
    assert_eq!(client.sandbox.log().peak_per_second(), 10);
    assert_eq!(client.sandbox.log().count("GET", "/api/v4/account"), 9);
    client.sandbox.set_rate_limit(RateLimit::Off);
    assert_eq!(client.get("/api/v4/account").await.status, 200);
}

#[tokio::test]
async fn the_wait_can_be_told() {
    let client = Client::of(
        &Sandbox::builder().rate_limit(RateLimit::PerSecond(0)).retry_after(true).build(),
    );
    let answer = client.get("/api/v4/account").await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, "1"));
}

#[tokio::test]
async fn a_refusal_has_the_form_that_was_asked_for() {
    for (form, content_type, text) in [
        (TooManyRequests::JsonWithWait(300), "application/problem+json", "\"retry_after\":300"),
        (TooManyRequests::Html, "text/html; charset=utf-8", "429 Too Many Requests"),
        (TooManyRequests::Empty, "", ""),
    ] {
        let sandbox = Sandbox::builder().rate_limit(RateLimit::PerSecond(0));
        let client = Client::of(&sandbox.too_many_requests(form).build());
        let answer = client.get("/api/v4/account").await;
        assert_eq!((answer.status, answer.header("content-type")), (429, content_type));
        assert!(answer.text.contains(text), "{}", answer.text);
        assert_eq!(answer.text.is_empty(), text.is_empty());
    }
    let sandbox = Sandbox::builder().rate_limit(RateLimit::PerSecond(0)).retry_after(true);
    let client = Client::of(&sandbox.too_many_requests(TooManyRequests::JsonWithWait(7)).build());
    assert_eq!(client.get("/api/v4/account").await.header("retry-after"), "7");
}

#[tokio::test]
async fn the_account_and_the_address_have_limits_of_their_own() {
    for (sandbox, wanted) in [
        (quiet().account_rate_limit(RateLimit::PerSecond(2)), [200, 200, 429]),
        (quiet().address_rate_limit(RateLimit::PerSecond(1)), [200, 429, 429]),
    ] {
        let client = Client::of(&sandbox.build());
        let mut statuses = Vec::new();
        for _ in 0..3 {
            statuses.push(client.get("/api/v4/account").await.status);
        }
        assert_eq!(statuses, wanted);
    }
}

#[tokio::test]
async fn who_goes_on_over_the_limit_is_blocked() {
    let sandbox = Sandbox::builder().rate_limit(RateLimit::PerSecond(1));
    let client = Client::of(&sandbox.block_after(1, Blocked::Account).build());
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(client.get("/api/v4/account").await.status);
    }
    assert_eq!(statuses, [200, 429, 403, 403]);
    client.sandbox.set_rate_limit(RateLimit::Off);
    let blocked = client.post("/oauth2/access_token", json!({})).await;
    assert_eq!((blocked.status, blocked.header("content-type")), (403, "text/html; charset=utf-8"));
    assert!(blocked.text.contains("nginx"), "{}", blocked.text);
    client.sandbox.unblock();
    assert_eq!(client.get("/api/v4/account").await.status, 200);
}

#[tokio::test]
async fn a_fault_before_the_work_leaves_nothing_done() {
    let client = Client::quiet();
    client.sandbox.faults().add(Fault::status(503).method("POST").path("/api/v4/leads"));
    let answer = client.post("/api/v4/leads", json!([{}])).await;
    assert_eq!((answer.status, answer.header("content-type")), (503, "text/html; charset=utf-8"));
    assert_eq!(client.get("/api/v4/leads").await.status, 204);
    assert_eq!(client.post("/api/v4/leads", json!([{}])).await.status, 200, "it strikes once");
    let entries = client.sandbox.log().entries();
    assert_eq!(entries.iter().map(|entry| entry.fault).collect::<Vec<_>>(), [true, false, false]);
    assert_eq!(entries[0].body, "[{}]");
}

#[tokio::test]
async fn a_fault_after_the_work_loses_only_the_answer() {
    let client = Client::quiet();
    client.sandbox.faults().add(Fault::cut().method("POST").after_work());
    assert!(client.try_send("POST", "/api/v4/leads", "[{}]").await.is_err());
    assert!(client.sandbox.entity("leads", demo::FIRST_LEAD).is_some());
    assert_eq!(client.sandbox.log().entries()[0].status, 0);

    client.sandbox.faults().add(Fault::status(504).after_work());
    let path = format!("/api/v4/leads/{}", demo::FIRST_LEAD);
    assert_eq!(client.patch(&path, json!({"name": "done"})).await.status, 504);
    assert_eq!(client.sandbox.entity("leads", demo::FIRST_LEAD).unwrap()["name"], "done");
}

#[tokio::test]
async fn faults_answer_as_the_real_service_does_or_as_told() {
    let client = Client::quiet();
    for (status, content_type, text) in [
        (401, "application/problem+json", "Invalid user name or password"),
        (402, "application/problem+json", "Payment required"),
        (403, "text/html; charset=utf-8", "nginx"),
        (429, "application/problem+json", "too many requests"),
        (500, "application/problem+json", "trace_id"),
        (502, "text/html; charset=utf-8", "502 Bad Gateway"),
    ] {
        client.sandbox.faults().add(Fault::status(status));
        let answer = client.get("/api/v4/leads").await;
        assert_eq!((answer.status, answer.header("content-type")), (status, content_type));
        assert!(answer.text.contains(text), "{}", answer.text);
    }
    let told = Fault::status(429)
        .header("Retry-After", "2")
        .header("bad name", "x")
        .body("{\"retry_after\":2}");
    client.sandbox.faults().add(told.times(2).path_prefix("/api/v4/contacts"));
    let answer = client.get("/api/v4/contacts/tags").await;
    assert_eq!((answer.header("retry-after"), answer.text.as_str()), ("2", "{\"retry_after\":2}"));
    client.sandbox.faults().clear();
    assert_eq!(client.get("/api/v4/contacts/tags").await.status, 204);
}

#[tokio::test(start_paused = true)]
async fn latency_and_slow_faults_take_their_time() {
    let client = Client::of(&quiet().latency(Duration::from_millis(50)).build());
    client.sandbox.faults().add(Fault::slow(Duration::from_secs(3)).path("/api/v4/account"));
    #[expect(clippy::disallowed_methods, reason = "the test measures on tokio's paused clock")]
    let now = tokio::time::Instant::now;
    let start = now();
    assert_eq!(client.get("/api/v4/account").await.status, 200, "late, but the true answer");
    assert_eq!(start.elapsed(), Duration::from_millis(3050));
    let start = now();
    client.get("/api/v4/account").await;
    assert_eq!(start.elapsed(), Duration::from_millis(50));
}

#[tokio::test]
async fn the_log_shows_what_arrived() {
    let client = Client::quiet();
    client.get("/api/v4/leads?with=contacts&page=1").await;
    client.post("/oauth2/access_token", json!({"client_secret": "very secret"})).await;
    let entries = client.sandbox.log().entries();
    assert_eq!(
        (entries[0].path.as_str(), entries[0].query.as_str()),
        ("/api/v4/leads", "with=contacts&page=1")
    );
    assert_eq!((entries[0].status, entries[0].host.as_deref()), (204, Some("box.test")));
    assert_eq!(entries[0].authorized_as, Some(demo::ADMIN));
    assert!(!format!("{entries:?}").contains("very secret"));
    assert!(entries[1].body.starts_with(b"{"));
    client.sandbox.log().clear();
    assert!(client.sandbox.log().is_empty());
}

#[tokio::test]
async fn the_date_of_answers_is_that_of_the_calendar() {
    let client = Client::quiet();
    let answer = client.get("/api/v4/account").await;
    assert_eq!(answer.header("date"), "Sun, 15 Jun 2025 15:06:40 GMT");
    client.sandbox.calendar().advance(Duration::from_secs(86_400));
    let answer = client.get("/api/v4/nothing").await;
    assert_eq!(answer.header("date"), "Mon, 16 Jun 2025 15:06:40 GMT", "of errors too");
    client.sandbox.calendar().set(i64::MAX);
    assert_eq!(client.get("/api/v4/nothing").await.header("date"), "", "there is none");
}
