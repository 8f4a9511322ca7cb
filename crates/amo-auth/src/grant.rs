//! What an account has granted to an integration.

use std::fmt;

use amo_core::{AccountId, Timestamp, UserId};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::Origin;

/// Whose grant it is. The account's domain is not part of it: a domain may change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct GrantKey {
    /// The integration's id.
    pub client_id: String,
    /// The account.
    pub account_id: AccountId,
    /// The user, where grants of several users of one account are kept side by side; `None` for the
    /// grant of the integration's installation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
}

impl GrantKey {
    /// The grant of the integration's installation in an account.
    pub fn new(client_id: impl Into<String>, account_id: AccountId) -> Self {
        Self { client_id: client_id.into(), account_id, user_id: None }
    }

    /// The grant that this user gave, beside that of the installation.
    #[must_use]
    pub fn for_user(mut self, user_id: UserId) -> Self {
        self.user_id = Some(user_id);
        self
    }
}

impl fmt::Display for GrantKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "integration {} in account {}", self.client_id, self.account_id)?;
        match self.user_id {
            Some(user_id) => write!(f, " for user {user_id}"),
            None => Ok(()),
        }
    }
}

/// A pair of tokens and what is known about it.
#[derive(Clone)]
#[non_exhaustive]
pub struct Grant {
    /// Whose it is.
    pub key: GrantKey,
    /// The account's address, as last known.
    pub domain: Origin,
    /// What requests are signed with; lives for a day.
    pub access_token: SecretString,
    /// What the next pair is bought with: **once**.
    pub refresh_token: SecretString,
    /// When the pair came, by the clock of this machine.
    pub obtained_at: Timestamp,
    /// When the access token ends.
    pub expires_at: Timestamp,
}

impl Grant {
    /// A pair of tokens that came at `obtained_at` and whose access token ends at `expires_at`.
    pub fn new(
        key: GrantKey,
        domain: Origin,
        access_token: SecretString,
        refresh_token: SecretString,
        obtained_at: Timestamp,
        expires_at: Timestamp,
    ) -> Self {
        Self { key, domain, access_token, refresh_token, obtained_at, expires_at }
    }
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grant")
            .field("key", &self.key)
            .field("domain", &self.domain)
            .field("obtained_at", &self.obtained_at)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}
