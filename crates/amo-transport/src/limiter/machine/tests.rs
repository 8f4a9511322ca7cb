//! The machine alone: events and times in, admissions out.

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
    assert_eq!(act(&mut machine, Event::Tick, MS(6_269)), [], "in flight: not known to be fast");
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
    let arrive = |ticket| Event::Arrive { ticket, priority: Priority::Interactive, again: false };
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
