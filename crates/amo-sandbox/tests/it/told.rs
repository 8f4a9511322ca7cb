//! What webhooks tell besides cards, tasks and notes: incoming leads, elements of catalogs, reviews
//! of templates, and what goes on in talks.

use crate::common::inbox::{Inbox, Letter, letter, letters};
use crate::common::{Client, START, catalog, field_of, quiet};
use amo_sandbox::demo;
use serde_json::{Value, json};

/// A box whose one webhook is told of these things.
async fn told_of(settings: &[&str]) -> (Client, Inbox) {
    let inbox = Inbox::default();
    let client = Client::of(&quiet().webhook_sink(inbox.clone()).build());
    let hook = json!({"destination": "https://hook.example.test/", "settings": settings});
    let answer = client.post("/api/v4/webhooks", hook).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    (client, inbox)
}

fn check(letter: &Letter, root: &str, wanted: &[(&str, String)]) {
    for (key, value) in wanted {
        assert_eq!(letter.get(&format!("{root}{key}")), *value, "{key}");
    }
}

const UNSORTED: &str = "/api/v4/leads/unsorted";

fn form() -> Value {
    json!({"source_uid": "site-1", "source_name": "Landing",
        "metadata": {"form_id": "ask", "form_name": "Ask us", "form_sent_at": START,
            "form_page": "https://example.test/ask", "ip": "192.0.2.7", "referer": "https://r.test"},
        "_embedded": {
            "leads": [{"name": "From landing", "_embedded": {"tags": [{"name": "hot"}, {"name": "web"}]}}],
            "contacts": [{"name": "Nina", "custom_fields_values": [
                {"field_code": "EMAIL", "values": [{"value": "nina@example.test"}]}]}]}})
}

async fn added(client: &Client, category: &str, item: Value) -> Value {
    let answer = client.post(&format!("{UNSORTED}/{category}"), json!([item])).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["_embedded"]["unsorted"][0].clone()
}

#[tokio::test]
async fn an_incoming_lead_is_told_with_what_was_filled_in() {
    let told = told_of(&["add_unsorted", "update_unsorted", "delete_unsorted"]).await;
    let one = added(&told.0, "forms", form()).await;
    let letter = letter(&told).await;
    let text = |text: &str| text.to_owned();
    check(
        &letter,
        "unsorted[add][0]",
        &[
            ("[uid]", text(one["uid"].as_str().unwrap())),
            ("[category]", text("forms")),
            ("[account_id]", demo::ACCOUNT.to_string()),
            ("[user_id]", demo::ADMIN.to_string()),
            ("[source]", text("Landing")),
            ("[pipeline_id]", demo::PIPELINE.to_string()),
            ("[source_data][form_id]", text("ask")),
            ("[source_data][date]", START.to_string()),
            ("[source_data][from]", text("https://example.test/ask")),
            ("[source_data][origin][ip]", text("192.0.2.7")),
            ("[source_data][origin][referer]", text("https://r.test")),
            ("[data][leads][0][tags]", text("hot, web")),
            ("[data][leads][0][date_create]", START.to_string()),
            ("[data][contacts][0][name]", text("Nina")),
            ("[data][contacts][0][custom_fields][0][id]", demo::CONTACT_EMAIL.to_string()),
            ("[data][contacts][0][custom_fields][0][values][0][value]", text("nina@example.test")),
            (
                "[data][contacts][0][custom_fields][0][values][0][enum]",
                demo::EMAIL_WORK.to_string(),
            ),
        ],
    );
    assert!(!letter.has("unsorted[add][0][data][leads][0][id]"), "only updates name it");
}

#[tokio::test]
async fn sorting_an_incoming_lead_is_told_as_deleting_it() {
    let told = told_of(&["update_unsorted", "delete_unsorted"]).await;
    let client = &told.0;
    let id = |one: &Value, kind: &str| one["_embedded"][kind][0]["id"].to_string();
    for (how, method, action) in [("accept", "POST", "accept"), ("decline", "DELETE", "decline")] {
        let one = added(client, "forms", form()).await;
        let uid = one["uid"].as_str().unwrap();
        let answer = client
            .send(method, &format!("{UNSORTED}/{uid}/{how}"), &json!({"user_id": demo::MANAGER}))
            .await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let letter = letter(&told).await;
        check(
            &letter,
            "unsorted[delete][0]",
            &[
                ("[action]", action.to_owned()),
                ("[uid]", uid.to_owned()),
                ("[category]", "forms".to_owned()),
                ("[created_at]", START.to_string()),
                ("[modified_user_id]", demo::MANAGER.to_string()),
                (&format!("[{action}_result][leads][0]"), id(&one, "leads")),
                (&format!("[{action}_result][contacts][0]"), id(&one, "contacts")),
            ],
        );
    }
    let lead = client.add("leads", json!({"name": "x"})).await;
    let uid = client.sandbox.receive_chat("Anna", "Hello");
    let link = json!({"link": {"entity_id": lead, "entity_type": "leads"}});
    let answer = client.post(&format!("{UNSORTED}/{uid}/link"), link).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    check(
        &letter(&told).await,
        "unsorted[delete][0]",
        &[("[action]", "accept".to_owned()), ("[accept_result][leads][0]", lead.to_string())],
    );
}

#[tokio::test]
async fn a_chat_that_goes_on_before_it_is_sorted_is_an_update() {
    let told = told_of(&["add_unsorted", "update_unsorted"]).await;
    let client = &told.0;
    let uid = client.sandbox.receive_chat("Anna", "Hello");
    let first = letter(&told).await;
    let root = "unsorted[add][0][source_data]";
    assert_eq!(first.get(&format!("{root}[client][name]")), "Anna");
    assert_eq!(first.get(&format!("{root}[data][0][text]")), "Hello");
    let one = client.read(&format!("{UNSORTED}/{uid}")).await;
    let contact = one["_embedded"]["contacts"][0]["id"].as_i64().unwrap();
    client.sandbox.calendar().set(START + 9);
    client.sandbox.client_writes(contact, "Are you there?").unwrap();
    let lead = one["_embedded"]["leads"][0]["id"].to_string();
    check(
        &letter(&told).await,
        "unsorted[update][0]",
        &[
            ("[uid]", uid.clone()),
            ("[source_data][data][0][text]", "Are you there?".to_owned()),
            ("[data][leads][0][id]", lead),
            ("[data][leads][0][status_id]", demo::STATUS_INCOMING.to_string()),
            ("[data][created_at]", START.to_string()),
        ],
    );
    let one = client.read(&format!("{UNSORTED}/{uid}")).await;
    assert_eq!(one["metadata"]["last_message_text"], "Are you there?");
    assert_eq!(one["metadata"]["received_at"], START + 9);
}

#[tokio::test]
async fn elements_are_told_to_who_subscribed_to_their_catalog() {
    let client = Client::quiet();
    let number = catalog(&client, "Books").await;
    // The ids of a new box are the same every time.
    let settings = ["add", "update", "delete"].map(|verb| format!("{verb}_catalog_{number}"));
    let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
    let told = told_of(&settings).await;
    let client = &told.0;
    let books = catalog(client, "Books").await;
    assert_eq!(books, number);
    let path = format!("/api/v4/catalogs/{books}");
    let fields = format!("{path}/custom_fields");
    let field = field_of(client, &fields, json!({"name": "Pages", "type": "numeric"})).await;
    let item = json!({"name": "Emma", "custom_fields_values": [
        {"field_id": field["id"], "values": [{"value": 474}]}]});
    let answer = client.post(&format!("{path}/elements"), json!([item])).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let id = answer.json()["_embedded"]["elements"][0]["id"].as_i64().unwrap();
    check(
        &letter(&told).await,
        "catalogs[add][0]",
        &[
            ("[id]", id.to_string()),
            ("[catalog_id]", books.to_string()),
            ("[name]", "Emma".to_owned()),
            ("[custom_fields][0][id]", field["id"].to_string()),
            ("[custom_fields][0][values][0][value]", "474".to_owned()),
        ],
    );
    client.patch(&format!("{path}/elements/{id}"), json!({"name": "Persuasion"})).await;
    assert_eq!(letter(&told).await.get("catalogs[update][0][name]"), "Persuasion");
    let other = catalog(client, "Films").await;
    client.post(&format!("/api/v4/catalogs/{other}/elements"), json!([{"name": "x"}])).await;
    assert!(letters(&told).await.is_empty(), "another catalog");
    assert!(client.sandbox.delete("catalog_elements", id));
    let letter = letter(&told).await;
    assert_eq!(letter.get("catalogs[delete][0][id]"), id.to_string());
    assert!(!letter.has("catalogs[delete][0][name]"));
}

#[tokio::test]
async fn a_template_that_goes_to_review_is_told_without_a_name_before_the_action() {
    let told = told_of(&["add_chat_template_review"]).await;
    let client = &told.0;
    for external_id in ["wa-1", "wa-2"] {
        let source = json!([{"name": "WA", "external_id": external_id, "services": [
            {"type": "whatsapp", "pages": [], "params": {"waba": true}}]}]);
        assert_eq!(client.post("/api/v4/sources", source).await.status, 200);
    }
    let template = json!([{"name": "Hello", "content": "Hi", "type": "waba", "waba_footer": "Bye",
        "waba_category": "UTILITY", "waba_language": "en", "is_editable": true}]);
    let answer = client.post("/api/v4/chats/templates", template).await;
    let id = answer.json()["_embedded"]["chat_templates"][0]["id"].as_i64().unwrap();
    let path = format!("/api/v4/chats/templates/{id}/review");
    let answer = client.post(&path, json!({})).await.json();
    let reviews = &answer["_embedded"]["reviews"];
    let letter = letter(&told).await;
    assert!(letter.body.starts_with("add%5B0%5D%5Bid%5D="), "{}", letter.body);
    check(
        &letter,
        "add[0]",
        &[
            ("[id]", id.to_string()),
            ("[type]", "waba".to_owned()),
            ("[account_id]", demo::ACCOUNT.to_string()),
            ("[is_editable]", "1".to_owned()),
            ("[is_on_review]", "1".to_owned()),
            ("[reviews][0][id]", reviews[0]["id"].to_string()),
            ("[reviews][1][source_id]", reviews[1]["source_id"].to_string()),
            ("[reviews][1][status]", "review".to_owned()),
            ("[reviews][1][reject_reason]", String::new()),
            ("[waba_footer]", "Bye".to_owned()),
        ],
    );
    let decision = json!({"status": "rejected", "reject_reason": "no"});
    let review = reviews[0]["id"].to_string();
    assert_eq!(client.post(&format!("{path}/{review}"), decision).await.status, 200);
    assert!(letters(&told).await.is_empty(), "a decision is not told");
}

#[tokio::test]
async fn users_answer_and_clients_give_marks() {
    let told = told_of(&["add_message", "add_outgoing_message", "update_talk"]).await;
    let client = &told.0;
    let sandbox = &client.sandbox;
    let contact = client.add("contacts", json!({"name": "Anna"})).await;
    let talk = sandbox.client_writes(contact, "Hello").unwrap();
    letters(&told).await;
    assert!(sandbox.miss_talk(talk));
    assert_eq!(client.read(&format!("/api/v4/talks/{talk}")).await["missed_at"], START);
    letters(&told).await;
    assert!(
        !sandbox.user_writes(talk, 5, "x") && !sandbox.user_writes(talk + 1, demo::MANAGER, "x")
    );
    assert!(sandbox.user_writes(talk, demo::MANAGER, "Good day"));
    let posted = letters(&told).await;
    assert_eq!(posted.len(), 2);
    check(
        &posted[0],
        "outgoing_message[add][0]",
        &[
            ("[text]", "Good day".to_owned()),
            ("[talk_id]", talk.to_string()),
            ("[type]", "outgoing".to_owned()),
            ("[author][id]", demo::MANAGER.to_string()),
            ("[author][type]", "internal".to_owned()),
            ("[element_type]", "1".to_owned()),
        ],
    );
    assert_eq!(posted[1].get("talk[update][0][is_read]"), "1");
    let shown = client.read(&format!("/api/v4/talks/{talk}")).await;
    assert_eq!((&shown["is_read"], &shown["missed_at"]), (&json!(true), &Value::Null));
    assert!(!sandbox.client_rates(talk, 11));
    assert!(sandbox.client_rates(talk, 9));
    assert!(!sandbox.client_rates(talk, 9), "it is closed");
    assert_eq!(letter(&told).await.get("talk[update][0][rate]"), "9");

    let list = client.read("/api/v4/events?filter[entity][]=contact&limit=100").await;
    let events = list["_embedded"]["events"].as_array().unwrap();
    let kinds: Vec<&str> = events.iter().map(|one| one["type"].as_str().unwrap()).collect();
    assert_eq!(
        kinds,
        [
            "nps_rate_added",
            "talk_closed",
            "outgoing_chat_message",
            "talk_missed_event",
            "incoming_chat_message",
            "talk_created",
            "contact_added"
        ]
    );
    assert_eq!(events[0]["value_after"], json!([{"nps": {"rate": 9}}]));
    assert_eq!(events[2]["created_by"], demo::MANAGER);
    let marks = "/api/v4/events?filter[type]=nps_rate_added&filter[value_after][value]=";
    assert_eq!(client.read(&format!("{marks}9")).await["_embedded"]["events"][0], events[0]);
    assert_eq!(client.get(&format!("{marks}8")).await.status, 204);
}
