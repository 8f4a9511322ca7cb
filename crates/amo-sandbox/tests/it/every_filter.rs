//! Every filter, order, search and word of `with` that the description of the API names does what
//! it says, in every list.

use crate::common::Client;
use crate::common::described::DOCUMENT;
use crate::common::world::world;
use serde_json::Value;

/// The lists: their path in the description, where the box of these tests has one, and the key.
const LISTS: &[(&str, &str, &str)] = &[
    ("/api/v4/leads", "leads", "leads"),
    ("/api/v4/contacts", "contacts", "contacts"),
    ("/api/v4/companies", "companies", "companies"),
    ("/api/v4/customers", "customers", "customers"),
    ("/api/v4/customers/transactions", "customers/transactions", "transactions"),
    (
        "/api/v4/customers/{customer_id}/transactions",
        "customers/4000001/transactions",
        "transactions",
    ),
    ("/api/v4/tasks", "tasks", "tasks"),
    ("/api/v4/{entity}/notes", "leads/notes", "notes"),
    ("/api/v4/{entity}/{entity_id}/notes", "leads/3000001/notes", "notes"),
    ("/api/v4/{entity}/tags", "leads/tags", "tags"),
    ("/api/v4/{entity}/custom_fields", "leads/custom_fields", "custom_fields"),
    ("/api/v4/catalogs", "catalogs", "catalogs"),
    ("/api/v4/catalogs/{catalog_id}/elements", "catalogs/10001/elements", "elements"),
    (
        "/api/v4/catalogs/{catalog_id}/custom_fields",
        "catalogs/10002/custom_fields",
        "custom_fields",
    ),
    ("/api/v4/leads/unsorted", "leads/unsorted", "unsorted"),
    ("/api/v4/leads/pipelines/{pipeline_id}/statuses", "leads/pipelines/8001/statuses", "statuses"),
    ("/api/v4/events", "events", "events"),
    ("/api/v4/talks", "talks", "talks"),
    ("/api/v4/talks/{talk_id}/messages", "talks/10001/messages", "messages"),
    ("/api/v4/bots", "bots", "items"),
    ("/api/v4/sources", "sources", "sources"),
    ("/api/v4/chats/templates", "chats/templates", "chat_templates"),
    ("/api/v4/users", "users", "users"),
    ("/api/v4/roles", "roles", "roles"),
];

/// What other tests look at, since it is no comparison with a member.
const ELSEWHERE: &[(&str, &str)] = &[
    ("", "filter[custom_fields_values]"),
    ("/api/v4/tasks", "filter[lead_statuses]"),
    ("/api/v4/tasks", "filter[entity_id]"),
    // An event of a talk is one of its contact too.
    ("/api/v4/events", "filter[entity]"),
    ("/api/v4/events", "filter[entity_id]"),
    ("/api/v4/events", "filter[value_before]"),
    ("/api/v4/events", "filter[value_after]"),
    ("/api/v4/talks", "filter[only_in_work]"),
    // Both together.
    ("/api/v4/talks", "filter[entity_id]"),
    ("/api/v4/talks", "filter[entity_type]"),
    ("/api/v4/{entity}/{entity_id}/notes", "filter[entity_id]"),
    // The items do not show it.
    ("/api/v4/leads/unsorted", "order[updated_at]"),
];

/// The words that show nothing here: what they are about is not in the box of these tests, or the
/// box keeps nothing of it.
const SILENT: &[(&str, &str)] = &[
    // Deleted ones in place of the others; other tests look at them.
    ("/api/v4/leads", "only_deleted"),
    ("/api/v4/contacts", "only_deleted"),
    ("/api/v4/companies", "only_deleted"),
    // Named in the comments of the official client alone.
    ("/api/v4/catalogs/{catalog_id}/elements", "filled_suppliers_fields"),
    // Nothing happened to elements.
    ("/api/v4/events", "catalog"),
    // Only bills have suppliers.
    ("/api/v4/catalogs/{catalog_id}/elements", "supplier_field_values"),
];

/// The member that a filter is about, where it is called otherwise.
fn member(filter: &str) -> &str {
    match filter {
        "task_type" => "task_type_id",
        "entity" => "entity_type",
        other => other,
    }
}

/// What the description says that a list can be asked for: its name and its schema.
fn parameters(path: &str) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    let parameters = &DOCUMENT["paths"][path]["get"]["parameters"];
    for mut one in parameters.as_array().unwrap_or_else(|| panic!("{path}")) {
        if let Some(name) = one["$ref"].as_str() {
            one = DOCUMENT.pointer(name.trim_start_matches('#')).unwrap();
        }
        if one["in"] != "query" {
            continue;
        }
        let mut schema = one["schema"].clone();
        if let Some(name) = schema["items"]["$ref"].as_str() {
            schema["items"] = DOCUMENT.pointer(name.trim_start_matches('#')).unwrap().clone();
        }
        found.push((one["name"].as_str().unwrap().to_owned(), schema));
    }
    found
}

/// The items of a list on all of its pages.
async fn items(client: &Client, at: &str, query: &str, key: &str) -> Vec<Value> {
    let mut found = Vec::new();
    for page in 1.. {
        let path = format!("/api/v4/{at}?limit=50&page={page}{query}");
        let answer = client.get(&path).await;
        if answer.status == 204 {
            break;
        }
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        let document = answer.json();
        found.extend(document["_embedded"][key].as_array().unwrap().iter().cloned());
        // Whole lists have no pages.
        if document["_links"]["next"].is_null() {
            break;
        }
    }
    found
}

/// A value as it stands in a query.
fn written(value: &Value) -> String {
    match value {
        Value::Bool(flag) => i32::from(*flag).to_string(),
        Value::String(text) => form_urlencoded::byte_serialize(text.as_bytes()).collect(),
        other => other.to_string(),
    }
}

/// The different values that the items have there.
fn values(all: &[Value], member: &str) -> Vec<Value> {
    let mut found: Vec<Value> = Vec::new();
    for value in all.iter().map(|item| &item[member]).filter(|value| !value.is_null()) {
        if !found.contains(value) {
            found.push(value.clone());
        }
    }
    found
}

fn only(all: &[Value], fits: impl Fn(&Value) -> bool) -> Vec<Value> {
    all.iter().filter(|item| fits(item)).cloned().collect()
}

fn is_among(list: &[(&str, &str)], path: &str, name: &str) -> bool {
    list.iter().any(|(one, start)| (one.is_empty() || *one == path) && name.starts_with(start))
}

#[tokio::test]
async fn every_filter_filters() {
    let client = world().await;
    for (path, at, key) in LISTS {
        let all = items(&client, at, "", key).await;
        for (name, schema) in parameters(path) {
            let is_filter = name.starts_with("filter[") || name == "type";
            if !is_filter || is_among(ELSEWHERE, path, &name) {
                continue;
            }
            let said = format!("{path} {name}");
            let bare = name.trim_end_matches("[]");
            let inner = bare.strip_prefix("filter[").and_then(|rest| rest.split(']').next());
            let of = member(inner.unwrap_or(bare));
            if name.contains("[0]") {
                // Pairs: all of one object must fit, and another object is an alternative.
                let pair = |item: &Value| (item["pipeline_id"].clone(), item["status_id"].clone());
                for (pipeline, status) in all.iter().map(pair) {
                    let query = format!(
                        "&filter[{of}][0][pipeline_id]={pipeline}&filter[{of}][0][status_id]={status}"
                    );
                    let wanted =
                        only(&all, |item| pair(item) == (pipeline.clone(), status.clone()));
                    assert_eq!(items(&client, at, &query, key).await, wanted, "{said}");
                }
                continue;
            }
            let values = values(&all, of);
            assert!(values.len() > 1, "{said}: too little to tell that it filters: {values:?}");
            for value in &values {
                let text = written(value);
                let wanted = only(&all, |item| item[of] == *value);
                let query = if schema["type"] == "object" {
                    format!("&{bare}[from]={text}&{bare}[to]={text}")
                } else {
                    format!("&{name}={text}")
                };
                assert_eq!(items(&client, at, &query, key).await, wanted, "{said}={text}");
            }
            if schema["type"] == "array" {
                let (one, other) = (&values[0], &values[1]);
                let query = format!("&{bare}[0]={}&{bare}[3]={}", written(one), written(other));
                let wanted = only(&all, |item| item[of] == *one || item[of] == *other);
                assert_eq!(items(&client, at, &query, key).await, wanted, "{said}: two");
            }
        }
    }
}

#[tokio::test]
async fn every_order_orders_and_every_search_finds() {
    let client = world().await;
    for (path, at, key) in LISTS {
        let all = items(&client, at, "", key).await;
        for (name, _) in parameters(path) {
            if let Some(of) = name.strip_prefix("order[").map(|rest| rest.trim_end_matches(']')) {
                if is_among(ELSEWHERE, path, &name) {
                    continue;
                }
                assert!(values(&all, of).len() > 1, "{path} {name}: too little to tell");
                let mut wanted = all.clone();
                wanted.sort_by_key(|item| (item[of].as_i64(), item["id"].as_i64()));
                let growing = items(&client, at, &format!("&{name}=asc"), key).await;
                assert_eq!(growing, wanted, "{path} {name}");
                wanted.reverse();
                let falling = items(&client, at, &format!("&{name}=desc"), key).await;
                assert_eq!(falling, wanted, "{path} {name}");
            }
            if name == "query" {
                for item in &all {
                    let text = written(&item["name"]);
                    let wanted = only(&all, |other| written(&other["name"]).contains(&text));
                    assert!(wanted.len() < all.len(), "{path} {text}");
                    let found = items(&client, at, &format!("&query={text}"), key).await;
                    assert_eq!(found, wanted, "{path} {text}");
                }
            }
        }
    }
}

#[tokio::test]
async fn every_word_of_with_shows_something() {
    let client = world().await;
    for (path, at, key) in LISTS {
        let all = items(&client, at, "", key).await;
        for (name, schema) in parameters(path) {
            for word in schema["items"]["examples"].as_array().into_iter().flatten() {
                let word = word.as_str().unwrap();
                if name != "with" || is_among(SILENT, path, word) {
                    continue;
                }
                let shown = items(&client, at, &format!("&with={word}"), key).await;
                assert_ne!(shown, all, "{path} {word}");
                assert_eq!(shown.len(), all.len(), "{path} {word}");
            }
        }
    }
}

/// A list that comes to the description with something to ask for comes to these tests too, or is
/// known to be tested elsewhere.
#[test]
fn no_list_is_forgotten() {
    const OTHERS: &[&str] = &[
        "links",
        "files",
        "unsorted/summary",
        "chats",
        "types",
        "webhooks",
        "website_buttons",
        "account",
        "segments/custom_fields",
        "subdomain",
    ];
    for (path, operations) in DOCUMENT["paths"].as_object().unwrap() {
        let is_single = path.ends_with('}');
        let is_other = OTHERS.iter().any(|end| path.ends_with(end));
        // `legacy` and `legacy_cards` test version 2.
        let is_other = is_other || path.starts_with("/api/v2/");
        if operations["get"]["parameters"].is_null() || is_single || is_other {
            continue;
        }
        let asks = parameters(path);
        let asks = asks.iter().any(|(name, _)| name != "page" && name != "limit");
        let is_known = LISTS.iter().any(|(known, ..)| known == path);
        assert!(is_known || !asks, "{path}");
    }
}
