//! Finding people.

use super::search::{self, people};
use super::{Person, PersonKey, PersonKind};
use crate::call::{Action, Several, Via};
use crate::prepared::Prepared;
use crate::{ApiCall, Error};

/// How many of each kind are read unless said: far more than ever share a phone, and few enough to read.
pub(super) const MOST: usize = 1000;

/// Finds everybody who has a phone or an e-mail address.
#[derive(Debug)]
pub struct FindPeople {
    key: PersonKey,
    kinds: Vec<PersonKind>,
    most: usize,
}

impl FindPeople {
    pub(super) fn new(key: PersonKey) -> Self {
        Self { key, kinds: vec![PersonKind::Contact, PersonKind::Company], most: MOST }
    }
}

impl ApiCall<FindPeople> {
    /// Only contacts, or only companies: half of the requests.
    pub fn only(mut self, kind: PersonKind) -> Self {
        self.action.kinds = vec![kind];
        self
    }

    /// How many rows of each kind the search may give; more is an error. 1000 if nothing is said.
    pub fn at_most(mut self, rows: usize) -> Self {
        self.action.most = rows;
        self
    }
}

impl Action for FindPeople {
    type Output = Result<Vec<Person>, Error>;

    async fn run(self, via: Via) -> Self::Output {
        people(&via, &self.key, &self.kinds, self.most).await
    }
}

/// The first page of each kind, where amoCRM is searched.
impl Several for FindPeople {
    fn prepare_all(&self) -> Result<Vec<Prepared>, Error> {
        self.kinds.iter().map(|kind| search::request(&self.key, *kind)).collect()
    }
}
