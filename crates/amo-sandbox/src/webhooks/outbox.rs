//! What waits to be posted, and when it is due: to each address one after the other, to different
//! addresses at the same time.

pub(crate) mod state;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, Weak};

use bytes::Bytes;
use http::Method;
use tokio::sync::watch;

use super::handle::WebhookDelivery;
use super::post::Sink;
use crate::automation::Post;
use crate::locked;
use crate::sandbox::Inner;

/// Seconds between one try and the next, and whether the next one is only for answers that blame
/// the receiver's server: 499 and 500 to 599.
const RETRIES: [(i64, bool); 4] = [(300, false), (900, false), (900, true), (3600, true)];
/// More bad answers than these within [`BAD_WINDOW`] switch a subscription off.
const MOST_BAD: usize = 100;
const BAD_WINDOW: i64 = 2 * 3600;
/// So many deliveries are remembered.
const MOST_LOGGED: usize = 10_000;

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// To whom something is posted: what has the same receiver is posted in order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Receiver {
    Subscription(i64),
    /// The address of what is sent once, whatever the answer.
    Once(String),
}

/// Something to be posted.
#[derive(Debug, Clone)]
pub(super) struct Job {
    /// In which order it was put here.
    number: u64,
    due: i64,
    attempt: u32,
    pub(super) method: Method,
    pub(super) address: String,
    pub(super) body: Bytes,
    /// What the body is; empty where there is none.
    pub(super) content_type: &'static str,
}

#[derive(Debug, Default)]
struct Lane {
    jobs: Vec<Job>,
    /// Somebody posts for it now.
    is_busy: bool,
    /// What is being posted.
    posting: Option<Job>,
    /// When the last bad answers came.
    bad: VecDeque<i64>,
}

impl Lane {
    fn next(&self, now: i64) -> Option<usize> {
        let due = self.jobs.iter().enumerate().filter(|(_, job)| job.due <= now);
        due.min_by_key(|(_, job)| (job.due, job.number)).map(|(index, _)| index)
    }
}

#[derive(Debug, Default)]
struct State {
    lanes: BTreeMap<Receiver, Lane>,
    count: u64,
    /// What has a lower number does not count any more.
    forgotten: u64,
    has_alarm: bool,
    log: VecDeque<WebhookDelivery>,
}

/// What waits to be posted.
#[derive(Debug)]
pub(crate) struct Outbox {
    pub(super) sink: Sink,
    pub(super) inner: Weak<Inner>,
    state: Mutex<State>,
    /// Says that something has changed here.
    stirred: watch::Sender<()>,
}

impl Outbox {
    pub(crate) fn new(sink: Sink, inner: Weak<Inner>) -> Self {
        Outbox { sink, inner, state: Mutex::default(), stirred: watch::Sender::new(()) }
    }

    pub(super) fn stirs(&self) -> watch::Receiver<()> {
        self.stirred.subscribe()
    }

    /// Posts a body to a subscribed address.
    pub(super) fn post(&self, id: i64, address: &str, body: String, now: i64) {
        self.put(Receiver::Subscription(id), Method::POST, address, (body.into(), FORM), now);
    }

    /// Calls an address once, whatever it answers.
    pub(crate) fn call_once(&self, address: &str, now: i64) {
        let receiver = Receiver::Once(address.to_owned());
        self.put(receiver, Method::GET, address, (Bytes::new(), ""), now);
    }

    /// Posts something once, whatever is answered.
    pub(crate) fn post_once(&self, post: Post, now: i64) {
        let content_type = if post.is_json { JSON } else { FORM };
        let receiver = Receiver::Once(post.address.clone());
        self.put(receiver, Method::POST, &post.address, (post.body.into(), content_type), now);
    }

    fn put(
        &self,
        receiver: Receiver,
        method: Method,
        address: &str,
        (body, content_type): (Bytes, &'static str),
        now: i64,
    ) {
        let mut state = locked(&self.state);
        let number = state.count;
        state.count += 1;
        let address = address.to_owned();
        let job = Job { number, due: now, attempt: 1, method, address, body, content_type };
        state.lanes.entry(receiver).or_default().jobs.push(job);
    }

    /// Drops what waits for a subscription and forgets its bad answers.
    pub(crate) fn forget(&self, id: i64) {
        locked(&self.state).lanes.remove(&Receiver::Subscription(id));
        self.stirred.send_replace(());
    }

    /// The receivers for which something is due and nobody posts; they are given to the caller.
    pub(super) fn begin(&self, now: i64) -> Vec<Receiver> {
        let mut begun = Vec::new();
        for (receiver, lane) in &mut locked(&self.state).lanes {
            if !lane.is_busy && lane.next(now).is_some() {
                lane.is_busy = true;
                begun.push(receiver.clone());
            }
        }
        begun
    }

    /// The next thing that is due; with nothing left the receiver is given back.
    pub(super) fn take(&self, receiver: &Receiver, now: i64) -> Option<Job> {
        let mut state = locked(&self.state);
        let lane = state.lanes.get_mut(receiver)?;
        if let Some(index) = lane.next(now) {
            let job = lane.jobs.remove(index);
            lane.posting = Some(job.clone());
            return Some(job);
        }
        drop(state);
        self.give_back(receiver, None);
        None
    }

    /// Gives a receiver back, with what could not be posted to the end.
    pub(super) fn give_back(&self, receiver: &Receiver, job: Option<Job>) {
        let mut state = locked(&self.state);
        let forgotten = state.forgotten;
        if let Some(lane) = state.lanes.get_mut(receiver) {
            lane.is_busy = false;
            lane.posting = None;
            lane.jobs.extend(job.filter(|job| job.number >= forgotten));
            let is_done = lane.jobs.is_empty() && lane.bad.is_empty();
            if is_done {
                state.lanes.remove(receiver);
            }
        }
        drop(state);
        self.stirred.send_replace(());
    }

    /// Notes an answer (`Err` says why there is none) and puts a retry where one is due later; true
    /// when there were too many bad ones.
    pub(super) fn answered(
        &self,
        receiver: &Receiver,
        job: Job,
        answer: Result<u16, String>,
        now: i64,
    ) -> bool {
        let code = answer.as_ref().copied().unwrap_or_default();
        let mut state = locked(&self.state);
        if let Some(lane) = state.lanes.get_mut(receiver) {
            lane.posting = None;
        }
        if job.number < state.forgotten {
            return false;
        }
        let webhook_id = match receiver {
            Receiver::Subscription(id) => Some(*id),
            Receiver::Once(_) => None,
        };
        state.log.push_back(WebhookDelivery {
            webhook_id,
            method: job.method.to_string(),
            destination: job.address.clone(),
            body: job.body.clone(),
            attempt: job.attempt,
            at: now,
            status: answer.as_ref().ok().copied(),
            error: answer.err(),
        });
        while state.log.len() > MOST_LOGGED {
            state.log.pop_front();
        }
        if (100..300).contains(&code) || webhook_id.is_none() {
            return false;
        }
        // Gone when it unsubscribed meanwhile.
        let Some(lane) = state.lanes.get_mut(receiver) else { return false };
        lane.bad.push_back(now);
        while lane.bad.front().is_some_and(|at| *at < now.saturating_sub(BAD_WINDOW)) {
            lane.bad.pop_front();
        }
        let blames_server = code == 499 || (500..600).contains(&code);
        let retry =
            RETRIES.get(job.attempt as usize - 1).filter(|(_, only)| !only || blames_server);
        if let Some((wait, _)) = retry {
            let due = now.saturating_add(*wait);
            lane.jobs.push(Job { due, attempt: job.attempt + 1, ..job });
        }
        lane.bad.len() > MOST_BAD
    }

    /// When the next thing is due that is not due yet.
    pub(super) fn next_due(&self, now: i64) -> Option<i64> {
        let state = locked(&self.state);
        let jobs = state.lanes.values().flat_map(|lane| &lane.jobs);
        jobs.map(|job| job.due).filter(|due| *due > now).min()
    }

    /// Whether nothing is due and nothing is being posted.
    pub(super) fn is_settled(&self, now: i64) -> bool {
        let state = locked(&self.state);
        !state.lanes.values().any(|lane| lane.is_busy || lane.next(now).is_some())
    }

    /// Takes the duty to wait for the next due time; false when somebody has it.
    pub(super) fn take_alarm(&self) -> bool {
        !std::mem::replace(&mut locked(&self.state).has_alarm, true)
    }

    pub(super) fn give_alarm_back(&self) {
        locked(&self.state).has_alarm = false;
    }

    pub(super) fn deliveries(&self) -> Vec<WebhookDelivery> {
        locked(&self.state).log.iter().cloned().collect()
    }

    pub(crate) fn clear_log(&self) {
        locked(&self.state).log.clear();
    }
}
