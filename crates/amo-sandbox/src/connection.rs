//! What a client needs to connect.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::oauth::integrations::all_scopes;

/// An integration.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Integration {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) redirect_uri: String,
    /// What those who grant it access from now on allow.
    #[serde(default = "all_scopes")]
    pub(crate) scopes: Vec<String>,
    /// Which address is called when it is switched off.
    #[serde(default)]
    pub(crate) uninstall_hook: Option<String>,
    /// Switched on in the account.
    #[serde(default = "installed")]
    pub(crate) is_installed: bool,
}

fn installed() -> bool {
    true
}

impl fmt::Debug for Integration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Integration").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

/// What a client needs to connect to the box: what the real service shows in the integration's
/// window.
///
/// `Debug` leaves the secrets out; `Serialize` does not.
#[derive(Clone, Serialize)]
#[non_exhaustive]
pub struct Connection {
    /// The integration's id.
    pub client_id: String,
    /// The integration's secret.
    pub client_secret: String,
    /// Where the integration wants codes sent; the token endpoint checks it.
    pub redirect_uri: String,
    /// An authorisation code: works once and for 20 minutes of the calendar.
    pub code: String,
    /// A long-lived token of the administrator: works for five years of the calendar.
    pub long_lived_token: String,
    /// The account's host name, such as `demo.amocrm.ru`.
    pub domain: String,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("client_id", &self.client_id)
            .field("redirect_uri", &self.redirect_uri)
            .field("domain", &self.domain)
            .finish_non_exhaustive()
    }
}
