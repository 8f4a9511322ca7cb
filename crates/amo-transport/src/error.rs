//! The one error of this crate: a call that got no answer.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

/// What kept a call from its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// There was no connection: nothing was sent.
    Connect,
    /// The connection failed after the request, or a part of it, was sent.
    Io,
    /// One attempt took too long.
    AttemptTimeout,
    /// The whole call, waits and repetitions included, took too long.
    Deadline,
    /// The body is longer than the bound.
    BodyTooLarge,
    /// There is no usable credential; [`Error::auth_error`] says why.
    Auth,
    /// A call in the name of another user was refused although the token is fresh: the user does not
    /// exist in the account, is a free one, or the token was not granted by an administrator.
    ActingUserRefused,
    /// A credential would have gone to a server that is not on the account's list.
    UntrustedOrigin,
    /// A layer of the caller's own failed.
    Middleware,
    /// A setting or a request cannot work.
    Configuration,
}

/// Why a call has no answer.
pub struct Error {
    kind: ErrorKind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
    sent: bool,
    foreign: bool,
    /// What the server said with a refusal: for the caller, not for logs.
    said: String,
}

impl Error {
    /// An error; `message` is a sentence without secrets.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        let sent = matches!(
            kind,
            ErrorKind::Io
                | ErrorKind::AttemptTimeout
                | ErrorKind::BodyTooLarge
                | ErrorKind::Middleware
        );
        Self {
            kind,
            message: message.into(),
            source: None,
            sent,
            foreign: false,
            said: String::new(),
        }
    }

    /// The same with its cause.
    pub fn with_source(
        kind: ErrorKind,
        message: impl Into<String>,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self { source: Some(source.into()), ..Self::new(kind, message) }
    }

    pub(crate) fn deadline(after: Duration, sent: bool) -> Self {
        let message = format!("the call was not done within {after:?}");
        Self { sent, ..Self::new(ErrorKind::Deadline, message) }
    }

    /// Takes in what is known of the call's earlier attempts: one of unknown outcome is not undone by a
    /// later one that was never sent.
    pub(crate) fn after(mut self, call: &crate::Call) -> Self {
        self.sent |= call.in_flight();
        self
    }

    pub(crate) fn auth(error: amo_auth::Error) -> Self {
        Self::with_source(ErrorKind::Auth, "there is no usable credential", error)
    }

    /// Takes the error of a service that may be one of ours wrapped in a box.
    pub(crate) fn from_box(
        kind: ErrorKind,
        message: &str,
        error: Box<dyn StdError + Send + Sync>,
    ) -> Self {
        match error.downcast::<Self>() {
            Ok(ours) => *ours,
            Err(error) => Self { foreign: true, ..Self::with_source(kind, message, error) },
        }
    }

    pub(crate) fn said(mut self, words: String) -> Self {
        self.said = words;
        self
    }

    /// What may stand in a log: the words of a connector or layer of the caller's may hold a query or a
    /// header, so that they are left out.
    pub(crate) fn for_log(&self) -> String {
        if self.foreign { self.message.clone() } else { self.chain() }
    }

    /// What it is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Was nothing sent, so that even a write may be repeated?
    pub fn not_sent(&self) -> bool {
        !self.sent
    }

    /// May the server have acted on the request, without anybody knowing?
    pub fn outcome_unknown(&self) -> bool {
        self.sent
    }

    /// Did it take too long: an attempt or the whole call?
    pub fn is_timeout(&self) -> bool {
        matches!(self.kind, ErrorKind::AttemptTimeout | ErrorKind::Deadline)
    }

    /// The error of the authorisation, if it is one.
    pub fn auth_error(&self) -> Option<&amo_auth::Error> {
        self.source.as_ref()?.downcast_ref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.chain())?;
        if self.said.is_empty() { Ok(()) } else { write!(f, " ({})", self.said) }
    }
}

impl Error {
    /// The message and its causes.
    fn chain(&self) -> String {
        let mut text = self.message.clone();
        // The whole chain: hyper's own errors say little in their first line.
        let mut cause = self.source.as_deref().map(|source| source as &(dyn StdError + 'static));
        let mut last = self.message.clone();
        while let Some(error) = cause {
            let words = error.to_string();
            if !last.contains(&words) {
                text.push_str(": ");
                text.push_str(&words);
            }
            last = words;
            cause = error.source();
        }
        text
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.kind)
            .field("message", &self.message)
            .field("sent", &self.sent)
            .field("said", &self.said)
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
