//! What is special to talks and their messages: clients begin them, and the API closes them.

use http::StatusCode;
use serde_json::{Value, json};

use super::Behaviour;
use super::calls::main_card;
use crate::account::Account;
use crate::call::{Call, api_url};
use crate::check;
use crate::entity::{Entity, Kind, Shown};
use crate::events::What;
use crate::flaws::Flaws;
use crate::generated::talks;
use crate::reply::Reply;
use crate::table::Body;
use crate::unsorted;

pub(super) static TALKS: Behaviour = Behaviour {
    renamed: &[("only_in_work", "is_in_work")],
    scope: talks_scope,
    sees: Some(is_seen),
    sees_all: |call| call.account.may_see_all(call.user_id, Kind::Contacts),
    show: show_talk,
    other: close,
    ..Behaviour::of(&talks::TALK)
};

pub(super) static MESSAGES: Behaviour =
    Behaviour { scope: messages_scope, show: show_message, ..Behaviour::of(&talks::TALK_MESSAGE) };

/// Who writes when a client does, in events.
const NOBODY: i64 = 0;

/// The kind and the id of an entity are asked for together.
fn talks_scope(call: &Call<'_>) -> Result<String, Reply> {
    let filters = call.query.below("filter");
    let has = |name| filters.iter().any(|leaf| leaf.path.first() == Some(&name));
    if has("entity_id") != has("entity_type") {
        return Err(Reply::bad_request("filter[entity_id] and filter[entity_type] go together"));
    }
    Ok(String::new())
}

fn is_seen(call: &Call<'_>, talk: &Entity) -> bool {
    let contact = talk.int("contact_id").unwrap_or_default();
    call.account.may_see(call.user_id, Kind::Contacts, contact)
}

/// The messages of each talk are a collection.
fn messages_scope(call: &Call<'_>) -> Result<String, Reply> {
    let talk = call.id(call.parameter("talk_id"))?;
    let known = call.account.records.get(TALKS.resource.service, "", talk);
    let known = known.filter(|talk| is_seen(call, talk));
    known.map(|talk| talk.id.to_string()).ok_or_else(no_talk)
}

fn no_talk() -> Reply {
    Reply::not_found("There is no talk with this id")
}

/// A client writes: his open talk goes on, or a new one begins. Gives the talk; `None` if there is
/// no such contact.
pub(crate) fn client_writes(
    account: &mut Account,
    contact: i64,
    text: &str,
    now: i64,
) -> Option<i64> {
    let name = account.entity(Kind::Contacts, contact)?.get("name").clone();
    let service = TALKS.resource.service;
    let talks = account.records.of(service, "").iter();
    let mut own = talks.filter(|talk| talk.int("contact_id") == Some(contact));
    let chat = own.clone().next_back().map(|talk| talk.get("chat_id").clone());
    let open = own.find(|talk| talk.get("is_in_work") == true).cloned();
    let mut talk = open.unwrap_or_else(|| begun(account, contact, chat, now));
    talk.set("updated_at", now);
    talk.set("is_read", false);
    let author = json!({"id": contact.to_string(), "type": "external", "name": name});
    unsorted::wrote(account, contact, text, now);
    Some(written(account, talk, ("incoming", author), text, NOBODY, now))
}

/// A user answers in a talk that is open; that reads it and no longer leaves it missed. False if
/// there is no such talk or user.
pub(crate) fn user_writes(
    account: &mut Account,
    talk: i64,
    user: i64,
    text: &str,
    now: i64,
) -> bool {
    let Some(mut talk) = open(account, talk) else { return false };
    let Some(name) = account.records.get("users", "", user).map(|user| user.get("name").clone())
    else {
        return false;
    };
    talk.set("updated_at", now);
    talk.set("is_read", true);
    talk.set("missed_at", Value::Null);
    let author = json!({"id": user.to_string(), "type": "internal", "name": name});
    written(account, talk, ("outgoing", author), text, user, now);
    true
}

/// The client gives a mark for a talk, which ends by it; false if there is no such open talk or
/// mark.
pub(crate) fn client_rates(account: &mut Account, talk: i64, rate: u8, now: i64) -> bool {
    let Some(mut talk) = open(account, talk).filter(|_| rate <= 10) else { return false };
    let contact = talk.int("contact_id").unwrap_or_default();
    talk.set("rate", rate);
    talk.set("is_in_work", false);
    talk.set("status", "closed");
    talk.set("updated_at", now);
    let of = card_of(&talk);
    account.records.keep(TALKS.resource.service, "", talk);
    crate::events::remember(account, NOBODY, now);
    let told = What::new("nps_rate_added", of).after([json!({"nps": {"rate": rate}})]);
    account.events.add(told.of_talk_with(contact), NOBODY, now);
    true
}

/// Nobody answered in time; false if there is no such open talk.
pub(crate) fn talk_missed(account: &mut Account, talk: i64, now: i64) -> bool {
    let Some(mut talk) = open(account, talk) else { return false };
    talk.set("missed_at", now);
    talk.set("updated_at", now);
    account.records.keep(TALKS.resource.service, "", talk);
    crate::events::remember(account, NOBODY, now);
    true
}

fn open(account: &Account, talk: i64) -> Option<Entity> {
    let talk = account.records.get(TALKS.resource.service, "", talk)?;
    (talk.get("is_in_work") == true).then(|| talk.clone())
}

/// What a talk is about.
fn card_of(talk: &Entity) -> (&'static str, i64) {
    match (talk.text("entity_type"), talk.int("entity_id")) {
        ("lead", Some(lead)) => ("lead", lead),
        ("customer", Some(customer)) => ("customer", customer),
        _ => ("contact", talk.int("contact_id").unwrap_or_default()),
    }
}

/// Keeps a talk with a new message, and gives its id.
fn written(
    account: &mut Account,
    talk: Entity,
    (direction, author): (&'static str, Value),
    text: &str,
    by: i64,
    now: i64,
) -> i64 {
    let id = talk.id;
    let of = card_of(&talk);
    let contact = talk.int("contact_id").unwrap_or_default();
    account.records.keep(TALKS.resource.service, "", talk);
    let mut message = account.records.draft(MESSAGES.resource.service);
    let uuid = uuid(message.id);
    for (name, value) in [
        ("type", json!(direction)),
        ("message_type", json!("text")),
        ("text", json!(text)),
        ("author", author),
        ("delivery_status", json!("delivered")),
        ("created_at", json!(now)),
    ] {
        message.set(name, value);
    }
    account.records.keep(MESSAGES.resource.service, &id.to_string(), message);
    crate::events::remember(account, by, now);
    let kind =
        if direction == "incoming" { "incoming_chat_message" } else { "outgoing_chat_message" };
    let value = json!({"message": {"id": uuid, "talk_id": id}});
    account.events.add(What::new(kind, of).after([value]).of_talk_with(contact), by, now);
    id
}

fn begun(account: &mut Account, contact: i64, chat: Option<Value>, now: i64) -> Entity {
    let mut talk = account.records.draft(TALKS.resource.service);
    let (kind, card) = main_card((Kind::Contacts, contact), account);
    let card = Some((kind, card)).filter(|(kind, _)| *kind != Kind::Contacts);
    for (name, value) in [
        ("talk_id", json!(talk.id)),
        ("created_at", json!(now)),
        ("rate", json!(0)),
        ("contact_id", json!(contact)),
        ("chat_id", chat.unwrap_or_else(|| json!(uuid(talk.id)))),
        ("entity_id", json!(card.map(|(_, id)| id))),
        ("entity_type", json!(card.map(|(kind, _)| kind.resource().name))),
        ("is_in_work", json!(true)),
        ("origin", json!("telegram")),
        ("status", json!("in_work")),
    ] {
        talk.set(name, value);
    }
    talk
}

/// A UUID that is the same for the same number.
pub(crate) fn uuid(number: i64) -> String {
    format!("7a1c0000-0000-4000-8000-{number:012x}")
}

fn show_talk(talk: &Entity, call: &Call<'_>, shown: &mut Shown<'_>) {
    let reference = |kind: &str, id: i64| {
        let href = api_url(call.base, &format!("{kind}/{id}"));
        json!([{"id": id, "_links": {"self": {"href": href}}}])
    };
    let contact = talk.int("contact_id").unwrap_or_default();
    shown.embed("contacts", reference("contacts", contact));
    for (one, key) in [("lead", "leads"), ("customer", "customers")] {
        let card = talk.int("entity_id").filter(|_| talk.text("entity_type") == one);
        shown.embed(key, card.map_or_else(|| json!([]), |id| reference(key, id)));
    }
}

fn show_message(message: &Entity, _: &Call<'_>, shown: &mut Shown<'_>) {
    shown.set("id", uuid(message.id));
    shown.remove("_links");
}

/// Closes a talk. The bot that asks for a mark is off in the box, so that forcing it changes
/// nothing.
fn close(call: &mut Call<'_>, action: &str) -> Result<Reply, Reply> {
    if action != "close" {
        return Err(call.no_route());
    }
    let known = call.path_id();
    let known = known.and_then(|id| call.account.records.get(TALKS.resource.service, "", id));
    let known = known.filter(|talk| is_seen(call, talk));
    let mut talk = known.cloned().ok_or_else(no_talk)?;
    let body = if call.body.trim_ascii().is_empty() { b"{}" } else { call.body };
    let sent = crate::page::object(body)?;
    let mut flaws = Flaws::default();
    if let Body::One(kind) = call.operation.body {
        check::sent(kind, &sent, call.account, &mut flaws);
    }
    flaws.refuse_if_any()?;
    if talk.get("is_in_work") != true {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Err(Reply::problem(status, "The talk is closed already"));
    }
    talk.set("is_in_work", false);
    talk.set("status", "closed");
    talk.set("updated_at", call.now);
    call.account.records.keep(TALKS.resource.service, "", talk);
    Ok(Reply::accepted_without_words())
}
