//! What is special to sources: an integration has at most 100, named by itself.

use serde_json::{Value, json};

use super::Behaviour;
use crate::account::Account;
use crate::call::Call;
use crate::check::Change;
use crate::entity::{Entity, Shown};
use crate::flaws::{BatchFlaws, Flaws};
use crate::generated::sources;
use crate::reply::Reply;

pub(super) static SOURCES: Behaviour = Behaviour {
    counted: true,
    tidy,
    check,
    together,
    settle,
    show,
    ..Behaviour::of(&sources::SOURCE)
};

/// The most sources of an integration.
const MOST: usize = 100;

/// The source that the integration calls so.
pub(crate) fn named(external_id: &str, account: &Account) -> Option<i64> {
    let mut sources = account.records.of(SOURCES.resource.service, "").iter();
    sources.find(|source| source.text("external_id") == external_id).map(|source| source.id)
}

/// No pipeline means the main one; empty parameters come as a list from PHP; and the name that
/// cannot change may be repeated.
fn tidy(item: &mut Value, old: Option<&Entity>, call: &Call<'_>, _: &mut Flaws) {
    let Value::Object(item) = item else { return };
    if item.get("pipeline_id").is_some_and(Value::is_null) {
        let main = call.account.pipelines().find(|pipeline| pipeline.is_main);
        item.insert("pipeline_id".to_owned(), main.map(|main| main.id).into());
    }
    for service in item.get_mut("services").and_then(Value::as_array_mut).into_iter().flatten() {
        let Some(params) = service.get_mut("params") else { continue };
        if params.as_array().is_some_and(Vec::is_empty) {
            *params = json!({});
        }
    }
    if old.is_some_and(|old| item.get("external_id") == Some(old.get("external_id"))) {
        item.remove("external_id");
    }
}

fn check(change: &Change, _: Option<&Entity>, call: &Call<'_>, flaws: &mut Flaws) {
    if change.text("name").is_some_and(|name| name.trim().is_empty()) {
        flaws.add("NotBlank", "name", "This value should not be blank.");
    }
    if let Some(id) = change.text("external_id") {
        if id.is_empty() {
            flaws.add("NotBlank", "external_id", "This value should not be blank.");
        } else if id.chars().count() > 36 {
            flaws.add("TooLong", "external_id", "This value is too long: at most 36 characters.");
        } else if !id.bytes().all(|b| b == b' ' || b.is_ascii_graphic()) {
            flaws.add("InvalidFormat", "external_id", "This value is not valid.");
        } else if named(id, call.account).is_some() {
            not_unique(flaws);
        }
    }
    if let Some(code) = change.text("origin_code") {
        if code.chars().count() > 20 {
            flaws.add("TooLong", "origin_code", "This value is too long: at most 20 characters.");
        } else if code.bytes().all(|b| b.is_ascii_digit()) {
            flaws.add("InvalidFormat", "origin_code", "This value is not valid.");
        }
    }
}

/// The code of this flaw is a guess.
fn not_unique(flaws: &mut Flaws) {
    flaws.add("NotUnique", "external_id", "This value is already used.");
}

/// Names must differ within the batch too. What the real service says to too many is not known:
/// this is a guess.
fn together(
    items: &[(String, Change)],
    call: &Call<'_>,
    flawed: &mut BatchFlaws,
) -> Result<(), Reply> {
    let known = call.account.records.of(SOURCES.resource.service, "").len();
    if known.saturating_add(items.len()) > MOST {
        return Err(Reply::bad_request("An integration can have 100 sources at most"));
    }
    for (index, (request_id, change)) in items.iter().enumerate() {
        let id = change.text("external_id");
        let mut before = items.iter().take(index);
        if id.is_some() && before.any(|(_, other)| other.text("external_id") == id) {
            let mut flaws = Flaws::default();
            not_unique(&mut flaws);
            flawed.of_item(request_id, &flaws);
        }
    }
    Ok(())
}

/// A new default source takes the place of the old one.
fn settle(source: &mut Entity, change: &Change, call: &mut Call<'_>) {
    let main = call.account.pipelines().find(|pipeline| pipeline.is_main);
    source.set_default("pipeline_id", main.map(|main| main.id));
    source.set_default("default", false);
    source.set_default("services", json!([]));
    if change.get("default").is_none_or(|default| *default != true) {
        return;
    }
    let service = SOURCES.resource.service;
    let others: Vec<Entity> = call.account.records.of(service, "").to_vec();
    for mut other in others.into_iter().filter(|other| other.id != source.id) {
        if other.get("default") == true {
            other.set("default", false);
            call.account.records.keep(service, "", other);
        }
    }
}

/// Empty parameters are a list, as PHP prints an empty object.
fn show(source: &Entity, _: &Call<'_>, shown: &mut Shown<'_>) {
    let mut services = source.get("services").clone();
    for service in services.as_array_mut().into_iter().flatten() {
        let Some(params) = service.get_mut("params") else { continue };
        if params.as_object().is_some_and(serde_json::Map::is_empty) {
            *params = json!([]);
        }
    }
    shown.set("services", services);
}
