//! What a request is signed with.

use std::fmt;

use http::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};

use crate::Error;

/// Counts the tokens that a provider has had: a refused request names the generation it was sent with,
/// so that a token which somebody has replaced meanwhile is not replaced again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Generation(u64);

impl Generation {
    /// The `n`th token of a provider.
    pub const fn new(n: u64) -> Self {
        Self(n)
    }

    /// The generation after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// A bearer token and its generation.
#[derive(Clone)]
pub struct Credential {
    authorization: HeaderValue,
    generation: Generation,
}

impl Credential {
    /// A bearer token.
    ///
    /// # Errors
    /// If the token has characters that no HTTP header may carry.
    pub fn bearer(token: &SecretString, generation: Generation) -> Result<Self, Error> {
        let mut authorization = HeaderValue::try_from(format!("Bearer {}", token.expose_secret()))
            .map_err(|_| {
                Error::configuration(
                    "the access token has characters that no HTTP header may carry",
                )
            })?;
        authorization.set_sensitive(true);
        Ok(Self { authorization, generation })
    }

    /// The value of the `Authorization` header; marked sensitive.
    pub fn authorization(&self) -> &HeaderValue {
        &self.authorization
    }

    /// Which token of its provider this is.
    pub fn generation(&self) -> Generation {
        self.generation
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential").field("generation", &self.generation).finish_non_exhaustive()
    }
}
