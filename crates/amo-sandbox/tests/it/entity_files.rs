//! Files attached to entities.

use crate::common;
use crate::common::drive::{Drive, uuids};
use crate::common::{Client, START, pair, quiet};
use amo_sandbox::CustomersMode;
use serde_json::{Value, json};

fn refs(files: &[&Value]) -> Value {
    files.iter().map(|file| json!({"file_uuid": file["uuid"]})).collect()
}

#[tokio::test]
async fn files_are_attached_listed_and_detached() {
    let drive = Drive::of(&quiet().customers_mode(CustomersMode::Segments).build());
    let client = Client::of(&drive.sandbox);
    let (a, b) = (drive.upload("a.txt", b"a").await, drive.upload("b.txt", b"b").await);
    let catalog = common::catalog(&client, "Goods").await;
    let element = common::element(&client, catalog, "Chair").await;
    let mut owners = vec![format!("catalogs/{catalog}/{element}")];
    for kind in ["leads", "contacts", "companies", "customers"] {
        owners.push(format!("{kind}/{}", client.add(kind, json!({"name": "X"})).await));
    }
    for owner in owners {
        let path = format!("/api/v4/{owner}/files");
        assert_eq!(client.get(&path).await.status, 204, "{owner}");
        let attached = client.send("PUT", &path, &refs(&[&a, &b])).await;
        assert_eq!((attached.status, attached.text.as_str()), (202, ""), "{owner}");
        let list = client.read(&path).await;
        assert_eq!(uuids_of(&list), [&b["uuid"], &a["uuid"]], "{owner}");
        assert_eq!(client.send("PUT", &path, &refs(&[&a])).await.status, 202);
        assert_eq!(client.read(&path).await, list, "once is enough");
        let detached = client.send("DELETE", &path, &refs(&[&a])).await;
        assert_eq!((detached.status, detached.text.as_str()), (202, ""), "{owner}");
        assert_eq!(uuids_of(&client.read(&path).await), [&b["uuid"]], "{owner}");
    }
    assert_eq!(uuids(&drive.read("/v1.0/files").await).len(), 2, "they stay on the drive");
}

fn uuids_of(list: &Value) -> Vec<&Value> {
    let files = list["_embedded"]["files"].as_array().unwrap();
    files.iter().map(|file| &file["file_uuid"]).collect()
}

#[tokio::test]
async fn lists_go_on_before_an_id_and_their_links_lead_nowhere() {
    let drive = Drive::quiet();
    let client = Client::of(&drive.sandbox);
    let lead = client.add("leads", json!({"name": "X"})).await;
    let path = format!("/api/v4/leads/{lead}/files");
    let mut files = Vec::new();
    for name in ["a", "b", "c"] {
        files.push(drive.upload(name, b"x").await);
    }
    client.send("PUT", &path, &refs(&files.iter().collect::<Vec<_>>())).await;
    let first = client.read(&format!("{path}?limit=2")).await;
    assert_eq!(uuids_of(&first), [&files[2]["uuid"], &files[1]["uuid"]]);
    let href = first["_links"]["self"]["href"].as_str().unwrap();
    assert_eq!(href, format!("http://box.test/ajax/v4/leads/{lead}/files?limit=2"));
    let last = first["_embedded"]["files"][1]["id"].as_i64().unwrap();
    let second = client.read(&format!("{path}?limit=2&before_id={last}")).await;
    assert_eq!(uuids_of(&second), [&files[0]["uuid"]]);
    let last = second["_embedded"]["files"][0]["id"].as_i64().unwrap();
    assert_eq!(client.get(&format!("{path}?before_id={last}")).await.status, 204);
    assert_eq!(client.get(&format!("{path}?before_id=x")).await.status, 400);
    assert_eq!(client.get(&format!("{path}?limit=51")).await.status, 422);
}

#[tokio::test]
async fn what_is_not_there_is_refused() {
    let drive = Drive::quiet();
    let client = Client::of(&drive.sandbox);
    let lead = client.add("leads", json!({"name": "X"})).await;
    let path = format!("/api/v4/leads/{lead}/files");
    let (a, b) = (drive.upload("a", b"a").await, drive.upload("b", b"b").await);
    let deleted = json!([{"uuid": b["uuid"]}]).to_string();
    assert_eq!(drive.send("DELETE", "/v1.0/files", deleted).await.status, 204);
    let answer = client.send("PUT", &path, &refs(&[&a, &b])).await;
    assert_eq!(answer.flaw(), pair("NotSupportedChoice", "file_uuid"));
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(client.get(&path).await.status, 204, "all or nothing");
    let missing = client.send("PUT", &path, &json!([{}])).await;
    assert_eq!(missing.flaw(), pair("FieldMissing", "file_uuid"));
    for body in [json!([]), json!({}), json!([5]), json!(null), json!([{"file_uuid": 5}])] {
        for method in ["PUT", "DELETE"] {
            assert_eq!(client.send(method, &path, &body).await.status, 400, "{method} {body}");
        }
    }
    let unknown = client.send("DELETE", &path, &json!([{"file_uuid": "x"}])).await;
    assert_eq!(unknown.status, 202);
    for path in [
        "/api/v4/leads/9/files",
        "/api/v4/leads/x/files",
        "/api/v4/tasks/5/files",
        "/api/v4/catalogs/5/6/files",
        "/api/v4/files/x/links",
    ] {
        assert_eq!(client.get(path).await.status, 404, "{path}");
    }
    assert_eq!(client.post(&path, json!([])).await.status, 405);
}

#[tokio::test]
async fn a_file_tells_what_it_is_attached_to() {
    let drive = Drive::quiet();
    let client = Client::of(&drive.sandbox);
    let file = drive.upload("a.txt", b"a").await;
    let lead = client.add("leads", json!({"name": "Deal", "price": 7})).await;
    let contact = client.add("contacts", json!({"name": "Ann"})).await;
    for owner in [format!("leads/{lead}"), format!("contacts/{contact}")] {
        client.send("PUT", &format!("/api/v4/{owner}/files"), &refs(&[&file])).await;
    }
    let path = format!("/api/v4/files/{}/links", file["uuid"].as_str().unwrap());
    let links = client.read(&path).await;
    assert_eq!(links["file_uuid"], file["uuid"]);
    let entities = links["entities"].as_array().unwrap();
    assert_eq!(entities.len(), 2);
    let admin = amo_sandbox::demo::ADMIN;
    assert_eq!(
        entities[1],
        json!({"id": contact, "name": "Ann", "entity_type": "contacts", "created_by": admin,
            "main_user_id": admin, "date_create": START, "date_update": START,
            "updated_by": admin})
    );
    let lead = &entities[0];
    assert_eq!((&lead["entity_type"], &lead["price"]), (&json!("leads"), &json!(7)));
    assert!(lead["pipeline_id"].is_i64() && lead["status_id"].is_i64());
    let named = json!([{"uuid": file["uuid"]}]).to_string();
    drive.send("DELETE", "/v1.0/files", named).await;
    let files = format!("/api/v4/leads/{}/files", lead["id"]);
    assert_eq!(client.get(&files).await.status, 204, "deleted files are not shown");
    drive.sandbox.calendar().advance(std::time::Duration::from_secs(30 * 24 * 3600));
    assert_eq!(client.get(&path).await.status, 404);
}
