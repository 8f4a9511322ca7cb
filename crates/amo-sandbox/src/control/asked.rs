//! One request to the control API while it is answered.

use std::str::FromStr;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::answer::{Answer, Refusal};
use super::routes::Parameters;
use crate::query::Query;
use crate::sandbox::Sandbox;

/// What every handler gets.
pub(super) struct Asked<'a> {
    pub(super) sandbox: &'a Sandbox,
    pub(super) query: Query,
    /// What stands in the path for the placeholders.
    pub(super) parameters: Parameters,
    pub(super) body: &'a [u8],
}

impl Asked<'_> {
    /// The body. A member that is wrong is named.
    pub(super) fn body<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        let mut json = serde_json::Deserializer::from_slice(self.body);
        let read = serde_path_to_error::deserialize(&mut json).map_err(|error| wrong(&error))?;
        json.end().map_err(|error| Refusal::bad(format!("The body is not JSON: {error}")))?;
        Ok(read)
    }

    /// What stands in the path for a placeholder.
    pub(super) fn parameter(&self, name: &str) -> &str {
        let mut known = self.parameters.iter();
        known.find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }

    /// The `{id}` of the path.
    pub(super) fn id(&self) -> Result<i64, Refusal> {
        number(self.parameter("id"), "The id in the path")
    }

    /// A number of the query, if it is there.
    pub(super) fn query_number<T: FromStr>(&self, key: &str) -> Result<Option<T>, Refusal> {
        self.query.get(key).map(|text| number(text, &format!("`{key}` of the query"))).transpose()
    }
}

fn number<T: FromStr>(text: &str, what: &str) -> Result<T, Refusal> {
    text.parse().map_err(|_| Refusal::bad(format!("{what} must be a number, not `{text}`")))
}

/// Reads a part of a body.
pub(super) fn read<T: DeserializeOwned>(value: Value) -> Result<T, Refusal> {
    serde_path_to_error::deserialize(value).map_err(|error| wrong(&error))
}

fn wrong(error: &serde_path_to_error::Error<serde_json::Error>) -> Refusal {
    match error.path().to_string().as_str() {
        "." => Refusal::bad(format!("The body: {}", error.inner())),
        path => Refusal::bad(format!("`{path}`: {}", error.inner())),
    }
}

/// Done, or there is nothing of this kind.
pub(super) fn done_or(is_done: bool, lacking: &str) -> Result<Answer, Refusal> {
    if is_done { Ok(Answer::Done) } else { Err(Refusal::unknown(lacking)) }
}
