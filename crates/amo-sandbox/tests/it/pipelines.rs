//! Pipelines of leads: read, added, changed, deleted.

use crate::common::{Client, ids, pair, quiet};
use amo_sandbox::demo;
use serde_json::{Value, json};

const LIST: &str = "/api/v4/leads/pipelines";

fn new(name: &str) -> Value {
    json!({ "name": name, "sort": 30, "is_main": false, "is_unsorted_on": true })
}

/// Adds a pipeline and gives it.
async fn added(client: &Client, item: Value) -> Value {
    let answer = client.post(LIST, json!([item])).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["_embedded"]["pipelines"][0].clone()
}

fn one(id: &Value) -> String {
    format!("{LIST}/{id}")
}

#[tokio::test]
async fn a_pipeline_is_added_with_its_statuses() {
    let client = Client::quiet();
    let mut item = new("Partners");
    item["request_id"] = json!("p");
    item["_embedded"] = json!({ "statuses": [
        { "id": 142, "name": "Signed" },
        { "name": "Second", "sort": 20, "color": "#fff000" },
        { "name": "Last" },
        { "name": "First talk", "sort": 10, "descriptions": [
            { "level": "newbie", "description": "Call" } ] },
    ] });
    let answer = client.post(LIST, json!([item])).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let answer = answer.json();
    assert_eq!(answer["_total_items"], 1);
    assert_eq!(answer["_links"]["self"]["href"], "http://box.test/api/v4/leads/pipelines");
    let added = &answer["_embedded"]["pipelines"][0];
    assert_eq!((&added["request_id"], &added["is_archive"]), (&json!("p"), &json!(false)));
    let id = added["id"].clone();
    let own = format!("http://box.test{}", one(&id));
    assert_eq!(added["_links"]["self"]["href"], own);
    let shown: Vec<Value> = added["_embedded"]["statuses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| json!([one["name"], one["sort"], one["type"], one["is_editable"]]))
        .collect();
    let wanted = json!([
        ["Incoming leads", 10, 1, false],
        ["First talk", 20, 0, true],
        ["Second", 30, 0, true],
        ["Last", 40, 0, true],
        ["Signed", 10_000, 0, false],
        ["Lost", 11_000, 0, false],
    ]);
    assert_eq!(json!(shown), wanted);
    let first = &added["_embedded"]["statuses"][1];
    assert!(first.get("descriptions").is_none(), "inside of pipelines there are none");
    let status = format!("{own}/statuses/{}", first["id"]);
    assert_eq!(first["_links"]["self"]["href"], status);

    let mut read = client.read(&one(&id)).await;
    read["request_id"] = json!("p");
    assert_eq!(read, *added);
    let path = format!("{}?with=descriptions", &status["http://box.test".len()..]);
    assert_eq!(client.read(&path).await["descriptions"][0]["description"], "Call");
    let list = client.read(LIST).await;
    assert_eq!(list["_total_items"], 2);
    assert_eq!(ids(&list, "pipelines"), [demo::PIPELINE, id.as_i64().unwrap()]);
}

#[tokio::test]
async fn a_lead_starts_in_the_pipeline_that_it_names() {
    let client = Client::quiet();
    let mut item = new("Partners");
    item["_embedded"] = json!({ "statuses": [{ "name": "First" }] });
    let pipeline = added(&client, item).await;
    let first = pipeline["_embedded"]["statuses"][1]["id"].clone();
    let lead = client.add("leads", json!({ "pipeline_id": pipeline["id"] })).await;
    assert_eq!(client.read(&format!("/api/v4/leads/{lead}")).await["status_id"], first);
    let other = json!([{ "pipeline_id": demo::PIPELINE, "status_id": first }]);
    let answer = client.post("/api/v4/leads", other).await;
    assert_eq!(answer.flaw(), pair("NotSupportedChoice", "status_id"));
}

#[tokio::test]
async fn a_pipeline_is_changed() {
    let client = Client::quiet();
    let id = added(&client, new("Partners")).await["id"].clone();
    // Clients repeat the id.
    let change = json!({ "id": id, "name": "Friends", "is_unsorted_on": false });
    let changed = client.patch(&one(&id), change).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let changed = changed.json();
    assert_eq!((&changed["name"], &changed["request_id"]), (&json!("Friends"), &json!("0")));
    assert_eq!(ids(&changed, "statuses"), [142, 143], "without the incoming ones");
    assert_eq!(client.read(&one(&id)).await["is_unsorted_on"], false);

    // There is one main pipeline.
    client.patch(&one(&id), json!({ "is_main": true })).await;
    let main = |list: &Value| -> Vec<bool> {
        let all = list["_embedded"]["pipelines"].as_array().unwrap();
        all.iter().map(|one| one["is_main"].as_bool().unwrap()).collect()
    };
    assert_eq!(main(&client.read(LIST).await), [false, true]);
    assert_eq!(client.read(&one(&id)).await["sort"], 1, "the server says where the main one is");
    let lead = client.add("leads", json!({})).await;
    assert_eq!(client.read(&format!("/api/v4/leads/{lead}")).await["pipeline_id"], id);
    let answer = client.patch(&one(&id), json!({ "is_main": false })).await;
    assert_eq!(answer.flaw(), pair("NotSupportedChoice", "is_main"));
}

#[tokio::test]
async fn what_is_wrong_with_a_pipeline_is_said() {
    let client = Client::quiet();
    for (more, code, path) in [
        (json!({ "name": " " }), "NotBlank", "name"),
        (json!({ "sort": "1" }), "InvalidType", "sort"),
        (json!({ "is_archive": true }), "FieldNotExpected", "is_archive"),
        (json!({ "_embedded": { "statuses": [{}] } }), "FieldMissing", "_embedded.statuses.0.name"),
        (
            json!({ "_embedded": { "statuses": [{ "name": "x" }, { "id": 8101, "name": "x" }] } }),
            "NotSupportedChoice",
            "_embedded.statuses.1.id",
        ),
        (
            json!({ "_embedded": { "statuses": [{ "id": 143, "name": "x", "sort": 5 }] } }),
            "FieldNotExpected",
            "_embedded.statuses.0.sort",
        ),
        (
            json!({ "_embedded": { "statuses": [{ "id": 143, "name": "x" }, { "id": 143, "name": "y" }] } }),
            "NotSupportedChoice",
            "_embedded.statuses.1.id",
        ),
        (
            json!({ "_embedded": { "statuses": [{ "name": "x", "descriptions": [
                { "level": "newbie", "description": "я".repeat(1001) }] }] } }),
            "TooLong",
            "_embedded.statuses.0.descriptions.0.description",
        ),
        (
            json!({ "_embedded": { "statuses": [{ "name": "x", "color": "#000000" }] } }),
            "NotSupportedChoice",
            "_embedded.statuses.0.color",
        ),
    ] {
        let mut item = new("x");
        item.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let answer = client.post(LIST, json!([item])).await;
        assert_eq!(answer.flaw(), pair(code, path), "{more}");
    }
    let answer = client.post(LIST, json!([{ "name": "x" }])).await;
    let missing: Vec<String> = answer.flaws().into_iter().map(|(.., path)| path).collect();
    assert_eq!(missing, ["sort", "is_main", "is_unsorted_on"]);
    let own = one(&json!(demo::PIPELINE));
    assert_eq!(client.patch(&own, json!({})).await.flaw(), pair("NotBlank", ""));
    let statuses = json!({ "_embedded": { "statuses": [] } });
    let answer = client.patch(&own, statuses).await;
    assert!(answer.flaws().iter().any(|(.., path)| path == "_embedded.statuses"));
    assert_eq!(client.patch(&one(&json!(5)), json!({ "name": "x" })).await.status, 404);
    assert_eq!(client.get(&one(&json!(5))).await.status, 404);
    assert_eq!(client.get(&format!("{LIST}/x/statuses")).await.status, 404);
    assert_eq!(ids(&client.read(LIST).await, "pipelines"), [demo::PIPELINE], "nothing was kept");
}

#[tokio::test]
async fn there_is_room_for_fifty_pipelines() {
    let client = Client::quiet();
    let mut crowded = new("x");
    let stage = json!({ "name": "x" });
    crowded["_embedded"] = json!({ "statuses": vec![stage; 98] });
    let answer = client.post(LIST, json!([crowded])).await;
    assert_eq!(answer.flaw(), pair("InvalidValue", "_embedded.statuses"));
    let many = |count| Value::from(vec![new("x"); count]);
    assert_eq!(client.post(LIST, many(50)).await.status, 422);
    assert_eq!(client.post(LIST, many(49)).await.status, 200);
    assert_eq!(ids(&client.read(LIST).await, "pipelines").len(), 50);
    assert_eq!(client.post(LIST, many(1)).await.status, 422);
}

#[tokio::test]
async fn a_pipeline_is_deleted_if_no_lead_is_in_it() {
    let client = Client::of(&quiet().leads(1).build());
    let demo = one(&json!(demo::PIPELINE));
    assert_eq!(client.send("DELETE", &demo, &json!(null)).await.status, 400, "the last one");
    let id = added(&client, new("Partners")).await["id"].clone();
    assert_eq!(client.send("DELETE", &demo, &json!(null)).await.status, 400, "with a lead");
    assert!(client.sandbox.delete("leads", demo::FIRST_LEAD));
    let deleted = client.send("DELETE", &demo, &json!(null)).await;
    assert_eq!((deleted.status, deleted.text.as_str()), (204, ""));
    assert_eq!(client.get(&demo).await.status, 404);
    assert_eq!(client.get(&format!("{demo}/statuses")).await.status, 404);
    assert_eq!(client.send("DELETE", &demo, &json!(null)).await.status, 404);
    assert_eq!(client.read(&one(&id)).await["is_main"], true, "the next one");
}
