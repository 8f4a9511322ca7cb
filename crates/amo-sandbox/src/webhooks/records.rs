//! Tasks and notes as webhooks tell of them.

use serde_json::{Map, Value};

use super::cards::words;
use super::dates::date;
use super::form::Form;
use super::notice::Notice;
use super::{elements, reviews, talks, unsorted};
use crate::account::Account;
use crate::entity::Entity;

/// What happened to a record that is no card, by what it was and what it is.
pub(crate) fn changed(
    (service, scope): (&str, &str),
    before: Option<&Entity>,
    now: Option<&Entity>,
    account: &Account,
    found: &mut Vec<Notice>,
) {
    match service {
        "tasks" => task(before, now, account, found),
        // Only of new notes anybody is told.
        "notes" if before.is_none() => {
            found.extend(now.and_then(|note| added_note(scope, note, account)));
        }
        "elements" => found.extend(elements::changed(scope, before, now, account)),
        "template_reviews" => found.extend(reviews::asked_for(scope, before, now, account)),
        "unsorted" => found.extend(unsorted::changed(before, now, account)),
        "talks" => found.extend(talks::talk(before, now)),
        "talk_messages" if before.is_none() => {
            found.extend(now.and_then(|message| talks::message(scope, message, account)));
        }
        _ => {}
    }
}

/// The number of a kind of entities in older parts of amoCRM.
pub(super) fn element_type(kind: &str) -> Option<i64> {
    Some(match kind {
        "contacts" => 1,
        "leads" => 2,
        "companies" => 3,
        "customers" => 12,
        _ => return None,
    })
}

fn dated(entity: &Entity, member: &str) -> Option<String> {
    entity.int(member).map(date)
}

fn task(before: Option<&Entity>, now: Option<&Entity>, account: &Account, found: &mut Vec<Notice>) {
    let told = |action, form| Notice::new(("task", "task"), action, form);
    match (before, now) {
        (None, Some(now)) => found.push(told("add", whole_task(now, account))),
        (Some(before), None) => {
            let mut form = Form::default();
            form.set("id", before.id);
            found.push(told("delete", form));
        }
        (Some(before), Some(now)) => {
            let mut form = whole_task(now, account);
            let is_closed = |task: &Entity| task.get("is_completed") == true;
            form.set("action_close", !is_closed(before) && is_closed(now));
            let result = &now.get("result")["text"];
            // The real one has an `id` too, that of the note which the result becomes; here it
            // becomes none.
            if !result.is_null() && *result != before.get("result")["text"] {
                form.set("result", serde_json::json!({"text": result}));
            }
            if before.get("text") != now.get("text") {
                form.set("old_text", before.get("text").clone());
            }
            found.push(told("update", form.clone()));
            if before.get("responsible_user_id") != now.get("responsible_user_id") {
                form.set("old_responsible_user_id", before.get("responsible_user_id").clone());
                found.push(told("responsible", form));
            }
        }
        (None, None) => {}
    }
}

fn whole_task(task: &Entity, account: &Account) -> Form {
    let mut form = Form::default();
    form.set("id", task.id);
    form.set("element_id", task.get("entity_id").clone());
    form.set("element_type", element_type(task.text("entity_type")));
    form.set("task_type", task.get("task_type_id").clone());
    form.set("date_create", dated(task, "created_at"));
    form.set("text", task.text("text"));
    form.set("status", task.get("is_completed") == true);
    form.set("account_id", account.id);
    form.set("created_user_id", task.get("created_by").clone());
    form.set("last_modified", dated(task, "updated_at"));
    form.set("responsible_user_id", task.get("responsible_user_id").clone());
    form.set("complete_till", dated(task, "complete_till"));
    form.set("complete_before", task.get("complete_till").clone());
    form.set("created_at", task.get("created_at").clone());
    form.set("updated_at", task.get("updated_at").clone());
    form
}

/// A new note is something that happened to its card, and stands one level deeper.
fn added_note(scope: &str, note: &Entity, account: &Account) -> Option<Notice> {
    let mut inner = Form::default();
    inner.set("id", note.id);
    inner.set("note_type", note_type(note.text("note_type")));
    inner.set("element_type", element_type(scope)?);
    inner.set("element_id", note.get("entity_id").clone());
    let params = note.get("params").as_object().cloned().unwrap_or_default();
    inner.set("text", text(note.text("note_type"), &params));
    inner.set("attachement", params.get("attachment").cloned().unwrap_or_else(|| "".into()));
    inner.set("metadata", "");
    inner.set("account_id", account.id);
    inner.set("date_create", dated(note, "created_at"));
    inner.set("timestamp_x", dated(note, "updated_at"));
    inner.set("created_by", note.get("created_by").clone());
    inner.set("modified_by", note.get("updated_by").clone());
    inner.set("main_user_id", note.get("responsible_user_id").clone());
    let user = note.int("responsible_user_id").and_then(|id| account.user(id));
    inner.set("group_id", user.map_or(0, |user| user.group_id));
    inner.set("created_at", note.get("created_at").clone());
    inner.set("updated_at", note.get("updated_at").clone());
    let mut form = Form::default();
    form.nest("note", inner);
    Some(Notice::new(words(scope)?, "note", form))
}

/// The number of a type of notes. Those whose number is not known have their name here: a guess.
fn note_type(name: &str) -> Value {
    match name {
        "common" => 4.into(),
        "attachment" => 5.into(),
        "call_in" => 10.into(),
        "call_out" => 11.into(),
        "service_message" => 25.into(),
        "sms_in" => 102.into(),
        "sms_out" => 103.into(),
        other => other.into(),
    }
}

/// What a note says. Only what people write is a plain text; the others are JSON inside a text, and
/// those of calls have capital names for what calls have had from the start.
fn text(note_type: &str, params: &Map<String, Value>) -> String {
    if ["common", "attachment"].contains(&note_type) {
        return params.get("text").and_then(Value::as_str).unwrap_or_default().to_owned();
    }
    let is_call = note_type.starts_with("call_");
    let named = |name: &str| match name {
        "source" if is_call => "SRC".to_owned(),
        "uniq" | "link" | "phone" | "duration" if is_call => name.to_uppercase(),
        name => name.to_owned(),
    };
    let members = params.iter().map(|(name, value)| (named(name), value.clone()));
    Value::Object(members.collect()).to_string()
}
