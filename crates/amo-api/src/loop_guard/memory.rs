//! What a client has written, for a while.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use amo_auth::Clock;
use amo_core::webhook::{Event, HookAction, HookEntity};
use amo_core::{Author, Timestamp};

use super::writes::{Kind, Which, Write, Written};
use super::{LoopGuard, Whose};
use crate::answer::Answer;
use crate::prepared::Prepared;
use crate::{Error, server_time};

/// When amoCRM posts a webhook for the last time, after what it tells of.
const LAST_POST: Duration = Duration::from_secs(95 * 60);
/// By how much the server's own times may differ from each other.
const SLACK: Duration = Duration::from_secs(2);
/// How much later the server may do what nobody waits for any more.
const LATE: Duration = Duration::from_secs(2 * 60);
/// So many events of one write are told apart at most.
const MOST_EVENTS: usize = 16;

pub(crate) struct Memory {
    guard: Arc<LoopGuard>,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

struct State {
    own: HashMap<Which, Vec<Own>>,
    /// In the order in which they were noted.
    order: VecDeque<(Duration, Which)>,
    /// What is being written just now: entities, and kinds of which there will be new ones.
    changing: HashMap<Which, usize>,
    creating: HashMap<Kind, usize>,
    /// When creations failed of which nobody knows whether they were done.
    doubtful: HashMap<Kind, Duration>,
    /// Whatever was written later than this is known, by this machine's calendar.
    since: Timestamp,
    /// By how many seconds the server's calendar is ahead of this machine's.
    ahead: i64,
}

/// One write of one entity.
struct Own {
    how: How,
    noted: Duration,
    /// The events that were told of it: which, and by what key.
    told: Vec<(HookAction, String)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Created,
    At(Timestamp),
    /// Sometime from the one to the other, by the server's calendar; it may have been created too.
    Around(Timestamp, Timestamp),
}

impl Memory {
    pub(crate) fn new(guard: Arc<LoopGuard>, clock: Arc<dyn Clock>) -> Self {
        let state = State {
            own: HashMap::new(),
            order: VecDeque::new(),
            changing: HashMap::new(),
            creating: HashMap::new(),
            doubtful: HashMap::new(),
            since: clock.now(),
            ahead: 0,
        };
        Self { guard, clock, state: Mutex::new(state) }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A state is whole after each step.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Learns from any answer what time it is at the server.
    pub(crate) fn heard(&self, answer: &Answer) {
        if let Some(there) = server_time::of(&answer.report.headers) {
            let here = self.clock.now().as_unix_seconds();
            self.lock().ahead = there.as_unix_seconds() - here;
        }
    }

    /// Notes that a request is about to be sent; `None` if it writes nothing that webhooks tell of.
    pub(crate) fn begin(self: &Arc<Self>, request: &Prepared) -> Option<UnderWay> {
        let write = Write::of(request)?;
        let mut state = self.lock();
        for which in write.known() {
            *state.changing.entry(which).or_default() += 1;
        }
        for kind in write.creates() {
            *state.creating.entry(*kind).or_default() += 1;
        }
        drop(state);
        Some(UnderWay {
            memory: Arc::clone(self),
            write,
            began: self.clock.monotonic(),
            ended: None,
        })
    }

    pub(crate) fn whose(&self, event: &Event) -> Whose {
        let Some(which) = subject(event) else { return Whose::Unknown };
        if matches!(event.action, HookAction::Delete | HookAction::Restore) {
            return Whose::Foreign;
        }
        let now = self.clock.monotonic();
        let mut state = self.lock();
        state.forget(now, &self.guard, self.clock.now());
        let is_new = matches!(event.action, HookAction::Add | HookAction::Note);
        let author = if is_new { event.created_by() } else { event.modified_by() };
        let own = state.own.get_mut(&which).map_or(&mut [] as &mut [Own], Vec::as_mut_slice);
        if is_new && own.iter().any(|own| own.how == How::Created) {
            return Whose::Own;
        }
        let is_of_another = |users: &[_]| match author {
            Some(Author::User(user)) => !users.is_empty() && !users.contains(&user),
            _ => false,
        };
        if is_of_another(&self.guard.users) {
            return Whose::Foreign;
        }
        let known = match (own.is_empty(), is_new) {
            (true, _) => None,
            (false, false) => Some(of_known(own, event)),
            (false, true) => own.iter().any(Own::is_doubtful).then_some(Whose::Unknown),
        };
        if let Some(whose) = known {
            let is_under_way = state.changing.contains_key(&which);
            return if whose == Whose::Foreign && is_under_way { Whose::Unknown } else { whose };
        }
        let is_of_ours =
            matches!(author, Some(Author::User(user)) if self.guard.users.contains(&user));
        let happened = event.last_modified().or_else(|| event.created_at().filter(|_| is_new));
        let happened = happened.map_or_else(
            || back(self.clock.now(), LAST_POST).as_unix_seconds(),
            |at| at.as_unix_seconds() - state.ahead,
        );
        let is_before = happened <= state.since.as_unix_seconds();
        if is_of_ours || is_before || state.is_under_way(which, is_new) {
            Whose::Unknown
        } else {
            Whose::Foreign
        }
    }
}

/// Whose a change is of an entity that was written lately.
fn of_known(own: &mut [Own], event: &Event) -> Whose {
    let Some(at) = event.last_modified() else { return Whose::Unknown };
    let is_birth = event.created_at() == Some(at);
    let mut is_possible = false;
    let key = event.key();
    for own in own {
        match own.how {
            How::At(second) if second == at => {
                let told = own.told.iter().find(|(action, _)| *action == event.action);
                match told {
                    Some((_, told)) if *told == key => return Whose::Own,
                    None if own.told.len() < MOST_EVENTS => {
                        own.told.push((event.action.clone(), key));
                        return Whose::Own;
                    }
                    // There was one already: two have changed it in the same second.
                    _ => is_possible = true,
                }
            }
            How::At(_) => {}
            How::Around(from, to) => is_possible |= (from..=to).contains(&at),
            // It may be the rest of its creation.
            How::Created => is_possible |= is_birth,
        }
    }
    if is_possible { Whose::Unknown } else { Whose::Foreign }
}

/// The entity that an event is about; the note, if it tells of one.
fn subject(event: &Event) -> Option<Which> {
    let kind = match event.entity {
        _ if event.action == HookAction::Note => Kind::Notes,
        HookEntity::Lead => Kind::Leads,
        HookEntity::Contact | HookEntity::Company => Kind::Contacts,
        HookEntity::Customer => Kind::Customers,
        HookEntity::Task => Kind::Tasks,
        _ => return None,
    };
    Some((kind, event.id()?))
}

impl Own {
    const fn is_doubtful(&self) -> bool {
        matches!(self.how, How::Around(..))
    }
}

impl State {
    /// Is something being written that it could come from, or was perhaps?
    fn is_under_way(&self, which: Which, is_new: bool) -> bool {
        let is_doubtful =
            self.creating.contains_key(&which.0) || self.doubtful.contains_key(&which.0);
        self.changing.contains_key(&which) || (is_new && is_doubtful)
    }

    fn note(&mut self, which: Which, how: How, noted: Duration) {
        let own = Own { how, noted, told: Vec::new() };
        self.own.entry(which).or_default().push(own);
        self.order.push_back((noted, which));
    }

    /// Forgets what is too old, and the oldest of what is too much.
    fn forget(&mut self, now: Duration, guard: &LoopGuard, calendar: Timestamp) {
        let is_old = |noted: Duration| now.saturating_sub(noted) > guard.remember_for;
        while let Some(&(noted, which)) = self.order.front() {
            if !is_old(noted) && self.order.len() <= guard.at_most {
                break;
            }
            self.order.pop_front();
            if let Some(own) = self.own.get_mut(&which) {
                own.retain(|own| own.noted > noted);
                if own.is_empty() {
                    self.own.remove(&which);
                }
            }
            self.since = self.since.max(back(calendar, now.saturating_sub(noted)));
        }
        self.doubtful.retain(|_, noted| !is_old(*noted));
    }
}

fn back(from: Timestamp, by: Duration) -> Timestamp {
    from.checked_sub(by).unwrap_or(from)
}

/// A write that was sent, or is about to be. Dropped without an end, it was perhaps done.
pub(crate) struct UnderWay {
    memory: Arc<Memory>,
    write: Write,
    began: Duration,
    ended: Option<Vec<Written>>,
}

impl UnderWay {
    /// It is done.
    pub(crate) fn done(mut self, answer: &Answer) {
        // The time in a queue does not count.
        self.began = (self.began + answer.report.waited).min(self.memory.clock.monotonic());
        self.ended = Some(self.write.done(&answer.body));
    }

    /// It failed.
    pub(crate) fn failed(mut self, error: &Error) {
        if !error.maybe_done() {
            self.ended = Some(Vec::new());
        }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let (clock, write) = (&self.memory.clock, &self.write);
        let (now, calendar) = (clock.monotonic(), clock.now());
        let mut state = self.memory.lock();
        for which in write.known() {
            less(&mut state.changing, which);
        }
        for kind in write.creates() {
            less(&mut state.creating, *kind);
        }
        let there = Timestamp::new(calendar.as_unix_seconds().saturating_add(state.ahead));
        let from = back(back(there, now.saturating_sub(self.began)), SLACK);
        let until = |later| there.checked_add(later).unwrap_or(there);
        if let Some(written) = self.ended.take() {
            let around = How::Around(from, until(SLACK));
            for written in written {
                match written {
                    Written::Created(which) => state.note(which, How::Created, now),
                    // A write that changes nothing may be answered with the time of somebody else's change.
                    Written::Changed(which, Some(at)) if at >= from => {
                        state.note(which, How::At(at), now);
                    }
                    Written::Changed(which, _) => state.note(which, around, now),
                }
            }
        } else {
            for which in write.known() {
                state.note(which, How::Around(from, until(LATE)), now);
            }
            for kind in write.creates() {
                state.doubtful.insert(*kind, now);
            }
        }
        state.forget(now, &self.memory.guard, calendar);
    }
}

/// One less of them.
fn less<K: std::hash::Hash + Eq>(counts: &mut HashMap<K, usize>, key: K) {
    if let std::collections::hash_map::Entry::Occupied(mut count) = counts.entry(key) {
        *count.get_mut() -= 1;
        if *count.get() == 0 {
            count.remove();
        }
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").field("guard", &self.guard).finish_non_exhaustive()
    }
}
