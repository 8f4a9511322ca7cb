//! One list whose changes are followed: what is in the bin first, then what was changed.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};

use amo_core::{Event, List, ListQuery, Timestamp};

use super::checkpoint::Told;
use super::follow::{Sign, Signs};
use super::steady::Steady;
use super::{Change, Follow};
use crate::call::{Action as _, Via};
use crate::get::GetOne;
use crate::place::Place;
use crate::{Error, ErrorKind};

/// What the lists of a run have in common.
#[derive(Debug)]
pub(super) struct Period {
    /// Changes from here on are wanted.
    pub(super) from: Timestamp,
    /// When the run began: what is changed later belongs to the next one.
    pub(super) began: Timestamp,
    /// Nobody has anything yet that could be gone.
    pub(super) is_first: bool,
    /// Whether filters that must be paid for are heeded, as the account says.
    pub(super) filters: bool,
    pub(super) told: Told,
}

/// Follows one list.
///
/// First it is told and reads who is gone, then who is there, and it tells of the former at the end, if they were
/// not there: so nobody is told to be gone and to be there in the same run, and who comes back meanwhile is
/// there.
pub(super) struct Run<R: Follow> {
    via: Via,
    place: Place<R>,
    with: Vec<<R as List>::With>,
    page_size: u16,
    /// Those that events and the recycle bin tell of.
    signs: HashMap<R::Id, (Sign, Timestamp)>,
    step: Step<R>,
}

enum Step<R: Follow> {
    Begin,
    Bin(Steady<R>),
    /// Those that are there, and whether the server is asked for the changed ones only.
    List(Steady<R>, bool),
    /// Those of whom there was a sign, and who were not in the list.
    Rest(Vec<(R::Id, Sign, Timestamp)>),
    End,
}

impl<R: Follow> Run<R> {
    pub(super) fn new(
        via: Via,
        place: Place<R>,
        with: Vec<<R as List>::With>,
        page_size: u16,
    ) -> Self {
        Self { via, place, with, page_size, signs: HashMap::new(), step: Step::Begin }
    }

    /// The list that it follows: the path, which no other list has.
    pub(super) fn name(&self) -> String {
        self.place.of(R::LIST).path_and_query
    }

    /// The next changes, perhaps none; `None` at the end.
    pub(super) async fn next(
        &mut self,
        period: &mut Period,
    ) -> Result<Option<Vec<Change<R>>>, Error> {
        let mut found = Vec::new();
        match &mut self.step {
            Step::Begin => self.step = self.bin(period),
            Step::Bin(bin) => {
                let rows = bin.next().await?;
                // A server that does not know how to list the bin lists something else.
                let rows = rows.filter(|rows| rows.iter().any(Follow::is_in_bin));
                match rows {
                    Some(rows) => {
                        for row in &rows {
                            self.note_if_gone(row, period);
                        }
                    }
                    None => self.step = self.list(period, period.filters),
                }
            }
            Step::List(list, is_filtered) => match list.next().await {
                Ok(Some(rows)) => {
                    for row in rows {
                        self.found(row, period, &mut found);
                    }
                }
                Ok(None) => self.step = Step::Rest(self.rest()),
                // The account says that it has paid for filters, and refuses them.
                Err(error) if R::PAID && *is_filtered && list.is_new() && is_refusal(&error) => {
                    self.step = self.list(period, false);
                }
                Err(error) => return Err(error),
            },
            Step::Rest(rest) => match rest.pop() {
                Some((id, sign, at)) => self.look_at(id, sign, at, period, &mut found).await?,
                None => self.step = Step::End,
            },
            Step::End => return Ok(None),
        }
        Ok(Some(found))
    }

    fn bin(&self, period: &Period) -> Step<R> {
        match R::bin().filter(|_| !period.is_first) {
            // Without a filter: nobody says that there is one for the bin.
            Some(bin) => {
                let query = ListQuery::new().with(bin);
                let bin = Steady::new(&self.via, &self.place, query, self.page_size);
                Step::Bin(bin.newest_until(period.from))
            }
            None => self.list(period, period.filters),
        }
    }

    fn list(&self, period: &Period, filters: bool) -> Step<R> {
        let query = self.with.iter().cloned().fold(ListQuery::new(), ListQuery::with);
        let walk = |query| Steady::new(&self.via, &self.place, query, self.page_size);
        if period.is_first {
            Step::List(walk(query).by_id(), false)
        } else if filters || !R::PAID {
            // Ordered by ids, which never change. By the time of the last change, what is changed meanwhile
            // would move; and tasks cannot be ordered so.
            let query = query.filter(R::since(period.from, period.began));
            Step::List(walk(query).by_id(), true)
        } else {
            Step::List(walk(query).newest_until(period.from), false)
        }
    }

    /// The events that tell of what is gone, if there are any.
    pub(super) fn signs(&self) -> Option<Signs> {
        R::signs(&self.place.0)
    }

    /// Notes the signs among these events.
    pub(super) fn note_events(&mut self, events: &[Event], period: &Period) {
        let Some(signs) = self.signs() else { return };
        for event in events.iter().filter(|event| signs.have(event)) {
            let Some(((id, sign), at)) = R::sign(event).zip(event.created_at) else { continue };
            if at < period.from {
                continue;
            }
            // The last one counts, in whichever order they come. In the same second nobody knows which one
            // that is: then the entity itself is asked for.
            let known = self.signs.entry(id).or_insert((sign, at));
            if at > known.1 {
                *known = (sign, at);
            } else if at == known.1 && sign != known.0 {
                known.0 = Sign::Unclear;
            }
        }
    }

    fn note_if_gone(&mut self, row: &R, period: &Period) {
        let at = row.changed_at().filter(|at| *at >= period.from);
        if let Some(at) = at.filter(|_| row.is_in_bin()) {
            self.signs.insert(row.own_id(), (Sign::Deleted, at));
        }
    }

    /// It is there, as the server shows it now.
    fn found(&mut self, row: R, period: &mut Period, found: &mut Vec<Change<R>>) {
        if row.is_in_bin() {
            return self.note_if_gone(&row, period);
        }
        // Never taken for filtered because it was asked for so: plans of accounts ignore filters.
        let at = row.changed_at();
        if at.is_some_and(|at| at < period.from) {
            return;
        }
        let sign = self.signs.remove(&row.own_id());
        self.tell(row, sign, period, found);
    }

    fn tell(
        &self,
        row: R,
        sign: Option<(Sign, Timestamp)>,
        period: &mut Period,
        found: &mut Vec<Change<R>>,
    ) {
        let id = row.own_id();
        if let Some((Sign::Restored, at)) = sign
            && period.told.is_news(at, &(self.name(), &id, "restored", at.as_unix_seconds()))
        {
            found.push(Change::Restored(id.clone()));
        }
        // Its content is looked at: a second is long, and much can be changed within the same.
        let at = row.changed_at().unwrap_or(period.began);
        if period.told.is_news(at, &(self.name(), &id, Content(&row))) {
            found.push(Change::Upsert(row));
        }
    }

    fn rest(&mut self) -> Vec<(R::Id, Sign, Timestamp)> {
        self.signs.drain().map(|(id, (sign, at))| (id, sign, at)).collect()
    }

    /// Those that were deleted are gone; of the others the entity itself says it.
    async fn look_at(
        &mut self,
        id: R::Id,
        sign: Sign,
        at: Timestamp,
        period: &mut Period,
        found: &mut Vec<Change<R>>,
    ) -> Result<(), Error> {
        if sign != Sign::Deleted {
            let (place, with) = (self.place.clone(), self.with.clone());
            let get = GetOne { place, id: id.clone(), with };
            let row = get.run(self.via.clone()).await?;
            if let Some(row) = row.filter(|row| !row.is_in_bin()) {
                self.tell(row, Some((sign, at)), period, found);
                return Ok(());
            }
        }
        if period.told.is_news(at, &(self.name(), &id, "gone")) {
            found.push(Change::Gone(id));
        }
        Ok(())
    }
}

fn is_refusal(error: &Error) -> bool {
    error.kind() == ErrorKind::Validation
}

/// What there is to know of an entity.
struct Content<'a, R>(&'a R);

impl<R: Follow> Hash for Content<'_, R> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // Only keys that are no texts could fail, and there are none.
        serde_json::to_vec(self.0).unwrap_or_default().hash(state);
    }
}
