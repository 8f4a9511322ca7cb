//! What waits to be posted, in a state. What is being posted at that moment waits too: it is posted
//! again by the box that the state is loaded into.

use std::collections::BTreeMap;

use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{FORM, JSON, Job, Lane, Outbox, Receiver};
use crate::account::Account;
use crate::flaws::Flaws;
use crate::locked;
use crate::state::item;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    /// None for what is called once.
    webhook_id: Option<i64>,
    method: String,
    destination: String,
    #[serde(default)]
    body: String,
    /// Whether the body is JSON and no form.
    #[serde(default)]
    is_json: bool,
    due_at: i64,
    #[serde(default = "first")]
    attempt: u32,
}

fn first() -> u32 {
    1
}

/// What is to wait.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    jobs: Vec<(Receiver, Job)>,
    /// When the last bad answers to a subscription came.
    bad: BTreeMap<i64, Vec<i64>>,
}

impl Outbox {
    /// All posts, in the order in which they came.
    pub(crate) fn shown(&self) -> Value {
        let state = locked(&self.state);
        let lanes = state.lanes.iter();
        let jobs = lanes.flat_map(|(receiver, lane)| {
            lane.jobs.iter().chain(&lane.posting).map(move |job| (receiver, job))
        });
        let mut jobs: Vec<_> = jobs.filter(|(_, job)| job.number >= state.forgotten).collect();
        jobs.sort_by_key(|(_, job)| job.number);
        jobs.into_iter()
            .map(|(receiver, job)| {
                json!(Kept {
                    webhook_id: match receiver {
                        Receiver::Subscription(id) => Some(*id),
                        Receiver::Once(_) => None,
                    },
                    method: job.method.to_string(),
                    destination: job.address.clone(),
                    body: String::from_utf8_lossy(&job.body).into_owned(),
                    is_json: job.content_type == JSON,
                    due_at: job.due,
                    attempt: job.attempt,
                })
            })
            .collect()
    }

    /// When the last bad answers to a subscription came.
    pub(crate) fn bad_answers(&self, id: i64) -> Vec<i64> {
        let state = locked(&self.state);
        let lane = state.lanes.get(&Receiver::Subscription(id));
        lane.map_or_else(Vec::new, |lane| lane.bad.iter().copied().collect())
    }

    /// Forgets all that waits, and what is being posted as soon as it is answered; then puts other
    /// posts in their place.
    pub(crate) fn replace(&self, waiting: Waiting) {
        let mut state = locked(&self.state);
        state.forgotten = state.count;
        // Who posts now goes on with what is put here.
        state.lanes.retain(|_, lane| {
            lane.jobs.clear();
            lane.bad.clear();
            lane.posting = None;
            lane.is_busy
        });
        for (id, at) in waiting.bad.into_iter().filter(|(_, at)| !at.is_empty()) {
            let lane: &mut Lane = state.lanes.entry(Receiver::Subscription(id)).or_default();
            lane.bad = at.into();
        }
        for (receiver, job) in waiting.jobs {
            let number = state.count;
            state.count += 1;
            let lane = state.lanes.entry(receiver).or_default();
            lane.jobs.push(Job { number, ..job });
        }
        drop(state);
        self.stirred.send_replace(());
    }
}

impl Waiting {
    pub(crate) fn had_bad_answers(&mut self, id: i64, at: Vec<i64>) {
        self.bad.insert(id, at);
    }

    /// Reads one post.
    pub(crate) fn read(&mut self, item: &Value, account: &Account, flaws: &mut Flaws) {
        let Some(kept) = item::parsed::<Kept>(item, flaws) else { return };
        let receiver = match kept.webhook_id {
            Some(id) => Receiver::Subscription(id),
            None => Receiver::Once(kept.destination.clone()),
        };
        if kept.webhook_id.is_some_and(|id| !account.webhooks.has(id)) {
            flaws.not_a_choice("webhook_id");
        }
        let method = match kept.method.as_str() {
            "POST" => Method::POST,
            "GET" => Method::GET,
            _ => return flaws.add("InvalidValue", "method", "this should be POST or GET"),
        };
        if kept.attempt == 0 {
            flaws.add("InvalidValue", "attempt", "this should be a whole number from 1");
        }
        let content_type = match (&method, kept.is_json) {
            (_, true) => JSON,
            (&Method::POST, false) => FORM,
            _ => "",
        };
        let job = Job {
            number: 0,
            due: kept.due_at,
            attempt: kept.attempt,
            method,
            address: kept.destination,
            body: kept.body.into(),
            content_type,
        };
        self.jobs.push((receiver, job));
    }
}
