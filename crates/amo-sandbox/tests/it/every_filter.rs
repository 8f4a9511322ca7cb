//! Every filter, order, search and word of `with` that the description of the API names does what
//! it says, in every list.

use crate::common::{Client, START, catalog, element, quiet};
use amo_sandbox::{ApiFilter, CustomersMode, demo};
use serde_json::{Value, json};

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

/// A box in which members of all kinds differ from card to card.
async fn world() -> Client {
    let box_of = quiet().api_filter(ApiFilter::On).customers(CustomersMode::Periodicity);
    let client = Client::of(&box_of.build());
    let users = [demo::ADMIN, demo::MANAGER, demo::PARTNER_MANAGER];
    let stages = [demo::STATUS_FIRST, demo::STATUS_WON, demo::STATUS_LOST];
    let pipeline = json!({"name": "P", "sort": 5, "is_main": false, "is_unsorted_on": true,
        "_embedded": {"statuses": [{"name": "a"}]}});
    let made = client.post("/api/v4/leads/pipelines", json!([pipeline])).await.json();
    let second = made["_embedded"]["pipelines"][0]["id"].clone();
    let statuses = client.read("/api/v4/customers/statuses").await;
    let cars = catalog(&client, "Cars").await;
    client.add("catalogs", json!({"name": "Goods", "type": "products"})).await;
    for (name, external) in [("red", "s1"), ("blue", "s2")] {
        element(&client, cars, name).await;
        client.add("sources", json!({"name": name, "external_id": external})).await;
        let template = json!([{"name": name, "content": "x", "external_id": external}]);
        assert_eq!(client.post("/api/v4/chats/templates", template).await.status, 200);
        client.post("/api/v4/roles", json!([{"name": name, "rights": []}])).await;
    }
    for (index, later) in (0..3).zip(0_i64..) {
        let at = START - 100 + later;
        let common = json!({"name": format!("n{index}"), "created_by": users[index],
            "updated_by": users[2 - index], "responsible_user_id": users[index],
            "created_at": at, "updated_at": at + 50, "tags_to_add": [{"name": format!("t{index}")}]});
        let with = |more: Value| {
            let mut whole = common.clone();
            whole.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            whole
        };
        let contact = client.add("contacts", common.clone()).await;
        let company = client.add("companies", common.clone()).await;
        let lead = with(json!({"price": index * 10 + 1, "status_id": stages[index],
            "pipeline_id": if index == 2 { second.clone() } else { json!(demo::PIPELINE) },
            "closed_at": at, "_embedded": {"source": {"external_id": "s1", "type": "widget"}}}));
        let mut lead = lead;
        if index == 2 {
            lead["loss_reason_id"] = json!(demo::LOSS_REASON_PRICE);
        }
        let lead = client.add("leads", lead).await;
        let customer = with(json!({"next_price": index, "next_date": START + later,
            "status_id": statuses["_embedded"]["statuses"][index]["id"]}));
        let customer = client.add("customers", customer).await;
        let elements = client.read(&format!("/api/v4/catalogs/{cars}/elements")).await;
        let good = &elements["_embedded"]["elements"][0]["id"];
        let link = |kind: &str, id: &Value| json!({"to_entity_type": kind, "to_entity_id": id});
        let good = json!({"to_entity_type": "catalog_elements", "to_entity_id": good,
            "metadata": {"catalog_id": cars, "quantity": 1}});
        for (from, more) in [
            (
                format!("leads/{lead}"),
                vec![link("contacts", &contact.into()), link("companies", &company.into())],
            ),
            (
                format!("customers/{customer}"),
                vec![link("contacts", &contact.into()), link("companies", &company.into())],
            ),
            (format!("contacts/{contact}"), vec![link("companies", &company.into())]),
            (format!("companies/{company}"), vec![]),
        ] {
            let links: Vec<Value> = more.into_iter().chain([good.clone()]).collect();
            let answer = client.post(&format!("/api/v4/{from}/link"), json!(links)).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
        }
        for (kind, id) in [
            ("leads", lead),
            ("contacts", contact),
            ("companies", company),
            ("customers", customer),
        ] {
            let task = json!({"text": format!("n{index}"), "entity_type": kind, "entity_id": id,
                "complete_till": START + 9 - later, "task_type_id": index % 2 + 1,
                "is_completed": kind == "leads" && index == 1, "responsible_user_id": users[index],
                "created_by": users[index], "created_at": at, "updated_at": at + 50});
            client.add("tasks", task).await;
        }
        let note = json!([
            {"note_type": "common", "params": {"text": "a"}, "updated_at": at},
            {"note_type": "site_visit", "params": {"url": "u"}, "updated_at": at + 7}]);
        client.post(&format!("/api/v4/leads/{lead}/notes"), note).await;
        let purchase = json!([{"price": index + 1}]);
        let path = format!("/api/v4/customers/{customer}/transactions");
        assert_eq!(client.post(&path, purchase.clone()).await.status, 200);
        client.post(&path, purchase).await;
        client.sandbox.client_writes(contact, "Hello");
        client.sandbox.calendar().advance(std::time::Duration::from_secs(1));
        client.sandbox.client_writes(contact, "Again");
        let metadata =
            json!({"form_id": "f", "form_name": "f", "form_page": "p", "form_sent_at": at});
        let form = json!([{"source_uid": "u", "source_name": "s", "metadata": metadata,
            "created_at": at, "pipeline_id": if index == 0 { second.clone() } else { json!(demo::PIPELINE) }}]);
        assert_eq!(client.post("/api/v4/leads/unsorted/forms", form).await.status, 200);
        client.sandbox.receive_chat("x", "y");
    }
    client
}

/// What the description says that a list can be asked for: its name and its schema.
fn parameters(description: &Value, path: &str) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    let parameters = &description["paths"][path]["get"]["parameters"];
    for mut one in parameters.as_array().unwrap_or_else(|| panic!("{path}")) {
        if let Some(name) = one["$ref"].as_str() {
            one = description.pointer(name.trim_start_matches('#')).unwrap();
        }
        if one["in"] != "query" {
            continue;
        }
        let mut schema = one["schema"].clone();
        if let Some(name) = schema["items"]["$ref"].as_str() {
            schema["items"] = description.pointer(name.trim_start_matches('#')).unwrap().clone();
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
    let description = client.read("/openapi.json").await;
    for (path, at, key) in LISTS {
        let all = items(&client, at, "", key).await;
        for (name, schema) in parameters(&description, path) {
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
    let description = client.read("/openapi.json").await;
    for (path, at, key) in LISTS {
        let all = items(&client, at, "", key).await;
        for (name, _) in parameters(&description, path) {
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
    let description = client.read("/openapi.json").await;
    for (path, at, key) in LISTS {
        let all = items(&client, at, "", key).await;
        for (name, schema) in parameters(&description, path) {
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
#[tokio::test]
async fn no_list_is_forgotten() {
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
    let client = Client::quiet();
    let description = client.read("/openapi.json").await;
    for (path, operations) in description["paths"].as_object().unwrap() {
        let is_single = path.ends_with('}');
        let is_other = OTHERS.iter().any(|end| path.ends_with(end));
        if operations["get"]["parameters"].is_null() || is_single || is_other {
            continue;
        }
        let asks = parameters(&description, path);
        let asks = asks.iter().any(|(name, _)| name != "page" && name != "limit");
        let is_known = LISTS.iter().any(|(known, ..)| known == path);
        assert!(is_known || !asks, "{path}");
    }
}
