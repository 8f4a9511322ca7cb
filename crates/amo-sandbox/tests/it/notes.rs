//! Notes: added to cards, changed, pinned, listed.

use crate::common::drive::Drive;
use crate::common::{Client, START, ids, pair, quiet};
use amo_sandbox::demo;
use serde_json::{Value, json};

const LEAD: i64 = demo::FIRST_LEAD;

fn client() -> Client {
    Client::of(&quiet().leads(2).contacts(2).build())
}

fn common(text: &str) -> Value {
    json!({ "note_type": "common", "params": { "text": text } })
}

/// Adds one note and gives its id.
async fn add(client: &Client, parent: &str, note: Value) -> i64 {
    let answer = client.post(&format!("/api/v4/{parent}/notes"), json!([note])).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["_embedded"]["notes"][0]["id"].as_i64().unwrap()
}

#[tokio::test]
async fn a_note_is_added_to_a_card_read_and_changed() {
    let client = client();
    let list = format!("/api/v4/leads/{LEAD}/notes");
    assert_eq!(client.get(&list).await.status, 204);
    let call = json!({ "uniq": "call-77", "duration": 61, "source": "pbx", "phone": "+70000000001",
        "link": null, "call_status": 4, "call_responsible": demo::MANAGER });
    let added = client
        .post(&list, json!([{ "note_type": "call_in", "params": call, "request_id": "n1" }]))
        .await;
    assert_eq!(added.status, 200, "{}", added.text);
    let added = added.json();
    let id = added["_embedded"]["notes"][0]["id"].as_i64().unwrap();
    let own = format!("http://box.test{list}/{id}");
    let links = json!({ "self": { "href": own } });
    assert_eq!(
        added,
        json!({ "_links": { "self": { "href": format!("http://box.test{list}") } },
            "_embedded": { "notes": [
                { "id": id, "entity_id": LEAD, "request_id": "n1", "_links": links }] } })
    );
    let expected = json!({ "id": id, "entity_id": LEAD, "note_type": "call_in", "params": call,
        "responsible_user_id": demo::ADMIN, "group_id": 0, "created_by": demo::ADMIN,
        "updated_by": demo::ADMIN, "created_at": START, "updated_at": START,
        "account_id": demo::ACCOUNT, "_links": links });
    assert_eq!(client.read(&format!("{list}/{id}")).await, expected);
    assert_eq!(client.read(&format!("/api/v4/leads/notes/{id}")).await, expected);

    client.sandbox.calendar().advance(std::time::Duration::from_secs(9));
    let params = json!({ "text": "" });
    let changed = client
        .patch(
            &format!("{list}/{id}"),
            json!({ "id": id, "note_type": "call_in", "params": { "uniq": "b" } }),
        )
        .await;
    assert_eq!(
        changed.json(),
        json!({ "id": id, "entity_id": LEAD, "updated_at": START + 9, "request_id": "0",
            "_links": links })
    );
    let read = client.read(&format!("{list}/{id}")).await;
    assert_eq!(read["params"], json!({ "uniq": "b" }), "parameters are sent whole");
    for path in [format!("{list}/1"), format!("/api/v4/leads/{}/notes/{id}", LEAD + 1)] {
        assert_eq!(client.get(&path).await.status, 204, "{path}");
        assert_eq!(client.patch(&path, json!({ "params": params })).await.status, 404, "{path}");
    }
    assert_eq!(client.get("/api/v4/leads/5/notes").await.status, 404);
    assert_eq!(client.get("/api/v4/tasks/notes").await.status, 404);
}

#[tokio::test]
async fn notes_of_a_kind_name_their_cards() {
    let client = client();
    let batch = json!([
        { "entity_id": LEAD, "note_type": "common", "params": { "text": "a" } },
        { "entity_id": LEAD + 1, "note_type": "common", "params": { "text": "b" } },
    ]);
    let added = client.post("/api/v4/leads/notes", batch).await.json();
    let notes = &added["_embedded"]["notes"];
    assert_eq!((&notes[0]["request_id"], &notes[1]["request_id"]), (&json!("0"), &json!("1")));
    assert_eq!(notes[1]["entity_id"], LEAD + 1);
    let href = notes[1]["_links"]["self"]["href"].as_str().unwrap();
    assert!(href.contains(&format!("/leads/{}/notes/", LEAD + 1)), "{href}");
    let (first, second) = (&notes[0]["id"], &notes[1]["id"]);
    // The entity may be named again, as the documentation asks.
    let many = json!([
        { "request_id": 7, "id": first, "entity_id": LEAD, "note_type": "common", "params": { "text": "c" } },
        { "id": second, "responsible_user_id": demo::PARTNER_MANAGER },
    ]);
    let changed = client.patch("/api/v4/leads/notes", many).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let item = &changed.json()["_embedded"]["notes"][0];
    assert_eq!(item["request_id"], "7", "a number is taken, and comes back as a text");
    let read = client.read("/api/v4/leads/notes").await;
    assert_eq!(read["_embedded"]["notes"][0]["params"]["text"], "c");
    assert_eq!(read["_embedded"]["notes"][1]["params"]["text"], "b");
    assert_eq!(read["_embedded"]["notes"][1]["group_id"], demo::GROUP_PARTNERS);
    assert_eq!(client.get("/api/v4/contacts/notes").await.status, 204, "another kind");
    assert_eq!(client.get(&format!("/api/v4/contacts/notes/{first}")).await.status, 204);
}

#[tokio::test]
async fn what_is_wrong_with_a_note_is_said() {
    let client = client();
    let path = format!("/api/v4/leads/{LEAD}/notes");
    for (note, code, place) in [
        (json!({ "params": { "text": "a" } }), "FieldMissing", "note_type"),
        (json!({ "note_type": "common" }), "FieldMissing", "params"),
        (json!({ "note_type": "common", "params": [] }), "FieldMissing", "params.text"),
        (json!({ "note_type": "common", "params": "a" }), "InvalidType", "params"),
        (json!({ "note_type": "common", "params": { "text": 5 } }), "InvalidType", "params.text"),
        (
            json!({ "note_type": "common", "params": { "text": "a", "phone": "1" } }),
            "FieldNotExpected",
            "params.phone",
        ),
        (json!({ "note_type": "smoke", "params": {} }), "NotSupportedChoice", "note_type"),
        (json!({ "note_type": "link_followed", "params": {} }), "NotSupportedChoice", "note_type"),
        (
            json!({ "note_type": "call_in", "params": { "call_status": 9 } }),
            "NotSupportedChoice",
            "params.call_status",
        ),
        (
            json!({ "note_type": "call_in", "params": { "call_responsible": 5 } }),
            "NotSupportedChoice",
            "params.call_responsible",
        ),
        (
            json!({ "note_type": "geolocation", "params":
                { "text": "", "address": "", "longitude": 5.5, "latitude": "5" } }),
            "InvalidType",
            "params.longitude",
        ),
        (
            json!({ "note_type": "message_cashier", "params": { "text": "", "status": "x" } }),
            "NotSupportedChoice",
            "params.status",
        ),
        (
            json!({ "entity_id": LEAD + 1, "note_type": "common", "params": { "text": "" } }),
            "NotSupportedChoice",
            "entity_id",
        ),
    ] {
        let answer = client.post(&path, json!([note])).await;
        let flaws = answer.flaws();
        assert!(
            flaws.iter().any(|(_, c, p)| (c.clone(), p.clone()) == pair(code, place)),
            "{note}: {}",
            answer.text
        );
    }
    let by_kind = |note| client.post("/api/v4/leads/notes", json!([note]));
    assert_eq!(by_kind(common("a")).await.flaw(), pair("FieldMissing", "entity_id"));
    let mut lost = common("a");
    lost["entity_id"] = json!(5);
    assert_eq!(by_kind(lost).await.flaw(), pair("NotSupportedChoice", "entity_id"));
    assert_eq!(client.get(&path).await.status, 204, "nothing was saved");

    let id = add(&client, &format!("leads/{LEAD}"), common("a")).await;
    for (patch, code, place) in [
        (json!({ "params": { "text": "b" } }), "FieldMissing", "note_type"),
        (json!({ "note_type": "sms_in" }), "NotSupportedChoice", "note_type"),
        (json!({ "entity_id": LEAD + 1 }), "NotSupportedChoice", "entity_id"),
        (json!({ "entity_id": "x" }), "InvalidType", "entity_id"),
    ] {
        assert_eq!(client.patch(&format!("{path}/{id}"), patch).await.flaw(), pair(code, place));
    }
}

#[tokio::test]
async fn every_type_that_can_be_written_is_taken() {
    let client = client();
    let text = "t";
    let file = Drive::of(&client.sandbox).upload("a.txt", b"a").await;
    let (uuid, version) = (&file["uuid"], &file["version_uuid"]);
    let types = [
        ("common", json!({ "text": text })),
        ("call_in", json!({})),
        ("call_out", json!({ "call_responsible": "Operator 5", "call_status": 8 })),
        ("service_message", json!({ "service": "s", "text": text })),
        ("extended_service_message", json!({ "service": "s", "text": text })),
        ("message_cashier", json!({ "status": "shown", "text": text })),
        (
            "geolocation",
            json!({ "text": text, "address": "a", "longitude": "53.7", "latitude": "91.4" }),
        ),
        ("sms_in", json!({ "text": text, "phone": "+7000" })),
        ("sms_out", json!({ "text": text, "phone": "+7000" })),
        ("attachment", json!({ "file_uuid": uuid, "file_name": "b.txt" })),
        ("invoice_paid", json!({ "service": "s", "text": text, "icon_url": "https://i.test" })),
        ("bill_paid", json!({ "service": "s", "text": text })),
        ("targeting_in", json!({ "contacts": [], "campaign": {}, "service": "vkontakte" })),
        ("targeting_out", json!({ "contacts": [], "campaign": {}, "service": "facebook" })),
        ("site_visit", json!({ "url": "https://example.test" })),
        ("zoom_meeting", json!({ "conference": {} })),
        ("ai_result", json!({ "text": text, "is_error": false })),
    ];
    for (kind, params) in types {
        let note = json!({ "note_type": kind, "params": params });
        let id = add(&client, &format!("contacts/{}", demo::FIRST_CONTACT), note).await;
        let read = client.read(&format!("/api/v4/contacts/notes/{id}")).await;
        match kind {
            "call_in" => assert_eq!(read["params"], json!([]), "empty parameters are a list"),
            "attachment" => assert_eq!(
                read["params"],
                json!({ "file_uuid": uuid, "version_uuid": version, "file_name": "b.txt",
                    "original_name": "a.txt", "is_drive_attachment": true })
            ),
            _ => assert_eq!(read["params"], params, "{kind}"),
        }
    }
}

#[tokio::test]
async fn a_file_in_a_note_lies_on_the_drive_and_among_the_files_of_the_card() {
    let client = client();
    let drive = Drive::of(&client.sandbox);
    let first = drive.upload("a.txt", b"a").await;
    let uuid = &first["uuid"];
    let again = json!({ "file_name": "b.txt", "file_size": 2, "file_uuid": uuid });
    let second = drive.finish(&drive.open(again).await, b"bb").await;
    let gone = drive.upload("c.txt", b"c").await["uuid"].clone();
    let bin = json!([{ "uuid": gone }]).to_string();
    assert_eq!(drive.send("DELETE", "/v1.0/files", bin).await.status, 204);
    let note = |params: Value| json!([{ "note_type": "attachment", "params": params }]);
    let path = format!("/api/v4/leads/{LEAD}/notes");
    for (file, version, at) in [
        (&json!("x"), Value::Null, "params.file_uuid"),
        (&gone, Value::Null, "params.file_uuid"),
        (uuid, json!("x"), "params.version_uuid"),
    ] {
        let params = json!({ "file_uuid": file, "file_name": "n", "version_uuid": version });
        let answer = client.post(&path, note(params)).await;
        assert_eq!(answer.flaw(), pair("NotSupportedChoice", at));
    }
    for (version, wanted, name) in [
        (Value::Null, &second["version_uuid"], "b.txt"),
        (first["version_uuid"].clone(), &first["version_uuid"], "a.txt"),
    ] {
        let params = json!({ "file_uuid": uuid, "file_name": "n", "version_uuid": version });
        let note = note(params)[0].clone();
        let id = add(&client, &format!("leads/{LEAD}"), note).await;
        let read = client.read(&format!("/api/v4/leads/notes/{id}")).await;
        assert_eq!(read["params"]["version_uuid"], *wanted);
        assert_eq!(read["params"]["original_name"], name);
    }
    let files = client.read(&format!("/api/v4/leads/{LEAD}/files")).await;
    let files = files["_embedded"]["files"].as_array().unwrap();
    assert_eq!(files.len(), 1, "{files:?}");
    assert_eq!(files[0]["file_uuid"], *uuid);
}

#[tokio::test]
async fn notes_are_pinned() {
    let client = client();
    let parent = format!("leads/{LEAD}");
    let id = add(&client, &parent, common("a")).await;
    let own = format!("/api/v4/leads/notes/{id}");
    assert!(client.read(&own).await.get("is_pinned").is_none());
    let asked = format!("{own}?with=is_pinned");
    assert_eq!(client.read(&asked).await["is_pinned"], false);
    let answer = client.post(&format!("{own}/pin"), json!({})).await;
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    assert_eq!(client.read(&asked).await["is_pinned"], true);
    let list = client.read(&format!("/api/v4/{parent}/notes?with=is_pinned")).await;
    assert_eq!(list["_embedded"]["notes"][0]["is_pinned"], true);
    assert_eq!(client.post(&format!("{own}/unpin"), json!({})).await.status, 204);
    assert_eq!(client.read(&asked).await["is_pinned"], false);
    assert_eq!(client.post("/api/v4/leads/notes/1/pin", json!({})).await.status, 404);
    assert_eq!(client.get(&format!("{own}/pin")).await.status, 405);
    let long = format!("/api/v4/{parent}/notes/{id}/pin");
    assert_eq!(client.post(&long, json!({})).await.status, 404);
}

#[tokio::test]
async fn notes_are_filtered_and_ordered_in_every_account() {
    let client = client();
    let mut all = Vec::new();
    for (lead, kind) in [(LEAD, "common"), (LEAD, "site_visit"), (LEAD + 1, "common")] {
        let params = if kind == "common" { json!({ "text": "a" }) } else { json!({ "url": "u" }) };
        let note = json!({ "note_type": kind, "params": params });
        all.push(add(&client, &format!("leads/{lead}"), note).await);
        client.sandbox.calendar().advance(std::time::Duration::from_secs(1));
    }
    for (query, wanted) in [
        ("leads/notes?filter[note_type]=common".to_owned(), vec![all[0], all[2]]),
        ("leads/notes?filter[note_type][]=site_visit".to_owned(), vec![all[1]]),
        (format!("leads/notes?filter[entity_id][]={LEAD}"), vec![all[0], all[1]]),
        (format!("leads/notes?filter[id][0]={}", all[2]), vec![all[2]]),
        (format!("leads/notes?filter[updated_at]={}", START + 1), vec![all[1], all[2]]),
        (
            format!("leads/notes?filter[updated_at][from]=1&filter[updated_at][to]={START}"),
            vec![all[0]],
        ),
        ("leads/notes?order[updated_at]=desc".to_owned(), vec![all[2], all[1], all[0]]),
        (format!("leads/{LEAD}/notes?order[id]=desc"), vec![all[1], all[0]]),
        ("leads/notes?limit=1&page=3".to_owned(), vec![all[2]]),
    ] {
        assert_eq!(
            ids(&client.read(&format!("/api/v4/{query}")).await, "notes"),
            wanted,
            "{query}"
        );
    }
    for query in [
        format!("leads/{LEAD}/notes?filter[entity_id]={LEAD}"),
        "leads/notes?filter[note_type]=smoke".to_owned(),
        "leads/notes?order[created_at]=asc".to_owned(),
        "leads/notes?limit=x".to_owned(),
    ] {
        assert_eq!(client.get(&format!("/api/v4/{query}")).await.status, 400, "{query}");
    }
}
