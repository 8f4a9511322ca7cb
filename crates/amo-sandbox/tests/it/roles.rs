//! Roles: read, added, changed, deleted, and what their rights may say.

use crate::common::{Client, ids, pair};
use amo_sandbox::demo;
use serde_json::{Value, json};

const LIST: &str = "/api/v4/roles";

async fn added(client: &Client, rights: Value) -> Value {
    let answer = client.post(LIST, json!([{ "name": "Sales", "rights": rights }])).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()["_embedded"]["roles"][0].clone()
}

fn stage(status: i64, rights: &Value) -> Value {
    json!({ "entity_type": "leads", "pipeline_id": demo::PIPELINE, "status_id": status,
        "rights": rights })
}

fn incoming() -> Value {
    stage(demo::STATUS_INCOMING, &json!({ "view": "D", "edit": "D", "delete": "D" }))
}

#[tokio::test]
async fn a_role_is_added_changed_and_deleted() {
    let client = Client::quiet();
    assert_eq!(client.get(LIST).await.status, 204);
    let won = stage(142, &json!({ "view": "A", "edit": "A", "delete": "D" }));
    let rights = json!({
        "leads": { "view": "G", "edit": "M", "add": "A", "delete": "D", "export": "D" },
        "tasks": { "edit": "A" },
        "mail_access": true,
        "status_rights": [won],
    });
    // The page of the API shows an object where it says a list; both are taken.
    let one = json!({ "name": "Sales", "rights": rights, "request_id": "s" });
    let answer = client.post(LIST, one).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let role = answer.json()["_embedded"]["roles"][0].clone();
    let id = role["id"].clone();
    let path = format!("{LIST}/{id}");
    let denied = json!({ "view": "D", "edit": "D", "add": "D", "delete": "D", "export": "D" });
    let expected = json!({
        "id": id, "name": "Sales", "request_id": "s",
        "rights": {
            "leads": rights["leads"], "contacts": denied, "companies": denied,
            "tasks": { "edit": "A", "delete": "D" },
            "mail_access": true, "catalog_access": false, "catalog_rights": null,
            "status_rights": [won, incoming()],
        },
        "_links": { "self": { "href": format!("http://box.test{path}") } },
    });
    assert_eq!(role, expected);

    let all = json!({ "view": "A", "edit": "A", "add": "A", "delete": "A", "export": "A" });
    let change = json!({ "id": id, "rights": { "contacts": all, "status_rights": null } });
    let changed = client.patch(&path, change).await;
    assert_eq!(changed.status, 202, "{}", changed.text);
    let changed = changed.json();
    assert_eq!((&changed["name"], &changed["request_id"]), (&json!("Sales"), &json!("0")));
    assert_eq!(changed["rights"]["contacts"], all);
    assert_eq!(changed["rights"]["leads"], rights["leads"], "the others stay");
    assert_eq!(changed["rights"]["status_rights"], json!([incoming()]));

    let user = json!([{ "name": "Ann", "email": "ann@example.test", "password": "Passw0rd",
        "rights": { "role_id": id } }]);
    let user =
        client.post("/api/v4/users", user).await.json()["_embedded"]["users"][0]["id"].clone();
    let list = client.read(&format!("{LIST}?with=users")).await;
    assert_eq!((&list["_total_items"], &list["_page_count"]), (&json!(1), &json!(1)));
    assert_eq!(list["_embedded"]["roles"][0]["_embedded"]["users"], json!([user]));
    assert!(client.read(&path).await.get("_embedded").is_none());

    // The rights of its users follow the role, and outlive it.
    let own = format!("/api/v4/users/{user}");
    assert_eq!(client.read(&own).await["rights"]["contacts"], all);
    client.patch(&path, json!({ "rights": { "contacts": { "view": "M" } } })).await;
    assert_eq!(client.read(&own).await["rights"]["contacts"]["edit"], "D");
    assert_eq!(client.send("DELETE", &path, &json!(null)).await.status, 204);
    assert_eq!(client.get(&path).await.status, 404);
    let rights = client.read(&own).await["rights"].clone();
    assert_eq!((&rights["role_id"], &rights["contacts"]["view"]), (&json!(null), &json!("M")));
}

#[tokio::test]
async fn every_action_has_its_levels() {
    let client = Client::quiet();
    for section in ["leads", "contacts", "companies"] {
        for action in ["view", "edit", "delete", "export"] {
            for level in ["A", "G", "M", "D"] {
                let mut rights = json!({ "view": "A", "edit": "A" });
                rights[action] = json!(level);
                if action == "view" {
                    rights["edit"] = json!("D");
                }
                added(&client, json!({ section: rights })).await;
            }
        }
        added(&client, json!({ section: { "add": "A" } })).await;
        for (sent, action) in [
            (json!({ "add": "G" }), "add"),
            (json!({ "add": "M" }), "add"),
            (json!({ "view": "L" }), "view"),
            (json!({ "view": "X" }), "view"),
            (json!({ "view": "G", "edit": "A" }), "edit"),
            (json!({ "view": "M", "edit": "G" }), "edit"),
            (json!({ "edit": "M" }), "edit"),
            (json!({ "view": "A", "edit": "M", "delete": "G" }), "delete"),
            (json!({ "view": "M", "edit": "M", "delete": "A" }), "delete"),
            (json!({ "view": "G", "export": "A" }), "export"),
        ] {
            let role = json!([{ "name": "x", "rights": { section: sent } }]);
            let wanted = pair("NotSupportedChoice", &format!("rights.{section}.{action}"));
            assert_eq!(client.post(LIST, role).await.flaw(), wanted, "{sent}");
        }
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_role_is_said() {
    let client = Client::quiet();
    let status = |more: Value| {
        let mut one = stage(demo::STATUS_TALKS, &json!({ "view": "A" }));
        one.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "status_rights": [one] })
    };
    for (rights, code, path) in [
        (json!({ "tasks": { "view": "A" } }), "FieldNotExpected", "tasks.view"),
        (json!({ "tasks": { "delete": "M" } }), "NotSupportedChoice", "tasks.delete"),
        (json!({ "customers": {} }), "FieldNotExpected", "customers"),
        (json!({ "is_admin": true }), "FieldNotExpected", "is_admin"),
        (json!({ "group_id": 0 }), "FieldNotExpected", "group_id"),
        (json!({ "mail_access": "A" }), "InvalidType", "mail_access"),
        (status(json!({ "status_id": 5 })), "NotSupportedChoice", "status_rights.0.status_id"),
        (
            status(json!({ "entity_type": "contacts" })),
            "NotSupportedChoice",
            "status_rights.0.entity_type",
        ),
        (
            status(json!({ "rights": { "view": "G" } })),
            "NotSupportedChoice",
            "status_rights.0.rights.view",
        ),
        (
            json!({ "status_rights": [{ "status_id": 142, "rights": {} }] }),
            "FieldMissing",
            "status_rights.0.pipeline_id",
        ),
        (
            json!({ "catalog_rights": [{ "rights": {} }] }),
            "FieldMissing",
            "catalog_rights.0.catalog_id",
        ),
    ] {
        let answer = client.post(LIST, json!([{ "name": "x", "rights": rights }])).await;
        assert_eq!(answer.flaw(), pair(code, &format!("rights.{path}")), "{rights}");
    }
    let answer = client.post(LIST, json!([{}])).await;
    let missing: Vec<String> = answer.flaws().into_iter().map(|(.., path)| path).collect();
    assert_eq!(missing, ["name", "rights"]);
    assert_eq!(client.get(LIST).await.status, 204, "nothing was kept");
    let id = added(&client, json!({})).await["id"].clone();
    let path = format!("{LIST}/{id}");
    assert_eq!(client.patch(&path, json!({})).await.flaw(), pair("NotBlank", ""));
    assert_eq!(client.patch(&format!("{LIST}/5"), json!({ "name": "x" })).await.status, 404);
    assert_eq!(ids(&client.read(LIST).await, "roles"), [id.as_i64().unwrap()]);
}

#[tokio::test]
async fn stages_that_are_gone_are_gone_from_rights() {
    let client = Client::quiet();
    let talks = stage(demo::STATUS_TALKS, &json!({ "view": "A" }));
    let role = added(&client, json!({ "status_rights": [talks] })).await;
    let whole = stage(demo::STATUS_TALKS, &json!({ "view": "A", "edit": "D", "delete": "D" }));
    assert_eq!(role["rights"]["status_rights"], json!([whole, incoming()]));
    let path = format!("/api/v4/leads/pipelines/8001/statuses/{}", demo::STATUS_TALKS);
    assert_eq!(client.send("DELETE", &path, &json!(null)).await.status, 204);
    let role = client.read(&format!("{LIST}/{}", role["id"])).await;
    assert_eq!(role["rights"]["status_rights"], json!([incoming()]));
}

#[tokio::test]
async fn incoming_leads_can_be_opened_and_catalogs_forgotten() {
    let client = Client::quiet();
    let open = stage(demo::STATUS_INCOMING, &json!({ "view": "A", "edit": "D", "delete": "D" }));
    let role = added(&client, json!({ "status_rights": [open], "catalog_access": true })).await;
    assert_eq!(role["rights"]["status_rights"], json!([open]));
    assert_eq!(role["rights"]["catalog_access"], true);
    let path = format!("{LIST}/{}", role["id"]);
    for none in [json!([]), json!(null)] {
        let changed = client.patch(&path, json!({ "rights": { "catalog_rights": none } })).await;
        assert_eq!(changed.json()["rights"]["catalog_rights"], json!(null));
    }
}

#[tokio::test]
async fn only_administrators_see_roles() {
    let mut client = Client::quiet();
    client.headers = vec![("x-context-user-id", demo::MANAGER.to_string())];
    assert_eq!(client.get(LIST).await.status, 403);
    assert_eq!(client.post(LIST, json!([])).await.status, 403);
    assert_eq!(client.patch(&format!("{LIST}/5"), json!({})).await.status, 403);
    assert_eq!(client.send("DELETE", &format!("{LIST}/5"), &json!(null)).await.status, 403);
}
