//! Reading one entity.

use std::future::IntoFuture;

use amo_core::{Get, one_from_slice};
use bytes::Bytes;
use http::StatusCode;

use crate::prepared::Prepared;
use crate::{Entities, Error, Sending};

/// Reads one entity by its id.
#[derive(Debug)]
#[must_use = "nothing is sent until it is awaited"]
pub struct GetOne<R: Get> {
    entities: Entities<R>,
    id: R::Id,
    with: Vec<R::With>,
}

impl<R: Get> GetOne<R> {
    pub(crate) fn new(entities: Entities<R>, id: R::Id) -> Self {
        Self { entities, id, with: Vec::new() }
    }

    /// What to bring besides.
    pub fn with(mut self, with: R::With) -> Self {
        self.with.push(with);
        self
    }

    fn prepare(&self) -> Prepared {
        self.entities.prepare_on(&self.id, R::GET).with(&self.with)
    }

    /// The request, without sending it.
    ///
    /// # Errors
    /// If the id makes no path.
    pub fn to_request(&self) -> Result<http::Request<Bytes>, Error> {
        self.entities.client().to_http(&self.prepare())
    }
}

impl<R: Get> IntoFuture for GetOne<R> {
    type Output = Result<Option<R>, Error>;
    type IntoFuture = Sending<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Sending::new(async move {
            let prepared = self.prepare();
            match self.entities.client().send(prepared).await {
                // Some kinds of entities say 204, others 404.
                Ok(answer) if answer.status == StatusCode::NO_CONTENT => Ok(None),
                Ok(answer) => answer.decode(|body| one_from_slice(R::KEY, body)).map(Some),
                Err(error) if error.says_not_there() => Ok(None),
                Err(error) => Err(error),
            }
        })
    }
}
