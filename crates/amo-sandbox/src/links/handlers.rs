//! `/{entity}/{id}/links|link|unlink` and the mass forms `/{entity}/links|link|unlink`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::End;
use crate::account::Account;
use crate::call::Call;
use crate::entity::Kind;
use crate::flaws::{BatchFlaws, Flaws};
use crate::page::whole;
use crate::query::Leaf;
use crate::reply::Reply;

/// Answers the methods of one entity.
pub(crate) fn of_one(
    call: &mut Call<'_>,
    kind: Kind,
    id: i64,
    action: &str,
) -> Result<Reply, Reply> {
    match (action, call.method) {
        ("links", "GET") => list(call, kind, &[id], false),
        ("link", "POST") => link(call, kind, Some(id)),
        ("unlink", "POST") => unlink(call, kind, Some(id)),
        _ => Err(call.no_method()),
    }
}

/// Answers the mass forms.
pub(crate) fn mass(call: &mut Call<'_>, kind: Kind, action: &str) -> Result<Reply, Reply> {
    match (action, call.method) {
        ("links", "GET") => {
            let leaves = call.query.below("filter");
            let ids = leaves.iter().filter(|leaf| leaf.path.first() == Some(&"entity_id"));
            let ids: Result<Vec<i64>, _> = ids.map(|leaf| leaf.value.parse()).collect();
            match ids {
                Ok(ids) if !ids.is_empty() => list(call, kind, &ids, true),
                _ => Err(Reply::bad_request("filter[entity_id] must name the entities")),
            }
        }
        ("link", "POST") => link(call, kind, None),
        ("unlink", "POST") => unlink(call, kind, None),
        _ => Err(call.no_method()),
    }
}

/// Lists what is linked, or 204: also when there is no such entity (a guess).
fn list(call: &Call<'_>, kind: Kind, ids: &[i64], name_both_ends: bool) -> Result<Reply, Reply> {
    let leaves = call.query.below("filter");
    let value = |name: &str| {
        leaves.iter().find(|leaf: &&Leaf<'_>| leaf.path == [name]).map(|leaf| leaf.value)
    };
    let only = match (value("to_entity_id"), value("to_entity_type")) {
        (None, None) => None,
        (Some(id), Some(to)) => match id.parse::<i64>() {
            Ok(id) => Some((id, to)),
            Err(_) => return Err(Reply::bad_request("filter[to_entity_id] must be a number")),
        },
        _ => {
            return Err(Reply::bad_request(
                "filter[to_entity_id] and filter[to_entity_type] go together",
            ));
        }
    };
    let mut shown = Vec::new();
    // There are no catalogs as yet, so nothing of a catalog is linked.
    if value("to_catalog_id").is_none() {
        for id in ids {
            for other in kind.table().links_to {
                for (to, is_main) in call.account.links.of((kind, *id), *other) {
                    if only.is_none_or(|only| only == (to, other.name())) {
                        let from = name_both_ends.then_some((kind, *id));
                        shown.push(show(from, kind, (*other, to), is_main));
                    }
                }
            }
        }
    }
    Ok(whole(&call.own_url(), "links", shown))
}

fn show(from: Option<End>, from_kind: Kind, (to_kind, to): End, is_main: bool) -> Value {
    let names_main = from_kind == Kind::Leads && to_kind == Kind::Contacts;
    let metadata = if names_main { json!({"main_contact": is_main}) } else { Value::Null };
    let mut shown =
        json!({"to_entity_id": to, "to_entity_type": to_kind.name(), "metadata": metadata});
    if let Some((kind, id)) = from {
        shown["entity_id"] = Value::from(id);
        shown["entity_type"] = Value::from(kind.name());
    }
    shown
}

/// A link that is asked for.
struct Wanted {
    from: End,
    to: End,
    is_main: Option<bool>,
}

fn link(call: &mut Call<'_>, kind: Kind, id: Option<i64>) -> Result<Reply, Reply> {
    let mut flawed = BatchFlaws::default();
    let mut wanted = Vec::new();
    // Which company each lead and contact gets within this batch.
    let mut companies = BTreeMap::new();
    for (index, item) in call.items()?.iter().enumerate() {
        let mut flaws = Flaws::default();
        if let Some(found) = read(item, kind, id, call.account, true, &mut flaws) {
            check_company(&found, call.account, &mut companies, &mut flaws);
            wanted.push(found);
        }
        flawed.of_item(&index.to_string(), &flaws);
    }
    flawed.refuse_if_any()?;
    let mut shown = Vec::new();
    for Wanted { from, to, is_main } in &wanted {
        call.account.links.put(*from, *to, *is_main);
    }
    for Wanted { from, to, .. } in wanted {
        let is_main = call.account.links.of(from, to.0).any(|(id, is_main)| id == to.1 && is_main);
        shown.push(show(Some(from), kind, to, is_main));
    }
    let path = id.map_or_else(
        || format!("{}/links", kind.name()),
        |id| format!("{}/{id}/links", kind.name()),
    );
    Ok(whole(&call.url(&path), "links", shown))
}

/// Undoing a link that is not there is taken as done (a guess).
fn unlink(call: &mut Call<'_>, kind: Kind, id: Option<i64>) -> Result<Reply, Reply> {
    let mut flawed = BatchFlaws::default();
    let mut wanted = Vec::new();
    for (index, item) in call.items()?.iter().enumerate() {
        let mut flaws = Flaws::default();
        wanted.extend(read(item, kind, id, call.account, false, &mut flaws));
        flawed.of_item(&index.to_string(), &flaws);
    }
    flawed.refuse_if_any()?;
    for Wanted { from, to, .. } in wanted {
        call.account.links.remove(from, to);
    }
    Ok(Reply::no_content())
}

/// Reads one item; `path_id` is the id in the path, which the mass form has in each item instead.
fn read(
    item: &Value,
    kind: Kind,
    path_id: Option<i64>,
    account: &Account,
    is_link: bool,
    flaws: &mut Flaws,
) -> Option<Wanted> {
    let Value::Object(item) = item else {
        flaws.wrong_type("", "object");
        return None;
    };
    for (key, value) in item {
        match key.as_str() {
            "to_entity_id" | "to_entity_type" | "metadata" => {}
            "entity_id" if path_id.is_none() => {}
            // The official client sends it in the mass form; it can only say what the path says.
            "entity_type" if path_id.is_none() => {
                if value.as_str() != Some(kind.name()) {
                    flaws.not_a_choice("entity_type");
                }
            }
            _ => flaws.unexpected(key),
        }
    }
    let from = path_id.or_else(|| int(item, "entity_id", flaws));
    if from.is_some_and(|id| account.entity(kind, id).is_none()) {
        flaws.not_a_choice("entity_id");
    }
    let to_kind = match item.get("to_entity_type") {
        None => {
            flaws.missing("to_entity_type");
            None
        }
        Some(name) => {
            let found = name
                .as_str()
                .and_then(Kind::named)
                .filter(|other| kind.table().links_to.contains(other));
            if found.is_none() {
                flaws.not_a_choice("to_entity_type");
            }
            found
        }
    };
    let to = int(item, "to_entity_id", flaws);
    let is_main = metadata(item.get("metadata"), to_kind, is_link, account, flaws);
    let (from, to_kind, to) = (from?, to_kind?, to?);
    if account.entity(to_kind, to).is_none() {
        flaws.not_a_choice("to_entity_id");
        return None;
    }
    Some(Wanted { from: (kind, from), to: (to_kind, to), is_main })
}

fn int(item: &Map<String, Value>, key: &str, flaws: &mut Flaws) -> Option<i64> {
    match item.get(key) {
        None => {
            flaws.missing(key);
            None
        }
        Some(value) => {
            if value.as_i64().is_none() {
                flaws.wrong_type(key, "int");
            }
            value.as_i64()
        }
    }
}

/// Reads the metadata; what it says about the main contact is its only lasting part as yet.
fn metadata(
    metadata: Option<&Value>,
    to: Option<Kind>,
    is_link: bool,
    account: &Account,
    flaws: &mut Flaws,
) -> Option<bool> {
    let metadata = match metadata? {
        Value::Null => return None,
        Value::Object(metadata) => metadata,
        _ => {
            flaws.wrong_type("metadata", "object");
            return None;
        }
    };
    for (key, value) in metadata {
        let path = format!("metadata.{key}");
        match key.as_str() {
            "is_main" if is_link && to == Some(Kind::Contacts) => {
                if !value.is_boolean() {
                    flaws.wrong_type(&path, "bool");
                }
            }
            "updated_by" => match value.as_i64() {
                None => flaws.wrong_type(&path, "int"),
                Some(id) if id != 0 && account.user(id).is_none() => flaws.not_a_choice(&path),
                Some(_) => {}
            },
            _ => flaws.unexpected(&path),
        }
    }
    metadata.get("is_main").and_then(Value::as_bool)
}

/// A lead and a contact have at most one company. What the real service does about a second one is
/// not known; it is refused here, so that who unlinks the first one before is right in either case.
fn check_company(
    wanted: &Wanted,
    account: &Account,
    companies: &mut BTreeMap<End, i64>,
    flaws: &mut Flaws,
) {
    let ((end, (Kind::Companies, company)) | ((Kind::Companies, company), end)) =
        (wanted.from, wanted.to)
    else {
        return;
    };
    let linked = account.links.of(end, Kind::Companies).map(|(id, _)| id).next();
    if *companies.entry(end).or_insert_with(|| linked.unwrap_or(company)) != company {
        flaws.not_a_choice("to_entity_id");
    }
}
