//! Who has access: connections, integrations, tokens, users, the domain.

use serde::Deserialize;
use serde_json::json;

use super::answer::{Answer, Refusal};
use super::asked::{Asked, done_or};
use crate::demo;
use crate::oauth::integrations::all_scopes;
use crate::oauth::moved::Moved;

const NO_INTEGRATION: &str = "There is no such integration";
const NO_USER: &str = "There is no such user";

/// The demo integration's, or that of another one or for another user.
pub(super) fn connection(asked: &Asked<'_>) -> Result<Answer, Refusal> {
    let user: Option<i64> = asked.query_number("user_id")?;
    let client_id = asked.query.get("client_id");
    if client_id.is_none() && user.is_none() {
        return Answer::of(&asked.sandbox.connection());
    }
    let client_id = client_id.unwrap_or(demo::CLIENT_ID);
    let connection = asked.sandbox.connection_of(client_id, user.unwrap_or(demo::ADMIN));
    let lacking =
        "There is no such integration or active user, or an administrator has to install it first";
    Answer::of(&connection.ok_or_else(|| Refusal::unknown(lacking))?)
}

pub(super) fn code(asked: &Asked<'_>) -> Answer {
    Answer::Made(json!({"code": asked.sandbox.authorization_code()}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewIntegration {
    redirect_uri: String,
}

pub(super) fn add_integration(asked: &Asked<'_>) -> Result<Answer, Refusal> {
    let NewIntegration { redirect_uri } = asked.body()?;
    Ok(Answer::Made(json!({"client_id": asked.sandbox.add_integration(&redirect_uri)})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IntegrationBody {
    scopes: Option<Vec<String>>,
    uninstall_hook: Option<String>,
}

pub(super) fn change_integration(asked: &Asked<'_>) -> Result<Answer, Refusal> {
    let IntegrationBody { scopes, uninstall_hook } = asked.body()?;
    let known = all_scopes();
    let scopes: Option<Vec<&str>> =
        scopes.as_ref().map(|scopes| scopes.iter().map(String::as_str).collect());
    if let Some(other) =
        scopes.iter().flatten().find(|scope| !known.iter().any(|known| known == **scope))
    {
        return Err(Refusal::bad(format!("`scopes`: `{other}` is none of {}", known.join(", "))));
    }
    let client_id = asked.parameter("client_id");
    let mut is_there = asked.sandbox.has_integration(client_id);
    if let Some(scopes) = scopes {
        is_there &= asked.sandbox.set_scopes(client_id, &scopes);
    }
    if let Some(address) = uninstall_hook {
        is_there &= asked.sandbox.set_uninstall_hook(client_id, &address);
    }
    done_or(is_there, NO_INTEGRATION)
}

pub(super) fn uninstall(asked: &Asked<'_>) -> Result<Answer, Refusal> {
    let is_done = asked.sandbox.uninstall(asked.parameter("client_id"));
    done_or(is_done, "There is no such integration that is installed")
}

pub(super) fn install_widget(asked: &Asked<'_>) -> Answer {
    asked.sandbox.install_widget();
    Answer::Done
}

pub(super) fn revoke(asked: &Asked<'_>) -> Result<Answer, Refusal> {
    let user: Option<i64> = asked.query_number("user_id")?;
    match (asked.query.get("client_id"), user) {
        (None, None) => asked.sandbox.revoke_tokens(),
        (Some(client_id), Some(user)) if asked.sandbox.has_integration(client_id) => {
            asked.sandbox.revoke_grant(client_id, user);
        }
        (Some(_), Some(_)) => return Err(Refusal::unknown(NO_INTEGRATION)),
        _ => return Err(Refusal::bad("`client_id` and `user_id` go together")),
    }
    Ok(Answer::Done)
}

pub(super) fn api_key(asked: &Asked<'_>) -> Result<Answer, Refusal> {
    let key = asked.sandbox.api_key(asked.id()?).ok_or_else(|| Refusal::unknown(NO_USER))?;
    Ok(Answer::Shown(json!({"api_key": key})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UserBody {
    is_active: bool,
}

pub(super) fn change_user(asked: &Asked<'_>) -> Result<Answer, Refusal> {
    let UserBody { is_active } = asked.body()?;
    done_or(asked.sandbox.set_user_active(asked.id()?, is_active), NO_USER)
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Former {
    Redirect,
    Unauthorized,
    NotFound,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DomainBody {
    domain: String,
    former: Option<Former>,
}

pub(super) fn move_account(asked: &Asked<'_>) -> Result<Answer, Refusal> {
    let DomainBody { domain, former } = asked.body()?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    if !domain.contains('.') || !domain.chars().all(is_name) {
        return Err(Refusal::bad(format!("`domain`: `{domain}` is no host name")));
    }
    let moved = match former {
        None | Some(Former::Redirect) => Moved::Redirect,
        Some(Former::Unauthorized) => Moved::Unauthorized,
        Some(Former::NotFound) => Moved::NotFound,
    };
    asked.sandbox.move_account(&domain, moved);
    Ok(Answer::Done)
}
