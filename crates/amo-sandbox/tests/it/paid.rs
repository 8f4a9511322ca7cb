//! Accounts that are not paid for any more, and limits of what they may have.

use std::time::Duration;

use crate::common::{Client, START, quiet};
use serde_json::json;

const DAY: u64 = 86_400;

#[tokio::test]
async fn changes_end_with_the_payment_and_reading_a_month_later() {
    let client = Client::of(&quiet().leads(1).paid_until(START + 10).build());
    assert_eq!(client.post("/api/v4/leads", json!([{}])).await.status, 200);
    client.sandbox.calendar().advance(Duration::from_secs(10));
    for (method, path) in [
        ("POST", "/api/v4/leads"),
        ("PATCH", "/api/v4/customers/mode"),
        ("POST", "/api/v4/leads/unsorted/forms"),
        ("DELETE", "/api/v4/webhooks"),
    ] {
        let answer = client.send(method, path, &json!([{}])).await;
        assert_eq!(answer.status, 402, "{method} {path}: {}", answer.text);
        let problem = answer.json();
        assert_eq!(problem["type"], "https://httpstatus.es/402");
        assert_eq!(problem["detail"], "Payment required");
    }
    let reads =
        ["leads", "account", "events", "leads/unsorted/summary", "talks", "webhooks", "pipelines"];
    let reads =
        reads.map(|path| format!("/api/v4/{}", path.replace("pipelines", "leads/pipelines")));
    for path in &reads {
        assert!([200, 204].contains(&client.get(path).await.status), "{path}");
    }
    client.sandbox.calendar().advance(Duration::from_secs(30 * DAY));
    for path in &reads {
        assert_eq!(client.get(path).await.status, 402, "{path}");
    }
    client.sandbox.set_paid_until(None);
    assert_eq!(client.post("/api/v4/leads", json!([{}])).await.status, 200);
    client.sandbox.set_paid_until(Some(START));
    assert_eq!(client.post("/api/v4/leads", json!([{}])).await.status, 402);
}

#[tokio::test]
async fn one_template_too_many_is_said() {
    let client = Client::of(&quiet().chat_template_limit(2).build());
    let path = "/api/v4/chats/templates";
    let item = json!({"name": "Hello", "content": "Hi"});
    assert_eq!(client.post(path, json!([item, item])).await.status, 200);
    let answer = client.post(path, json!([item])).await;
    assert_eq!(answer.status, 422, "{}", answer.text);
    assert_eq!(client.send("DELETE", &format!("{path}/10001"), &json!([])).await.status, 204);
    assert_eq!(client.post(path, json!([item])).await.status, 200);
}
