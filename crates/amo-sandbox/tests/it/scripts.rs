//! Scripts: rows that move between two pages of somebody's walk. And faults by chance.

use crate::common::{Client, ids, quiet};
use amo_sandbox::{Fault, Script, demo};
use serde_json::{Value, json};

/// Walks over the leads page by page, as clients do.
async fn walk(client: &Client, order: &str) -> Vec<i64> {
    let mut seen = Vec::new();
    let mut path = Some(format!("/api/v4/leads?limit=2&page=1{order}"));
    while let Some(next) = path {
        let answer = client.get(&next).await;
        if answer.status == 204 {
            break;
        }
        let page = answer.json();
        seen.extend(ids(&page, "leads"));
        let href = page["_links"]["next"]["href"].as_str();
        path = href.map(|href| href.strip_prefix("http://box.test").unwrap().to_owned());
    }
    let first = demo::FIRST_LEAD;
    seen.into_iter().map(|id| id - first).collect()
}

fn script() -> Script {
    Script::new().method("get").path("/api/v4/leads")
}

#[tokio::test]
async fn a_walk_misses_what_moves_to_a_page_that_it_has_seen() {
    let client = Client::of(&quiet().leads(6).build());
    client.sandbox.scripts().add(script().run(|sandbox| {
        assert!(sandbox.delete("leads", demo::FIRST_LEAD));
    }));
    assert_eq!(walk(&client, "").await, [0, 1, 3, 4, 5], "2 moved to the first page");
    assert_eq!(client.sandbox.scripts().pending(), 0);
    assert_eq!(walk(&client, "").await, [1, 2, 3, 4, 5]);
}

#[tokio::test]
async fn a_walk_sees_twice_what_is_pushed_to_its_next_page() {
    let client = Client::of(&quiet().leads(4).build());
    let newcomer = json!([{"name": "Newcomer"}]);
    client.sandbox.scripts().add(script().send("POST", "/api/v4/leads", newcomer));
    assert_eq!(walk(&client, "&order[id]=desc").await, [3, 2, 2, 1, 0], "4 came to the top");
    let outcomes = client.sandbox.scripts().outcomes();
    assert_eq!((outcomes[0].after.as_str(), outcomes[0].status), ("GET /api/v4/leads", 200));
    let made: Value = serde_json::from_slice(&outcomes[0].body).unwrap();
    assert_eq!(made["_embedded"]["leads"][0]["id"], demo::FIRST_LEAD + 4);
    assert_eq!(client.sandbox.log().count("POST", "/api/v4/leads"), 0, "not in the log");
}

#[tokio::test]
async fn steps_are_the_administrators_and_follow_each_other() {
    let client = Client::of(&quiet().leads(6).build());
    let lead = format!("/entities/leads/{}", demo::FIRST_LEAD + 5);
    let patch = format!("/api/v4/leads/{}", demo::FIRST_LEAD);
    // Behind the second page, and again behind the third.
    let moving = script()
        .skip(1)
        .times(2)
        .send("DELETE", &lead, Value::Null)
        .send("PATCH", &patch, json!({"name": "Changed"}))
        .send("PATCH", &patch, json!({"name": 5}))
        .send("POST", "/webhooks/settle", Value::Null)
        .send("post", "/calendar", json!({"advance": 10}));
    client.sandbox.scripts().add(moving);
    client.sandbox.faults().add(Fault::status(500).path("/api/v4/leads"));
    assert_eq!(client.get("/api/v4/leads").await.status, 500, "no success, and not counted");
    let now = client.sandbox.calendar().now();
    assert_eq!(walk(&client, "").await, [0, 1, 2, 3, 4]);
    let outcomes = client.sandbox.scripts().outcomes();
    let statuses: Vec<u16> = outcomes.iter().map(|outcome| outcome.status).collect();
    assert_eq!(statuses, [204, 200, 400, 400, 200, 404, 200, 400, 400, 200], "{outcomes:?}");
    assert_eq!(client.sandbox.entity("leads", demo::FIRST_LEAD).unwrap()["name"], "Changed");
    assert_eq!(client.sandbox.calendar().now(), now + 20);
    let by = client.sandbox.entity("leads", demo::FIRST_LEAD).unwrap()["updated_by"].clone();
    assert_eq!(by, demo::ADMIN);
    client.sandbox.scripts().clear();
    assert!(client.sandbox.scripts().outcomes().is_empty());
}

#[tokio::test]
async fn a_step_may_add_scripts() {
    let client = Client::of(&quiet().leads(2).build());
    client.sandbox.scripts().add(script().run(|sandbox| {
        let lead = format!("/entities/leads/{}", demo::FIRST_LEAD);
        sandbox.scripts().add(script().send("DELETE", &lead, Value::Null));
    }));
    for (wanted, pending) in [(2, 1), (2, 0), (1, 0)] {
        let page = client.read("/api/v4/leads").await;
        assert_eq!(ids(&page, "leads").len(), wanted);
        assert_eq!(client.sandbox.scripts().pending(), pending);
    }
}

/// Which of many requests are struck.
async fn struck(probability: f64, seed: u64) -> Vec<bool> {
    let client = Client::quiet();
    client.sandbox.faults().add(Fault::status(503).always().probability(probability, seed));
    let mut struck = Vec::new();
    for _ in 0..200 {
        struck.push(client.get("/api/v4/leads").await.status == 503);
    }
    struck
}

#[tokio::test]
async fn the_same_seed_strikes_the_same_requests() {
    let first = struck(0.2, 1).await;
    assert_eq!(first, struck(0.2, 1).await);
    assert_ne!(first, struck(0.2, 2).await);
    let count = first.iter().filter(|struck| **struck).count();
    assert!((20..60).contains(&count), "{count} of 200");
    assert!(struck(0.0, 1).await.iter().all(|struck| !struck));
    assert!(struck(1.0, 1).await.iter().all(|struck| *struck));
}
