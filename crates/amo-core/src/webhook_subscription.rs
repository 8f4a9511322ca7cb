//! Webhooks: how a subscription is ended.

use serde::Serialize;

use crate::Webhook;

/// The address of a subscription: amoCRM names it by that, not by its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WebhookAddress {
    destination: String,
}

impl WebhookAddress {
    /// Exactly this address.
    pub fn new(destination: impl Into<String>) -> Self {
        Self { destination: destination.into() }
    }
}

impl Webhook {
    /// What ends this subscription, if the server said its address.
    pub fn address(&self) -> Option<WebhookAddress> {
        self.destination.as_deref().map(WebhookAddress::new)
    }
}
