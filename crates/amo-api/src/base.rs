//! What the clients of one builder share, however many accounts they are for.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use amo_auth::{Authorization, Clock, Origin, Seams, Spawn};
use amo_transport::{AccountContext, LimitKey, RateLimiter, Stack, TokenStack};

use crate::LoopGuard;
use crate::exchanges::KeepExchanges;
use crate::people::OwnSearch;
use crate::schema::SchemaSettings;

/// The stack with its pool and its TLS, and everything else that is not an account's.
pub(crate) struct Base {
    pub(crate) stack: Stack,
    /// `None` where the whole stack is the caller's, who authorises himself.
    pub(crate) tokens: Option<TokenStack>,
    pub(crate) limiter: Arc<dyn RateLimiter>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) spawn: Arc<dyn Spawn>,
    pub(crate) deadline: Option<Duration>,
    pub(crate) max_body: usize,
    /// Servers that the program's own code has named.
    pub(crate) trusted: Arc<[Origin]>,
    pub(crate) keep: Option<Arc<KeepExchanges>>,
    /// In the place of amoCRM's search for people.
    pub(crate) people_search: Option<OwnSearch>,
    pub(crate) schema: SchemaSettings,
    pub(crate) guard: Option<Arc<LoopGuard>>,
}

impl Base {
    /// The account at `origin`, which must have been found worth trusting.
    pub(crate) fn account(
        &self,
        origin: Origin,
        authorization: Option<Box<dyn Authorization>>,
    ) -> Result<AccountContext, amo_auth::Error> {
        let integration = authorization.as_ref().and_then(|auth| auth.client_id());
        let key = LimitKey::new(integration.unwrap_or_default(), origin.host());
        let account = AccountContext::new(origin.clone(), key, Arc::clone(&self.limiter));
        let (Some(tokens), Some(authorization)) = (&self.tokens, authorization) else {
            return Ok(account);
        };
        let exchange = Arc::new(tokens.exchange(Arc::new(account.clone())));
        let seams = Seams::new(origin, exchange, Arc::clone(&self.clock), Arc::clone(&self.spawn));
        Ok(account.with_provider(authorization.bind(seams)?))
    }
}

impl fmt::Debug for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Base")
    }
}
