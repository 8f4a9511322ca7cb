//! Who sent a request, to whom, and what its head says besides.

use std::time::UNIX_EPOCH;

use http::header::{AUTHORIZATION, COOKIE, HOST, IF_MODIFIED_SINCE};
use http::request::Parts;

use crate::account::Account;
use crate::locked;
use crate::oauth::grants::Holder;
use crate::query::Query;
use crate::reply::Reply;
use crate::sandbox::Inner;
use crate::server::OverTls;

/// The host by which the box was reached.
pub(crate) fn host(head: &Parts) -> Option<&str> {
    let authority = head.uri.authority().map(http::uri::Authority::as_str);
    authority.or_else(|| head.headers.get(HOST)?.to_str().ok())
}

fn bearer(head: &Parts) -> Option<&str> {
    let (scheme, token) = head.headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

impl Inner {
    /// Who sends this: by his token, by the session that he logged in to, or, as version 2 has it,
    /// by his API key in the query.
    pub(crate) fn holder(&self, head: &Parts, now: i64) -> Option<Holder> {
        if let Some(token) = bearer(head) {
            return locked(&self.grants).holder(token, now);
        }
        if let Some(cookies) = head.headers.get(COOKIE) {
            return locked(&self.logins).holder(cookies.to_str().ok()?, now);
        }
        if !head.uri.path().starts_with("/api/v2/") {
            return None;
        }
        let query = Query::parse(head.uri.query().unwrap_or_default());
        let account = self.account.read();
        locked(&self.logins).holder_by_query(&query, &account, now)
    }

    /// Does a request to a host that accounts share mean this one? By its credential, or by the link
    /// of a file.
    pub(crate) fn is_meant(&self, head: &Parts) -> bool {
        let now = self.calendar.now();
        let refresh = head.headers.get("x-refresh-token").and_then(|token| token.to_str().ok());
        let file = head.uri.path().strip_prefix("/download/");
        let file = file.and_then(|rest| rest.split('/').next()?.parse().ok());
        self.holder(head, now).is_some()
            || refresh.is_some_and(|token| locked(&self.grants).is_refreshable(token, now))
            || file.is_some_and(|id: i64| id == self.account.read().id)
    }

    /// What links in the answer begin with.
    pub(crate) fn base(&self, head: &Parts) -> String {
        // What stands before the box and speaks TLS in its place says so. The official client cannot
        // follow a link that begins otherwise than the address that it called.
        let is_https = head.extensions.get::<OverTls>().is_some()
            || head.headers.get("x-forwarded-proto").is_some_and(|name| name == "https");
        let scheme = if is_https { "https" } else { head.uri.scheme_str().unwrap_or("http") };
        match host(head) {
            Some(host) => format!("{scheme}://{host}"),
            None => format!("https://{}", self.account.read().domain),
        }
    }
}

/// Only what was changed later is asked for; a date that cannot be read asks for nothing.
pub(crate) fn modified_since(head: &Parts) -> Option<i64> {
    // The vendor's example ends with UTC, where HTTP has GMT.
    let text = head.headers.get(IF_MODIFIED_SINCE)?.to_str().ok()?.replace("UTC", "GMT");
    let since = httpdate::parse_http_date(&text).ok()?.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok()
}

/// The user with whose rights a request runs: the token's, or the one that an administrator's token
/// names. A user that is not there, or a free one, is refused like a wrong token; and so is the
/// token of somebody who was switched off, which is a guess.
pub(crate) fn acting_user(head: &Parts, holder: &Holder, account: &Account) -> Result<i64, Reply> {
    let active = |id| account.user(id).filter(|user| user.can_act());
    // What an administrator granted goes on when he is switched off; what others granted does not:
    // a guess.
    let own = account.user(holder.user_id).filter(|user| user.is_admin || user.can_act());
    let own = own.ok_or_else(Reply::unauthorized)?;
    let Some(named) = head.headers.get("x-context-user-id") else { return Ok(own.id) };
    let named = named.to_str().ok().and_then(|text| text.trim().parse().ok());
    let user = named.and_then(active).filter(|_| own.is_admin);
    user.map(|user| user.id).ok_or_else(Reply::unauthorized)
}
