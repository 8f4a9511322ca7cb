//! The one error of this crate. It can be cloned: the result of one refresh goes to everyone who waits.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use crate::store::StoreError;

/// What went wrong, in classes that ask for different actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// There is no grant for the account yet: a user has to authorise the integration.
    NotAuthorized,
    /// The grant is dead (revoked, unused for three months, or its refresh token used elsewhere): a user
    /// has to authorise the integration again.
    AuthorizeAgain,
    /// The token endpoint does not know the integration: its id, secret or redirect URI is wrong.
    WrongClient,
    /// The authorisation code is used, older than 20 minutes, or not this integration's.
    CodeRefused,
    /// The user was asked, and declined.
    Declined,
    /// What came to the redirect URI or to a hook is not what amoCRM sends to this integration: a part is
    /// missing, or its state or signature is wrong.
    NotGenuine,
    /// A long-lived token was refused: it has ended or was revoked, and cannot be refreshed.
    LongLivedRefused,
    /// A token that was only just obtained was refused: another one would fare no better.
    FreshTokenRefused,
    /// A new pair of tokens came but could not be written to the store; it is kept in memory, unused, and
    /// writing it is tried again.
    TokenNotPersisted,
    /// The token store failed.
    Store,
    /// The token endpoint could not be reached or is overloaded: later it may work.
    Unavailable,
    /// The server refuses everything from here: the account or this IP address is blocked or not
    /// admitted, or the account is not paid.
    Blocked,
    /// A setting is wrong.
    Configuration,
    /// This way of authorising does not have the operation.
    Unsupported,
}

/// Why there is no credential.
#[derive(Clone)]
pub struct Error(Arc<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error of a provider; `message` says what to do.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Arc::new(Inner { kind, message: message.into(), source: None }))
    }

    /// The same with its cause.
    pub fn with_source(
        kind: ErrorKind,
        message: impl Into<String>,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self(Arc::new(Inner { kind, message: message.into(), source: Some(source.into()) }))
    }

    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Configuration, message)
    }

    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Must a user authorise the integration (again) before anything else can work?
    pub fn authorise_again(&self) -> bool {
        matches!(self.kind(), ErrorKind::NotAuthorized | ErrorKind::AuthorizeAgain)
    }

    /// May the same call work a little later?
    pub fn is_transient(&self) -> bool {
        matches!(
            self.kind(),
            ErrorKind::Unavailable | ErrorKind::Store | ErrorKind::TokenNotPersisted
        )
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::with_source(ErrorKind::Store, "the token store failed", error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        match &self.0.source {
            Some(source) => write!(f, ": {source}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("message", &self.0.message)
            .field("source", &self.0.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
