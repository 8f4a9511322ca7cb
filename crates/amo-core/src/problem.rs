//! What amoCRM says about a failure: problem bodies in all their forms.

mod read;

use std::fmt::{self, Write as _};
use std::time::Duration;

use crate::{ProblemCode, ValidationCode};

/// What a body of a failed answer says, whichever of its forms it has.
///
/// It is read from problem documents (RFC 9457) with and without validation errors, and from the
/// older bodies of the OAuth, v2 and chats interfaces. Every member may be absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// What kind of failure it is, in words.
    pub title: Option<String>,
    /// What went wrong this time.
    pub detail: Option<String>,
    /// The HTTP status that the body repeats; not always the status of the answer.
    pub status: Option<u16>,
    /// What to do, from OAuth answers.
    pub hint: Option<String>,
    /// The kind of failure as an address (`type`), or the chats' `error_type`.
    pub kind: Option<String>,
    /// The number of older answers: `error_code`, or a `code` at the root.
    pub code: Option<ProblemCode>,
    /// The host that the account lives on, from older answers of the wrong host.
    pub domain: Option<String>,
    /// What support finds the failure by.
    pub trace_id: Option<String>,
    /// What support finds the request by.
    pub request_id: Option<String>,
    /// How long to wait, from answers 429.
    pub retry_after: Option<Duration>,
    /// What is wrong with which item of the request.
    pub validation: Vec<ItemErrors>,
}

/// What is wrong with one item of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ItemErrors {
    /// The item's request id, or its index as text if it had none.
    pub request_id: Option<String>,
    /// What is wrong with it.
    pub errors: Vec<ValidationError>,
}

/// One thing that is wrong with an item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ValidationError {
    /// The kind; of older answers a number.
    pub code: Option<ValidationCode>,
    /// The place in the item, dotted, `custom_fields_values.0.field_id`.
    pub path: Option<String>,
    /// What is wrong, in words.
    pub detail: Option<String>,
}

impl Problem {
    /// Reads the body of a failed answer; `None` if it is not JSON, such as the page of a gateway.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok().map(|body| read::problem(&body))
    }

    /// Reads what a successful answer (200) says of a failure; `None` if it says nothing of one.
    ///
    /// Calls and the methods of v2 answer so: with the errors of some items beside what was saved
    /// of the others, or with `"status":"fail"`.
    pub fn in_success(bytes: &[u8]) -> Option<Self> {
        let body = serde_json::from_slice(bytes).ok()?;
        read::is_failure(&body).then(|| read::problem(&body))
    }
}

/// How much of each text of a server's an error may show, in characters.
const SHOWN: usize = 500;

/// A text of the server's as a part of one line: shortened, with spaces in place of control
/// characters, so that it cannot forge lines of a log.
struct Line<'a>(&'a str);

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, character) in self.0.chars().enumerate() {
            if place == SHOWN {
                return f.write_char('…');
            }
            f.write_char(if character.is_control() { ' ' } else { character })?;
        }
        Ok(())
    }
}

impl fmt::Display for Problem {
    /// `Bad Request: Request validation failed (item 0: custom_fields_values.0.field_id: ...)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.title, &self.detail) {
            (Some(title), Some(detail)) => write!(f, "{}: {}", Line(title), Line(detail))?,
            (Some(text), None) | (None, Some(text)) => Line(text).fmt(f)?,
            (None, None) if self.validation.is_empty() => f.write_str("no description")?,
            (None, None) => f.write_str("some items failed")?,
        }
        if let Some(code) = self.code {
            write!(f, " (code {code})")?;
        }
        if let Some(hint) = &self.hint {
            write!(f, " (hint: {})", Line(hint))?;
        }
        for item in &self.validation {
            write!(f, "; {item}")?;
        }
        Ok(())
    }
}

impl fmt::Display for ItemErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.request_id {
            Some(request_id) => write!(f, "item {}", Line(request_id))?,
            None => f.write_str("item")?,
        }
        for (index, error) in self.errors.iter().enumerate() {
            write!(f, "{} {error}", if index == 0 { ":" } else { "," })?;
        }
        Ok(())
    }
}

impl fmt::Display for ValidationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.path {
            write!(f, "`{}` ", Line(path))?;
        }
        match (&self.detail, self.code.as_ref().map(ValidationCode::as_str)) {
            (Some(detail), Some(code)) => write!(f, "{} [{}]", Line(detail), Line(code)),
            (Some(text), None) => Line(text).fmt(f),
            (None, Some(code)) => Line(code).fmt(f),
            (None, None) => f.write_str("is not valid"),
        }
    }
}
