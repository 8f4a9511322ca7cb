//! Works the outbox off: one task per receiver while something is due, and one that waits for what
//! is due later.

use std::sync::Weak;
use std::time::Duration;

use http::HeaderValue;
use http::header::{CONTENT_TYPE, USER_AGENT};
use tokio::runtime::Handle;

use super::outbox::{Job, Receiver};
use super::post::{Answered, Outgoing, Sink, request};
use crate::clock;
use crate::sandbox::Inner;

/// Who does not answer in this time has not answered.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);
/// The same where an address is only called.
const CALL_WITHIN: Duration = Duration::from_secs(3);

/// Posts what is due, without waiting for it. Outside of a tokio runtime nothing happens; it is
/// done with the next change inside of one.
pub(crate) fn start(inner: &Inner) {
    let Ok(runtime) = Handle::try_current() else { return };
    let now = inner.calendar.now();
    for receiver in inner.outbox.begin(now) {
        let turn = Turn { inner: inner.outbox.inner.clone(), receiver, is_mine: true, job: None };
        drop(runtime.spawn(turn.work()));
    }
    if inner.outbox.next_due(now).is_some() && inner.outbox.take_alarm() {
        drop(runtime.spawn(Alarm { inner: inner.outbox.inner.clone() }.ring()));
    }
}

/// The right to post to a receiver. It is given back when it is dropped, even in the middle of a
/// post by a runtime that ends.
struct Turn {
    inner: Weak<Inner>,
    receiver: Receiver,
    is_mine: bool,
    job: Option<Job>,
}

impl Drop for Turn {
    fn drop(&mut self) {
        if self.is_mine
            && let Some(inner) = self.inner.upgrade()
        {
            inner.outbox.give_back(&self.receiver, self.job.take());
        }
    }
}

impl Turn {
    /// The box is held only between posts: dropping it ends the work.
    async fn work(mut self) {
        while let Some((request, sink, limit)) = self.next() {
            let answer = deliver(request, &sink, limit).await;
            self.answered(answer);
        }
    }

    fn next(&mut self) -> Option<(Option<Outgoing>, Sink, Duration)> {
        let inner = self.inner.upgrade()?;
        // What waits for an address that unsubscribed or is switched off is not sent any more: a
        // guess.
        if let Receiver::Subscription(id) = self.receiver
            && !inner.account.read().webhooks.is_listening(id)
        {
            self.is_mine = false;
            inner.outbox.forget(id);
            return None;
        }
        let Some(job) = inner.outbox.take(&self.receiver, inner.calendar.now()) else {
            self.is_mine = false;
            return None;
        };
        let limit = if job.method == http::Method::POST { ANSWER_WITHIN } else { CALL_WITHIN };
        let mut request = request(job.method.clone(), &job.address, job.body.clone());
        if let Some(request) = request.as_mut().filter(|_| !job.content_type.is_empty()) {
            let content_type = HeaderValue::from_static(job.content_type);
            request.headers_mut().insert(CONTENT_TYPE, content_type);
        }
        self.job = Some(job);
        Some((request, inner.outbox.sink.clone(), limit))
    }

    fn answered(&mut self, answer: Answered) {
        let (Some(inner), Some(job)) = (self.inner.upgrade(), self.job.take()) else { return };
        let now = inner.calendar.now();
        let is_too_bad = inner.outbox.answered(&self.receiver, job, answer, now);
        if let Receiver::Subscription(id) = self.receiver
            && is_too_bad
        {
            inner.account.write().webhooks.set_disabled(id, true, now);
        }
        start(&inner);
    }
}

async fn deliver(request: Option<Outgoing>, sink: &Sink, limit: Duration) -> Answered {
    let Some(mut request) = request else { return Err("this is no address".to_owned()) };
    // The names are those that other people have seen.
    let agent = if request.method() == http::Method::POST {
        "amoCRM-Webhooks/3.0"
    } else {
        "amoService-oAuth-Code-Sender/1.0"
    };
    request.headers_mut().insert(USER_AGENT, HeaderValue::from_static(agent));
    let answer = clock::within(limit, sink.send(request)).await;
    answer.unwrap_or_else(|| Err(format!("no answer within {} s", limit.as_secs())))
}

/// The duty to wait until something is due; given back when it is dropped.
struct Alarm {
    inner: Weak<Inner>,
}

impl Drop for Alarm {
    fn drop(&mut self) {
        if let Some(inner) = self.inner.upgrade() {
            inner.outbox.give_alarm_back();
        }
    }
}

impl Alarm {
    /// A calendar that stands still is waited for until it is moved.
    async fn ring(self) {
        let Some(mut calendar) = self.inner.upgrade().map(|inner| inner.calendar.moves()) else {
            return;
        };
        loop {
            calendar.borrow_and_update();
            let wait = {
                let Some(inner) = self.inner.upgrade() else { return };
                start(&inner);
                let now = inner.calendar.now();
                let Some(due) = inner.outbox.next_due(now) else { return };
                let seconds = due.saturating_sub(now).unsigned_abs();
                (!inner.calendar.is_manual()).then(|| Duration::from_secs(seconds))
            };
            let moved = match wait {
                Some(wait) => clock::within(wait, calendar.changed()).await,
                None => Some(calendar.changed().await),
            };
            // The box, and its calendar with it, is gone.
            if moved.is_some_and(|moved| moved.is_err()) {
                return;
            }
        }
    }
}
