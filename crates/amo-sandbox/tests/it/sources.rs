//! Sources: made, changed and deleted by an integration.

use crate::common::{Client, ids, pair};
use amo_sandbox::demo;
use serde_json::{Value, json};

const PATH: &str = "/api/v4/sources";

async fn add(client: &Client, external_id: &str) -> i64 {
    client.add("sources", json!({ "name": "S", "external_id": external_id })).await
}

#[tokio::test]
async fn a_source_is_added_read_changed_and_deleted() {
    let client = Client::quiet();
    assert_eq!(client.get(PATH).await.status, 204);
    let new = json!([{ "name": "Sales WA", "external_id": "wa-1", "pipeline_id": demo::PIPELINE,
        "default": true, "origin_code": "amo.ext.77", "request_id": "s1", "services": [
            { "type": "whatsapp", "params": { "waba": true },
              "pages": [{ "id": "15550100", "name": "WA", "link": "+15550100" }] },
            { "type": "whatsapp", "params": [], "pages": [] }] }]);
    let added = client.post(PATH, new.clone()).await;
    assert_eq!(added.status, 200, "{}", added.text);
    let added = added.json();
    let id = added["_embedded"]["sources"][0]["id"].clone();
    let own = format!("{PATH}/{id}");
    let mut expected = new[0].clone();
    expected["id"] = id.clone();
    expected["_links"] = json!({ "self": { "href": format!("http://box.test{own}") } });
    assert_eq!(
        added,
        json!({ "_total_items": 1, "_links": { "self": { "href": format!("http://box.test{PATH}") } },
            "_embedded": { "sources": [expected.clone()] } })
    );
    expected.as_object_mut().unwrap().remove("request_id");
    assert_eq!(client.read(&own).await, expected);
    let list = client.read(PATH).await;
    assert_eq!((&list["_total_items"], &list["_embedded"]["sources"][0]), (&json!(1), &expected));

    let patch = json!({ "id": id, "name": "Other", "external_id": "wa-1", "pipeline_id": null });
    let changed = client.patch(&own, patch).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(
        (&changed.json()["name"], &changed.json()["request_id"]),
        (&json!("Other"), &json!("0"))
    );
    let many = client.patch(PATH, json!([{ "id": id, "name": "Third", "request_id": "z" }])).await;
    let item = many.json()["_embedded"]["sources"][0].clone();
    assert_eq!((&item["name"], &item["request_id"]), (&json!("Third"), &json!("z")));
    assert_eq!(client.read(&own).await["origin_code"], "amo.ext.77", "what was not sent stays");

    assert_eq!(client.send("DELETE", &own, &Value::Null).await.status, 204);
    assert_eq!(client.get(&own).await.status, 204);
    assert_eq!(client.send("DELETE", &own, &Value::Null).await.status, 404);
    assert_eq!(client.patch(&own, json!({ "name": "x" })).await.status, 404);
}

#[tokio::test]
async fn the_default_is_one_and_names_are_unique() {
    let client = Client::quiet();
    let usual = client.read(&format!("{PATH}/{}", add(&client, "a").await)).await;
    assert_eq!(
        (&usual["pipeline_id"], &usual["default"], &usual["services"]),
        (&json!(demo::PIPELINE), &json!(false), &json!([]))
    );
    let defaults = |list: &Value| -> Vec<bool> {
        let all = list["_embedded"]["sources"].as_array().unwrap();
        all.iter().map(|source| source["default"].as_bool().unwrap()).collect()
    };
    for id in ["b", "c"] {
        client.add("sources", json!({ "name": "S", "external_id": id, "default": true })).await;
    }
    assert_eq!(defaults(&client.read(PATH).await), [false, false, true]);
    for (query, count) in
        [("filter[external_id]=b", 1), ("filter[external_id][]=a&filter[external_id][]=c", 2)]
    {
        assert_eq!(ids(&client.read(&format!("{PATH}?{query}")).await, "sources").len(), count);
    }
    for (more, code, path) in [
        (json!({ "external_id": "a" }), "NotUnique", "external_id"),
        (json!({ "external_id": "x".repeat(37) }), "TooLong", "external_id"),
        (json!({ "external_id": "имя" }), "InvalidFormat", "external_id"),
        (json!({ "external_id": 5 }), "InvalidType", "external_id"),
        (json!({ "name": "" }), "NotBlank", "name"),
        (json!({ "pipeline_id": 5 }), "NotSupportedChoice", "pipeline_id"),
        (json!({ "origin_code": "12345" }), "InvalidFormat", "origin_code"),
        (json!({ "origin_code": "x".repeat(21) }), "TooLong", "origin_code"),
        (json!({ "origin_code": null }), "InvalidType", "origin_code"),
        (json!({ "services": [{ "type": "telegram" }] }), "NotSupportedChoice", "services.0.type"),
        (
            json!({ "services": [{ "pages": [{ "id": 5 }] }] }),
            "InvalidType",
            "services.0.pages.0.id",
        ),
    ] {
        let mut item = json!({ "name": "S", "external_id": "new" });
        item.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        assert_eq!(client.post(PATH, json!([item])).await.flaw(), pair(code, path), "{more}");
    }
    let twice = json!({ "name": "S", "external_id": "new" });
    let answer = client.post(PATH, json!([twice, twice])).await;
    let second = ("1".to_owned(), "NotUnique".to_owned(), "external_id".to_owned());
    assert_eq!(answer.flaws(), [second]);
    let first = ids(&client.read(PATH).await, "sources")[0];
    let renamed = client.patch(&format!("{PATH}/{first}"), json!({ "external_id": "z" })).await;
    assert_eq!(renamed.flaw(), pair("FieldNotExpected", "external_id"));
}

#[tokio::test]
async fn there_are_limits() {
    let client = Client::quiet();
    let batch = |from: usize, count: usize| -> Value {
        let one = |number: usize| json!({ "name": "S", "external_id": number.to_string() });
        (from..from + count).map(one).collect()
    };
    assert_eq!(client.post(PATH, batch(0, 51)).await.status, 422);
    assert_eq!(client.post(PATH, batch(0, 50)).await.status, 200);
    assert_eq!(client.post(PATH, batch(50, 50)).await.status, 200);
    assert_eq!(client.read(PATH).await["_total_items"], 100, "no pages");
    assert_eq!(client.post(PATH, batch(100, 1)).await.status, 400);
    let all = ids(&client.read(PATH).await, "sources");
    let patch: Value = all.iter().take(51).map(|id| json!({ "id": id, "name": "x" })).collect();
    assert_eq!(client.patch(PATH, patch).await.status, 422);
}

#[tokio::test]
async fn many_are_deleted_or_none() {
    let client = Client::quiet();
    let (a, b) = (add(&client, "a").await, add(&client, "b").await);
    let delete = |items: Value| {
        let client = &client;
        async move { client.send("DELETE", PATH, &items).await }
    };
    let answer = delete(json!([{ "id": a }, { "id": 5, "request_id": "x" }, { "id": 6 }])).await;
    assert_eq!(answer.status, 400);
    let error = |request_id: &str, id: i64| {
        json!({ "request_id": request_id, "errors": { "code": "EntityNotFound", "path": "id",
            "detail": format!("source with id = {id} not found") } })
    };
    assert_eq!(
        answer.json(),
        json!({ "errors": [error("x", 5), error("2", 6)], "title": "Bad Request",
            "type": "https://httpstatus.es/400", "status": 400,
            "detail": "Invalid request items" })
    );
    assert_eq!(delete(json!([{ "name": "a" }])).await.flaw(), pair("FieldMissing", "id"));
    assert_eq!(delete(json!([])).await.status, 400);
    assert_eq!(ids(&client.read(PATH).await, "sources"), [a, b], "nothing was deleted");
    // The official client sends whole sources.
    let whole = client.read(&format!("{PATH}/{b}")).await;
    assert_eq!(delete(json!([{ "id": a }, whole, { "id": a }])).await.status, 204);
    assert_eq!(client.get(PATH).await.status, 204);
}

#[tokio::test]
async fn only_administrators_see_sources() {
    let mut client = Client::quiet();
    add(&client, "a").await;
    client.headers.push(("x-context-user-id", demo::MANAGER.to_string()));
    assert_eq!(client.get(PATH).await.status, 403);
    let new = json!([{ "name": "S", "external_id": "b" }]);
    assert_eq!(client.post(PATH, new).await.status, 403);
}

#[tokio::test]
async fn leads_come_from_sources() {
    let client = Client::quiet();
    let source = add(&client, "site").await;
    let from = |id: &str| json!({ "name": "L", "_embedded": { "source": { "external_id": id, "type": "widget" } } });
    let lead = client.add("leads", from("site")).await;
    let path = format!("/api/v4/leads/{lead}");
    assert_eq!(client.read(&format!("{path}?with=source_id")).await["source_id"], source);
    assert!(client.read(&path).await.get("source_id").is_none());
    let answer = client.post("/api/v4/leads", json!([from("nowhere")])).await;
    assert_eq!(answer.flaw(), pair("NotSupportedChoice", "_embedded.source.external_id"));
}

#[tokio::test]
async fn a_lead_starts_in_the_pipeline_of_its_source() {
    let client = Client::quiet();
    let pipeline = json!({ "name": "Partners", "sort": 20, "is_main": false, "is_unsorted_on": false,
        "_embedded": { "statuses": [{ "name": "First" }] } });
    let made = client.post("/api/v4/leads/pipelines", json!([pipeline])).await.json();
    let pipeline = made["_embedded"]["pipelines"][0]["id"].clone();
    let source = json!([{ "name": "s", "external_id": "e", "pipeline_id": pipeline }]);
    assert_eq!(client.post("/api/v4/sources", source).await.status, 200);
    let source = json!({ "external_id": "e", "type": "widget" });
    for (member, wanted) in
        [(Value::Null, pipeline), (json!(demo::PIPELINE), json!(demo::PIPELINE))]
    {
        let mut lead = json!({ "name": "n", "_embedded": { "source": source } });
        if !member.is_null() {
            lead["pipeline_id"] = member;
        }
        let id = client.add("leads", lead).await;
        assert_eq!(client.read(&format!("/api/v4/leads/{id}")).await["pipeline_id"], wanted);
    }
}
