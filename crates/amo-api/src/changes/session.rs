//! A run over one or several lists: what they share, and the checkpoint at its end.

use std::collections::{BTreeSet, VecDeque};
use std::pin::Pin;

use amo_core::{Account, AccountId, AccountWith, Event, List, ListQuery, from_slice};
use amo_transport::Priority;

use super::checkpoint::{Told, back};
use super::follow::Signs;
use super::run::{Period, Run};
use super::steady::Steady;
use super::{Change, Checkpoint, Follow, Manner};
use crate::call::Via;
use crate::place::Place;
use crate::prepared::Prepared;
use crate::{Error, ErrorKind, server_time};

/// What a step gives: a future of its own type for each list.
type Found<'a, T> = Pin<Box<dyn Future<Output = Result<Option<Vec<T>>, Error>> + Send + 'a>>;

/// A list whose changes are followed, whatever it is a list of.
pub(super) trait Track<T>: Send {
    fn name(&self) -> String;

    fn signs(&self) -> Option<Signs>;

    fn note_events(&mut self, events: &[Event], period: &Period);

    fn next<'a>(&'a mut self, period: &'a mut Period) -> Found<'a, T>;
}

/// The changes of a list as something else.
pub(super) struct Mapped<R: Follow, F> {
    run: Run<R>,
    map: F,
}

impl<R: Follow, F> Mapped<R, F> {
    pub(super) const fn new(run: Run<R>, map: F) -> Self {
        Self { run, map }
    }
}

impl<R: Follow, T: Send + 'static, F: FnMut(Change<R>) -> T + Send> Track<T> for Mapped<R, F> {
    fn name(&self) -> String {
        self.run.name()
    }

    fn signs(&self) -> Option<Signs> {
        self.run.signs()
    }

    fn note_events(&mut self, events: &[Event], period: &Period) {
        self.run.note_events(events, period);
    }

    fn next<'a>(&'a mut self, period: &'a mut Period) -> Found<'a, T> {
        Box::pin(async move {
            let found = self.run.next(period).await?;
            Ok(found.map(|found| found.into_iter().map(&mut self.map).collect()))
        })
    }
}

pub(super) struct Session<T> {
    via: Via,
    manner: Manner,
    tracks: VecDeque<Box<dyn Track<T>>>,
    lists: BTreeSet<String>,
    begun: Option<(Period, AccountId)>,
    /// The events that tell what is gone, of all lists together.
    signs: Option<Steady<Event>>,
}

impl<T> Session<T> {
    pub(super) fn new(mut via: Via, manner: Manner) -> Self {
        // Nobody sits and waits for it, and it has no deadline.
        via.options.priority.get_or_insert(Priority::Background);
        let (tracks, lists) = (VecDeque::new(), BTreeSet::new());
        Self { via, manner, tracks, lists, begun: None, signs: None }
    }

    pub(super) fn via(&self) -> Via {
        self.via.clone()
    }

    pub(super) const fn page_size(&self) -> u16 {
        self.manner.page_size
    }

    /// Adds a list; one that is there already need not be followed twice.
    pub(super) fn add(&mut self, track: impl Track<T> + 'static) {
        if self.lists.insert(track.name()) {
            self.tracks.push_back(Box::new(track));
        }
    }

    /// The next changes, perhaps none; `None` at the end.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<T>>, Error> {
        let Some((period, _)) = &mut self.begun else {
            let begun = self.begin().await?;
            self.signs = self.signs(&begun.0);
            self.begun = Some(begun);
            return Ok(Some(Vec::new()));
        };
        if let Some(signs) = &mut self.signs {
            match signs.next().await? {
                Some(events) => {
                    for track in &mut self.tracks {
                        track.note_events(&events, period);
                    }
                }
                None => self.signs = None,
            }
            return Ok(Some(Vec::new()));
        }
        let Some(track) = self.tracks.front_mut() else { return Ok(None) };
        let found = track.next(period).await?;
        if found.is_none() {
            self.tracks.pop_front();
        }
        Ok(Some(found.unwrap_or_default()))
    }

    /// The checkpoint, once all was read.
    pub(super) fn into_checkpoint(self) -> Option<Checkpoint> {
        let (period, account) = self.begun.filter(|_| self.tracks.is_empty())?;
        Some(period.told.into_checkpoint(period.began, account, self.lists))
    }

    fn signs(&self, period: &Period) -> Option<Steady<Event>> {
        let all: Vec<Signs> = self.tracks.iter().filter_map(|track| track.signs()).collect();
        if period.is_first || all.is_empty() {
            return None;
        }
        let filter = Signs::filter(&all).created_at(period.from..=period.began);
        let query = ListQuery::new().filter(filter);
        Some(Steady::new(&self.via, &Place(()), query, <Event as List>::MAX_LIMIT))
    }

    /// Asks for the account: what time it is there, which account it is, and whether it heeds filters.
    async fn begin(&mut self) -> Result<(Period, AccountId), Error> {
        let request = Prepared::new(Account::GET).with(&[AccountWith::IsApiFilterEnabled]);
        let invalid =
            |message: String| Error::new(ErrorKind::InvalidRequest, &request.operation, message);
        let since = &self.manner.since;
        if self.lists.is_empty() {
            return Err(invalid("it is not said whose changes are to be followed".to_owned()));
        }
        if let Some(list) = self.lists.iter().find(|list| !since.is_good_for(list)) {
            let message = format!(
                "the checkpoint is of a run that did not read {list}: what was changed there before it would be missed"
            );
            return Err(invalid(message));
        }
        let answer = self.via.send(request.clone()).await?;
        let account: Account = answer.decode(from_slice)?;
        if !since.is_of(account.id) {
            return Err(invalid(format!("the checkpoint is not of the account {}", account.id)));
        }
        // Of the first answer, before any list is read. The times of changes are the server's, and this
        // machine's clock may be wrong by hours.
        let now = server_time::of(&answer.report.headers);
        let now =
            now.ok_or_else(|| answer.unreadable("has no `Date`, by which changes are followed"))?;
        let overlap = self.manner.overlap;
        let period = Period {
            from: back(since.since(), overlap),
            // A server that was put back: rather twice than never.
            began: now,
            is_first: since.is_beginning(),
            filters: account.is_api_filter_enabled == Some(true),
            told: Told::new(since, now, overlap),
        };
        Ok((period, account.id))
    }
}
