//! Reading and writing contacts, companies and leads.

use crate::common::{Client, START, ids, pair, quiet};
use amo_sandbox::demo;
use serde_json::{Value, json};

#[tokio::test]
async fn a_contact_comes_back_as_it_was_sent() {
    let client = Client::quiet();
    let answer = client
        .post(
            "/api/v4/contacts",
            json!([{"first_name": "Oleg", "last_name": "Petrov", "responsible_user_id": demo::PARTNER_MANAGER,
                "custom_fields_values": [
                    {"field_code": "PHONE", "values": [{"value": "+70000000002", "enum_code": "MOB"}]},
                    {"field_id": demo::CONTACT_LEVEL, "values": [{"enum_code": "gold"}]}],
                "tags_to_add": [{"name": "vip"}], "request_id": "c0"}, {"name": "Second"}]),
        )
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/hal+json");
    assert!(!answer.header("x-request-id").is_empty());
    let id = demo::FIRST_CONTACT;
    let href = format!("http://box.test/api/v4/contacts/{id}");
    assert_eq!(
        answer.json(),
        json!({"_links": {"self": {"href": "http://box.test/api/v4/contacts"}}, "_embedded": {"contacts": [
            {"id": id, "request_id": "c0", "_links": {"self": {"href": href}}},
            {"id": id + 1, "request_id": "1",
                "_links": {"self": {"href": format!("http://box.test/api/v4/contacts/{}", id + 1)}}}]}})
    );
    let tag = client.read("/api/v4/contacts/tags").await["_embedded"]["tags"][0]["id"].clone();
    assert_eq!(
        client.read(&format!("/api/v4/contacts/{id}?with=leads")).await,
        json!({
            "id": id, "name": "Oleg Petrov", "first_name": "Oleg", "last_name": "Petrov",
            "responsible_user_id": demo::PARTNER_MANAGER, "group_id": demo::GROUP_PARTNERS,
            "created_by": demo::ADMIN, "updated_by": demo::ADMIN, "created_at": START, "updated_at": START,
            "closest_task_at": null, "is_deleted": false, "is_unsorted": false, "account_id": demo::ACCOUNT,
            "custom_fields_values": [
                {"field_id": demo::CONTACT_PHONE, "field_name": "Phone", "field_code": "PHONE",
                    "field_type": "multitext",
                    "values": [{"value": "+70000000002", "enum_id": demo::PHONE_MOB, "enum_code": "MOB"}]},
                {"field_id": demo::CONTACT_LEVEL, "field_name": "Level", "field_code": "LEVEL",
                    "field_type": "select",
                    "values": [{"value": "Gold", "enum_id": demo::LEVEL_GOLD, "enum_code": "gold"}]}],
            "_links": {"self": {"href": href}},
            "_embedded": {"tags": [{"id": tag, "name": "vip", "color": null}], "companies": [], "leads": []},
        })
    );
}

#[tokio::test]
async fn what_is_not_sent_stays_and_null_clears() {
    let client = Client::quiet();
    let id = client
        .add(
            "contacts",
            json!({"name": "Whole name", "custom_fields_values": [
                {"field_code": "POSITION", "values": [{"value": "Buyer"}]},
                {"field_code": "SCORE", "values": [{"value": 12.5}]}]}),
        )
        .await;
    client.sandbox.calendar().set(START + 60);
    let path = format!("/api/v4/contacts/{id}");
    let answer = client
        .patch(&path, json!({"custom_fields_values": [{"field_code": "SCORE", "field_id": null, "values": null}]}))
        .await;
    assert_eq!(
        answer.json(),
        json!({"id": id, "name": "Whole name", "updated_at": START + 60, "request_id": "0",
            "_links": {"self": {"href": format!("http://box.test{path}")}}})
    );
    let contact = client.read(&path).await;
    let fields = contact["custom_fields_values"].as_array().unwrap();
    assert_eq!(fields.len(), 1);
    assert_eq!(fields[0]["field_code"], "POSITION");
    assert_eq!(
        (&contact["created_at"], &contact["updated_at"]),
        (&json!(START), &json!(START + 60))
    );

    client
        .patch(&path, json!({"custom_fields_values": [{"field_code": "POSITION", "values": []}]}))
        .await;
    assert_eq!(client.read(&path).await["custom_fields_values"], Value::Null);
}

#[tokio::test]
async fn names_are_built_from_their_parts() {
    let client = Client::quiet();
    let id = client.add("contacts", json!({"first_name": "Vera"})).await;
    let path = format!("/api/v4/contacts/{id}");
    assert_eq!(client.read(&path).await["name"], "Vera");
    client.patch(&path, json!({"last_name": "Lind"})).await;
    assert_eq!(client.read(&path).await["name"], "Vera Lind");
    client.patch(&path, json!({"name": "V. Lind"})).await;
    let contact = client.read(&path).await;
    assert_eq!(
        (contact["name"].as_str(), contact["first_name"].as_str()),
        (Some("V. Lind"), Some(""))
    );
}

#[tokio::test]
async fn a_batch_with_one_bad_item_saves_nothing() {
    let client = Client::quiet();
    let answer = client
        .post(
            "/api/v4/leads",
            json!([
                {"name": "Good"},
                {"name": 5, "request_id": "mine"},
                {"status_id": 1, "responsible_user_id": 1, "created_by": "x"},
                {"id": 7, "score": 1, "nonsense": true},
                {"custom_fields_values": [
                    {"field_id": 1, "values": []},
                    {"field_code": "ORDER_NUMBER", "values": [{"value": true}]},
                    {"field_id": demo::LEAD_CHANNEL, "values": [{"enum_id": 1}]},
                    {"field_id": demo::LEAD_CHANNEL, "values": [{"value": "Site", "colour": "red"}]}]},
                {"_embedded": {"contacts": [{"id": 1}], "tags": [{"id": 1}], "leads": []}},
                "text"
            ]),
        )
        .await;
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.json()["detail"], "Request validation failed");
    let mut flaws = answer.flaws();
    flaws.sort();
    let mut wanted: Vec<(String, String, String)> = [
        ("mine", "InvalidType", "name"),
        ("2", "NotSupportedChoice", "status_id"),
        ("2", "NotSupportedChoice", "responsible_user_id"),
        ("2", "InvalidType", "created_by"),
        ("3", "FieldNotExpected", "id"),
        ("3", "FieldNotExpected", "score"),
        ("3", "FieldNotExpected", "nonsense"),
        ("4", "NotSupportedChoice", "custom_fields_values.0.field_id"),
        ("4", "InvalidType", "custom_fields_values.1.values.0.value"),
        ("4", "NotSupportedChoice", "custom_fields_values.2.values.0.enum_id"),
        ("4", "FieldNotExpected", "custom_fields_values.3.values.0.colour"),
        ("5", "NotSupportedChoice", "_embedded.contacts.0.id"),
        ("5", "NotSupportedChoice", "_embedded.tags.0.id"),
        ("5", "FieldNotExpected", "_embedded.leads"),
        ("6", "InvalidType", ""),
    ]
    .map(|(id, code, path)| (id.to_owned(), code.to_owned(), path.to_owned()))
    .into();
    wanted.sort();
    assert_eq!(flaws, wanted);
    assert_eq!(client.get("/api/v4/leads").await.status, 204);
}

#[tokio::test]
async fn updates_need_an_id_that_exists() {
    let client = Client::quiet();
    let id = client.add("leads", json!({})).await;
    let answer = client
        .patch("/api/v4/leads", json!([{"name": "x"}, {"id": 5}, {"id": "7"}, {"id": id}]))
        .await;
    let wanted = [("0", "FieldMissing"), ("1", "NotSupportedChoice"), ("2", "InvalidType")];
    let wanted =
        wanted.map(|(request, code)| (request.to_owned(), code.to_owned(), "id".to_owned()));
    assert_eq!(answer.flaws(), wanted);
    let path = format!("/api/v4/leads/{id}");
    assert_eq!(
        client.patch(&path, json!({"id": id + 1})).await.flaw(),
        pair("NotSupportedChoice", "id")
    );
    assert_eq!(
        client.patch("/api/v4/leads/5", json!({"name": "x"})).await.flaw(),
        pair("NotSupportedChoice", "id")
    );
    let answer =
        client.patch("/api/v4/leads", json!([{"id": id, "name": "New", "request_id": "q"}])).await;
    assert_eq!(
        answer.json()["_embedded"]["leads"],
        json!([{"id": id, "updated_at": START, "request_id": "q",
            "_links": {"self": {"href": format!("http://box.test{path}")}}}])
    );
    assert_eq!(client.read(&path).await["name"], "New");
}

#[tokio::test]
async fn a_lead_starts_at_the_first_stage_and_closes() {
    let client = Client::quiet();
    let id = client.add("leads", json!({"price": 200.75})).await;
    let path = format!("/api/v4/leads/{id}");
    let lead = client.read(&path).await;
    assert_eq!(lead["pipeline_id"], demo::PIPELINE);
    assert_eq!(lead["status_id"], demo::STATUS_FIRST);
    assert_eq!(lead["price"], 200);
    assert_eq!(lead["price_with_minor_units"], 200.75);
    assert_eq!(lead["closed_at"], Value::Null);
    assert!(!lead["name"].as_str().unwrap().is_empty());

    let lost = json!({"status_id": demo::STATUS_LOST, "loss_reason_id": demo::LOSS_REASON_PRICE});
    assert_eq!(client.patch(&path, lost).await.status, 200);
    let lead = client.read(&format!("{path}?with=loss_reason,source_id")).await;
    assert_eq!(lead["closed_at"], START);
    assert_eq!(lead["source_id"], Value::Null);
    assert_eq!(lead["_embedded"]["loss_reason"][0]["name"], "Too expensive");
    let back = json!({"status_id": demo::STATUS_TALKS, "loss_reason_id": null});
    client.patch(&path, back).await;
    let lead = client.read(&path).await;
    assert_eq!((&lead["closed_at"], &lead["loss_reason_id"]), (&Value::Null, &Value::Null));
    assert_eq!(
        client.patch(&path, json!({"pipeline_id": 5})).await.flaw(),
        pair("NotSupportedChoice", "pipeline_id")
    );
}

#[tokio::test]
async fn a_lead_can_be_linked_as_it_is_added() {
    let client = Client::of(&quiet().contacts(2).companies(2).build());
    let (first, second) = (demo::FIRST_CONTACT, demo::FIRST_CONTACT + 1);
    let id = client
        .add(
            "leads",
            json!({"_embedded": {"contacts": [{"id": first}, {"id": second, "is_main": true}],
                "companies": [{"id": demo::FIRST_COMPANY}]}}),
        )
        .await;
    let lead = client.read(&format!("/api/v4/leads/{id}?with=contacts")).await;
    let main: Vec<_> =
        lead["_embedded"]["contacts"].as_array().unwrap().iter().map(|c| &c["is_main"]).collect();
    assert_eq!(main, [false, true]);
    assert_eq!(ids(&lead, "companies"), [demo::FIRST_COMPANY]);
    let contact = client.read(&format!("/api/v4/contacts/{first}?with=leads")).await;
    assert_eq!(ids(&contact, "leads"), [id]);
    let two = json!([{"_embedded": {"companies": [{"id": demo::FIRST_COMPANY}, {"id": demo::FIRST_COMPANY + 1}]}}]);
    assert_eq!(
        client.post("/api/v4/leads", two).await.flaw(),
        pair("InvalidValue", "_embedded.companies")
    );
    let later = json!({"_embedded": {"contacts": [{"id": demo::FIRST_CONTACT}]}});
    let answer = client.patch(&format!("/api/v4/leads/{id}"), later).await;
    assert_eq!(
        answer.flaw(),
        pair("FieldNotExpected", "_embedded.contacts"),
        "links are changed by the links API"
    );
}

#[tokio::test]
async fn bodies_and_batches_have_limits() {
    let client = Client::quiet();
    let many: Vec<Value> = (0..251).map(|_| json!({})).collect();
    let answer = client.post("/api/v4/leads", Value::Array(many)).await;
    assert_eq!(
        (answer.status, answer.json()["detail"].as_str()),
        (422, Some("Limit 250 per page"))
    );
    assert_eq!(client.get("/api/v4/leads?limit=251").await.status, 422);
    assert_eq!(client.get("/api/v4/leads?limit=0").await.status, 400);
    assert_eq!(client.get("/api/v4/leads?page=x").await.status, 400);
    for body in ["", "[]", "{}", "[", "\u{0}"] {
        assert_eq!(
            client.try_send("POST", "/api/v4/leads", body).await.unwrap().status,
            400,
            "{body}"
        );
    }
    assert_eq!(client.patch("/api/v4/leads/5", json!([])).await.status, 400);
    let huge = vec![b' '; 16 * 1024 * 1024 + 1];
    assert_eq!(client.try_send("POST", "/api/v4/leads", huge).await.unwrap().status, 413);
}

#[tokio::test]
async fn unknown_routes_and_methods_are_told_apart() {
    let client = Client::quiet();
    for path in [
        "/",
        "/api/v4",
        "/api/v4/nothing",
        "/api/v4/leads/abc",
        "/api/v4/leads/1/nothing",
        "/api/v2/moons",
    ] {
        let answer = client.get(path).await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (404, "application/problem+json"),
            "{path}"
        );
    }
    for (method, path) in [
        ("DELETE", "/api/v4/leads/1"),
        ("DELETE", "/api/v4/contacts"),
        ("PUT", "/api/v4/leads"),
        ("POST", "/api/v4/account"),
        ("PATCH", "/api/v4/contacts/tags"),
        ("GET", "/api/v4/leads/1/link"),
        ("PATCH", "/api/v4/leads/pipelines"),
        ("DELETE", "/api/v4/users/1"),
        ("GET", "/oauth2/access_token"),
    ] {
        let answer = client.send(method, path, &json!([])).await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (405, "application/problem+json"),
            "{path}"
        );
    }
    assert_eq!(client.get("/api/v4/contacts/1").await.status, 204, "no such contact");
}

#[tokio::test]
async fn what_a_user_deletes_goes_to_the_bin() {
    let client = Client::of(&quiet().contacts(1).leads(2).build());
    assert!(client.sandbox.delete("leads", demo::FIRST_LEAD));
    assert!(!client.sandbox.delete("leads", demo::FIRST_LEAD));
    assert_eq!(ids(&client.read("/api/v4/leads").await, "leads"), [demo::FIRST_LEAD + 1]);
    assert_eq!(client.get(&format!("/api/v4/leads/{}", demo::FIRST_LEAD)).await.status, 204);
    assert_eq!(
        client.read("/api/v4/leads?with=only_deleted").await["_embedded"]["leads"],
        json!([{"id": demo::FIRST_LEAD, "updated_at": START, "updated_by": demo::ADMIN, "is_deleted": true}])
    );
    assert_eq!(client.sandbox.entity("leads", demo::FIRST_LEAD), None);
    let shown = client.sandbox.entity("leads", demo::FIRST_LEAD + 1).unwrap();
    assert_eq!(shown["_links"]["self"]["href"], "https://demo.amocrm.ru/api/v4/leads/3000002");
}
