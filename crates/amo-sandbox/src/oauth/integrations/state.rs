//! Integrations in a state.

use serde_json::{Value, json};

use super::Integrations;
use crate::connection::Integration;
use crate::flaws::Flaws;
use crate::state::item;

impl Integrations {
    /// All of them, that of the account itself first.
    pub(crate) fn shown(&self) -> Value {
        self.all().map(|one| json!(one)).collect()
    }

    /// Adds integrations; what both have is as the others have it.
    pub(crate) fn absorb(&mut self, other: Integrations) {
        let Integrations { first, others } = other;
        for one in std::iter::once(first).chain(others) {
            match self.find_mut(&one.client_id) {
                Some(known) => *known = one,
                None => self.others.push(one),
            }
        }
    }

    /// Reads all of them: the first one is that of the account itself.
    pub(crate) fn read(list: &Value, flaws: &mut Flaws) -> Option<Self> {
        let mut found: Vec<Integration> = Vec::new();
        for (index, one) in list.as_array().into_iter().flatten().enumerate() {
            flaws.within(&index.to_string(), |flaws| {
                let Some(read) = item::parsed::<Integration>(one, flaws) else { return };
                if found.iter().any(|known| known.client_id == read.client_id) {
                    item::twice("client_id", flaws);
                }
                found.push(read);
            });
        }
        let mut found = found.into_iter();
        let first = found.next();
        if first.is_none() {
            flaws.wrong_type("", "array with an integration");
        }
        Some(Integrations { first: first?, others: found.collect() })
    }
}
