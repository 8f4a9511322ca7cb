//! What only users, clients and bots do in the account; the webhooks that left it.

use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, Refusal};
use super::asked::{Asked, done_or};

const NO_ENTITY: &str = "There is no such entity";

pub(super) fn entity(asked: &Asked<'_>) -> Result<Answer, Refusal> {
    let found = asked.sandbox.entity(asked.parameter("collection"), asked.id()?);
    found.map(Answer::Shown).ok_or_else(|| Refusal::unknown(NO_ENTITY))
}

pub(super) fn delete(asked: &Asked<'_>) -> Result<Answer, Refusal> {
    let is_deleted = asked.sandbox.delete(asked.parameter("collection"), asked.id()?);
    done_or(is_deleted, NO_ENTITY)
}

pub(super) fn restore(asked: &Asked<'_>) -> Result<Answer, Refusal> {
    let is_restored = asked.sandbox.restore(asked.parameter("collection"), asked.id()?);
    done_or(is_restored, "There is no such deleted entity")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Follower {
    user_id: Option<i64>,
    group_id: Option<i64>,
}

pub(super) fn follow(asked: &Asked<'_>) -> Result<Answer, Refusal> {
    let (collection, id) = (asked.parameter("collection"), asked.id()?);
    let is_done = match asked.body()? {
        Follower { user_id: Some(user), group_id: None } => {
            asked.sandbox.follow(collection, id, user)
        }
        Follower { user_id: None, group_id: Some(group) } => {
            asked.sandbox.follow_as_group(collection, id, group)
        }
        _ => return Err(Refusal::bad("One of `user_id` and `group_id` must be there")),
    };
    done_or(is_done, "There is no such entity, user or group")
}

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

pub(super) fn bot_waits(asked: &Asked<'_>) -> Result<Answer, Refusal> {
    let path = asked.sandbox.bot_waits(asked.parameter("type"), asked.id()?);
    let path = path.ok_or_else(|| Refusal::unknown("There is no such bot"))?;
    Ok(Answer::Made(json!({"path": path})))
}

pub(super) fn deliveries(asked: &Asked<'_>) -> Answer {
    let deliveries: Vec<Value> = asked
        .sandbox
        .webhooks()
        .deliveries()
        .iter()
        .map(|one| {
            json!({
                "webhook_id": one.webhook_id,
                "method": one.method,
                "destination": one.destination,
                "body": String::from_utf8_lossy(&one.body),
                "attempt": one.attempt,
                "at": one.at,
                "status": one.status,
                "error": one.error,
            })
        })
        .collect();
    Answer::Shown(json!({"deliveries": deliveries}))
}

pub(super) fn clear_deliveries(asked: &Asked<'_>) -> Answer {
    asked.sandbox.webhooks().clear_deliveries();
    Answer::Done
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Subscription {
    destination: String,
}

pub(super) fn enable_webhook(asked: &Asked<'_>) -> Result<Answer, Refusal> {
    let Subscription { destination } = asked.body()?;
    done_or(asked.sandbox.webhooks().enable(&destination), "Nobody subscribed with this address")
}
