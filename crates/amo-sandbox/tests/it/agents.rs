//! Agents: created, changed and deleted.

use crate::common::{Client, START, pair};
use amo_sandbox::demo;
use serde_json::{Value, json};

const PATH: &str = "/api/v4/amma/agents";

fn agent(name: &str) -> Value {
    json!({ "name": name, "description": "d", "system_prompt": "p" })
}

#[tokio::test]
async fn an_agent_is_created_changed_and_deleted() {
    let client = Client::quiet();
    assert_eq!(client.get(PATH).await.status, 204);
    let mut new = agent("Ann");
    new["mcp"] = json!({ "url": "https://mcp.test", "transport": "sse", "headers": { "a": "b" } });
    new["request_id"] = json!(7);
    let made = client.post(PATH, json!([new])).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let made = made.json()["_embedded"]["agents"][0].clone();
    assert_eq!(made["request_id"], "7", "a number is taken, and comes back as a text");
    let own = format!("{PATH}/{}", made["id"].as_str().unwrap());
    let mut expected = json!({ "id": made["id"], "name": "Ann", "description": "d",
        "system_prompt": "p", "ai_instructions": null, "avatar": null, "model_size": "M",
        "mcp": { "url": "https://mcp.test", "transport": "sse", "has_headers": true },
        "is_active": true, "client_uuid": demo::CLIENT_ID, "created_by": demo::ADMIN,
        "created_at": START, "updated_at": START,
        "_links": { "self": { "href": format!("http://box.test{own}") } } });
    assert_eq!(client.read(&own).await, expected);
    let listed = client.read(PATH).await["_embedded"]["agents"][0].clone();
    assert!(listed.get("system_prompt").is_none() && listed.get("ai_instructions").is_none());
    assert_eq!(listed["name"], "Ann");

    client.sandbox.calendar().advance(std::time::Duration::from_secs(4));
    let mcp = json!({ "url": "https://other.test", "transport": "streamable-http" });
    let changed = client.patch(&own, json!({ "model_size": "L", "mcp": mcp })).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    expected["model_size"] = json!("L");
    expected["updated_at"] = json!(START + 4);
    expected["mcp"] = mcp.clone();
    expected["mcp"]["has_headers"] = json!(false);
    assert_eq!(changed.json(), expected);

    assert_eq!(client.send("DELETE", &own, &Value::Null).await.status, 204);
    assert_eq!(client.get(&own).await.status, 204);
    assert_eq!(client.patch(&own, json!({})).await.status, 404);
    assert_eq!(client.send("DELETE", &own, &Value::Null).await.status, 404);
}

#[tokio::test]
async fn there_are_two_agents_at_most() {
    let client = Client::quiet();
    let three = json!([agent("a"), agent("b"), agent("c")]);
    assert_eq!(client.post(PATH, three).await.status, 422);
    let wrong = json!([agent("a"), { "name": "b", "description": "d" }]);
    assert_eq!(client.post(PATH, wrong).await.flaw(), pair("FieldMissing", "system_prompt"));
    assert_eq!(client.get(PATH).await.status, 204, "all or nothing");
    assert_eq!(client.post(PATH, json!([agent("a"), agent("b")])).await.status, 200);
    assert_eq!(client.post(PATH, json!([agent("c")])).await.status, 400);
    let second = client.read(&format!("{PATH}?limit=1&page=2")).await;
    assert_eq!(second["_embedded"]["agents"][0]["name"], "b");
    assert_eq!(client.get(&format!("{PATH}?limit=51")).await.status, 422);
    let own = format!("{PATH}/{}", second["_embedded"]["agents"][0]["id"].as_str().unwrap());
    for (patch, code, path) in [
        (json!({ "model_size": "XL" }), "NotSupportedChoice", "model_size"),
        (json!({ "avatar": "http://a.test/a.png" }), "InvalidUrl", "avatar"),
        (json!({ "mcp": { "url": "http://a.test", "transport": "sse" } }), "InvalidUrl", "mcp.url"),
        (json!({ "mcp": { "url": "https://a.test" } }), "FieldMissing", "mcp.transport"),
        (json!({ "id": "x" }), "NotSupportedChoice", "id"),
        (json!({ "created_by": 0 }), "FieldNotExpected", "created_by"),
    ] {
        assert_eq!(client.patch(&own, patch).await.flaw(), pair(code, path));
    }
}
