//! What is special to notes: they hang on cards, and each type has parameters of its own.

pub(super) mod params;

use serde_json::{Map, Value, json};

use super::{Behaviour, write};
use crate::account::Account;
use crate::call::{Call, api_url};
use crate::check::{self, Change};
use crate::entity::{Entity, Kind, Shown};
use crate::flaws::Flaws;
use crate::generated::notes;
use crate::reply::Reply;
use crate::table::Type;

pub(super) static NOTES: Behaviour = Behaviour {
    scope,
    sees: Some(is_seen),
    sees_all: |call| {
        parent(call).is_some_and(|(kind, _)| call.account.may_see_all(call.user_id, kind))
    },
    below: |call| Some(("entity_id", parent(call)?.1?)),
    tidy,
    check,
    settle,
    show,
    other,
    ..Behaviour::of(&notes::NOTE)
};

/// The kind of cards and the card that the path names.
fn parent(call: &Call<'_>) -> Option<(Kind, Option<i64>)> {
    let named = call.parameter("parent");
    let (kind, card) = match named.split_once('/') {
        None => (named, None),
        Some((kind, id)) => (kind, Some(id.parse().ok()?)),
    };
    let has_notes = ["leads", "contacts", "companies", "customers"].contains(&kind);
    Some((Kind::named(kind).filter(|_| has_notes)?, card))
}

/// The notes of all cards of a kind are one collection. A card that is not there is 404: a guess.
fn scope(call: &Call<'_>) -> Result<String, Reply> {
    let (kind, card) = parent(call).ok_or_else(|| call.no_route())?;
    let Some(card) = card else { return Ok(kind.name().to_owned()) };
    if call.account.entity(kind, card).is_none() {
        return Err(Reply::not_found(&format!(
            "There is no {} with this id",
            kind.resource().name
        )));
    }
    if call.query.below("filter").iter().any(|leaf| leaf.path.first() == Some(&"entity_id")) {
        return Err(Reply::bad_request("Invalid filter: the path names the entity already"));
    }
    Ok(kind.name().to_owned())
}

/// Notes of the card that the path names, or of all that the user may see.
fn is_seen(call: &Call<'_>, note: &Entity) -> bool {
    let Some((kind, card)) = parent(call) else { return false };
    let own = note.int("entity_id");
    card.is_none_or(|card| own == Some(card))
        && own.is_some_and(|own| call.account.may_see(call.user_id, kind, own))
}

/// A change may name the card that the note is of. Empty parameters come as a list from PHP.
fn tidy(item: &mut Value, old: Option<&Entity>, _: &Call<'_>, flaws: &mut Flaws) {
    let Value::Object(item) = item else { return };
    if item.get("params").and_then(Value::as_array).is_some_and(Vec::is_empty) {
        item.insert("params".to_owned(), json!({}));
    }
    let Some(old) = old else { return };
    let Some(sent) = item.remove("entity_id") else { return };
    if !sent.is_i64() {
        flaws.wrong_type("entity_id", "int");
    } else if sent != *old.get("entity_id") {
        flaws.not_a_choice("entity_id");
    }
}

fn check(change: &Change, old: Option<&Entity>, call: &Call<'_>, flaws: &mut Flaws) {
    let Some((kind, card)) = parent(call) else { return };
    if old.is_none() {
        match (card, change.int("entity_id")) {
            (None, None) if !flaws.has("entity_id") => flaws.missing("entity_id"),
            (Some(card), Some(sent)) if card != sent => flaws.not_a_choice("entity_id"),
            (None, Some(sent)) if call.account.entity(kind, sent).is_none() => {
                flaws.not_a_choice("entity_id");
            }
            _ => {}
        }
    }
    check_params(change, old, call, flaws);
}

/// Parameters are sent whole, with the type of the note beside them.
fn check_params(change: &Change, old: Option<&Entity>, call: &Call<'_>, flaws: &mut Flaws) {
    let sent = change.get("params");
    let Some(kind) = change.text("note_type") else {
        if old.is_some() && sent.is_some() {
            flaws.missing("note_type");
        }
        return;
    };
    // That a note keeps its type is a guess.
    let is_other = old.is_some_and(|old| old.text("note_type") != kind);
    let Some(table) = params::of(kind).filter(|_| !is_other) else {
        flaws.not_a_choice("note_type");
        return;
    };
    match sent {
        None if old.is_none() && !flaws.has("params") => flaws.missing("params"),
        None => {}
        Some(sent) => flaws.within("params", |flaws| {
            check::sent(Type::Object(table), sent, call.account, flaws);
            params::check(kind, sent, call.account, flaws);
        }),
    }
}

fn settle(note: &mut Entity, change: &Change, call: &mut Call<'_>) {
    if let Some((_, Some(card))) = parent(call) {
        note.set_default("entity_id", card);
    }
    if change.get("params").is_some() && note.text("note_type") == "attachment" {
        let Value::Object(mut params) = note.get("params").clone() else { return };
        params::complete_attachment(&mut params, call.account);
        // Files of notes are among those of the card.
        let card = parent(call).map(|(kind, _)| kind).zip(note.int("entity_id"));
        if let (Some(card), Some(file)) = (card, params.get("file_uuid").and_then(Value::as_str)) {
            call.account.drive.attach(file, card);
        }
        note.set("params", params);
    }
}

/// Puts a note on a card for another service.
pub(super) fn put(call: &mut Call<'_>, card: (Kind, i64), change: &Change) -> i64 {
    let mut members = change.members.clone();
    members.push(("entity_id", card.1.into()));
    let change = Change { members, ..Change::default() };
    write::add(call, &NOTES, card.0.name(), &change)
}

/// Puts a note on a card that no request sent.
pub(crate) fn by_robot(
    account: &mut Account,
    (kind, card): (Kind, i64),
    note_type: &str,
    params: Value,
    now: i64,
) {
    let responsible = account.entity(kind, card).and_then(|card| card.int("responsible_user_id"));
    let service = NOTES.resource.service;
    let mut note = account.records.draft(service);
    for (name, value) in [
        ("entity_id", json!(card)),
        ("note_type", json!(note_type)),
        ("params", params),
        ("responsible_user_id", json!(responsible.unwrap_or_default())),
        ("created_by", json!(0)),
        ("updated_by", json!(0)),
        ("created_at", json!(now)),
        ("updated_at", json!(now)),
    ] {
        note.set(name, value);
    }
    account.records.keep(service, kind.name(), note);
}

fn show(note: &Entity, call: &Call<'_>, shown: &mut Shown<'_>) {
    if note.get("params").as_object().is_none_or(Map::is_empty) {
        shown.set("params", json!([]));
    }
    if call.query.with().any(|word| word == "is_pinned") {
        shown.set("is_pinned", note.get("is_pinned") == true);
    }
    let Some((kind, _)) = parent(call) else { return };
    let card = note.int("entity_id").unwrap_or_default();
    let href = api_url(call.base, &format!("{}/{card}/notes/{}", kind.name(), note.id));
    shown.set("_links", json!({"self": {"href": href}}));
}

/// Pinning. It is only known below a kind of cards and not below a card; that the longer path is
/// not there is a guess.
fn other(call: &mut Call<'_>, action: &str) -> Result<Reply, Reply> {
    let scope = scope(call)?;
    let is_short = parent(call).is_some_and(|(_, card)| card.is_none());
    if !is_short || !["pin", "unpin"].contains(&action) {
        return Err(call.no_route());
    }
    let service = NOTES.resource.service;
    let known = call.path_id().and_then(|id| call.account.records.get(service, &scope, id));
    let mut note =
        known.cloned().ok_or_else(|| Reply::not_found("There is no note with this id"))?;
    note.set("is_pinned", action == "pin");
    call.account.records.keep(service, &scope, note);
    Ok(Reply::no_content())
}
