//! Reading one entity.

use amo_core::{Get, one_from_slice};
use http::StatusCode;

use crate::answer::Answer;
use crate::call::Single;
use crate::place::Place;
use crate::prepared::Prepared;
use crate::{ApiCall, Error};

/// Reads one entity by its id; `None` if there is none with it.
#[derive(Debug)]
pub struct GetOne<R: Get> {
    pub(crate) place: Place<R>,
    pub(crate) id: R::Id,
    pub(crate) with: Vec<R::With>,
}

impl<R: Get> ApiCall<GetOne<R>> {
    /// What to bring besides.
    pub fn with(mut self, with: R::With) -> Self {
        self.action.with.push(with);
        self
    }
}

impl<R: Get> Single for GetOne<R> {
    type Output = Option<R>;

    fn prepare(&self) -> Result<Prepared, Error> {
        Ok(self.place.on(&self.id, R::GET).with(&self.with))
    }

    fn read(&self, answer: &Answer) -> Result<Option<R>, Error> {
        // Some kinds of entities say 204, others 404.
        if answer.status() == Some(StatusCode::NO_CONTENT) {
            return Ok(None);
        }
        answer.decode(|body| one_from_slice(R::KEY, body)).map(Some)
    }

    fn failed(&self, error: Error) -> Result<Option<R>, Error> {
        if error.says_not_there() { Ok(None) } else { Err(error) }
    }
}
