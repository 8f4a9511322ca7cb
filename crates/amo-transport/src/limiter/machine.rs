//! The sliding log as a pure state machine: events and times in, admissions out.
//!
//! At most `limit` slots are in use at any time. A slot is in use from its admission; once its request
//! has a connection it stays in use for one second and a guard, so that the server, which sees requests
//! a little later than they start and not always equally late, never sees too many in one second.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use super::Priority;

const SECOND: Duration = Duration::from_secs(1);
/// Between two starts that are one second apart by our clock, the server may measure a little less.
pub(super) const GUARD: Duration = Duration::from_millis(20);
/// By how much at most a slow request keeps its slot longer than a fast one; see [`Started`].
const MOST_SPREAD: Duration = Duration::from_millis(250);
/// Of how many round trips the fastest is remembered.
const ROUND_TRIPS: usize = 32;
/// For how long after a 429 one request fewer is sent in each second.
const CAREFUL: Duration = Duration::from_secs(60);
/// So many interactive requests may overtake one that waits in the background.
const OVERTAKES: u32 = 4;
/// So soon who is admitted must take his slot; a future that nobody polls must not hold up those that
/// are polled.
pub(super) const PICK_UP: Duration = Duration::from_millis(50);

/// One who waits, or has a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Ticket(u64);

#[derive(Clone, Copy, Debug)]
pub(super) enum Event {
    /// Somebody wants to send.
    Arrive { ticket: Ticket, priority: Priority, again: bool },
    /// Who was admitted takes his slot; without it the slot lapses.
    Claim { ticket: Ticket },
    /// Somebody goes away, waiting or with an open slot that was not picked up.
    Leave { ticket: Ticket },
    /// The request has a connection.
    Begin { ticket: Ticket },
    /// The request is over; an open slot is given back.
    End { ticket: Ticket },
    /// The server said 429.
    Throttled { wait: Duration },
    /// Time has passed.
    Tick,
}

#[derive(Debug)]
pub(super) struct Machine {
    limit: usize,
    next_ticket: u64,
    waiting: [Line; 2],
    overtaken: u32,
    open: BTreeSet<Ticket>,
    /// Open slots whose owners have not been polled since, with the time of their admission.
    unclaimed: BTreeMap<Ticket, Duration>,
    started: BTreeMap<Ticket, Started>,
    round_trips: VecDeque<Duration>,
    paused_until: Duration,
    careful_until: Duration,
}

/// Those of one priority: repeated calls first.
#[derive(Debug, Default)]
struct Line {
    again: VecDeque<Ticket>,
    first: VecDeque<Ticket>,
}

impl Line {
    fn front(&self) -> Option<Ticket> {
        self.again.front().or(self.first.front()).copied()
    }

    fn pop(&mut self) -> Option<Ticket> {
        self.again.pop_front().or_else(|| self.first.pop_front())
    }

    fn remove(&mut self, ticket: Ticket) -> bool {
        for queue in [&mut self.again, &mut self.first] {
            if let Some(position) = queue.iter().position(|waiting| *waiting == ticket) {
                queue.remove(position);
                return true;
            }
        }
        false
    }
}

/// A request on the wire. The server counted it at some moment between its start and its end; the more
/// its round trip exceeds the fastest one, the later that moment may have been, and the longer the slot
/// is kept.
#[derive(Debug)]
struct Started {
    at: Duration,
    ended: Option<Duration>,
}

impl Machine {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit: limit.max(1),
            next_ticket: 0,
            waiting: Default::default(),
            overtaken: 0,
            open: BTreeSet::new(),
            unclaimed: BTreeMap::new(),
            started: BTreeMap::new(),
            round_trips: VecDeque::new(),
            paused_until: Duration::ZERO,
            careful_until: Duration::ZERO,
        }
    }

    pub(super) fn ticket(&mut self) -> Ticket {
        self.next_ticket += 1;
        Ticket(self.next_ticket)
    }

    /// Takes an event and returns those who are admitted now.
    pub(super) fn on(&mut self, event: Event, now: Duration) -> Vec<Ticket> {
        match event {
            Event::Arrive { ticket, priority, again } => {
                let line = &mut self.waiting[priority as usize];
                if again { &mut line.again } else { &mut line.first }.push_back(ticket);
            }
            Event::Claim { ticket } => {
                self.unclaimed.remove(&ticket);
            }
            Event::Leave { ticket } => {
                self.unclaimed.remove(&ticket);
                if !self.open.remove(&ticket) {
                    let _ = self.waiting.iter_mut().any(|line| line.remove(ticket));
                }
            }
            Event::Begin { ticket } => {
                self.unclaimed.remove(&ticket);
                if self.open.remove(&ticket) {
                    self.started.insert(ticket, Started { at: now, ended: None });
                }
            }
            Event::End { ticket } => self.end(ticket, now),
            Event::Throttled { wait } => {
                self.paused_until = self.paused_until.max(now.saturating_add(wait));
                self.careful_until = self.paused_until.max(now).saturating_add(CAREFUL);
            }
            Event::Tick => {}
        }
        self.admit(now)
    }

    fn end(&mut self, ticket: Ticket, now: Duration) {
        self.unclaimed.remove(&ticket);
        if self.open.remove(&ticket) {
            return;
        }
        if let Some(started) =
            self.started.get_mut(&ticket).filter(|started| started.ended.is_none())
        {
            started.ended = Some(now);
            if self.round_trips.len() == ROUND_TRIPS {
                self.round_trips.pop_front();
            }
            self.round_trips.push_back(now.saturating_sub(started.at));
        }
    }

    fn admit(&mut self, now: Duration) -> Vec<Ticket> {
        self.unclaimed.retain(|ticket, at| {
            let lapsed = *at + PICK_UP <= now;
            if lapsed {
                self.open.remove(ticket);
            }
            !lapsed
        });
        let fastest = self.round_trips.iter().min().copied();
        self.started.retain(|_, started| free_at(started, fastest, now) > now);
        let mut admitted = Vec::new();
        while self.in_use() < self.limit_at(now) && now >= self.paused_until {
            let Some(ticket) = self.pop() else { break };
            self.open.insert(ticket);
            self.unclaimed.insert(ticket, now);
            admitted.push(ticket);
        }
        admitted
    }

    fn pop(&mut self) -> Option<Ticket> {
        let [interactive, background] = &mut self.waiting;
        if background.front().is_some()
            && (interactive.front().is_none() || self.overtaken >= OVERTAKES)
        {
            self.overtaken = 0;
            return background.pop();
        }
        if background.front().is_some() {
            self.overtaken += 1;
        }
        interactive.pop()
    }

    fn in_use(&self) -> usize {
        self.open.len() + self.started.len()
    }

    fn limit_at(&self, now: Duration) -> usize {
        if now < self.careful_until { (self.limit - 1).max(1) } else { self.limit }
    }

    /// Is there nothing that a new machine would not know? But for the fastest round trips, which it soon
    /// learns.
    pub(super) fn is_at_rest(&mut self, now: Duration) -> bool {
        self.admit(now);
        self.front().is_none() && self.in_use() == 0 && now >= self.careful_until
    }

    pub(super) fn is_open(&self, ticket: Ticket) -> bool {
        self.open.contains(&ticket)
    }

    /// Who keeps the alarm: the one that has waited longest of the first priority that waits.
    pub(super) fn front(&self) -> Option<Ticket> {
        self.waiting.iter().find_map(Line::front)
    }

    /// When, if nothing else happens, somebody may be admitted.
    pub(super) fn alarm(&self, now: Duration) -> Option<Duration> {
        self.front()?;
        let paused = self.paused_until;
        if self.in_use() < self.limit_at(now) {
            return Some(paused);
        }
        // So many slots must become free; after a 429 that may be one more than one.
        let needed = self.in_use() - self.limit_at(now);
        let fastest = self.round_trips.iter().min().copied();
        let lapse = self.unclaimed.values().map(|at| *at + PICK_UP);
        let started = self.started.values().map(|started| free_at(started, fastest, now));
        let mut free: Vec<Duration> = started.chain(lapse).collect();
        free.sort_unstable();
        let free = |nth: usize| free.get(nth).copied();
        // When the care after a 429 ends, one slot more is there.
        let relaxed = || match needed {
            0 => Some(self.careful_until),
            _ => Some(free(needed - 1)?.max(self.careful_until)),
        };
        let relaxed = if now < self.careful_until && self.limit > 1 { relaxed() } else { None };
        let first = free(needed).into_iter().chain(relaxed).min()?;
        Some(first.max(paused))
    }
}

fn free_at(started: &Started, fastest: Option<Duration>, now: Duration) -> Duration {
    let round_trip = started.ended.unwrap_or(now).saturating_sub(started.at);
    let slower = round_trip.saturating_sub(fastest.unwrap_or_default()).min(MOST_SPREAD);
    started.at + SECOND + GUARD + slower
}
