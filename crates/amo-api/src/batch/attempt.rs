//! When something was tried, and what nobody knows the outcome of.

use std::fmt;
use std::sync::Arc;

use amo_core::Timestamp;

use crate::Error;

/// From when to when a request was under way, by the client's own clock. It begins before the request waits
/// for the rate limit, and ends when nothing more was to be learned of it. The server may have acted later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Attempt {
    /// Not sent before this.
    pub started: Timestamp,
    /// Given up at this.
    pub ended: Timestamp,
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", self.started, self.ended)
    }
}

/// An item that was sent, though nobody knows what became of it.
#[derive(Clone, Debug)]
pub struct Unknown<I> {
    /// The item.
    pub item: I,
    /// When it was tried.
    pub attempt: Attempt,
    /// What went wrong.
    pub error: Arc<Error>,
}
