//! Which handler answers which path of those that are about who is calling.

use http::request::Parts;

use super::grants::Holder;
use super::people::people;
use super::{consent, endpoint, exchange, hooks, login, lookup};
use crate::query::Query;
use crate::reply::Reply;
use crate::sandbox::Inner;
use crate::{demo, locked};

/// A request about who is calling.
pub(crate) struct Asked<'a> {
    pub(crate) head: &'a Parts,
    pub(crate) query: &'a Query,
    pub(crate) body: &'a [u8],
    /// The host by which the box was reached.
    pub(crate) host: Option<&'a str>,
    pub(crate) holder: Option<&'a Holder>,
    pub(crate) now: i64,
}

/// Answers a request; `None` if it is about something else.
pub(crate) fn answer(
    inner: &Inner,
    asked: &Asked<'_>,
    path: &[&str],
) -> Option<Result<Reply, Reply>> {
    let method = asked.head.method.as_str();
    let Asked { query, body, now, .. } = *asked;
    Some(match (path, method) {
        (["oauth"], _) => decide(inner, asked),
        (["oauth2", "access_token"], "POST") => Ok(endpoint::answer(
            body,
            &locked(&inner.integrations),
            &mut locked(&inner.grants),
            now,
        )),
        (["oauth2", "exchange_api_key"], "POST") => exchange::answer(inner, body, now),
        (["oauth2", "account", "subdomain"], "GET") => match asked.holder {
            Some(_) => Ok(lookup::address(&inner.account.read())),
            None => Err(Reply::unauthorized()),
        },
        (["oauth2", "account", "current", "subdomain"], "GET") => current_address(inner, asked),
        (["private", "api", "auth.php"], "POST") => {
            let account = inner.account.read();
            let is_json = query.get("type") == Some("json");
            Ok(login::answer(body, is_json, &mut locked(&inner.logins), &account, now))
        }
        (
            ["oauth2", "access_token" | "exchange_api_key"]
            | ["oauth2", "account", "subdomain"]
            | ["oauth2", "account", "current", "subdomain"]
            | ["private", "api", "auth.php"],
            _,
        ) => Err(Reply::method_not_allowed(method)),
        _ => return None,
    })
}

/// The look-up by refresh token belongs to the hosts that the tokens name as `api_domain`. What the
/// account's own host says to it has been seen; that it says so to right tokens too is a guess.
fn current_address(inner: &Inner, asked: &Asked<'_>) -> Result<Reply, Reply> {
    let account = inner.account.read();
    if asked.host.is_some_and(|host| account.is_at(host)) {
        return Err(lookup::access_denied());
    }
    let token = asked.head.headers.get("x-refresh-token").and_then(|token| token.to_str().ok());
    let known = |token: &str| locked(&inner.grants).is_refreshable(token, asked.now);
    if token.is_some_and(known) {
        Ok(lookup::address(&account))
    } else {
        Err(Reply::unauthorized())
    }
}

/// The page on which a user decides. It is the administrator's unless `user_id` names another one;
/// what an administrator allows is installed by that.
fn decide(inner: &Inner, asked: &Asked<'_>) -> Result<Reply, Reply> {
    let (domain, users) = {
        let account = inner.account.read();
        let users: Vec<_> = people(&account).into_iter().filter(|user| user.can_act).collect();
        (account.domain.clone(), users)
    };
    let mut integrations = locked(&inner.integrations);
    match asked.head.method.as_str() {
        "GET" => {
            let integration = asked.query.get("client_id").and_then(|id| integrations.find(id));
            Ok(consent::page(asked.query, integration, &domain, &users))
        }
        "POST" => {
            let form = Query::parse(&String::from_utf8_lossy(asked.body));
            let integration = form.get("client_id").and_then(|id| integrations.find_mut(id));
            let Some(integration) = integration else { return Ok(consent::no_integration()) };
            let user = form.get("user_id").map_or(Some(demo::ADMIN), |id| id.parse().ok());
            let user = user.and_then(|wanted| users.iter().find(|user| user.id == wanted));
            let allows = form.get("decision") == Some("allow");
            let holder = match user {
                Some(user) if user.is_admin || integration.is_installed => {
                    integration.is_installed |= allows;
                    integration.holder(user.id)
                }
                Some(_) => return Ok(consent::not_installed()),
                None => return Ok(consent::no_user()),
            };
            let platform = hooks::platform(&domain);
            let host = asked.host.unwrap_or(&domain);
            let code = || locked(&inner.grants).new_code(holder, asked.now);
            Ok(consent::decide(&form, host, platform, integration, code))
        }
        method => Err(Reply::method_not_allowed(method)),
    }
}
