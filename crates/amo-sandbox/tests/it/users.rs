//! Users: read, added, switched on and off, and acted for.

use crate::common::{Client, ids, pair};
use amo_sandbox::demo;
use serde_json::{Value, json};

const LIST: &str = "/api/v4/users";

fn new(email: &str) -> Value {
    json!({ "name": "Ann Test", "email": email, "password": "Passw0rd" })
}

/// Adds a user and gives what the answer shows.
async fn added(client: &Client, more: Value) -> Value {
    let mut item = new("ann@example.test");
    item.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let answer = client.post(LIST, json!([item])).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()["_embedded"]["users"][0].clone()
}

#[tokio::test]
async fn a_user_without_rights_may_do_nothing() {
    let mut client = Client::quiet();
    let answer = client.post(LIST, json!([new("ann@example.test")])).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let answer = answer.json();
    assert_eq!(answer["_total_items"], 1);
    assert!(answer.get("_links").is_none());
    let user = &answer["_embedded"]["users"][0];
    let id = user["id"].as_i64().unwrap();
    let denied = json!({ "view": "D", "edit": "D", "add": "D", "delete": "D", "export": "D" });
    let expected = json!({
        "id": id, "name": "Ann Test", "email": "ann@example.test", "lang": "ru", "request_id": "0",
        "rights": {
            "leads": denied, "contacts": denied, "companies": denied,
            "tasks": { "edit": "D", "delete": "D" },
            "mail_access": false, "catalog_access": false, "catalog_rights": null,
            "status_rights": [{
                "entity_type": "leads", "pipeline_id": demo::PIPELINE,
                "status_id": demo::STATUS_INCOMING,
                "rights": { "view": "D", "edit": "D", "delete": "D" },
            }],
            "is_admin": false, "is_free": false, "is_active": true, "group_id": 0, "role_id": null,
        },
        "_links": { "self": { "href": format!("http://box.test{LIST}/{id}") } },
    });
    assert_eq!(*user, expected);
    client.headers = vec![("x-context-user-id", id.to_string())];
    assert_eq!(client.read("/api/v4/account").await["current_user_id"], id);
    assert_eq!(client.post("/api/v4/leads", json!([{ "name": "x" }])).await.status, 403);
}

#[tokio::test]
async fn with_asks_for_more_of_a_user() {
    let client = Client::quiet();
    let role = json!([{ "name": "Sales", "rights": {} }]);
    let role =
        client.post("/api/v4/roles", role).await.json()["_embedded"]["roles"][0]["id"].clone();
    let rights = json!({ "role_id": role, "group_id": demo::GROUP_PARTNERS });
    let user = added(&client, json!({ "lang": "en", "rights": rights })).await;
    assert_eq!((&user["lang"], &user["rights"]["role_id"]), (&json!("en"), &role));
    assert_eq!(user["rights"]["group_id"], demo::GROUP_PARTNERS);
    assert!(user.get("password").is_none() && user.get("_embedded").is_none());
    let path = format!("{LIST}/{}", user["id"]);
    let shown =
        client.read(&format!("{path}?with=role,group,uuid,amojo_id,user_rank,phone_number")).await;
    for name in ["uuid", "amojo_id", "user_rank", "phone_number"] {
        assert!(shown.get(name).is_some() && user.get(name).is_none(), "{name}");
    }
    let href = format!("http://box.test/api/v4/roles/{role}");
    let roles = json!([{ "id": role, "name": "Sales", "_links": { "self": { "href": href } } }]);
    assert_eq!(shown["_embedded"]["roles"], roles);
    assert_eq!(shown["_embedded"]["groups"][0]["name"], "Partners");

    let page = client.read(&format!("{LIST}?limit=3&page=2&with=role")).await;
    assert_eq!((&page["_total_items"], &page["_page_count"]), (&json!(4), &json!(2)));
    assert_eq!(json!(ids(&page, "users")), json!([user["id"]]));
    assert!(page["_links"]["self"]["href"].as_str().unwrap().ends_with("&limit=3&page=2"));
    assert_eq!(client.get(&format!("{LIST}?page=3")).await.status, 204);
    assert_eq!(client.get(&format!("{LIST}?limit=251")).await.status, 422);
    assert_eq!(client.get(&format!("{LIST}/5")).await.status, 404);
}

#[tokio::test]
async fn what_is_wrong_with_a_user_is_said() {
    let client = Client::quiet();
    for (more, code, path) in [
        (json!({ "name": "  " }), "NotBlank", "name"),
        (json!({ "name": "x".repeat(51) }), "TooLong", "name"),
        (json!({ "name": "Ann <b>" }), "InvalidValue", "name"),
        (json!({ "name": "see www.example.test" }), "InvalidValue", "name"),
        (json!({ "email": "ann b@example.test" }), "InvalidEmail", "email"),
        (json!({ "email": "ann@b@example.test" }), "InvalidEmail", "email"),
        (json!({ "email": "ann@example" }), "InvalidEmail", "email"),
        (json!({ "email": "Manager@example.test" }), "NotUnique", "email"),
        (json!({ "password": "passw0rd" }), "InvalidValue", "password"),
        (json!({ "password": "PASSW0RD" }), "InvalidValue", "password"),
        (json!({ "password": "Password" }), "InvalidValue", "password"),
        (json!({ "password": "Pw0" }), "InvalidValue", "password"),
        (json!({ "lang": "de" }), "NotSupportedChoice", "lang"),
        (json!({ "is_active": true }), "FieldNotExpected", "is_active"),
        (json!({ "rights": { "role_id": 5 } }), "NotSupportedChoice", "rights.role_id"),
        (
            json!({ "rights": { "is_free": true, "group_id": 5 } }),
            "NotSupportedChoice",
            "rights.group_id",
        ),
    ] {
        let mut item = new("ann@example.test");
        item.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        assert_eq!(client.post(LIST, json!([item])).await.flaw(), pair(code, path), "{more}");
    }
    let answer = client.post(LIST, json!([{}])).await;
    let missing: Vec<String> = answer.flaws().into_iter().map(|(.., path)| path).collect();
    assert_eq!(missing, ["name", "email", "password"]);
    let mut item = new("ann@example.test");
    item["rights"] = json!({ "leads": {}, "is_admin": true });
    let answer = client.post(LIST, json!([item])).await;
    let found: Vec<String> =
        answer.flaws().into_iter().map(|(_, c, p)| format!("{c} {p}")).collect();
    let wanted = [
        "FieldNotExpected rights.is_admin",
        "FieldMissing rights.contacts",
        "FieldMissing rights.companies",
        "FieldMissing rights.tasks",
    ];
    assert_eq!(found, wanted);
    let twice = json!([new("ann@example.test"), new("Ann@example.test")]);
    let answer = client.post(LIST, twice).await;
    assert_eq!(answer.flaws()[0].0, "1");
    assert_eq!(answer.flaw(), pair("NotUnique", "email"));
    let many: Vec<Value> = (0..11).map(|number| new(&format!("u{number}@example.test"))).collect();
    assert_eq!(client.post(LIST, json!(many)).await.status, 422);
    assert_eq!(client.patch(&format!("{LIST}/9002"), json!({ "name": "x" })).await.status, 405);
    assert_eq!(ids(&client.read(LIST).await, "users").len(), 3, "nothing was kept");
}

#[tokio::test]
async fn with_a_hundred_and_one_users_the_method_closes() {
    let client = Client::quiet();
    for number in 0..98 {
        let user = new(&format!("u{number}@example.test"));
        assert_eq!(client.post(LIST, json!([user])).await.status, 201, "{number}");
    }
    assert_eq!(client.post(LIST, json!([new("last@example.test")])).await.status, 403);
}

#[tokio::test]
async fn users_are_switched_off_and_on() {
    let mut client = Client::quiet();
    let manager = json!([{ "id": demo::MANAGER }]);
    let off = client.post(&format!("{LIST}/deactivate"), manager.clone()).await;
    assert_eq!((off.status, off.text.as_str()), (204, ""));
    let path = format!("{LIST}/{}", demo::MANAGER);
    assert_eq!(client.read(&path).await["rights"]["is_active"], false);
    let own = client.headers.clone();
    client.headers = vec![("x-context-user-id", demo::MANAGER.to_string())];
    assert_eq!(client.get("/api/v4/account").await.status, 401);
    client.headers = own;
    let on = client.post(&format!("{LIST}/activate"), manager).await;
    assert_eq!((on.status, on.text.as_str()), (202, ""));
    assert_eq!(on.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(client.read(&path).await["rights"]["is_active"], true);

    let unknown = client
        .post(&format!("{LIST}/deactivate"), json!([{ "id": 9002 }, { "id": 5 }, { "id": 6 }]))
        .await;
    assert_eq!(unknown.status, 400);
    assert_eq!(unknown.json()["detail"], "User(s) 5, 6 are not associated with provided account.");
    assert_eq!(client.read(&path).await["rights"]["is_active"], true, "none of them");
    let answer = client.post(&format!("{LIST}/deactivate"), json!([{}, { "id": "5" }, 7])).await;
    let found: Vec<(String, String, String)> = answer.flaws();
    let wanted =
        [("0", "FieldMissing", "id"), ("1", "InvalidType", "id"), ("2", "InvalidType", "")];
    let wanted = wanted.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned()));
    assert_eq!(found, wanted);
    let ten = vec![json!({ "id": demo::MANAGER }); 11];
    assert_eq!(client.post(&format!("{LIST}/activate"), json!(ten)).await.status, 422);
}

#[tokio::test]
async fn nobody_acts_for_a_free_user() {
    let mut client = Client::quiet();
    let rights = json!({ "is_free": true, "role_id": null, "group_id": demo::GROUP_PARTNERS,
        "leads": { "view": "A" } });
    let user = added(&client, json!({ "rights": rights })).await;
    assert_eq!(user["rights"]["is_free"], true);
    assert_eq!(user["rights"]["group_id"], 0, "everything else is ignored");
    assert_eq!(user["rights"]["leads"]["view"], "D");
    client.headers = vec![("x-context-user-id", user["id"].to_string())];
    assert_eq!(client.get("/api/v4/account").await.status, 401);
}

#[tokio::test]
async fn only_administrators_see_users() {
    let mut client = Client::quiet();
    client.headers = vec![("x-context-user-id", demo::MANAGER.to_string())];
    assert_eq!(client.get(LIST).await.status, 403);
    assert_eq!(client.get(&format!("{LIST}/{}", demo::MANAGER)).await.status, 403);
    assert_eq!(client.post(LIST, json!([new("ann@example.test")])).await.status, 403);
    assert_eq!(client.post(&format!("{LIST}/deactivate"), json!([])).await.status, 403);
}
