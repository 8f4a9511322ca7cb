//! Creating and changing many entities: split into requests, several at once, with an outcome for each item.
//!
//! `machine` decides what is sent, again or in halves, and what became of each item, without I/O;
//! `matching` reads answers; `outcomes` sends.

mod attempt;
mod kinds;
mod machine;
mod many;
mod matching;
mod outcome;
mod outcomes;
mod source;
mod stop;
mod under_way;

pub use attempt::{Attempt, Unknown};
pub(crate) use kinds::{Complex, Creating, Updating};
pub use many::{CreateComplexMany, CreateComplexStream, CreateMany, CreateStream, UpdateMany};
pub use many::{SendMany, UpdateStream, WriteMany};
pub use outcome::Outcome;
pub use outcomes::Outcomes;
pub(crate) use source::Iter;
pub use stop::Stop;
pub(crate) use under_way::UnderWay;

/// What became of a batch: an [`Outcome`] for each item, in the caller's order.
#[derive(Clone, Debug)]
#[must_use = "some items may not have been saved"]
pub struct Batch<T, I = ()> {
    outcomes: Vec<Outcome<T, I>>,
}

impl<T, I> Batch<T, I> {
    /// The outcomes, in the caller's order.
    pub fn outcomes(&self) -> &[Outcome<T, I>] {
        &self.outcomes
    }

    /// The outcomes, in the caller's order.
    pub fn into_outcomes(self) -> Vec<Outcome<T, I>> {
        self.outcomes
    }

    /// The receipts of what is done, each with the place of its item.
    pub fn done(&self) -> impl Iterator<Item = (usize, &T)> {
        let outcomes = self.outcomes.iter().enumerate();
        outcomes.filter_map(|(index, outcome)| Some((index, outcome.done()?)))
    }

    /// What is not done, each with the place of its item.
    pub fn failures(&self) -> impl Iterator<Item = (usize, &Outcome<T, I>)> {
        self.outcomes.iter().enumerate().filter(|(_, outcome)| outcome.done().is_none())
    }

    /// Is everything done?
    pub fn is_complete(&self) -> bool {
        self.failures().next().is_none()
    }

    /// The items of which nobody knows whether they are done, each with its place: for
    /// [`reconcile`](crate::Entities::reconcile).
    pub fn into_unknown(self) -> impl Iterator<Item = (usize, Unknown<I>)> {
        let outcomes = self.outcomes.into_iter().enumerate();
        outcomes.filter_map(|(index, outcome)| match outcome {
            Outcome::OutcomeUnknown(unknown) => Some((index, *unknown)),
            _ => None,
        })
    }

    /// The items of which it is certain that nothing of them was saved, though nothing is wrong with them:
    /// they can be given to a new batch. Each has its place.
    pub fn into_not_sent(self) -> impl Iterator<Item = (usize, I)> {
        let outcomes = self.outcomes.into_iter().enumerate();
        outcomes.filter_map(|(index, outcome)| match outcome {
            Outcome::NotSent { item, .. } => Some((index, *item)),
            _ => None,
        })
    }
}

impl<T, I> FromIterator<Outcome<T, I>> for Batch<T, I> {
    fn from_iter<O: IntoIterator<Item = Outcome<T, I>>>(outcomes: O) -> Self {
        Self { outcomes: outcomes.into_iter().collect() }
    }
}
