//! Stopping a batch half-way.

use std::fmt;
use std::sync::Arc;

use tokio::sync::watch;

use crate::Sending;

/// Stops batches half-way: what was sent is waited for, the rest is
/// [`NotSent`](crate::Outcome::NotSent). Clones stop the same batches.
#[derive(Clone)]
pub struct Stop(Arc<watch::Sender<bool>>);

impl Stop {
    /// Nothing is stopped yet.
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }

    /// Stops the batches that were told of this, and those that will be.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }

    /// Was it stopped?
    pub fn is_stopped(&self) -> bool {
        *self.0.borrow()
    }

    /// Ends when it is stopped.
    pub(crate) fn stopped(&self) -> Sending<()> {
        let (sender, mut receiver) = (Arc::clone(&self.0), self.0.subscribe());
        Sending::new(async move {
            // The sender lives here too, so that it does not end otherwise.
            let _ = receiver.wait_for(|stopped| *stopped).await;
            drop(sender);
        })
    }
}

impl Default for Stop {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Stop").field(&self.is_stopped()).finish()
    }
}
