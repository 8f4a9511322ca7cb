//! An account that is not paid for any more.

use http::StatusCode;

use super::Account;
use crate::reply::Reply;

/// Reading goes on for so long, in seconds.
const GRACE: i64 = 30 * 86_400;

/// Refuses changes from the moment on to which the account is paid for, and reading 30 days later.
/// The vendor names 402 for some methods only; that all others answer it too is a guess.
pub(crate) fn refuse(account: &Account, method: &str, now: i64) -> Result<(), Reply> {
    let Some(end) = account.paid_until else { return Ok(()) };
    let end = if method == "GET" { end.saturating_add(GRACE) } else { end };
    if now < end { Ok(()) } else { Err(Reply::usual(StatusCode::PAYMENT_REQUIRED)) }
}
