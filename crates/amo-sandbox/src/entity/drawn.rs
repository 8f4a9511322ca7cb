//! Cards as they were written last, so that a list need not write each of them again.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

use super::Kind;
use crate::locked;

/// So many bytes are kept of each kind.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// The JSON of cards as lists show them. It is forgotten whenever something in the account may have
/// changed: see [`AccountLock`](crate::account::AccountLock).
#[derive(Debug, Default)]
pub(crate) struct Drawn {
    kinds: Mutex<BTreeMap<Kind, Look>>,
}

/// Cards that were drawn for the same address with the same `with`.
#[derive(Debug, Default)]
struct Look {
    name: String,
    cards: HashMap<i64, Box<[u8]>>,
    bytes: usize,
}

impl Drawn {
    pub(crate) fn forget(&self) {
        locked(&self.kinds).clear();
    }

    /// Writes cards to the end of a page, with commas between them. What is not kept is drawn.
    pub(super) fn write<T>(
        &self,
        kind: Kind,
        look: &str,
        cards: impl Iterator<Item = (i64, T)>,
        mut draw: impl FnMut(T) -> Vec<u8>,
        page: &mut Vec<u8>,
    ) {
        let mut kinds = locked(&self.kinds);
        let kept = kinds.entry(kind).or_default();
        if kept.name != look || kept.bytes > MOST_BYTES {
            *kept = Look { name: look.to_owned(), ..Look::default() };
        }
        for (place, (id, card)) in cards.enumerate() {
            if place > 0 {
                page.push(b',');
            }
            let Look { cards, bytes, .. } = &mut *kept;
            page.extend_from_slice(cards.entry(id).or_insert_with(|| {
                let drawn = draw(card).into_boxed_slice();
                *bytes += drawn.len();
                drawn
            }));
        }
    }
}
