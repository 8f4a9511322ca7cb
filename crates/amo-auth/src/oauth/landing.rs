//! One refresh, from the lease to the durable write; and the first exchange of a code.

use std::time::Duration;

use amo_core::{Account, AccountId, Timestamp};
use http::header::{ACCEPT, AUTHORIZATION};
use secrecy::ExposeSecret as _;

use super::OAuth;
use super::token_endpoint::{self, Pair};
use crate::store::{FindBy, Lease, StoreError, StoreErrorKind, Stored, Version};
use crate::{
    AuthorizationCode, Credential, Error, ErrorKind, ExchangeErrorKind, Generation, Grant,
    GrantKey, Seams, UnverifiedClaims,
};

/// Longer than every attempt of one refresh together.
const LEASE: Duration = Duration::from_secs(120);
/// The pauses between the attempts of one request or write: so there are three.
const PAUSES: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(1)];

/// A grant that is in the store, or that came but could not be written.
pub(super) enum Landed {
    Durable(Stored),
    Unpersisted { pending: Pending, error: Error },
}

/// A pair that is not in the store yet, and the version there that it is to replace.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    pub(super) grant: Grant,
    pub(super) replaces: Option<Version>,
}

/// What one job works with.
pub(super) struct Ground<'a> {
    pub(super) oauth: &'a OAuth,
    pub(super) seams: &'a Seams,
}

impl Ground<'_> {
    /// Looks in the store, and renews the pair unless somebody else has done so.
    ///
    /// `held` is the present grant, `due` tells whether a grant should be renewed before it is used,
    /// and `pending` is a pair that could not be written before.
    pub(super) async fn renew(
        &self,
        held: Option<&Stored>,
        pending: Option<Pending>,
        refused: bool,
        due: impl Fn(&Grant) -> bool + Send,
    ) -> Result<Landed, Error> {
        let key = match (&pending, held) {
            (Some(pending), _) => pending.grant.key.clone(),
            (None, Some(held)) => held.grant.key.clone(),
            (None, None) => {
                let found = self.find().await?;
                if !due(&found.grant) {
                    return Ok(Landed::Durable(found));
                }
                found.grant.key
            }
        };
        let store = &self.oauth.store;
        let lease = store.acquire(&key, LEASE).await?;
        let stored = store.load(&key).await?;
        let present = stored.as_ref().map(|stored| stored.version);
        if let Some(pending) = pending.filter(|pending| pending.replaces == present) {
            return Ok(self.save(pending, &lease).await);
        }
        let Some(stored) = stored else { return Err(self.not_authorized()) };
        let ours = held.is_some_and(|held| held.version == stored.version);
        // Somebody else has renewed it: theirs serves, unless it is at its end too.
        let ours_was_refused = ours && refused;
        if !due(&stored.grant) && !ours_was_refused {
            return Ok(Landed::Durable(stored));
        }
        let pair = match self.refresh(&stored.grant).await {
            Ok(pair) => pair,
            Err(error) if error.kind() == ErrorKind::AuthorizeAgain => {
                // Perhaps somebody refreshed it without regard to the lease.
                return match store.load(&key).await? {
                    Some(newer) if newer.version != stored.version => Ok(Landed::Durable(newer)),
                    _ => Err(error),
                };
            }
            Err(error) => return Err(error),
        };
        let grant = grant(key, stored.grant.domain.clone(), pair);
        Ok(self.save(Pending { grant, replaces: Some(stored.version) }, &lease).await)
    }

    /// Looks whether the store has another grant than the dead one.
    pub(super) async fn look(&self, dead: Option<&Stored>) -> Result<Option<Stored>, Error> {
        let Some(dead) = dead else { return self.find().await.map(Some) };
        let stored = self.oauth.store.load(&dead.grant.key).await?;
        Ok(stored.filter(|stored| stored.version != dead.version))
    }

    /// Exchanges a code and stores the first pair.
    pub(super) async fn exchange(&self, code: &AuthorizationCode) -> Result<Landed, Error> {
        let origin = &self.seams.origin;
        let request = token_endpoint::code_request(self.oauth, origin, code)?;
        let pair = self.ask(&request, Once::Yes).await?;
        let claims = UnverifiedClaims::read(pair.access_token.expose_secret()).unwrap_or_default();
        let account_id = match claims.account_id {
            Some(account_id) => account_id,
            None => self.ask_account(&pair).await?,
        };
        let key = GrantKey { client_id: self.oauth.client_id.clone(), account_id, user_id: None };
        let grant = grant(key, origin.clone(), pair);
        match self.prepare(&grant.key).await {
            Ok((lease, replaces)) => Ok(self.save(Pending { grant, replaces }, &lease).await),
            Err(error) => {
                let pending = Pending { grant, replaces: None };
                Ok(Landed::Unpersisted { pending, error: unpersisted(error) })
            }
        }
    }

    async fn prepare(&self, key: &GrantKey) -> Result<(Lease, Option<Version>), StoreError> {
        let lease = self.oauth.store.acquire(key, LEASE).await?;
        let stored = self.oauth.store.load(key).await?;
        Ok((lease, stored.map(|stored| stored.version)))
    }

    /// The grant of this integration for this account's address: the installation's, else the newest.
    async fn find(&self) -> Result<Stored, Error> {
        let by = FindBy::Domain {
            client_id: self.oauth.client_id.clone(),
            domain: self.seams.origin.clone(),
        };
        let found = self.oauth.store.find(&by).await?;
        let best = found
            .into_iter()
            .max_by_key(|stored| (stored.grant.key.user_id.is_none(), stored.grant.obtained_at));
        best.ok_or_else(|| self.not_authorized())
    }

    fn not_authorized(&self) -> Error {
        Error::new(
            ErrorKind::NotAuthorized,
            format!(
                "integration {} has no grant for {} in the token store: let a user authorise it and exchange the code",
                self.oauth.client_id, self.seams.origin
            ),
        )
    }

    async fn refresh(&self, present: &Grant) -> Result<Pair, Error> {
        let request = token_endpoint::refresh_request(
            self.oauth,
            &self.seams.origin,
            &present.refresh_token,
        )?;
        self.ask(&request, Once::No).await
    }

    /// Asks the token endpoint, three times at most. A lost answer of a refresh is worth asking again
    /// with the same token: where the server still takes it, nothing is lost; where it does not, nothing
    /// more is. A code is not sent again once the server may have seen it.
    async fn ask(&self, request: &http::Request<bytes::Bytes>, once: Once) -> Result<Pair, Error> {
        let mut pauses = PAUSES.iter();
        loop {
            let error = match self.seams.exchange.exchange(request.clone()).await {
                Ok(answer) => match token_endpoint::read(&answer, self.seams.clock.now()) {
                    Err(error) if error.kind() == ErrorKind::Unavailable => error,
                    result => return result,
                },
                Err(error) => {
                    let sent = error.kind() != ExchangeErrorKind::NotSent;
                    let message =
                        format!("the token endpoint of {} gave no answer", self.seams.origin);
                    let error = Error::with_source(ErrorKind::Unavailable, message, error);
                    if sent && once == Once::Yes {
                        return Err(error);
                    }
                    error
                }
            };
            let Some(pause) = pauses.next() else { return Err(error) };
            tracing::debug!(%error, "the token endpoint failed; asking again");
            self.seams.clock.sleep(*pause).await;
        }
    }

    /// Which account a token without claims opens.
    async fn ask_account(&self, pair: &Pair) -> Result<AccountId, Error> {
        let failed = |what: &str| {
            Error::new(
                ErrorKind::Unavailable,
                format!("the code was exchanged, but the account cannot be told: {what}"),
            )
        };
        let credential = Credential::bearer(&pair.access_token, Generation::new(0))?;
        let uri = self
            .seams
            .origin
            .uri("/api/v4/account")
            .map_err(|_| failed("its address has no URL"))?;
        let request = http::Request::get(uri)
            .header(ACCEPT, "application/hal+json")
            .header(AUTHORIZATION, credential.authorization())
            .body(bytes::Bytes::new())
            .map_err(|_| failed("the request is invalid"))?;
        let answer = self
            .seams
            .exchange
            .exchange(request)
            .await
            .map_err(|error| failed(&error.to_string()))?;
        if !answer.status().is_success() {
            return Err(failed(&format!("status {}", answer.status())));
        }
        let account: Account =
            amo_core::from_slice(answer.body()).map_err(|error| failed(&error.to_string()))?;
        Ok(account.id)
    }

    /// Writes the new pair, three times at most.
    async fn save(&self, pending: Pending, lease: &Lease) -> Landed {
        let mut pauses = PAUSES.iter();
        loop {
            let error = match self.oauth.store.save(&pending.grant, pending.replaces, lease).await {
                Ok(version) => return Landed::Durable(Stored { grant: pending.grant, version }),
                Err(error) => error,
            };
            // A lost lease and a foreign save do not pass.
            let passing = error.kind() == StoreErrorKind::Unavailable;
            match pauses.next().filter(|_| passing) {
                Some(pause) => self.seams.clock.sleep(*pause).await,
                None => return Landed::Unpersisted { pending, error: unpersisted(error) },
            }
        }
    }
}

/// May the request be sent again when its outcome is unknown?
#[derive(Clone, Copy, PartialEq, Eq)]
enum Once {
    Yes,
    No,
}

fn grant(key: GrantKey, domain: crate::Origin, pair: Pair) -> Grant {
    Grant {
        key,
        domain,
        access_token: pair.access_token,
        refresh_token: pair.refresh_token,
        obtained_at: pair.obtained_at,
        expires_at: pair.expires_at,
    }
}

fn unpersisted(error: StoreError) -> Error {
    let message = "a new pair of tokens came but could not be written; it is kept in memory";
    Error::with_source(ErrorKind::TokenNotPersisted, message, error)
}

/// Is a grant at its end, or will it be in a moment?
pub(super) fn due(grant: &Grant, leeway: Duration, now: Timestamp) -> bool {
    now >= super::flight::renew_at(grant.obtained_at, grant.expires_at, leeway, 0.0)
}
