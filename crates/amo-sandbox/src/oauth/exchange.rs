//! `POST /oauth2/exchange_api_key`: an API key for a code, which comes to the redirect URI.

use http::StatusCode;
use serde_json::Value;

use super::endpoint::fields;
use super::hooks;
use super::login::Refusal;
use crate::locked;
use crate::reply::Reply;
use crate::sandbox::Inner;

/// Answers 202 with nothing and calls the redirect URI. The statuses are the documented ones; that
/// a wrong key or secret is 400 is a guess, and so is what details say.
pub(super) fn answer(inner: &Inner, body: &[u8], now: i64) -> Result<Reply, Reply> {
    if !serde_json::from_slice::<Value>(body).is_ok_and(|body| body.is_object()) {
        return Err(Reply::bad_request("The request body must be a JSON object"));
    }
    let fields = fields(body).unwrap_or_default();
    let need = |name: &str| {
        let found = fields.get(name).filter(|text| !text.is_empty());
        found.ok_or_else(|| Reply::bad_request(&format!("{name} is missing")))
    };
    let (login, key) = (need("login")?, need("api_key")?);
    let (client_id, secret) = (need("client_uuid")?, need("client_secret")?);
    let integration = locked(&inner.integrations).find(client_id).cloned();
    let integration = integration.filter(|known| known.client_secret == *secret);
    let integration =
        integration.ok_or_else(|| Reply::bad_request("client_uuid or client_secret is wrong"))?;
    let (user, domain) = {
        let account = inner.account.read();
        let user = locked(&inner.logins).user(login, key, &account, now);
        (user, account.domain.clone())
    };
    let user_id = user.map_err(|refusal| match refusal {
        Refusal::SwitchedOff => Reply::forbidden(),
        _ => Reply::bad_request("login or api_key is wrong"),
    })?;
    if !integration.is_installed {
        return Err(Reply::forbidden());
    }
    if !locked(&inner.logins).may_exchange(user_id, client_id, now) {
        return Err(Reply::usual(StatusCode::TOO_MANY_REQUESTS));
    }
    let code = locked(&inner.grants).new_code(integration.holder(user_id), now);
    let state = fields.get("state").map(String::as_str);
    let address = hooks::redirect_with_code(&integration, &domain, &code, "from_exchange", state);
    inner.outbox.call_once(&address, now);
    crate::webhooks::start(inner);
    Ok(Reply::empty(StatusCode::ACCEPTED))
}
