//! Creating and changing one entity.

use std::future::IntoFuture;

use amo_core::{Create, Page, PatchBody as _, Receipt as _, Update, one_from_slice_any};
use bytes::Bytes;
use serde::Serialize;

use crate::prepared::Prepared;
use crate::{Entities, Error, ErrorKind, Sending};

/// An item of a body that creates, with the id by which its result is found in the answer.
#[derive(Serialize)]
pub(crate) struct NewItem<'a, N> {
    #[serde(flatten)]
    pub(crate) item: &'a N,
    pub(crate) request_id: String,
}

/// An item of a body that changes several.
#[derive(Serialize)]
pub(crate) struct PatchItem<'a, I, P> {
    pub(crate) id: &'a I,
    #[serde(flatten)]
    pub(crate) patch: &'a P,
    pub(crate) request_id: String,
}

/// Creates one entity.
#[derive(Debug)]
#[must_use = "nothing is sent until it is awaited"]
pub struct CreateOne<R: Create> {
    entities: Entities<R>,
    new: R::New,
}

impl<R: Create> CreateOne<R> {
    pub(crate) fn new(entities: Entities<R>, new: R::New) -> Self {
        Self { entities, new }
    }

    fn prepare(&self) -> Result<Prepared, Error> {
        let request = self.entities.prepare(R::CREATE);
        if R::SINGLE {
            return request.json(&self.new);
        }
        request.json(&[NewItem { item: &self.new, request_id: "0".to_owned() }])
    }

    /// The request, without sending it.
    ///
    /// # Errors
    /// If the entity cannot be written as JSON.
    pub fn to_request(&self) -> Result<http::Request<Bytes>, Error> {
        self.entities.client().to_http(&self.prepare()?)
    }
}

impl<R: Create> IntoFuture for CreateOne<R> {
    type Output = Result<R::Created, Error>;
    type IntoFuture = Sending<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Sending::new(async move {
            let prepared = self.prepare()?;
            let operation = prepared.operation.clone();
            let answer = self.entities.client().send(prepared).await?;
            if R::SINGLE {
                return answer.decode(|body| one_from_slice_any(R::WRITTEN_KEYS, body));
            }
            let created: Page<R::Created> =
                answer.decode(|body| Page::from_slice_any(R::WRITTEN_KEYS, body))?;
            let ours = |created: &R::Created| created.request_id().is_none_or(|id| id == "0");
            created.items.into_iter().find(ours).ok_or_else(|| {
                Error::new(
                    ErrorKind::Decode,
                    &operation,
                    "the server's answer does not mention the new entity",
                )
                .answered(answer.status, &answer.headers)
                .perhaps_done()
            })
        })
    }
}

/// Changes one entity.
#[derive(Debug)]
#[must_use = "nothing is sent until it is awaited"]
pub struct UpdateOne<R: Update> {
    entities: Entities<R>,
    id: R::Id,
    patch: R::Patch,
}

impl<R: Update> UpdateOne<R> {
    pub(crate) fn new(entities: Entities<R>, id: R::Id, patch: R::Patch) -> Self {
        Self { entities, id, patch }
    }

    fn prepare(&self) -> Result<Prepared, Error> {
        self.entities.prepare_on(&self.id, R::UPDATE).json(&self.patch)
    }

    /// The request, without sending it; `None` if the patch changes nothing.
    ///
    /// # Errors
    /// If the patch cannot be written as JSON.
    pub fn to_request(&self) -> Result<Option<http::Request<Bytes>>, Error> {
        if self.patch.is_empty() {
            return Ok(None);
        }
        self.entities.client().to_http(&self.prepare()?).map(Some)
    }
}

impl<R: Update> IntoFuture for UpdateOne<R> {
    type Output = Result<R::Updated, Error>;
    type IntoFuture = Sending<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Sending::new(async move {
            if self.patch.is_empty() {
                return Ok(R::unchanged(self.id));
            }
            let prepared = self.prepare()?;
            let answer = self.entities.client().send(prepared).await?;
            answer.decode(|body| one_from_slice_any(R::WRITTEN_KEYS, body))
        })
    }
}
