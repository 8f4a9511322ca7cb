//! One refresh, from the lease to the durable write; and the first exchange of a code.

use std::task::Poll;
use std::time::Duration;

use amo_core::{Account, AccountId, Timestamp};
use bytes::Bytes;
use http::StatusCode;
use http::header::{ACCEPT, AUTHORIZATION};
use secrecy::ExposeSecret as _;

use super::OAuth;
use super::token_endpoint::{self, Pair};
use crate::store::{FindBy, Lease, StoreError, StoreErrorKind, Stored, Version};
use crate::{
    AuthorizationCode, Credential, Error, ErrorKind, ExchangeError, ExchangeErrorKind, Generation,
    Grant, GrantKey, Origin, Seams, UnverifiedClaims,
};

/// Longer than a refresh can take: three requests of at most [`REQUEST`] each, and the pauses between.
const LEASE: Duration = Duration::from_secs(120);
/// The longest that one request may take, its wait for the rate limit included.
const REQUEST: Duration = Duration::from_secs(30);
/// The pauses between the attempts of one request or write: so there are three.
const PAUSES: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(1)];

/// How a job ended, if it did not fail in passing.
pub(super) enum Landed {
    /// The grant is in the store.
    Durable(Stored),
    /// A new pair came but could not be written.
    Unpersisted { grant: Grant, error: Error },
    /// The server refused this grant for good.
    Dead { key: GrantKey, version: Version, error: Error },
}

/// What one job works with.
pub(super) struct Ground<'a> {
    pub(super) oauth: &'a OAuth,
    pub(super) seams: &'a Seams,
}

impl Ground<'_> {
    /// Renews the pair, unless somebody else has done so.
    ///
    /// `held` is the present grant, `due` tells whether a grant should be renewed before it is used,
    /// and `pending` is a pair that could not be written before.
    pub(super) async fn renew(
        &self,
        held: Option<&Stored>,
        pending: Option<Grant>,
        due: impl Fn(&Grant) -> bool + Send,
    ) -> Result<Landed, Error> {
        let key = match (&pending, held) {
            (Some(pending), _) => pending.key.clone(),
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
        // What came later than our unwritten pair is a new authorisation: it counts.
        let later = |pending: &Grant| {
            stored.as_ref().is_some_and(|stored| stored.grant.obtained_at > pending.obtained_at)
        };
        if let Some(pending) = pending.filter(|pending| !later(pending)) {
            return Ok(self.save(pending, stored.as_ref(), &lease).await);
        }
        let Some(stored) = stored else { return Err(self.not_authorized()) };
        let ours = held.is_some_and(|held| held.version == stored.version);
        // Somebody else has renewed it: theirs serves, unless it is at its end too.
        if !ours && !due(&stored.grant) {
            return Ok(Landed::Durable(stored));
        }
        let pair = match self.refresh(&stored.grant).await {
            Ok(pair) => pair,
            Err(error) if error.kind() == ErrorKind::AuthorizeAgain => {
                // Perhaps somebody refreshed it without regard to the lease.
                return Ok(match store.load(&key).await? {
                    Some(newer) if newer.version != stored.version => Landed::Durable(newer),
                    _ => Landed::Dead { key, version: stored.version, error },
                });
            }
            Err(error) => return Err(error),
        };
        let grant = grant(key, stored.grant.domain.clone(), pair);
        Ok(self.save(grant, Some(&stored), &lease).await)
    }

    /// Looks whether the store has another grant than the dead one.
    pub(super) async fn look(
        &self,
        dead: Option<&(GrantKey, Version)>,
    ) -> Result<Option<Stored>, Error> {
        let found = match self.find().await {
            Err(error) if error.kind() == ErrorKind::NotAuthorized => return Ok(None),
            found => found?,
        };
        let same = |(key, version): &(GrantKey, Version)| {
            *key == found.grant.key && *version == found.version
        };
        Ok(if dead.is_some_and(same) { None } else { Some(found) })
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
        let key = GrantKey::new(self.oauth.client_id.clone(), account_id);
        let grant = grant(key, origin.clone(), pair);
        match self.prepare(&grant.key).await {
            Ok((lease, stored)) => Ok(self.save(grant, stored.as_ref(), &lease).await),
            Err(error) => Ok(Landed::Unpersisted { grant, error: unpersisted(error) }),
        }
    }

    async fn prepare(&self, key: &GrantKey) -> Result<(Lease, Option<Stored>), StoreError> {
        let lease = self.oauth.store.acquire(key, LEASE).await?;
        let stored = self.oauth.store.load(key).await?;
        Ok((lease, stored))
    }

    /// The grant of this integration for this account, or for this address.
    pub(super) async fn find(&self) -> Result<Stored, Error> {
        let found = if let Some(account_id) = self.oauth.account_id {
            self.oauth.grant_of(account_id).await?
        } else {
            let by = FindBy::Domain {
                client_id: self.oauth.client_id.clone(),
                domain: self.seams.origin.clone(),
            };
            super::best(self.oauth.store.find(&by).await?)
        };
        found.ok_or_else(|| self.not_authorized())
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
    async fn ask(&self, request: &http::Request<Bytes>, once: Once) -> Result<Pair, Error> {
        let mut pauses = PAUSES.iter();
        loop {
            let (error, seen) = match self.exchange_within(request).await {
                Ok(answer) => match token_endpoint::read(&answer, self.seams.clock.now()) {
                    Err(error) if error.kind() == ErrorKind::Unavailable => {
                        (error, answer.status() != StatusCode::TOO_MANY_REQUESTS)
                    }
                    result => return result,
                },
                Err(error) => {
                    let seen = error.kind() != ExchangeErrorKind::NotSent;
                    let message =
                        format!("the token endpoint of {} gave no answer", self.seams.origin);
                    (Error::with_source(ErrorKind::Unavailable, message, error), seen)
                }
            };
            let Some(pause) = pauses.next().filter(|_| once == Once::No || !seen) else {
                return Err(error);
            };
            tracing::debug!(kind = ?error.kind(), "the token endpoint failed; asking again");
            self.seams.clock.sleep(*pause).await;
        }
    }

    /// One request, given up before the lease could end: whoever takes the lease then must not meet a
    /// request of ours that was only waiting.
    async fn exchange_within(
        &self,
        request: &http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, ExchangeError> {
        let mut answer = self.seams.exchange.exchange(request.clone());
        let mut alarm = self.seams.clock.sleep(REQUEST);
        std::future::poll_fn(|cx| {
            if let Poll::Ready(answer) = answer.as_mut().poll(cx) {
                return Poll::Ready(answer);
            }
            let late = || ExchangeError::new(ExchangeErrorKind::OutcomeUnknown, "it took too long");
            alarm.as_mut().poll(cx).map(|()| Err(late()))
        })
        .await
    }

    /// Which account a token without claims opens. The code is spent: failing here costs the pair, so
    /// it is tried three times.
    async fn ask_account(&self, pair: &Pair) -> Result<AccountId, Error> {
        let failed = |what: &str| {
            Error::new(
                ErrorKind::NotAuthorized,
                format!(
                    "the code was exchanged, but the account cannot be told ({what}): let a user authorise again"
                ),
            )
        };
        let credential = Credential::bearer(&pair.access_token, Generation::new(0))?;
        let uri = self.seams.origin.uri("/api/v4/account");
        let uri = uri.map_err(|_| failed("its address has no URL"))?;
        let request = http::Request::get(uri)
            .header(ACCEPT, "application/hal+json")
            .header(AUTHORIZATION, credential.authorization())
            .body(Bytes::new())
            .map_err(|_| failed("the request is invalid"))?;
        let mut pauses = PAUSES.iter();
        loop {
            let problem = match self.exchange_within(&request).await {
                Ok(answer) if answer.status().is_success() => {
                    let account: Result<Account, _> = amo_core::from_slice(answer.body());
                    return account.map(|account| account.id).map_err(|error| failed(error.path()));
                }
                Ok(answer) => format!("status {}", answer.status()),
                Err(error) => error.to_string(),
            };
            let Some(pause) = pauses.next() else { return Err(failed(&problem)) };
            self.seams.clock.sleep(*pause).await;
        }
    }

    /// Writes the new pair, three times at most.
    async fn save(&self, grant: Grant, replaces: Option<&Stored>, lease: &Lease) -> Landed {
        let expected = replaces.map(|stored| stored.version);
        let mut pauses = PAUSES.iter();
        loop {
            let error = match self.oauth.store.save(&grant, expected, lease).await {
                Ok(version) => return Landed::Durable(Stored::new(grant, version)),
                Err(error) => error,
            };
            // A lost lease and a foreign save do not pass.
            let passing = error.kind() == StoreErrorKind::Unavailable;
            match pauses.next().filter(|_| passing) {
                Some(pause) => self.seams.clock.sleep(*pause).await,
                None => return Landed::Unpersisted { grant, error: unpersisted(error) },
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

fn grant(key: GrantKey, domain: Origin, pair: Pair) -> Grant {
    Grant::new(
        key,
        domain,
        pair.access_token,
        pair.refresh_token,
        pair.obtained_at,
        pair.expires_at,
    )
}

fn unpersisted(error: StoreError) -> Error {
    let message = "a new pair of tokens came but could not be written; it is kept in memory";
    Error::with_source(ErrorKind::TokenNotPersisted, message, error)
}

/// Is a grant at its end, or will it be in a moment?
pub(super) fn due(grant: &Grant, leeway: Duration, now: Timestamp) -> bool {
    now >= super::flight::renew_at(grant.obtained_at, grant.expires_at, leeway, 0.0)
}
