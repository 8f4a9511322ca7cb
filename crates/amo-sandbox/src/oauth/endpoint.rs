//! `POST /oauth2/access_token`: a code or a refresh token against a new pair.

use std::collections::BTreeMap;

use http::StatusCode;
use serde_json::{Value, json};

use super::grants::{Grants, Refusal};
use super::integrations::Integrations;
use crate::reply::Reply;

const UNAUTHORIZED: StatusCode = StatusCode::UNAUTHORIZED;
const BAD_REQUEST: StatusCode = StatusCode::BAD_REQUEST;

/// Answers the token endpoint. The checks come in the order client id, secret, redirect URI, code
/// or token.
pub(crate) fn answer(
    body: &[u8],
    integrations: &Integrations,
    grants: &mut Grants,
    now: i64,
) -> Reply {
    match exchange(body, integrations, grants, now) {
        Ok(pair) => Reply::json(StatusCode::OK, &pair),
        Err(reply) => reply,
    }
}

fn exchange(
    body: &[u8],
    integrations: &Integrations,
    grants: &mut Grants,
    now: i64,
) -> Result<Value, Reply> {
    let fields = fields(body)
        .ok_or_else(|| refused(BAD_REQUEST, "The request body is neither JSON nor a form", ""))?;
    let get = |name: &str| fields.get(name).map(String::as_str).filter(|text| !text.is_empty());
    let need = |name: &str| get(name).ok_or_else(|| check(name));
    let client_id = need("client_id")?;
    let integration = integrations.find(client_id).ok_or_else(|| check("client_id"))?;
    if need("client_secret")? != integration.client_secret {
        return Err(problem(UNAUTHORIZED, "Invalid client", "Client authentication failed", ""));
    }
    let grant = need("grant_type")?;
    if get("redirect_uri") != Some(integration.redirect_uri.as_str()) {
        return Err(refused(
            BAD_REQUEST,
            "The redirect URI is wrong",
            "Redirect URI is not associated with client",
        ));
    }
    let result = match grant {
        "authorization_code" => grants.exchange_code(need("code")?, client_id, now),
        "refresh_token" => grants.exchange_refresh(need("refresh_token")?, client_id, now),
        _ => return Err(check("grant_type")),
    };
    result.map_err(explain)
}

/// The members of a JSON object or of a form: clients send either, with or without a content type.
pub(super) fn fields(body: &[u8]) -> Option<BTreeMap<String, String>> {
    if let Ok(json) = serde_json::from_slice::<Value>(body) {
        let object = json.as_object()?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        return Some(
            object.iter().filter_map(|(key, value)| Some((key.clone(), text(value)?))).collect(),
        );
    }
    let form = std::str::from_utf8(body).ok()?;
    Some(form_urlencoded::parse(form.as_bytes()).into_owned().collect())
}

/// The statuses and hints that the real service gives. What it says of a refresh token past its
/// three months is a guess: the hint is that of the OAuth server library it runs on.
fn explain(refusal: Refusal) -> Reply {
    let (status, hint) = match refusal {
        Refusal::CodeUnknown => (BAD_REQUEST, "Cannot decrypt the authorization code"),
        Refusal::CodeUsed => (BAD_REQUEST, "Authorization code has been revoked"),
        Refusal::CodeExpired => (BAD_REQUEST, "Authorization code has expired"),
        Refusal::RefreshUnknown => (BAD_REQUEST, "Invalid refresh token"),
        Refusal::RefreshRevoked => (UNAUTHORIZED, "Token has been revoked"),
        Refusal::RefreshExpired => (UNAUTHORIZED, "Token has expired"),
    };
    let detail = match refusal {
        Refusal::CodeUnknown | Refusal::CodeUsed | Refusal::CodeExpired => {
            "The authorization code is not valid"
        }
        _ => "The refresh token is not valid",
    };
    refused(status, detail, hint)
}

fn check(parameter: &str) -> Reply {
    refused(
        BAD_REQUEST,
        "A required parameter is missing or wrong",
        &format!("Check the `{parameter}` parameter"),
    )
}

fn refused(status: StatusCode, detail: &str, hint: &str) -> Reply {
    problem(status, "Invalid request", detail, hint)
}

fn problem(status: StatusCode, title: &str, detail: &str, hint: &str) -> Reply {
    let mut problem = json!({
        "title": title,
        "type": "https://developers.amocrm.ru/v3/errors/OAuthProblemJson",
        "status": status.as_u16(),
        "detail": detail,
    });
    if !hint.is_empty() {
        problem["hint"] = Value::from(hint);
    }
    Reply::json(status, &problem)
}
