//! Leads that are added together with a contact and a company.

use crate::common::{Client, START, ids, quiet};
use amo_sandbox::demo;
use serde_json::{Value, json};

const PATH: &str = "/api/v4/leads/complex";
const LEAD: i64 = demo::FIRST_LEAD;
const CONTACT: i64 = demo::FIRST_CONTACT;
const COMPANY: i64 = demo::FIRST_COMPANY;

fn vera(phone: &str) -> Value {
    json!({ "first_name": "Vera", "custom_fields_values": [
        { "field_code": "PHONE", "values": [{ "value": phone, "enum_code": "MOB" }] }] })
}

fn form() -> Value {
    json!({ "category": "forms", "form_id": 42, "form_name": "Footer", "ip": "192.0.2.1",
        "form_page": "https://example.test", "form_sent_at": START, "referer": "https://example.test/r" })
}

#[tokio::test]
async fn a_lead_is_added_with_a_contact_and_a_company() {
    let client = Client::quiet();
    let item = json!({ "name": "Call-back", "price": 900, "responsible_user_id": demo::MANAGER,
        "_embedded": { "contacts": [vera("+70000000001")], "companies": [{ "name": "Lotos" }],
            "tags": [{ "name": "b2b" }] }, "request_id": "k-1" });
    let answer = client.post(PATH, json!([item, { "request_id": 5 }])).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(
        answer.json(),
        json!([
            { "id": LEAD, "contact_id": CONTACT, "company_id": COMPANY, "request_id": ["k-1"],
                "merged": false },
            { "id": LEAD + 1, "contact_id": null, "company_id": null, "request_id": ["5"],
                "merged": false },
        ])
    );
    let lead = client.read(&format!("/api/v4/leads/{LEAD}?with=contacts")).await;
    assert_eq!((&lead["price"], &lead["status_id"]), (&json!(900), &json!(demo::STATUS_FIRST)));
    assert_eq!(lead["_embedded"]["tags"][0]["name"], "b2b");
    assert_eq!(lead["_embedded"]["companies"][0]["id"], COMPANY);
    let main = &lead["_embedded"]["contacts"][0];
    assert_eq!((&main["id"], &main["is_main"]), (&json!(CONTACT), &json!(true)));
    let contact = client.read(&format!("/api/v4/contacts/{CONTACT}")).await;
    assert_eq!(contact["_embedded"]["companies"][0]["id"], COMPANY, "linked with each other");
    assert_eq!(contact["custom_fields_values"][0]["values"][0]["enum_code"], "MOB");

    let known = json!([{ "_embedded": { "contacts": [{ "id": CONTACT, "is_main": true }],
        "companies": [{ "id": COMPANY }] } }]);
    let answer = client.post(PATH, known).await.json();
    let said = (&answer[0]["contact_id"], &answer[0]["company_id"]);
    assert_eq!(said, (&json!(CONTACT), &json!(COMPANY)));
    assert_eq!(ids(&client.read("/api/v4/contacts").await, "contacts"), [CONTACT]);
}

#[tokio::test]
async fn what_came_by_a_form_or_a_call_is_an_incoming_lead() {
    let client = Client::of(&quiet().companies(1).build());
    let source = json!([{ "name": "Landing", "external_id": "site-1" }]);
    assert_eq!(client.post("/api/v4/sources", source).await.status, 200);
    let call = json!({ "category": "sip", "phone": "+70000000001", "called_at": START,
        "duration": 5, "link": "https://example.test/r.mp3", "service_code": "pbx" });
    for metadata in [form(), call] {
        let item = json!({ "status_id": demo::STATUS_TALKS, "_embedded": { "metadata": metadata,
            "contacts": [{ "name": "x" }], "companies": [{ "id": COMPANY }],
            "source": { "external_id": "site-1", "type": "widget" } } });
        let answer = client.post(PATH, json!([item])).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let (id, contact) =
            (answer.json()[0]["id"].clone(), answer.json()[0]["contact_id"].clone());
        let lead = client.read(&format!("/api/v4/leads/{id}")).await;
        assert_eq!(lead["status_id"], demo::STATUS_INCOMING);
        let path = format!("/api/v4/contacts/{contact}");
        assert_eq!(client.read(&path).await["is_unsorted"], true);
        let category = metadata["category"].as_str().unwrap();
        let list = format!("/api/v4/leads/unsorted?filter[category]={category}");
        let one = client.read(&list).await["_embedded"]["unsorted"][0].clone();
        let mut kept = metadata.clone();
        kept.as_object_mut().unwrap().remove("category");
        assert_eq!((&one["metadata"], &one["source_uid"]), (&kept, &json!("site-1")));
        assert_eq!((&one["source_name"], &one["created_at"]), (&json!("Landing"), &json!(START)));
        for (kind, id) in [("leads", &id), ("contacts", &contact), ("companies", &json!(COMPANY))] {
            assert_eq!(&one["_embedded"][kind][0]["id"], id, "{kind}");
        }
        let uid = one["uid"].as_str().unwrap();
        let decline = format!("/api/v4/leads/unsorted/{uid}/decline");
        assert_eq!(client.send("DELETE", &decline, &json!({})).await.status, 200);
        assert_eq!(client.get(&path).await.status, 204, "it came with the lead");
        assert_eq!(client.get(&format!("/api/v4/companies/{COMPANY}")).await.status, 200);
        assert_eq!(client.get(&list).await.status, 204);
    }
}

#[tokio::test]
async fn without_a_stage_of_incoming_leads_it_is_a_lead_like_others() {
    let client = Client::quiet();
    let path = format!("/api/v4/leads/pipelines/{}", demo::PIPELINE);
    assert_eq!(client.patch(&path, json!({ "is_unsorted_on": false })).await.status, 200);
    let item = json!({ "status_id": demo::STATUS_TALKS, "_embedded": { "metadata": form() } });
    let answer = client.post(PATH, json!([item])).await;
    let lead = client.read(&format!("/api/v4/leads/{}", answer.json()[0]["id"])).await;
    assert_eq!(lead["status_id"], demo::STATUS_TALKS);
    assert_eq!(client.get("/api/v4/leads/unsorted").await.status, 204);
}

#[tokio::test]
async fn what_is_wrong_is_said_and_nothing_is_added() {
    let client = Client::of(&quiet().companies(1).build());
    let fields = |count: usize| {
        vec![json!({ "field_code": "ORDER_NUMBER", "values": [{ "value": "1" }] }); count]
    };
    let embedded = |value: Value| json!({ "_embedded": value });
    let mut short = form();
    short.as_object_mut().unwrap().remove("form_name");
    for (item, code, path) in [
        (json!({ "name": 5 }), "InvalidType", "name"),
        (json!({ "id": 5 }), "FieldNotExpected", "id"),
        (json!({ "status_id": 5 }), "NotSupportedChoice", "status_id"),
        (embedded(json!(5)), "InvalidType", "_embedded"),
        (embedded(json!({ "leads": [] })), "FieldNotExpected", "_embedded.leads"),
        (
            embedded(json!({ "contacts": [{ "name": 5 }] })),
            "InvalidType",
            "_embedded.contacts.0.name",
        ),
        (
            embedded(json!({ "contacts": [{ "id": 5 }] })),
            "NotSupportedChoice",
            "_embedded.contacts.0.id",
        ),
        (embedded(json!({ "contacts": [{}, {}] })), "InvalidValue", "_embedded.contacts"),
        (
            embedded(json!({ "companies": [{ "first_name": "x" }] })),
            "FieldNotExpected",
            "_embedded.companies.0.first_name",
        ),
        (embedded(json!({ "metadata": short })), "FieldMissing", "_embedded.metadata.form_name"),
        (
            embedded(json!({ "metadata": { "category": "sip" } })),
            "FieldMissing",
            "_embedded.metadata.phone",
        ),
        (
            embedded(json!({ "metadata": { "category": "chats" } })),
            "NotSupportedChoice",
            "_embedded.metadata.category",
        ),
        (json!({ "custom_fields_values": fields(41) }), "InvalidValue", "custom_fields_values"),
        (json!("text"), "InvalidType", ""),
    ] {
        let answer = client.post(PATH, json!([{ "name": "good" }, item])).await;
        let wanted = ("1".to_owned(), code.to_owned(), path.to_owned());
        assert!(answer.flaws().contains(&wanted), "{item}: {}", answer.text);
    }
    assert_eq!(client.get("/api/v4/leads").await.status, 204);
    let many = vec![json!({}); 51];
    assert_eq!(client.post(PATH, Value::from(many)).await.status, 422, "50 at most");
    let enough = vec![json!({ "custom_fields_values": fields(40) }); 50];
    let answer = client.post(PATH, Value::from(enough)).await;
    assert_eq!(answer.json().as_array().map(Vec::len), Some(50), "{}", answer.text);
    assert_eq!(client.post(PATH, json!({})).await.status, 400);
    assert_eq!(client.get(PATH).await.status, 405);
}

fn guarded() -> Client {
    Client::of(&quiet().duplicate_control(true).build())
}

/// Adds a lead and gives the one object of the answer.
async fn add(client: &Client, lead: Value) -> Value {
    let answer = client.post(PATH, json!([lead])).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()[0].clone()
}

#[tokio::test]
async fn a_duplicate_changes_the_lead_that_is_there() {
    let client = guarded();
    let first = json!({ "name": "first", "_embedded": { "contacts": [vera("+7 000 000-00-01")] } });
    assert_eq!(add(&client, first).await["merged"], false);
    client.sandbox.calendar().set(START + 60);
    let mut again = vera("+70000000001");
    again["last_name"] = "Lind".into();
    let mails = json!({ "field_code": "EMAIL", "values": [{ "value": "vera@example.test" }] });
    again["custom_fields_values"].as_array_mut().unwrap().push(mails);
    let second = json!({ "name": "second", "price": 700, "status_id": demo::STATUS_TALKS,
        "_embedded": { "contacts": [again], "companies": [{ "name": "Lotos" }] } });
    let merged = add(&client, second).await;
    assert_eq!(
        merged,
        json!({ "id": LEAD, "contact_id": CONTACT, "company_id": COMPANY, "request_id": ["0"],
            "merged": true })
    );
    let lead = client.read(&format!("/api/v4/leads/{LEAD}")).await;
    assert_eq!((&lead["name"], &lead["price"]), (&json!("second"), &json!(700)));
    assert_eq!(
        (&lead["status_id"], &lead["updated_at"]),
        (&json!(demo::STATUS_FIRST), &json!(START + 60))
    );
    let contact = client.read(&format!("/api/v4/contacts/{CONTACT}")).await;
    assert_eq!(contact["name"], "Vera Lind");
    let fields = contact["custom_fields_values"].as_array().unwrap();
    let counts: Vec<usize> =
        fields.iter().map(|field| field["values"].as_array().unwrap().len()).collect();
    assert_eq!(counts, [1, 1], "the same number is no second one");
    let mut third = vera("+70000000009");
    third["custom_fields_values"][0]["field_code"] = "EMAIL".into();
    third["custom_fields_values"][0]["values"][0] = json!({ "value": "VERA@example.test" });
    third["custom_fields_values"]
        .as_array_mut()
        .unwrap()
        .push(vera("+70000000009")["custom_fields_values"][0].clone());
    assert_eq!(add(&client, json!({ "_embedded": { "contacts": [third] } })).await["id"], LEAD);
    let contact = client.read(&format!("/api/v4/contacts/{CONTACT}")).await;
    let phones = &contact["custom_fields_values"][0]["values"];
    assert_eq!(phones.as_array().map(Vec::len), Some(2), "numbers are added");
    assert_eq!(ids(&client.read("/api/v4/leads").await, "leads"), [LEAD]);
    assert_eq!(ids(&client.read("/api/v4/contacts").await, "contacts"), [CONTACT]);
}

#[tokio::test]
async fn items_of_one_request_do_not_find_each_other() {
    let client = guarded();
    let item = |name: &str| {
        json!({ "name": name, "_embedded": { "contacts": [vera("+70000000001")] },
            "request_id": name })
    };
    let answer = client.post(PATH, json!([item("a"), item("b")])).await.json();
    assert_eq!((&answer[0]["merged"], &answer[1]["merged"]), (&json!(false), &json!(false)));
    let answer = client.post(PATH, json!([item("c"), { "request_id": "d" }, item("e")])).await;
    let answer = answer.json();
    assert_eq!(answer.as_array().map(Vec::len), Some(2));
    assert_eq!(
        (&answer[0]["id"], &answer[0]["request_id"]),
        (&json!(LEAD + 1), &json!(["c", "e"])),
        "both are the newest one"
    );
    assert_eq!((&answer[1]["request_id"], &answer[1]["merged"]), (&json!(["d"]), &json!(false)));
}

#[tokio::test]
async fn what_is_no_duplicate_is_added() {
    let lead = || json!({ "_embedded": { "contacts": [vera("+70000000001")] } });
    let off = Client::quiet();
    for _ in 0..2 {
        assert_eq!(add(&off, lead()).await["merged"], false, "the control is off");
    }
    let client = guarded();
    add(&client, lead()).await;
    let other = json!({ "_embedded": { "contacts": [vera("+70000000002")] } });
    assert_eq!(add(&client, other).await["merged"], false, "another number");
    let known = json!({ "_embedded": { "contacts": [{ "id": CONTACT }] } });
    assert_eq!(add(&client, known).await["merged"], false, "nothing is said of the contact");
    for lead in [LEAD, LEAD + 2] {
        let won = json!({ "status_id": demo::STATUS_WON });
        assert_eq!(client.patch(&format!("/api/v4/leads/{lead}"), won).await.status, 200);
    }
    assert_eq!(add(&client, lead()).await["merged"], false, "the leads are closed");
    assert_eq!(add(&client, lead()).await["merged"], true);
    let four = vec![lead(); 4];
    let client = guarded();
    client.post(PATH, Value::from(four)).await;
    assert_eq!(add(&client, lead()).await["merged"], false, "more than three are too many");
}
