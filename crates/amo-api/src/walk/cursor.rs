//! A place in a list, to go on from later.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Target;
use crate::{Error, ErrorKind};

/// A place in a list: the path and query of a page, and how many of its items are done with.
///
/// It is written as one line, `/api/v4/leads?limit=250&page=7#12`, and holds no host and no secret; what
/// the list was asked for stands in it, so that it may hold the text of a search. A list that changes in
/// the meantime moves its rows past the place, as it does past a walk that goes on: see
/// [`complete`](crate::ApiCall::complete).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Cursor {
    pub(crate) target: String,
    pub(crate) skip: usize,
}

impl Cursor {
    pub(crate) fn new(target: impl Into<String>, skip: usize) -> Self {
        Self { target: target.into(), skip }
    }

    /// The number of the page, if it is one of the usual lists.
    pub fn page(&self) -> Option<u32> {
        Target::new(&self.target).page()
    }

    /// How many items of the page are done with.
    pub fn skip(&self) -> usize {
        self.skip
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.target)?;
        if self.skip > 0 { write!(f, "#{}", self.skip) } else { Ok(()) }
    }
}

impl fmt::Debug for Cursor {
    /// Without the query, which may hold people's data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cursor")
            .field("path", &Target::new(&self.target).path())
            .field("page", &self.page())
            .field("skip", &self.skip)
            .finish()
    }
}

impl FromStr for Cursor {
    type Err = Error;

    /// # Errors
    /// If the text is not what a cursor prints.
    fn from_str(text: &str) -> Result<Self, Error> {
        let wrong = |why: &str| {
            let message = format!("a cursor is a path, such as /api/v4/leads?page=7#12: {why}");
            Error::client(ErrorKind::InvalidRequest, "resume", message)
        };
        let (target, skip) = match text.split_once('#') {
            Some((target, skip)) => {
                (target, skip.parse().map_err(|_| wrong("what follows `#` is no number"))?)
            }
            None => (text, 0),
        };
        if !target.starts_with('/') {
            return Err(wrong("it does not begin with `/`"));
        }
        target.parse::<http::uri::PathAndQuery>().map_err(|_| wrong("it is no path"))?;
        Ok(Self::new(target, skip))
    }
}

impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
