//! An account that is at another address now: where, and writing it down.

use amo_auth::Origin;
use amo_auth::store::Stored;
use amo_core::AccountId;

use super::{Hub, LEASE, of_store};
use crate::{Client, Error};

impl Hub {
    /// The grant with the address where its account lives now; `None` if nobody knows of another.
    ///
    /// The store is believed first: another process may have followed the account. Else, if `may_ask`, the
    /// shared host is asked that the token names, and the answer is written down.
    pub(super) async fn follow(
        &self,
        account_id: AccountId,
        client: &Client,
        may_ask: bool,
    ) -> Result<Option<Stored>, Error> {
        let failed = |error| of_store("follow", error);
        let oauth = &self.0.oauth;
        let Some(stored) = oauth.grant_of(account_id).await.map_err(failed)? else {
            return Ok(None);
        };
        if stored.grant.domain != *client.origin() {
            return Ok(Some(stored));
        }
        if !may_ask {
            return Ok(None);
        }
        let Some(domain) = self.look_up(account_id, client).await else { return Ok(None) };
        let store = oauth.token_store();
        let key = stored.grant.key;
        let lease = store.acquire(&key, LEASE).await.map_err(failed)?;
        // Read again: somebody may have renewed it.
        let Some(mut stored) = store.load(&key).await.map_err(failed)? else { return Ok(None) };
        stored.grant.domain = domain;
        let saved = store.save(&stored.grant, Some(stored.version), &lease).await;
        stored.version = saved.map_err(failed)?;
        Ok(Some(stored))
    }

    /// Another address than the client's, if the one who is asked names one that is to be trusted. A server
    /// of the caller's own, such as a sandbox, is not asked: it would name an address that is not its own.
    async fn look_up(&self, account_id: AccountId, client: &Client) -> Option<Origin> {
        if !client.origin().is_official() {
            return None;
        }
        let answer = client.provider()?.account_domain().await;
        let found = answer
            .inspect_err(|error| tracing::info!(%account_id, %error, "nobody knows where it is"))
            .ok()
            .filter(|found| found.id == account_id)?;
        let domain = Origin::parse(found.domain.as_deref()?).ok()?;
        let other = domain != *client.origin() && self.trust(&domain, "follow").is_ok();
        other.then_some(domain)
    }
}
