//! Events: what happened to entities. Every change that a request makes to what is kept becomes
//! events of itself, by what was there before and is there now.

mod cards;
mod changes;
mod filter;
mod list;
pub(crate) mod state;
mod types;

use std::collections::HashMap;

use serde_json::Value;

pub(crate) use cards::{added as card_added, number_of};
pub(crate) use changes::{added as record_added, begin, remember, restored};
pub(crate) use list::{answer, answer_types};

use crate::entity::Kind;

/// Something that happened.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) at: i64,
    /// Who did it.
    pub(crate) by: i64,
    pub(crate) what: What,
}

/// What happened, and to what.
#[derive(Debug, Clone)]
pub(crate) struct What {
    pub(crate) kind: &'static str,
    /// `lead`, `task` and so on.
    pub(crate) entity_type: &'static str,
    pub(crate) entity_id: i64,
    pub(crate) before: Vec<Value>,
    pub(crate) after: Vec<Value>,
    /// The catalog, of elements.
    pub(crate) catalog: Option<i64>,
    /// The contact of the talk, of messages in talks.
    pub(crate) talk_contact: Option<i64>,
}

impl What {
    pub(crate) fn new(kind: &'static str, of: (&'static str, i64)) -> Self {
        Self {
            kind,
            entity_type: of.0,
            entity_id: of.1,
            before: Vec::new(),
            after: Vec::new(),
            catalog: None,
            talk_contact: None,
        }
    }

    fn before(self, values: impl IntoIterator<Item = Value>) -> Self {
        Self { before: values.into_iter().collect(), ..self }
    }

    pub(crate) fn of_talk_with(self, contact: i64) -> Self {
        Self { talk_contact: Some(contact), ..self }
    }

    pub(crate) fn after(self, values: impl IntoIterator<Item = Value>) -> Self {
        Self { after: values.into_iter().collect(), ..self }
    }
}

/// All events, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct Events {
    all: Vec<Event>,
    /// The places of those whose ids were not made here, so that they do not tell their places.
    named: HashMap<String, usize>,
}

impl Events {
    pub(crate) fn add(&mut self, what: What, by: i64, at: i64) {
        let id = id(at, self.all.len());
        self.all.push(Event { id, at, by, what });
    }

    /// Adds one that may have an id of its own.
    fn put(&mut self, id: Option<String>, what: What, by: i64, at: i64) {
        let place = self.all.len();
        self.add(what, by, at);
        let Some(event) = self.all.get_mut(place) else { return };
        if let Some(id) = id.filter(|id| *id != event.id) {
            if number(&id) != Some(place) {
                self.named.entry(id.clone()).or_insert(place);
            }
            event.id = id;
        }
    }

    fn find(&self, id: &str) -> Option<&Event> {
        let made_here = number(id).and_then(|place| self.all.get(place));
        let named = || self.all.get(*self.named.get(id)?);
        made_here.filter(|event| event.id == id).or_else(named)
    }

    /// Adds what happened before the account was opened: when, by whom, and what, in any order.
    pub(crate) fn tell(&mut self, mut history: Vec<(i64, i64, What)>) {
        history.sort_by_key(|(at, ..)| *at);
        self.all.reserve(history.len());
        for (at, by, what) in history {
            self.add(what, by, at);
        }
    }
}

const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// 26 characters that grow from event to event: ten of the time in milliseconds, as a ULID has
/// them, and sixteen of a counter in place of chance, so that the same steps give the same ids.
fn id(at: i64, number: usize) -> String {
    let mut rest = (u128::from(at.max(0).unsigned_abs()) * 1000) << 80 | number as u128;
    let mut id: Vec<char> = (0..26)
        .map(|_| {
            let digit = (rest % 32) as usize;
            rest /= 32;
            DIGITS.get(digit).copied().map_or('0', char::from)
        })
        .collect();
    id.reverse();
    id.into_iter().collect()
}

/// The counter in an id that was made here.
fn number(id: &str) -> Option<usize> {
    let mut number = 0_usize;
    for digit in id.as_bytes().get(10..26)? {
        let digit = DIGITS.iter().position(|known| known == digit)?;
        number = number.checked_mul(32)?.checked_add(digit)?;
    }
    Some(number)
}

/// `lead` for leads and so on.
fn one_of(kind: Kind) -> &'static str {
    match kind.resource().name {
        "element" => "catalog_element",
        one => one,
    }
}
