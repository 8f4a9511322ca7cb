//! OAuth 2.0 with refresh tokens that can be used once.
//!
//! [`flight`] decides, as a pure state machine, when a token is used, refreshed or given up;
//! [`token_endpoint`] knows the requests and answers; [`landing`] does one refresh from the lease to the
//! durable write; [`provider`] joins them.

mod flight;
mod landing;
mod look_up;
mod provider;
mod token_endpoint;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use amo_core::AccountId;
use secrecy::SecretString;

use crate::store::{FindBy, StoreError, Stored};
use crate::{Authorization, Error, GrantKey, MemoryStore, Seams, TokenProvider, TokenStore};

/// Authorisation by OAuth 2.0.
///
/// The access token lives for a day and is refreshed by itself, [`leeway`](Self::leeway) before its end.
/// The pair of tokens lives in a [`TokenStore`]; by default in memory, so that a program that is started
/// again needs a new authorisation: give it a [`FileStore`](crate::FileStore) or one of your own.
///
/// ```
/// use amo_auth::{FileStore, OAuth};
///
/// let oauth = OAuth::new("integration-id", "secret", "https://example.test/oauth")
///     .store(FileStore::new("tokens"));
/// # let _ = oauth;
/// ```
///
/// Source: the OAuth pages, "step by step" and `POST /oauth2/access_token`.
#[derive(Clone)]
pub struct OAuth {
    pub(crate) client_id: String,
    pub(crate) client_secret: SecretString,
    redirect_uri: String,
    account_id: Option<AccountId>,
    store: Arc<dyn TokenStore>,
    leeway: Duration,
    use_unpersisted: bool,
}

impl OAuth {
    /// The integration's id, secret and redirect URI, each exactly as in its settings.
    pub fn new(
        client_id: impl Into<String>,
        client_secret: impl Into<String>,
        redirect_uri: impl Into<String>,
    ) -> Self {
        Self {
            client_id: client_id.into(),
            client_secret: SecretString::from(client_secret.into()),
            redirect_uri: redirect_uri.into(),
            account_id: None,
            store: Arc::new(MemoryStore::new()),
            leeway: Duration::from_secs(300),
            use_unpersisted: false,
        }
    }

    /// Where the grant is kept.
    #[must_use]
    pub fn store(self, store: impl TokenStore) -> Self {
        self.shared_store(Arc::new(store))
    }

    /// Where the grant is kept, shared with others.
    #[must_use]
    pub fn shared_store(mut self, store: Arc<dyn TokenStore>) -> Self {
        self.store = store;
        self
    }

    /// Which account's grant it is. Without it the grant is looked up by the account's address, which may
    /// change and may become another account's.
    #[must_use]
    pub fn account(mut self, account_id: AccountId) -> Self {
        self.account_id = Some(account_id);
        self
    }

    /// How long before its end a token is refreshed: 300 s by default, at most half of its life.
    #[must_use]
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    /// Goes on with a new pair of tokens although it could not be written to the store. If the program
    /// ends before a later write succeeds, a user has to authorise the integration again. Off by default.
    #[must_use]
    pub fn use_unpersisted(mut self, yes: bool) -> Self {
        self.use_unpersisted = yes;
        self
    }

    /// Where the grants are kept.
    pub fn token_store(&self) -> &Arc<dyn TokenStore> {
        &self.store
    }

    /// The grant of this integration in an account: that of the installation, else the newest that a user
    /// gave.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn grant_of(&self, account_id: AccountId) -> Result<Option<Stored>, StoreError> {
        let client_id = self.client_id.clone();
        let installation = GrantKey::new(client_id.clone(), account_id);
        if let Some(stored) = self.store.load(&installation).await? {
            return Ok(Some(stored));
        }
        let found = self.store.find(&FindBy::Account { client_id, account_id }).await?;
        Ok(best(found))
    }
}

/// That of the installation, else the newest.
fn best(found: Vec<Stored>) -> Option<Stored> {
    found
        .into_iter()
        .max_by_key(|stored| (stored.grant.key.user_id.is_none(), stored.grant.obtained_at))
}

impl fmt::Debug for OAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuth")
            .field("client_id", &self.client_id)
            .field("redirect_uri", &self.redirect_uri)
            .field("store", &self.store)
            .field("leeway", &self.leeway)
            .finish_non_exhaustive()
    }
}

impl Authorization for OAuth {
    fn bind(self: Box<Self>, seams: Seams) -> Result<Arc<dyn TokenProvider>, Error> {
        use secrecy::ExposeSecret as _;

        for (name, value) in [
            ("client id", self.client_id.as_str()),
            ("client secret", self.client_secret.expose_secret()),
            ("redirect URI", self.redirect_uri.as_str()),
        ] {
            if value.trim().is_empty() {
                return Err(Error::configuration(format!("the integration's {name} is empty")));
            }
        }
        Ok(Arc::new(provider::Provider::new(*self, seams)))
    }

    fn client_id(&self) -> Option<String> {
        Some(self.client_id.clone())
    }
}
