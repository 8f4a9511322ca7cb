//! A bot asks a widget, and signs its question.

use http::Uri;
use serde_json::{Value, json};

use super::Post;
use crate::account::Account;
use crate::entity::Kind;
use crate::oauth::jwt;

/// How long the signature of a question is good, in seconds.
const GOOD_FOR: i64 = 1800;

/// What a bot was taught to ask.
pub(crate) struct Lesson {
    pub(super) bot: i64,
    pub(super) address: String,
    pub(super) data: Value,
    pub(super) client_id: String,
    pub(super) client_secret: String,
}

/// The question about a card. How long its token is good is a guess: as long as that of the web
/// interface.
pub(crate) fn asked(
    lesson: &Lesson,
    (kind, id): (Kind, i64),
    return_url: &str,
    account: &Account,
    now: i64,
) -> Post {
    let receiver = lesson.address.parse::<Uri>().ok();
    let audience = receiver.and_then(|uri| Some(format!("{}://{}", uri.scheme()?, uri.host()?)));
    let claims = json!({
        "iss": format!("https://{}", account.domain),
        "aud": audience,
        "iat": now,
        "nbf": now,
        "exp": now.saturating_add(GOOD_FOR),
        "account_id": account.id,
        "subdomain": account.subdomain(),
        "client_uuid": lesson.client_id,
        "bot_type": "salesbot",
        "entity_type": kind.resource().name,
        "entity_id": id,
    });
    let question = json!({
        "token": jwt::signed(&claims, &lesson.client_secret),
        "data": lesson.data,
        "return_url": return_url,
    });
    Post { address: lesson.address.clone(), body: question.to_string(), is_json: true }
}
