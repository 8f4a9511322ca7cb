//! A token made by hand in the settings of an account.

use std::sync::Arc;

use amo_core::{AccountId, Timestamp};
use async_trait::async_trait;
use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    Authorization, Clock, Credential, Error, ErrorKind, Generation, Seams, TokenProvider,
    UnverifiedClaims,
};

/// A long-lived token: lives from a day to five years, ends at a date chosen when it was made, and
/// cannot be refreshed.
///
/// Source: the page on long-lived tokens; made in the tab "Keys" of a private or external integration.
#[derive(Clone, Debug)]
pub struct LongLived {
    token: SecretString,
}

impl LongLived {
    /// The token as the account's settings showed it.
    pub fn new(token: impl Into<String>) -> Self {
        Self { token: SecretString::from(token.into()) }
    }
}

impl Authorization for LongLived {
    fn bind(self: Box<Self>, seams: Seams) -> Result<Arc<dyn TokenProvider>, Error> {
        let token = SecretString::from(self.token.expose_secret().trim());
        if token.expose_secret().is_empty() {
            return Err(Error::configuration("the long-lived token is empty"));
        }
        let claims = UnverifiedClaims::read(token.expose_secret()).unwrap_or_default();
        let credential = Credential::bearer(&token, Generation::new(0))?;
        Ok(Arc::new(Provider { credential, claims, clock: seams.clock }))
    }

    fn client_id(&self) -> Option<String> {
        UnverifiedClaims::read(self.token.expose_secret().trim())?.client_id
    }
}

#[derive(Debug)]
struct Provider {
    credential: Credential,
    claims: UnverifiedClaims,
    clock: Arc<dyn Clock>,
}

impl Provider {
    fn ended(&self) -> Option<Timestamp> {
        self.claims.expires_at.filter(|end| *end <= self.clock.now())
    }
}

const WHAT_TO_DO: &str =
    "it cannot be refreshed; make a new one in the integration's settings, tab \"Keys\"";

#[async_trait]
impl TokenProvider for Provider {
    async fn credential(&self) -> Result<Credential, Error> {
        match self.ended() {
            Some(end) => Err(Error::new(
                ErrorKind::LongLivedRefused,
                format!("the long-lived token ended at {end}: {WHAT_TO_DO}"),
            )),
            None => Ok(self.credential.clone()),
        }
    }

    fn current(&self) -> Option<Credential> {
        Some(self.credential.clone())
    }

    fn account_id(&self) -> Option<AccountId> {
        self.claims.account_id
    }

    async fn refresh_if(&self, _refused: Generation) -> Result<Credential, Error> {
        // The date, if it has passed, explains the refusal better.
        self.credential().await?;
        Err(Error::new(
            ErrorKind::LongLivedRefused,
            format!(
                "the server refused the long-lived token: it was revoked or is another account's; {WHAT_TO_DO}"
            ),
        ))
    }
}
