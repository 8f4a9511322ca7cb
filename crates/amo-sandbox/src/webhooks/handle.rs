//! What a test can see of webhooks and do to them.

use std::sync::Arc;

use bytes::Bytes;

use super::pump;
use crate::sandbox::Inner;

/// One try to post something.
///
/// `destination` may have a secret in it, and `body` what people wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WebhookDelivery {
    /// The subscription's id; `None` for what is called once, such as a redirect URI.
    pub webhook_id: Option<i64>,
    /// `POST`; `GET` for what is called once.
    pub method: String,
    /// The address.
    pub destination: String,
    /// The form that was posted.
    pub body: Bytes,
    /// Which try it was, from 1 to 5.
    pub attempt: u32,
    /// When it was answered or given up, in Unix seconds of the calendar.
    pub at: i64,
    /// The code of the answer; `None` when there was none in time.
    pub status: Option<u16>,
    /// Why there was no answer.
    pub error: Option<String>,
}

/// The webhooks of a box: what was posted, and what waits.
///
/// Posts leave by themselves, apart from the requests that cause them, one after the other to each
/// address. [`settled`](Webhooks::settled) waits for them.
#[derive(Clone)]
pub struct Webhooks {
    inner: Arc<Inner>,
}

impl std::fmt::Debug for Webhooks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Webhooks").finish_non_exhaustive()
    }
}

impl Webhooks {
    pub(crate) fn new(inner: Arc<Inner>) -> Self {
        Webhooks { inner }
    }

    /// Waits until everything is posted and answered that is due by the calendar. Retries are due
    /// later: move the calendar, then wait again. Needs a tokio runtime with time (and, without a
    /// sink, with I/O).
    pub async fn settled(&self) {
        let mut stirs = self.inner.outbox.stirs();
        loop {
            stirs.borrow_and_update();
            pump::start(&self.inner);
            if self.inner.outbox.is_settled(self.inner.calendar.now()) {
                return;
            }
            // The box is held here, so that the channel is not closed.
            let _ = stirs.changed().await;
        }
    }

    /// The tries so far, oldest first; the oldest are forgotten beyond 10 000.
    pub fn deliveries(&self) -> Vec<WebhookDelivery> {
        self.inner.outbox.deliveries()
    }

    /// Forgets the tries so far.
    pub fn clear_deliveries(&self) {
        self.inner.outbox.clear_log();
    }

    /// Switches a subscription on again that was switched off after more than 100 bad answers in
    /// two hours, as a user does in the web interface; false when there is none for this address.
    pub fn enable(&self, destination: &str) -> bool {
        let now = self.inner.calendar.now();
        let mut account = self.inner.account.write();
        let id = account.webhooks.id_of(destination);
        id.is_some_and(|id| account.webhooks.set_disabled(id, false, now))
    }
}
