//! Items of version 2 in the form of version 4.

use serde_json::{Map, Value, json};

use super::body::{flag, int, list as items_of, number};
use super::cards::Card;
use super::small::kind_of;
use crate::account::Account;
use crate::fields::{FieldDefinition, FieldType};

/// Members with other names in version 4; those that are named alike follow.
const RENAMED: [(&str, &str); 7] = [
    ("sale", "price"),
    ("period_id", "status_id"),
    ("element_id", "entity_id"),
    ("task_type", "task_type_id"),
    ("complete_till_at", "complete_till"),
    ("complete_till", "complete_till"),
    ("is_completed", "is_completed"),
];
const ALIKE: [&str; 15] = [
    "name",
    "first_name",
    "last_name",
    "text",
    "created_at",
    "updated_at",
    "created_by",
    "responsible_user_id",
    "status_id",
    "pipeline_id",
    "loss_reason_id",
    "next_date",
    "next_price",
    "periodicity",
    "closed_at",
];
const TEXTS: [&str; 4] = ["name", "first_name", "last_name", "text"];
impl Card {
    /// An item in the form of version 4, without what it is linked with.
    pub(super) fn translated(self, item: &Value, account: &Account) -> Value {
        let mut made = Map::new();
        let alike = ALIKE.iter().map(|name| (*name, *name));
        for (name, new) in RENAMED.into_iter().chain(alike) {
            match item.get(name) {
                None | Some(Value::Null) => {}
                Some(text) if TEXTS.contains(&name) => {
                    made.insert(new.to_owned(), text.clone());
                }
                Some(value) if name == "is_completed" => {
                    made.insert(new.to_owned(), flag(value).map_or(value.clone(), Value::from));
                }
                Some(value) => drop(made.insert(new.to_owned(), number(value))),
            }
        }
        if let Some(kind) = int(&item["element_type"]).and_then(kind_of) {
            made.insert("entity_type".to_owned(), kind.name().into());
        }
        if let Card::Of(kind) = self {
            if let Some(fields) = item.get("custom_fields") {
                let fields = items_of(fields);
                let fields =
                    fields.iter().map(|field| custom_field(field, account.fields_of(kind)));
                made.insert("custom_fields_values".to_owned(), fields.collect());
            }
            if let Some(tags) = item.get("tags") {
                made.insert("_embedded".to_owned(), json!({"tags": tags_of(tags)}));
            }
        }
        Value::Object(made)
    }
}

/// Texts between commas, or a list of ids and names.
fn tags_of(sent: &Value) -> Value {
    let named = |name: &str| json!({"name": name.trim()});
    match sent {
        Value::String(text) => {
            text.split(',').filter(|name| !name.trim().is_empty()).map(named).collect()
        }
        sent => items_of(sent)
            .iter()
            .map(|tag| match tag {
                Value::String(name) => named(name),
                id => json!({"id": id}),
            })
            .collect(),
    }
}

fn custom_field(sent: &Value, definitions: &[FieldDefinition]) -> Value {
    let id = int(&sent["id"]);
    let field = definitions.iter().find(|field| Some(field.id) == id);
    let values = items_of(&sent["values"]);
    let values: Vec<Value> = values.iter().map(|one| field_value(one, field)).collect();
    let values = if values.is_empty() { Value::Null } else { values.into() };
    json!({"field_id": id, "values": values})
}

/// A value: options are named by their ids, parts of addresses by their place in `subtype`.
fn field_value(sent: &Value, field: Option<&FieldDefinition>) -> Value {
    let field_type = field.map(|field| field.field_type);
    let value = if sent.is_object() { &sent["value"] } else { sent };
    let option = int(value).filter(|id| field.is_some_and(|field| field.option(*id).is_some()));
    match field_type {
        Some(FieldType::Select | FieldType::Multiselect | FieldType::Radiobutton) => match option {
            Some(option) => json!({"enum_id": option}),
            None => json!({"value": value}),
        },
        Some(FieldType::Checkbox) => {
            json!({"value": flag(value).map_or(value.clone(), Value::from)})
        }
        _ => {
            let mut made = json!({"value": value});
            match (&sent["enum"], &sent["subtype"]) {
                (Value::Null, Value::Null) => {}
                (Value::Null, code) => made["enum_code"] = code.clone(),
                (key, _) => match int(key) {
                    Some(id) => made["enum_id"] = id.into(),
                    None => made["enum_code"] = key.clone(),
                },
            }
            made
        }
    }
}
