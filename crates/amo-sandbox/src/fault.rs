//! Faults that a test switches on: refusals, lost connections, lost and broken answers.

use std::sync::Mutex;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};

use crate::locked;
use crate::reply::Reply;
use crate::rule::{Rule, about_requests};

/// Something that goes wrong with requests that match it.
///
/// It matches every request unless [`method`](Fault::method), [`path`](Fault::path) or
/// [`path_prefix`](Fault::path_prefix) say otherwise, and it strikes once unless
/// [`times`](Fault::times) or [`always`](Fault::always) say otherwise. Switched on by
/// [`Faults::add`].
///
/// ```
/// use amo_sandbox::{Fault, Sandbox};
///
/// let sandbox = Sandbox::new();
/// // The lead is created, and then the answer gets lost.
/// sandbox.faults().add(Fault::cut().method("POST").path("/api/v4/leads").after_work());
/// assert_eq!(sandbox.faults().pending(), 1);
/// // From now on every tenth request or so fails: the same ones in every run.
/// sandbox.faults().add(Fault::status(502).always().probability(0.1, 42));
/// ```
#[derive(Debug, Clone)]
#[must_use = "a fault does nothing until it is given to Faults::add"]
pub struct Fault {
    pub(crate) effect: Effect,
    pub(crate) rule: Rule,
    pub(crate) after_work: bool,
    pub(crate) delay: Duration,
}

#[derive(Debug, Clone)]
pub(crate) enum Effect {
    Cut,
    CutShort,
    Slow,
    Answer { status: u16, headers: Vec<(String, String)>, body: Option<String> },
}

impl Fault {
    fn new(effect: Effect) -> Self {
        Fault { effect, rule: Rule::default(), after_work: false, delay: Duration::ZERO }
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

    /// The work is done and the answer begins, but the connection is closed in the middle of its
    /// body, of which `Content-Length` had promised the whole. An answer without a body comes
    /// whole.
    pub fn cut_short() -> Self {
        Fault::new(Effect::CutShort)
    }

    /// The true answer, late.
    pub fn slow(delay: Duration) -> Self {
        Fault::new(Effect::Slow).delay(delay)
    }

    about_requests!();

    /// The work is done, and only then the answer is replaced or lost. Otherwise nothing is done.
    pub fn after_work(mut self) -> Self {
        self.after_work = true;
        self
    }

    /// A header of the answer; for [`status`](Fault::status) only. A name or value that
    /// HTTP does not allow is left out.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let Effect::Answer { headers, .. } = &mut self.effect {
            headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// The body of the answer instead of the usual one; for [`status`](Fault::status) only.
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

    /// Whether the request is worked on all the same.
    pub(crate) fn works(&self) -> bool {
        self.after_work || matches!(self.effect, Effect::Slow | Effect::CutShort)
    }

    /// Whether the body of the answer ends too early.
    pub(crate) fn cuts_short(&self) -> bool {
        matches!(self.effect, Effect::CutShort)
    }

    /// What the client gets in place of the true answer (`worked` is there when
    /// [`works`](Fault::works)): `None` is a cut connection.
    pub(crate) fn strike(self, worked: Option<Reply>) -> Option<Reply> {
        match self.effect {
            Effect::Cut => None,
            Effect::Slow | Effect::CutShort => worked,
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
        if !fault.rule.is_over() {
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
        let index = armed.iter_mut().position(|fault| fault.rule.takes(method, path))?;
        let is_over = armed.get(index)?.rule.is_over();
        if is_over { Some(armed.remove(index)) } else { armed.get(index).cloned() }
    }

    /// Those that have not yet struck as often as they should.
    pub(crate) fn armed(&self) -> Vec<Fault> {
        locked(&self.armed).clone()
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
