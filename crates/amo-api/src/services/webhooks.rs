//! Webhooks: who is told of changes.

use std::collections::BTreeSet;

use amo_core::{NewWebhook, Webhook, WebhookAddress, WebhookEvent, WebhookFilter};

use crate::call::{Action, Single as _, Via};
use crate::one::{One, entity, nothing};
use crate::place::Place;
use crate::{ApiCall, Entities, Error, ListPage};

impl Entities<Webhook> {
    /// Subscribes an address. One that is subscribed already is told of these events from now on, and of
    /// no others. Needs an administrator.
    pub fn subscribe(&self, webhook: &NewWebhook) -> ApiCall<One<Webhook>> {
        self.call(One::new(self.place().of(Webhook::SUBSCRIBE), entity).json(webhook))
    }

    /// Ends the subscription of an address. Needs an administrator.
    pub fn unsubscribe(&self, address: &WebhookAddress) -> ApiCall<One<()>> {
        self.call(One::new(self.place().of(Webhook::UNSUBSCRIBE), nothing).json(address))
    }
}

impl Entities<Webhook> {
    /// Sees to it that an address is told of exactly these events: looks first, and subscribes only if it
    /// is not so yet. Needs an administrator.
    pub fn ensure(
        &self,
        address: impl Into<String>,
        events: impl IntoIterator<Item = WebhookEvent>,
    ) -> ApiCall<EnsureWebhook> {
        let (place, address) = (self.place(), address.into());
        self.call(EnsureWebhook { place, address, events: events.into_iter().collect() })
    }
}

/// Sees to it that an address is told of events.
#[derive(Debug)]
pub struct EnsureWebhook {
    place: Place<Webhook>,
    address: String,
    events: Vec<WebhookEvent>,
}

/// A subscription as it is after [`Entities::ensure`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct EnsuredWebhook {
    /// The subscription.
    pub webhook: Webhook,
    /// Whether it had to be made or changed.
    pub changed: bool,
}

impl EnsuredWebhook {
    /// Whether amoCRM has switched it off, after 100 bad answers in two hours: then nothing is told until a
    /// user switches it on again.
    pub fn is_disabled(&self) -> bool {
        self.webhook.disabled == Some(true)
    }
}

fn names(events: &[WebhookEvent]) -> BTreeSet<&str> {
    events.iter().map(WebhookEvent::as_str).collect()
}

impl Action for EnsureWebhook {
    type Output = Result<EnsuredWebhook, Error>;

    async fn run(self, via: Via) -> Self::Output {
        let list = ListPage::new(&self.place);
        let list = list.filter(WebhookFilter::new().destination(self.address.as_str()));
        let known = list.read(&via.send(list.prepare()?).await?)?.items;
        // Whatever the server made of the filter.
        let mut known = known.into_iter();
        let known = known.find(|one| one.destination.as_deref() == Some(self.address.as_str()));
        let told = known.as_ref().and_then(|one| one.settings.as_deref());
        if let Some(webhook) = &known
            && told.is_some_and(|told| names(told) == names(&self.events))
        {
            return Ok(EnsuredWebhook { webhook: webhook.clone(), changed: false });
        }
        let wanted = NewWebhook::new(self.address, self.events);
        let request = self.place.of(Webhook::SUBSCRIBE).json(&wanted)?;
        let webhook = entity(&via.send(request).await?)?;
        Ok(EnsuredWebhook { webhook, changed: true })
    }
}
