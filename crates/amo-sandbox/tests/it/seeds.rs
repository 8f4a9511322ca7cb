//! What the demo account begins with: as many as asked for, the same for the same seed, believable
//! and valid by the box's own rules.

use std::collections::{BTreeMap, BTreeSet};

use amo_sandbox::{CustomersMode, Language, SandboxBuilder, demo};
use serde_json::{Value, json};

use crate::common::{Client, START, ids, quiet};

/// A box with some of everything.
fn full() -> SandboxBuilder {
    quiet().contacts(40).companies(20).leads(60).customers(20).catalog_elements(40)
}

const CATALOGS: [i64; 5] = [
    demo::CATALOG_SECTIONS,
    demo::CATALOG_SERIES,
    demo::CATALOG_SUPPLIERS,
    demo::CATALOG_PRODUCTS,
    demo::CATALOG_BILLS,
];

/// Every list that a box has, by its path and by the name of what is in it.
fn lists() -> Vec<(String, &'static str)> {
    let mut lists: Vec<(String, &str)> = [
        ("leads?with=contacts,catalog_elements,loss_reason", "leads"),
        ("contacts?with=leads,customers", "contacts"),
        ("companies?with=leads", "companies"),
        ("customers?with=contacts", "customers"),
        ("customers/transactions?", "transactions"),
        ("catalogs?", "catalogs"),
        ("tasks?", "tasks"),
        ("leads/notes?", "notes"),
        ("contacts/notes?", "notes"),
        ("companies/notes?", "notes"),
        ("customers/notes?", "notes"),
        ("leads/tags?", "tags"),
        ("contacts/tags?", "tags"),
        ("leads/custom_fields?", "custom_fields"),
        ("companies/custom_fields?", "custom_fields"),
        ("customers/custom_fields?", "custom_fields"),
    ]
    .map(|(path, key)| (path.to_owned(), key))
    .into();
    for id in CATALOGS {
        lists.push((format!("catalogs/{id}/elements?"), "elements"));
        if id != demo::CATALOG_SERIES {
            lists.push((format!("catalogs/{id}/custom_fields?"), "custom_fields"));
        }
    }
    lists
}

/// All of a list, page by page.
async fn all(client: &Client, path: &str, key: &str) -> Vec<Value> {
    let mut found = Vec::new();
    for page in 1.. {
        let answer = client.get(&format!("/api/v4/{path}&limit=50&page={page}")).await;
        if answer.status == 204 {
            break;
        }
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        let answer = answer.json();
        found.extend(answer["_embedded"][key].as_array().unwrap().iter().cloned());
        if answer["_links"].get("next").is_none() {
            break;
        }
    }
    found
}

async fn everything(builder: SandboxBuilder) -> BTreeMap<String, Vec<Value>> {
    let client = Client::of(&builder.build());
    let mut found = BTreeMap::new();
    for (path, key) in lists().into_iter().chain([("events?".to_owned(), "events")]) {
        let items = all(&client, &path, key).await;
        assert!(!items.is_empty(), "{path}");
        found.insert(path, items);
    }
    found
}

#[tokio::test]
async fn the_same_seed_gives_the_same_box_and_another_seed_another_one() {
    let seven = everything(full().seed(7)).await;
    for (path, items) in everything(full().seed(7)).await {
        assert_eq!(seven[&path], items, "{path}");
    }
    let eight = everything(full().seed(8)).await;
    let nothing_drawn = ["catalogs?", "tags?", "custom_fields?"];
    for (path, items) in &eight {
        if !nothing_drawn.iter().any(|list| path.ends_with(list)) {
            assert_ne!(seven[path], *items, "{path}");
        }
    }
}

/// What a card says of itself, links to others aside.
fn own(mut card: Value) -> Value {
    card.as_object_mut().unwrap().remove("_embedded");
    card
}

#[tokio::test]
async fn counts_are_exact_and_no_card_depends_on_how_many_there_are() {
    let few = Client::of(&quiet().leads(9).customers(3).contacts(9).build());
    let many = everything(full()).await;
    for (path, key, count) in
        [("leads", "leads", 9), ("contacts", "contacts", 9), ("customers", "customers", 3)]
    {
        let mut items = all(&few, &format!("{path}?"), key).await;
        assert_eq!(items.len(), count, "{path}");
        let (_, others) =
            many.iter().find(|(other, _)| other.starts_with(&format!("{path}?with"))).unwrap();
        // The eighth lead names an element of a catalog, if there is one.
        items.retain(|item| path != "leads" || item["id"] != demo::FIRST_LEAD + 7);
        for item in items {
            let other = others.iter().find(|other| other["id"] == item["id"]).unwrap();
            assert_eq!(own(item), own(other.clone()));
        }
    }
    let count = |start: &str| -> usize {
        many.iter().filter(|(path, _)| path.starts_with(start)).map(|(_, items)| items.len()).sum()
    };
    assert_eq!((count("leads?"), count("contacts?"), count("companies?")), (60, 40, 20));
    assert_eq!(count("customers?"), 20);
    let elements: usize = CATALOGS.iter().map(|id| count(&format!("catalogs/{id}/elements"))).sum();
    assert_eq!(elements, 40);
    for elements in [1, 3, 11, 12] {
        let client = Client::of(&quiet().leads(20).catalog_elements(elements).build());
        let mut found = Vec::new();
        for id in CATALOGS {
            found.extend(all(&client, &format!("catalogs/{id}/elements?"), "elements").await);
        }
        assert_eq!(found.len(), elements);
        assert_eq!(all(&client, "leads?with=catalog_elements", "leads").await.len(), 20);
    }
}

#[tokio::test]
async fn a_box_without_counts_has_no_cards() {
    let client = Client::quiet();
    for path in ["leads", "contacts", "companies", "tasks", "events", "catalogs", "leads/notes"] {
        assert_eq!(client.get(&format!("/api/v4/{path}")).await.status, 204, "{path}");
    }
    assert_eq!(client.get("/api/v4/customers").await.status, 426);
}

#[tokio::test]
async fn who_asks_for_customers_can_reach_them() {
    let mode = async |builder: SandboxBuilder| {
        let client = Client::of(&builder.build());
        let account = client.read("/api/v4/account").await;
        (account["customers_mode"].clone(), client.get("/api/v4/customers").await.status)
    };
    assert_eq!(mode(quiet()).await, (json!("disabled"), 426));
    assert_eq!(mode(quiet().customers(2)).await, (json!("periodicity"), 200));
    let segments = quiet().customers(2).customers_mode(CustomersMode::Segments);
    assert_eq!(mode(segments).await, (json!("segments"), 200));
    let disabled = quiet().customers_mode(CustomersMode::Disabled).customers(2);
    assert_eq!(mode(disabled).await, (json!("disabled"), 426));
}

#[tokio::test]
async fn cards_are_in_the_language_asked_for() {
    let is_cyrillic = |text: &str| text.chars().any(|c| ('а'..='я').contains(&c));
    let names = async |language: Language| -> Vec<bool> {
        let found = everything(full().language(language)).await;
        let named =
            found.iter().filter(|(path, _)| path.contains("with=") || path.contains("elements"));
        named
            .flat_map(|(_, items)| items)
            .map(|item| is_cyrillic(item["name"].as_str().unwrap()))
            .collect()
    };
    assert!(names(Language::Russian).await.into_iter().all(|is_russian| is_russian));
    assert!(!names(Language::English).await.into_iter().any(|is_russian| is_russian));
    let mixed = names(Language::Mixed).await;
    assert!(mixed.contains(&true) && mixed.contains(&false));
}

/// The 25 types that the vendor lists; `org_legal_name` is deprecated and cannot be made.
const TYPES: [&str; 25] = [
    "text",
    "numeric",
    "checkbox",
    "select",
    "multiselect",
    "date",
    "url",
    "textarea",
    "radiobutton",
    "streetaddress",
    "smart_address",
    "birthday",
    "legal_entity",
    "date_time",
    "price",
    "category",
    "items",
    "tracking_data",
    "linked_entity",
    "chained_list",
    "monetary",
    "file",
    "payer",
    "supplier",
    "multitext",
];

/// Members of values that are read and refused when they come back.
const ONLY_READ: [&str; 8] = [
    "is_discount_recalculated",
    "is_total_sum_recalculated",
    "total_sum",
    "unp",
    "bin",
    "egrpou",
    "mfo",
    "oked",
];

/// Fields as they are sent back after they were read.
fn sent_back(fields: &Value) -> Value {
    let fields = fields.as_array().unwrap().iter().map(|field| {
        let mut values = field["values"].clone();
        for value in values.as_array_mut().unwrap() {
            if let Some(object) = value.get_mut("value").and_then(Value::as_object_mut) {
                object.retain(|name, _| !ONLY_READ.contains(&name.as_str()));
            }
        }
        json!({ "field_id": field["field_id"], "values": values })
    });
    fields.collect()
}

#[tokio::test]
async fn fields_of_every_type_are_filled_and_what_is_read_can_be_written() {
    let client = Client::of(&full().build());
    let mut seen = BTreeSet::new();
    let (cards, own_fields) =
        (["leads", "contacts", "companies", "customers"], "custom_fields_values");
    let catalogs = CATALOGS.map(|id| format!("catalogs/{id}/elements"));
    for path in cards.map(str::to_owned).iter().chain(&catalogs) {
        let key = if cards.contains(&path.as_str()) { path.as_str() } else { "elements" };
        for item in all(&client, &format!("{path}?"), key).await {
            let id = &item["id"];
            if item[own_fields].is_null() {
                assert!(path.ends_with(&format!("{}/elements", demo::CATALOG_SERIES)), "{item}");
                continue;
            }
            for field in item[own_fields].as_array().unwrap() {
                seen.insert(field["field_type"].as_str().unwrap().to_owned());
            }
            let change = json!([{ "id": id, "name": item["name"], own_fields: sent_back(&item[own_fields]) }]);
            let answer = client.patch(&format!("/api/v4/{path}"), change).await;
            assert_eq!(answer.status, 200, "{item} {}", answer.text);
            let again = client.read(&format!("/api/v4/{path}/{id}")).await;
            assert_eq!(again[own_fields], item[own_fields]);
        }
    }
    assert_eq!(seen, TYPES.map(str::to_owned).into());
}

#[tokio::test]
async fn notes_tasks_and_purchases_keep_the_rules() {
    let client = Client::of(&full().build());
    let mut types = BTreeSet::new();
    for kind in ["leads", "contacts", "companies", "customers"] {
        for note in all(&client, &format!("{kind}/notes?"), "notes").await {
            types.insert(note["note_type"].as_str().unwrap().to_owned());
            let mut copy = json!([{}]);
            for name in ["entity_id", "note_type", "params", "responsible_user_id", "created_at"] {
                copy[0][name] = note[name].clone();
            }
            let answer = client.post(&format!("/api/v4/{kind}/notes"), copy).await;
            assert_eq!(answer.status, 200, "{note} {}", answer.text);
        }
    }
    assert!(types.contains("common") && types.len() >= 4, "{types:?}");
    let (mut done, mut open) = (0, 0);
    for task in all(&client, "tasks?", "tasks").await {
        let mut copy = json!([{}]);
        for name in
            ["text", "complete_till", "task_type_id", "entity_id", "entity_type", "duration"]
        {
            copy[0][name] = task[name].clone();
        }
        let answer = client.post("/api/v4/tasks", copy).await;
        assert_eq!(answer.status, 200, "{task} {}", answer.text);
        let is_done = task["is_completed"] == true;
        assert_eq!(task["result"]["text"].is_string(), is_done, "{task}");
        if is_done { done += 1 } else { open += 1 }
    }
    assert!(done > 0 && open > 0, "{done} {open}");
    let purchases = all(&client, "customers/transactions?", "transactions").await;
    for customer in all(&client, "customers?", "customers").await {
        let own = purchases.iter().filter(|one| one["customer_id"] == customer["id"]);
        let prices: Vec<i64> = own.map(|one| one["price"].as_i64().unwrap()).collect();
        assert_eq!(customer["purchases_count"], prices.len(), "{customer}");
        assert_eq!(customer["ltv"], prices.iter().sum::<i64>(), "{customer}");
        let statuses = client.read("/api/v4/customers/statuses").await;
        assert!(ids(&statuses, "statuses").contains(&customer["status_id"].as_i64().unwrap()));
    }
}

#[tokio::test]
async fn dates_are_of_the_year_before_and_events_tell_of_everything() {
    let found = everything(full()).await;
    let year = demo::EPOCH - 366 * 24 * 3600..=demo::EPOCH;
    let events = &found["events?"];
    assert!(events.is_sorted_by_key(|event| -event["created_at"].as_i64().unwrap()));
    let told = |kind: &str, entity: &str, id: &Value| {
        events
            .iter()
            .find(|event| {
                event["type"] == kind && event["entity_type"] == entity && event["entity_id"] == *id
            })
            .unwrap_or_else(|| panic!("no {kind} of {id}"))
    };
    for (path, items) in &found {
        let kind = path.split(['?', '/']).next().unwrap();
        let one = match kind {
            "leads" | "contacts" | "customers" | "tasks" => kind.strip_suffix('s').unwrap(),
            "companies" => "company",
            _ => "",
        };
        let is_list = path.contains("with=") || one == "task";
        for item in items.iter().filter(|_| is_list) {
            let (from, to) =
                (item["created_at"].as_i64().unwrap(), item["updated_at"].as_i64().unwrap());
            assert!(year.contains(&from) && year.contains(&to) && from <= to, "{item}");
            let event = told(&format!("{one}_added"), one, &item["id"]);
            assert_eq!(
                (&event["created_at"], &event["created_by"]),
                (&item["created_at"], &item["created_by"])
            );
            if item["is_completed"] == true {
                assert_eq!(told("task_completed", "task", &item["id"])["created_at"], to);
            }
            if [demo::STATUS_WON, demo::STATUS_LOST].map(Value::from).contains(&item["status_id"])
                && one == "lead"
            {
                assert_eq!(item["closed_at"], to);
            }
        }
        let named = match path.as_str() {
            "customers/transactions?" => "transaction",
            path if path.ends_with("/notes?") => "note",
            _ => continue,
        };
        for item in items {
            let value = json!([{ named: { "id": item["id"] } }]);
            let event = events.iter().find(|event| event["value_after"] == value);
            assert_eq!(event.unwrap()["created_at"], item["created_at"], "{item}");
        }
    }
    assert!(year.end() < &START);
}

#[tokio::test]
async fn leads_are_linked_to_products_and_show_their_files() {
    let client = Client::of(&full().build());
    let lead =
        client.read(&format!("/api/v4/leads/{}?with=catalog_elements", demo::FIRST_LEAD + 8)).await;
    let bought = &lead["_embedded"]["catalog_elements"][0];
    assert_eq!(bought["metadata"]["catalog_id"], demo::CATALOG_PRODUCTS);
    assert!(bought["metadata"]["quantity"].as_i64().unwrap() > 0, "{bought}");
    let product = format!("/api/v4/catalogs/{}/elements/{}", demo::CATALOG_PRODUCTS, bought["id"]);
    let product = client.read(&product).await;
    let fields = product["custom_fields_values"].as_array().unwrap();
    let price = fields.iter().find(|field| field["field_code"] == "PRICE").unwrap();
    assert_eq!(bought["metadata"]["price_id"], price["field_id"]);
    let settings = client.read("/api/v4/catalogs/products/settings").await;
    assert_eq!(settings["catalog_id"], demo::CATALOG_PRODUCTS);
    let lead = client.read(&format!("/api/v4/leads/{}", demo::FIRST_LEAD + 7)).await;
    let fields = lead["custom_fields_values"].as_array().unwrap();
    let file = fields.iter().find(|field| field["field_type"] == "file").unwrap();
    assert!(file["values"][0]["value"]["file_uuid"].is_string(), "{file}");
}

#[tokio::test]
async fn customers_are_in_the_segments_that_fit_them() {
    let by_segments = || full().customers_mode(CustomersMode::Segments);
    let client = Client::of(&by_segments().build());
    let customers = all(&client, "customers?", "customers").await;
    let mut in_none = 0;
    for (customer, number) in customers.iter().zip(0_usize..) {
        let own = customer["_embedded"]["segments"].as_array().unwrap();
        let own: Vec<i64> = own.iter().map(|one| one["id"].as_i64().unwrap()).collect();
        let bought = customer["purchases_count"].as_i64().unwrap();
        assert_eq!(own.contains(&demo::SEGMENT_WHOLESALE), number % 5 == 0, "{customer}");
        assert_eq!(own.contains(&demo::SEGMENT_REGULARS), bought >= 2, "{customer}");
        assert_eq!(own.contains(&demo::SEGMENT_NOT_BOUGHT), bought == 0, "{customer}");
        in_none += usize::from(own.is_empty());
    }
    assert!(in_none > 0, "some are in none");
    let segments = all(&client, "customers/segments?", "segments").await;
    assert_eq!(segments.len(), 3);
    for segment in &segments {
        let own = |customer: &&Value| {
            let segments = customer["_embedded"]["segments"].as_array().unwrap();
            segments.iter().any(|one| one["id"] == segment["id"])
        };
        let count = customers.iter().filter(own).count();
        assert!(count > 0 && segment["customers_count"] == count, "{segment}");
        assert!(
            customers.iter().all(|one| one["created_at"].as_i64() > segment["created_at"].as_i64())
        );
        // What is there could have been made through the API.
        let copy = json!({ "name": segment["name"], "color": segment["color"] });
        assert_eq!(client.post("/api/v4/customers/segments", copy).await.status, 200);
    }
    let again = Client::of(&by_segments().build());
    assert_eq!(all(&again, "customers?", "customers").await, customers, "the same seed");
    let nobody = Client::of(&quiet().customers_mode(CustomersMode::Segments).build());
    assert_eq!(nobody.get("/api/v4/customers/segments").await.status, 204);
}
