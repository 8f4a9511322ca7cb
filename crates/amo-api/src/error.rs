//! The one error of this crate.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use amo_core::{ItemErrors, Operation, Problem, ProblemCode, Repeat};
use bytes::Bytes;
use http::StatusCode;

use crate::answer::Report;
use crate::hub::Inactive;
use crate::{AccountStatus, Cursor};

/// What went wrong, in classes that ask for different actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request makes no sense and was not sent.
    InvalidRequest,
    /// The caller's own change of an entity was given up by its error, which is the source.
    GivenUp,
    /// A setting of the client is wrong.
    Configuration,
    /// There is no usable credential; the source says why and what to do.
    Auth,
    /// The server refused the token (401).
    Unauthorized,
    /// The account is not paid, or its tariff lacks the function (402).
    PaymentRequired,
    /// The user or the integration may not do this (403).
    Forbidden,
    /// The account or this machine is blocked for too many requests (403 without a problem body).
    Blocked,
    /// There is no such path or entity (404).
    NotFound,
    /// The data were refused (400, 422); see [`Error::validation`].
    Validation,
    /// Too many requests, and waiting did not help (429).
    RateLimited,
    /// The server failed (5xx).
    Server,
    /// The account is at another address (301).
    Moved,
    /// Any other status that is no success.
    Status,
    /// The answer is not what the API promises.
    Decode,
    /// There was no answer.
    Transport,
    /// The account of a hub is not active: nothing was sent; see [`Error::account_status`].
    Inactive,
    /// A name means nothing in the account, or more than one thing, or a field of another type; the source
    /// is a [`LookupError`](crate::LookupError).
    Lookup,
    /// Several are meant by what was said, and nobody said which.
    Ambiguous,
    /// A search gives more than may be read of it.
    Truncated,
    /// A search of the caller's own failed; see
    /// [`ClientBuilder::people_search`](crate::ClientBuilder::people_search).
    Search,
}

/// Why a call failed. Its `Display` is enough to act on.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    operation: String,
    repeat: Repeat,
    message: String,
    report: Report,
    problem: Option<Problem>,
    /// Of a refusal, as it came.
    body: Bytes,
    outcome_unknown: bool,
    cursor: Option<Cursor>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, operation: &Operation, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            operation: operation.to_string(),
            repeat: operation.repeat,
            message: message.into(),
            report: Report::default(),
            problem: None,
            body: Bytes::new(),
            outcome_unknown: false,
            cursor: None,
            source: None,
        }))
    }

    /// Something of the client itself failed, outside of any operation.
    pub(crate) fn client(
        kind: ErrorKind,
        doing: &'static str,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        let operation = Operation::new("client", doing, http::Method::GET, "", Repeat::Repeatable);
        Self::new(kind, &operation, "").caused_by(source)
    }

    pub(crate) fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Nothing was sent, because something that had to be known before could not be read.
    pub(crate) fn because(operation: &Operation, error: Arc<Self>) -> Self {
        Self::new(error.kind(), operation, "not sent").caused_by(error)
    }

    /// Nothing was sent, because it does not fit the account.
    pub(crate) fn unfit(operation: &Operation, validation: Vec<ItemErrors>) -> Self {
        let message = "not sent: it does not fit the account's schema";
        let mut error = Self::new(ErrorKind::Validation, operation, message);
        let mut problem = Problem::default();
        problem.validation = validation;
        error.0.problem = Some(problem);
        error
    }

    /// What the refusal is about, besides what the server says.
    pub(crate) fn explained(mut self, text: String) -> Self {
        self.0.message = text;
        self
    }

    /// The server may have acted on it.
    pub(crate) fn perhaps_done(mut self) -> Self {
        self.0.outcome_unknown = true;
        self
    }

    /// It happened at this place of a list.
    pub(crate) fn at(mut self, cursor: Cursor) -> Self {
        self.0.cursor = Some(cursor);
        self
    }

    /// How the call went.
    pub(crate) fn with_report(mut self, report: Report) -> Self {
        self.0.report = report;
        self
    }

    pub(crate) fn report(&self) -> &Report {
        &self.0.report
    }

    pub(crate) fn transport(operation: &Operation, error: amo_transport::Error) -> Self {
        use amo_transport::ErrorKind as Kind;

        let kind = match error.kind() {
            Kind::Auth | Kind::ActingUserRefused => ErrorKind::Auth,
            Kind::Configuration | Kind::UntrustedOrigin => ErrorKind::Configuration,
            _ => ErrorKind::Transport,
        };
        let outcome_unknown = error.outcome_unknown();
        let mut ours = Self::new(kind, operation, "").caused_by(error);
        ours.0.outcome_unknown = outcome_unknown;
        ours
    }

    /// A refusal within a success: of the only item of a request.
    pub(crate) fn rejected(operation: &Operation, problem: Problem) -> Self {
        let mut error = Self::new(ErrorKind::Validation, operation, "");
        error.0.problem = Some(problem);
        error
    }

    /// An answer that is no success.
    pub(crate) fn refused(operation: &Operation, status: StatusCode, body: Bytes) -> Self {
        let problem = Problem::from_slice(&body);
        let (kind, advice) = match status.as_u16() {
            301 | 302 | 307 | 308 => (ErrorKind::Moved, "the account is at another address now"),
            400 | 422 => (ErrorKind::Validation, ""),
            401 => (ErrorKind::Unauthorized, "the token is not accepted for this account"),
            402 => (
                ErrorKind::PaymentRequired,
                "the account's subscription has ended, or its tariff lacks the function",
            ),
            403 if problem.is_none() => (
                ErrorKind::Blocked,
                "the account or this machine's IP address is blocked, probably for too many requests: write to amoCRM's support with both",
            ),
            403 => (
                ErrorKind::Forbidden,
                "the user who granted the token, or the integration's scopes, do not allow it",
            ),
            404 => (ErrorKind::NotFound, ""),
            429 => (
                ErrorKind::RateLimited,
                "too many requests, by this program or another with the same integration",
            ),
            500..=599 => (ErrorKind::Server, ""),
            _ => (ErrorKind::Status, ""),
        };
        let mut error = Self::new(kind, operation, advice);
        // Only a success or a refusal says for certain what became of a write.
        error.0.outcome_unknown = kind == ErrorKind::Server;
        error.0.problem = problem;
        error.0.body = body;
        error
    }

    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The operation, such as `contacts.create`.
    pub fn operation(&self) -> &str {
        &self.0.operation
    }

    /// The HTTP status, if there was an answer.
    pub fn status(&self) -> Option<u16> {
        self.0.report.status.map(|status| status.as_u16())
    }

    /// The server's id of the request: amoCRM's support asks for it.
    pub fn request_id(&self) -> Option<&str> {
        self.0.report.request_id()
    }

    /// How many requests were sent for it, or tried to be.
    pub fn attempts(&self) -> u32 {
        self.0.report.attempts
    }

    /// How long it waited for the rate limit, all attempts together.
    pub fn waited(&self) -> Duration {
        self.0.report.waited
    }

    /// Where a walk failed: [`Entities::resume`](crate::Entities::resume) goes on from there.
    pub fn cursor(&self) -> Option<&Cursor> {
        self.0.cursor.as_ref()
    }

    /// What the server said, if it said it in JSON.
    pub fn problem(&self) -> Option<&Problem> {
        self.0.problem.as_ref()
    }

    /// The body of a refusal as it came.
    pub(crate) fn body(&self) -> &Bytes {
        &self.0.body
    }

    /// Does the API itself say that there is no such entity? A gateway's page does not, nor does the
    /// legacy code for an account that is not on this server.
    pub(crate) fn says_not_there(&self) -> bool {
        let problem = self.problem();
        self.kind() == ErrorKind::NotFound
            && problem.is_some_and(|problem| problem.code != Some(ProblemCode::NO_SUCH_ACCOUNT))
    }

    /// What the server found wrong with which item.
    pub fn validation(&self) -> &[ItemErrors] {
        self.0.problem.as_ref().map_or(&[], |problem| problem.validation.as_slice())
    }

    /// The error of the authorisation, if it is one.
    pub fn auth(&self) -> Option<&amo_auth::Error> {
        let source = self.0.source.as_deref()?;
        let because = || source.downcast_ref::<Arc<Self>>()?.auth();
        let auth = source.downcast_ref().or_else(|| self.transport_error()?.auth_error());
        auth.or_else(because)
    }

    fn transport_error(&self) -> Option<&amo_transport::Error> {
        self.0.source.as_ref()?.downcast_ref()
    }

    /// Why the call was not sent, if it was not because its account is not active: only in clients of a
    /// [`Hub`](crate::Hub).
    pub fn account_status(&self) -> Option<AccountStatus> {
        let inactive: &Inactive = self.0.source.as_ref()?.downcast_ref()?;
        Some(inactive.status)
    }

    /// Must a user authorise the integration (again) before anything else can work?
    pub fn authorise_again(&self) -> bool {
        self.account_status() == Some(AccountStatus::Revoked)
            || self.auth().is_some_and(amo_auth::Error::authorise_again)
    }

    /// Were there too many requests?
    pub fn is_rate_limited(&self) -> bool {
        self.0.kind == ErrorKind::RateLimited
    }

    /// Is the account or this machine blocked? Going on makes it worse.
    pub fn is_blocked(&self) -> bool {
        self.0.kind == ErrorKind::Blocked
            || self.account_status() == Some(AccountStatus::Blocked)
            || self.auth().is_some_and(|error| error.kind() == amo_auth::ErrorKind::Blocked)
    }

    /// Did it take too long?
    pub fn is_timeout(&self) -> bool {
        self.transport_error().is_some_and(amo_transport::Error::is_timeout)
    }

    /// Was it more than the server, or an attempt, has time for? Less may work.
    pub(crate) fn is_too_much(&self) -> bool {
        let timed_out = self.transport_error().map(amo_transport::Error::kind)
            == Some(amo_transport::ErrorKind::AttemptTimeout);
        self.status() == Some(504) || timed_out
    }

    /// May the server have acted on the request, repeatable or not?
    pub(crate) fn maybe_done(&self) -> bool {
        self.0.outcome_unknown
    }

    /// May a write have been done without anybody knowing? Always false for operations that may be
    /// repeated without harm.
    pub fn outcome_unknown(&self) -> bool {
        self.0.repeat == Repeat::ActsOnce && self.0.outcome_unknown
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        f.write_str(&inner.operation)?;
        if let Some(status) = self.status() {
            write!(f, ": status {status}")?;
        }
        if let Some(problem) = &inner.problem {
            write!(f, ": {problem}")?;
        }
        if !inner.message.is_empty() {
            write!(f, ": {}", inner.message)?;
        }
        if let Some(source) = &inner.source {
            write!(f, ": {source}")?;
        }
        if self.outcome_unknown() {
            f.write_str(" (it is not known whether it was done)")?;
        }
        if let Some(request_id) = self.request_id() {
            write!(f, " [request {request_id}]")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        f.debug_struct("Error")
            .field("kind", &inner.kind)
            .field("operation", &inner.operation)
            .field("status", &self.status())
            .field("message", &inner.message)
            .field("problem", &inner.problem)
            .field("request_id", &self.request_id())
            .field("attempts", &self.attempts())
            .field("outcome_unknown", &self.outcome_unknown())
            .field("source", &inner.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
