//! The last calls of a client, redacted: for a mail to the support.

mod redact;

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use amo_auth::Clock;
use amo_core::{Operation, Timestamp};
use amo_transport::Call;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use serde::Serialize;

use self::redact::{Shown, body, path_and_query};
use crate::ErrorKind;
use crate::client::ACTING_USER;

/// How long a request's id may be.
const LONGEST_ID: usize = 100;

/// How many of the last calls are kept, and how much of them is shown.
///
/// Of paths, queries and bodies only what is on a list is kept: ids, dates, types, yes and no, the words of
/// an error. All other texts and numbers are left out: names, phones, prices, comments.
/// [`show`](Self::show) adds to the list. Headers are not kept, but for the server's id of the request.
#[derive(Clone, Debug)]
pub struct KeepExchanges {
    count: usize,
    body: usize,
    shown: Shown,
}

impl KeepExchanges {
    /// The last `count` calls.
    pub fn last(count: usize) -> Self {
        Self { count, body: 2048, shown: Shown::default() }
    }

    /// How many bytes of each body are kept, after redaction: 2048 unless said; 0 for none. So the memory
    /// is bounded: a call takes at most twice that, and about 2 KiB more.
    #[must_use]
    pub fn body(mut self, bytes: usize) -> Self {
        self.body = bytes;
        self
    }

    /// Shows the values of this member of bodies, or parameter of queries, too: `"name"`, or `"value"` for
    /// the values of custom fields, phones and e-mails among them. What holds a secret by its name, such as
    /// `refresh_token`, is never shown.
    #[must_use]
    pub fn show(mut self, member: impl Into<String>) -> Self {
        self.shown.add(member.into());
        self
    }
}

impl From<usize> for KeepExchanges {
    fn from(count: usize) -> Self {
        Self::last(count)
    }
}

/// A call that was kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct KeptExchange {
    /// When it began, by the client's clock.
    pub at: Timestamp,
    /// The operation, such as `leads.create`.
    pub operation: String,
    /// The HTTP method.
    pub method: String,
    /// The path as a template: `/api/v4/leads/{id}`.
    pub template: String,
    /// The path and the query, redacted.
    pub path: String,
    /// Was it sent in the name of another user?
    pub as_user: bool,
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// Why there was none; also that the caller gave it up.
    pub failure: Option<String>,
    /// The server's id of the request.
    pub request_id: Option<String>,
    /// How long it took, with waits and repetitions, in milliseconds.
    pub millis: u64,
    /// How long of that it waited for the rate limit, in milliseconds.
    pub waited_millis: u64,
    /// How many requests were sent for it, or tried to be.
    pub attempts: u32,
    /// How many bytes were sent as body.
    pub sent_bytes: usize,
    /// How many bytes came as body, unpacked.
    pub received_bytes: usize,
    /// What was sent, redacted; empty if there was no body.
    pub sent: String,
    /// What came, redacted; empty if there was no body.
    pub received: String,
}

impl fmt::Display for KeptExchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, operation, method, template, path, .. } = self;
        write!(f, "{at} {method} {path} ({operation}, {template})")?;
        match (self.status, &self.failure) {
            (Some(status), _) => write!(f, ": status {status}")?,
            (None, Some(failure)) => write!(f, ": no answer ({failure})")?,
            (None, None) => f.write_str(": no answer")?,
        }
        write!(f, " in {} ms", self.millis)?;
        if self.waited_millis > 0 {
            write!(f, ", {} ms of them for the limit", self.waited_millis)?;
        }
        write!(f, ", attempts: {}", self.attempts)?;
        if self.as_user {
            f.write_str(", as another user")?;
        }
        if let Some(request_id) = &self.request_id {
            write!(f, " [request {request_id}]")?;
        }
        for (what, bytes, text) in [
            ("sent", self.sent_bytes, &self.sent),
            ("received", self.received_bytes, &self.received),
        ] {
            if bytes > 0 {
                write!(f, "\n  {what} {bytes} bytes: {text}")?;
            }
        }
        Ok(())
    }
}

/// The last calls, the oldest first. `Display` and `Serialize` write them for others to read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Exchanges(Vec<KeptExchange>);

impl Exchanges {
    /// One after the other, the oldest first.
    pub fn iter(&self) -> std::slice::Iter<'_, KeptExchange> {
        self.0.iter()
    }

    /// The last call.
    pub fn last(&self) -> Option<&KeptExchange> {
        self.0.last()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> IntoIterator for &'a Exchanges {
    type Item = &'a KeptExchange;
    type IntoIter = std::slice::Iter<'a, KeptExchange>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Exchanges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for exchange in self {
            writeln!(f, "{exchange}")?;
        }
        Ok(())
    }
}

/// Where the calls of one account are kept.
#[derive(Debug)]
pub(crate) struct Kept {
    keep: Arc<KeepExchanges>,
    last: Mutex<VecDeque<KeptExchange>>,
}

impl Kept {
    pub(crate) fn new(keep: Arc<KeepExchanges>) -> Self {
        Self { keep, last: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<KeptExchange>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn all(&self) -> Exchanges {
        Exchanges(self.lock().iter().cloned().collect())
    }

    /// A call begins. It is kept when what this gives is dropped.
    pub(crate) fn begin(
        self: &Arc<Self>,
        operation: &Operation,
        request: &http::Request<Bytes>,
        clock: Arc<dyn Clock>,
        call: Arc<Call>,
    ) -> Recording {
        let KeepExchanges { body: most, shown, .. } = &*self.keep;
        let exchange = KeptExchange {
            at: clock.now(),
            operation: operation.to_string(),
            method: request.method().to_string(),
            template: path_and_query(&operation.path, "", shown),
            path: request
                .uri()
                .path_and_query()
                .map(|path| path_and_query(path.as_str(), &operation.path, shown))
                .unwrap_or_default(),
            as_user: request.headers().contains_key(ACTING_USER),
            status: None,
            failure: Some("given up by the caller".to_owned()),
            request_id: None,
            millis: 0,
            waited_millis: 0,
            attempts: 0,
            sent_bytes: request.body().len(),
            received_bytes: 0,
            sent: body(request.body(), *most, shown),
            received: String::new(),
        };
        let began = clock.monotonic();
        Recording { kept: Arc::clone(self), clock, call, began, exchange: Some(exchange) }
    }
}

/// A call that is under way.
pub(crate) struct Recording {
    kept: Arc<Kept>,
    clock: Arc<dyn Clock>,
    call: Arc<Call>,
    began: Duration,
    /// Until it is kept.
    exchange: Option<KeptExchange>,
}

impl Recording {
    /// There is an answer, whose body may still be on its way.
    pub(crate) fn answered(&mut self, status: StatusCode, headers: &HeaderMap) {
        let Some(exchange) = &mut self.exchange else { return };
        exchange.failure = None;
        exchange.status = Some(status.as_u16());
        let id = headers.get("x-request-id").and_then(|id| id.to_str().ok());
        exchange.request_id = id.map(|id| id.chars().take(LONGEST_ID).collect());
    }

    /// The whole body is there.
    pub(crate) fn received(&mut self, headers: &HeaderMap, bytes: &Bytes) {
        let Some(exchange) = &mut self.exchange else { return };
        let KeepExchanges { body: most, shown, .. } = &*self.kept.keep;
        exchange.received_bytes = bytes.len();
        let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        exchange.received = if kind.is_some_and(|kind| kind.contains("html")) {
            redact::html(bytes)
        } else {
            body(bytes, *most, shown)
        };
    }

    pub(crate) fn failed(&mut self, kind: ErrorKind) {
        if let Some(exchange) = &mut self.exchange {
            // Not its words: they may be those of a connector of the caller's, with who knows what in them.
            exchange.failure = Some(format!("{kind:?}"));
        }
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        let Some(mut exchange) = self.exchange.take() else { return };
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        exchange.millis = millis(self.clock.monotonic().saturating_sub(self.began));
        exchange.waited_millis = millis(self.call.waited());
        exchange.attempts = self.call.attempts();
        let mut last = self.kept.lock();
        last.push_back(exchange);
        while last.len() > self.kept.keep.count {
            last.pop_front();
        }
    }
}
