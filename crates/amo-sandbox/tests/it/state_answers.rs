//! A box that was loaded with the state of another answers as that one does, also to what comes
//! after.

use crate::common::drive::Drive;
use crate::common::inbox::{Behaves, Inbox};
use crate::common::{Client, START, catalog, element, field_of, ids, quiet};
use amo_sandbox::{ApiFilter, CustomersMode, Sandbox, SandboxBuilder, demo};
use serde_json::{Value, json};

/// What can be asked for; `{lead}` and the like stand for things of the scenario.
const QUESTIONS: &[&str] = &[
    "account?with=users_groups,task_types,drive_url,is_api_filter_enabled,invoices_settings",
    "leads?with=contacts,catalog_elements,loss_reason,source_id,is_price_modified_by_robot",
    "leads?with=only_deleted",
    "leads?filter[statuses][0][pipeline_id]=8001&filter[statuses][0][status_id]=8102",
    "leads?query=Deal&order[updated_at]=desc",
    "contacts?with=leads,customers,catalog_elements",
    "contacts?with=only_deleted",
    "companies?with=leads,contacts,customers",
    "customers?with=contacts,companies,catalog_elements",
    "customers/transactions",
    "customers/segments",
    "customers/custom_fields",
    "leads/tags",
    "contacts/tags",
    "leads/custom_fields",
    "leads/custom_fields/groups",
    "contacts/custom_fields",
    "companies/custom_fields",
    "leads/pipelines",
    "leads/loss_reasons",
    "leads/unsorted",
    "leads/unsorted/summary",
    "leads/notes?with=is_pinned",
    "contacts/notes",
    "leads/links?filter[entity_id][]=3000001",
    "tasks",
    "catalogs",
    "events?limit=100",
    "users?with=role,group,uuid",
    "roles?with=users",
    "sources",
    "website_buttons?with=scripts,deleted",
    "webhooks",
    "widgets",
    "bots?with=favorite",
    "amma/agents",
    "talks",
    "chats/templates?with=reviews",
    "contacts/chats?contact_id[]=1000001",
];

fn box_of() -> SandboxBuilder {
    quiet().api_filter(ApiFilter::On).customers_mode(CustomersMode::Segments)
}

async fn sent(client: &Client, method: &str, path: &str, body: Value) -> Value {
    let answer = client.send(method, &format!("/api/v4/{path}"), &body).await;
    assert!(
        (200..300).contains(&answer.status),
        "{method} {path}: {} {}",
        answer.status,
        answer.text
    );
    serde_json::from_str(&answer.text).unwrap_or_default()
}

/// All answers, with the paths that they are for.
async fn answers(client: &Client, more: &[String]) -> Vec<(String, u16, String)> {
    let mut all = Vec::new();
    for path in QUESTIONS.iter().map(|path| (*path).to_owned()).chain(more.iter().cloned()) {
        let answer = client.get(&format!("/api/v4/{path}")).await;
        assert!([200, 204].contains(&answer.status), "{path}: {} {}", answer.status, answer.text);
        all.push((path, answer.status, answer.text));
    }
    all
}

/// The cards of the scenario.
struct Cards {
    lead: i64,
    lost: i64,
    contact: i64,
    customer: i64,
    goods: i64,
    chair: i64,
}

/// What cards are made of.
async fn fill_basis(client: &Client) {
    let size = json!({"name": "Size", "type": "select",
        "enums": [{"value": "S"}, {"value": "L", "code": "large"}]});
    let field = field_of(client, "/api/v4/leads/custom_fields", size).await;
    let since = json!({"name": "Since", "type": "date"});
    field_of(client, "/api/v4/customers/custom_fields", since).await;
    let rights = json!({"leads": {"view": "A", "edit": "G", "add": "A"}, "contacts": {}, "companies": {}, "tasks": {}});
    let role = json!([{"name": "Seller", "rights": rights}]);
    let role = sent(client, "POST", "roles", role).await["_embedded"]["roles"][0]["id"].clone();
    for (method, path, body) in [
        (
            "POST",
            "leads/custom_fields/groups",
            json!([{"name": "Own", "sort": 3, "fields": [field["id"]]}]),
        ),
        (
            "POST",
            "leads/pipelines",
            json!([{"name": "Second", "sort": 2, "is_main": false, "is_unsorted_on": true,
                "_embedded": {"statuses": [{"name": "In", "sort": 10}]}}]),
        ),
        (
            "POST",
            "users",
            json!([{"name": "Ann", "email": "ann@example.test", "password": "Passw0rd",
                "rights": {"role_id": role}}]),
        ),
        ("POST", "sources", json!([{"name": "Site", "external_id": "site"}])),
        (
            "POST",
            "webhooks",
            json!({"destination": "https://hook.example.test/", "settings": ["add_lead", "update_lead"]}),
        ),
        ("POST", "widgets/sandbox_telephony", json!({"login": "l", "password": "p"})),
        (
            "POST",
            "website_buttons",
            json!({"pipeline_id": demo::PIPELINE, "trusted_websites": ["example.test"]}),
        ),
        ("POST", "amma/agents", json!([{"name": "A", "description": "d", "system_prompt": "p"}])),
        ("POST", "chats/templates", json!([{"name": "T", "content": "c"}])),
        ("PATCH", "catalogs/products/settings", json!({"is_enabled": true})),
    ] {
        sent(client, method, path, body).await;
    }
}

async fn fill_cards(client: &Client) -> Cards {
    let goods = catalog(client, "Goods").await;
    let chair = element(client, goods, "Chair").await;
    let company = client.add("companies", json!({"name": "Lotos"})).await;
    let contact = json!({"first_name": "Nina", "tags_to_add": [{"name": "vip"}],
        "custom_fields_values": [
            {"field_code": "PHONE", "values": [{"value": "+70000000001", "enum_code": "MOB"}]},
            {"field_id": demo::CONTACT_BIRTHDAY, "values": [{"value": 86400}]}]});
    let contact = client.add("contacts", contact).await;
    let fields = client.read("/api/v4/leads/custom_fields").await;
    let size = ids(&fields, "custom_fields").into_iter().max().unwrap();
    let lead = json!({"name": "Deal", "price": 10.5, "status_id": demo::STATUS_TALKS,
        "custom_fields_values": [{"field_id": size, "values": [{"enum_code": "large"}]}],
        "_embedded": {"contacts": [{"id": contact}], "companies": [{"id": company}],
            "tags": [{"name": "b2b"}], "source": {"external_id": "site", "type": "widget"}}});
    let lead = client.add("leads", lead).await;
    let lost = json!({"name": "Lost", "status_id": demo::STATUS_LOST,
        "loss_reason_id": demo::LOSS_REASON_PRICE});
    let lost = client.add("leads", lost).await;
    let binned = client.add("leads", json!({"name": "Gone"})).await;
    client.sandbox.delete("leads", binned);
    let segment = sent(client, "POST", "customers/segments", json!({"name": "Regulars"})).await;
    let customer = json!({"name": "Berg", "_embedded": {"segments": [{"id": segment["id"]}]}});
    let customer = client.add("customers", customer).await;
    Cards { lead, lost, contact, customer, goods, chair }
}

/// What hangs on the cards; gives further questions about it.
async fn fill_rest(client: &Client, cards: &Cards) -> Vec<String> {
    let Cards { lead, lost, contact, customer, goods, chair } = *cards;
    let form = json!([{"source_uid": "s", "source_name": "n", "metadata": {"form_id": "f",
        "form_name": "F", "form_page": "https://example.test/", "form_sent_at": START,
        "ip": "192.0.2.7"}, "_embedded": {"leads": [{"name": "From a form"}],
        "contacts": [{"name": "Who"}]}}]);
    for (path, body) in [
        (
            format!("leads/{lead}/link"),
            json!([{"to_entity_id": chair, "to_entity_type": "catalog_elements",
                "metadata": {"catalog_id": goods, "quantity": 3}}]),
        ),
        (
            format!("customers/{customer}/link"),
            json!([{"to_entity_id": contact, "to_entity_type": "contacts"}]),
        ),
        (format!("customers/{customer}/transactions"), json!([{"price": 700, "comment": "c"}])),
        (format!("customers/{customer}/bonus_points"), json!({"earn": 5})),
        (
            "tasks".to_owned(),
            json!([{"text": "Call", "complete_till": START, "entity_type": "leads",
                "entity_id": lead}]),
        ),
        (format!("leads/{lead}/notes"), json!([{"note_type": "common", "params": {"text": "Hm"}}])),
        (
            "calls".to_owned(),
            json!([{"direction": "inbound", "duration": 5, "source": "pbx",
                "phone": "+70000000001"}]),
        ),
        ("leads/unsorted/forms".to_owned(), form.clone()),
        ("leads/unsorted/forms".to_owned(), form),
        ("contacts/chats".to_owned(), json!([{"contact_id": contact, "chat_id": "chat"}])),
        (
            "short_links".to_owned(),
            json!([{"url": "https://example.test/", "metadata": {"entity_type": "contacts",
                "entity_id": contact}}]),
        ),
    ] {
        sent(client, "POST", &path, body).await;
    }
    let waiting = client.read("/api/v4/leads/unsorted").await;
    let uid = waiting["_embedded"]["unsorted"][0]["uid"].as_str().unwrap();
    sent(client, "DELETE", &format!("leads/unsorted/{uid}/decline"), json!({})).await;
    let sandbox = &client.sandbox;
    sandbox.receive_chat("Olga", "Hello");
    let talk = sandbox.client_writes(contact, "Hello again").unwrap();
    sandbox.follow("leads", lead, demo::MANAGER);
    sandbox.follow_as_group("leads", lead, demo::GROUP_PARTNERS);
    let drive = Drive::of(sandbox);
    let file = drive.upload("offer.txt", b"offer").await;
    let files = json!([{"file_uuid": file["uuid"]}]);
    sent(client, "PUT", &format!("leads/{lead}/files"), files).await;
    vec![
        format!("leads/{lead}/files"),
        format!("leads/{lead}/links"),
        format!("leads/{lead}/subscriptions"),
        format!("leads/{lost}?with=loss_reason"),
        format!("customers/{customer}/transactions"),
        format!("talks/{talk}/messages"),
        format!("catalogs/{goods}/elements"),
        format!("catalogs/{goods}/custom_fields"),
        format!("files/{}/links", file["uuid"].as_str().unwrap()),
    ]
}

/// What comes after; gives the answers.
async fn go_on(client: &Client) -> Vec<Value> {
    let list = client.read("/api/v4/leads").await;
    let lead = ids(&list, "leads")[0];
    let mut answers = Vec::new();
    for (method, path, body) in [
        (
            "PATCH",
            format!("leads/{lead}"),
            json!({"price": 7, "_embedded": {"tags": [{"name": "new"}]}}),
        ),
        ("POST", "leads".to_owned(), json!([{"name": "Later"}])),
        ("POST", "contacts".to_owned(), json!([{"name": "Later"}])),
        ("POST", "tasks".to_owned(), json!([{"text": "Later", "complete_till": START}])),
        (
            "POST",
            format!("leads/{lead}/notes"),
            json!([{"note_type": "common", "params": {"text": "Later"}}]),
        ),
        ("POST", "leads/custom_fields".to_owned(), json!([{"name": "Later", "type": "text"}])),
        (
            "POST",
            "leads/pipelines".to_owned(),
            json!([{"name": "Later", "sort": 3, "is_main": false, "is_unsorted_on": false}]),
        ),
        ("POST", "customers/segments".to_owned(), json!({"name": "Later"})),
        ("PATCH", "customers/mode".to_owned(), json!({"mode": "periodicity", "is_enabled": true})),
        ("POST", "customers".to_owned(), json!([{"name": "Later", "next_date": START}])),
        ("POST", "customers/statuses".to_owned(), json!([{"name": "Later", "sort": 100}])),
        ("PATCH", "customers/mode".to_owned(), json!({"mode": "segments", "is_enabled": true})),
    ] {
        answers.push(sent(client, method, &path, body).await);
    }
    answers
}

#[tokio::test]
async fn both_boxes_answer_alike() {
    let (one, other) = (Inbox::default(), Inbox::default());
    let client = Client::of(&box_of().webhook_sink(one.clone()).build());
    fill_basis(&client).await;
    let cards = fill_cards(&client).await;
    let more = fill_rest(&client, &cards).await;
    client.sandbox.webhooks().settled().await;
    // A post that failed is tried again later, by whichever box has it then.
    one.then(Behaves::Answers(500));
    let lead = json!([{"name": "Told"}]);
    sent(&client, "POST", "leads", lead).await;
    client.sandbox.webhooks().settled().await;
    one.take();

    let loaded = quiet().webhook_sink(other.clone()).build();
    loaded.load_state(&client.sandbox.state()).unwrap();
    let again = Client { sandbox: loaded, token: client.token.clone(), headers: Vec::new() };
    assert_eq!(answers(&client, &more).await, answers(&again, &more).await);
    assert_eq!(go_on(&client).await, go_on(&again).await);
    assert_eq!(answers(&client, &more).await, answers(&again, &more).await);
    let mut told = Vec::new();
    for (sandbox, inbox) in [(&client.sandbox, &one), (&again.sandbox, &other)] {
        sandbox.calendar().advance(std::time::Duration::from_secs(300));
        sandbox.webhooks().settled().await;
        let letters: Vec<String> = inbox.take().into_iter().map(|letter| letter.body).collect();
        told.push(letters);
    }
    assert!(told[0].iter().any(|body| body.contains("Told")), "{told:?}");
    assert_eq!(told[0], told[1]);
}

/// An upload that was begun in one box can be gone on with in another.
#[tokio::test]
async fn an_upload_goes_on_in_another_box() {
    let drive = Drive::quiet();
    let opened = drive.open(json!({"file_name": "a.txt", "file_size": 4})).await;
    let url = opened["upload_url"].as_str().unwrap();
    let half = drive.send("POST", url, "ab").await.json();
    let again = Sandbox::new();
    again.load_state(&drive.sandbox.state()).unwrap();
    let again = Drive { sandbox: again, token: drive.token.clone() };
    let done = again.send("POST", half["next_url"].as_str().unwrap(), "cd").await.json();
    assert_eq!(done["size"], 4);
    let bytes = again.send("GET", done["_links"]["download"]["href"].as_str().unwrap(), "").await;
    assert_eq!(bytes.body, b"abcd");
}
