//! Incoming leads as webhooks tell of them: accepting and declining one deletes it.

use serde_json::{Value, json};

use super::form::Form;
use super::notice::Notice;
use crate::account::Account;
use crate::entity::{Entity, Kind};

/// An incoming lead that came, that something was added to, or that was sorted.
pub(super) fn changed(
    before: Option<&Entity>,
    now: Option<&Entity>,
    account: &Account,
) -> Option<Notice> {
    let one = now?;
    let told = |action, form| Some(Notice::new(("unsorted", "unsorted"), action, form));
    match (before, one.text("state")) {
        (None, "waiting") => told("add", whole(one, account, false)),
        (Some(_), "waiting") => told("update", whole(one, account, true)),
        (Some(before), "declined") if before.text("state") == "waiting" => {
            told("delete", sorted(one, "decline"))
        }
        // What was linked counts as accepted: a guess.
        (Some(before), _) if before.text("state") == "waiting" => {
            told("delete", sorted(one, "accept"))
        }
        _ => None,
    }
}

/// The ids that came out of it stand under a key that says how it was sorted.
fn sorted(one: &Entity, action: &'static str) -> Form {
    let mut form = Form::default();
    form.set("action", action);
    for name in ["uid", "category", "created_at"] {
        form.set(name, one.get(name).clone());
    }
    form.set("modified_user_id", one.get("sorted_by").clone());
    form.set(&format!("{action}_result"), one.get("result").clone());
    form
}

/// An update names the ids of what came with it, an addition does not.
fn whole(one: &Entity, account: &Account, is_update: bool) -> Form {
    let mut form = Form::default();
    form.set("uid", one.text("uid"));
    form.set("category", one.text("category"));
    form.set("account_id", account.id);
    form.set("user_id", one.get("created_by").clone());
    form.set("source", one.get("source_name").clone());
    form.set("pipeline_id", one.get("pipeline_id").clone());
    let mut source = source_data(one);
    if is_update {
        source["source"] = one.get("source_name").clone();
        source["source_uid"] = one.get("source_uid").clone();
        source["uid"] = one.get("uid").clone();
    }
    form.set("source_data", source);
    let mut data = json!({});
    for (kind, member) in [(Kind::Leads, "lead"), (Kind::Contacts, "contact")] {
        let card = one.int(member).and_then(|id| account.entity(kind, id));
        let shown = card.map(|card| data_of(card, kind, account, is_update));
        data[kind.name()] = shown.into_iter().collect();
    }
    if is_update {
        data["pipeline_id"] = one.get("pipeline_id").clone();
        data["source"] = one.get("source_name").clone();
        data["source_uid"] = one.get("source_uid").clone();
        data["created_at"] = one.get("created_at").clone();
    }
    form.set("data", data);
    form
}

/// A card inside of it: tags are one text here.
fn data_of(card: &Entity, kind: Kind, account: &Account, is_update: bool) -> Value {
    let tags = account.tags_of(kind).of(&card.tags);
    let tags: Vec<&str> = tags.map(|tag| tag.name.as_str()).collect();
    let mut data = json!({
        "name": card.get("name"),
        "date_create": card.get("created_at"),
        "created_user_id": card.get("created_by"),
        "modified_user_id": card.get("updated_by"),
        "main_user_id": card.get("responsible_user_id"),
        "custom_fields": super::cards::custom_fields(kind, card, account),
    });
    if !tags.is_empty() {
        data["tags"] = tags.join(", ").into();
    }
    if is_update {
        data["id"] = card.id.into();
        data["status_id"] = card.get("status_id").clone();
        data["pipeline_id"] = card.get("pipeline_id").clone();
    }
    data
}

/// Where it came from, in the words of older parts of amoCRM. Those of calls are not known; they
/// are told as they were sent (a guess).
fn source_data(one: &Entity) -> Value {
    let metadata = one.get("metadata");
    match one.text("category") {
        "forms" => {
            let mut data = json!({
                "form_id": metadata["form_id"],
                "form_type": metadata["form_type"],
                "form_name": metadata["form_name"],
                "date": metadata["form_sent_at"],
                "from": metadata["form_page"],
                "origin": {
                    "ip": metadata["ip"],
                    "datetime": metadata["form_sent_at"],
                    "referer": metadata["referer"],
                    "visitor_uid": metadata["visitor_uid"],
                },
            });
            if data["form_type"].is_null() {
                data["form_type"] = 1.into();
            }
            data
        }
        "chats" => {
            let (client, origin) = (&metadata["client"], &metadata["origin"]);
            json!({
                "name": metadata["from"],
                "to": metadata["to"],
                "service": metadata["service"],
                "source_uid": one.get("source_uid"),
                "source": one.get("source_uid"),
                "source_name": metadata["source_name"],
                "client": {"name": client["name"], "picture": client["avatar"]},
                "origin": {"provider": metadata["service"], "chat_id": origin["chat_id"]},
                "data": [{"date": metadata["received_at"], "text": metadata["last_message_text"]}],
            })
        }
        _ => metadata.clone(),
    }
}
