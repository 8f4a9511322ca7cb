//! What can be wrong with a state.

use std::io;
use std::path::{Path, PathBuf};

use crate::flaws::Flaws;

/// Why a state was not taken, or not written. Nothing has changed then.
///
/// It names the place, never what stands there: that may be a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// Something in the state is not right.
    #[error("{place}: {problem}")]
    Wrong {
        /// Where, with dots: `leads.3.custom_fields_values.0.field_id`. Lists count from 0.
        place: String,
        /// What is wrong there.
        problem: String,
    },
    /// A file is no state.
    #[error("{}: {source}", path.display())]
    InFile {
        /// The file.
        path: PathBuf,
        /// What is wrong in it.
        source: Box<StateError>,
    },
    /// A file is no JSON.
    #[error("{}: line {line}, column {column}: {problem}", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// What is wrong there.
        problem: String,
    },
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl StateError {
    pub(super) fn at(place: &str, problem: impl Into<String>) -> Self {
        let place = if place.is_empty() { "the state" } else { place };
        StateError::Wrong { place: place.to_owned(), problem: problem.into() }
    }

    /// The first flaw, if there is one.
    pub(super) fn of(flaws: &Flaws) -> Result<(), Self> {
        let Some((code, place, detail)) = flaws.first() else { return Ok(()) };
        let problem = match code {
            "FieldNotExpected" => "this member is not known here",
            "FieldMissing" => "this member is missing",
            "NotSupportedChoice" => "this names nothing that is there",
            _ => detail,
        };
        Err(Self::at(place, problem))
    }

    pub(super) fn of_file(path: &Path, source: io::Error) -> Self {
        StateError::File { path: path.to_owned(), source }
    }

    pub(super) fn of_json(path: &Path, error: &serde_json::Error) -> Self {
        // What it says of the place is said by members of its own, and what it read is left out.
        let text = error.to_string();
        let text = text.split(" at line ").next().unwrap_or_default();
        let problem = match text.split_once(", expected ") {
            Some((said, wanted)) if said.starts_with("invalid type") => {
                format!("expected {wanted}")
            }
            _ => text.to_owned(),
        };
        StateError::Json {
            path: path.to_owned(),
            line: error.line(),
            column: error.column(),
            problem,
        }
    }

    pub(super) fn in_file(self, path: &Path) -> Self {
        StateError::InFile { path: path.to_owned(), source: Box::new(self) }
    }
}
