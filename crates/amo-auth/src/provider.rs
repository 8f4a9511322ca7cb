//! The two traits between whoever knows how to authorise and whoever sends requests.

use std::fmt::Debug;
use std::sync::Arc;

use amo_core::{AccountDomain, AccountId};
use async_trait::async_trait;

use crate::{
    AuthorizationCode, Clock, Credential, Error, ErrorKind, Exchange, Generation, Origin, Spawn,
};

/// Has the credential of one account, and a fresh one when the present one no longer serves.
#[async_trait]
pub trait TokenProvider: Debug + Send + Sync + 'static {
    /// The credential to send now. Waits for a refresh if the token is about to expire.
    ///
    /// # Errors
    /// If there is no usable token and none can be had.
    async fn credential(&self) -> Result<Credential, Error>;

    /// The present credential, without any waiting; `None` before the first
    /// [`credential`](Self::credential).
    fn current(&self) -> Option<Credential>;

    /// The server refused the token of this generation with 401: gives another one.
    ///
    /// Only if that generation is still the present one is the token refreshed, and only if that can
    /// help; see [`ErrorKind::FreshTokenRefused`].
    ///
    /// # Errors
    /// If there is no other token.
    async fn refresh_if(&self, refused: Generation) -> Result<Credential, Error>;

    /// Exchanges an authorisation code for the first pair of tokens and stores it.
    ///
    /// # Errors
    /// If the server refuses the code, the pair cannot be stored, or this way of authorising has no codes.
    async fn authorize(&self, code: AuthorizationCode) -> Result<(), Error> {
        drop(code);
        Err(Error::new(ErrorKind::Unsupported, "only OAuth 2.0 takes authorisation codes"))
    }

    /// Asks where the account lives now: its domain may change.
    ///
    /// # Errors
    /// If nobody answers, the token is refused, or this way of authorising has no look-up of its own.
    async fn account_domain(&self) -> Result<AccountDomain, Error> {
        Err(Error::new(ErrorKind::Unsupported, "only refresh tokens can look up the domain"))
    }

    /// The account that the credential is for, as far as it is known without asking anybody.
    fn account_id(&self) -> Option<AccountId> {
        None
    }

    /// Is something under way, or only in memory, that would be lost if the program ended now? What is
    /// busy is not dropped before it is [closed](Self::close).
    fn is_busy(&self) -> bool {
        false
    }

    /// Waits until nothing is under way that must not be lost.
    async fn close(&self) {}
}

/// The three ways in which a provider touches the world, and the account it is for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Seams {
    /// The account's address.
    pub origin: Origin,
    /// Sends the requests of the token endpoint.
    pub exchange: Arc<dyn Exchange>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Runs what must not be interrupted.
    pub spawn: Arc<dyn Spawn>,
}

impl Seams {
    /// The seams of one account.
    pub fn new(
        origin: Origin,
        exchange: Arc<dyn Exchange>,
        clock: Arc<dyn Clock>,
        spawn: Arc<dyn Spawn>,
    ) -> Self {
        Self { origin, exchange, clock, spawn }
    }
}

/// The settings of a way to authorise, from which the client's builder makes a provider.
pub trait Authorization: Debug + Send {
    /// Makes the provider.
    ///
    /// # Errors
    /// If a setting is missing or wrong. Nothing is sent and nothing is read.
    fn bind(self: Box<Self>, seams: Seams) -> Result<Arc<dyn TokenProvider>, Error>;

    /// The integration's id, where it is known: its requests are limited together.
    fn client_id(&self) -> Option<String>;
}
