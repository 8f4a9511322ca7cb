//! Talks and their messages as webhooks tell of them.

use super::form::Form;
use super::notice::Notice;
use super::records::element_type;
use crate::account::Account;
use crate::entity::Entity;
use crate::record::message_uuid;

/// A talk that began, or that something happened to.
pub(super) fn talk(before: Option<&Entity>, now: Option<&Entity>) -> Option<Notice> {
    let talk = now?;
    let mut form = Form::default();
    form.set("talk_id", talk.id);
    for name in ["created_at", "updated_at", "rate"] {
        form.set(name, talk.get(name).clone());
    }
    place(talk, &mut form);
    for name in ["is_in_work", "is_read"] {
        form.set(name, talk.get(name) == true);
    }
    form.set("origin", talk.get("origin").clone());
    let action = if before.is_none() { "add" } else { "update" };
    Some(Notice::new(("talk", "talk"), action, form))
}

/// Whose talk it is, and about what.
fn place(talk: &Entity, form: &mut Form) {
    for name in ["contact_id", "chat_id", "entity_id", "entity_type"] {
        form.set(name, talk.get(name).clone());
    }
}

/// A new message in the talk with this id: what a client wrote, or what he was written.
pub(super) fn message(talk: &str, message: &Entity, account: &Account) -> Option<Notice> {
    let talk = account.records.get("talks", "", talk.parse().ok()?)?;
    let mut form = Form::default();
    form.set("id", message_uuid(message.id));
    form.set("talk_id", talk.id);
    place(talk, &mut form);
    // Older parts name the entity by a number, and a contact where the talk is about no other.
    let (kind, id) = match talk.text("entity_type") {
        "lead" => ("leads", talk.get("entity_id")),
        "customer" => ("customers", talk.get("entity_id")),
        _ => ("contacts", talk.get("contact_id")),
    };
    form.set("element_id", id.clone());
    form.set("element_type", element_type(kind));
    for name in ["text", "created_at", "type", "message_type", "author"] {
        form.set(name, message.get(name).clone());
    }
    form.set("origin", talk.get("origin").clone());
    let of = match message.text("type") {
        "outgoing" => "outgoing_message",
        _ => "message",
    };
    Some(Notice::new((of, of), "add", form))
}
