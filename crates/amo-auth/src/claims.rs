//! What an access token says of itself.

use amo_core::{AccountId, Timestamp, UserId};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::Value;

/// The claims of an access token, **not verified**: the key is the server's. They are good for finding
/// one's way (which account, which host), never for deciding whom to trust.
///
/// Source: the OAuth pages promise user, integration, allowed actions and account in every token;
/// `api_domain` since August 2024. Everything is optional here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnverifiedClaims {
    /// The account that the token opens.
    pub account_id: Option<AccountId>,
    /// The user whose rights it carries.
    pub user_id: Option<UserId>,
    /// The integration it was issued to.
    pub client_id: Option<String>,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// The shared host on which the account's present domain can be asked for.
    pub api_domain: Option<String>,
    /// `amocrm.ru`, `kommo.com`.
    pub base_domain: Option<String>,
    /// What it allows: `crm`, `files`, `notifications`, ...
    pub scopes: Vec<String>,
}

impl UnverifiedClaims {
    /// Reads the claims of a JWT; `None` if the token is no JWT.
    pub fn read(token: &str) -> Option<Self> {
        let payload = token.split('.').nth(1)?;
        let payload = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
        let raw: Raw = serde_json::from_slice(&payload).ok()?;
        Some(Self {
            account_id: integer(&raw.account_id).map(AccountId::new),
            user_id: integer(&raw.sub).map(UserId::new),
            client_id: text(raw.aud),
            expires_at: integer(&raw.exp).map(Timestamp::new),
            api_domain: text(raw.api_domain),
            base_domain: text(raw.base_domain),
            scopes: match raw.scopes {
                Value::Array(scopes) => scopes.into_iter().filter_map(text).collect(),
                _ => Vec::new(),
            },
        })
    }
}

/// Every claim as any JSON: one in an unexpected form must not hide the others.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Raw {
    account_id: Value,
    sub: Value,
    aud: Value,
    exp: Value,
    api_domain: Value,
    base_domain: Value,
    scopes: Value,
}

/// `sub` is a user's id as a string; JWT libraries also write times as fractions.
fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => {
            number.as_i64().or_else(|| number.as_f64().map(|float| float as i64))
        }
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text),
        // `aud` may be a list of one.
        Value::Array(list) => list.into_iter().find_map(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jwt(claims: &str) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims))
    }

    #[test]
    fn reads_the_documented_claims() {
        let claims = UnverifiedClaims::read(&jwt(
            r#"{"aud":"c1","exp":1700000000.5,"sub":"12","account_id":77,"api_domain":"api-b.amocrm.ru","scopes":["crm",3]}"#,
        ))
        .unwrap();
        assert_eq!(claims.account_id, Some(AccountId::new(77)));
        assert_eq!(claims.user_id, Some(UserId::new(12)));
        assert_eq!(claims.client_id.as_deref(), Some("c1"));
        assert_eq!(claims.expires_at, Some(Timestamp::new(1_700_000_000)));
        assert_eq!(claims.scopes, ["crm"]);
    }

    #[test]
    fn survives_odd_tokens() {
        assert_eq!(
            UnverifiedClaims::read(&jwt(r#"{"account_id":[],"sub":{},"scopes":"crm"}"#)),
            Some(UnverifiedClaims::default())
        );
        for token in ["", "opaque", "a.b.c", "a.!!.c"] {
            assert_eq!(UnverifiedClaims::read(token), None, "{token}");
        }
    }
}
