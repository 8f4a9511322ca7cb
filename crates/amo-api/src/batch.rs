//! Creating and changing many entities: split into requests, with an outcome for each item.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use amo_core::{
    Create, ItemErrors, Page, PatchBody as _, Receipt, UpdateMany as CanUpdateMany,
    ValidationError, one_from_slice_any,
};
use amo_transport::Priority;
use bytes::Bytes;
use serde::Serialize;

use crate::call::{Action, Several, Via};
use crate::place::Place;
use crate::prepared::Prepared;
use crate::write::{NewItem, PatchItem};
use crate::{ApiCall, Error, ErrorKind};

/// What became of one item of a batch.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Outcome<T> {
    /// It is done.
    Done(T),
    /// The server found it wrong; nothing of it was saved.
    Invalid(Vec<ValidationError>),
    /// Its request was refused; nothing of it was saved.
    Refused(Arc<Error>),
    /// Its request succeeded, but the answer does not mention it.
    NotMentioned,
    /// It was not sent, since an earlier request failed with this error.
    NotSent(Arc<Error>),
    /// It was sent, but nobody knows what became of it.
    Unknown(Arc<Error>),
}

impl<T> Outcome<T> {
    /// The receipt, if it is done.
    pub fn done(&self) -> Option<&T> {
        match self {
            Self::Done(receipt) => Some(receipt),
            _ => None,
        }
    }
}

impl<T> fmt::Display for Outcome<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done(_) => f.write_str("done"),
            Self::Invalid(errors) => {
                f.write_str("invalid")?;
                for (index, error) in errors.iter().enumerate() {
                    write!(f, "{} {error}", if index == 0 { ":" } else { ";" })?;
                }
                Ok(())
            }
            Self::Refused(error) => write!(f, "refused: {error}"),
            Self::NotMentioned => f.write_str("the server's answer does not mention it"),
            Self::NotSent(error) => write!(f, "not sent, after: {error}"),
            Self::Unknown(error) => write!(f, "not known: {error}"),
        }
    }
}

/// What became of a batch: an [`Outcome`] for each item, in the caller's order.
#[derive(Clone, Debug)]
#[must_use = "some items may not have been saved"]
pub struct Batch<T> {
    outcomes: Vec<Outcome<T>>,
}

impl<T> Batch<T> {
    pub(crate) fn new(outcomes: Vec<Outcome<T>>) -> Self {
        Self { outcomes }
    }

    /// The outcomes, in the caller's order.
    pub fn outcomes(&self) -> &[Outcome<T>] {
        &self.outcomes
    }

    /// The outcomes, in the caller's order.
    pub fn into_outcomes(self) -> Vec<Outcome<T>> {
        self.outcomes
    }

    /// The receipts of what is done, each with the place of its item.
    pub fn done(&self) -> impl Iterator<Item = (usize, &T)> {
        let outcomes = self.outcomes.iter().enumerate();
        outcomes.filter_map(|(index, outcome)| Some((index, outcome.done()?)))
    }

    /// What is not done, each with the place of its item.
    pub fn failures(&self) -> impl Iterator<Item = (usize, &Outcome<T>)> {
        self.outcomes.iter().enumerate().filter(|(_, outcome)| outcome.done().is_none())
    }

    /// Is everything done?
    pub fn is_complete(&self) -> bool {
        self.failures().next().is_none()
    }
}

/// Creates many entities.
#[derive(Debug)]
pub struct CreateMany<R: Create> {
    place: Place<R>,
    new: Vec<R::New>,
    per_request: usize,
}

impl<R: Create> CreateMany<R> {
    pub(crate) fn new(place: Place<R>, new: Vec<R::New>) -> Self {
        Self { place, new, per_request: R::BATCH }
    }

    fn items(&self) -> Vec<Result<Vec<u8>, serde_json::Error>> {
        let items = self.new.iter().enumerate();
        items
            .map(|(index, item)| {
                if R::SINGLE {
                    return json(item);
                }
                json(&NewItem { item, request_id: index.to_string() })
            })
            .collect()
    }

    fn writer(&self) -> Writer {
        let (keys, request) = (R::WRITTEN_KEYS, self.place.of(R::CREATE));
        Writer { keys, request, per_request: self.per_request, single: R::SINGLE }
    }
}

impl<R: Create> ApiCall<CreateMany<R>> {
    /// How many go into one request: 50 by default, as amoCRM advises; for most kinds 250 at most. A
    /// number out of bounds counts as the nearest one within.
    pub fn per_request(mut self, items: usize) -> Self {
        self.action.per_request = items.clamp(1, R::MAX_BATCH);
        self
    }
}

impl<R: Create> Action for CreateMany<R> {
    type Output = Batch<R::Created>;

    async fn run(self, via: Via) -> Self::Output {
        // Only by the request id: several new entities may look alike.
        let find = |receipt: &R::Created| receipt.request_id()?.parse().ok();
        self.writer().write(&via, self.items(), find).await
    }
}

impl<R: Create> Several for CreateMany<R> {
    fn prepare_all(&self) -> Result<Vec<Prepared>, Error> {
        self.writer().requests(self.items())
    }
}

/// Changes many entities.
#[derive(Debug)]
pub struct UpdateMany<R: CanUpdateMany> {
    place: Place<R>,
    patches: Vec<(R::Id, R::Patch)>,
    per_request: usize,
}

impl<R: CanUpdateMany> UpdateMany<R> {
    pub(crate) fn new(place: Place<R>, patches: Vec<(R::Id, R::Patch)>) -> Self {
        Self { place, patches, per_request: R::BATCH }
    }

    /// Patches that change something; the others are done without a request.
    fn changes(&self) -> impl Iterator<Item = (usize, &(R::Id, R::Patch))> {
        self.patches.iter().enumerate().filter(|(_, (_, patch))| !patch.is_empty())
    }

    fn items(&self) -> Vec<Result<Vec<u8>, serde_json::Error>> {
        let items = self.changes().enumerate();
        items
            .map(|(place, (_, (id, patch)))| {
                json(&PatchItem { id, patch, request_id: place.to_string() })
            })
            .collect()
    }

    fn writer(&self) -> Writer {
        let (keys, request) = (R::WRITTEN_KEYS, self.place.of(R::UPDATE_MANY));
        Writer { keys, request, per_request: self.per_request, single: false }
    }
}

impl<R: CanUpdateMany> ApiCall<UpdateMany<R>> {
    /// How many go into one request: 50 by default, as amoCRM advises; for most kinds 250 at most. A
    /// number out of bounds counts as the nearest one within.
    pub fn per_request(mut self, items: usize) -> Self {
        self.action.per_request = items.clamp(1, R::MAX_BATCH);
        self
    }
}

impl<R: CanUpdateMany> Several for UpdateMany<R> {
    fn prepare_all(&self) -> Result<Vec<Prepared>, Error> {
        self.writer().requests(self.items())
    }
}

impl<R: CanUpdateMany> Action for UpdateMany<R> {
    type Output = Batch<R::Updated>;

    async fn run(self, via: Via) -> Self::Output {
        let mut by_id: HashMap<&R::Id, Vec<usize>> = HashMap::new();
        for (place, (_, (id, _))) in self.changes().enumerate() {
            by_id.entry(id).or_default().push(place);
        }
        // By the id, which every answer has; by the request id where an entity is changed twice.
        let find = |receipt: &R::Updated| match by_id.get(&receipt.id())?.as_slice() {
            [place] => Some(*place),
            places => places
                .iter()
                .copied()
                .find(|place| receipt.request_id() == Some(&place.to_string())),
        };
        let sent = self.writer().write(&via, self.items(), find).await;
        let unchanged = |id: &R::Id| Outcome::Done(R::unchanged(id.clone()));
        let mut outcomes: Vec<_> = self.patches.iter().map(|(id, _)| unchanged(id)).collect();
        for ((index, _), outcome) in self.changes().zip(sent.outcomes) {
            outcomes[index] = outcome;
        }
        Batch { outcomes }
    }
}

fn json(item: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(item)
}

/// Sends the items of a batch; each is JSON that carries its place as `request_id`.
struct Writer {
    /// Where the answer has the items.
    keys: &'static [&'static str],
    request: Prepared,
    per_request: usize,
    /// Is the one item of a request sent as it is, where others are sent as lists?
    single: bool,
}

impl Writer {
    fn requests(
        &self,
        items: Vec<Result<Vec<u8>, serde_json::Error>>,
    ) -> Result<Vec<Prepared>, Error> {
        let items: Vec<Vec<u8>> =
            items.into_iter().collect::<Result<_, _>>().map_err(|error| self.unwritable(error))?;
        let places: Vec<usize> = (0..items.len()).collect();
        Ok(places.chunks(self.per_request).map(|places| self.request_for(places, &items)).collect())
    }

    fn unwritable(&self, error: serde_json::Error) -> Error {
        Error::new(
            ErrorKind::InvalidRequest,
            &self.request.operation,
            "an item cannot be written as JSON",
        )
        .caused_by(error)
    }

    fn request_for(&self, places: &[usize], items: &[Vec<u8>]) -> Prepared {
        let items: Vec<&[u8]> = places.iter().map(|place| items[*place].as_slice()).collect();
        let mut body = items.join(&b',');
        if !self.single {
            body.insert(0, b'[');
            body.push(b']');
        }
        let mut request = self.request.clone();
        request.body = Some(Bytes::from(body));
        request.priority = Priority::Background;
        request
    }

    /// Sends everything, one request after the other. A request that is refused because of some of its
    /// items, and names them, is sent again without them: such a refusal saves nothing. After any other
    /// failure nothing more is sent.
    async fn write<T: Receipt>(
        &self,
        via: &Via,
        items: Vec<Result<Vec<u8>, serde_json::Error>>,
        find: impl Fn(&T) -> Option<usize>,
    ) -> Batch<T> {
        let mut outcomes: Vec<Option<Outcome<T>>> = Vec::with_capacity(items.len());
        let mut bodies = Vec::with_capacity(items.len());
        for item in items {
            outcomes.push(None);
            bodies.push(item.unwrap_or_else(|error| {
                let error = Arc::new(self.unwritable(error));
                if let Some(last) = outcomes.last_mut() {
                    *last = Some(Outcome::Refused(error));
                }
                Vec::new()
            }));
        }
        let places: Vec<usize> =
            (0..bodies.len()).filter(|place| outcomes[*place].is_none()).collect();
        let mut stopped = None;
        for chunk in places.chunks(self.per_request) {
            let mut left = chunk.to_vec();
            while stopped.is_none() && !left.is_empty() {
                let result = self.send::<T>(via, self.request_for(&left, &bodies)).await;
                let only = left.first().copied().filter(|_| self.single);
                stopped = settle(&mut left, &mut outcomes, result, only, &find);
            }
        }
        let outcomes = outcomes.into_iter().map(|outcome| match (outcome, &stopped) {
            (Some(outcome), _) => outcome,
            (None, Some(error)) => Outcome::NotSent(Arc::clone(error)),
            (None, None) => Outcome::NotMentioned,
        });
        Batch { outcomes: outcomes.collect() }
    }

    async fn send<T: Receipt>(&self, via: &Via, request: Prepared) -> Result<Vec<T>, Error> {
        let answer = via.send(request).await?;
        if self.single {
            return answer.decode(|body| one_from_slice_any(self.keys, body).map(|one| vec![one]));
        }
        let page: Page<T> = answer.decode(|body| Page::from_slice_any(self.keys, body))?;
        Ok(page.items)
    }
}

/// Enters the result of one request into the outcomes and takes those that have one now out of `left`.
/// Gives the error after which nothing more is sent. `only` is the place of an item that was sent alone, so
/// that all of the answer is about it.
fn settle<T: Receipt>(
    left: &mut Vec<usize>,
    outcomes: &mut [Option<Outcome<T>>],
    result: Result<Vec<T>, Error>,
    only: Option<usize>,
    find: &impl Fn(&T) -> Option<usize>,
) -> Option<Arc<Error>> {
    match result {
        Ok(receipts) => {
            for receipt in receipts {
                if let Some(place) =
                    only.or_else(|| find(&receipt)).filter(|place| left.contains(place))
                {
                    outcomes[place] = Some(Outcome::Done(receipt));
                }
            }
            for place in left.drain(..) {
                outcomes[place].get_or_insert(Outcome::NotMentioned);
            }
            None
        }
        Err(error) => {
            let named = named(error.validation(), left, only);
            if error.kind() == ErrorKind::Validation && !named.is_empty() {
                for (place, errors) in named {
                    left.retain(|other| *other != place);
                    outcomes[place] = Some(Outcome::Invalid(errors));
                }
                return None;
            }
            let error = Arc::new(error);
            for place in left.drain(..) {
                outcomes[place] = Some(failed(&error));
            }
            Some(error)
        }
    }
}

/// What became of the items of a request that failed.
pub(crate) fn failed<T>(error: &Arc<Error>) -> Outcome<T> {
    let error = Arc::clone(error);
    if error.maybe_done() {
        Outcome::Unknown(error)
    } else if error.status().is_some() {
        Outcome::Refused(error)
    } else {
        Outcome::NotSent(error)
    }
}

/// Which of the items `left` the server names as wrong, each with what is wrong.
fn named(
    validation: &[ItemErrors],
    left: &[usize],
    only: Option<usize>,
) -> Vec<(usize, Vec<ValidationError>)> {
    let mut named: Vec<(usize, Vec<ValidationError>)> = Vec::new();
    for item in validation {
        let place = item.request_id.as_deref().and_then(|id| id.parse().ok());
        let place = only.or_else(|| place.filter(|place| left.contains(place)));
        let Some(place) = place else { continue };
        match named.iter_mut().find(|(other, _)| *other == place) {
            Some((_, errors)) => errors.extend(item.errors.iter().cloned()),
            None => named.push((place, item.errors.clone())),
        }
    }
    named
}
