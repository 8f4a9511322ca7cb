//! What the description of the API says of writes, for tests that go through all of them.

use super::Client;
use super::described::DOCUMENT;
use serde_json::{Value, json};

/// An operation that takes JSON.
pub(crate) struct Writing {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) body: Value,
}

/// A schema that is not only a reference, with its parts laid together; of several kinds the first.
pub(crate) fn whole(schema: &Value) -> Value {
    let mut found = match schema["$ref"].as_str() {
        Some(place) => whole(DOCUMENT.pointer(place.trim_start_matches('#')).unwrap()),
        None => schema.clone(),
    };
    if let Some(parts) = schema["allOf"].as_array() {
        for part in parts {
            let part = whole(part);
            found.as_object_mut().unwrap().extend(part.as_object().unwrap().clone());
        }
    }
    let kinds =
        found["oneOf"].as_array().filter(|kinds| kinds.iter().all(|one| one["$ref"].is_string()));
    match kinds.and_then(|kinds| kinds.first()) {
        Some(first) => whole(first),
        None => found,
    }
}

/// Every operation that takes JSON.
pub(crate) fn writing() -> Vec<Writing> {
    let mut found = Vec::new();
    for (path, operations) in DOCUMENT["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            if schema.is_object() && path.starts_with("/api/") {
                let method = method.to_uppercase();
                let body = whole(schema);
                found.push(Writing { method, path: path.clone(), body });
            }
        }
    }
    assert!(found.len() > 80, "{}", found.len());
    found
}

/// The path with things that are there in a `world`; `{id}` is that of the first in the list above.
pub(crate) async fn place(client: &Client, path: &str) -> String {
    let mut path = path.to_owned();
    for (name, value) in [
        ("{entity}", "leads"),
        ("{entity_id}", "3000001"),
        ("{catalog_id}", "10001"),
        ("{pipeline_id}", "8001"),
        ("{customer_id}", "4000001"),
        ("{template_id}", "10001"),
    ] {
        path = path.replace(name, value);
    }
    if !path.contains("{id}") {
        return path;
    }
    let list = path.split("/{id}").next().unwrap();
    let answer = client.get(list).await;
    let mut id = json!(1);
    if answer.status == 200 {
        let list = answer.json();
        let first = list["_embedded"].as_object().and_then(|all| all.values().next());
        let first = first.map_or(Value::Null, |items| items[0].clone());
        let ids = ["id", "uid", "talk_id", "source_id"].iter().map(|name| &first[*name]);
        id = ids.into_iter().find(|id| !id.is_null()).cloned().unwrap_or(id);
    }
    let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
    path.replace("{id}", &id)
}
