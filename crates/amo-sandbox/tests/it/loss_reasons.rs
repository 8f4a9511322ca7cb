//! Loss reasons: read, added, changed, deleted.

use crate::common::{Client, START, ids, pair, quiet};
use amo_sandbox::demo;
use serde_json::json;

const LIST: &str = "/api/v4/leads/loss_reasons";

#[tokio::test]
async fn a_reason_is_added_changed_and_deleted() {
    let client = Client::quiet();
    let new = json!([{ "name": "Rival", "sort": 15, "request_id": "r" }, { "name": "Silence" }]);
    let added = client.post(LIST, new).await;
    assert_eq!(added.status, 200, "{}", added.text);
    let added = added.json();
    assert_eq!(added["_total_items"], 2);
    let first = &added["_embedded"]["loss_reasons"][0];
    let id = first["id"].as_i64().unwrap();
    let path = format!("{LIST}/{id}");
    let expected = json!({ "id": id, "name": "Rival", "sort": 15, "created_at": START,
        "updated_at": START, "request_id": "r",
        "_links": { "self": { "href": format!("http://box.test{path}") } } });
    assert_eq!(*first, expected);
    let list = client.read(LIST).await;
    let wanted = [demo::LOSS_REASON_PRICE, id, demo::LOSS_REASON_NO_NEED, id + 1];
    assert_eq!(ids(&list, "loss_reasons"), wanted, "in the order of `sort`");
    assert_eq!(list["_total_items"], 4);

    client.sandbox.calendar().advance(std::time::Duration::from_secs(3));
    let changed = client.patch(&path, json!({ "id": id, "name": "A rival" })).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let changed = changed.json();
    assert_eq!((&changed["name"], &changed["sort"]), (&json!("A rival"), &json!(15)));
    assert_eq!(
        (&changed["created_at"], &changed["updated_at"]),
        (&json!(START), &json!(START + 3))
    );
    let lead = json!({ "status_id": 143, "loss_reason_id": id });
    let lead = client.add("leads", lead).await;
    let shown = client.read(&format!("/api/v4/leads/{lead}?with=loss_reason")).await;
    assert_eq!(shown["_embedded"]["loss_reason"][0], client.read(&path).await);

    assert_eq!(client.send("DELETE", &path, &json!(null)).await.status, 204);
    assert_eq!(client.get(&path).await.status, 404);
    assert_eq!(client.send("DELETE", &path, &json!(null)).await.status, 404);
    let answer = client.post("/api/v4/leads", json!([{ "loss_reason_id": id }])).await;
    assert_eq!(answer.flaw(), pair("NotSupportedChoice", "loss_reason_id"));
}

#[tokio::test]
async fn what_is_wrong_with_a_reason_is_said() {
    let client = Client::quiet();
    for (item, code, path) in [
        (json!({}), "FieldMissing", "name"),
        (json!({ "name": "" }), "NotBlank", "name"),
        (json!({ "name": 5 }), "InvalidType", "name"),
        (json!({ "name": "x", "created_at": 5 }), "FieldNotExpected", "created_at"),
    ] {
        assert_eq!(client.post(LIST, json!([item])).await.flaw(), pair(code, path), "{item}");
    }
    let path = format!("{LIST}/{}", demo::LOSS_REASON_PRICE);
    assert_eq!(client.patch(&path, json!({})).await.flaw(), pair("NotBlank", ""));
    assert_eq!(client.patch(LIST, json!([])).await.status, 405);
    assert_eq!(client.patch(&format!("{LIST}/5"), json!({ "name": "x" })).await.status, 404);
}

#[tokio::test]
async fn without_reasons_there_is_nothing() {
    let client = Client::of(&quiet().build());
    for id in [demo::LOSS_REASON_PRICE, demo::LOSS_REASON_NO_NEED] {
        let path = format!("{LIST}/{id}");
        assert_eq!(client.send("DELETE", &path, &json!(null)).await.status, 204);
    }
    assert_eq!(client.get(LIST).await.status, 204);
}
