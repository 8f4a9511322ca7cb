//! Access tokens: JSON web tokens with amoCRM's claims. Nobody outside amoCRM can check their
//! signature, so it is random here.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha512;

use super::grants::Holder;

/// What a token says about itself.
pub(crate) struct Claims<'a> {
    pub(crate) holder: &'a Holder,
    pub(crate) account_id: i64,
    /// The domain below the account's subdomain, such as `amocrm.ru`.
    pub(crate) base_domain: &'a str,
    pub(crate) issued: i64,
    pub(crate) expires: i64,
}

/// A new token; never twice the same.
pub(crate) fn mint(claims: &Claims<'_>) -> String {
    let id = hex(32);
    let header = json!({"typ": "JWT", "alg": "RS256", "jti": id});
    let payload = json!({
        "aud": claims.holder.client_id,
        "jti": id,
        "iat": claims.issued,
        "nbf": claims.issued,
        "exp": claims.expires,
        "sub": claims.holder.user_id.to_string(),
        "grant_type": "",
        "account_id": claims.account_id,
        "base_domain": claims.base_domain,
        "version": 2,
        "scopes": claims.holder.scopes,
        "hash_uuid": uuid(),
        "api_domain": format!("api-b.{}", claims.base_domain),
    });
    let signature: Vec<u8> = std::iter::repeat_with(|| fastrand::u8(..)).take(256).collect();
    format!("{}.{}.{}", part(&header), part(&payload), URL_SAFE_NO_PAD.encode(signature))
}

/// A token that its receiver can check: signed with the secret of an integration (HS512).
pub(crate) fn signed(claims: &Value, secret: &str) -> String {
    let token = format!("{}.{}", part(&json!({"typ": "JWT", "alg": "HS512"})), part(claims));
    // A key of any length is taken.
    let Ok(mut mac) = Hmac::<Sha512>::new_from_slice(secret.as_bytes()) else { return token };
    mac.update(token.as_bytes());
    format!("{token}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

/// An authorisation code or a refresh token: opaque, long, and beginning as the real ones do.
pub(crate) fn opaque() -> String {
    format!("def50200{}", hex(320))
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

pub(crate) fn hex(bytes: usize) -> String {
    let bytes: Vec<u8> = std::iter::repeat_with(|| fastrand::u8(..)).take(bytes).collect();
    hex_of(&bytes)
}

pub(super) fn hex_of(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// A random UUID.
pub(crate) fn uuid() -> String {
    // A 4 for "random" and an a for the variant stand in their places.
    let digit = |(place, digit): (usize, char)| match place {
        8 | 20 => format!("-{digit}"),
        12 => "-4".to_owned(),
        16 => "-a".to_owned(),
        _ => digit.to_string(),
    };
    hex(16).chars().enumerate().map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_has_its_form() {
        let parts: Vec<usize> = uuid().split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12]);
    }
}
