//! What the box tells an integration by calling its addresses itself.

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

/// 1 is amocrm.ru, 2 is amocrm.com and kommo.com.
pub(crate) fn platform(domain: &str) -> u8 {
    if domain.rsplit('.').next() == Some("ru") { 1 } else { 2 }
}

/// An address with more behind its question mark.
pub(crate) fn with_query(address: &str, query: &str) -> String {
    let separator = if address.contains('?') { '&' } else { '?' };
    format!("{address}{separator}{query}")
}
