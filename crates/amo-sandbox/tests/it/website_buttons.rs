//! Website buttons, which are made in the background.

use std::time::Duration;

use crate::common::{Client, pair};
use amo_sandbox::demo;
use serde_json::{Value, json};

const PATH: &str = "/api/v4/website_buttons";

async fn add(client: &Client, sites: Value) -> i64 {
    let new = json!({ "pipeline_id": demo::PIPELINE, "trusted_websites": sites,
        "is_used_in_app": true });
    let answer = client.post(PATH, new).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    answer.json()["source_id"].as_i64().unwrap()
}

#[tokio::test]
async fn a_button_is_made_after_the_answer() {
    let client = Client::quiet();
    let new = json!({ "pipeline_id": demo::PIPELINE, "trusted_websites": ["example.test"],
        "is_used_in_app": false, "name": "Shop" });
    let made = client.post(PATH, new).await;
    assert_eq!(made.status, 202, "{}", made.text);
    let id = made.json()["source_id"].clone();
    assert_eq!(
        made.json(),
        json!({ "source_id": id, "trusted_websites": ["example.test"], "name": "Shop" })
    );
    let own = format!("{PATH}/{id}");
    let mut expected = json!({ "source_id": id, "account_id": demo::ACCOUNT, "button_id": null,
        "is_duplication_control_enabled": false, "name": "Shop",
        "creation_status": "creation_pending", "pipeline_id": demo::PIPELINE,
        "_links": { "self": { "href": format!("http://box.test{own}") } } });
    assert_eq!(client.read(&own).await, expected);
    assert_eq!(client.read(&format!("{own}?with=scripts")).await["script"], Value::Null);
    client.sandbox.calendar().advance(Duration::from_secs(1));
    expected["creation_status"] = json!("created");
    expected["button_id"] = id.clone();
    assert_eq!(client.read(&own).await, expected);
    let whole = client.read(&format!("{own}?with=scripts,deleted")).await;
    assert!(whole["script"].as_str().unwrap().contains("<script"));
    assert_eq!(whole["is_deleted"], false);

    let patch = json!({ "name": "New", "trusted_websites": { "add": ["b.test"] } });
    let changed = client.patch(&own, patch).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(changed.json()["name"], "New");
    assert!(changed.json()["script"].is_string());
    let chat = client.try_send("POST", &format!("{own}/online_chat"), "").await.unwrap();
    assert_eq!(chat.status, 202);
    for (method, path) in [("GET", "/5"), ("PATCH", "/5"), ("POST", "/5/online_chat")] {
        let answer = client.send(method, &format!("{PATH}{path}"), &json!({})).await;
        assert_eq!(answer.status, 404, "{method} {path}");
    }
}

#[tokio::test]
async fn a_deleted_button_is_seen_by_who_asks() {
    let client = Client::quiet();
    let id = add(&client, json!([])).await;
    let kept = add(&client, json!([])).await;
    assert!(client.sandbox.delete("website_buttons", id));
    let own = format!("{PATH}/{id}");
    assert_eq!(client.get(&own).await.status, 404);
    assert_eq!(client.patch(&own, json!({ "name": "x" })).await.status, 404);
    assert_eq!(client.read(&format!("{own}?with=deleted")).await["is_deleted"], true);
    let shown = |list: Value| -> Vec<(i64, Value)> {
        let all = list["_embedded"]["website_buttons"].as_array().unwrap().clone();
        let id = |button: &Value| button["source_id"].as_i64().unwrap();
        all.iter().map(|button| (id(button), button["is_deleted"].clone())).collect()
    };
    assert_eq!(shown(client.read(PATH).await), [(kept, Value::Null)]);
    let all = client.read(&format!("{PATH}?with=deleted")).await;
    assert_eq!(shown(all), [(id, json!(true)), (kept, json!(false))]);
}

#[tokio::test]
async fn a_page_of_buttons_has_250() {
    let client = Client::quiet();
    assert_eq!(client.get(PATH).await.status, 204);
    for _ in 0..60 {
        add(&client, json!([])).await;
    }
    let list = client.read(PATH).await;
    assert_eq!(list["_embedded"]["website_buttons"].as_array().unwrap().len(), 60);
    assert_eq!(list["_page"], 1);
    let page = client.read(&format!("{PATH}?limit=50&page=2")).await;
    assert_eq!(page["_embedded"]["website_buttons"].as_array().unwrap().len(), 10);
    assert_eq!(client.get(&format!("{PATH}?limit=251")).await.status, 422);
}

#[tokio::test]
async fn what_is_wrong_with_a_button_is_said() {
    let client = Client::quiet();
    let many: Vec<String> = (0..11).map(|number| format!("s{number}.test")).collect();
    for (more, code, path) in [
        (json!({ "pipeline_id": 5 }), "NotSupportedChoice", "pipeline_id"),
        (json!({ "trusted_websites": ["https://a.test"] }), "InvalidFormat", "trusted_websites.0"),
        (json!({ "trusted_websites": [5] }), "InvalidType", "trusted_websites.0"),
        (json!({ "trusted_websites": [] }), "NotBlank", "trusted_websites"),
        (json!({ "trusted_websites": many }), "InvalidValue", "trusted_websites"),
        (json!({ "is_used_in_app": 1 }), "InvalidType", "is_used_in_app"),
        (json!({ "color": "red" }), "FieldNotExpected", "color"),
    ] {
        let mut new = json!({ "pipeline_id": demo::PIPELINE, "trusted_websites": ["a.test"] });
        new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        assert_eq!(client.post(PATH, new).await.flaw(), pair(code, path), "{more}");
    }
    assert_eq!(client.get(PATH).await.status, 204);
    let id = add(&client, json!(many[..9])).await;
    let own = format!("{PATH}/{id}");
    let sites = |sites: &[String]| json!({ "trusted_websites": { "add": sites } });
    assert_eq!(client.patch(&own, sites(&many[..10])).await.status, 200, "nine of them known");
    assert_eq!(
        client.patch(&own, sites(&many[10..])).await.flaw(),
        pair("InvalidValue", "trusted_websites.add")
    );
    let wrong = json!({ "trusted_websites": ["a.test"] });
    assert_eq!(client.patch(&own, wrong).await.flaw(), pair("InvalidType", "trusted_websites"));
    // A button without sites takes none.
    let open = format!("{PATH}/{}", add(&client, json!([])).await);
    for _ in 0..2 {
        assert_eq!(client.patch(&open, sites(&many[..10])).await.status, 200);
    }
    assert_eq!(client.patch(&open, sites(&many[10..])).await.status, 200);
}
