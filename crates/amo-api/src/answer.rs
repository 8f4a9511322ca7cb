//! The answer of a call: before it is decoded, and what came with it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use amo_core::{DecodeError, Operation, Problem};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::{Error, ErrorKind};

/// A successful answer.
#[derive(Clone, Debug)]
pub struct Answer {
    pub(crate) operation: Arc<Operation>,
    pub(crate) report: Report,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn status(&self) -> Option<StatusCode> {
        self.report.status
    }

    /// Decodes the body; the error names the operation and the place in the JSON.
    pub(crate) fn decode<T>(
        &self,
        decode: impl FnOnce(&[u8]) -> Result<T, DecodeError>,
    ) -> Result<T, Error> {
        decode(&self.body).map_err(|error| self.unreadable(format!("cannot be read: {error}")))
    }

    /// The body did not arrive as a whole.
    pub(crate) fn failed(&self, error: amo_transport::Error) -> Error {
        Error::transport(&self.operation, error).with_report(self.report.clone())
    }

    /// The answer says within a success that nothing was done.
    pub(crate) fn rejected(&self, problem: Problem) -> Error {
        Error::rejected(&self.operation, problem).with_report(self.report.clone())
    }

    /// The answer is not what was promised. It was a success: what was to be done is done, though nobody
    /// can read what.
    pub(crate) fn unreadable(&self, what: impl fmt::Display) -> Error {
        Error::new(ErrorKind::Decode, &self.operation, format!("the answer {what}"))
            .with_report(self.report.clone())
            .perhaps_done()
    }
}

/// How a call went.
#[derive(Clone, Debug, Default)]
pub(crate) struct Report {
    pub(crate) status: Option<StatusCode>,
    pub(crate) headers: HeaderMap,
    pub(crate) attempts: u32,
    pub(crate) waited: Duration,
}

impl Report {
    pub(crate) fn request_id(&self) -> Option<&str> {
        self.headers.get("x-request-id")?.to_str().ok()
    }
}

/// What a call gave, and how it went.
#[derive(Clone)]
pub struct Answered<T> {
    value: T,
    report: Report,
    body: Bytes,
}

impl<T> Answered<T> {
    pub(crate) fn new(value: T, answer: Answer) -> Self {
        Self { value, report: answer.report, body: answer.body }
    }

    /// Nothing was sent.
    pub(crate) fn without_request(value: T) -> Self {
        Self { value, report: Report::default(), body: Bytes::new() }
    }

    /// The server's refusal is an answer too, such as 404 to a search.
    pub(crate) fn of_failure(value: T, report: Report) -> Self {
        Self { value, report, body: Bytes::new() }
    }

    /// What the call gave.
    pub fn value(&self) -> &T {
        &self.value
    }

    /// What the call gave, without the rest.
    pub fn into_value(self) -> T {
        self.value
    }

    /// The HTTP status; `None` if nothing had to be sent.
    pub fn status(&self) -> Option<StatusCode> {
        self.report.status
    }

    /// The headers of the answer.
    pub fn headers(&self) -> &HeaderMap {
        &self.report.headers
    }

    /// The server's id of the request: amoCRM's support asks for it.
    pub fn request_id(&self) -> Option<&str> {
        self.report.request_id()
    }

    /// How many requests were sent for it, or tried to be.
    pub fn attempts(&self) -> u32 {
        self.report.attempts
    }

    /// How long it waited for the rate limit, all attempts together.
    pub fn waited(&self) -> Duration {
        self.report.waited
    }

    /// The body of a success as it came; empty for 204.
    pub fn body(&self) -> &Bytes {
        &self.body
    }
}

impl<T: fmt::Debug> fmt::Debug for Answered<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answered")
            .field("value", &self.value)
            .field("status", &self.report.status)
            .field("request_id", &self.request_id())
            .field("attempts", &self.report.attempts)
            .field("waited", &self.report.waited)
            .field("bytes", &self.body.len())
            .finish()
    }
}
