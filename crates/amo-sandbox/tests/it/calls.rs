//! Calls: put on the card that has the phone number.

use crate::common::{Answer, Client, START, pair, quiet};
use amo_sandbox::demo;
use serde_json::{Value, json};

const CONTACT: i64 = demo::FIRST_CONTACT;

fn client() -> Client {
    Client::of(&quiet().contacts(2).build())
}

fn call(phone: &str) -> Value {
    json!({ "direction": "inbound", "duration": 20, "source": "pbx", "phone": phone })
}

async fn send(client: &Client, calls: Value) -> Answer {
    client.post("/api/v4/calls", calls).await
}

/// Where a call from this number lands: the kind and the id of the card.
async fn lands(client: &Client, phone: &str) -> (String, i64) {
    let answer = send(client, json!([call(phone)])).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let json = answer.json();
    let saved = &json["_embedded"]["calls"][0];
    (saved["entity_type"].as_str().unwrap().to_owned(), saved["entity_id"].as_i64().unwrap())
}

/// Adds a lead of a contact.
async fn lead(client: &Client, contact: i64, status: i64) -> i64 {
    let lead = json!({ "status_id": status, "_embedded": { "contacts": [{ "id": contact }] } });
    client.add("leads", lead).await
}

#[tokio::test]
async fn a_call_becomes_a_note_of_whoever_has_the_number() {
    let client = client();
    let mut item = call("8 (000) 000-00-01");
    for (name, value) in [
        ("uniq", json!("call-78")),
        ("link", Value::Null),
        ("call_result", Value::Null),
        ("call_status", json!(6)),
        ("created_by", json!(demo::MANAGER)),
        ("responsible_user_id", json!(demo::MANAGER)),
        ("created_at", json!(START - 100)),
        ("request_id", json!("u")),
    ] {
        item[name] = value;
    }
    let answer = send(&client, json!([item])).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let json = answer.json();
    let id = json["_embedded"]["calls"][0]["id"].clone();
    let href = format!("http://box.test/api/v4/contacts/{CONTACT}");
    assert_eq!(
        json,
        json!({ "_total_items": 1, "errors": [], "_embedded": { "calls": [{ "id": id,
            "entity_id": CONTACT, "entity_type": "contact", "account_id": demo::ACCOUNT,
            "request_id": "u", "_embedded": { "entity":
                { "id": CONTACT, "_links": { "self": { "href": href } } } } }] } })
    );
    let note = client.read(&format!("/api/v4/contacts/{CONTACT}/notes/{id}")).await;
    assert_eq!(note["note_type"], "call_in");
    assert_eq!(
        note["params"],
        json!({ "uniq": "call-78", "duration": 20, "source": "pbx", "link": null,
            "phone": "8 (000) 000-00-01", "call_result": null, "call_status": 6,
            "call_responsible": demo::MANAGER })
    );
    let kept = (&note["created_by"], &note["responsible_user_id"], &note["created_at"]);
    assert_eq!(kept, (&json!(demo::MANAGER), &json!(demo::MANAGER), &json!(START - 100)));

    let mut outbound = call("+70000000001");
    outbound["direction"] = json!("outbound");
    outbound["call_responsible"] = json!("Operator");
    let json = send(&client, json!([outbound])).await.json();
    let id = &json["_embedded"]["calls"][0]["id"];
    let note = client.read(&format!("/api/v4/contacts/notes/{id}")).await;
    assert_eq!(
        (&note["note_type"], &note["params"]["call_responsible"]),
        (&json!("call_out"), &json!("Operator"))
    );
}

#[tokio::test]
async fn the_only_open_lead_gets_the_call() {
    let client = client();
    let phone = "+70000000001";
    assert_eq!(lands(&client, phone).await, ("contact".to_owned(), CONTACT));
    lead(&client, CONTACT, demo::STATUS_WON).await;
    assert_eq!(lands(&client, phone).await, ("contact".to_owned(), CONTACT), "a closed lead");
    let open = lead(&client, CONTACT, demo::STATUS_TALKS).await;
    assert_eq!(lands(&client, phone).await, ("lead".to_owned(), open));
    let second = lead(&client, CONTACT, demo::STATUS_FIRST).await;
    assert_eq!(lands(&client, phone).await, ("contact".to_owned(), CONTACT), "two open leads");
    client.patch(&format!("/api/v4/leads/{second}"), json!({ "status_id": 143 })).await;
    assert_eq!(lands(&client, phone).await, ("lead".to_owned(), open));
    let office = json!({ "name": "Office", "custom_fields_values":
        [{ "field_code": "PHONE", "values": [{ "value": "8-495-1234567" }] }] });
    let company = client.add("companies", office).await;
    assert_eq!(lands(&client, "4951234567").await, ("company".to_owned(), company));
}

#[tokio::test]
async fn unknown_numbers_stand_beside_what_was_saved() {
    let client = client();
    let mut lost = call("+79990000000");
    lost["request_id"] = json!("lost");
    let answer = send(&client, json!([lost.clone(), call("+70000000002")])).await;
    assert_eq!(answer.status, 200);
    let json = answer.json();
    assert_eq!(json["_total_items"], 1);
    assert_eq!(json["_embedded"]["calls"][0]["request_id"], "1");
    assert_eq!(json["errors"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&json["errors"][0]["request_id"], &json["errors"][0]["title"]),
        (&json!("lost"), &json!("Entity not found"))
    );
    let near = send(&client, json!([call("+71000000001")])).await;
    assert_eq!(near.status, 400, "the tenth digit counts");
    // With nothing saved the whole request has failed.
    let answer = send(&client, json!([lost, call("none")])).await;
    assert_eq!(answer.status, 400);
    let json = answer.json();
    assert_eq!((&json["_total_items"], &json["_embedded"]["calls"]), (&json!(0), &json!([])));
    assert_eq!(json["errors"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn what_is_wrong_with_a_call_is_said() {
    let client = client();
    for (name, value, code) in [
        ("direction", json!("sideways"), "NotSupportedChoice"),
        ("duration", json!("20"), "InvalidType"),
        ("source", Value::Null, "InvalidType"),
        ("call_status", json!(0), "NotSupportedChoice"),
        ("call_responsible", json!(1), "NotSupportedChoice"),
        ("responsible_user_id", json!(1), "NotSupportedChoice"),
        ("entity_id", json!(CONTACT), "FieldNotExpected"),
    ] {
        let mut item = call("+70000000001");
        item[name] = value;
        let good = call("+70000000002");
        let answer = send(&client, json!([good, item])).await;
        assert_eq!(answer.flaws(), [("1".to_owned(), code.to_owned(), name.to_owned())]);
    }
    let answer =
        send(&client, json!([{ "direction": "inbound", "duration": 1, "source": "" }])).await;
    assert_eq!(answer.flaw(), pair("FieldMissing", "phone"));
    assert_eq!(client.get("/api/v4/contacts/notes").await.status, 204, "nothing was saved");
    assert_eq!(client.get("/api/v4/calls").await.status, 405);
    let many = vec![call("+70000000001"); 251];
    assert_eq!(send(&client, Value::from(many)).await.status, 422);
}

#[tokio::test]
async fn numbers_that_change_are_found_as_they_are_now() {
    let client = client();
    assert_eq!(lands(&client, "80000000001").await, ("contact".to_owned(), CONTACT));
    let phone = |number: &str| {
        json!({"custom_fields_values": [{"field_code": "PHONE", "values": [{"value": number},
            {"value": "+7 (495) 555-55-56"}]}]})
    };
    let path = format!("/api/v4/contacts/{CONTACT}");
    assert_eq!(client.patch(&path, phone("+7 (495) 555-55-55")).await.status, 200);
    assert_eq!(send(&client, json!([call("80000000001")])).await.status, 400);
    let other = client.add("contacts", phone("0")).await;
    for (number, owner) in
        [("84955555555", CONTACT), ("4955555556", CONTACT), ("80000000002", CONTACT + 1)]
    {
        assert_eq!(lands(&client, number).await, ("contact".to_owned(), owner));
    }
    assert!(client.sandbox.delete("contacts", CONTACT));
    assert_eq!(lands(&client, "4955555556").await, ("contact".to_owned(), other));
}
