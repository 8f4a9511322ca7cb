//! The authorisation code that a redirect brings.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};

/// An authorisation code: lives for 20 minutes and can be exchanged once.
///
/// Source: the OAuth pages, "step by step"; also shown in the integration's window of the account.
#[derive(Clone)]
pub struct AuthorizationCode(SecretString);

impl AuthorizationCode {
    /// The code as the redirect or the integration's window gave it.
    pub fn new(code: impl Into<String>) -> Self {
        Self(SecretString::from(code.into()))
    }

    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl<S: Into<String>> From<S> for AuthorizationCode {
    fn from(code: S) -> Self {
        Self::new(code)
    }
}

impl fmt::Debug for AuthorizationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthorizationCode(..)")
    }
}
