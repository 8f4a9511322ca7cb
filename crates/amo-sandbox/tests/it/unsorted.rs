//! Incoming leads: added, accepted, declined, linked, counted.

use std::time::Duration;

use crate::common::{Answer, Client, START, pair, quiet};
use amo_sandbox::demo;
use serde_json::{Value, json};

const PATH: &str = "/api/v4/leads/unsorted";

fn form() -> Value {
    json!({"source_uid": "site-1", "source_name": "Landing", "request_id": "f1",
        "metadata": {"form_id": "ask", "form_name": "Ask us", "form_page": "https://example.test/ask",
            "form_sent_at": START, "ip": "192.0.2.7", "referer": null},
        "_embedded": {
            "leads": [{"name": "From landing", "price": 5, "status_id": demo::STATUS_TALKS}],
            "contacts": [{"name": "Nina", "custom_fields_values": [
                {"field_code": "EMAIL", "values": [{"value": "nina@example.test"}]}]}],
            "companies": [{"name": "Lotos"}]}})
}

fn sip() -> Value {
    json!({"source_uid": "pbx", "source_name": "PBX", "metadata": {"phone": 70_000_000_001_i64,
        "called_at": START, "duration": 7, "link": null, "service_code": "pbx", "from": 5,
        "call_responsible": null, "is_call_event_needed": true, "uniq": "u1"}})
}

async fn added(client: &Client, category: &str, item: Value) -> Value {
    let answer = client.post(&format!("{PATH}/{category}"), json!([item])).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["_embedded"]["unsorted"][0].clone()
}

fn id_of(item: &Value, service: &str) -> i64 {
    item["_embedded"][service][0]["id"].as_i64().unwrap()
}

#[tokio::test]
async fn a_form_brings_a_lead_a_contact_and_a_company() {
    let client = Client::quiet();
    assert_eq!(client.get(PATH).await.status, 204);
    let answer = client.post(&format!("{PATH}/forms"), json!([form()])).await.json();
    assert_eq!(answer["_total_items"], 1);
    assert!(answer.get("_links").is_none());
    let item = &answer["_embedded"]["unsorted"][0];
    let uid = item["uid"].as_str().unwrap();
    let own = format!("http://box.test{PATH}/{uid}");
    assert_eq!((&item["request_id"], &item["account_id"]), (&json!("f1"), &json!(demo::ACCOUNT)));
    assert_eq!(item["_links"]["self"]["href"], own);
    let (lead, contact) = (id_of(item, "leads"), id_of(item, "contacts"));

    let read = client.read(&format!("{PATH}/{uid}")).await;
    let mut metadata = form()["metadata"].clone();
    metadata["referer"] = Value::Null;
    let expected = json!({"uid": uid, "source_uid": "site-1", "source_name": "Landing",
        "category": "forms", "pipeline_id": demo::PIPELINE, "created_at": START,
        "metadata": metadata, "account_id": demo::ACCOUNT, "_links": {"self": {"href": own}},
        "_embedded": item["_embedded"]});
    assert_eq!(read, expected);
    assert_eq!(client.read(PATH).await["_embedded"]["unsorted"], json!([expected]));

    let shown = client.read(&format!("/api/v4/leads/{lead}?with=contacts")).await;
    assert_eq!(
        (&shown["name"], &shown["status_id"]),
        (&json!("From landing"), &json!(demo::STATUS_INCOMING))
    );
    assert_eq!(shown["_embedded"]["contacts"][0]["id"], contact);
    assert_eq!(shown["_embedded"]["contacts"][0]["is_main"], true);
    assert_eq!(id_of(&shown, "companies"), id_of(item, "companies"));
    let shown = client.read(&format!("/api/v4/contacts/{contact}")).await;
    assert_eq!((&shown["is_unsorted"], &shown["name"]), (&json!(true), &json!("Nina")));
    assert_eq!(id_of(&shown, "companies"), id_of(item, "companies"));
}

#[tokio::test]
async fn a_call_needs_no_entities() {
    let client = Client::quiet();
    let mut item = sip();
    item["created_at"] = json!(START - 9);
    item["pipeline_id"] = json!(demo::PIPELINE);
    let added = added(&client, "sip", item).await;
    assert_eq!((&added["_embedded"]["contacts"], &added["request_id"]), (&json!([]), &json!("0")));
    let read = client.read(&format!("{PATH}/{}", added["uid"].as_str().unwrap())).await;
    assert_eq!((&read["category"], &read["created_at"]), (&json!("sip"), &json!(START - 9)));
    assert_eq!(read["metadata"]["phone"], 70_000_000_001_i64);
    assert_eq!(read["metadata"]["link"], Value::Null);
    assert!(read["metadata"].get("is_call_event_needed").is_none(), "only written");
    let id = id_of(&added, "leads");
    let lead = client.read(&format!("/api/v4/leads/{id}")).await;
    assert_eq!(lead["status_id"], demo::STATUS_INCOMING);
    let notes = client.read(&format!("/api/v4/leads/{id}/notes")).await;
    let note = &notes["_embedded"]["notes"][0];
    assert_eq!(note["note_type"], "call_in");
    assert_eq!((&note["params"]["uniq"], &note["params"]["duration"]), (&json!("u1"), &json!(7)));
    let told = client.read("/api/v4/events?filter[type]=incoming_call").await;
    assert_eq!(told["_embedded"]["events"][0]["entity_id"], id);
}

#[tokio::test]
async fn accepting_moves_the_lead_on() {
    let client = Client::quiet();
    let added_one = added(&client, "forms", form()).await;
    let uid = added_one["uid"].as_str().unwrap();
    let path = format!("{PATH}/{uid}/accept");
    for (status, at) in [(demo::STATUS_INCOMING, "status_id"), (5, "status_id")] {
        let answer = client.post(&path, json!({"status_id": status})).await;
        assert_eq!(answer.flaw(), pair("NotSupportedChoice", at));
    }
    assert_eq!(
        client.post(&path, json!({"user_id": 5})).await.flaw(),
        pair("NotSupportedChoice", "user_id")
    );
    assert_eq!(
        client.post(&path, json!({"colour": 5})).await.flaw(),
        pair("FieldNotExpected", "colour")
    );
    assert_eq!(client.try_send("POST", &path, "nonsense").await.unwrap().status, 400);
    let sent = json!({"user_id": demo::MANAGER, "status_id": demo::STATUS_TALKS});
    let accepted = client.post(&path, sent).await;
    assert_eq!(accepted.status, 200, "{}", accepted.text);
    assert_eq!(
        accepted.json(),
        json!({"uid": uid, "pipeline_id": demo::PIPELINE, "category": "forms",
            "created_at": START, "_embedded": added_one["_embedded"]})
    );
    let lead = client.read(&format!("/api/v4/leads/{}", id_of(&added_one, "leads"))).await;
    assert_eq!(
        (&lead["status_id"], &lead["created_by"]),
        (&json!(demo::STATUS_TALKS), &json!(demo::MANAGER))
    );
    let contact = client.read(&format!("/api/v4/contacts/{}", id_of(&added_one, "contacts"))).await;
    assert_eq!(contact["is_unsorted"], false);
    assert_eq!(client.get(&format!("{PATH}/{uid}")).await.status, 204);
    assert_eq!(client.post(&path, json!({})).await.status, 404, "only once");

    // What PHP sends where there is nothing to send, and nothing at all.
    for body in ["[]", "{}", "", r#"{"user_id": 0}"#] {
        let one = added(&client, "sip", sip()).await;
        let path = format!("{PATH}/{}/accept", one["uid"].as_str().unwrap());
        assert_eq!(client.try_send("POST", &path, body).await.unwrap().status, 200, "{body}");
        let lead = client.read(&format!("/api/v4/leads/{}", id_of(&one, "leads"))).await;
        assert_eq!(lead["status_id"], demo::STATUS_FIRST);
    }
}

#[tokio::test]
async fn sorting_takes_the_right_to_change_the_lead() {
    let mut client = Client::quiet();
    let of_admin = added(&client, "sip", sip()).await;
    client.headers.push(("x-context-user-id", demo::MANAGER.to_string()));
    let own = added(&client, "sip", sip()).await;
    let path =
        |item: &Value, action: &str| format!("{PATH}/{}{action}", item["uid"].as_str().unwrap());
    assert_eq!(client.get(&path(&of_admin, "")).await.status, 200, "may be seen");
    assert_eq!(client.post(&path(&of_admin, "/accept"), json!({})).await.status, 403);
    assert_eq!(client.send("DELETE", &path(&of_admin, "/decline"), &json!({})).await.status, 403);
    assert_eq!(client.post(&path(&own, "/accept"), json!({})).await.status, 200);
}

#[tokio::test]
async fn declining_throws_everything_away() {
    let client = Client::quiet();
    let one = added(&client, "forms", form()).await;
    let uid = one["uid"].as_str().unwrap();
    let path = format!("{PATH}/{uid}/decline");
    let declined = client.send("DELETE", &path, &json!({"user_id": demo::MANAGER})).await;
    assert_eq!(declined.status, 200, "{}", declined.text);
    let shown = declined.json();
    assert_eq!(id_of(&shown, "leads"), id_of(&one, "leads"));
    assert!(shown["_embedded"].get("companies").is_none());
    for service in ["leads", "contacts", "companies"] {
        let path = format!("/api/v4/{service}/{}", id_of(&one, service));
        assert_eq!(client.get(&path).await.status, 204, "{path}");
    }
    let bin = client.read("/api/v4/leads?with=only_deleted").await;
    assert_eq!(bin["_embedded"]["leads"][0]["updated_by"], demo::MANAGER);
    assert_eq!(client.send("DELETE", &path, &json!({})).await.status, 404);
    assert_eq!(client.get(PATH).await.status, 204);
}

#[tokio::test]
async fn only_chats_are_linked() {
    let client = Client::of(&quiet().leads(1).contacts(1).build());
    let to = |id: i64| json!({"link": {"entity_id": id, "entity_type": "leads"}});
    let form = added(&client, "forms", form()).await;
    let path = format!("{PATH}/{}/link", form["uid"].as_str().unwrap());
    assert_eq!(client.post(&path, to(demo::FIRST_LEAD)).await.status, 400);

    let uid = client.sandbox.receive_chat("Vera", "Hello?");
    let path = format!("{PATH}/{uid}/link");
    let chat = client.read(&format!("{PATH}/{uid}")).await;
    assert_eq!(
        (&chat["category"], &chat["metadata"]["last_message_text"]),
        (&json!("chats"), &json!("Hello?"))
    );
    let contact = id_of(&chat, "contacts");
    assert_eq!(client.post(&path, json!({})).await.flaw(), pair("FieldMissing", "link"));
    assert_eq!(
        client.post(&path, to(5)).await.flaw(),
        pair("NotSupportedChoice", "link.entity_id")
    );
    let wrong = json!({"link": {"entity_id": demo::FIRST_LEAD, "entity_type": "tasks"}});
    assert_eq!(
        client.post(&path, wrong).await.flaw(),
        pair("NotSupportedChoice", "link.entity_type")
    );
    let linked = client.post(&path, to(demo::FIRST_LEAD)).await;
    assert_eq!(linked.status, 200, "{}", linked.text);
    let lead = format!("/api/v4/leads/{}", demo::FIRST_LEAD);
    assert_eq!(
        linked.json(),
        json!({"uid": uid, "_embedded": {"leads": [{"id": demo::FIRST_LEAD,
            "_links": {"self": {"href": format!("http://box.test{lead}")}}}]}})
    );
    let links = client.read(&format!("{lead}?with=contacts")).await;
    let linked: Vec<&Value> =
        links["_embedded"]["contacts"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
    assert!(linked.contains(&&json!(contact)), "{links}");
    assert_eq!(client.get(&format!("/api/v4/leads/{}", id_of(&chat, "leads"))).await.status, 204);
    assert_eq!(client.post(&path, to(demo::FIRST_LEAD)).await.status, 404);

    let uid = client.sandbox.receive_chat("Vera", "Me again");
    let own = id_of(&client.read(&format!("{PATH}/{uid}")).await, "contacts");
    let mut merged = to(demo::FIRST_LEAD);
    merged["link"]["metadata"] = json!({"contact_id": contact});
    assert_eq!(client.post(&format!("{PATH}/{uid}/link"), merged).await.status, 200);
    assert_eq!(client.get(&format!("/api/v4/contacts/{own}")).await.status, 204);
}

#[tokio::test]
async fn lists_are_filtered_and_all_are_counted() {
    let client = Client::quiet();
    let uid = |item: &Value| item["uid"].as_str().unwrap().to_owned();
    let first = uid(&added(&client, "forms", form()).await);
    client.sandbox.calendar().advance(Duration::from_secs(10));
    let second = uid(&added(&client, "sip", sip()).await);
    let third = uid(&added(&client, "sip", sip()).await);
    let found = |query: String| {
        let client = &client;
        async move {
            let answer = client.get(&format!("{PATH}?{query}")).await;
            if answer.status != 200 {
                return Err(answer.status);
            }
            let list = answer.json();
            let items = list["_embedded"]["unsorted"].as_array().unwrap();
            Ok(items.iter().map(uid).collect::<Vec<_>>())
        }
    };
    assert_eq!(found(format!("filter[uid]={second}")).await, Ok(vec![second.clone()]));
    assert_eq!(
        found(format!("filter[uid][]={first}&filter[uid][]={third}")).await,
        Ok(vec![first.clone(), third.clone()])
    );
    assert_eq!(found("filter[category][]=forms".to_owned()).await, Ok(vec![first.clone()]));
    assert_eq!(found("order[created_at]=desc&limit=1".to_owned()).await, Ok(vec![third.clone()]));
    assert_eq!(
        found(format!("filter[pipeline_id]={}&page=2&limit=2", demo::PIPELINE)).await,
        Ok(vec![third.clone()])
    );
    assert_eq!(found("filter[pipeline_id]=5".to_owned()).await, Err(204));
    assert_eq!(found("filter[colour]=5".to_owned()).await, Err(400));

    client.sandbox.calendar().advance(Duration::from_secs(20));
    client.post(&format!("{PATH}/{first}/accept"), json!([])).await;
    client.send("DELETE", &format!("{PATH}/{second}/decline"), &json!([])).await;
    let summary = client.read(&format!("{PATH}/summary")).await;
    assert_eq!(
        summary,
        json!({"total": 3, "accepted": 1, "declined": 1, "average_sort_time": 25,
            "categories": {"sip": {"total": 2}, "mail": {"total": 0}, "forms": {"total": 1}, "chats": {"total": 0}},
            "_links": {"self": {"href": format!("http://box.test{PATH}/summary")}}})
    );
    let total = |filter: String| {
        let client = &client;
        async move { client.read(&format!("{PATH}/summary?{filter}")).await["total"].clone() }
    };
    assert_eq!(
        total(format!("filter[created_at]={}", START + 5)).await,
        3,
        "the first was accepted since"
    );
    assert_eq!(total(format!("filter[created_at]={}", START + 15)).await, 1);
    assert_eq!(total(format!("filter[created_at][to]={}", START + 5)).await, 1);
    assert_eq!(total(format!("filter[uid]={third}")).await, 1);
    assert_eq!(total("filter[pipeline_id]=5".to_owned()).await, 0);
    assert_eq!(client.get(&format!("{PATH}/summary?filter[category]=sip")).await.status, 400);
}

#[tokio::test]
async fn what_is_wrong_with_an_item_is_said() {
    let client = Client::quiet();
    let refused = |category: &'static str, item: Value| {
        let client = &client;
        async move { client.post(&format!("{PATH}/{category}"), json!([item])).await.flaw() }
    };
    for (name, at) in
        [("source_uid", "source_uid"), ("source_name", "source_name"), ("metadata", "metadata")]
    {
        let mut item = form();
        item.as_object_mut().unwrap().remove(name);
        assert_eq!(refused("forms", item).await, pair("FieldMissing", at));
    }
    let changed = |pointer: &str, value: Value| {
        let mut item = form();
        *item.pointer_mut(pointer).unwrap() = value;
        item
    };
    for (item, code, at) in [
        (changed("/metadata", json!([5])), "InvalidType", "metadata"),
        (changed("/metadata/form_id", Value::Null), "FieldMissing", "metadata.form_id"),
        (changed("/metadata/ip", json!(5)), "InvalidType", "metadata.ip"),
        (
            changed("/_embedded/contacts/0/name", json!(234)),
            "InvalidType",
            "_embedded.contacts.0.name",
        ),
        (changed("/_embedded/leads", json!([{}, {}])), "InvalidValue", "_embedded.leads"),
        (
            changed("/_embedded/leads/0", json!({"pipeline_id": 5})),
            "NotSupportedChoice",
            "_embedded.leads.0.pipeline_id",
        ),
        (
            changed(
                "/_embedded/companies/0",
                json!({"custom_fields_values": [{"field_code": "NO", "values": null}]}),
            ),
            "NotSupportedChoice",
            "_embedded.companies.0.custom_fields_values.0.field_code",
        ),
    ] {
        assert_eq!(refused("forms", item.clone()).await, pair(code, at), "{item}");
    }
    let mut elsewhere = sip();
    elsewhere["pipeline_id"] = 5.into();
    assert_eq!(refused("sip", elsewhere).await, pair("NotSupportedChoice", "pipeline_id"));
    let flaws = client.post(&format!("{PATH}/sip"), json!([form()])).await.flaws();
    assert!(flaws.iter().all(|(id, _, path)| id == "f1" && path.starts_with("metadata.")));
    let status = |answer: Answer| answer.status;
    assert_eq!(status(client.post(&format!("{PATH}/forms"), json!([])).await), 400);
    assert_eq!(status(client.post(&format!("{PATH}/chats"), json!([form()])).await), 405);
    assert_eq!(status(client.get(PATH).await), 204, "nothing was saved");
    assert_eq!(status(client.get("/api/v4/leads").await), 204);
}
