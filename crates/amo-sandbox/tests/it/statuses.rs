//! Statuses of a pipeline: read, added, changed, deleted.

use std::time::Duration;

use crate::common::{Client, ids, pair, quiet};
use amo_sandbox::demo;
use serde_json::{Value, json};

const LIST: &str = "/api/v4/leads/pipelines/8001/statuses";

fn one(id: i64) -> String {
    format!("{LIST}/{id}")
}

fn names(list: &Value) -> Vec<&str> {
    let all = list["_embedded"]["statuses"].as_array().unwrap();
    all.iter().map(|one| one["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn statuses_are_added_and_numbered() {
    let client = Client::quiet();
    let new = json!([
        { "name": "Bill", "sort": 100, "color": "#ccc8f9", "request_id": "b",
          "descriptions": [{ "level": "master", "description": "😀" }] },
        { "name": "Paid", "sort": 200 },
        { "name": "Before talks", "sort": 25 },
    ]);
    let answer = client.post(LIST, new).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let answer = answer.json();
    assert!(answer.get("_links").is_none());
    assert_eq!(answer["_total_items"], 3);
    let statuses = &answer["_embedded"]["statuses"];
    let id = statuses[0]["id"].as_i64().unwrap();
    let expected = json!({
        "id": id, "name": "Bill", "sort": 60, "color": "#ccc8f9", "is_editable": true, "type": 0,
        "pipeline_id": demo::PIPELINE, "account_id": demo::ACCOUNT, "request_id": "b",
        "descriptions": [{
            "id": 10_001, "account_id": demo::ACCOUNT, "pipeline_id": demo::PIPELINE,
            "status_id": id, "level": "master", "description": "😀", "created_by": 0,
            "updated_by": null, "created_at": "2025-06-15 15:06:40",
            "updated_at": "2025-06-15 15:06:40",
        }],
        "_links": { "self": { "href": format!("http://box.test{}", one(id)) } },
    });
    assert_eq!(statuses[0], expected);
    assert_eq!((&statuses[1]["sort"], &statuses[2]["sort"]), (&json!(70), &json!(30)));
    assert_eq!(
        (&statuses[1]["request_id"], &statuses[1]["descriptions"]),
        (&json!("1"), &json!([]))
    );
    let list = client.read(LIST).await;
    assert!(list.get("_links").is_none());
    assert!(list["_embedded"]["statuses"][0].get("descriptions").is_none());
    let wanted = [
        "Incoming leads",
        "First contact",
        "Before talks",
        "Talks",
        "Contract",
        "Bill",
        "Paid",
        "Won",
        "Lost",
    ];
    assert_eq!(names(&list), wanted);
}

#[tokio::test]
async fn descriptions_are_changed_level_by_level() {
    let client = Client::quiet();
    let path = one(demo::STATUS_TALKS);
    let texts = |answer: &Value| -> Vec<(String, String)> {
        let all = answer["descriptions"].as_array().unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        all.iter().map(|one| (text(&one["level"]), text(&one["description"]))).collect()
    };
    let change = |list: Value| client.patch(&path, json!({ "descriptions": list }));
    let two = json!([{ "level": "newbie", "description": "a" }, { "level": "master", "description": "b" }]);
    let answer = change(two).await.json();
    assert_eq!(texts(&answer), [pair("newbie", "a"), pair("master", "b")]);
    assert_eq!(answer["request_id"], "0");
    let (newbie, master) = (&answer["descriptions"][0]["id"], &answer["descriptions"][1]["id"]);
    client.sandbox.calendar().advance(Duration::from_secs(20));

    let overwritten = change(json!([{ "level": "newbie", "description": "c" }])).await.json();
    assert_eq!(texts(&overwritten), [pair("newbie", "c"), pair("master", "b")]);
    let first = &overwritten["descriptions"][0];
    assert_eq!((&first["id"], &first["updated_by"]), (newbie, &json!(0)));
    assert_eq!(first["updated_at"], "2025-06-15 15:07:00");
    let edited = change(json!([{ "id": master, "level": "candidate", "description": "d" }])).await;
    assert_eq!(texts(&edited.json()), [pair("newbie", "c"), pair("candidate", "d")]);
    let deleted = change(json!([{ "id": newbie, "level": "newbie" }])).await.json();
    assert_eq!(texts(&deleted), [pair("candidate", "d")]);
    let read = client.read(&format!("{path}?with=descriptions")).await;
    assert_eq!(texts(&read), [pair("candidate", "d")]);
    assert!(client.read(&path).await.get("descriptions").is_none());

    let text = |text: &str| json!([{ "level": "newbie", "description": text }]);
    assert_eq!(change(text(&"я".repeat(1000))).await.status, 200);
    for (list, code, place) in [
        (text(&"я".repeat(1001)), "TooLong", "0.description"),
        (json!([{ "level": "expert", "description": "x" }]), "NotSupportedChoice", "0.level"),
        (json!([{ "level": "master" }]), "FieldMissing", "0.description"),
        (json!([{ "id": 5, "level": "master" }]), "NotSupportedChoice", "0.id"),
        (
            json!([{ "id": master, "level": "newbie", "description": "x" }]),
            "NotSupportedChoice",
            "0.level",
        ),
        (
            json!([{ "level": "master", "description": "x" }, { "level": "master", "description": "y" }]),
            "NotSupportedChoice",
            "1.level",
        ),
    ] {
        let answer = change(list.clone()).await;
        assert_eq!(answer.flaw(), pair(code, &format!("descriptions.{place}")), "{list}");
    }
}

#[tokio::test]
async fn a_status_moves_and_system_ones_are_only_renamed() {
    let client = Client::quiet();
    let moved = client.patch(&one(demo::STATUS_CONTRACT), json!({ "sort": 15 })).await;
    assert_eq!(moved.json()["sort"], 20);
    let wanted = ["Incoming leads", "Contract", "First contact", "Talks", "Won", "Lost"];
    assert_eq!(names(&client.read(LIST).await), wanted);
    for (id, change, path) in [
        (142, json!({ "sort": 5 }), "sort"),
        (143, json!({ "color": "#fffeb2" }), "color"),
        (
            142,
            json!({ "descriptions": [{ "level": "newbie", "description": "x" }] }),
            "descriptions",
        ),
        (demo::STATUS_INCOMING, json!({ "name": "x" }), "name"),
    ] {
        let answer = client.patch(&one(id), change).await;
        assert_eq!(answer.flaw(), pair("FieldNotExpected", path));
    }
    // What was read is sent back by clients that save whole objects.
    let renamed = json!({ "id": 142, "name": "Signed", "sort": 10_000, "descriptions": [] });
    let renamed = client.patch(&one(142), renamed).await;
    assert_eq!(renamed.status, 200, "{}", renamed.text);
    assert_eq!(renamed.json()["name"], "Signed");
    let other = json!([{ "name": "Other", "sort": 9, "is_main": false, "is_unsorted_on": false }]);
    let other = client.post("/api/v4/leads/pipelines", other).await.json();
    assert_eq!(other["_embedded"]["pipelines"][0]["_embedded"]["statuses"][0]["name"], "Won");
    let other = other["_embedded"]["pipelines"][0]["id"].clone();
    let incoming = client.read(LIST).await["_embedded"]["statuses"][0]["id"].clone();
    let path = format!("/api/v4/leads/pipelines/{other}/statuses");
    assert_eq!(client.get(&format!("{path}/{incoming}")).await.status, 404);
    assert_eq!(client.read(&format!("{path}/143")).await["name"], "Lost");
}

#[tokio::test]
async fn what_is_wrong_with_a_status_is_said() {
    let client = Client::quiet();
    let whole = json!({ "name": "x", "sort": 10 });
    for (more, code, path) in [
        (json!({ "name": "" }), "NotBlank", "name"),
        (json!({ "color": "#123456" }), "NotSupportedChoice", "color"),
        (json!({ "color": null }), "InvalidType", "color"),
        (json!({ "type": 1 }), "FieldNotExpected", "type"),
        (
            json!({ "descriptions": [{ "level": "newbie" }] }),
            "FieldMissing",
            "descriptions.0.description",
        ),
    ] {
        let mut item = whole.clone();
        item.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let answer = client.post(LIST, json!([item])).await;
        assert_eq!(answer.flaw(), pair(code, path), "{more}");
    }
    let own = one(demo::STATUS_TALKS);
    assert_eq!(client.patch(&own, json!({})).await.flaw(), pair("NotBlank", ""));
    assert_eq!(client.patch(LIST, json!([])).await.status, 405);
    for missing in ["/api/v4/leads/pipelines/5/statuses", "/api/v4/leads/pipelines/5/statuses/142"]
    {
        assert_eq!(client.get(missing).await.status, 404);
    }
    let answer = client.post("/api/v4/leads/pipelines/5/statuses", json!([whole])).await;
    assert_eq!(answer.status, 404);
    let many = |count| Value::from(vec![whole.clone(); count]);
    assert_eq!(client.post(LIST, many(95)).await.status, 422, "six are there");
    assert_eq!(client.post(LIST, many(94)).await.status, 200);
    assert_eq!(names(&client.read(LIST).await).len(), 100, "there are no pages");
    assert_eq!(client.post(LIST, many(1)).await.status, 422);
}

#[tokio::test]
async fn the_leads_of_a_deleted_status_move_to_the_first() {
    let client = Client::of(&quiet().leads(3).build());
    let delete = async |id| client.send("DELETE", &one(id), &json!(null)).await.status;
    assert_eq!(delete(demo::STATUS_FIRST).await, 204);
    assert_eq!(delete(demo::STATUS_FIRST).await, 404);
    assert_eq!(delete(demo::STATUS_CONTRACT).await, 204);
    let leads = client.read("/api/v4/leads").await;
    let all = leads["_embedded"]["leads"].as_array().unwrap();
    assert!(all.iter().all(|lead| lead["status_id"] == demo::STATUS_TALKS), "{leads}");
    for system in [142, 143, demo::STATUS_INCOMING] {
        assert_eq!(delete(system).await, 400);
    }
    assert_eq!(delete(demo::STATUS_TALKS).await, 400, "the last one");
    let wanted = [demo::STATUS_INCOMING, demo::STATUS_TALKS, 142, 143];
    assert_eq!(ids(&client.read(LIST).await, "statuses"), wanted);
}
