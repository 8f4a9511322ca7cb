//! The log of the requests that arrived, for tests to read.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Mutex;
use std::time::Duration;

use bytes::Bytes;

use crate::locked;

/// The log keeps at most this many requests …
const MOST_ENTRIES: usize = 100_000;
/// … and this many bytes of bodies: a box that runs for weeks must not grow without end.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// A request that arrived.
#[derive(Clone)]
#[non_exhaustive]
pub struct LoggedRequest {
    /// When its head arrived: monotonic time since the box was made.
    pub at: Duration,
    /// Its method, such as `GET`.
    pub method: String,
    /// Its path, such as `/api/v4/leads`.
    pub path: String,
    /// Its query string as sent, without the question mark; empty when there was none.
    pub query: String,
    /// The host that it was sent to: of its URI or of its `Host` header.
    pub host: Option<String>,
    /// What it was answered with; 0 when the connection was cut or is not answered yet.
    pub status: u16,
    /// Its body.
    pub body: Bytes,
    /// The user with whose rights it ran; `None` when its token was missing or not valid.
    pub authorized_as: Option<i64>,
    /// Whether a fault answered it.
    pub fault: bool,
}

impl LoggedRequest {
    /// Everything that is about who is calling has client secrets, codes, refresh tokens or API
    /// keys in its body or its query.
    pub(crate) fn has_secrets(&self) -> bool {
        // The official client sends `//oauth2/exchange_api_key`.
        let path = self.path.trim_start_matches('/');
        path.starts_with("oauth") || path.starts_with("private") || self.query.contains("USER_HASH")
    }
}

impl fmt::Debug for LoggedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("LoggedRequest");
        out.field("at", &self.at)
            .field("method", &self.method)
            .field("path", &self.path)
            .field("host", &self.host)
            .field("status", &self.status)
            .field("authorized_as", &self.authorized_as)
            .field("fault", &self.fault);
        if self.has_secrets() {
            let hidden = self.query.len() + self.body.len();
            out.field("query and body", &format_args!("<{hidden} bytes>"));
        } else {
            out.field("query", &self.query).field("body", &String::from_utf8_lossy(&self.body));
        }
        out.finish()
    }
}

/// Every request that arrived, in order, also those that were refused or cut.
///
/// The oldest are forgotten beyond 100 000 requests or 64 MiB of bodies.
#[derive(Debug, Default)]
pub struct RequestLog {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    entries: VecDeque<LoggedRequest>,
    /// The number of the first entry that is kept.
    first: u64,
    bytes: usize,
}

impl Kept {
    fn forget_oldest(&mut self) {
        while self.entries.len() > MOST_ENTRIES || self.bytes > MOST_BYTES {
            let Some(oldest) = self.entries.pop_front() else { return };
            self.first += 1;
            self.bytes -= oldest.body.len();
        }
    }

    fn entry(&mut self, number: u64) -> Option<&mut LoggedRequest> {
        self.entries.get_mut(usize::try_from(number.checked_sub(self.first)?).ok()?)
    }
}

impl RequestLog {
    /// Notes an arrival and gives its number.
    pub(crate) fn arrived(&self, request: LoggedRequest) -> u64 {
        let mut kept = locked(&self.kept);
        kept.bytes += request.body.len();
        kept.entries.push_back(request);
        kept.forget_oldest();
        kept.first + kept.entries.len() as u64 - 1
    }

    pub(crate) fn has_body(&self, number: u64, body: Bytes) {
        let mut kept = locked(&self.kept);
        if let Some(entry) = kept.entry(number) {
            let length = body.len();
            entry.body = body;
            kept.bytes += length;
            kept.forget_oldest();
        }
    }

    pub(crate) fn answered(&self, number: u64, change: impl FnOnce(&mut LoggedRequest)) {
        if let Some(entry) = locked(&self.kept).entry(number) {
            change(entry);
        }
    }

    /// The requests, oldest first.
    pub fn entries(&self) -> Vec<LoggedRequest> {
        locked(&self.kept).entries.iter().cloned().collect()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        locked(&self.kept).entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forgets all of them.
    pub fn clear(&self) {
        let mut kept = locked(&self.kept);
        kept.first += kept.entries.len() as u64;
        kept.entries.clear();
        kept.bytes = 0;
    }

    /// How many had this method and exactly this path.
    pub fn count(&self, method: &str, path: &str) -> usize {
        locked(&self.kept)
            .entries
            .iter()
            .filter(|entry| entry.method == method && entry.path == path)
            .count()
    }

    /// The most requests in any window `[t, t + 1 s)`.
    pub fn peak_per_second(&self) -> usize {
        let kept = locked(&self.kept);
        let mut window = VecDeque::new();
        let mut peak = 0;
        for entry in &kept.entries {
            while window
                .front()
                .is_some_and(|first| entry.at.saturating_sub(*first) >= Duration::from_secs(1))
            {
                window.pop_front();
            }
            window.push_back(entry.at);
            peak = peak.max(window.len());
        }
        peak
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(millis: u64, path: &str, body: &'static str) -> LoggedRequest {
        LoggedRequest {
            at: Duration::from_millis(millis),
            method: "POST".to_owned(),
            path: path.to_owned(),
            query: String::new(),
            host: None,
            status: 0,
            body: Bytes::from_static(body.as_bytes()),
            authorized_as: None,
            fault: false,
        }
    }

    #[test]
    fn the_peak_is_taken_over_half_open_windows() {
        let log = RequestLog::default();
        for at in [0, 500, 1000, 1400, 1499] {
            log.arrived(request(at, "/", ""));
        }
        // 500, 1000, 1400 and 1499; the one at 0 is a whole second before 1000.
        assert_eq!(log.peak_per_second(), 4);
    }

    #[test]
    fn an_answer_finds_its_request_after_others_were_cleared() {
        let log = RequestLog::default();
        let first = log.arrived(request(0, "/a", ""));
        log.clear();
        let second = log.arrived(request(1, "/b", ""));
        log.answered(first, |entry| entry.status = 500);
        log.answered(second, |entry| entry.status = 200);
        assert_eq!(log.len(), 1);
        assert_eq!(log.entries()[0].status, 200);
        assert_eq!(log.count("POST", "/b"), 1);
    }

    #[test]
    fn bodies_with_secrets_are_not_printed() {
        for path in ["/oauth2/access_token", "//oauth2/exchange_api_key", "/private/api/auth.php"] {
            let printed = format!("{:?}", request(0, path, "client_secret=abc"));
            assert!(!printed.contains("abc"), "{printed}");
        }
        assert!(format!("{:?}", request(0, "/api/v4/leads", "hello")).contains("hello"));
    }
}
