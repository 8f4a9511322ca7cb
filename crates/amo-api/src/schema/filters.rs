//! Whether the account heeds filters of leads, contacts, companies and customers.

use std::sync::Arc;

use amo_core::{AccountWith, Operation};
use serde::Deserialize;

use super::cache::{SchemaMemory, Slot};
use super::part::{Part, get};
use crate::answer::Answer;
use crate::{Client, Error, ErrorKind};

/// Whether the account heeds filters; `None` if it does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct HeedsFilters {
    is_api_filter_enabled: Option<bool>,
}

impl Part for HeedsFilters {
    type Of = ();

    fn slot(memory: &SchemaMemory, (): ()) -> Arc<Slot<Self>> {
        Arc::clone(&memory.filters)
    }

    async fn read(client: &Client, (): ()) -> Result<Self, Error> {
        let account = client.account().with(AccountWith::IsApiFilterEnabled).await?;
        Ok(Self { is_api_filter_enabled: account.is_api_filter_enabled })
    }
}

/// Does the account heed them? One that does not say is taken for one that does not.
pub(crate) async fn are_heeded(client: &Client, operation: &Operation) -> Result<bool, Error> {
    let got = get::<HeedsFilters>(client, (), None).await;
    let said = got.map_err(|error| Error::because(operation, error))?.value;
    Ok(said.is_api_filter_enabled == Some(true))
}

/// The server ignored a filter, or refused it, whatever the account says.
pub(crate) fn are_ignored(client: &Client) {
    keep(client, HeedsFilters { is_api_filter_enabled: Some(false) });
}

fn keep(client: &Client, said: HeedsFilters) {
    let until = client.clock().monotonic() + client.base().schema.ttl;
    client.memory().schema.filters.put(said, until);
}

/// Whoever asks the account for it tells everybody.
pub(crate) fn heard(client: &Client, answer: &Answer) {
    if (answer.operation.service, answer.operation.action) != ("account", "get") {
        return;
    }
    // Most answers do not say it; what cannot be read says nothing.
    if let Ok(said @ HeedsFilters { is_api_filter_enabled: Some(_) }) =
        serde_json::from_slice(&answer.body)
    {
        keep(client, said);
    }
}

/// Refuses a list whose filter the account ignores: it would be a list of everything.
pub(super) async fn heeds_filters(
    client: &Client,
    operation: &Arc<Operation>,
) -> Result<(), Error> {
    let because = |error: Arc<Error>| match error.kind() {
        // Something else answers in the account's place; what it does with filters is its own matter.
        ErrorKind::Decode | ErrorKind::NotFound => Ok(()),
        _ => Err(Error::because(operation, error)),
    };
    let got = match get::<HeedsFilters>(client, (), None).await {
        Ok(got) => got,
        Err(error) => return because(error),
    };
    let ignores = |said: HeedsFilters| said.is_api_filter_enabled == Some(false);
    if !ignores(*got.value) {
        return Ok(());
    }
    if !got.is_fresh {
        // They may have been bought since.
        match get(client, (), Some(&got.value)).await {
            Ok(newer) if !ignores(*newer.value) => return Ok(()),
            Ok(_) => {}
            Err(error) => return because(error),
        }
    }
    let message = "not sent: the account has not paid for filters of these lists \
                   (`is_api_filter_enabled`) and would answer with everything; search, or walk \
                   without a filter";
    Err(Error::new(ErrorKind::PaymentRequired, operation, message))
}
