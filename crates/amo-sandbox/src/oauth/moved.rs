//! What the host answers at which an account was once.

use http::StatusCode;
use http::header::LOCATION;
use serde::{Deserialize, Serialize};

use super::login::Refusal;
use crate::reply::Reply;

/// What requests to the former host of an account are answered with; all three have been seen of
/// the real service.
///
/// A login with an API key is told the code 101 in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Moved {
    /// 301 with the new address; 404 at the token endpoint.
    #[default]
    Redirect,
    /// 401.
    Unauthorized,
    /// 404.
    NotFound,
}

impl Moved {
    /// Answers a request to the former host. `target` is its path with its query.
    pub(crate) fn reply(self, path: &[&str], target: &str, domain: &str, now: i64) -> Reply {
        if path.first() == Some(&"private") {
            return Refusal::NoAccount.reply(target.contains("type=json"), now);
        }
        match self {
            Moved::Redirect if path.first() != Some(&"oauth2") => {
                let reply = Reply::empty(StatusCode::MOVED_PERMANENTLY);
                match format!("https://{domain}{target}").parse() {
                    Ok(address) => reply.with_header(LOCATION, address),
                    Err(_) => reply,
                }
            }
            Moved::Unauthorized => Reply::unauthorized(),
            Moved::Redirect | Moved::NotFound => Reply::not_found("Account not found"),
        }
    }
}
