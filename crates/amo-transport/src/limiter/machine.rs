//! The sliding log as a pure state machine: events and times in, admissions out.
//!
//! At most `limit` slots are in use at any time. A slot is in use from its admission; once its request
//! has a connection it stays in use for one second and a guard, so that the server, which sees requests
//! a little later than they start and not always equally late, never sees too many in one second.

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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    /// Takes an event; whoever is admitted takes his slot at once.
    fn act(machine: &mut Machine, event: Event, now: Duration) -> Vec<Ticket> {
        let admitted = machine.on(event, now);
        for ticket in &admitted {
            assert_eq!(machine.on(Event::Claim { ticket: *ticket }, now), []);
        }
        admitted
    }

    fn arrive(
        machine: &mut Machine,
        priority: Priority,
        again: bool,
        now: Duration,
    ) -> (Ticket, Vec<Ticket>) {
        let ticket = machine.ticket();
        (ticket, act(machine, Event::Arrive { ticket, priority, again }, now))
    }

    /// Admits `n` at once, each with a connection at once.
    fn burst(machine: &mut Machine, n: usize, now: Duration) -> Vec<Ticket> {
        let mut tickets = Vec::new();
        for _ in 0..n {
            let (ticket, admitted) = arrive(machine, Priority::Interactive, false, now);
            assert_eq!(admitted, [ticket]);
            act(machine, Event::Begin { ticket }, now);
            tickets.push(ticket);
        }
        tickets
    }

    #[test]
    fn a_full_burst_then_a_pause() {
        let mut machine = Machine::new(7);
        for ticket in burst(&mut machine, 7, MS(0)) {
            act(&mut machine, Event::End { ticket }, MS(5));
        }
        let (eighth, admitted) = arrive(&mut machine, Priority::Interactive, false, MS(10));
        assert_eq!(admitted, []);
        assert_eq!(machine.alarm(MS(10)), Some(MS(1_020)));
        assert_eq!(act(&mut machine, Event::Tick, MS(1_019)), []);
        assert_eq!(act(&mut machine, Event::Tick, MS(1_020)), [eighth]);
    }

    #[test]
    fn an_open_slot_has_no_second_yet() {
        let mut machine = Machine::new(1);
        let (first, _) = arrive(&mut machine, Priority::Interactive, false, MS(0));
        let (second, _) = arrive(&mut machine, Priority::Interactive, false, MS(0));
        assert_eq!(act(&mut machine, Event::Tick, MS(5_000)), [], "still connecting");
        assert_eq!(machine.alarm(MS(5_000)), None, "only its connection can say when");
        act(&mut machine, Event::Begin { ticket: first }, MS(5_000));
        assert_eq!(
            act(&mut machine, Event::Tick, MS(6_269)),
            [],
            "in flight: not known to be fast"
        );
        assert_eq!(act(&mut machine, Event::End { ticket: first }, MS(6_269)), [second]);
    }

    #[test]
    fn an_open_slot_that_is_dropped_is_given_back() {
        let mut machine = Machine::new(1);
        let (first, _) = arrive(&mut machine, Priority::Interactive, false, MS(0));
        let (second, _) = arrive(&mut machine, Priority::Interactive, false, MS(0));
        let (third, _) = arrive(&mut machine, Priority::Interactive, false, MS(0));
        assert_eq!(act(&mut machine, Event::Leave { ticket: second }, MS(1)), []);
        assert_eq!(act(&mut machine, Event::End { ticket: first }, MS(1)), [third]);
    }

    #[test]
    fn a_slot_that_nobody_takes_lapses() {
        let mut machine = Machine::new(1);
        let [first, second] = [machine.ticket(), machine.ticket()];
        let arrive =
            |ticket| Event::Arrive { ticket, priority: Priority::Interactive, again: false };
        assert_eq!(machine.on(arrive(first), MS(0)), [first]);
        assert_eq!(machine.on(arrive(second), MS(0)), []);
        assert_eq!(machine.alarm(MS(0)), Some(PICK_UP));
        assert_eq!(machine.on(Event::Tick, PICK_UP), [second]);
        assert!(!machine.is_open(first));
    }

    #[test]
    fn a_slow_round_trip_keeps_its_slot_a_little_longer() {
        let mut machine = Machine::new(2);
        let slots = burst(&mut machine, 2, MS(0));
        act(&mut machine, Event::End { ticket: slots[0] }, MS(10));
        act(&mut machine, Event::End { ticket: slots[1] }, MS(60));
        let (a, _) = arrive(&mut machine, Priority::Interactive, false, MS(100));
        let (b, _) = arrive(&mut machine, Priority::Interactive, false, MS(100));
        assert_eq!(act(&mut machine, Event::Tick, MS(1_020)), [a]);
        assert_eq!(act(&mut machine, Event::Tick, MS(1_069)), []);
        assert_eq!(act(&mut machine, Event::Tick, MS(1_070)), [b]);
    }

    #[test]
    fn a_429_stops_everyone_and_makes_careful() {
        let mut machine = Machine::new(3);
        act(&mut machine, Event::Throttled { wait: MS(2_000) }, MS(0));
        let waiting: Vec<_> =
            (0..3).map(|_| arrive(&mut machine, Priority::Interactive, false, MS(1)).0).collect();
        assert_eq!(machine.alarm(MS(1)), Some(MS(2_000)));
        assert_eq!(act(&mut machine, Event::Tick, MS(2_000)), waiting[..2]);
        for ticket in &waiting[..2] {
            act(&mut machine, Event::Begin { ticket: *ticket }, MS(2_000));
            act(&mut machine, Event::End { ticket: *ticket }, MS(2_005));
        }
        assert_eq!(machine.alarm(MS(2_005)), Some(MS(3_020)), "one of three is not used");
        assert_eq!(act(&mut machine, Event::Tick, MS(3_020)), waiting[2..]);
    }

    #[test]
    fn repeated_calls_first_and_the_background_is_not_starved() {
        let mut machine = Machine::new(1);
        let (holder, _) = arrive(&mut machine, Priority::Interactive, false, MS(0));
        let (background, _) = arrive(&mut machine, Priority::Background, false, MS(0));
        let mut expected: Vec<_> =
            (0..5).map(|_| arrive(&mut machine, Priority::Interactive, false, MS(0)).0).collect();
        let (again, _) = arrive(&mut machine, Priority::Interactive, true, MS(0));
        expected.insert(0, again);
        expected.insert(4, background);
        let mut order = Vec::new();
        let mut present = holder;
        while let [next] = act(&mut machine, Event::End { ticket: present }, MS(0))[..] {
            order.push(next);
            present = next;
        }
        assert_eq!(order, expected);
    }

    proptest! {
        /// Whatever arrives, connects, ends, drops and is refused: at most `limit` requests get their
        /// connection within any second and guard, and when the world falls silent everyone is served.
        #[test]
        fn never_too_many_and_nobody_forgotten(
            limit in 1_usize..8,
            steps in proptest::collection::vec((0_u64..400, 0_u8..10, 0_usize..64), 1..400),
        ) {
            let mut machine = Machine::new(limit);
            let mut now = Duration::ZERO;
            let (mut waiting, mut open, mut running) = (Vec::new(), Vec::new(), Vec::new());
            let mut starts: Vec<Duration> = Vec::new();
            let take = |list: &mut Vec<Ticket>, pick: usize| {
                (!list.is_empty()).then(|| list.swap_remove(pick % list.len()))
            };
            for (gap, what, pick) in steps {
                now += MS(gap);
                let admitted = match what {
                    0..=3 => {
                        let priority = if what == 0 { Priority::Background } else { Priority::Interactive };
                        let ticket = machine.ticket();
                        waiting.push(ticket);
                        act(&mut machine, Event::Arrive { ticket, priority, again: what == 1 }, now)
                    }
                    4 | 5 => match take(&mut open, pick) {
                        Some(ticket) => {
                            starts.push(now);
                            running.push(ticket);
                            act(&mut machine, Event::Begin { ticket }, now)
                        }
                        None => act(&mut machine, Event::Tick, now),
                    },
                    6 => match take(&mut running, pick) {
                        Some(ticket) => act(&mut machine, Event::End { ticket }, now),
                        None => act(&mut machine, Event::Tick, now),
                    },
                    7 => match take(&mut waiting, pick) {
                        Some(ticket) => act(&mut machine, Event::Leave { ticket }, now),
                        None => act(&mut machine, Event::Tick, now),
                    },
                    8 if pick == 0 => act(&mut machine, Event::Throttled { wait: MS(gap * 5) }, now),
                    8 => match take(&mut open, pick) {
                        Some(ticket) => act(&mut machine, Event::End { ticket }, now),
                        None => act(&mut machine, Event::Tick, now),
                    },
                    _ => act(&mut machine, Event::Tick, now),
                };
                waiting.retain(|ticket| !admitted.contains(ticket));
                open.extend(admitted);
                prop_assert!(open.len() <= limit);
            }
            for (index, start) in starts.iter().enumerate() {
                let within = starts[index..].iter().take_while(|other| **other < *start + SECOND + GUARD);
                prop_assert!(within.count() <= limit);
            }
            // Silence: everything ends, and only the alarm rings.
            for ticket in open.drain(..).chain(running.drain(..)) {
                let admitted = act(&mut machine, Event::End { ticket }, now);
                waiting.retain(|ticket| !admitted.contains(ticket));
                open_all(&mut machine, admitted, now);
            }
            while !waiting.is_empty() {
                let alarm = machine.alarm(now);
                prop_assert!(alarm.is_some(), "somebody waits and nobody will wake him");
                now = alarm.unwrap_or(now).max(now);
                let admitted = act(&mut machine, Event::Tick, now);
                prop_assert!(!admitted.is_empty(), "the alarm rang for nothing");
                waiting.retain(|ticket| !admitted.contains(ticket));
                open_all(&mut machine, admitted, now);
            }
        }
    }

    /// Gives every admitted request a connection and ends it at once.
    fn open_all(machine: &mut Machine, admitted: Vec<Ticket>, now: Duration) {
        for ticket in admitted {
            act(machine, Event::Begin { ticket }, now);
            act(machine, Event::End { ticket }, now);
        }
    }
}
