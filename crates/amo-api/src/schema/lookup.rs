//! Names of an account, and what they may mean.

use std::error::Error as StdError;
use std::fmt;

use amo_core::FieldType;

/// Why a name means nothing that could be used. Its `Display` names everything that is needed to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LookupError {
    /// Nothing has the name or the code.
    Unknown {
        /// What was looked for, such as `custom field of leads`.
        what: String,
        /// The name.
        name: String,
        /// What there is, each with its id.
        known: Vec<String>,
    },
    /// Several have the name.
    Ambiguous {
        /// What was looked for.
        what: String,
        /// The name.
        name: String,
        /// Those that have it, each with its id.
        candidates: Vec<String>,
    },
    /// The custom field is of another type than it is to be used as.
    WrongType {
        /// The field, with its id.
        field: String,
        /// The type that was asked for.
        expected: FieldType,
        /// The type that it has.
        found: FieldType,
    },
}

/// How many of those that are known an error shows.
const SHOWN: usize = 20;

impl fmt::Display for LookupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { what, name, known } => {
                write!(f, "the account has no {what} `{}`", name.escape_debug())?;
                let shown = known.get(..SHOWN).unwrap_or(known);
                if !shown.is_empty() {
                    write!(f, "; it has {}", shown.join(", "))?;
                }
                match known.len() - shown.len() {
                    0 => Ok(()),
                    more => write!(f, " and {more} more"),
                }
            }
            Self::Ambiguous { what, name, candidates } => {
                let (name, candidates) = (name.escape_debug(), candidates.join(", "));
                write!(f, "`{name}` may be any of several, as a {what}: {candidates}; use the id")
            }
            Self::WrongType { field, expected, found } => {
                let (expected, found) = (expected.as_str(), found.as_str());
                write!(f, "the {field} is of the type `{found}`, not `{expected}`")
            }
        }
    }
}

impl StdError for LookupError {}

/// What something is called.
#[derive(Clone, Copy, Debug)]
pub(super) struct Called<'a> {
    pub(super) id: i64,
    pub(super) code: Option<&'a str>,
    pub(super) name: Option<&'a str>,
}

impl fmt::Display for Called<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.name, self.code) {
            (Some(name), Some(code)) if name != code => {
                write!(f, "`{}` ({}, {})", name.escape_debug(), self.id, code.escape_debug())
            }
            (Some(text), _) | (None, Some(text)) => {
                write!(f, "`{}` ({})", text.escape_debug(), self.id)
            }
            (None, None) => self.id.fmt(f),
        }
    }
}

/// The one that `wanted` means: the one with this code, else with exactly this name, else with this name
/// but for spaces around it and upper and lower case.
pub(super) fn find<'a, T>(
    what: impl FnOnce() -> String,
    wanted: &str,
    all: impl IntoIterator<Item = &'a T>,
    called: impl Fn(&'a T) -> Called<'a>,
) -> Result<&'a T, LookupError> {
    let all: Vec<(&T, Called<'_>)> = all.into_iter().map(|one| (one, called(one))).collect();
    let folded = fold(wanted);
    let ways: [&dyn Fn(&Called<'_>) -> bool; 3] =
        [&|called| called.code == Some(wanted), &|called| called.name == Some(wanted), &|called| {
            [called.code, called.name].into_iter().flatten().any(|one| fold(one) == folded)
        }];
    let names =
        |all: &[(&T, Called<'_>)]| all.iter().map(|(_, called)| called.to_string()).collect();
    for fits in ways {
        let mut found = all.clone();
        found.retain(|(_, called)| fits(called));
        match found.as_slice() {
            [] => {}
            [(one, _)] => return Ok(one),
            several => {
                let candidates = names(several);
                let name = wanted.to_owned();
                return Err(LookupError::Ambiguous { what: what(), name, candidates });
            }
        }
    }
    Err(LookupError::Unknown { what: what(), name: wanted.to_owned(), known: names(&all) })
}

fn fold(name: &str) -> String {
    name.trim().to_lowercase()
}
