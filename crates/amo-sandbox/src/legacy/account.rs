//! The account with what it has, in maps by id.

use serde_json::{Map, Value, json};

use super::Old;
use crate::events::number_of;
use crate::fields::FieldDefinition;
use crate::reply::Reply;

/// The number of a kind of cards.
pub(super) fn type_number(kind: &str) -> Option<i64> {
    Some(match kind {
        "contacts" => 1,
        "leads" => 2,
        "companies" => 3,
        "customers" => 12,
        _ => return None,
    })
}

pub(super) fn show(old: &mut Old<'_>) -> Result<Reply, Reply> {
    let plain = old.v4("GET", "account", "", &Value::Null)?;
    let mut shown = json!({
        "_links": old.links(),
        "id": plain["id"],
        "name": plain["name"],
        "subdomain": plain["subdomain"],
        "currency": plain["currency"],
        "timezone": "Europe/Moscow",
        "timezone_offset": "+03:00",
        "language": "ru",
        "date_pattern": {"date": "d.m.Y", "time": "H:i", "date_time": "d.m.Y H:i",
            "time_full": "H:i:s"},
        "current_user": plain["current_user_id"],
    });
    let mut embedded = Map::new();
    let words: Vec<String> = old.query.with().map(str::to_owned).collect();
    for word in words {
        let part = match word.as_str() {
            "users" => users(old),
            "pipelines" => pipelines(old)?,
            "groups" => {
                let groups = old.account.groups.iter();
                by_id(groups.map(|group| json!({"id": group.id, "name": group.name})))
            }
            "task_types" => {
                let types = old.account.task_types.iter();
                by_id(
                    types.map(|kind| json!({"id": kind.id, "name": kind.name, "code": kind.code})),
                )
            }
            "note_types" => note_types(),
            "custom_fields" => custom_fields(old),
            _ => continue,
        };
        embedded.insert(word, part);
    }
    if !embedded.is_empty() {
        shown["_embedded"] = Value::Object(embedded);
    }
    Ok(Reply::hal(&shown))
}

/// A map by id; an empty one is a list, as PHP prints it.
fn by_id(items: impl Iterator<Item = Value>) -> Value {
    let map: Map<String, Value> = items.map(|item| (item["id"].to_string(), item)).collect();
    if map.is_empty() { json!([]) } else { Value::Object(map) }
}

/// Free users come only if they are asked for.
fn users(old: &Old<'_>) -> Value {
    let with_free = old.query.get("free_users") == Some("Y");
    let users = old.account.records.of("users", "").iter();
    let users = users.filter(|user| with_free || user.get("is_free") != true);
    by_id(users.map(|user| {
        let mut rights = Map::new();
        let own = old.account.rights_of(user.id);
        for (kind, one) in [("leads", "lead"), ("contacts", "contact"), ("companies", "company")] {
            for action in ["add", "view", "edit", "delete", "export"] {
                rights.insert(format!("{one}_{action}"), own[kind][action].clone());
            }
        }
        for (name, member) in [("mail", "mail_access"), ("catalogs", "catalog_access")] {
            let may = own[member] == true;
            rights.insert(name.to_owned(), if may { "A" } else { "D" }.into());
        }
        json!({
            "id": user.id,
            "name": user.get("name"),
            "login": user.get("email"),
            "language": "ru",
            "group_id": user.int("group_id").unwrap_or_default(),
            "is_active": user.get("is_active") == true,
            "is_free": user.get("is_free") == true,
            "is_admin": user.get("is_admin") == true,
            "rights": rights,
        })
    }))
}

fn pipelines(old: &mut Old<'_>) -> Result<Value, Reply> {
    let pipelines = old.v4_list("leads/pipelines", "pipelines", "")?;
    Ok(by_id(pipelines.into_iter().map(|pipeline| {
        let statuses = pipeline["_embedded"]["statuses"].as_array().into_iter().flatten();
        let statuses = by_id(statuses.map(|status| {
            let mut shown = json!({});
            for name in ["id", "name", "color", "sort", "is_editable"] {
                shown[name] = status[name].clone();
            }
            shown
        }));
        json!({"id": pipeline["id"], "name": pipeline["name"], "sort": pipeline["sort"],
            "is_main": pipeline["is_main"], "statuses": statuses})
    })))
}

/// The types whose numbers are known.
fn note_types() -> Value {
    const TYPES: [(i64, &str, bool); 7] = [
        (4, "COMMON", true),
        (5, "ATTACHMENT", false),
        (10, "CALL_IN", false),
        (11, "CALL_OUT", false),
        (25, "SYSTEM", false),
        (102, "SMS_IN", false),
        (103, "SMS_OUT", false),
    ];
    by_id(
        TYPES.into_iter().map(
            |(id, code, is_editable)| json!({"id": id, "code": code, "is_editable": is_editable}),
        ),
    )
}

/// By kinds of cards and by catalogs, which have their ids for names.
fn custom_fields(old: &Old<'_>) -> Value {
    let mut all = json!({});
    for (owner, fields) in &old.account.fields {
        let name = owner.strip_prefix("catalogs/").unwrap_or(owner);
        if owner.contains("segments") {
            continue;
        }
        all[name] = by_id(fields.iter().map(definition));
    }
    all
}

fn definition(field: &FieldDefinition) -> Value {
    let options = field.options.iter();
    let options: Map<String, Value> =
        options.map(|option| (option.id.to_string(), option.value.clone().into())).collect();
    let mut shown = json!({
        "id": field.id,
        "name": field.name,
        "field_type": number_of(field.field_type.name()),
        "sort": field.sort,
        "code": field.code,
        "is_multiple": field.field_type.name() == "multitext",
        "is_system": field.code.is_some(),
        "is_editable": true,
    });
    if !options.is_empty() {
        shown["enums"] = Value::Object(options);
    }
    shown
}
