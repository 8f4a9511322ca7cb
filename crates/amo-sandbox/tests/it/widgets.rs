//! Widgets: installed with settings, taken away.

use crate::common::{Client, pair};
use amo_sandbox::demo;
use serde_json::{Value, json};

fn own() -> String {
    format!("/api/v4/widgets/{}", demo::WIDGET_TELEPHONY)
}

#[tokio::test]
async fn a_widget_is_installed_and_taken_away() {
    let client = Client::quiet();
    let list = client.read("/api/v4/widgets").await;
    let codes: Vec<&str> = list["_embedded"]["widgets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|widget| widget["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, [demo::WIDGET_TELEPHONY, demo::WIDGET_FORMS]);
    let second = client.read("/api/v4/widgets?limit=1&page=2").await;
    assert_eq!(second["_embedded"]["widgets"][0]["code"], demo::WIDGET_FORMS);
    assert!(second["_links"].get("next").is_none());

    let before = client.read(&own()).await;
    assert_eq!(before["is_active_in_account"], false);
    assert!(before.get("settings").is_none());
    assert_eq!(
        before["settings_template"][0],
        json!({ "key": "login", "name": "Login", "type": "text", "is_required": true })
    );
    let settings = json!({ "login": "demo", "password": "s3cret",
        "phones": { demo::MANAGER.to_string(): "101" },
        "accounts": { demo::ADMIN.to_string(): { "login": "a", "password": "b" } },
        "script_path": { "any": 5 } });
    let installed = client.post(&own(), settings.clone()).await;
    assert_eq!(installed.status, 200, "{}", installed.text);
    assert_eq!(installed.json()["settings"], settings);
    let after = client.read(&own()).await;
    assert_eq!((&after["is_active_in_account"], &after["settings"]), (&json!(true), &settings));

    let gone = client.send("DELETE", &own(), &Value::Null).await;
    assert_eq!((gone.status, gone.text.as_str()), (204, ""));
    assert_eq!(client.read(&own()).await, before);
    assert_eq!(client.send("DELETE", &own(), &Value::Null).await.status, 404);
}

#[tokio::test]
async fn a_stranger_is_not_told_the_settings() {
    let client = Client::quiet();
    let path = format!("/api/v4/widgets/{}", demo::WIDGET_FORMS);
    // PHP's empty object.
    let installed = client.post(&path, json!([])).await.json();
    assert_eq!(installed["settings"], json!({}));
    assert_eq!(installed["pipeline_id"], demo::PIPELINE, "leads come from it");
    let read = client.read(&path).await;
    assert_eq!(read["is_active_in_account"], true);
    assert!(read.get("settings").is_none());
}

#[tokio::test]
async fn what_is_wrong_with_settings_is_said() {
    let mut client = Client::quiet();
    for (more, code, path) in [
        (json!({ "login": 5 }), "InvalidType", "login"),
        (json!({ "phones": { "1": "101" } }), "NotSupportedChoice", "phones.1"),
        (json!({ "phones": "101" }), "InvalidType", "phones"),
        (
            json!({ "accounts": { demo::ADMIN.to_string(): { "login": "a" } } }),
            "InvalidType",
            "accounts.9001.password",
        ),
        (json!({ "color": "red" }), "FieldNotExpected", "color"),
    ] {
        let mut settings = json!({ "login": "demo", "password": "x" });
        settings.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        assert_eq!(client.post(&own(), settings).await.flaw(), pair(code, path), "{more}");
    }
    let answer = client.post(&own(), json!({ "login": "demo" })).await;
    assert_eq!(answer.flaw(), pair("FieldMissing", "password"));
    assert_eq!(client.post(&own(), json!(["a"])).await.status, 400);
    assert_eq!(client.try_send("POST", &own(), "{").await.unwrap().status, 400);
    assert_eq!(client.get("/api/v4/widgets/unknown").await.status, 404);
    assert_eq!(client.post("/api/v4/widgets/unknown", json!({})).await.status, 404);
    client.headers.push(("x-context-user-id", demo::MANAGER.to_string()));
    let good = json!({ "login": "demo", "password": "x" });
    assert_eq!(client.post(&own(), good).await.status, 403);
    assert_eq!(client.get(&own()).await.status, 200);
}
