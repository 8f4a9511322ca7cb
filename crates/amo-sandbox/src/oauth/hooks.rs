//! What the box tells an integration by calling its addresses itself.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::jwt;
use crate::connection::Integration;
use crate::query::encoded;

/// The redirect URI with a code, as it is called when no browser is sent there. `marker` says
/// why: `from_widget` or `from_exchange`.
pub(crate) fn redirect_with_code(
    integration: &Integration,
    domain: &str,
    code: &str,
    marker: &str,
    state: Option<&str>,
) -> String {
    let platform = platform(domain);
    let mut query = format!(
        "code={}&referer={}&platform={platform}&client_id={}&{marker}=1",
        encoded(code),
        encoded(domain),
        encoded(&integration.client_id),
    );
    if let Some(state) = state {
        query.push_str("&state=");
        query.push_str(&encoded(state));
    }
    with_query(&integration.redirect_uri, &query)
}

/// The address that is called when an integration was switched off, if it named one. The signature
/// says that nobody else calls it.
pub(crate) fn uninstalled(integration: &Integration, account_id: i64) -> Option<String> {
    let address = integration.uninstall_hook.as_deref()?;
    let client_id = &integration.client_id;
    let signature = signature(&integration.client_secret, client_id, account_id);
    let query =
        format!("client_uuid={}&account_id={account_id}&signature={signature}", encoded(client_id));
    Some(with_query(address, &query))
}

fn signature(secret: &str, client_id: &str, account_id: i64) -> String {
    // A key of any length is taken.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(format!("{client_id}|{account_id}").as_bytes());
    jwt::hex_of(&mac.finalize().into_bytes())
}

/// 1 is amocrm.ru, 2 is amocrm.com and kommo.com.
pub(crate) fn platform(domain: &str) -> u8 {
    if domain.rsplit('.').next() == Some("ru") { 1 } else { 2 }
}

/// An address with more behind its question mark.
pub(crate) fn with_query(address: &str, query: &str) -> String {
    let separator = if address.contains('?') { '&' } else { '?' };
    format!("{address}{separator}{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_the_vendor() {
        let client_id = "01d01160-d7a0-4087-b4af-6a1bb83fcd1d";
        assert_eq!(
            signature("secret-key", client_id, 32_720_107),
            "67833f33dd909c823d738b26b7d421b38f088da0e6a71f168c1c75b1cd198236"
        );
    }
}
