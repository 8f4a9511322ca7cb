//! An account that is not paid for any more.

use http::StatusCode;

use crate::call::Call;
use crate::reply::Reply;

/// Reading goes on for so long, in seconds.
const GRACE: i64 = 30 * 86_400;

/// Refuses changes from the moment on to which the account is paid for, and reading 30 days later.
/// The vendor names 402 for some methods only; that all others answer it too is a guess.
pub(crate) fn refuse(call: &Call<'_>) -> Result<(), Reply> {
    let Some(end) = call.account.paid_until else { return Ok(()) };
    let end = if call.method == "GET" { end.saturating_add(GRACE) } else { end };
    if call.now < end { Ok(()) } else { Err(Reply::usual(StatusCode::PAYMENT_REQUIRED)) }
}
