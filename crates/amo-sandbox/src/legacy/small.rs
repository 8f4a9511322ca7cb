//! Settings of products, bots, deleting catalogs and elements, webhooks.

use serde_json::{Map, Value, json};

use super::body::{flag, ids, int, list, read};
use super::{Old, message};
use crate::entity::Kind;
use crate::reply::Reply;
use crate::rights::{Level, OfCatalogs, Reach};

/// Reads the settings of products, or switches them on and off.
pub(super) fn products(old: &mut Old<'_>) -> Result<Reply, Reply> {
    const PATH: &str = "catalogs/products/settings";
    let shown = if old.method == "GET" {
        old.v4("GET", PATH, "", &Value::Null)?
    } else {
        let enabled = flag(&read(old)?["enabled"]);
        let enabled = enabled.ok_or_else(|| Reply::bad_request("enabled must be true or false"))?;
        old.v4("PATCH", PATH, "", &json!({"is_enabled": enabled}))?
    };
    Ok(Reply::hal(&shown))
}

/// Bots are run as by version 4; kinds of cards may have their numbers (a guess).
pub(super) fn run_bots(old: &mut Old<'_>) -> Result<Reply, Reply> {
    let items = list(&read(old)?).into_iter().map(|mut item| {
        for name in ["bot_id", "entity_id"] {
            if let Some(id) = int(&item[name]) {
                item[name] = id.into();
            }
        }
        if let Some(kind) = int(&item["entity_type"]).and_then(kind_of) {
            item["entity_type"] = kind.name().into();
        }
        item
    });
    let items = Value::Array(items.collect());
    old.v4("POST", "bots/run", "", &items)?;
    Ok(Reply::accepted())
}

/// The kind of cards that has a number.
pub(super) fn kind_of(number: i64) -> Option<Kind> {
    Some(match number {
        1 => Kind::Contacts,
        2 => Kind::Leads,
        3 => Kind::Companies,
        12 => Kind::Customers,
        _ => return None,
    })
}

/// Only deleting is left of this method: the rest has moved to version 4.
fn to_delete(old: &Old<'_>) -> Result<Vec<i64>, Reply> {
    let sent = read(old)?;
    if sent.get("delete").is_none() {
        return Err(Reply::bad_request("Only `delete` is kept of this method"));
    }
    ids(&sent["delete"], "delete")
}

fn deleted(old: &Old<'_>, done: &[i64], lost: &[i64]) -> Reply {
    let items = done.iter().map(|id| json!({"id": id, "_links": old.links()})).collect();
    let errors: Map<String, Value> = lost
        .iter()
        .map(|id| (id.to_string(), json!({"code": 282, "message": "Element not found"})))
        .collect();
    let errors = if errors.is_empty() { json!({}) } else { json!({"delete": errors}) };
    old.done(items, &errors)
}

/// A catalog goes with its elements and their links. Version 4 has no method that deletes, so that
/// rights are asked for here.
pub(super) fn delete_catalogs(old: &mut Old<'_>) -> Result<Reply, Reply> {
    let (mut done, mut lost) = (Vec::new(), Vec::new());
    let named = to_delete(old)?;
    let rights = OfCatalogs::of(old.account, old.user_id, "delete");
    if named.iter().any(|id| rights.level(*id) != Level::All) {
        return Err(Reply::forbidden());
    }
    for id in named {
        let catalog = old.account.records.get("catalogs", "", id);
        if catalog.is_none_or(|catalog| catalog.get("can_be_deleted") == false) {
            lost.push(id);
            continue;
        }
        let scope = id.to_string();
        let elements = old.account.records.of("elements", &scope).iter();
        let elements: Vec<i64> = elements.map(|element| element.id).collect();
        for element in elements {
            old.account.links.remove_all((Kind::Elements, element));
            old.account.records.remove("elements", &scope, element);
        }
        old.account.records.remove("catalogs", "", id);
        old.account.fields.remove(&format!("catalogs/{id}"));
        done.push(id);
    }
    Ok(deleted(old, &done, &lost))
}

pub(super) fn delete_elements(old: &mut Old<'_>) -> Result<Reply, Reply> {
    let (mut done, mut lost) = (Vec::new(), Vec::new());
    let named = to_delete(old)?;
    let reach = Reach::of(old.account, old.user_id, "elements", "delete");
    let is_reached = |id: &i64| {
        old.account.records.find("elements", *id).is_none_or(|(_, element)| reach.covers(element))
    };
    if !named.iter().all(is_reached) {
        return Err(Reply::forbidden());
    }
    for id in named {
        let place = old.account.records.find("elements", id).map(|(scope, _)| scope.to_owned());
        let Some(scope) = place else {
            lost.push(id);
            continue;
        };
        old.account.links.remove_all((Kind::Elements, id));
        old.account.records.remove("elements", &scope, id);
        done.push(id);
    }
    Ok(deleted(old, &done, &lost))
}

pub(super) fn webhooks(old: &mut Old<'_>) -> Result<Reply, Reply> {
    let hooks = old.v4_list("webhooks", "webhooks", "")?;
    let items = hooks.iter().map(|hook| {
        json!({"id": hook["id"], "url": hook["destination"], "events": hook["settings"],
            "disabled": hook["disabled"]})
    });
    Ok(old.items(items.collect()))
}

/// Each address is told of its own fate.
pub(super) fn subscribe(old: &mut Old<'_>) -> Result<Reply, Reply> {
    let hooks = list(&read(old)?["subscribe"]);
    each_hook(old, &hooks, "POST")
}

pub(super) fn unsubscribe(old: &mut Old<'_>) -> Result<Reply, Reply> {
    let hooks = list(&read(old)?["unsubscribe"]);
    each_hook(old, &hooks, "DELETE")
}

fn each_hook(old: &mut Old<'_>, hooks: &[Value], method: &str) -> Result<Reply, Reply> {
    if hooks.is_empty() {
        return Err(Reply::bad_request("Request data can not be empty"));
    }
    let mut items = Vec::new();
    for hook in hooks {
        let mut body = json!({"destination": hook["url"]});
        if method == "POST" {
            body["settings"] = list(&hook["events"]).into();
        }
        let done = old.v4(method, "webhooks", "", &body);
        let mut item = json!({"url": hook["url"], "result": done.is_ok()});
        match done {
            // Who may not do it at all is told so.
            Err(refused) if refused.status.as_u16() == 403 => return Err(refused),
            Err(refused) => item["error"] = message(&refused).into(),
            Ok(_) => {}
        }
        items.push(item);
    }
    Ok(old.done(items, &json!({})))
}
