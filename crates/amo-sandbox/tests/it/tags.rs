//! Tags of leads: renamed, coloured, looked for.

use crate::common::{Client, ids, pair};
use serde_json::{Value, json};

const PATH: &str = "/api/v4/leads/tags";

async fn add(client: &Client, tag: Value) -> i64 {
    let answer = client.post(PATH, json!([tag])).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["_embedded"]["tags"][0]["id"].as_i64().unwrap()
}

#[tokio::test]
async fn tags_are_changed() {
    let client = Client::quiet();
    let hot = add(&client, json!({ "name": "hot", "color": "FF8F92" })).await;
    let cold = add(&client, json!({ "name": "cold" })).await;
    let lead = client.add("leads", json!({ "_embedded": { "tags": [{ "id": hot }] } })).await;
    let many = json!([{ "id": hot, "name": "warm", "request_id": "x" },
        { "id": cold, "color": "AABDFF" }]);
    let answer = client.patch(PATH, many).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(
        answer.json()["_embedded"]["tags"],
        json!([{ "id": hot, "name": "warm", "color": "FF8F92", "request_id": "x" },
            { "id": cold, "name": "cold", "color": "AABDFF", "request_id": "1" }])
    );
    let card = client.read(&format!("/api/v4/leads/{lead}")).await;
    assert_eq!(card["_embedded"]["tags"][0]["name"], "warm");
    let one = client.patch(&format!("{PATH}/{hot}"), json!({ "id": hot, "color": null })).await;
    assert_eq!(one.json(), json!({ "id": hot, "name": "warm", "color": null, "request_id": "0" }));
    let own = client.patch(&format!("{PATH}/{hot}"), json!({ "name": "warm" })).await;
    assert_eq!(own.status, 200, "its own name");
    for (patch, code, path) in [
        (json!({ "name": "cold" }), "NotUnique", "name"),
        (json!({ "name": "" }), "NotBlank", "name"),
        (json!({ "name": 5 }), "InvalidType", "name"),
        (json!({ "color": "red" }), "NotSupportedChoice", "color"),
        (json!({ "size": 5 }), "FieldNotExpected", "size"),
        (json!({ "id": cold }), "NotSupportedChoice", "id"),
    ] {
        assert_eq!(client.patch(&format!("{PATH}/{hot}"), patch).await.flaw(), pair(code, path));
    }
    let lost = client.patch(PATH, json!([{ "id": hot, "name": "a" }, { "id": 5 }])).await;
    let second = ("1".to_owned(), "NotSupportedChoice".to_owned(), "id".to_owned());
    assert_eq!(lost.flaws(), [second]);
    let nameless = client.patch(PATH, json!([{ "name": "a" }])).await;
    assert_eq!(nameless.flaw(), pair("FieldMissing", "id"));
    assert_eq!(client.patch(&format!("{PATH}/5"), json!({ "name": "a" })).await.status, 404);
    assert_eq!(client.read(&format!("{PATH}?query=warm")).await["_embedded"]["tags"][0]["id"], hot);
}

#[tokio::test]
async fn only_tags_of_leads_change() {
    let client = Client::quiet();
    client.post("/api/v4/contacts/tags", json!([{ "name": "a" }])).await;
    let list = client.read("/api/v4/contacts/tags").await;
    let id = ids(&list, "tags")[0];
    for path in ["/api/v4/contacts/tags".to_owned(), format!("/api/v4/contacts/tags/{id}")] {
        let answer = client.patch(&path, json!([{ "id": id, "name": "b" }])).await;
        assert_eq!(answer.status, 405, "{path}");
    }
    assert_eq!(client.get(&format!("{PATH}/{id}")).await.status, 405);
}

#[tokio::test]
async fn tags_are_looked_for() {
    let client = Client::quiet();
    let mut all = Vec::new();
    for name in ["hot", "hotter", "cold"] {
        all.push(add(&client, json!({ "name": name })).await);
    }
    for (query, wanted) in [
        ("query=HOT".to_owned(), vec![all[0], all[1]]),
        ("filter[name]=hot".to_owned(), vec![all[0]]),
        (format!("filter[id]={}", all[2]), vec![all[2]]),
        (format!("filter[id][]={}&filter[id][]={}", all[0], all[2]), vec![all[0], all[2]]),
        ("limit=2&page=2".to_owned(), vec![all[2]]),
    ] {
        assert_eq!(ids(&client.read(&format!("{PATH}?{query}")).await, "tags"), wanted, "{query}");
    }
    assert_eq!(client.get(&format!("{PATH}?filter[name]=warm")).await.status, 204);
    for query in ["filter[name][]=hot&filter[name][]=cold", "filter[id]=hot", "filter[color]=x"] {
        assert_eq!(client.get(&format!("{PATH}?{query}")).await.status, 400, "{query}");
    }
}
