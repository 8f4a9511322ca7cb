//! Webhooks: subscribing, and what is told of which change.

use crate::common;
use crate::common::inbox::{Inbox, Letter};
use crate::common::{Client, START, pair, quiet};
use amo_sandbox::demo;
use serde_json::{Value, json};

const URL: &str = "https://hook.example.test/amo?k=1";
const PATH: &str = "/api/v4/webhooks";

struct Told {
    client: Client,
    inbox: Inbox,
}

impl Told {
    /// A box whose webhooks are told of these things.
    async fn of(settings: &[&str]) -> Told {
        let inbox = Inbox::default();
        let client = Client::of(&quiet().webhook_sink(inbox.clone()).build());
        let answer = client.post(PATH, json!({"destination": URL, "settings": settings})).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        Told { client, inbox }
    }

    async fn letters(&self) -> Vec<Letter> {
        self.client.sandbox.webhooks().settled().await;
        self.inbox.take()
    }

    /// The single one.
    async fn letter(&self) -> Letter {
        let mut letters = self.letters().await;
        assert_eq!(letters.len(), 1, "{letters:#?}");
        letters.remove(0)
    }
}

fn check(letter: &Letter, root: &str, wanted: &[(&str, &str)]) {
    for (key, value) in wanted {
        assert_eq!(letter.get(&format!("{root}{key}")), *value, "{key}");
    }
}

#[tokio::test]
async fn an_address_subscribes_is_listed_and_unsubscribes() {
    let client = Client::quiet();
    assert_eq!(client.get(PATH).await.status, 204);
    let hook = json!({"destination": URL, "settings": ["add_lead", "status_lead"], "sort": 10});
    let answer = client.post(PATH, hook).await;
    assert_eq!(answer.status, 201);
    let subscribed = answer.json();
    assert_eq!(
        (&subscribed["settings"], &subscribed["disabled"], &subscribed["sort"]),
        (&json!(["add_lead", "status_lead"]), &json!(false), &json!(1))
    );
    assert_eq!(subscribed["account_id"], demo::ACCOUNT);
    assert_eq!(
        (&subscribed["created_by"], &subscribed["created_at"]),
        (&json!(demo::ADMIN), &json!(START))
    );
    client.sandbox.calendar().set(START + 5);
    let again =
        client.post(PATH, json!({"destination": URL, "settings": ["add_talk"]})).await.json();
    assert_eq!(again["id"], subscribed["id"], "the same address is one subscription");
    assert_eq!(
        (&again["settings"], &again["updated_at"]),
        (&json!(["add_talk"]), &json!(START + 5))
    );
    let other = "http://other.example.test/";
    client.post(PATH, json!({"destination": other, "settings": ["add_lead"]})).await;
    let all = client.read(PATH).await;
    assert_eq!((&all["_total_items"], common::ids(&all, "webhooks").len()), (&json!(2), 2));
    let one = client
        .read(&format!("{PATH}?filter[destination]=http%3A%2F%2Fother.example.test%2F"))
        .await;
    assert_eq!(one["_embedded"]["webhooks"][0]["destination"], other);
    assert_eq!(client.get(&format!("{PATH}?filter[destination]=x")).await.status, 204);
    assert_eq!(client.get(&format!("{PATH}?filter[id]=1")).await.status, 400);
    let gone = client.send("DELETE", PATH, &json!({"destination": URL})).await;
    assert_eq!((gone.status, gone.text.as_str()), (204, ""));
    assert_eq!(client.send("DELETE", PATH, &json!({"destination": URL})).await.status, 404);
    assert_eq!(client.read(PATH).await["_total_items"], 1);
}

#[tokio::test]
async fn what_cannot_be_subscribed_is_refused() {
    let mut client = Client::quiet();
    for (body, code, path) in [
        (json!({"settings": ["add_lead"]}), "FieldMissing", "destination"),
        (json!({"destination": URL}), "FieldMissing", "settings"),
        (json!({"destination": URL, "settings": []}), "NotBlank", "settings"),
        (json!({"destination": URL, "settings": "add_lead"}), "InvalidType", "settings"),
        (json!({"destination": URL, "settings": ["add_cow"]}), "NotSupportedChoice", "settings.0"),
        (json!({"destination": "x", "settings": ["add_lead"]}), "InvalidUrl", "destination"),
        (
            json!({"destination": "ftp://a.b/", "settings": ["add_lead"]}),
            "InvalidUrl",
            "destination",
        ),
        (
            json!({"destination": "https://\u{43f}.test/", "settings": ["add_lead"]}),
            "InvalidUrl",
            "destination",
        ),
        (
            json!({"destination": URL, "settings": ["add_lead"], "disabled": true}),
            "FieldNotExpected",
            "disabled",
        ),
    ] {
        assert_eq!(client.post(PATH, body.clone()).await.flaw(), pair(code, path), "{body}");
    }
    assert_eq!(client.post(PATH, json!([])).await.status, 400, "one, and no list");
    assert_eq!(
        client.send("DELETE", PATH, &json!({"destination": 5})).await.flaw(),
        pair("InvalidType", "destination")
    );
    for number in 0..100 {
        let hook = json!({"destination": format!("{URL}{number}"), "settings": ["add_lead"]});
        assert_eq!(client.post(PATH, hook).await.status, 201);
    }
    let hook = json!({"destination": URL, "settings": ["add_lead"]});
    assert_eq!(client.post(PATH, hook.clone()).await.status, 422);
    client.headers = vec![("x-context-user-id", demo::MANAGER.to_string())];
    assert_eq!(client.get(PATH).await.status, 403, "only administrators");
    assert_eq!(client.post(PATH, hook).await.status, 403);
}

#[tokio::test]
async fn a_lead_is_told_in_the_old_form() {
    let told = Told::of(&["add_lead"]).await;
    let lead = json!({"name": "Chairs & tables", "price": 1000, "custom_fields_values": [
        {"field_id": demo::LEAD_ORDER_NUMBER, "values": [{"value": "A-1"}]},
        {"field_id": demo::LEAD_CHANNEL, "values": [{"enum_id": demo::CHANNEL_SITE}]},
        {"field_id": demo::LEAD_DELIVERY_DAY, "values": [{"value": 1_700_000_000}]},
    ], "_embedded": {"tags": [{"name": "hot"}]}});
    let id = told.client.add("leads", lead).await;
    let letter = told.letter().await;
    assert_eq!((letter.method.as_str(), letter.uri.to_string()), ("POST", URL.to_owned()));
    assert_eq!(letter.headers["content-type"], "application/x-www-form-urlencoded");
    assert_eq!(letter.headers["host"], "hook.example.test");
    assert!(letter.body.starts_with("leads%5Badd%5D%5B0%5D%5Bid%5D="), "{}", letter.body);
    let start = START.to_string();
    let admin = demo::ADMIN.to_string();
    check(
        &letter,
        "leads[add][0]",
        &[
            ("[id]", &id.to_string()),
            ("[name]", "Chairs & tables"),
            ("[price]", "1000"),
            ("[status_id]", &demo::STATUS_FIRST.to_string()),
            ("[pipeline_id]", &demo::PIPELINE.to_string()),
            ("[responsible_user_id]", &admin),
            ("[created_user_id]", &admin),
            ("[modified_user_id]", &admin),
            ("[date_create]", &start),
            ("[last_modified]", &start),
            ("[created_at]", &start),
            ("[account_id]", &demo::ACCOUNT.to_string()),
            ("[tags][0][name]", "hot"),
            ("[custom_fields][0][id]", &demo::LEAD_ORDER_NUMBER.to_string()),
            ("[custom_fields][0][code]", "ORDER_NUMBER"),
            ("[custom_fields][0][values][0]", "A-1"),
            ("[custom_fields][1][values][0][value]", "Site"),
            ("[custom_fields][1][values][0][enum]", &demo::CHANNEL_SITE.to_string()),
            ("[custom_fields][2][values][0]", "1700000000"),
        ],
    );
    check(
        &letter,
        "account",
        &[
            ("[subdomain]", "demo"),
            ("[id]", &demo::ACCOUNT.to_string()),
            ("[_links][self]", "https://demo.amocrm.ru"),
        ],
    );
    assert!(!letter.has("leads[add][0][loss_reason_id]"), "null is left out");
    told.client.patch(&format!("/api/v4/leads/{id}"), json!({"price": 5})).await;
    assert!(told.letters().await.is_empty(), "not subscribed");
}

#[tokio::test]
async fn a_move_is_told_as_status_and_as_update_and_a_new_hand_as_responsible() {
    let told = Told::of(&["update_lead", "status_lead", "responsible_lead"]).await;
    let id = told.client.add("leads", json!({})).await;
    let path = format!("/api/v4/leads/{id}");
    told.client.patch(&path, json!({"status_id": demo::STATUS_TALKS})).await;
    let letters = told.letters().await;
    assert_eq!(letters.len(), 2);
    for (letter, root) in letters.iter().zip(["leads[update][0]", "leads[status][0]"]) {
        check(
            letter,
            root,
            &[
                ("[status_id]", &demo::STATUS_TALKS.to_string()),
                ("[old_status_id]", &demo::STATUS_FIRST.to_string()),
            ],
        );
        assert!(!letter.has(&format!("{root}[old_pipeline_id]")));
    }
    told.client.patch(&path, json!({"responsible_user_id": demo::MANAGER})).await;
    let letters = told.letters().await;
    assert_eq!(letters.len(), 2);
    assert!(!letters[0].has("leads[update][0][old_status_id]"));
    check(
        &letters[1],
        "leads[responsible][0]",
        &[
            ("[responsible_user_id]", &demo::MANAGER.to_string()),
            ("[old_responsible_user_id]", &demo::ADMIN.to_string()),
        ],
    );
    told.client.patch(&path, json!({"status_id": 5})).await;
    assert!(told.letters().await.is_empty(), "a refused change is none");
}

#[tokio::test]
async fn deleting_and_restoring_are_told() {
    let told = Told::of(&[
        "delete_lead",
        "restore_lead",
        "delete_company",
        "restore_contact",
        "delete_contact",
    ])
    .await;
    let sandbox = &told.client.sandbox;
    let lead = told.client.add("leads", json!({"name": "x"})).await;
    assert!(!sandbox.restore("leads", lead), "it is not deleted");
    assert!(sandbox.delete("leads", lead));
    let letter = told.letter().await;
    check(
        &letter,
        "leads[delete][0]",
        &[
            ("[id]", &lead.to_string()),
            ("[status_id]", &demo::STATUS_FIRST.to_string()),
            ("[pipeline_id]", &demo::PIPELINE.to_string()),
        ],
    );
    assert!(!letter.has("leads[delete][0][name]"));
    assert!(sandbox.restore("leads", lead));
    check(
        &told.letter().await,
        "leads[restore][0]",
        &[("[id]", &lead.to_string()), ("[name]", "x")],
    );
    assert_eq!(told.client.read(&format!("/api/v4/leads/{lead}")).await["is_deleted"], false);
    let events = told.client.read("/api/v4/events?filter[type]=lead_restored").await;
    assert_eq!(events["_embedded"]["events"][0]["entity_id"], lead);
    let company = told.client.add("companies", json!({"name": "x"})).await;
    sandbox.delete("companies", company);
    check(&told.letter().await, "contacts[delete][0]", &[("[type]", "company")]);
}

#[tokio::test]
async fn contacts_and_companies_share_a_key_and_know_their_links() {
    let told = Told::of(&["add_contact", "add_company", "update_contact"]).await;
    let client = &told.client;
    let company = client.add("companies", json!({"name": "Romashka"})).await;
    let letter = told.letter().await;
    check(&letter, "contacts[add][0]", &[("[type]", "company"), ("[name]", "Romashka")]);
    let contact = json!({"name": "Anna", "custom_fields_values": [
        {"field_code": "PHONE", "values": [{"value": "+7", "enum_code": "MOB"}]},
        {"field_id": demo::CONTACT_COMMENT, "values": [{"value": "text"}]},
        {"field_id": demo::CONTACT_NEWS, "values": [{"value": true}]},
    ]});
    let contact = client.add("contacts", contact).await;
    assert!(!told.letter().await.has("contacts[add][0][linked_company_id]"));
    let path = format!("/api/v4/contacts/{contact}");
    let link = json!([{"to_entity_id": company, "to_entity_type": "companies"}]);
    client.post(&format!("{path}/link"), link).await;
    client.patch(&path, json!({"first_name": "Anna"})).await;
    let letter = told.letter().await;
    check(
        &letter,
        "contacts[update][0]",
        &[
            ("[type]", "contact"),
            ("[linked_company_id]", &company.to_string()),
            ("[company_name]", "Romashka"),
            ("[custom_fields][0][code]", "PHONE"),
            ("[custom_fields][0][values][0][value]", "+7"),
            ("[custom_fields][0][values][0][enum]", &demo::PHONE_MOB.to_string()),
            ("[custom_fields][1][values][0][value]", "text"),
            ("[custom_fields][2][values][0][value]", "1"),
        ],
    );
    let lead = json!({"_embedded": {"contacts": [{"id": contact}]}});
    let lead = client.add("leads", lead).await;
    assert!(told.letters().await.is_empty(), "a link is no change of the contact");
    client.patch(&path, json!({"name": "Anna B"})).await;
    let key = format!("[linked_leads_id][{lead}][ID]");
    check(&told.letter().await, "contacts[update][0]", &[(&key, &lead.to_string())]);
}

#[tokio::test]
async fn a_batch_is_one_post_with_indices_and_addresses_get_their_own() {
    let told = Told::of(&["add_lead", "add_contact"]).await;
    let other = json!({"destination": "http://second.example.test/", "settings": ["add_lead"]});
    told.client.post(PATH, other).await;
    told.client.post("/api/v4/leads", json!([{"name": "a"}, {"name": "b"}])).await;
    let letters = told.letters().await;
    assert_eq!(letters.len(), 2, "one for each address");
    for letter in &letters {
        assert_eq!(letter.get("leads[add][0][name]"), "a");
        assert_eq!(letter.get("leads[add][1][name]"), "b");
        assert_eq!(letter.form().iter().filter(|(key, _)| key == "account[id]").count(), 1);
    }
    told.client.send("DELETE", PATH, &json!({"destination": URL})).await;
    told.client.add("leads", json!({})).await;
    assert_eq!(told.letter().await.uri, "http://second.example.test/");
}

#[tokio::test]
async fn tasks_are_told_with_dates_as_texts() {
    let told = Told::of(&["add_task", "update_task", "responsible_task", "delete_task"]).await;
    let client = &told.client;
    let lead = client.add("leads", json!({})).await;
    let task =
        json!({"text": "Call", "complete_till": START, "entity_id": lead, "entity_type": "leads"});
    let id = client.add("tasks", task).await;
    check(
        &told.letter().await,
        "task[add][0]",
        &[
            ("[id]", &id.to_string()),
            ("[element_id]", &lead.to_string()),
            ("[element_type]", "2"),
            ("[task_type]", "1"),
            ("[text]", "Call"),
            ("[status]", "0"),
            ("[complete_till]", "2025-06-15 18:06:40"),
            ("[complete_before]", &START.to_string()),
            ("[date_create]", "2025-06-15 18:06:40"),
        ],
    );
    let path = format!("/api/v4/tasks/{id}");
    client.patch(&path, json!({"is_completed": true, "result": {"text": "done"}})).await;
    check(
        &told.letter().await,
        "task[update][0]",
        &[("[status]", "1"), ("[action_close]", "1"), ("[result][text]", "done")],
    );
    client.patch(&path, json!({"responsible_user_id": demo::MANAGER, "text": "Write"})).await;
    let letters = told.letters().await;
    assert_eq!(letters.len(), 2);
    check(&letters[0], "task[update][0]", &[("[action_close]", "0"), ("[old_text]", "Call")]);
    assert!(!letters[0].has("task[update][0][result][text]"));
    check(
        &letters[1],
        "task[responsible][0]",
        &[("[old_responsible_user_id]", &demo::ADMIN.to_string())],
    );
    assert!(client.sandbox.delete("tasks", id));
    let letter = told.letter().await;
    check(&letter, "task[delete][0]", &[("[id]", &id.to_string())]);
    assert!(!letter.has("task[delete][0][text]"));
}

#[tokio::test]
async fn a_new_note_is_told_of_its_card() {
    let told = Told::of(&["note_lead", "note_company", "update_lead"]).await;
    let client = &told.client;
    let lead = client.add("leads", json!({})).await;
    let path = format!("/api/v4/leads/{lead}/notes");
    let note = json!([{"note_type": "common", "params": {"text": "{\"hello\":1}"}}]);
    let note = client.post(&path, note).await.json()["_embedded"]["notes"][0]["id"].clone();
    let letter = told.letter().await;
    check(
        &letter,
        "leads[note][0][note]",
        &[
            ("[id]", &note.to_string()),
            ("[note_type]", "4"),
            ("[element_type]", "2"),
            ("[element_id]", &lead.to_string()),
            ("[text]", "{\"hello\":1}"),
            ("[date_create]", "2025-06-15 18:06:40"),
            ("[created_at]", &START.to_string()),
        ],
    );
    let changed = json!({"note_type": "common", "params": {"text": "other"}});
    client.patch(&format!("{path}/{note}"), changed).await;
    assert!(told.letters().await.is_empty(), "only new ones are told");
    let company = client.add("companies", json!({"name": "x"})).await;
    let call = json!([{"note_type": "call_in", "params": {"uniq": "u", "duration": 61,
        "source": "pbx", "phone": "+7", "call_responsible": "Anna"}}]);
    let answer = client.post(&format!("/api/v4/companies/{company}/notes"), call).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let letter = told.letter().await;
    check(&letter, "contacts[note][0][note]", &[("[note_type]", "10"), ("[element_type]", "3")]);
    let text: Value = serde_json::from_str(&letter.get("contacts[note][0][note][text]")).unwrap();
    assert_eq!(
        (&text["UNIQ"], &text["DURATION"], &text["SRC"], &text["PHONE"]),
        (&json!("u"), &json!(61), &json!("pbx"), &json!("+7"))
    );
}

#[tokio::test]
async fn talks_and_messages_of_clients_are_told() {
    let told = Told::of(&["add_talk", "update_talk", "add_message"]).await;
    let client = &told.client;
    let contact = client.add("contacts", json!({"name": "Anna"})).await;
    let talk = client.sandbox.client_writes(contact, "Hello").unwrap();
    let letters = told.letters().await;
    assert_eq!(letters.len(), 2);
    check(
        &letters[0],
        "message[add][0]",
        &[
            ("[text]", "Hello"),
            ("[talk_id]", &talk.to_string()),
            ("[contact_id]", &contact.to_string()),
            ("[element_id]", &contact.to_string()),
            ("[element_type]", "1"),
            ("[type]", "incoming"),
            ("[author][name]", "Anna"),
            ("[author][type]", "external"),
            ("[origin]", "telegram"),
        ],
    );
    assert!(!letters[0].has("message[add][0][entity_id]"), "it is about no lead");
    check(
        &letters[1],
        "talk[add][0]",
        &[
            ("[talk_id]", &talk.to_string()),
            ("[chat_id]", &letters[0].get("message[add][0][chat_id]")),
            ("[is_in_work]", "1"),
            ("[is_read]", "0"),
        ],
    );
    let answer = client.post(&format!("/api/v4/talks/{talk}/close"), json!({})).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    check(&told.letter().await, "talk[update][0]", &[("[is_in_work]", "0")]);
}
