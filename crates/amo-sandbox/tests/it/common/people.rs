//! Users who may not do everything.

use super::Client;
use amo_sandbox::{Sandbox, demo};
use serde_json::{Value, json};

/// A client that acts for a user.
pub(crate) fn acting(sandbox: &Sandbox, user: i64) -> Client {
    let mut client = Client::of(sandbox);
    client.headers = vec![("x-context-user-id", user.to_string())];
    client
}

/// A client that acts for a new user of the group of partners with these rights; whatever they do
/// not say is denied.
pub(crate) async fn with_rights(sandbox: &Sandbox, rights: Value) -> Client {
    let admin = Client::of(sandbox);
    let role = admin.post("/api/v4/roles", json!([{ "name": "x", "rights": rights }])).await;
    assert_eq!(role.status, 201, "{}", role.text);
    let role = role.json()["_embedded"]["roles"][0]["id"].clone();
    let user = json!([{ "name": "Ann", "email": format!("ann{role}@example.test"),
        "password": "Passw0rd",
        "rights": { "role_id": role, "group_id": demo::GROUP_PARTNERS } }]);
    let user = admin.post("/api/v4/users", user).await.json();
    acting(sandbox, user["_embedded"]["users"][0]["id"].as_i64().unwrap())
}
