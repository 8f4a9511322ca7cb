//! The whole state as one JSON object: what it means, files, reset.

use std::time::Duration;

use crate::common::{Client, START, ids, quiet, same_again};
use amo_sandbox::{Fault, RateLimit, Sandbox, demo};
use serde_json::{Value, json};

fn example() -> Value {
    serde_json::from_str(include_str!("../../docs/state.json")).unwrap()
}

/// A client with a token that the state says.
fn with_token(sandbox: &Sandbox, token: &str) -> Client {
    Client { sandbox: sandbox.clone(), token: token.to_owned(), headers: Vec::new() }
}

#[tokio::test]
async fn the_example_of_the_docs_is_a_state() {
    let sandbox = Sandbox::builder().rate_limit(RateLimit::Off).build_from(example()).unwrap();
    assert_eq!(sandbox.calendar().now(), START);
    let ada = with_token(&sandbox, "ada-token");
    let account = ada.read("/api/v4/account").await;
    assert_eq!(
        (&account["name"], &account["current_user_id"]),
        (&json!("Chairs and tables"), &json!(1))
    );
    assert_eq!(account["subdomain"], "chairs");
    let lead = ada.read("/api/v4/leads/80?with=contacts,catalog_elements").await;
    for (pointer, wanted) in [
        ("/status_id", json!(12)),
        ("/pipeline_id", json!(10)),
        ("/created_by", json!(1)),
        ("/created_at", json!(demo::EPOCH)),
        ("/closed_at", Value::Null),
        ("/custom_fields_values/0/field_name", json!("Colour")),
        ("/custom_fields_values/0/values/0/enum_id", json!(22)),
        ("/_embedded/tags/0/id", json!(30)),
        ("/_embedded/tags/1/name", json!("new one")),
        ("/_embedded/contacts/0/is_main", json!(true)),
        ("/_embedded/catalog_elements/0/metadata/quantity", json!(4)),
    ] {
        assert_eq!(lead.pointer(pointer), Some(&wanted), "{pointer}");
    }
    assert_eq!(ada.read("/api/v4/contacts/60").await["name"], "Nina Berg");
    let statuses = ada.read("/api/v4/leads/pipelines/10/statuses").await;
    assert_eq!(ids(&statuses, "statuses"), [10_001, 11, 12, 142, 143]);
    let deleted = ada.read("/api/v4/leads?with=only_deleted").await;
    assert_eq!(ids(&deleted, "leads"), [81]);
    let segments = ada.read("/api/v4/customers/70").await["_embedded"]["segments"].clone();
    assert_eq!(segments[0]["id"], 40);
    assert_eq!(ada.add("leads", json!({"name": "Next"})).await, 100);
    assert_eq!(ada.add("contacts", json!({"name": "Next"})).await, demo::FIRST_CONTACT);
    // What Max may do is what the state says.
    let max = with_token(&sandbox, "max-token");
    assert_eq!(max.read("/api/v4/leads/80").await["id"], 80);
    assert_eq!(max.get("/api/v4/contacts/60").await.status, 204);
    assert_eq!(sandbox.connection().client_id, "my-integration");
    let own = Client::of(&sandbox);
    assert_eq!(own.read("/api/v4/account").await["current_user_id"], 1, "the first administrator");
}

#[tokio::test]
async fn what_is_left_out_is_as_in_the_demo_account() {
    let one = json!({"leads": [{"id": 7, "name": "x"}]});
    let sandbox = quiet().leads(3).build_from(one).unwrap();
    let client = Client::of(&sandbox);
    let lead = client.read("/api/v4/leads").await["_embedded"]["leads"][0].clone();
    let said = ["id", "name", "price", "pipeline_id", "status_id", "responsible_user_id"];
    let said = said.map(|name| lead[name].clone());
    let wanted = json!([7, "x", 0, demo::PIPELINE, demo::STATUS_FIRST, demo::ADMIN]);
    assert_eq!(json!(said), wanted);
    assert_eq!(ids(&client.read("/api/v4/leads").await, "leads"), [7]);
    assert_eq!(client.add("leads", json!({})).await, demo::FIRST_LEAD);
    let empty = quiet().build_from(json!({})).unwrap();
    assert_eq!(empty.state(), quiet().build().state());
}

#[tokio::test]
async fn a_state_is_loaded_as_a_whole_or_not_at_all() {
    let client = Client::of(&quiet().leads(2).build());
    let before = client.sandbox.state();
    let half = json!({"leads": [{"id": 7}], "tasks": [{"id": 1}]});
    client.sandbox.load_state(&half).unwrap_err();
    assert_eq!(client.sandbox.state(), before);
    client.sandbox.load_state(&json!({"leads": [{"id": 7}]})).unwrap();
    let list = client.read("/api/v4/leads").await;
    assert_eq!(ids(&list, "leads"), [7], "who is connected goes on");
    assert_eq!(client.sandbox.calendar().now(), START, "nothing was said of it");
}

#[test]
fn a_state_goes_into_a_file_and_comes_out_of_it() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("state.json");
    let sandbox = quiet().leads(3).contacts(2).build();
    sandbox.calendar().advance(Duration::from_millis(1500));
    sandbox.connection();
    std::fs::write(&path, "old").unwrap();
    sandbox.save_state(&path).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(std::fs::read_dir(&directory).unwrap().count(), 1, "nothing is left beside it");
    let text = std::fs::read_to_string(&path).unwrap();
    let lead = |line: &&str| line.starts_with('{') && line.contains("\"status_id\"");
    assert_eq!(text.lines().filter(lead).count(), 3, "a line for each:\n{text}");
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), sandbox.state());
    let other = Sandbox::new();
    other.load_state_file(&path).unwrap();
    assert_eq!(other.state(), sandbox.state());
    assert_eq!(other.calendar().now(), START + 1, "it stands still there too");
}

#[tokio::test]
async fn reset_leads_back_to_the_beginning_and_clients_go_on() {
    for state in
        [None, Some(json!({"leads": [{"id": 7}], "grants": {"access_tokens": [{"token": "t"}]}}))]
    {
        let builder = quiet().contacts(2);
        let sandbox = match &state {
            None => builder.build(),
            Some(state) => builder.build_from(state.clone()).unwrap(),
        };
        let client = Client::of(&sandbox);
        let without_access = || {
            let mut state = sandbox.state();
            for member in ["grants", "integrations", "logins"] {
                state.as_object_mut().unwrap().remove(member);
            }
            state
        };
        let before = without_access();
        let integration = sandbox.add_integration("https://example.test/other");
        let other = sandbox.connection_of(&integration, demo::ADMIN).unwrap().long_lived_token;
        client.add("leads", json!({"name": "x"})).await;
        client.add("leads", json!({"_embedded": {"tags": [{"name": "t"}]}})).await;
        sandbox.set_user_active(demo::MANAGER, false);
        sandbox.calendar().advance(Duration::from_secs(48 * 3600));
        sandbox.faults().add(Fault::status(500).times(5));
        sandbox.set_rate_limit(RateLimit::PerSecond(1));
        client.get("/api/v4/leads").await;
        sandbox.reset();
        assert_eq!(without_access(), before);
        assert_eq!(sandbox.calendar().now(), START);
        assert_eq!((sandbox.log().len(), sandbox.faults().pending()), (0, 0));
        for token in [&client.token, &other] {
            let client = with_token(&sandbox, token);
            for _ in 0..3 {
                assert_eq!(client.get("/api/v4/account").await.status, 200);
            }
        }
        if state.is_some() {
            sandbox.revoke_tokens();
            assert_eq!(with_token(&sandbox, "t").get("/api/v4/account").await.status, 401);
            sandbox.reset();
            assert_eq!(with_token(&sandbox, "t").get("/api/v4/account").await.status, 200);
        }
    }
}

#[tokio::test]
async fn ids_go_on_where_the_state_says() {
    let client = Client::of(&quiet().leads(2).build());
    let gone = client.add("leads", json!({"name": "x"})).await;
    client.sandbox.delete("leads", gone);
    let task = json!([{"text": "t", "complete_till": START}]);
    let first =
        client.post("/api/v4/tasks", task.clone()).await.json()["_embedded"]["tasks"][0]["id"]
            .clone();
    client.sandbox.delete("tasks", first.as_i64().unwrap());
    let again = Client::of(&same_again(&client.sandbox));
    for client in [&client, &again] {
        assert_eq!(client.add("leads", json!({})).await, gone + 1);
        let next = client.post("/api/v4/tasks", task.clone()).await.json();
        assert_eq!(next["_embedded"]["tasks"][0]["id"], first.as_i64().unwrap() + 1);
    }
}
