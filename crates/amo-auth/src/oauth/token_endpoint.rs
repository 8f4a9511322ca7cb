//! The requests of `POST /oauth2/access_token` and what its answers mean.

use amo_core::{Timestamp, TokenAnswer};
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;

use super::OAuth;
use crate::{AuthorizationCode, Error, ErrorKind, Origin};

/// A pair of tokens as the endpoint gave it.
pub(super) struct Pair {
    pub(super) access_token: SecretString,
    pub(super) refresh_token: SecretString,
    pub(super) obtained_at: Timestamp,
    pub(super) expires_at: Timestamp,
}

#[derive(Serialize)]
struct Body<'a> {
    client_id: &'a str,
    client_secret: &'a str,
    grant_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    redirect_uri: &'a str,
}

pub(super) fn code_request(
    oauth: &OAuth,
    origin: &Origin,
    code: &AuthorizationCode,
) -> Result<http::Request<Bytes>, Error> {
    request(oauth, origin, "authorization_code", Some(code.expose()), None)
}

pub(super) fn refresh_request(
    oauth: &OAuth,
    origin: &Origin,
    refresh_token: &SecretString,
) -> Result<http::Request<Bytes>, Error> {
    request(oauth, origin, "refresh_token", None, Some(refresh_token.expose_secret()))
}

fn request(
    oauth: &OAuth,
    origin: &Origin,
    grant_type: &str,
    code: Option<&str>,
    refresh_token: Option<&str>,
) -> Result<http::Request<Bytes>, Error> {
    let body = serde_json::to_vec(&Body {
        client_id: &oauth.client_id,
        client_secret: oauth.client_secret.expose_secret(),
        grant_type,
        code,
        refresh_token,
        redirect_uri: &oauth.redirect_uri,
    })
    .map_err(|_| Error::configuration("the token request cannot be written as JSON"))?;
    let uri = origin.uri("/oauth2/access_token").map_err(|error| {
        Error::with_source(ErrorKind::Configuration, "the token endpoint has no URL", error)
    })?;
    http::Request::post(uri)
        .header(CONTENT_TYPE, "application/json")
        .header(ACCEPT, "application/json")
        .body(Bytes::from(body))
        .map_err(|error| {
            Error::with_source(ErrorKind::Configuration, "the token request is invalid", error)
        })
}

/// Reads an answer. `now` is this machine's time when it came: the token's end is counted from it, since
/// nobody promises that the server's clock agrees with ours.
pub(super) fn read(answer: &http::Response<Bytes>, now: Timestamp) -> Result<Pair, Error> {
    if !answer.status().is_success() {
        return Err(refusal(answer));
    }
    // The body holds secrets: nothing of it goes into an error.
    let success = TokenAnswer::from_slice(answer.body()).ok_or_else(|| {
        unavailable("the token endpoint answered with something that is not a whole pair of tokens")
    })?;
    if success.expires_in <= 0 {
        return Err(unavailable("the token endpoint answered with tokens that have no life"));
    }
    let kind = success.token_type.as_deref();
    if kind.is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        return Err(unavailable(
            "the token endpoint answered with a token that is not a bearer token",
        ));
    }
    let expires_at = now.as_unix_seconds().saturating_add(success.expires_in);
    Ok(Pair {
        access_token: SecretString::from(success.expose_access_token()),
        refresh_token: SecretString::from(success.expose_refresh_token()),
        obtained_at: now,
        expires_at: Timestamp::new(expires_at),
    })
}

fn unavailable(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Unavailable, message)
}

/// Title and detail are in the account's language: only status and hint decide.
fn refusal(answer: &http::Response<Bytes>) -> Error {
    let status = answer.status();
    let problem = amo_core::Problem::from_slice(answer.body());
    let words = problem.as_ref().map(ToString::to_string).filter(|words| !words.is_empty());
    let said = words
        .map_or_else(|| format!("status {status}"), |words| format!("status {status}, {words}"));
    let Some(problem) = problem else {
        // A gateway's page. With 403 it is the block for too many requests.
        return if status == http::StatusCode::FORBIDDEN {
            Error::new(
                ErrorKind::Blocked,
                format!(
                    "the token endpoint refuses everything from here ({said}): write to amoCRM's support with the account's address and this machine's IP"
                ),
            )
        } else {
            unavailable(format!("the token endpoint did not answer as one ({said})"))
        };
    };
    if status.is_server_error() || status == http::StatusCode::TOO_MANY_REQUESTS {
        return unavailable(format!("the token endpoint is overloaded ({said})"));
    }
    let hint = problem.hint.unwrap_or_default().to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| hint.contains(word));
    if has(&["authorization code"]) {
        return Error::new(
            ErrorKind::CodeRefused,
            format!(
                "the authorisation code was refused ({said}): it lives for 20 minutes and works once; let the user authorise again"
            ),
        );
    }
    if has(&["refresh token", "token has been revoked", "token is invalid", "token has expired"]) {
        return Error::new(
            ErrorKind::AuthorizeAgain,
            format!(
                "the refresh token was refused ({said}): it was used elsewhere, revoked by a user, or left unused for three months; let a user authorise again"
            ),
        );
    }
    if has(&["client_id", "client_secret", "redirect uri", "client authentication"]) {
        return Error::new(
            ErrorKind::WrongClient,
            format!(
                "the token endpoint does not accept the integration ({said}): compare its id, secret and redirect URI with its settings"
            ),
        );
    }
    if has(&["invalid account"]) {
        return Error::new(
            ErrorKind::WrongClient,
            format!(
                "the token endpoint says that this is not the account ({said}): use the address that the redirect's `referer` named"
            ),
        );
    }
    match status.as_u16() {
        // Without a hint that is known: the grant itself was refused.
        400 => Error::new(
            ErrorKind::AuthorizeAgain,
            format!("the token endpoint refused the grant ({said}): let a user authorise again"),
        ),
        // The real endpoint says so of a wrong secret, and of an account that has moved.
        401 => Error::new(
            ErrorKind::WrongClient,
            format!(
                "the token endpoint does not accept the integration ({said}): compare its id and secret with its settings, and the account's address with the one that the browser shows"
            ),
        ),
        402 | 403 => Error::new(
            ErrorKind::Blocked,
            format!(
                "the account does not admit the integration ({said}): its subscription has ended, or this machine's IP is not allowed"
            ),
        ),
        // Not the grant is to blame: the account may have moved to another address.
        _ => unavailable(format!(
            "the token endpoint did not answer as one ({said}); has the account's address changed?"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> http::Response<Bytes> {
        http::Response::builder()
            .status(status)
            .body(Bytes::copy_from_slice(body.as_bytes()))
            .unwrap()
    }

    fn kind(status: u16, body: &str) -> ErrorKind {
        read(&answer(status, body), Timestamp::new(0)).err().unwrap().kind()
    }

    #[test]
    fn counts_the_end_from_our_own_clock() {
        let body = r#"{"token_type":"Bearer","expires_in":86400,"server_time":5,"access_token":"a","refresh_token":"r"}"#;
        let pair = read(&answer(200, body), Timestamp::new(1_000)).unwrap();
        assert_eq!(pair.expires_at, Timestamp::new(87_400));
    }

    #[test]
    fn tells_the_refusals_apart() {
        let hint =
            |hint: &str| format!(r#"{{"hint":"{hint}","title":"t","status":400,"detail":"d"}}"#);
        for (status, body, expected) in [
            (400, hint("Authorization code has expired"), ErrorKind::CodeRefused),
            (400, hint("Cannot decrypt the authorization code"), ErrorKind::CodeRefused),
            (401, hint("Token has been revoked"), ErrorKind::AuthorizeAgain),
            (400, hint("Invalid refresh token"), ErrorKind::AuthorizeAgain),
            (400, hint("Check the `client_id` parameter"), ErrorKind::WrongClient),
            (400, hint("Redirect URI is not associated with client"), ErrorKind::WrongClient),
            (401, r#"{"title":"Invalid client","status":401}"#.to_owned(), ErrorKind::WrongClient),
            (400, r#"{"title":"?","status":400}"#.to_owned(), ErrorKind::AuthorizeAgain),
            (403, "<html>403 Forbidden</html>".to_owned(), ErrorKind::Blocked),
            (402, r#"{"status":402}"#.to_owned(), ErrorKind::Blocked),
            (403, r#"{"status":403}"#.to_owned(), ErrorKind::Blocked),
            (404, r#"{"status":404}"#.to_owned(), ErrorKind::Unavailable),
            (301, String::new(), ErrorKind::Unavailable),
            (
                429,
                r#"{"title":"Too Many Requests","status":429}"#.to_owned(),
                ErrorKind::Unavailable,
            ),
            (502, "<html>bad gateway</html>".to_owned(), ErrorKind::Unavailable),
            (500, r#"{"status":500}"#.to_owned(), ErrorKind::Unavailable),
            (200, r#"{"access_token":"a"}"#.to_owned(), ErrorKind::Unavailable),
            (200, "<html>maintenance</html>".to_owned(), ErrorKind::Unavailable),
        ] {
            assert_eq!(kind(status, &body), expected, "{status} {body}");
        }
    }

    #[test]
    fn never_quotes_an_answer_with_tokens() {
        let body = r#"{"token_type":"Mac","expires_in":1,"access_token":"s3cret","refresh_token":"s3cret"}"#;
        let error = read(&answer(200, body), Timestamp::new(0)).err().unwrap();
        assert!(!format!("{error} {error:?}").contains("s3cret"));
    }
}
