//! Cards as version 2 shows them.

use serde_json::{Map, Value, json};

use super::account::type_number;
use crate::account::Account;
use crate::entity::Kind;

/// What is named as in version 4.
const ALIKE: [&str; 14] = [
    "id",
    "name",
    "responsible_user_id",
    "created_by",
    "created_at",
    "updated_at",
    "updated_by",
    "account_id",
    "group_id",
    "closed_at",
    "closest_task_at",
    "is_deleted",
    "loss_reason_id",
    "status_id",
];

pub(super) fn card(kind: Kind, one: &Value, account: &Account) -> Value {
    let mut shown = Map::new();
    for name in ALIKE {
        shown.extend(one.get(name).map(|value| (name.to_owned(), value.clone())));
    }
    let embedded = &one["_embedded"];
    let ids = |key: &str| -> Vec<Value> {
        let own = embedded[key].as_array().into_iter().flatten();
        own.map(|one| one["id"].clone()).collect()
    };
    let mut set = |name: &str, value: Value| shown.insert(name.to_owned(), value);
    let tags = embedded["tags"].as_array().into_iter().flatten();
    set("tags", tags.map(|tag| json!({"id": tag["id"], "name": tag["name"]})).collect());
    set("custom_fields", custom_fields(&one["custom_fields_values"]));
    if kind != Kind::Companies {
        let company = ids("companies").first().and_then(Value::as_i64);
        let name = company.and_then(|id| account.entity(Kind::Companies, id));
        let name = name.map(|company| company.get("name").clone());
        let company = company.map_or(json!({}), |id| json!({"id": id, "name": name}));
        set("company", company);
    }
    // An empty one is an empty object.
    let list = |ids: Vec<Value>| if ids.is_empty() { json!({}) } else { json!({"id": ids}) };
    match kind {
        Kind::Leads => {
            let contacts = embedded["contacts"].as_array().into_iter().flatten();
            let main = { contacts }.find(|contact| contact["is_main"] == true);
            set("main_contact", main.map_or(json!({}), |main| json!({"id": main["id"]})));
            set("contacts", list(ids("contacts")));
            set("sale", one["price"].clone());
            set("pipeline_id", one["pipeline_id"].clone());
            set("pipeline", json!({"id": one["pipeline_id"]}));
        }
        Kind::Contacts => {
            set("first_name", one["first_name"].clone());
            set("last_name", one["last_name"].clone());
            set("leads", list(ids("leads")));
            set("customers", list(ids("customers")));
        }
        Kind::Companies => {
            set("contacts", list(ids("contacts")));
            set("leads", list(ids("leads")));
            set("customers", list(ids("customers")));
        }
        _ => {
            for name in ["next_date", "next_price", "periodicity", "ltv", "purchases_count"] {
                set(name, one[name].clone());
            }
            set("period_id", one["status_id"].clone());
            set("contacts", list(ids("contacts")));
        }
    }
    let path = format!("/api/v2/{}?id={}", kind.name(), one["id"]);
    set("_links", json!({"self": {"href": path, "method": "get"}}));
    Value::Object(shown)
}

fn custom_fields(shown: &Value) -> Value {
    let fields = shown.as_array().into_iter().flatten();
    fields
        .map(|field| {
            let values = field["values"].as_array().into_iter().flatten();
            let values: Value = values.map(|one| field_value(&field["field_type"], one)).collect();
            json!({"id": field["field_id"], "name": field["field_name"], "code": field["field_code"],
                "values": values, "is_system": !field["field_code"].is_null()})
        })
        .collect()
}

fn field_value(field_type: &Value, shown: &Value) -> Value {
    let mut value = json!({"value": shown["value"]});
    if let Some(flag) = shown["value"].as_bool() {
        value["value"] = if flag { "1" } else { "0" }.into();
    }
    if !shown["enum_id"].is_null() {
        value["enum"] = shown["enum_id"].to_string().into();
    }
    if field_type == "smart_address" {
        value["subtype"] = shown["enum_code"].clone();
    }
    value
}

pub(super) fn task(one: &Value) -> Value {
    let mut shown = json!({
        "element_id": one["entity_id"],
        "element_type": one["entity_type"].as_str().and_then(type_number),
        "task_type": one["task_type_id"],
        "complete_till_at": one["complete_till"],
    });
    for name in [
        "id",
        "text",
        "is_completed",
        "responsible_user_id",
        "created_by",
        "created_at",
        "updated_at",
        "account_id",
        "group_id",
        "result",
    ] {
        shown[name] = one[name].clone();
    }
    let path = format!("/api/v2/tasks?id={}", one["id"]);
    shown["_links"] = json!({"self": {"href": path, "method": "get"}});
    shown
}
