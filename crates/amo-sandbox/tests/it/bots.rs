//! Bots: listed, run, stopped, answered.

use crate::common::{Client, ids, pair, quiet};
use amo_sandbox::demo;
use serde_json::{Value, json};

const LEAD: i64 = demo::FIRST_LEAD;

#[tokio::test]
async fn bots_are_listed() {
    let client = Client::quiet();
    let list = client.read("/api/v4/bots").await;
    assert_eq!(ids(&list, "items"), [demo::BOT, demo::BOT_GREETING]);
    let own = format!("/api/v4/bots/{}", demo::BOT);
    let bot = json!({ "id": demo::BOT, "name": "Qualification", "type_functionality": "regular",
        "is_visual_editor": true, "settings": { "active": true },
        "_links": { "self": { "href": format!("http://box.test{own}") } } });
    assert_eq!(client.read(&own).await, bot);
    assert_eq!(client.read(&format!("{own}?with=favorite")).await["is_favorite"], true);
    for (query, wanted) in [
        ("filter[type_functionality][]=greeting".to_owned(), vec![demo::BOT_GREETING]),
        (format!("filter[id][]={}", demo::BOT), vec![demo::BOT]),
        ("limit=1&page=2".to_owned(), vec![demo::BOT_GREETING]),
    ] {
        assert_eq!(ids(&client.read(&format!("/api/v4/bots?{query}")).await, "items"), wanted);
    }
    assert_eq!(client.get("/api/v4/bots?filter[type_functionality]=nps").await.status, 204);
    assert_eq!(client.get("/api/v4/bots/5").await.status, 204);
}

#[tokio::test]
async fn bots_are_run_and_stopped() {
    let client = Client::of(&quiet().leads(1).contacts(1).build());
    let lead = json!({ "entity_id": LEAD, "entity_type": "leads" });
    let run = format!("/api/v4/bots/{}/run", demo::BOT);
    let answer = client.post(&run, lead.clone()).await;
    assert_eq!((answer.status, answer.text.as_str()), (202, "Accepted"));
    assert!(answer.header("content-type").starts_with("text/plain"));
    let contact = json!({ "entity_id": demo::FIRST_CONTACT, "entity_type": "contacts" });
    assert_eq!(client.post(&run, contact.clone()).await.status, 202);
    let mut one = lead.clone();
    one["bot_id"] = json!(demo::BOT);
    assert_eq!(client.post("/api/v4/bots/run", json!([one])).await.status, 202);
    let stop = format!("/api/v4/bots/{}/stop", demo::BOT);
    assert_eq!(client.post(&stop, lead.clone()).await.status, 202);
    assert_eq!(client.post(&stop, contact).await.flaw(), pair("NotSupportedChoice", "entity_type"));
    assert_eq!(client.post("/api/v4/bots/5/run", lead).await.status, 404);
    for (body, code, path) in [
        (json!({ "entity_id": LEAD }), "FieldMissing", "entity_type"),
        (json!({ "entity_id": 5, "entity_type": "leads" }), "NotSupportedChoice", "entity_id"),
        (
            json!({ "entity_id": 5, "entity_type": "companies" }),
            "NotSupportedChoice",
            "entity_type",
        ),
    ] {
        assert_eq!(client.post(&run, body).await.flaw(), pair(code, path));
    }
    let mut lost = one.clone();
    lost["bot_id"] = json!(5);
    let answer = client.post("/api/v4/bots/run", json!([one, lost])).await;
    let second = ("1".to_owned(), "NotSupportedChoice".to_owned(), "bot_id".to_owned());
    assert_eq!(answer.flaws(), [second]);
    let many = vec![one; 101];
    assert_eq!(client.post("/api/v4/bots/run", Value::from(many)).await.status, 422);
}

#[tokio::test]
async fn a_waiting_bot_is_answered_once() {
    let mut client = Client::quiet();
    let path = client.sandbox.bot_waits("salesbot", demo::BOT).unwrap();
    let show =
        |params: Value| json!({ "execute_handlers": [{ "handler": "show", "params": params }] });
    let goto =
        |params: Value| json!({ "execute_handlers": [{ "handler": "goto", "params": params }] });
    let button = vec!["b"; 26];
    for (body, code, place) in [
        (json!({ "data": "x" }), "InvalidType", "data"),
        (
            json!({ "execute_handlers": [{ "handler": "wait", "params": {} }] }),
            "NotSupportedChoice",
            "execute_handlers.0.handler",
        ),
        (
            show(json!({ "type": "text", "value": "x".repeat(81) })),
            "TooLong",
            "execute_handlers.0.params.value",
        ),
        (show(json!({ "type": "text" })), "InvalidType", "execute_handlers.0.params.value"),
        (
            show(json!({ "type": "x", "value": "" })),
            "NotSupportedChoice",
            "execute_handlers.0.params.type",
        ),
        (
            show(json!({ "type": "buttons", "value": "", "buttons": button })),
            "InvalidValue",
            "execute_handlers.0.params.buttons",
        ),
        (
            goto(json!({ "type": "question", "step": -1 })),
            "TooLow",
            "execute_handlers.0.params.step",
        ),
        (
            goto(json!({ "type": "question", "step": "1" })),
            "InvalidType",
            "execute_handlers.0.params.step",
        ),
    ] {
        assert_eq!(client.post(&path, body).await.flaw(), pair(code, place));
    }
    let eleven = vec![json!({ "handler": "goto", "params": { "type": "finish", "step": 0 } }); 11];
    let answer = client.post(&path, json!({ "execute_handlers": eleven })).await;
    assert_eq!(answer.flaw(), pair("InvalidValue", "execute_handlers"));
    let body = json!({ "data": { "status": "success" }, "execute_handlers": [
        { "handler": "show", "params": { "type": "buttons", "value": "Done", "buttons": ["Yes"] } },
        { "handler": "goto", "params": { "type": "question", "step": 5 } }] });
    let elsewhere = path.replace("salesbot", "marketingbot");
    assert_eq!(client.post(&elsewhere, body.clone()).await.status, 404);
    let answer = client.post(&path, body.clone()).await;
    assert_eq!((answer.status, answer.text.as_str()), (202, ""));
    assert_eq!(client.post(&path, body).await.status, 404, "it waits no more");
    let path = client.sandbox.bot_waits("marketingbot", demo::BOT).unwrap();
    client.headers.push(("x-context-user-id", demo::MANAGER.to_string()));
    assert_eq!(client.post(&path, json!({})).await.status, 403);
    client.headers.clear();
    assert_eq!(client.post(&path, json!({})).await.status, 202, "nothing needs to be said");
    assert_eq!(client.sandbox.bot_waits("salesbot", 5), None);
    assert_eq!(client.sandbox.bot_waits("robot", demo::BOT), None);
}
