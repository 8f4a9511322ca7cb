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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PaidUntil {
    /// Must be there, so that nobody pays for ever by mistake.
    #[serde(deserialize_with = "Option::deserialize")]
    end: Option<i64>,
}

pub(super) fn set_paid_until(asked: &Asked<'_>) -> Result<Answer, Refusal> {
    asked.sandbox.set_paid_until(asked.body::<PaidUntil>()?.end);
    Ok(Answer::Done)
}
