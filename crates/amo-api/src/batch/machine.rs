//! What of a batch is sent when, and what became of each item: a state machine without I/O.
//!
//! Items are taken one by one, gathered into requests, and given out in the caller's order as soon as it is
//! known what became of them. An item stays here from when it is taken until it is given out; how many may,
//! is bounded by a window.

#[cfg(test)]
mod tests;

use std::collections::{HashSet, VecDeque};
use std::hash::Hash;
use std::sync::Arc;

use bytes::Bytes;

use super::matching::{Sent, Verdict, Wrong};
use super::{Attempt, Outcome, Unknown};
use crate::Error;

/// How a batch is sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    pub(crate) per_request: usize,
    pub(crate) concurrency: usize,
    pub(crate) stop_at_first_invalid: bool,
    /// Is a request that took too long sent again in halves?
    pub(crate) halve_on_timeout: bool,
    /// Is the one item of a request sent as it is?
    pub(crate) single: bool,
}

/// A request to be sent: the places of its items, in order, and its body.
#[derive(Debug)]
pub(crate) struct Work {
    pub(crate) places: Vec<usize>,
    pub(crate) body: Bytes,
}

#[derive(Debug)]
pub(crate) struct Machine<I, T, K> {
    rules: Rules,
    /// The items that were not given out yet.
    items: VecDeque<Item<I, T, K>>,
    /// The place of the first of them.
    first: usize,
    /// What the next new request is made of.
    gathered: Vec<usize>,
    gathered_bytes: usize,
    /// What is sent before anything new: halves, and what is left of refused requests.
    again: VecDeque<Vec<usize>>,
    /// No new request may have more bytes: half of what was refused as too large.
    most_bytes: usize,
    sending: usize,
    /// What the items write whose outcome is not known yet.
    busy: HashSet<K>,
    /// An item that waits for an earlier one that writes the same.
    held: Option<(I, Vec<u8>, K)>,
    ended: bool,
    stopped: Option<Stopped>,
}

/// Nothing more is sent.
#[derive(Debug)]
struct Stopped {
    /// `None` if the caller wanted it.
    by: Option<Arc<Error>>,
}

#[derive(Debug)]
enum Item<I, T, K> {
    Open {
        item: I,
        json: Vec<u8>,
        key: Option<K>,
        /// It was in a request of which nobody knows the outcome, and waits to be sent again.
        tried: Option<(Attempt, Arc<Error>)>,
    },
    Settled(Outcome<T, I>),
    /// Only while it is changed from one to the other.
    Between,
}

impl<I, T, K: Eq + Hash + Clone> Machine<I, T, K> {
    pub(crate) fn new(rules: Rules) -> Self {
        Self {
            rules,
            items: VecDeque::new(),
            first: 0,
            gathered: Vec::new(),
            gathered_bytes: 0,
            again: VecDeque::new(),
            most_bytes: usize::MAX,
            sending: 0,
            busy: HashSet::new(),
            held: None,
            ended: false,
            stopped: None,
        }
    }

    /// The place of the next item.
    pub(crate) fn next_place(&self) -> usize {
        self.first + self.items.len()
    }

    /// Is another item to be taken?
    pub(crate) fn wants_more(&self) -> bool {
        let gathering = self.held.is_none() && !self.is_gathered();
        !self.ended && self.has_room() && (self.is_stopped() || gathering)
    }

    /// The window is so wide that a slow request in front does not hold up the others at once.
    fn has_room(&self) -> bool {
        let Rules { per_request, concurrency, .. } = self.rules;
        self.items.len() < per_request.saturating_mul(concurrency).saturating_mul(4)
    }

    /// Takes an item that is to be sent.
    pub(crate) fn take(&mut self, item: I, json: Vec<u8>, key: Option<K>) {
        if self.is_stopped() {
            self.refuse(item);
        } else if let Some(key) = key.as_ref().filter(|key| self.busy.contains(key)) {
            self.held = Some((item, json, key.clone()));
        } else {
            self.gather(item, json, key);
        }
    }

    fn gather(&mut self, item: I, json: Vec<u8>, key: Option<K>) {
        self.gathered.push(self.next_place());
        self.gathered_bytes += json.len();
        self.busy.extend(key.clone());
        self.items.push_back(Item::Open { item, json, key, tried: None });
    }

    /// Takes an item whose outcome is known without a request.
    pub(crate) fn settled(&mut self, outcome: Outcome<T, I>) {
        self.items.push_back(Item::Settled(outcome));
    }

    /// Takes an item after the batch was stopped.
    pub(crate) fn refuse(&mut self, item: I) {
        let outcome = self.not_sent(item);
        self.settled(outcome);
    }

    /// There are no more items.
    pub(crate) fn end(&mut self) {
        self.ended = true;
    }

    fn is_gathered(&self) -> bool {
        let full = self.gathered.len() >= self.rules.per_request;
        full || (self.gathered_bytes >= self.most_bytes && !self.gathered.is_empty())
    }

    /// The next request, if there is one and it may be sent now.
    pub(crate) fn next_request(&mut self) -> Option<Work> {
        if self.sending >= self.rules.concurrency {
            return None;
        }
        let places = self.again.pop_front().or_else(|| {
            // Without room nothing can be added to it: items behind it wait for their turn.
            let closed = self.ended || self.held.is_some() || !self.has_room();
            let ready = !self.gathered.is_empty() && (closed || self.is_gathered());
            ready.then(|| self.take_gathered(self.rules.per_request))
        })?;
        self.sending += 1;
        Some(Work { body: self.body(&places), places })
    }

    fn take_gathered(&mut self, most: usize) -> Vec<usize> {
        // More was gathered than goes into a request if those have become smaller since.
        let rest = self.gathered.split_off(most.min(self.gathered.len()));
        self.gathered_bytes = self.bytes(&rest);
        std::mem::replace(&mut self.gathered, rest)
    }

    fn bytes(&self, places: &[usize]) -> usize {
        places.iter().filter_map(|place| self.json(*place)).map(<[u8]>::len).sum()
    }

    fn body(&self, places: &[usize]) -> Bytes {
        let items: Vec<&[u8]> = places.iter().filter_map(|place| self.json(*place)).collect();
        let mut body = items.join(&b',');
        if !self.rules.single {
            body.insert(0, b'[');
            body.push(b']');
        }
        Bytes::from(body)
    }

    fn json(&self, place: usize) -> Option<&[u8]> {
        match self.items.get(place.checked_sub(self.first)?)? {
            Item::Open { json, .. } => Some(json),
            _ => None,
        }
    }

    /// What was sent, for finding receipts.
    pub(crate) fn sent<'a>(&'a self, places: &'a [usize]) -> Sent<'a, K> {
        let key = |place: usize| match self.items.get(place.checked_sub(self.first)?)? {
            Item::Open { key: Some(key), .. } => Some((key, place)),
            _ => None,
        };
        Sent::new(places, places.iter().filter_map(|place| key(*place)))
    }

    /// Takes what is said of a request.
    pub(crate) fn finished(&mut self, places: Vec<usize>, verdict: Verdict<T>, attempt: Attempt) {
        self.sending -= 1;
        let halved = places.len() > 1 && !self.is_stopped();
        match verdict {
            Verdict::Answered { done, rejected } => {
                for (place, receipt) in done {
                    self.settle(place, |_| Outcome::Done(receipt));
                }
                for (place, reasons) in rejected {
                    self.settle(place, |item| Outcome::Rejected { item, reasons });
                }
                for place in places {
                    self.settle(place, |item| Outcome::NotMentioned { item });
                }
            }
            Verdict::Wrong { items, error } => {
                self.settle_wrong(items);
                let left = self.open(places);
                if self.rules.stop_at_first_invalid {
                    self.stop(Some(Arc::new(error)));
                }
                if self.is_stopped() {
                    self.give_up(left);
                } else if !left.is_empty() {
                    self.again.push_front(left);
                }
            }
            Verdict::PerhapsInPart { items, error } => {
                self.settle_wrong(items);
                self.fail(places, error, attempt, true);
            }
            Verdict::TooLarge(_) if halved => {
                self.most_bytes = self.most_bytes.min(self.bytes(&places) / 2).max(1);
                self.halve(places);
            }
            // One item that is too large says nothing of the others.
            Verdict::TooLarge(error) => {
                let error = Arc::new(error);
                for place in places {
                    let error = Arc::clone(&error);
                    self.settle(place, |item| Outcome::Refused { item, error });
                }
            }
            Verdict::TooSlow(error) if halved && self.rules.halve_on_timeout => {
                self.rules.per_request = self.rules.per_request.min(places.len().div_ceil(2));
                self.note_tried(&places, attempt, &Arc::new(error));
                self.halve(places);
            }
            Verdict::TooSlow(error) | Verdict::Failed(error) => {
                let unknown = error.maybe_done();
                self.fail(places, error, attempt, unknown);
            }
        }
        self.release();
    }

    fn settle_wrong(&mut self, items: Vec<(usize, Wrong)>) {
        for (place, wrong) in items {
            self.settle(place, |item| match wrong {
                Wrong::Invalid(errors) => Outcome::Invalid { item, errors },
                Wrong::Rejected(reasons) => Outcome::Rejected { item, reasons },
            });
        }
    }

    fn note_tried(&mut self, places: &[usize], attempt: Attempt, error: &Arc<Error>) {
        for place in places {
            let index = place.checked_sub(self.first);
            let item = index.and_then(|index| self.items.get_mut(index));
            if let Some(Item::Open { tried, .. }) = item {
                let started = tried.as_ref().map_or(attempt.started, |(first, _)| first.started);
                *tried = Some((Attempt { started, ..attempt }, Arc::clone(error)));
            }
        }
    }

    fn halve(&mut self, mut places: Vec<usize>) {
        let second = places.split_off(places.len().div_ceil(2));
        self.again.push_front(second);
        self.again.push_front(places);
    }

    /// A failure after which nothing more is sent.
    fn fail(&mut self, places: Vec<usize>, error: Error, attempt: Attempt, unknown: bool) {
        let error = Arc::new(error);
        for place in places {
            let error = Arc::clone(&error);
            self.settle(place, |item| {
                if unknown {
                    let item = *item;
                    Outcome::OutcomeUnknown(Box::new(Unknown { item, attempt, error }))
                } else if error.status().is_some() {
                    Outcome::Refused { item, error }
                } else {
                    Outcome::NotSent { item, error: Some(error) }
                }
            });
        }
        self.stop(Some(error));
    }

    /// Nothing more is sent; what is under way is waited for.
    pub(crate) fn stop(&mut self, error: Option<Arc<Error>>) {
        if self.is_stopped() {
            return;
        }
        self.stopped = Some(Stopped { by: error });
        let mut waiting = self.take_gathered(usize::MAX);
        waiting.extend(std::mem::take(&mut self.again).into_iter().flatten());
        self.give_up(waiting);
        if let Some((item, _, _)) = self.held.take() {
            self.refuse(item);
        }
    }

    fn give_up(&mut self, places: Vec<usize>) {
        let error = self.stopped_by();
        for place in places {
            let error = error.clone();
            self.settle(place, |item| Outcome::NotSent { item, error });
        }
    }

    fn not_sent(&self, item: I) -> Outcome<T, I> {
        Outcome::NotSent { item: Box::new(item), error: self.stopped_by() }
    }

    fn stopped_by(&self) -> Option<Arc<Error>> {
        self.stopped.as_ref()?.by.clone()
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped.is_some()
    }

    /// Those of the places whose outcome is not known yet.
    fn open(&self, places: Vec<usize>) -> Vec<usize> {
        places.into_iter().filter(|place| self.json(*place).is_some()).collect()
    }

    /// Says what became of an item, unless that was said already.
    fn settle(&mut self, place: usize, outcome: impl FnOnce(Box<I>) -> Outcome<T, I>) {
        let index = place.checked_sub(self.first);
        let Some(known) = index.and_then(|index| self.items.get_mut(index)) else { return };
        *known = match std::mem::replace(known, Item::Between) {
            Item::Open { item, key, tried, .. } => {
                if let Some(key) = key {
                    self.busy.remove(&key);
                }
                Item::Settled(after(tried, outcome(Box::new(item))))
            }
            settled => settled,
        };
    }

    /// Lets go on what waited for an earlier change of the same.
    fn release(&mut self) {
        if let Some((item, json, key)) = self.held.take_if(|(_, _, key)| !self.busy.contains(key)) {
            self.gather(item, json, Some(key));
        }
    }

    /// The next item in the caller's order, if it is known what became of it.
    pub(crate) fn next_outcome(&mut self) -> Option<(usize, Outcome<T, I>)> {
        if !matches!(self.items.front(), Some(Item::Settled(_))) {
            return None;
        }
        let Some(Item::Settled(outcome)) = self.items.pop_front() else { return None };
        let place = self.first;
        self.first += 1;
        Some((place, outcome))
    }

    /// Was everything given out?
    pub(crate) fn is_over(&self) -> bool {
        self.ended && self.items.is_empty() && self.held.is_none()
    }
}

/// The outcome of an item that may have been done by an earlier request: of that, a later one that was
/// refused or not sent says nothing.
fn after<T, I>(tried: Option<(Attempt, Arc<Error>)>, outcome: Outcome<T, I>) -> Outcome<T, I> {
    let Some((attempt, error)) = tried else { return outcome };
    match outcome {
        Outcome::Refused { item, .. } | Outcome::NotSent { item, .. } => {
            Outcome::OutcomeUnknown(Box::new(Unknown { item: *item, attempt, error }))
        }
        Outcome::OutcomeUnknown(mut unknown) => {
            unknown.attempt.started = attempt.started;
            Outcome::OutcomeUnknown(unknown)
        }
        outcome => outcome,
    }
}
