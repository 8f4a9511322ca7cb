//! What the control API answers.

use http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};

/// What was asked for.
#[derive(Debug)]
pub(super) enum Answer {
    /// 200 with a document.
    Shown(Value),
    /// 201 with a document.
    Made(Value),
    /// 204.
    Done,
}

impl Answer {
    /// 200 with something that can be printed as JSON.
    pub(super) fn of(shown: &impl Serialize) -> Result<Answer, Refusal> {
        let printed = serde_json::to_value(shown)
            .map_err(|error| Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
        Ok(Answer::Shown(printed))
    }
}

/// Why not, in one sentence.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    sentence: String,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, sentence: impl Into<String>) -> Self {
        Refusal { status, sentence: sentence.into() }
    }

    /// 400.
    pub(super) fn bad(sentence: impl Into<String>) -> Self {
        Refusal::new(StatusCode::BAD_REQUEST, sentence)
    }

    /// 404.
    pub(super) fn unknown(sentence: impl Into<String>) -> Self {
        Refusal::new(StatusCode::NOT_FOUND, sentence)
    }
}

/// Status and body of an answer.
pub(super) fn told(answered: Result<Answer, Refusal>) -> (StatusCode, String) {
    match answered {
        Ok(Answer::Shown(document)) => (StatusCode::OK, document.to_string()),
        Ok(Answer::Made(document)) => (StatusCode::CREATED, document.to_string()),
        Ok(Answer::Done) => (StatusCode::NO_CONTENT, String::new()),
        Err(Refusal { status, sentence }) => (status, json!({"error": sentence}).to_string()),
    }
}
