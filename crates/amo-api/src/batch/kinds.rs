//! The kinds of writing that go by batches: how an item is sent, and how its receipt is found.

use std::hash::Hash;
use std::marker::PhantomData;

use amo_core::{
    ComplexLead, Create, Lead, NewComplexLead, Page, PatchBody as _, Receipt as _, UpdateMany,
    one_from_slice_any,
};
use serde::Serialize;

use super::matching::Sent;
use crate::Error;
use crate::answer::Answer;
use crate::place::Place;
use crate::prepared::Prepared;
use crate::write::{NewItem, PatchItem};

type Json = Result<Vec<u8>, serde_json::Error>;

/// A kind of writing.
pub trait Writes: Send + 'static {
    /// What is written.
    type Item: Send + 'static;
    /// What the server answers for one.
    type Receipt: Send + 'static;
    /// What is written by one request at a time, so that the caller's order holds for it.
    type Key: Eq + Hash + Clone + Send + 'static;
    /// Is the one item of a request sent as it is, where others are sent as lists?
    const SINGLE: bool = false;
    /// Do refusals name items by the `request_id` that is sent with them?
    const NAMED: bool = true;

    /// The request without its body.
    fn request(&self) -> Prepared;

    /// How many go into a request unless said, and how many at most.
    fn sizes(&self) -> (usize, usize);

    /// The item as it is sent; `place` is its `request_id`.
    fn json(&self, place: usize, item: &Self::Item) -> Json;

    /// The receipt of an item for which nothing need be sent.
    fn at_once(&self, _item: &Self::Item) -> Option<Self::Receipt> {
        None
    }

    fn key(&self, _item: &Self::Item) -> Option<Self::Key> {
        None
    }

    /// Reads the answer of a success: receipts with the places of their items.
    fn read(
        &self,
        answer: &Answer,
        sent: &Sent<'_, Self::Key>,
    ) -> Result<Vec<(usize, Self::Receipt)>, Error>;
}

/// New entities. Receipts are found only by the request id: several new entities may look alike.
#[derive(Debug)]
pub struct Creating<R: Create>(pub(crate) Place<R>);

impl<R: Create> Writes for Creating<R> {
    type Item = R::New;
    type Receipt = R::Created;
    type Key = ();
    const SINGLE: bool = R::SINGLE;

    fn request(&self) -> Prepared {
        self.0.of(R::CREATE)
    }

    fn sizes(&self) -> (usize, usize) {
        (R::BATCH, R::MAX_BATCH)
    }

    fn json(&self, place: usize, item: &R::New) -> Json {
        if R::SINGLE {
            return serde_json::to_vec(item);
        }
        serde_json::to_vec(&NewItem { item, request_id: place.to_string() })
    }

    fn read(
        &self,
        answer: &Answer,
        sent: &Sent<'_, ()>,
    ) -> Result<Vec<(usize, R::Created)>, Error> {
        if R::SINGLE {
            let receipt = answer.decode(|body| one_from_slice_any(R::WRITTEN_KEYS, body))?;
            return Ok(sent.only().map(|place| (place, receipt)).into_iter().collect());
        }
        let page: Page<R::Created> =
            answer.decode(|body| Page::from_slice_any(R::WRITTEN_KEYS, body))?;
        let alone = sent.only().filter(|_| page.items.len() == 1);
        let place = |receipt: &R::Created| match receipt.request_id() {
            Some(id) => sent.named(id),
            // One item and one receipt: there is nothing to be mixed up.
            None => alone,
        };
        Ok(page.items.into_iter().filter_map(|one| Some((place(&one)?, one))).collect())
    }
}

/// Changes of entities, each by one request at a time. Receipts are found by the id, which every answer has;
/// the request id would be the worse way, since some answers have the entity's id in its place.
#[derive(Debug)]
pub struct Updating<R: UpdateMany>(pub(crate) Place<R>);

impl<R: UpdateMany> Writes for Updating<R> {
    type Item = (R::Id, R::Patch);
    type Receipt = R::Updated;
    type Key = R::Id;

    fn request(&self) -> Prepared {
        self.0.of(R::UPDATE_MANY)
    }

    fn sizes(&self) -> (usize, usize) {
        (R::BATCH, R::MAX_BATCH)
    }

    fn json(&self, place: usize, (id, patch): &Self::Item) -> Json {
        serde_json::to_vec(&PatchItem { id, patch, request_id: place.to_string() })
    }

    fn at_once(&self, (id, patch): &Self::Item) -> Option<R::Updated> {
        patch.is_empty().then(|| R::unchanged(id.clone()))
    }

    fn key(&self, (id, _): &Self::Item) -> Option<R::Id> {
        Some(id.clone())
    }

    fn read(
        &self,
        answer: &Answer,
        sent: &Sent<'_, R::Id>,
    ) -> Result<Vec<(usize, R::Updated)>, Error> {
        let page: Page<R::Updated> =
            answer.decode(|body| Page::from_slice_any(R::WRITTEN_KEYS, body))?;
        let place = |receipt: &R::Updated| sent.keyed(&receipt.id());
        Ok(page.items.into_iter().filter_map(|one| Some((place(&one)?, one))).collect())
    }
}

/// Leads with contacts and companies. One lead may be the receipt of several items, which were found to be
/// duplicates of it.
#[derive(Debug)]
pub struct Complex(pub(crate) Place<Lead>);

impl Writes for Complex {
    type Item = NewComplexLead;
    type Receipt = ComplexLead;
    type Key = ();

    fn request(&self) -> Prepared {
        self.0.of(Lead::ADD_COMPLEX)
    }

    fn sizes(&self) -> (usize, usize) {
        (ComplexLead::MAX_BATCH, ComplexLead::MAX_BATCH)
    }

    fn json(&self, place: usize, item: &NewComplexLead) -> Json {
        serde_json::to_vec(&NewItem { item, request_id: place.to_string() })
    }

    fn read(
        &self,
        answer: &Answer,
        sent: &Sent<'_, ()>,
    ) -> Result<Vec<(usize, ComplexLead)>, Error> {
        // A bare list; a generated description of the API has it wrapped.
        let leads: Page<ComplexLead> = answer.decode(|body| Page::from_slice("leads", body))?;
        let alone = sent.only().filter(|_| leads.items.len() == 1);
        let mut receipts = Vec::new();
        for lead in leads.items {
            match &lead.request_id {
                Some(ids) => {
                    let places: Vec<usize> = ids.iter().filter_map(|id| sent.named(id)).collect();
                    receipts.extend(places.into_iter().map(|place| (place, lead.clone())));
                }
                None => receipts.extend(alone.map(|place| (place, lead))),
            }
        }
        Ok(receipts)
    }
}

/// Items of an operation whose answer says nothing of each. What is said of an item is what became of its
/// request.
#[derive(Debug)]
pub struct Sends<I> {
    pub(crate) request: Prepared,
    pub(crate) most: usize,
    pub(crate) item: PhantomData<fn() -> I>,
}

impl<I: Serialize + Send + 'static> Writes for Sends<I> {
    type Item = I;
    type Receipt = ();
    type Key = ();
    const NAMED: bool = false;

    fn request(&self) -> Prepared {
        self.request.clone()
    }

    fn sizes(&self) -> (usize, usize) {
        (self.most, self.most)
    }

    fn json(&self, _: usize, item: &I) -> Json {
        serde_json::to_vec(item)
    }

    fn read(&self, _: &Answer, sent: &Sent<'_, ()>) -> Result<Vec<(usize, ())>, Error> {
        Ok(sent.places().map(|place| (place, ())).collect())
    }
}
