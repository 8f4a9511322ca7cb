//! Talks, bots, triggers and short links: what clients, users and the account do by themselves.

use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, Refusal};
use super::asked::{Asked, done_or};
use crate::automation::TriggerOn;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Chat {
    name: String,
    text: String,
}

pub(super) fn receive_chat(asked: &Asked<'_>) -> Result<Answer, Refusal> {
    let Chat { name, text } = asked.body()?;
    Ok(Answer::Made(json!({"uid": asked.sandbox.receive_chat(&name, &text)})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Message {
    contact_id: i64,
    text: String,
}

pub(super) fn client_writes(asked: &Asked<'_>) -> Result<Answer, Refusal> {
    let Message { contact_id, text } = asked.body()?;
    let talk = asked.sandbox.client_writes(contact_id, &text);
    let talk = talk.ok_or_else(|| Refusal::unknown("`contact_id`: there is no such contact"))?;
    Ok(Answer::Made(json!({"talk_id": talk})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reply {
    user_id: i64,
    text: String,
}

pub(super) fn user_writes(asked: &Asked<'_>) -> Result<Answer, Refusal> {
    let Reply { user_id, text } = asked.body()?;
    let is_done = asked.sandbox.user_writes(asked.id()?, user_id, &text);
    done_or(is_done, "There is no such open talk or user")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mark {
    rate: u8,
}

pub(super) fn client_rates(asked: &Asked<'_>) -> Result<Answer, Refusal> {
    let Mark { rate } = asked.body()?;
    if rate > 10 {
        return Err(Refusal::bad("`rate` must be from 0 to 10"));
    }
    done_or(asked.sandbox.client_rates(asked.id()?, rate), "There is no such open talk")
}

pub(super) fn miss_talk(asked: &Asked<'_>) -> Result<Answer, Refusal> {
    done_or(asked.sandbox.miss_talk(asked.id()?), "There is no such open talk")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Link {
    url: String,
}

pub(super) fn open_short_link(asked: &Asked<'_>) -> Result<Answer, Refusal> {
    let Link { url } = asked.body()?;
    let target = asked.sandbox.open_short_link(&url);
    let target = target.ok_or_else(|| Refusal::unknown("`url`: there is no such short link"))?;
    Ok(Answer::Shown(json!({"target": target})))
}

pub(super) fn bot_waits(asked: &Asked<'_>) -> Result<Answer, Refusal> {
    let path = asked.sandbox.bot_waits(asked.parameter("type"), asked.id()?);
    let path = path.ok_or_else(|| Refusal::unknown("There is no such bot"))?;
    Ok(Answer::Made(json!({"path": path})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lesson {
    address: String,
    #[serde(default)]
    data: Value,
}

pub(super) fn teach_bot(asked: &Asked<'_>) -> Result<Answer, Refusal> {
    let Lesson { address, data } = asked.body()?;
    let is_done = asked.sandbox.teach_bot(asked.id()?, &address, data);
    done_or(is_done, "There is no such bot")
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum On {
    Status(i64),
    Period(i64),
    CallIn,
    Chat,
    SiteVisit,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Trigger {
    on: On,
    address: String,
    settings: Option<Value>,
}

pub(super) fn add_trigger(asked: &Asked<'_>) -> Result<Answer, Refusal> {
    let Trigger { on, address, settings } = asked.body()?;
    let on = match on {
        On::Status(id) => TriggerOn::Status(id),
        On::Period(id) => TriggerOn::Period(id),
        On::CallIn => TriggerOn::CallIn,
        On::Chat => TriggerOn::Chat,
        On::SiteVisit => TriggerOn::SiteVisit,
    };
    match settings {
        Some(settings) => asked.sandbox.add_widget_trigger(on, &address, settings),
        None => asked.sandbox.add_trigger(on, &address),
    }
    Ok(Answer::Done)
}

pub(super) fn clear_triggers(asked: &Asked<'_>) -> Answer {
    asked.sandbox.clear_triggers();
    Answer::Done
}
