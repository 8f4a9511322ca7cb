//! Scripts: what happens to the account between two requests of somebody.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::uri::PathAndQuery;
use http::{Method, StatusCode};
use serde_json::Value;

use crate::control;
use crate::locked;
use crate::rule::{Rule, about_requests};
use crate::sandbox::Sandbox;

/// So many outcomes are kept.
const MOST_OUTCOMES: usize = 1000;

/// Something that happens when a matching request was answered with success, and before its answer
/// leaves: a client that walks over a list finds its rows moved when it asks for the next page.
///
/// It is about every request unless [`method`](Script::method), [`path`](Script::path) or
/// [`path_prefix`](Script::path_prefix) say otherwise, and it happens once unless
/// [`times`](Script::times) or [`always`](Script::always) say otherwise. Handed over by
/// [`Scripts::add`].
///
/// ```
/// use amo_sandbox::{Sandbox, Script, demo};
/// use serde_json::json;
///
/// let sandbox = Sandbox::builder().leads(300).build();
/// // Behind the first page of somebody's walk a lead goes to the bin and another one is made.
/// let script = Script::new()
///     .method("GET")
///     .path("/api/v4/leads")
///     .run(|sandbox| assert!(sandbox.delete("leads", demo::FIRST_LEAD)))
///     .send("POST", "/api/v4/leads", json!([{"name": "Newcomer"}]));
/// sandbox.scripts().add(script);
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "a script does nothing until it is given to Scripts::add"]
pub struct Script {
    pub(crate) rule: Rule,
    pub(crate) steps: Vec<Step>,
}

/// One thing that a script does.
#[derive(Clone)]
pub(crate) enum Step {
    Send { method: String, path: String, body: Value },
    Run(Arc<dyn Fn(&Sandbox) + Send + Sync>),
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Send { method, path, .. } => write!(f, "{method} {path}"),
            Step::Run(_) => f.write_str("a closure"),
        }
    }
}

impl Script {
    /// A script without steps, about every request.
    pub fn new() -> Self {
        Script::default()
    }

    about_requests!();

    /// A step: a request that the administrator sends, which no limit, fault, white list, script or
    /// log sees. Paths that begin with `/api/` or `/v1.0/` are the account's, all others those of
    /// the [control API](crate::control_api), such as `DELETE /entities/leads/5`, which deletes as a user
    /// does. [`Scripts::outcomes`] tells what it was answered. `null` is no body.
    pub fn send(mut self, method: &str, path: &str, body: Value) -> Self {
        let (method, path) = (method.to_ascii_uppercase(), path.to_owned());
        self.steps.push(Step::Send { method, path, body });
        self
    }

    /// A step: anything that can be done to the box at once.
    pub fn run(mut self, step: impl Fn(&Sandbox) + Send + Sync + 'static) -> Self {
        self.steps.push(Step::Run(Arc::new(step)));
        self
    }
}

/// What a step of a script was answered.
///
/// `Debug` leaves the body out: it may have secrets in it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ScriptOutcome {
    /// The request after which it was done: its method and its path.
    pub after: String,
    /// The step's method.
    pub method: String,
    /// The step's path.
    pub path: String,
    /// The status of the answer.
    pub status: u16,
    /// Its body.
    pub body: Bytes,
}

impl fmt::Debug for ScriptOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScriptOutcome")
            .field("after", &self.after)
            .field("method", &self.method)
            .field("path", &self.path)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// The scripts of a box; each one that matches a request runs, in the order in which they came.
#[derive(Debug, Default)]
pub struct Scripts {
    armed: Mutex<Vec<Script>>,
    outcomes: Mutex<VecDeque<ScriptOutcome>>,
}

impl Scripts {
    /// Adds a script.
    pub fn add(&self, script: Script) {
        if !script.rule.is_over() {
            locked(&self.armed).push(script);
        }
    }

    /// Forgets all of them, and their outcomes.
    pub fn clear(&self) {
        locked(&self.armed).clear();
        locked(&self.outcomes).clear();
    }

    /// How many have not yet run as often as they should.
    pub fn pending(&self) -> usize {
        locked(&self.armed).len()
    }

    /// What the steps so far that were requests were answered, oldest first; the oldest are
    /// forgotten beyond 1000.
    pub fn outcomes(&self) -> Vec<ScriptOutcome> {
        locked(&self.outcomes).iter().cloned().collect()
    }

    pub(crate) fn armed(&self) -> Vec<Script> {
        locked(&self.armed).clone()
    }

    /// The steps that are due after this request.
    fn due(&self, method: &str, path: &str) -> Vec<Step> {
        let mut armed = locked(&self.armed);
        let mut due = Vec::new();
        armed.retain_mut(|script| {
            if script.rule.takes(method, path) {
                due.extend(script.steps.iter().cloned());
            }
            !script.rule.is_over()
        });
        due
    }

    fn note(&self, outcome: ScriptOutcome) {
        let mut outcomes = locked(&self.outcomes);
        if outcomes.len() == MOST_OUTCOMES {
            outcomes.pop_front();
        }
        outcomes.push_back(outcome);
    }
}

impl Sandbox {
    /// Does what is to be done after this request. No lock is held: a step may add scripts.
    pub(crate) fn run_scripts(&self, method: &str, path: &str) {
        for step in self.inner.scripts.due(method, path) {
            match step {
                Step::Run(step) => step(self),
                Step::Send { method: own, path: target, body } => {
                    let (status, body) = self.do_step(&own, &target, &body);
                    self.inner.scripts.note(ScriptOutcome {
                        after: format!("{method} {path}"),
                        method: own,
                        path: target,
                        status: status.as_u16(),
                        body,
                    });
                }
            }
        }
    }

    /// What an administrator does through the API, without a client: to prepare a test. No limit,
    /// fault, white list, script or log sees it. Paths that begin neither with `/api/` nor with
    /// `/v1.0/` are those of the [control API](crate::control_api). `null` is no body. Gives the
    /// status and the JSON of the answer, null for none.
    ///
    /// ```
    /// use amo_sandbox::Sandbox;
    /// use serde_json::json;
    ///
    /// let sandbox = Sandbox::new();
    /// let (status, made) = sandbox.act("POST", "/api/v4/leads", &json!([{"name": "Chairs"}]));
    /// assert_eq!(status, 200);
    /// assert!(made["_embedded"]["leads"][0]["id"].is_i64());
    /// ```
    pub fn act(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let (status, answer) = self.do_step(&method.to_ascii_uppercase(), path, body);
        (status.as_u16(), serde_json::from_slice(&answer).unwrap_or_default())
    }

    fn do_step(&self, method: &str, target: &str, body: &Value) -> (StatusCode, Bytes) {
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let (Ok(method), Ok(target)) = (method.parse::<Method>(), target.parse::<PathAndQuery>())
        else {
            let told = format!("`{method} {target}` is no request");
            return (StatusCode::BAD_REQUEST, told.into());
        };
        if is_of_the_account(target.path()) {
            let reply = self.inner.act(&method, &target, &body);
            return (reply.status, reply.body);
        }
        control::answer_at_once(self, &method, &target, &body)
    }
}

/// Whether a step is a request to the account, and not to the control API.
fn is_of_the_account(path: &str) -> bool {
    path.starts_with("/api/") || path.starts_with("/v1.0/")
}
