//! What is asked of the account once and then known for a while.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use amo_core::AccountWith;
use tokio::sync::Mutex;

use crate::Error;
use crate::account::GetAccount;
use crate::call::{Single as _, Via};

/// How long what the account said is believed: filters are bought and end seldom.
const LIFETIME: Duration = Duration::from_secs(3600);

/// What is known of the account. Clones of a client share it.
#[derive(Debug)]
pub(crate) struct AccountFacts {
    /// Held while it is asked, so that it is asked once.
    filters: Mutex<Option<Fact>>,
    ids_per_list: AtomicUsize,
}

#[derive(Clone, Copy, Debug)]
struct Fact {
    since: Duration,
    is_on: bool,
}

impl Default for AccountFacts {
    fn default() -> Self {
        Self { filters: Mutex::new(None), ids_per_list: AtomicUsize::new(250) }
    }
}

impl AccountFacts {
    /// How many ids a list may be asked for at a time: as many as there may be rows on a page, or as few as
    /// the server let the address be long.
    pub(crate) fn ids_per_list(&self) -> usize {
        self.ids_per_list.load(Ordering::Relaxed)
    }

    /// An address with so many ids was too long.
    pub(crate) fn too_many_ids(&self, ids: usize) {
        self.ids_per_list.fetch_min((ids / 2).max(1), Ordering::Relaxed);
    }

    /// Do the filters of leads, contacts, companies and customers work? An account that does not say it is
    /// taken for one without them.
    pub(crate) async fn filters_are_on(&self, via: &Via) -> Result<bool, Error> {
        let mut filters = self.filters.lock().await;
        let now = via.client.clock().monotonic();
        if let Some(fact) = *filters
            && now.saturating_sub(fact.since) < LIFETIME
        {
            return Ok(fact.is_on);
        }
        let ask = GetAccount::default().and(AccountWith::IsApiFilterEnabled);
        let account = ask.read(&via.send(ask.prepare()?).await?)?;
        let is_on = account.is_api_filter_enabled == Some(true);
        *filters = Some(Fact { since: now, is_on });
        Ok(is_on)
    }

    /// The server ignored a filter, or refused it, whatever the account says.
    pub(crate) async fn filters_are_off(&self, via: &Via) {
        let since = via.client.clock().monotonic();
        *self.filters.lock().await = Some(Fact { since, is_on: false });
    }
}
