//! Many accounts that have installed one integration.

mod accounts;
mod builder;
mod follow;
mod gate;
mod status;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use amo_auth::store::{FindBy, StoreError};
use amo_auth::{Authorization as _, GrantKey, OAuth, Origin, Redirect};
use amo_core::AccountId;

use self::accounts::Accounts;
pub use self::builder::{HubBuilder, ManyAccounts};
pub(crate) use self::gate::Gate;
use self::gate::Watch;
pub(crate) use self::status::Inactive;
pub use self::status::{AccountStatus, StatusChange};
use crate::base::Base;
use crate::builder::untrusted;
use crate::{Client, Error, ErrorKind};

/// How long the lease of a grant that is removed is asked for.
const LEASE: Duration = Duration::from_secs(120);

/// The clients of all accounts that have installed an integration.
///
/// They share connections, TLS and the rate limiter, which counts each account for itself; each has its
/// grant from the [`TokenStore`](amo_auth::TokenStore) and its [status](AccountStatus). A client is made
/// when it is asked for, and dropped when it is idle. Clones are cheap and share everything.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (sandbox, server) = amo_sandbox::Sandbox::builder().start().await?;
/// # let known = sandbox.connection();
/// # let (id, secret, uri) = (known.client_id, known.client_secret, known.redirect_uri);
/// # let (directory, address) = (tempfile::tempdir()?, server.base_url());
/// # let query = format!("code={}&referer={address}&state=4f1c", known.code);
/// use amo_api::Hub;
/// use amo_auth::{FileStore, OAuth, Redirect};
///
/// # let directory = directory.path();
/// let oauth = OAuth::new(id, secret, uri).store(FileStore::new(directory));
/// let hub = Hub::builder(oauth).on_change(|change| println!("{change:?}"));
/// # let hub = hub.trusted_origin(address);
/// let hub = hub.build()?;
///
/// // What came to the redirect URI.
/// let redirect = Redirect::read(&query, |state| state == Some("4f1c"))?;
/// let client = hub.install(redirect).await?;
/// let account = client.account().await?;
///
/// // Later, and in any other process with the same store.
/// let client = hub.account(account.id).await?;
/// assert_eq!(client.account().await?.name, account.name);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Hub(Arc<Inner>);

struct Inner {
    base: Arc<Base>,
    oauth: OAuth,
    accounts: Accounts,
}

impl Hub {
    /// A hub of the accounts that have installed this integration; their grants are in the store of
    /// `oauth`.
    pub fn builder(oauth: OAuth) -> HubBuilder {
        HubBuilder::many(oauth)
    }

    fn new(base: Base, oauth: OAuth, idle: Duration, watch: Watch) -> Self {
        let accounts = Accounts::new(idle, watch);
        Self(Arc::new(Inner { base: Arc::new(base), oauth, accounts }))
    }

    /// Exchanges the code of a redirect, stores the grant and gives the account's client. So it is for the
    /// first installation, and for every later one.
    ///
    /// The code, and with it the integration's secret, is sent only to an address of amoCRM, or one that
    /// [`trusted_origin`](HubBuilder::trusted_origin) names: the redirect's `referer` may be anybody's.
    ///
    /// # Errors
    /// If the address is not to be trusted, the redirect is another integration's, the code is refused, or
    /// the grant cannot be stored: then the client keeps it in memory, and [`account`](Self::account) gives
    /// it, to try again.
    pub async fn install(&self, redirect: Redirect) -> Result<Client, Error> {
        let Inner { base, oauth, accounts, .. } = &*self.0;
        if redirect.client_id.is_some() && redirect.client_id != oauth.client_id() {
            let message = "the redirect is another integration's";
            let error = amo_auth::Error::new(amo_auth::ErrorKind::NotGenuine, message);
            return Err(refused("install", error));
        }
        self.trust(&redirect.account, "install")?;
        let origin = redirect.account;
        let authorization = Box::new(oauth.clone());
        let refused = |error| refused("install", error);
        let account = base.account(origin.clone(), Some(authorization)).map_err(refused)?;
        let Some(provider) = account.provider().cloned() else {
            let message = "the hub has no way to authorise";
            return Err(Error::client(ErrorKind::Configuration, "install", message));
        };
        let authorized = provider.authorize(redirect.code).await;
        let unwritten = match &authorized {
            Ok(()) => false,
            Err(error) if error.kind() == amo_auth::ErrorKind::TokenNotPersisted => true,
            Err(error) => return Err(refused(error.clone())),
        };
        let Some(account_id) = provider.account_id() else {
            let message = "the token does not say whose account it is";
            return Err(Error::client(ErrorKind::Auth, "install", message));
        };
        let client = accounts.replace(account_id, |gate| {
            // The one who has the pair that is not stored must not get lost.
            if unwritten {
                Ok(self.client(account, gate))
            } else {
                self.open(account_id, origin, gate)
            }
        })?;
        authorized.map(|()| client).map_err(refused)
    }

    /// The client of an account: the one that is there, or a new one with the grant that the store has.
    ///
    /// Whatever its [status](Self::status), there is a client; its calls tell. Nothing is sent by this, but
    /// for one thing: of an account that has [moved](AccountStatus::Moved) it asks, every now and then,
    /// where to, writes it into the store and gives a client for there.
    ///
    /// # Errors
    /// If the store has no grant for the account: then
    /// [`authorise_again`](Error::authorise_again) is true. If the store fails.
    pub async fn account(&self, account_id: AccountId) -> Result<Client, Error> {
        let Inner { oauth, accounts, .. } = &*self.0;
        let stored = match accounts.get(account_id) {
            Some((client, gate)) if gate.status() == AccountStatus::Moved => {
                match self.follow(account_id, &client, gate.may_look()).await? {
                    Some(elsewhere) => Some(elsewhere),
                    None => return Ok(client),
                }
            }
            Some((client, _)) => return Ok(client),
            None => oauth.grant_of(account_id).await.map_err(|error| of_store("open", error))?,
        };
        let Some(stored) = stored else {
            let message = format!("the token store has no grant for account {account_id}");
            let message = format!("{message}: let a user install the integration there");
            let error = amo_auth::Error::new(amo_auth::ErrorKind::NotAuthorized, message);
            return Err(refused("open", error));
        };
        let origin = stored.grant.domain;
        self.trust(&origin, "open")?;
        accounts.enter(account_id, &origin, |gate| self.open(account_id, origin.clone(), gate))
    }

    /// Takes in the hook that tells of a withdrawn access: checks its signature, removes the account's
    /// grants from the store and drops its client. The account is [revoked](AccountStatus::Revoked) then.
    ///
    /// `query` is that of the hook's request; a whole URL serves too. The signature has no date: see
    /// [`OAuth::uninstalled`].
    ///
    /// # Errors
    /// If the hook is not genuine, or the store fails.
    #[cfg(feature = "signatures")]
    pub async fn uninstalled(&self, query: &str) -> Result<AccountId, Error> {
        let read = self.0.oauth.uninstalled(query);
        let account_id = read.map_err(|error| refused("uninstalled", error))?;
        self.forget(account_id).await?;
        Ok(account_id)
    }

    /// Removes the account's grants from the store and drops its client. A refresh under way ends first.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn forget(&self, account_id: AccountId) -> Result<(), Error> {
        let Inner { oauth, accounts, .. } = &*self.0;
        accounts.revoke(account_id);
        let store = oauth.token_store();
        let failed = |error| of_store("forget", error);
        let client_id = oauth.client_id().unwrap_or_default();
        let by = FindBy::Account { client_id: client_id.clone(), account_id };
        let found = store.find(&by).await;
        let mut keys = vec![GrantKey::new(client_id, account_id)];
        let others = found.iter().flatten().map(|stored| stored.grant.key.clone());
        keys.extend(others.filter(|key| key.user_id.is_some()));
        for key in keys {
            // Whoever refreshes it holds the lease: his pair must not come after the removal.
            let lease = store.acquire(&key, LEASE).await.map_err(failed)?;
            store.remove(&key).await.map_err(failed)?;
            drop(lease);
        }
        // There may be more that could not be read.
        found.map(drop).map_err(failed)
    }

    /// How an account stands, as far as this hub has had to do with it.
    pub fn status(&self, account_id: AccountId) -> Option<AccountStatus> {
        self.0.accounts.status(account_id)
    }

    /// How many accounts have a client in memory.
    pub fn open_accounts(&self) -> usize {
        self.0.accounts.open()
    }

    /// Waits until nothing is under way, in any account, that must not be lost; to be awaited before the
    /// program ends.
    pub async fn close(&self) {
        for client in self.0.accounts.all() {
            client.close().await;
        }
    }

    fn trust(&self, origin: &Origin, doing: &'static str) -> Result<(), Error> {
        if origin.is_official() || self.0.base.trusted.contains(origin) {
            return Ok(());
        }
        Err(Error::client(ErrorKind::Configuration, doing, untrusted(origin)))
    }

    fn open(
        &self,
        account_id: AccountId,
        origin: Origin,
        gate: Arc<Gate>,
    ) -> Result<Client, Error> {
        let oauth = self.0.oauth.clone().account(account_id);
        let account = self.0.base.account(origin, Some(Box::new(oauth)));
        Ok(self.client(account.map_err(|error| refused("open", error))?, gate))
    }

    fn client(&self, account: amo_transport::AccountContext, gate: Arc<Gate>) -> Client {
        Client::new(Arc::clone(&self.0.base), account, Some(gate))
    }
}

fn refused(doing: &'static str, error: amo_auth::Error) -> Error {
    Error::client(ErrorKind::Auth, doing, error)
}

fn of_store(doing: &'static str, error: StoreError) -> Error {
    refused(doing, error.into())
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub").field("oauth", &self.0.oauth).finish_non_exhaustive()
    }
}
