//! What makes life hard for a client: faults, scripts, latency, limits; and the calendar.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use http::uri::PathAndQuery;
use http::{HeaderName, HeaderValue, Method};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::answer::{Answer, Refusal};
use super::asked::{Asked, read};
use super::rules;
use crate::fault::{Effect, Fault};
use crate::latency::Latency;
use crate::limit::Limits;
use crate::script::{Script, Step};

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultBody {
    status: Option<u16>,
    #[serde(default)]
    cut: bool,
    #[serde(default)]
    cut_short: bool,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    body: Option<String>,
    #[serde(default)]
    after_work: bool,
    #[serde(default)]
    delay_ms: u64,
}

impl FaultBody {
    fn fault(&self) -> Result<Fault, Refusal> {
        let is_answer = self.status.is_some();
        let mut fault = match (self.status, self.cut, self.cut_short) {
            (Some(status), false, false) => {
                if !(200..600).contains(&status) {
                    return Err(Refusal::bad(format!(
                        "`status`: {status} is no status of an answer"
                    )));
                }
                Fault::status(status)
            }
            (None, true, false) => Fault::cut(),
            (None, false, true) => Fault::cut_short(),
            (None, false, false) if self.delay_ms > 0 => Fault::slow(Duration::ZERO),
            (None, false, false) => {
                return Err(Refusal::bad(
                    "One of `status`, `cut`, `cut_short` and `delay_ms` must be there",
                ));
            }
            _ => {
                return Err(Refusal::bad(
                    "Only one of `status`, `cut` and `cut_short` may be there",
                ));
            }
        };
        if !is_answer && (self.body.is_some() || !self.headers.is_empty()) {
            return Err(Refusal::bad("`headers` and `body` go with `status`"));
        }
        for (name, value) in &self.headers {
            if HeaderName::try_from(name).is_err() || HeaderValue::try_from(value).is_err() {
                return Err(Refusal::bad(format!("`headers.{name}` is no header of HTTP")));
            }
            fault = fault.header(name, value);
        }
        if let Some(body) = &self.body {
            fault = fault.body(body);
        }
        if self.after_work {
            fault = fault.after_work();
        }
        Ok(fault.delay(Duration::from_millis(self.delay_ms)))
    }
}

pub(super) fn faults(asked: &Asked<'_>) -> Answer {
    let show = |fault: &Fault| {
        let mut shown = rules::show(&fault.rule);
        let mut say = |name: &str, value: Value| shown.insert(name.to_owned(), value);
        match &fault.effect {
            Effect::Cut => drop(say("cut", json!(true))),
            Effect::CutShort => drop(say("cut_short", json!(true))),
            Effect::Slow => {}
            Effect::Answer { status, headers, body } => {
                say("status", json!(status));
                say(
                    "headers",
                    headers.iter().cloned().collect::<BTreeMap<_, _>>().into_iter().collect(),
                );
                say("body", json!(body));
            }
        }
        say("after_work", json!(fault.after_work));
        say("delay_ms", json!(millis(fault.delay)));
        Value::Object(shown)
    };
    let shown: Vec<Value> = asked.sandbox.faults().armed().iter().map(show).collect();
    Answer::Shown(json!({"faults": shown}))
}

pub(super) fn add_fault(asked: &Asked<'_>) -> Result<Answer, Refusal> {
    let mut body: Map<String, Value> = asked.body()?;
    let rule = rules::take(&mut body)?;
    let mut fault = read::<FaultBody>(Value::Object(body))?.fault()?;
    fault.rule = rule;
    asked.sandbox.faults().add(fault);
    Ok(Answer::Made(json!({"pending": asked.sandbox.faults().pending()})))
}

pub(super) fn clear_faults(asked: &Asked<'_>) -> Answer {
    asked.sandbox.faults().clear();
    Answer::Done
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScriptBody {
    steps: Vec<StepBody>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepBody {
    method: String,
    path: String,
    #[serde(default)]
    body: Value,
}

pub(super) fn add_script(asked: &Asked<'_>) -> Result<Answer, Refusal> {
    let mut body: Map<String, Value> = asked.body()?;
    let mut script = Script { rule: rules::take(&mut body)?, steps: Vec::new() };
    let ScriptBody { steps } = read(Value::Object(body))?;
    if steps.is_empty() {
        return Err(Refusal::bad("`steps` must not be empty"));
    }
    for (StepBody { method, path, body }, place) in steps.into_iter().zip(0..) {
        if method.parse::<Method>().is_err() {
            return Err(Refusal::bad(format!("`steps[{place}].method` is no method of HTTP")));
        }
        if !path.starts_with('/') || path.parse::<PathAndQuery>().is_err() {
            return Err(Refusal::bad(format!(
                "`steps[{place}].path` must be a path, such as `/api/v4/leads`"
            )));
        }
        script = script.send(&method, &path, body);
    }
    asked.sandbox.scripts().add(script);
    Ok(Answer::Made(json!({"pending": asked.sandbox.scripts().pending()})))
}

pub(super) fn scripts(asked: &Asked<'_>) -> Answer {
    let scripts = asked.sandbox.scripts();
    let step = |step: &Step| match step {
        Step::Send { method, path, body } => json!({"method": method, "path": path, "body": body}),
        Step::Run(_) => json!({"closure": true}),
    };
    let armed: Vec<Value> = scripts
        .armed()
        .iter()
        .map(|script| {
            let mut shown = rules::show(&script.rule);
            shown.insert("steps".to_owned(), script.steps.iter().map(step).collect());
            Value::Object(shown)
        })
        .collect();
    let outcomes: Vec<Value> = scripts
        .outcomes()
        .iter()
        .map(|outcome| {
            json!({
                "after": outcome.after,
                "method": outcome.method,
                "path": outcome.path,
                "status": outcome.status,
                "body": String::from_utf8_lossy(&outcome.body),
            })
        })
        .collect();
    Answer::Shown(json!({"scripts": armed, "outcomes": outcomes}))
}

pub(super) fn clear_scripts(asked: &Asked<'_>) -> Answer {
    asked.sandbox.scripts().clear();
    Answer::Done
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LatencyBody {
    from_ms: u64,
    to_ms: Option<u64>,
    #[serde(default)]
    seed: u64,
}

pub(super) fn latency(asked: &Asked<'_>) -> Answer {
    let Latency { from, to, seed, .. } = asked.sandbox.latency();
    Answer::Shown(json!({"from_ms": millis(from), "to_ms": millis(to), "seed": seed}))
}

pub(super) fn set_latency(asked: &Asked<'_>) -> Result<Answer, Refusal> {
    let LatencyBody { from_ms, to_ms, seed } = asked.body()?;
    let to_ms = to_ms.unwrap_or(from_ms);
    if to_ms < from_ms {
        return Err(Refusal::bad("`to_ms` must not be less than `from_ms`"));
    }
    let [from, to] = [from_ms, to_ms].map(Duration::from_millis);
    asked.sandbox.set_latency(Latency::between(from, to, seed));
    Ok(latency(asked))
}

pub(super) fn limits(asked: &Asked<'_>) -> Result<Answer, Refusal> {
    Answer::of(&asked.sandbox.limits())
}

pub(super) fn set_limits(asked: &Asked<'_>) -> Result<Answer, Refusal> {
    asked.sandbox.set_limits(asked.body::<Limits>()?);
    limits(asked)
}

pub(super) fn unblock(asked: &Asked<'_>) -> Answer {
    asked.sandbox.unblock();
    Answer::Done
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AddressesBody {
    addresses: Vec<IpAddr>,
}

pub(super) fn set_allowed_addresses(asked: &Asked<'_>) -> Result<Answer, Refusal> {
    asked.sandbox.set_allowed_addresses(asked.body::<AddressesBody>()?.addresses);
    Ok(Answer::Done)
}

pub(super) fn calendar(asked: &Asked<'_>) -> Answer {
    let calendar = asked.sandbox.calendar();
    Answer::Shown(json!({"now": calendar.now(), "is_manual": calendar.is_manual()}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NowBody {
    now: i64,
}

pub(super) fn set_calendar(asked: &Asked<'_>) -> Result<Answer, Refusal> {
    asked.sandbox.calendar().set(asked.body::<NowBody>()?.now);
    Ok(calendar(asked))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AdvanceBody {
    advance: u64,
}

pub(super) fn advance_calendar(asked: &Asked<'_>) -> Result<Answer, Refusal> {
    asked.sandbox.calendar().advance(Duration::from_secs(asked.body::<AdvanceBody>()?.advance));
    Ok(calendar(asked))
}
