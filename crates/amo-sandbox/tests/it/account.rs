//! The account: what `with` adds, and whose it is.

use crate::common::{Client, pair};
use amo_sandbox::demo;
use serde_json::{Value, json};

const PATH: &str = "/api/v4/account";

#[tokio::test]
async fn each_word_of_with_adds_one_thing() {
    let client = Client::quiet();
    let plain = client.read(PATH).await;
    assert_eq!(plain["_links"]["self"]["href"], "http://box.test/api/v4/account");
    let drive = json!("https://drive-b.amocrm.ru");
    for (word, wanted) in [
        ("version", json!(16)),
        ("is_api_filter_enabled", json!(false)),
        ("drive_url", drive),
        ("invoices_settings", json!({ "lang": null, "invoices_catalog_id": null })),
    ] {
        let mut account = client.read(&format!("{PATH}?with={word}")).await;
        assert_eq!(account[word], wanted);
        account.as_object_mut().unwrap().remove(word);
        assert_eq!(account, plain, "{word}");
    }
    let names = client.read(&format!("{PATH}?with=entity_names")).await;
    let names = &names["entity_names"]["leads"];
    assert!(names["ru"]["singular_form"]["genitive"].is_string());
    assert_eq!(names["en"]["plural_form"], json!({ "default": "leads" }));
    for (word, wanted) in [
        ("amojo_rights", json!({ "can_direct": true, "can_create_groups": true })),
        (
            "users_groups",
            json!([
                { "id": 0, "name": "Sales", "uuid": null },
                { "id": demo::GROUP_PARTNERS, "name": "Partners", "uuid": null },
            ]),
        ),
        (
            "task_types",
            json!([
                { "id": 1, "name": "Follow-up", "color": null, "icon_id": null, "code": "FOLLOW_UP" },
                { "id": 2, "name": "Meeting", "color": null, "icon_id": null, "code": "MEETING" },
                { "id": 601, "name": "Letter", "color": "66CC66", "icon_id": 5, "code": null },
            ]),
        ),
    ] {
        let account = client.read(&format!("{PATH}?with={word},unknown")).await;
        assert_eq!(account["_embedded"], json!({ word: wanted }));
    }
    let account = client.read(&format!("{PATH}?with=datetime_settings")).await;
    let settings: Vec<&String> =
        account["_embedded"]["datetime_settings"].as_object().unwrap().keys().collect();
    let wanted = [
        "date_format",
        "date_pattern",
        "short_date_pattern",
        "short_time_pattern",
        "time_format",
        "timezone",
        "timezone_offset",
    ];
    assert_eq!(settings, wanted);
}

#[tokio::test]
async fn any_user_reads_the_account_as_himself() {
    let mut client = Client::quiet();
    client.headers = vec![("x-context-user-id", demo::PARTNER_MANAGER.to_string())];
    assert_eq!(client.read(PATH).await["current_user_id"], demo::PARTNER_MANAGER);
}

#[tokio::test]
async fn the_account_follows_its_pipelines() {
    let client = Client::quiet();
    assert_eq!(client.read(PATH).await["is_unsorted_on"], true);
    let path = format!("/api/v4/leads/pipelines/{}", demo::PIPELINE);
    client.patch(&path, json!({ "is_unsorted_on": false })).await;
    assert_eq!(client.read(PATH).await["is_unsorted_on"], false);
}

#[tokio::test]
async fn tasks_have_a_type_that_the_account_has() {
    let client = Client::quiet();
    let task = |kind: i64| json!([{ "text": "x", "complete_till": 5, "task_type_id": kind }]);
    assert_eq!(client.post("/api/v4/tasks", task(demo::TASK_TYPE_LETTER)).await.status, 200);
    let answer = client.post("/api/v4/tasks", task(5)).await;
    assert_eq!(answer.flaw(), pair("NotSupportedChoice", "task_type_id"));
}

/// Whatever is sent, the answer is one of the API's, and the account stays as it is.
#[tokio::test]
async fn odd_bodies_are_refused_in_the_form_of_the_api() {
    let client = Client::quiet();
    let odd = [
        "",
        " ",
        "{",
        "null",
        "5",
        "\"x\"",
        "[]",
        "{}",
        "[5]",
        "[null]",
        "[[]]",
        "[{}]",
        "{\"id\": \"x\"}",
        "[{\"id\": \"1\"}]",
        "[{\"id\": 1e300}]",
        "{\"name\": []}",
        "[{\"name\": {}, \"rights\": []}]",
        "[{\"name\": \"x\", \"rights\": {\"leads\": [], \"status_rights\": [5, {}]}}]",
        "{\"name\": null}",
        "{\"descriptions\": [5]}",
        "{\"descriptions\": {}}",
        "[{\"_embedded\": 5}]",
        "[{\"_embedded\": {\"statuses\": [5, null, {\"id\": []}]}}]",
        "\u{feff}[]",
    ];
    let before = snapshot(&client).await;
    for (method, path) in [
        ("POST", "/api/v4/leads/pipelines"),
        ("PATCH", "/api/v4/leads/pipelines/8001"),
        ("POST", "/api/v4/leads/pipelines/8001/statuses"),
        ("PATCH", "/api/v4/leads/pipelines/8001/statuses/8101"),
        ("PATCH", "/api/v4/leads/pipelines/8001/statuses/142"),
        ("POST", "/api/v4/leads/loss_reasons"),
        ("PATCH", "/api/v4/leads/loss_reasons/8901"),
        ("POST", "/api/v4/users"),
        ("POST", "/api/v4/users/activate"),
        ("POST", "/api/v4/users/deactivate"),
        ("POST", "/api/v4/roles"),
    ] {
        for body in odd {
            let answer = client.try_send(method, path, body).await.unwrap();
            assert_eq!(answer.status, 400, "{method} {path} {body}: {}", answer.text);
            assert_eq!(answer.header("content-type"), "application/problem+json");
            assert_eq!(answer.json()["status"], 400);
        }
    }
    assert_eq!(snapshot(&client).await, before);
}

async fn snapshot(client: &Client) -> Vec<Value> {
    let mut all = Vec::new();
    for path in ["leads/pipelines", "leads/loss_reasons", "users"] {
        all.push(client.read(&format!("/api/v4/{path}")).await);
    }
    all
}
