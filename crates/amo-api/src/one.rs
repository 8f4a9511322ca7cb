//! An operation that only one service has: one request, and how its answer is read.

use std::fmt;

use amo_core::{Page, Query, QueryPart, Resource, from_slice, one_from_slice};
use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::answer::Answer;
use crate::call::Single;
use crate::prepared::Prepared;
use crate::{Error, ErrorKind};

/// One request that gives a `T`.
pub struct One<T> {
    request: Prepared,
    /// Why it cannot be sent.
    invalid: Option<String>,
    read: Read<T>,
}

/// How an answer is read.
pub(crate) type Read<T> = fn(&Answer) -> Result<T, Error>;

impl<T> One<T> {
    pub(crate) fn new(request: Prepared, read: Read<T>) -> Self {
        Self { request, invalid: None, read }
    }

    pub(crate) fn json(mut self, body: &impl Serialize) -> Self {
        match serde_json::to_vec(body) {
            Ok(body) => self.request.body = Some(Bytes::from(body)),
            Err(error) => {
                self.invalid = Some(format!("the body cannot be written as JSON: {error}"));
            }
        }
        self
    }

    pub(crate) fn query(mut self, part: &impl QueryPart) -> Self {
        let mut query = Query::new();
        part.write(&mut query);
        self.request = self.request.query(&query);
        if let Err(error) = part.validate() {
            self.invalid = Some(error.to_string());
        }
        self
    }
}

impl<T: Send + 'static> Single for One<T> {
    type Output = T;

    fn prepare(&self) -> Result<Prepared, Error> {
        match &self.invalid {
            Some(why) => {
                Err(Error::new(ErrorKind::InvalidRequest, &self.request.operation, why.as_str()))
            }
            None => Ok(self.request.clone()),
        }
    }

    fn read(&self, answer: &Answer) -> Result<T, Error> {
        (self.read)(answer)
    }
}

impl<T> fmt::Debug for One<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "One({})", self.request.operation)
    }
}

/// The answer is empty, or says nothing.
#[expect(clippy::unnecessary_wraps, reason = "one of the ways to read")]
pub(crate) fn nothing(_: &Answer) -> Result<(), Error> {
    Ok(())
}

/// The answer is an object of its own kind.
pub(crate) fn object<T: DeserializeOwned>(answer: &Answer) -> Result<T, Error> {
    answer.decode(from_slice)
}

/// The answer is one entity, wherever it stands.
pub(crate) fn entity<R: Resource + DeserializeOwned>(answer: &Answer) -> Result<R, Error> {
    answer.decode(|body| one_from_slice(R::KEY, body))
}

/// The answer is a list of entities.
pub(crate) fn entities<R: Resource + DeserializeOwned>(answer: &Answer) -> Result<Vec<R>, Error> {
    answer.decode(|body| Page::from_slice(R::KEY, body)).map(|page| page.items)
}
