//! How a provider talks to the token endpoint: a request of bytes in, a response of bytes out.

use std::error::Error as StdError;
use std::fmt::{self, Debug, Display};

use async_trait::async_trait;
use bytes::Bytes;

/// Sends one request, once, and collects the answer. The transport implements it.
///
/// It adds no credential and repeats nothing: what may be repeated is the provider's to say.
#[async_trait]
pub trait Exchange: Debug + Send + Sync + 'static {
    /// Sends `request`, whose URI is absolute.
    ///
    /// # Errors
    /// Tells apart the request that was never sent from the one whose outcome is unknown.
    async fn exchange(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, ExchangeError>;
}

/// What is known of a request without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExchangeErrorKind {
    /// Nothing left this machine: it may be sent again.
    NotSent,
    /// The server may have acted on it.
    OutcomeUnknown,
}

/// A request of the token endpoint that got no answer.
#[derive(Debug)]
pub struct ExchangeError {
    kind: ExchangeErrorKind,
    source: Box<dyn StdError + Send + Sync>,
}

impl ExchangeError {
    /// An error with its cause.
    pub fn new(
        kind: ExchangeErrorKind,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self { kind, source: source.into() }
    }

    /// What is known of the request.
    pub fn kind(&self) -> ExchangeErrorKind {
        self.kind
    }
}

impl Display for ExchangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            ExchangeErrorKind::NotSent => write!(f, "the request was not sent: {}", self.source),
            ExchangeErrorKind::OutcomeUnknown => write!(f, "no answer came: {}", self.source),
        }
    }
}

impl StdError for ExchangeError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.source)
    }
}
