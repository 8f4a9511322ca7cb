//! What is remembered of people who were just created.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::Candidate;
use crate::key_locks::KeyLocks;

/// How long the search may not know yet who was created. That it may lag is a guess.
const LAG: Duration = Duration::from_secs(300);

/// What a client and its clones keep for finding people.
#[derive(Debug, Default)]
pub(crate) struct PeopleMemory {
    pub(super) locks: KeyLocks<String>,
    recent: Mutex<HashMap<String, (Candidate, Duration)>>,
}

impl PeopleMemory {
    /// Who was created with this key a short time ago.
    pub(super) fn created(&self, key: &str, now: Duration) -> Option<Candidate> {
        let recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        recent.get(key).filter(|(_, at)| now < *at + LAG).map(|(candidate, _)| *candidate)
    }

    /// Remembers somebody, and forgets those whom the search must know by now.
    pub(super) fn remember(&self, key: String, candidate: Candidate, now: Duration) {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        recent.retain(|_, (_, at)| now < *at + LAG);
        recent.insert(key, (candidate, now));
    }
}
