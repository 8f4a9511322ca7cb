//! What the token endpoint answers.

use std::fmt;

use serde::Deserialize;

use crate::Timestamp;
use crate::lenient::Whole;

/// A pair of tokens, as `POST /oauth2/access_token` answers (see the OAuth pages of the API). A
/// refusal is a [`Problem`](crate::Problem), whose `hint` says why.
///
/// It can be read and not printed: `Debug` shows no token, and no error repeats anything of the
/// body.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenAnswer {
    /// What kind of token it is: `Bearer`.
    pub token_type: Option<String>,
    /// How long the access token lives, in seconds; a day as a rule.
    pub expires_in: i64,
    /// The server's time when it answered; only newer answers have it.
    pub server_time: Option<Timestamp>,
    access_token: String,
    refresh_token: String,
}

impl TokenAnswer {
    /// Reads the body of an answer; `None` if it is no pair of tokens, or one of them is empty.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        #[derive(Deserialize)]
        struct Body {
            token_type: Option<String>,
            expires_in: Whole,
            server_time: Option<Timestamp>,
            access_token: String,
            refresh_token: String,
        }

        let body: Body = serde_json::from_slice(bytes).ok()?;
        let Body { token_type, expires_in: Whole(expires_in), server_time, .. } = body;
        let (access_token, refresh_token) = (body.access_token, body.refresh_token);
        let is_whole = !access_token.is_empty() && !refresh_token.is_empty();
        is_whole.then_some(Self {
            token_type,
            expires_in,
            server_time,
            access_token,
            refresh_token,
        })
    }

    /// The access token: what requests are sent with.
    pub fn expose_access_token(&self) -> &str {
        &self.access_token
    }

    /// The refresh token: what the next pair is asked for with, once.
    pub fn expose_refresh_token(&self) -> &str {
        &self.refresh_token
    }
}

impl fmt::Debug for TokenAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenAnswer")
            .field("token_type", &self.token_type)
            .field("expires_in", &self.expires_in)
            .field("server_time", &self.server_time)
            .finish_non_exhaustive()
    }
}
