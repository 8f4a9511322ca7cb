//! The whole state over HTTP.

use serde_json::Value;

use super::answer::{Answer, Refusal};
use super::asked::Asked;

pub(super) fn show(asked: &Asked<'_>) -> Answer {
    Answer::Shown(asked.sandbox.state())
}

pub(super) fn load(asked: &Asked<'_>) -> Result<Answer, Refusal> {
    let state: Value = asked.body()?;
    let loaded = asked.sandbox.load_state(&state);
    loaded.map_err(|error| Refusal::bad(error.to_string()))?;
    Ok(Answer::Done)
}

pub(super) fn reset(asked: &Asked<'_>) -> Answer {
    asked.sandbox.reset();
    Answer::Done
}
