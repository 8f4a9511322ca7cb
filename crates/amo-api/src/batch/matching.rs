//! What an answer, or the lack of one, says of the items of its request.

use std::collections::HashMap;
use std::hash::Hash;

use amo_core::{ItemErrors, Problem, ValidationError};
use serde_json::Value;

use super::kinds::Writes;
use crate::answer::Answer;
use crate::{Error, ErrorKind};

#[cfg(test)]
mod tests;

/// The items of one request, by their places in the batch.
#[derive(Debug)]
pub struct Sent<'a, K> {
    /// In order.
    places: &'a [usize],
    keys: HashMap<&'a K, usize>,
}

impl<'a, K: Eq + Hash> Sent<'a, K> {
    pub(crate) fn new(places: &'a [usize], keys: impl IntoIterator<Item = (&'a K, usize)>) -> Self {
        Self { places, keys: keys.into_iter().collect() }
    }

    /// The places, in order.
    pub(crate) fn places(&self) -> impl Iterator<Item = usize> {
        self.places.iter().copied()
    }

    /// The item of a request that has one.
    pub(crate) fn only(&self) -> Option<usize> {
        match self.places {
            [place] => Some(*place),
            _ => None,
        }
    }

    /// The item with this request id.
    pub(crate) fn named(&self, request_id: &str) -> Option<usize> {
        let place = request_id.parse().ok()?;
        self.places.binary_search(&place).ok().map(|_| place)
    }

    /// The item that writes this entity.
    pub(crate) fn keyed(&self, key: &K) -> Option<usize> {
        self.keys.get(key).copied()
    }
}

/// What is said of a request.
#[derive(Debug)]
pub(crate) enum Verdict<T> {
    /// It succeeded.
    Answered { done: Vec<(usize, T)>, rejected: Vec<(usize, Vec<ValidationError>)> },
    /// It was refused because of these items, and saved nothing.
    Wrong { items: Vec<(usize, Wrong)>, error: Error },
    /// These items are wrong; some others may have been saved, and nobody knows which.
    PerhapsInPart { items: Vec<(usize, Wrong)>, error: Error },
    /// Its body is too large (413); nothing was saved.
    TooLarge(Error),
    /// The server, or whoever stands before it, did not wait for its end (504).
    TooSlow(Error),
    /// It failed otherwise.
    Failed(Error),
}

/// What a refusal says of an item.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Wrong {
    Invalid(Vec<ValidationError>),
    Rejected(Vec<ValidationError>),
}

/// `acts_once` says whether doing twice what was done in part would be doing it twice.
pub(crate) fn verdict<W: Writes>(
    writes: &W,
    result: Result<Answer, Error>,
    sent: &Sent<'_, W::Key>,
    acts_once: bool,
) -> Verdict<W::Receipt> {
    let error = match result {
        Ok(answer) => match writes.read(&answer, sent) {
            Ok(done) => {
                let rejected = rejected(&answer, sent, &done);
                return Verdict::Answered { done, rejected };
            }
            Err(error) => error,
        },
        Err(error) => error,
    };
    match error.status() {
        Some(413) => return Verdict::TooLarge(error),
        Some(504) => return Verdict::TooSlow(error),
        None if error.is_timeout() => return Verdict::TooSlow(error),
        _ => {}
    }
    if !W::NAMED || error.kind() != ErrorKind::Validation {
        return Verdict::Failed(error);
    }
    let items = wrong(error.validation(), sent, W::SINGLE);
    if items.is_empty() {
        Verdict::Failed(error)
    } else if acts_once && carries_an_id(error.body()) {
        Verdict::PerhapsInPart { items, error }
    } else {
        Verdict::Wrong { items, error }
    }
}

/// What the answer of a success says of items that it did not do.
fn rejected<T, K: Eq + Hash>(
    answer: &Answer,
    sent: &Sent<'_, K>,
    done: &[(usize, T)],
) -> Vec<(usize, Vec<ValidationError>)> {
    let mut left: Vec<usize> = sent.places.to_vec();
    for (place, _) in done {
        left.retain(|other| other != place);
    }
    if left.is_empty() {
        return Vec::new();
    }
    let problem = Problem::in_success(&answer.body);
    let said = problem.map(|problem| problem.validation).unwrap_or_default();
    let mut rejected = Vec::new();
    let mut nameless = Vec::new();
    for ItemErrors { request_id, errors, .. } in said {
        match request_id.as_deref().map(|ids| places(ids, sent)) {
            None => nameless.push(errors),
            Some(places) => {
                for place in places.into_iter().filter(|place| left.contains(place)) {
                    add(&mut rejected, place, &errors);
                }
            }
        }
    }
    left.retain(|place| rejected.iter().all(|(known, _)| known != place));
    // As many errors without a name as items without a word, and all the same: then it is clear.
    if nameless.len() == left.len() && nameless.windows(2).all(|two| two[0] == two[1]) {
        rejected.extend(left.into_iter().zip(nameless));
    }
    rejected
}

/// Which items a refusal names as wrong.
fn wrong<K: Eq + Hash>(
    said: &[ItemErrors],
    sent: &Sent<'_, K>,
    single: bool,
) -> Vec<(usize, Wrong)> {
    let mut named = Vec::new();
    for ItemErrors { request_id, errors, .. } in said {
        let places = match (sent.only(), request_id) {
            // All of a refusal is about the only item there is.
            (Some(only), None) => vec![only],
            (Some(only), Some(_)) if single => vec![only],
            (_, Some(ids)) => places(ids, sent),
            (None, None) => Vec::new(),
        };
        for place in places {
            add(&mut named, place, errors);
        }
    }
    let wrong = |errors: Vec<ValidationError>| {
        if errors.iter().all(is_reason) { Wrong::Rejected(errors) } else { Wrong::Invalid(errors) }
    };
    named.into_iter().map(|(place, errors)| (place, wrong(errors))).collect()
}

/// Is it a reason why the thing was not done, and no fault of the data? A request whose calls all have
/// numbers that nobody has is answered with 400 in place of 200: it names no place in the item and no code
/// but a number. That this tells the two apart is a guess.
fn is_reason(error: &ValidationError) -> bool {
    let number = |code: &str| code.bytes().all(|byte| byte.is_ascii_digit());
    error.path.is_none() && error.code.as_ref().is_none_or(|code| number(code.as_str()))
}

/// Several ids stand where several items became one.
fn places<K: Eq + Hash>(request_ids: &str, sent: &Sent<'_, K>) -> Vec<usize> {
    request_ids.split(',').filter_map(|id| sent.named(id)).collect()
}

fn add(named: &mut Vec<(usize, Vec<ValidationError>)>, place: usize, errors: &[ValidationError]) {
    match named.iter_mut().find(|(known, _)| *known == place) {
        Some((_, known)) => known.extend(errors.iter().cloned()),
        None => named.push((place, errors.to_vec())),
    }
}

/// Does a refusal show an entity? Then something may have been saved all the same.
fn carries_an_id(body: &[u8]) -> bool {
    fn shows(value: &Value) -> bool {
        match value {
            Value::Array(list) => list.iter().any(shows),
            Value::Object(members) => members
                .iter()
                .any(|(name, value)| if name == "id" { !value.is_null() } else { shows(value) }),
            _ => false,
        }
    }
    serde_json::from_slice(body).is_ok_and(|body| shows(&body))
}
