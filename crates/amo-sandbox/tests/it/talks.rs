//! Talks and their messages: begun by clients, closed through the API.

use crate::common;
use std::time::Duration;

use crate::common::{Client, START, quiet};
use amo_sandbox::demo;
use serde_json::{Value, json};

const CONTACT: i64 = demo::FIRST_CONTACT;

fn client() -> Client {
    Client::of(&quiet().contacts(2).build())
}

fn talk_ids(list: &Value) -> Vec<i64> {
    let talks = list["_embedded"]["talks"].as_array().unwrap();
    talks.iter().map(|talk| talk["talk_id"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn a_talk_is_read_and_closed_once() {
    let client = client();
    let id = client.sandbox.client_writes(CONTACT, "Hello").unwrap();
    client.sandbox.calendar().advance(Duration::from_secs(5));
    assert_eq!(client.sandbox.client_writes(CONTACT, "Are you there?"), Some(id), "it goes on");
    assert_eq!(client.sandbox.client_writes(5, "Hello"), None);
    let own = format!("/api/v4/talks/{id}");
    let talk = client.read(&own).await;
    let link = |path: &str| json!({ "self": { "href": format!("http://box.test/api/v4/{path}") } });
    assert_eq!(
        talk,
        json!({ "talk_id": id, "created_at": START, "updated_at": START + 5, "rate": 0,
            "contact_id": CONTACT, "chat_id": talk["chat_id"], "entity_id": null,
            "entity_type": null, "is_in_work": true, "is_read": false, "origin": "telegram",
            "missed_at": null, "status": "in_work", "account_id": demo::ACCOUNT,
            "_links": link(&format!("talks/{id}")),
            "_embedded": { "contacts": [
                { "id": CONTACT, "_links": link(&format!("contacts/{CONTACT}")) }],
                "leads": [], "customers": [] } })
    );
    let close = format!("{own}/close");
    let wrong = client.post(&close, json!({ "force_close": "yes" })).await;
    assert_eq!(wrong.flaw(), common::pair("InvalidType", "force_close"));
    let answer = client.try_send("POST", &close, "").await.unwrap();
    assert_eq!((answer.status, answer.text.as_str()), (202, ""));
    let again = client.post(&close, json!({ "force_close": true })).await;
    assert_eq!(again.status, 422);
    let talk = client.read(&own).await;
    assert_eq!((&talk["is_in_work"], &talk["status"]), (&json!(false), &json!("closed")));
    assert_eq!(client.get("/api/v4/talks/5").await.status, 404);
    assert_eq!(client.post("/api/v4/talks/5/close", json!({})).await.status, 404);

    let next = client.sandbox.client_writes(CONTACT, "Me again").unwrap();
    assert_ne!(next, id, "after the end a new talk begins");
    let next = client.read(&format!("/api/v4/talks/{next}")).await;
    assert_eq!(next["chat_id"], talk["chat_id"], "in the same chat");
}

#[tokio::test]
async fn talks_are_listed() {
    let client = client();
    assert_eq!(client.get("/api/v4/talks").await.status, 204);
    let lead = json!({ "_embedded": { "contacts": [{ "id": CONTACT + 1 }] } });
    let lead = client.add("leads", lead).await;
    let first = client.sandbox.client_writes(CONTACT, "a").unwrap();
    let second = client.sandbox.client_writes(CONTACT + 1, "b").unwrap();
    client.post(&format!("/api/v4/talks/{first}/close"), json!({})).await;
    for (query, wanted) in [
        (String::new(), vec![first, second]),
        (format!("filter[talk_id][]={second}"), vec![second]),
        (format!("filter[contact_id]={CONTACT}"), vec![first]),
        (format!("filter[entity_id]={lead}&filter[entity_type]=lead"), vec![second]),
        ("filter[only_in_work]=1".to_owned(), vec![second]),
        ("filter[only_in_work]=0".to_owned(), vec![first, second]),
        ("limit=1&page=2".to_owned(), vec![second]),
    ] {
        let list = client.read(&format!("/api/v4/talks?{query}")).await;
        assert_eq!(talk_ids(&list), wanted, "{query}");
    }
    let talk = client.read(&format!("/api/v4/talks/{second}")).await;
    assert_eq!(talk["_embedded"]["leads"][0]["id"], lead, "the only open lead");
    assert_eq!(client.get("/api/v4/talks?filter[entity_id]=5").await.status, 400);
    let typed = "/api/v4/talks?filter[entity_id]=5&filter[entity_type]=leads";
    assert_eq!(client.get(typed).await.status, 400);
}

#[tokio::test]
async fn messages_are_listed() {
    let client = client();
    let id = client.sandbox.client_writes(CONTACT, "one").unwrap();
    client.sandbox.calendar().advance(Duration::from_secs(10));
    client.sandbox.client_writes(CONTACT, "two");
    client.sandbox.client_writes(CONTACT + 1, "another talk");
    let path = format!("/api/v4/talks/{id}/messages");
    let list = client.read(&path).await;
    let texts = |list: &Value| -> Vec<String> {
        let all = list["_embedded"]["messages"].as_array().unwrap();
        all.iter().map(|message| message["text"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(texts(&list), ["one", "two"]);
    let message = &list["_embedded"]["messages"][0];
    let name = client.read(&format!("/api/v4/contacts/{CONTACT}")).await["name"].clone();
    assert_eq!(
        *message,
        json!({ "id": message["id"], "type": "incoming", "message_type": "text", "text": "one",
            "author": { "id": CONTACT.to_string(), "type": "external", "name": name },
            "delivery_status": "delivered", "attachment": null, "created_at": START })
    );
    assert!(message["id"].is_string());
    let later = format!("{path}?filter[created_at][from]={}", START + 1);
    assert_eq!(texts(&client.read(&later).await), ["two"]);
    assert_eq!(texts(&client.read(&format!("{path}?limit=1")).await), ["one"]);
    assert_eq!(client.get(&format!("{path}?page=9")).await.status, 204);
    assert_eq!(client.get("/api/v4/talks/5/messages").await.status, 404);
}

#[tokio::test]
async fn talks_are_told_in_events() {
    let client = client();
    let lead = json!({ "_embedded": { "contacts": [{ "id": CONTACT }] } });
    let lead = client.add("leads", lead).await;
    let id = client.sandbox.client_writes(CONTACT, "a").unwrap();
    client.post(&format!("/api/v4/talks/{id}/close"), json!({})).await;
    let types = "filter[type]=talk_created,talk_closed,incoming_chat_message";
    let list = client.read(&format!("/api/v4/events?filter[entity][]=contact&{types}")).await;
    let events = list["_embedded"]["events"].as_array().unwrap();
    let kinds: Vec<&str> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["talk_closed", "incoming_chat_message", "talk_created"]);
    let message = &events[1];
    // It is found by the contact, and comes back as one of the lead.
    assert_eq!(
        (&message["entity_type"], &message["entity_id"], &message["linked_talk_contact_id"]),
        (&json!("lead"), &json!(lead), &json!(CONTACT))
    );
    assert_eq!(
        (&message["created_by"], &events[0]["created_by"]),
        (&json!(0), &json!(demo::ADMIN))
    );
    let messages = client.read(&format!("/api/v4/talks/{id}/messages")).await;
    assert_eq!(
        message["value_after"][0]["message"]["id"],
        messages["_embedded"]["messages"][0]["id"]
    );
}
