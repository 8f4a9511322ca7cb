//! Events: written by every change, filtered, named.

use std::time::Duration;

use crate::common::{Client, START, quiet};
use amo_sandbox::demo;
use serde_json::{Value, json};

const LEAD: i64 = demo::FIRST_LEAD;
const CONTACT: i64 = demo::FIRST_CONTACT;

fn client() -> Client {
    Client::of(&quiet().leads(2).contacts(2).build())
}

/// The events that a query finds, the newest first; none when there is nothing.
async fn events(client: &Client, query: &str) -> Vec<Value> {
    let answer = client.get(&format!("/api/v4/events?{query}")).await;
    if answer.status == 204 {
        return Vec::new();
    }
    assert_eq!(answer.status, 200, "{query}: {}", answer.text);
    answer.json()["_embedded"]["events"].as_array().unwrap().clone()
}

/// Type, entity, before and after of each, the oldest first.
async fn told(client: &Client, query: &str) -> Vec<(String, i64, Value, Value)> {
    let mut events = events(client, query).await;
    events.reverse();
    events
        .into_iter()
        .map(|event| {
            let text = |name: &str| event[name].as_str().unwrap().to_owned();
            let kind = format!("{} {}", text("entity_type"), text("type"));
            let id = event["entity_id"].as_i64().unwrap();
            (kind, id, event["value_before"].clone(), event["value_after"].clone())
        })
        .collect()
}

/// What happened since the box was opened.
fn since_the_start() -> String {
    format!("filter[created_at][from]={START}")
}

fn none() -> Value {
    json!([])
}

#[tokio::test]
async fn a_new_card_and_its_changes_are_told() {
    let client = client();
    let from_the_start = events(&client, "").await;
    assert_eq!(from_the_start.len(), 4, "of what was there from the start only the adding is told");
    for event in &from_the_start {
        let kind = event["entity_type"].as_str().unwrap();
        assert_eq!(event["type"], format!("{kind}_added"));
        let path = format!("/api/v4/{kind}s/{}", event["entity_id"]);
        let card = client.read(&path).await;
        assert_eq!(event["created_at"], card["created_at"], "{path}");
        assert_eq!(event["created_by"], card["created_by"], "{path}");
    }
    assert!(from_the_start.is_sorted_by_key(|event| -event["created_at"].as_i64().unwrap()));
    let new = json!({ "name": "a", "price": 5, "_embedded": { "tags": [{ "name": "hot" }] } });
    let id = client.add("leads", new).await;
    let tag = |name: &str| json!({ "tag": { "name": name } });
    assert_eq!(
        told(&client, &since_the_start()).await,
        [
            ("lead lead_added".to_owned(), id, none(), none()),
            ("lead entity_tag_added".to_owned(), id, none(), json!([tag("hot")])),
        ]
    );
    client.sandbox.calendar().advance(Duration::from_secs(10));
    let patch = json!({ "name": "b", "price": 6, "status_id": demo::STATUS_TALKS,
        "responsible_user_id": demo::MANAGER, "_embedded": { "tags": [{ "name": "cold" }] },
        "custom_fields_values": [
            { "field_id": demo::LEAD_CHANNEL, "values": [{ "enum_id": demo::CHANNEL_SHOP }] }] });
    client.patch(&format!("/api/v4/leads/{id}"), patch).await;
    let status =
        |status: i64| json!([{ "lead_status": { "id": status, "pipeline_id": demo::PIPELINE } }]);
    let field = json!([{ "custom_field_value": { "field_id": demo::LEAD_CHANNEL, "field_type": 4,
        "enum_id": demo::CHANNEL_SHOP, "text": "Shop" } }]);
    let event = |kind: &str, before, after| (format!("lead {kind}"), id, before, after);
    let user = |id: i64| json!([{ "responsible_user": { "id": id } }]);
    assert_eq!(
        told(&client, &format!("filter[created_at]={}", START + 10)).await,
        [
            event("lead_status_changed", status(demo::STATUS_FIRST), status(demo::STATUS_TALKS)),
            event(
                "sale_field_changed",
                json!([{ "sale_field_value": { "sale": 5 } }]),
                json!([{ "sale_field_value": { "sale": 6 } }])
            ),
            event(
                "name_field_changed",
                json!([{ "name_field_value": { "name": "a" } }]),
                json!([{ "name_field_value": { "name": "b" } }])
            ),
            event("entity_responsible_changed", user(demo::ADMIN), user(demo::MANAGER)),
            event("custom_field_value_changed", none(), field),
            event("entity_tag_added", none(), json!([tag("cold")])),
            event("entity_tag_deleted", json!([tag("hot")]), none()),
        ]
    );
    let before = events(&client, "").await.len();
    client.patch(&format!("/api/v4/leads/{id}"), json!({ "name": "b" })).await;
    client.patch(&format!("/api/v4/leads/{id}"), json!({ "name": 5 })).await;
    assert_eq!(events(&client, "").await.len(), before, "no change, no event");
    client.sandbox.delete("leads", id);
    assert_eq!(
        told(&client, "filter[type]=lead_deleted").await,
        [event("lead_deleted", none(), none())]
    );
}

#[tokio::test]
async fn tasks_notes_and_links_are_told() {
    let client = client();
    let task =
        json!({ "text": "x", "complete_till": 5, "entity_type": "leads", "entity_id": LEAD });
    let task = client.add("tasks", task).await;
    let change = json!({ "text": "y", "complete_till": 6, "task_type_id": 2, "is_completed": true,
        "result": { "text": "done" } });
    client.patch(&format!("/api/v4/tasks/{task}"), change).await;
    let event = |kind: &str, before, after| (format!("task {kind}"), task, before, after);
    assert_eq!(
        told(&client, "filter[entity]=task").await,
        [
            event("task_added", none(), none()),
            event(
                "task_text_changed",
                json!([{ "task": { "text": "x" } }]),
                json!([{ "task": { "text": "y" } }])
            ),
            event(
                "task_type_changed",
                json!([{ "task_type": { "id": 1 } }]),
                json!([{ "task_type": { "id": 2 } }])
            ),
            event(
                "task_deadline_changed",
                json!([{ "task_deadline": { "timestamp": 5 } }]),
                json!([{ "task_deadline": { "timestamp": 6 } }])
            ),
            event("task_completed", none(), none()),
            event("task_result_added", none(), none()),
        ]
    );
    client.patch(&format!("/api/v4/tasks/{task}"), json!({ "duration": 60 })).await;
    assert_eq!(told(&client, "filter[type]=task_completed").await.len(), 1, "completed once");
    let path = format!("/api/v4/contacts/{CONTACT}/notes");
    let notes = json!([{ "note_type": "common", "params": { "text": "a" } },
        { "note_type": "call_out", "params": {} }]);
    let notes = client.post(&path, notes).await.json();
    let note =
        |index: usize| json!([{ "note": { "id": notes["_embedded"]["notes"][index]["id"] } }]);
    assert_eq!(
        told(&client, "filter[type]=common_note_added,outgoing_call").await,
        [
            ("contact common_note_added".to_owned(), CONTACT, none(), note(0)),
            ("contact outgoing_call".to_owned(), CONTACT, none(), note(1)),
        ]
    );
    let with_note = events(&client, "filter[type]=common_note_added&with=note").await;
    assert_eq!(with_note[0]["_embedded"]["note"]["params"]["text"], "a");

    let link = json!([{ "to_entity_id": CONTACT + 1, "to_entity_type": "contacts" }]);
    client.post(&format!("/api/v4/leads/{LEAD}/link"), link.clone()).await;
    client.post(&format!("/api/v4/leads/{LEAD}/link"), link.clone()).await;
    let to = |kind: &str, id: i64| json!([{ "link": { "entity": { "type": kind, "id": id } } }]);
    let lead = ("lead entity_linked".to_owned(), LEAD, none(), to("contact", CONTACT + 1));
    let contact = ("contact entity_linked".to_owned(), CONTACT + 1, none(), to("lead", LEAD));
    assert_eq!(
        told(&client, "filter[type]=entity_linked").await,
        [lead.clone(), contact.clone()],
        "linking again changes nothing"
    );
    assert_eq!(told(&client, "filter[type]=contact_linked").await, [lead]);
    assert_eq!(told(&client, "filter[type][]=lead_linked").await, [contact]);
    client.post(&format!("/api/v4/leads/{LEAD}/unlink"), link).await;
    assert_eq!(
        told(&client, "filter[type]=contact_unlinked").await,
        [("lead entity_unlinked".to_owned(), LEAD, to("contact", CONTACT + 1), none())]
    );
}

#[tokio::test]
async fn what_a_user_deletes_is_told() {
    let client = client();
    let task = client.add("tasks", json!({ "text": "x", "complete_till": 5 })).await;
    let path = format!("/api/v4/leads/{LEAD}/notes");
    let note = json!([{ "note_type": "common", "params": { "text": "a" } }]);
    let note = client.post(&path, note).await.json()["_embedded"]["notes"][0]["id"].clone();
    assert!(client.sandbox.delete("tasks", task));
    assert!(client.sandbox.delete("notes", note.as_i64().unwrap()));
    assert!(!client.sandbox.delete("notes", note.as_i64().unwrap()));
    assert!(!client.sandbox.delete("bots", demo::BOT));
    assert_eq!(client.get(&format!("/api/v4/tasks/{task}")).await.status, 204);
    assert_eq!(client.get(&path).await.status, 204);
    assert_eq!(
        told(&client, "filter[type]=task_deleted,common_note_deleted").await,
        [
            ("task task_deleted".to_owned(), task, none(), none()),
            (
                "lead common_note_deleted".to_owned(),
                LEAD,
                json!([{ "note": { "id": note } }]),
                none()
            ),
        ]
    );
}

#[tokio::test]
async fn one_event_is_read_and_names_what_it_happened_to() {
    let client = client();
    client.patch(&format!("/api/v4/contacts/{CONTACT}"), json!({ "name": "New" })).await;
    let event = events(&client, "").await.remove(0);
    let id = event["id"].as_str().unwrap().to_owned();
    assert_eq!(id.len(), 26);
    let path = format!("/api/v4/events/{id}");
    assert_eq!(client.read(&path).await, event);
    let href = |path: &str| json!({ "self": { "href": format!("http://box.test/api/v4/{path}") } });
    assert_eq!(event["_links"], href(&format!("events/{id}")));
    assert_eq!(
        event["_embedded"]["entity"],
        json!({ "id": CONTACT, "_links": href(&format!("contacts/{CONTACT}")) })
    );
    assert_eq!(
        (&event["created_by"], &event["created_at"], &event["account_id"]),
        (&json!(demo::ADMIN), &json!(START), &json!(demo::ACCOUNT))
    );
    let named = client.read(&format!("{path}?with=lead_name,contact_name")).await;
    assert_eq!(named["_embedded"]["entity"]["name"], "New");
    let other = client.read(&format!("{path}?with=lead_name")).await;
    assert!(other["_embedded"]["entity"].get("name").is_none());
    assert_eq!(client.get("/api/v4/events/01hx").await.status, 204);
    assert_eq!(client.post("/api/v4/events", json!([])).await.status, 405);
}

#[tokio::test]
async fn events_are_filtered() {
    let client = client();
    let id = client.add("leads", json!({ "name": "a", "price": 1 })).await;
    let lead = format!("/api/v4/leads/{id}");
    client.sandbox.calendar().advance(Duration::from_secs(10));
    for status in [demo::STATUS_TALKS, demo::STATUS_CONTRACT] {
        client.patch(&lead, json!({ "status_id": status })).await;
    }
    client.patch(&lead, json!({ "price": 2, "responsible_user_id": demo::MANAGER })).await;
    let channel = |option: i64| {
        json!({ "custom_fields_values":
            [{ "field_id": demo::LEAD_CHANNEL, "values": [{ "enum_id": option }] }] })
    };
    client.patch(&lead, channel(demo::CHANNEL_SITE)).await;
    client.patch(&lead, channel(demo::CHANNEL_SHOP)).await;
    client.patch(&format!("/api/v4/contacts/{CONTACT}"), json!({ "name": "c" })).await;
    let all = events(&client, &since_the_start()).await;
    assert_eq!(all.len(), 8, "the four of the cards from the start aside");
    let ids: Vec<&str> = all.iter().map(|event| event["id"].as_str().unwrap()).collect();
    let mut sorted = ids.clone();
    sorted.sort_unstable();
    sorted.reverse();
    assert_eq!(ids, sorted, "the newest first, and ids grow");
    let status = |side: &str, status: i64| {
        format!(
            "filter[{side}][leads_statuses][0][pipeline_id]={}&\
             filter[{side}][leads_statuses][0][status_id]={status}",
            demo::PIPELINE
        )
    };
    let field = format!("custom_field_{}_value_changed", demo::LEAD_CHANNEL);
    for (query, count) in [
        (format!("filter[id]={},{}", ids[0], ids[1]), 2),
        (format!("filter[id][]={}", ids[3]), 1),
        (format!("filter[created_at]={}", START + 1), 7),
        (format!("filter[created_at][to]={START}"), 5),
        (format!("filter[created_at]={START},{}", START + 5), 1),
        (format!("filter[created_by][]={}", demo::ADMIN), 12),
        ("filter[created_by]=0".to_owned(), 0),
        ("filter[entity]=contact".to_owned(), 3),
        ("filter[entity][]=contact&filter[entity][]=lead".to_owned(), 12),
        (format!("filter[entity]=lead&filter[entity_id][]={id}"), 7),
        (format!("filter[entity]=lead&filter[entity_id]={CONTACT}"), 0),
        ("filter[type][]=lead_added&filter[type][]=name_field_changed".to_owned(), 4),
        ("filter[type]=lead_added,name_field_changed".to_owned(), 4),
        (format!("filter[type]={field}"), 2),
        ("filter[type]=custom_field_value_changed".to_owned(), 2),
        ("filter[type]=custom_field_7001_value_changed".to_owned(), 0),
        (
            format!(
                "filter[type]={field}&filter[value_after][custom_field_values]={},1",
                demo::CHANNEL_SHOP
            ),
            1,
        ),
        (
            format!(
                "filter[type]={field}&filter[value_before][custom_field_values]={}",
                demo::CHANNEL_SITE
            ),
            1,
        ),
        (status("value_after", demo::STATUS_TALKS), 1),
        (status("value_before", demo::STATUS_CONTRACT), 0),
        (
            format!(
                "{}&filter[value_after][leads_statuses][1][status_id]={}",
                status("value_after", demo::STATUS_TALKS),
                demo::STATUS_CONTRACT
            ),
            2,
        ),
        (format!("filter[value_after][responsible_user_id]=5,{}", demo::MANAGER), 1),
        ("filter[type]=sale_field_changed&filter[value_before][value]=1".to_owned(), 1),
        ("filter[value_after][value]=c".to_owned(), 1),
        ("filter[value_after][value]=Shop".to_owned(), 1),
    ] {
        assert_eq!(events(&client, &query).await.len(), count, "{query}");
    }
    assert_eq!(events(&client, "filter[entity]=catalog_5").await.len(), 0);
}

#[tokio::test]
async fn a_filter_that_is_wrong_is_refused() {
    let client = client();
    for query in [
        "filter[catalog]=1",
        "filter[type]=lead_exploded",
        "filter[entity]=leads",
        "filter[entity_id]=5",
        "filter[entity]=lead,contact&filter[entity_id]=5",
        "filter[type]=custom_field_1_value_changed,lead_added",
        "filter[value_after][custom_field_values]=5",
        "filter[created_by]=1,2,3,4,5,6,7,8,9,10,11",
        "filter[created_at]=today",
        "filter[created_at][about]=5",
        "filter[value_after][leads_statuses][0][status_id]=won",
    ] {
        assert_eq!(client.get(&format!("/api/v4/events?{query}")).await.status, 400, "{query}");
    }
    assert_eq!(client.get("/api/v4/events?limit=101").await.status, 422);
}

#[tokio::test]
async fn events_are_paged() {
    let client = client();
    let many: Vec<Value> = (0..120).map(|number| json!({ "name": number.to_string() })).collect();
    client.post("/api/v4/companies", Value::from(many)).await;
    let first = client.read("/api/v4/events?limit=100").await;
    assert_eq!(first["_embedded"]["events"].as_array().unwrap().len(), 100);
    let next = first["_links"]["next"]["href"].as_str().unwrap();
    let second = client.read(next.strip_prefix("http://box.test").unwrap()).await;
    let second_events = second["_embedded"]["events"].as_array().unwrap();
    assert_eq!(second_events.len(), 24, "those of the cards from the start come last");
    assert!(second["_links"].get("next").is_none());
    assert!(second["_links"]["prev"]["href"].is_string());
    assert_eq!(client.get("/api/v4/events?limit=100&page=3").await.status, 204);
    let usual = client.read("/api/v4/events").await;
    assert_eq!(usual["_embedded"]["events"].as_array().unwrap().len(), 50);
}

#[tokio::test]
async fn types_are_named_in_four_languages() {
    let client = client();
    let find = |list: &Value, key: &str| {
        let types = list["_embedded"]["events_types"].as_array().unwrap();
        assert_eq!(list["_total_items"], types.len());
        types.iter().find(|known| known["key"] == key).unwrap().clone()
    };
    for (query, name) in [
        ("", "Новая сделка"),
        ("?language_code=ru", "Новая сделка"),
        ("?language_code=en", "Lead added"),
        ("?language_code=es", "Lead añadido"),
        ("?language_code=pt", "Lead adicionado"),
    ] {
        let list = client.read(&format!("/api/v4/events/types{query}")).await;
        assert_eq!(
            find(&list, "lead_added"),
            json!({ "key": "lead_added", "type": 1, "lang": name })
        );
    }
    let list = client.read("/api/v4/events/types?language_code=en").await;
    let field = format!("custom_field_{}_value_changed", demo::CONTACT_POSITION);
    assert_eq!(
        find(&list, &field),
        json!({ "key": field, "type": 24, "lang": "Field “Position” changed" })
    );
    assert_eq!(client.get("/api/v4/events/types?language_code=xx").await.status, 400);
}

#[tokio::test]
async fn events_are_found_by_the_ids_that_a_state_gives_them() {
    let event = |id: Value| {
        let mut event = json!({"type": "lead_added", "entity_type": "lead", "entity_id": 7});
        event["created_at"] = START.into();
        if !id.is_null() {
            event["id"] = id;
        }
        event
    };
    let ids = [json!("own"), Value::Null, json!("01h455vb4p0000000000000000"), json!("x-9")];
    let events: Vec<Value> = ids.into_iter().map(event).collect();
    let state = json!({"leads": [{"id": 7, "name": "Chairs"}], "events": events});
    let client = Client::of(&quiet().build_from(state).unwrap());
    client.add("leads", json!({"name": "Tables"})).await;
    let list = client.read("/api/v4/events").await;
    let list = list["_embedded"]["events"].as_array().unwrap();
    assert_eq!(list.len(), 5);
    for event in list {
        let path = format!("/api/v4/events/{}", event["id"].as_str().unwrap());
        assert_eq!(client.read(&path).await["id"], event["id"]);
    }
}
