//! Creating, changing and deleting one entity.

use amo_core::{
    Create, Delete, Page, PatchBody as _, Problem, Receipt as _, Update, one_from_slice_any,
};
use serde::Serialize;

use crate::Error;
use crate::answer::Answer;
use crate::call::Single;
use crate::place::Place;
use crate::prepared::Prepared;

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
pub struct CreateOne<R: Create> {
    pub(crate) place: Place<R>,
    pub(crate) new: R::New,
}

impl<R: Create> Single for CreateOne<R> {
    type Output = R::Created;

    fn prepare(&self) -> Result<Prepared, Error> {
        let request = self.place.of(R::CREATE);
        if R::SINGLE {
            return request.json(&self.new);
        }
        request.json(&[NewItem { item: &self.new, request_id: "0".to_owned() }])
    }

    fn read(&self, answer: &Answer) -> Result<R::Created, Error> {
        if R::SINGLE {
            return answer.decode(|body| one_from_slice_any(R::WRITTEN_KEYS, body));
        }
        let created: Page<R::Created> =
            answer.decode(|body| Page::from_slice_any(R::WRITTEN_KEYS, body))?;
        let ours = |created: &R::Created| created.request_id().is_none_or(|id| id == "0");
        let created = created.items.into_iter().find(ours);
        created.ok_or_else(|| match Problem::in_success(&answer.body) {
            Some(problem) => answer.rejected(problem),
            None => answer.unreadable("does not mention the new entity"),
        })
    }
}

/// Changes one entity. A patch that changes nothing is not sent.
#[derive(Debug)]
pub struct UpdateOne<R: Update> {
    pub(crate) place: Place<R>,
    pub(crate) id: R::Id,
    pub(crate) patch: R::Patch,
}

impl<R: Update> UpdateOne<R> {
    pub(crate) fn changes_nothing(&self) -> bool {
        self.patch.is_empty()
    }
}

impl<R: Update> Single for UpdateOne<R> {
    type Output = R::Updated;

    fn prepare(&self) -> Result<Prepared, Error> {
        self.place.on(&self.id, R::UPDATE).json(&self.patch)
    }

    fn read(&self, answer: &Answer) -> Result<R::Updated, Error> {
        answer.decode(|body| one_from_slice_any(R::WRITTEN_KEYS, body))
    }

    fn at_once(&self) -> Option<R::Updated> {
        self.changes_nothing().then(|| R::unchanged(self.id.clone()))
    }
}

/// Deletes one entity.
#[derive(Debug)]
pub struct DeleteOne<R: Delete> {
    pub(crate) place: Place<R>,
    pub(crate) id: R::Id,
}

impl<R: Delete> Single for DeleteOne<R> {
    type Output = ();

    fn prepare(&self) -> Result<Prepared, Error> {
        Ok(self.place.on(&self.id, R::DELETE))
    }

    fn read(&self, _: &Answer) -> Result<(), Error> {
        Ok(())
    }
}
