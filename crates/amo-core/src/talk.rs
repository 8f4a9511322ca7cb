//! Talks: how they are closed.

use serde::Serialize;

/// How a talk is closed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[must_use = "nothing is closed until this is sent"]
pub struct CloseTalk {
    force_close: bool,
}

impl CloseTalk {
    /// The client is asked for a mark first, if the account does that.
    pub const fn new() -> Self {
        Self { force_close: false }
    }

    /// At once, without asking the client for a mark.
    pub const fn force(self) -> Self {
        Self { force_close: true }
    }
}
