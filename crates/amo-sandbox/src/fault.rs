//! Faults that a test switches on: refusals, lost connections and lost answers.

use std::sync::Mutex;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};

use crate::locked;
use crate::reply::Reply;

/// Something that goes wrong with requests that match it.
///
/// It matches every request unless [`method`](Fault::method), [`path`](Fault::path) or
/// [`path_prefix`](Fault::path_prefix) say otherwise, and it strikes once unless
/// [`times`](Fault::times) says otherwise. Switched on by [`Faults::add`].
///
/// ```
/// use amo_sandbox::{Fault, Sandbox};
///
/// let sandbox = Sandbox::new();
/// // The lead is created, and then the answer gets lost.
/// sandbox.faults().add(Fault::cut().method("POST").path("/api/v4/leads").after_work());
/// assert_eq!(sandbox.faults().pending(), 1);
/// ```
#[derive(Debug, Clone)]
#[must_use = "a fault does nothing until it is given to Faults::add"]
pub struct Fault {
    effect: Effect,
    method: Option<String>,
    path: Option<String>,
    prefix: Option<String>,
    times: usize,
    skip: usize,
    after_work: bool,
    delay: Duration,
}

#[derive(Debug, Clone)]
enum Effect {
    Cut,
    Slow,
    Answer { status: u16, headers: Vec<(String, String)>, body: Option<String> },
}

impl Fault {
    fn new(effect: Effect) -> Self {
        Fault {
            effect,
            method: None,
            path: None,
            prefix: None,
            times: 1,
            skip: 0,
            after_work: false,
            delay: Duration::ZERO,
        }
    }

    /// An answer with this status and the body that the real service gives with it. A number that
    /// is no HTTP status becomes 500.
    pub fn status(status: u16) -> Self {
        Fault::new(Effect::Answer { status, headers: Vec::new(), body: None })
    }

    /// The connection is closed without an answer.
    pub fn cut() -> Self {
        Fault::new(Effect::Cut)
    }

    /// The true answer, late.
    pub fn slow(delay: Duration) -> Self {
        Fault::new(Effect::Slow).delay(delay)
    }

    /// Only requests with this method.
    pub fn method(mut self, method: &str) -> Self {
        self.method = Some(method.to_ascii_uppercase());
        self
    }

    /// Only requests with exactly this path.
    pub fn path(mut self, path: &str) -> Self {
        self.path = Some(path.to_owned());
        self
    }

    /// Only requests whose path begins with this.
    pub fn path_prefix(mut self, prefix: &str) -> Self {
        self.prefix = Some(prefix.to_owned());
        self
    }

    /// How many requests it strikes; 1 unless said.
    pub fn times(mut self, times: usize) -> Self {
        self.times = times;
        self
    }

    /// How many matching requests it lets pass first; none unless said.
    pub fn skip(mut self, skip: usize) -> Self {
        self.skip = skip;
        self
    }

    /// The work is done, and only then the answer is replaced or lost. Otherwise nothing is done.
    pub fn after_work(mut self) -> Self {
        self.after_work = true;
        self
    }

    /// A header of the answer; without effect on [`cut`](Fault::cut) and [`slow`](Fault::slow). A
    /// name or value that HTTP does not allow is left out.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let Effect::Answer { headers, .. } = &mut self.effect {
            headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// The body of the answer instead of the usual one; without effect on [`cut`](Fault::cut) and
    /// [`slow`](Fault::slow).
    pub fn body(mut self, text: &str) -> Self {
        if let Effect::Answer { body, .. } = &mut self.effect {
            *body = Some(text.to_owned());
        }
        self
    }

    /// How long it waits before it strikes.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    fn matches(&self, method: &str, path: &str) -> bool {
        self.method.as_deref().is_none_or(|wanted| wanted == method)
            && self.path.as_deref().is_none_or(|wanted| wanted == path)
            && self.prefix.as_deref().is_none_or(|wanted| path.starts_with(wanted))
    }

    pub(crate) fn wait(&self) -> Duration {
        self.delay
    }

    /// Whether the request is worked on all the same.
    pub(crate) fn works(&self) -> bool {
        self.after_work || matches!(self.effect, Effect::Slow)
    }

    /// What the client gets in place of the true answer (`worked` is there when
    /// [`works`](Fault::works)): `None` is a cut connection.
    pub(crate) fn strike(self, worked: Option<Reply>) -> Option<Reply> {
        match self.effect {
            Effect::Cut => None,
            Effect::Slow => worked,
            Effect::Answer { status, headers, body } => {
                let status =
                    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                let mut reply = Reply::usual(status);
                if let Some(body) = body {
                    reply.body = Bytes::from(body);
                }
                for (name, value) in headers {
                    if let (Ok(name), Ok(value)) =
                        (HeaderName::try_from(name), HeaderValue::try_from(value))
                    {
                        reply = reply.with_header(name, value);
                    }
                }
                Some(reply)
            }
        }
    }
}

/// The faults that are switched on; the first one that matches a request strikes.
#[derive(Debug, Default)]
pub struct Faults {
    armed: Mutex<Vec<Fault>>,
}

impl Faults {
    /// Switches a fault on.
    pub fn add(&self, fault: Fault) {
        if fault.times > 0 {
            locked(&self.armed).push(fault);
        }
    }

    /// Switches all of them off.
    pub fn clear(&self) {
        locked(&self.armed).clear();
    }

    /// How many have not yet struck as often as they should.
    pub fn pending(&self) -> usize {
        locked(&self.armed).len()
    }

    /// The fault that strikes this request, if any.
    pub(crate) fn take(&self, method: &str, path: &str) -> Option<Fault> {
        let mut armed = locked(&self.armed);
        for index in 0..armed.len() {
            let fault = armed.get_mut(index)?;
            if !fault.matches(method, path) {
                continue;
            }
            if fault.skip > 0 {
                fault.skip -= 1;
                continue;
            }
            fault.times -= 1;
            if fault.times == 0 {
                return Some(armed.remove(index));
            }
            return Some(fault.clone());
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_skips_then_strikes_as_often_as_it_was_told() {
        let faults = Faults::default();
        faults.add(Fault::status(503).method("post").path_prefix("/api").skip(1).times(2));
        assert!(faults.take("GET", "/api/v4/leads").is_none(), "another method");
        assert!(faults.take("POST", "/oauth").is_none(), "another path");
        assert!(faults.take("POST", "/api/v4/leads").is_none(), "skipped");
        assert!(faults.take("POST", "/api/v4/leads").is_some());
        assert_eq!(faults.pending(), 1);
        assert!(faults.take("POST", "/api/v4/leads").is_some());
        assert_eq!(faults.pending(), 0);
        assert!(faults.take("POST", "/api/v4/leads").is_none());
    }
}
