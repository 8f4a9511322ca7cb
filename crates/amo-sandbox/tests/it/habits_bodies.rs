//! The habits of the official PHP client in what it sends, byte for byte over a socket, and what it
//! cannot do without in what it gets.

use crate::common;
use crate::common::{Client, START};
use crate::habits::Wire;
use amo_sandbox::demo;
use serde_json::{Value, json};

const LEAD: i64 = demo::FIRST_LEAD;

/// Sends these bytes; the answer must be one of success.
async fn sent(wire: &Wire, method: &str, path: &str, body: &str) -> Value {
    let (status, text) = wire.call(method, path, body).await;
    assert!((200..=202).contains(&status), "{method} {path} {body}: {status} {text}");
    serde_json::from_str(&text).unwrap()
}

async fn read(wire: &Wire, path: &str) -> Value {
    wire.json("GET", path, "").await
}

/// The one flaw of what is sent.
async fn refused(wire: &Wire, method: &str, path: &str, body: &str) -> (String, String) {
    let client = Client::of(&wire.sandbox);
    client.try_send(method, path, body.to_owned()).await.unwrap().flaw()
}

#[tokio::test]
async fn an_empty_map_is_an_empty_list() {
    let wire = Wire::new().await;
    for (method, path, body) in [
        ("POST", "/api/v4/leads", r#"[{"name":"a","_embedded":[],"request_id":"0"}]"#.to_owned()),
        ("POST", "/api/v4/leads/complex", r#"[{"name":"a","_embedded":[],"request_id":"0"}]"#.to_owned()),
        ("PATCH", "/api/v4/leads", format!(r#"[{{"id":{LEAD},"_embedded":[],"request_id":"0"}}]"#)),
        ("POST", "/api/v4/tasks", r#"[{"text":"t","complete_till":1800000000,"result":[],"request_id":"0"}]"#.to_owned()),
        ("POST", "/api/v4/roles", r#"[{"name":"r","rights":[],"request_id":1}]"#.to_owned()),
        ("POST", "/api/v4/roles", r#"[{"name":"s","rights":{"leads":[],"tasks":[]},"request_id":1}]"#.to_owned()),
        ("POST", "/api/v4/leads/notes", format!(r#"[{{"entity_id":{LEAD},"note_type":"call_in","params":[],"request_id":"0"}}]"#)),
        ("POST", "/api/v4/leads/3000001/link", format!(r#"[{{"to_entity_type":"companies","to_entity_id":{},"metadata":[]}}]"#, demo::FIRST_COMPANY)),
        ("POST", "/api/v4/sources", r#"[{"name":"s","external_id":"e","services":[{"type":"whatsapp","params":[],"pages":[{"id":"1","name":"p","link":"70000000001"}]}],"request_id":"0"}]"#.to_owned()),
    ] {
        sent(&wire, method, path, &body).await;
    }
    // A list with something in it is no map.
    for (path, body, at) in [
        ("/api/v4/leads", r#"[{"name":"a","_embedded":[5]}]"#, "_embedded"),
        ("/api/v4/roles", r#"[{"name":"r","rights":["leads"]}]"#, "rights"),
    ] {
        let flaw = refused(&wire, "POST", path, body).await;
        assert_eq!(flaw, common::pair("InvalidType", at));
    }
}

#[tokio::test]
async fn a_request_id_is_a_text_or_a_number() {
    let wire = Wire::new().await;
    for (path, key, item) in [
        ("/api/v4/leads", "leads", r#""name":"a""#),
        ("/api/v4/contacts", "contacts", r#""name":"a""#),
        ("/api/v4/companies", "companies", r#""name":"a""#),
        ("/api/v4/customers", "customers", r#""name":"a""#),
        ("/api/v4/customers/4000001/transactions", "transactions", r#""price":5"#),
        ("/api/v4/tasks", "tasks", r#""text":"t","complete_till":1800000000"#),
        ("/api/v4/leads/3000001/notes", "notes", r#""note_type":"common","params":{"text":"a"}"#),
        ("/api/v4/leads/tags", "tags", r#""name":"a""#),
        ("/api/v4/catalogs", "catalogs", r#""name":"a""#),
        ("/api/v4/roles", "roles", r#""name":"a","rights":[]"#),
        ("/api/v4/leads/custom_fields", "custom_fields", r#""name":"a","type":"text""#),
        ("/api/v4/leads/custom_fields/groups", "custom_field_groups", r#""name":"a","sort":5"#),
        ("/api/v4/leads/loss_reasons", "loss_reasons", r#""name":"a""#),
        (
            "/api/v4/leads/unsorted/forms",
            "unsorted",
            r#""source_name":"s","source_uid":"u","metadata":{"form_id":5,"form_name":"f","form_page":"p","form_sent_at":1750000000}"#,
        ),
    ] {
        for (name, sent_id, wanted) in [
            ("text", r#""7""#, json!("7")),
            ("number", "7", json!("7")),
            ("null", "null", json!("0")),
        ] {
            let item = item.replace(r#""name":"a""#, &format!(r#""name":"{name}""#));
            let body = format!(r#"[{{{item},"request_id":{sent_id}}}]"#);
            let answer = sent(&wire, "POST", path, &body).await;
            assert_eq!(answer["_embedded"][key][0]["request_id"], wanted, "{path} {body}");
        }
    }
}

#[tokio::test]
async fn whoever_changes_one_repeats_its_id() {
    let wire = Wire::new().await;
    let made = async |path: &str, key: &str, body: &str| {
        let answer = sent(&wire, "POST", path, body).await;
        let one = &answer["_embedded"][key][0]["id"];
        let one = if one.is_null() { answer["id"].clone() } else { one.clone() };
        format!("{path}/{one}").replace('"', "")
    };
    let tag = r#"[{"name":"t","request_id":"0"}]"#;
    let catalog = made("/api/v4/catalogs", "catalogs", tag).await;
    let note = r#"[{"note_type":"common","params":{"text":"a"},"request_id":"0"}]"#;
    let task = r#"[{"text":"t","complete_till":1800000000,"request_id":"0"}]"#;
    let stage = format!("/api/v4/leads/pipelines/{}/statuses", demo::PIPELINE);
    for (path, change) in [
        (format!("/api/v4/leads/{LEAD}"), r#""name":"n""#),
        (format!("/api/v4/contacts/{}", demo::FIRST_CONTACT), r#""name":"n""#),
        (format!("/api/v4/companies/{}", demo::FIRST_COMPANY), r#""name":"n""#),
        (made("/api/v4/customers", "customers", tag).await, r#""name":"n""#),
        (made("/api/v4/tasks", "tasks", task).await, r#""text":"n""#),
        (
            made(&format!("/api/v4/leads/{LEAD}/notes"), "notes", note).await,
            r#""note_type":"common","params":{"text":"n"}"#,
        ),
        (made(&format!("{catalog}/elements"), "elements", tag).await, r#""name":"n""#),
        (catalog, r#""name":"n""#),
        (format!("/api/v4/leads/pipelines/{}", demo::PIPELINE), r#""name":"n""#),
        (format!("{stage}/{}", demo::STATUS_TALKS), r#""name":"n""#),
        (made("/api/v4/leads/loss_reasons", "loss_reasons", tag).await, r#""name":"n""#),
        (
            format!("/api/v4/leads/custom_fields/{}", demo::LEAD_WISHES),
            r#""name":"n","type":"textarea""#,
        ),
        (
            made(
                "/api/v4/leads/custom_fields/groups",
                "custom_field_groups",
                r#"[{"name":"g","sort":5}]"#,
            )
            .await,
            r#""name":"n""#,
        ),
        (made("/api/v4/customers/segments", "segments", r#"{"name":"s"}"#).await, r#""name":"n""#),
        (made("/api/v4/roles", "roles", r#"[{"name":"r","rights":[]}]"#).await, r#""name":"n""#),
        (
            made("/api/v4/sources", "sources", r#"[{"name":"s","external_id":"e"}]"#).await,
            r#""name":"n""#,
        ),
    ] {
        let id = path.rsplit('/').next().unwrap();
        let id = if id.parse::<i64>().is_ok() { id.to_owned() } else { format!("\"{id}\"") };
        let body = format!(r#"{{"id":{id},{change},"request_id":"0"}}"#);
        let answer = sent(&wire, "PATCH", &path, &body).await;
        assert_eq!(answer["id"].to_string(), id, "{path}");
    }
}

#[tokio::test]
async fn both_names_of_a_field_are_there_and_values_are_null_to_clear() {
    let wire = Wire::new().await;
    let path = format!("/api/v4/leads/{LEAD}");
    let field = demo::LEAD_ORDER_NUMBER;
    let by_id = format!(r#""field_id":{field},"field_code":null"#);
    for named in [by_id.as_str(), r#""field_id":null,"field_code":"ORDER_NUMBER""#] {
        for (values, wanted) in [(r#"[{"value":"A-1"}]"#, json!("A-1")), ("null", Value::Null)] {
            let body = format!(
                r#"{{"id":{LEAD},"custom_fields_values":[{{{named},"values":{values}}}],"request_id":"0"}}"#
            );
            sent(&wire, "PATCH", &path, &body).await;
            let lead = read(&wire, &path).await;
            let fields = lead["custom_fields_values"].as_array().cloned().unwrap_or_default();
            let mine = fields.iter().find(|one| one["field_id"] == field);
            assert_eq!(mine.map_or(Value::Null, |one| one["values"][0]["value"].clone()), wanted);
        }
    }
}

#[tokio::test]
async fn dates_have_an_offset_and_numbers_are_texts() {
    let wire = Wire::new().await;
    let path = format!("/api/v4/leads/{LEAD}");
    for (value, wanted) in [
        (r#""2024-03-01T12:30:00+03:00""#, 1_709_285_400),
        ("1709285400", 1_709_285_400),
        (r#""1709285400""#, 1_709_285_400),
    ] {
        let body = format!(
            r#"{{"id":{LEAD},"custom_fields_values":[{{"field_id":{},"field_code":null,"values":[{{"value":{value}}}]}}],"request_id":"0"}}"#,
            demo::LEAD_MEETING
        );
        sent(&wire, "PATCH", &path, &body).await;
        let fields = read(&wire, &path).await["custom_fields_values"].clone();
        let fields = fields.as_array().unwrap();
        let mine = fields.iter().find(|one| one["field_id"] == demo::LEAD_MEETING).unwrap();
        assert_eq!(mine["values"][0]["value"], wanted, "{value}");
    }
    let path = format!("/api/v4/contacts/{}", demo::FIRST_CONTACT);
    let body = format!(
        r#"{{"custom_fields_values":[{{"field_id":{},"field_code":null,"values":[{{"value":"12.5"}}]}}],"request_id":"0"}}"#,
        demo::CONTACT_SCORE
    );
    sent(&wire, "PATCH", &path, &body).await;
    let fields = read(&wire, &path).await["custom_fields_values"].clone();
    let mine = fields.as_array().unwrap().iter().find(|one| one["field_id"] == demo::CONTACT_SCORE);
    assert_eq!(mine.unwrap()["values"][0]["value"], "12.5");
}

#[tokio::test]
async fn a_complex_lead_is_sent_whole_and_answered_with_all_it_became() {
    let wire = Wire::new().await;
    // The parts have no request id of their own, which is null then.
    let body = r#"[{"name":"a","price":5,"visitor_uid":"v","_embedded":{"tags":[{"name":"t"}],"contacts":[{"first_name":"F","custom_fields_values":[{"field_id":null,"field_code":"PHONE","values":[{"value":"+70000000001","enum_id":null,"enum_code":"WORK"}]}],"request_id":null}],"companies":[{"name":"C","request_id":null}],"metadata":{"form_id":"5","form_name":"f","form_page":"https:\/\/example.test","form_sent_at":1750000000,"ip":"192.0.2.1","referer":"r","category":"forms"}},"request_id":"0"}]"#;
    let answer = sent(&wire, "POST", "/api/v4/leads/complex", body).await;
    let one = &answer[0];
    for name in ["id", "contact_id", "company_id"] {
        assert!(one[name].is_i64(), "{name} {one}");
    }
    assert_eq!((&one["merged"], &one["request_id"]), (&json!(false), &json!(["0"])));
}

/// What the client reads without looking whether it is there.
#[tokio::test]
async fn what_the_official_client_reads_is_there() {
    let wire = Wire::new().await;
    let answer = read(&wire, "/api/v4/account?with=datetime_settings").await;
    assert!(answer["_embedded"]["datetime_settings"]["date_format"].is_string(), "{answer}");

    let rights =
        r#"[{"name":"r","rights":{"leads":{"view":"A"},"mail_access":true},"request_id":1}]"#;
    sent(&wire, "POST", "/api/v4/roles", rights).await;
    let user = r#"[{"name":"Ann","email":"ann@example.test","password":"Passw0rd","rights":{"is_free":true},"request_id":"0"}]"#;
    sent(&wire, "POST", "/api/v4/users", user).await;
    for (path, key) in [("/api/v4/users", "users"), ("/api/v4/roles", "roles")] {
        let list = read(&wire, path).await;
        for one in list["_embedded"][key].as_array().unwrap() {
            let rights = &one["rights"];
            for section in ["leads", "contacts", "companies"] {
                assert!(rights[section]["add"].is_string(), "{section} {one}");
            }
            assert!(rights["tasks"]["edit"].is_string(), "{one}");
            assert!(rights["mail_access"].is_boolean(), "{one}");
            assert!(rights["catalog_access"].is_boolean(), "{one}");
            assert!(rights.get("status_rights").is_some(), "{one}");
        }
    }

    let groups = read(&wire, "/api/v4/contacts/custom_fields/groups").await;
    for group in groups["_embedded"]["custom_field_groups"].as_array().unwrap() {
        assert!(group["fields"].is_array(), "{group}");
    }

    let call = json!([{ "direction": "inbound", "duration": 5, "source": "s", "uniq": "u",
        "phone": "+70000000001", "call_status": 4, "created_at": START }]);
    sent(&wire, "POST", "/api/v4/calls", &call.to_string()).await;
    let note = r#"[{"note_type":"common","params":{"text":"a"},"request_id":"0"}]"#;
    for parent in ["leads/3000001", "contacts/1000001", "companies/2000001"] {
        let path = format!("/api/v4/{parent}/notes");
        sent(&wire, "POST", &path, note).await;
        for note in read(&wire, &path).await["_embedded"]["notes"].as_array().unwrap() {
            assert!(note["note_type"].is_string(), "{note}");
        }
    }
}

/// What was read is changed at one place and sent back, with all that the client knows.
#[tokio::test]
async fn whole_records_are_sent_back() {
    let wire = Wire::new().await;
    let phone = format!(
        r#"[{{"field_id":{},"field_code":"PHONE","values":[{{"value":"+70000000001","enum_id":{},"enum_code":"WORK"}}]}}]"#,
        demo::CONTACT_PHONE,
        demo::PHONE_WORK
    );
    let tag = sent(&wire, "POST", "/api/v4/leads/tags", r#"[{"name":"hot","request_id":"0"}]"#);
    let tag = tag.await["_embedded"]["tags"][0]["id"].clone();
    let (admin, contact) = (demo::ADMIN, demo::FIRST_CONTACT);
    let task = r#"[{"text":"t","complete_till":1800000000,"request_id":1}]"#;
    let task = sent(&wire, "POST", "/api/v4/tasks", task).await;
    let task = &task["_embedded"]["tasks"][0]["id"];
    let catalog = r#"[{"name":"c","type":"regular","request_id":"0"}]"#;
    let catalog = sent(&wire, "POST", "/api/v4/catalogs", catalog).await;
    let catalog = &catalog["_embedded"]["catalogs"][0]["id"];
    for (path, body) in [
        (
            format!("/api/v4/leads/{LEAD}"),
            format!(
                r#"{{"id":{LEAD},"name":"n","price":7,"responsible_user_id":{admin},"status_id":{},"pipeline_id":{},"created_by":{admin},"updated_by":{admin},"created_at":1700000000,"custom_fields_values":[{{"field_id":{},"field_code":null,"values":[{{"value":"Site","enum_id":{},"enum_code":null}}]}}],"_embedded":{{"tags":[{{"name":"hot","id":{tag}}}]}},"request_id":"0"}}"#,
                demo::STATUS_TALKS,
                demo::PIPELINE,
                demo::LEAD_CHANNEL,
                demo::CHANNEL_SITE
            ),
        ),
        (
            format!("/api/v4/contacts/{contact}"),
            format!(
                r#"{{"id":{contact},"name":"n","first_name":"n","last_name":"","responsible_user_id":{admin},"created_by":{admin},"updated_by":{admin},"created_at":1700000000,"custom_fields_values":{phone},"request_id":1}}"#
            ),
        ),
        (
            format!("/api/v4/tasks/{task}"),
            format!(
                r#"{{"id":{task},"text":"n","responsible_user_id":{admin},"created_by":{admin},"updated_by":{admin},"created_at":1700000000,"updated_at":1700000000,"duration":0,"is_completed":false,"complete_till":1800000000,"task_type_id":1,"request_id":1}}"#
            ),
        ),
        (
            format!("/api/v4/catalogs/{catalog}"),
            format!(
                r#"{{"id":{catalog},"name":"n","created_by":{admin},"updated_by":{admin},"created_at":{START},"can_add_elements":true,"can_show_in_cards":false,"can_link_multiple":true,"sort":10,"can_be_deleted":true,"type":"regular","request_id":"0"}}"#
            ),
        ),
    ] {
        sent(&wire, "PATCH", &path, &body).await;
        let read = read(&wire, &path).await;
        assert!(read["name"] == "n" || read["text"] == "n", "{read}");
    }
    let lead = read(&wire, &format!("/api/v4/leads/{LEAD}")).await;
    assert_eq!(lead["_embedded"]["tags"][0]["name"], "hot");
    // What is said otherwise than it is there is refused.
    let other = format!(r#"{{"_embedded":{{"tags":[{{"id":{tag},"name":"cold"}}]}}}}"#);
    let flaw = refused(&wire, "PATCH", &format!("/api/v4/leads/{LEAD}"), &other).await;
    assert_eq!(flaw, common::pair("FieldNotExpected", "_embedded.tags.0.name"));
    let path = format!("/api/v4/catalogs/{catalog}");
    let flaw = refused(&wire, "PATCH", &path, r#"{"type":"invoices"}"#).await;
    assert_eq!(flaw, common::pair("FieldNotExpected", "type"));
}

#[tokio::test]
async fn what_is_not_set_is_null() {
    let wire = Wire::new().await;
    let denied = r#"{"view":"D","edit":"D","add":"D","delete":"D","export":"D"}"#;
    for (path, body) in [
        (
            "/api/v4/roles",
            format!(
                r#"[{{"name":"r","rights":{{"leads":{denied},"contacts":{denied},"companies":{denied},"tasks":{{"edit":"D","delete":"D"}},"status_rights":null,"mail_access":false,"catalog_rights":null}},"request_id":1}}]"#
            ),
        ),
        (
            "/api/v4/leads",
            r#"[{"name":"a","custom_fields_values":null,"_embedded":{"tags":null},"request_id":null}]"#.to_owned(),
        ),
    ] {
        sent(&wire, "POST", path, &body).await;
    }
}
