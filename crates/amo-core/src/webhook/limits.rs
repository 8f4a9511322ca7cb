//! What a body may cost at most, and what is said when it would cost more.

use std::cell::Cell;

use super::{Hook, WidgetHook, WidgetRequest};

/// The deepest nesting that can be allowed: what reads, compares and drops a tree calls itself.
const DEEPEST: usize = 100;

/// What a body may be at most; over a limit it is refused.
///
/// The defaults (2 MiB, 50 000 keys, 32 levels) are far above what amoCRM sends.
///
/// # Memory
///
/// A body of amoCRM's takes a few times its own length. A hostile one takes more: up to a kilobyte
/// for each key, which is what a JSON object with one member costs, and it can have a key in two
/// bytes (the bare ids in `[1,1,1]` are objects with one member once they are events). So what
/// comes of a body takes at most about `bytes + 1024 * min(keys, bytes / 2)` bytes: 51 MiB within
/// the default limits; of a body of 64 KiB 33 MiB, or 5 MiB if it may have 5000 keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "limits do nothing until a body is parsed with them"]
pub struct Limits {
    pub(super) bytes: usize,
    pub(super) keys: usize,
    pub(super) depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 2 * 1024 * 1024, keys: 50_000, depth: 32 }
    }
}

impl Limits {
    /// The length of a body in bytes.
    pub const fn bytes(self, bytes: usize) -> Self {
        Self { bytes, ..self }
    }

    /// The number of keys on all levels together: `leads[add][0][id]` alone makes four.
    pub const fn keys(self, keys: usize) -> Self {
        Self { keys, ..self }
    }

    /// How many names lead to a value: four in `leads[add][0][id]`. More than 100 count as 100.
    pub const fn depth(self, depth: usize) -> Self {
        let depth = if depth < DEEPEST { depth } else { DEEPEST };
        Self { depth, ..self }
    }

    /// Parses a webhook as [`Hook::parse`] does, within these limits.
    ///
    /// # Errors
    ///
    /// As [`Hook::parse`].
    pub fn parse(self, body: &[u8]) -> Result<Hook, HookError> {
        Hook::parse_within(self, body)
    }

    /// Parses the post of a widget's trigger as [`WidgetHook::parse`] does, within these limits.
    ///
    /// # Errors
    ///
    /// As [`WidgetHook::parse`].
    pub fn parse_widget_hook(self, body: &[u8]) -> Result<WidgetHook, HookError> {
        WidgetHook::parse_within(self, body)
    }

    /// Parses the request of a bot as [`WidgetRequest::parse`] does, within these limits.
    ///
    /// # Errors
    ///
    /// As [`WidgetRequest::parse`].
    pub fn parse_widget_request(self, body: &[u8]) -> Result<WidgetRequest, HookError> {
        WidgetRequest::parse_within(self, body)
    }
}

/// A body cannot be read. Nothing of the body is repeated here: it holds personal data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HookError {
    /// The body is too long.
    #[error("the webhook has {size} bytes, more than the limit of {limit}")]
    TooLong {
        /// Its length in bytes.
        size: usize,
        /// The limit.
        limit: usize,
    },
    /// The body has too many keys.
    #[error("the webhook has more than {limit} keys ({place})")]
    TooManyKeys {
        /// The limit.
        limit: usize,
        /// Where it was passed.
        place: String,
    },
    /// The body is nested too deeply.
    #[error("the webhook is nested more than {limit} levels deep ({place})")]
    TooDeep {
        /// The limit.
        limit: usize,
        /// Where it was passed.
        place: String,
    },
    /// The body starts as a JSON object and is none.
    #[error("the webhook is not valid JSON ({place})")]
    NotJson {
        /// Where it stops being JSON.
        place: String,
    },
    /// The post is of another kind: it lacks what each of its kind has.
    #[error("the post has no `{member}` and is no {kind}")]
    OtherKind {
        /// What it was read as.
        kind: &'static str,
        /// What is missing.
        member: &'static str,
    },
}

/// Which limit was passed; the place is known further out.
#[derive(Clone, Copy, Debug)]
pub(super) enum Excess {
    Keys,
    Depth,
}

/// What is left of the limits while a body is read.
pub(super) struct Budget {
    limits: Limits,
    keys_left: Cell<usize>,
}

impl Budget {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, keys_left: Cell::new(limits.keys) }
    }

    /// Pays for one key.
    pub(super) fn key(&self) -> Result<(), Excess> {
        let left = self.keys_left.get().checked_sub(1).ok_or(Excess::Keys)?;
        self.keys_left.set(left);
        Ok(())
    }

    /// Checks that a path of so many names is allowed.
    pub(super) fn path(&self, names: usize) -> Result<(), Excess> {
        if names <= self.limits.depth { Ok(()) } else { Err(Excess::Depth) }
    }

    pub(super) fn error(&self, excess: Excess, place: String) -> HookError {
        match excess {
            Excess::Keys => HookError::TooManyKeys { limit: self.limits.keys, place },
            Excess::Depth => HookError::TooDeep { limit: self.limits.depth, place },
        }
    }
}
