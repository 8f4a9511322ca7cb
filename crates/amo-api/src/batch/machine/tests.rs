use amo_core::{Operation, Repeat, Timestamp, ValidationError};
use bytes::Bytes;
use http::StatusCode;

use super::*;

const RULES: Rules = Rules {
    per_request: 4,
    concurrency: 2,
    stop_at_first_invalid: false,
    halve_on_timeout: false,
    single: false,
};

const NEVER: Attempt = Attempt { started: Timestamp::new(1), ended: Timestamp::new(2) };

/// Items are numbers and their own receipts; what an item writes is a number too.
type Numbers = Machine<usize, usize, usize>;

fn refused(status: u16) -> Error {
    let post = Operation::new("x", "create", http::Method::POST, "/x", Repeat::ActsOnce);
    let status = StatusCode::from_u16(status).unwrap();
    let report = crate::answer::Report { status: Some(status), ..Default::default() };
    Error::refused(&post, status, Bytes::new()).with_report(report)
}

/// Takes items as long as there is room; says how many are taken now.
fn feed(machine: &mut Numbers, until: usize) -> usize {
    while machine.wants_more() {
        let place = machine.next_place();
        if place == until {
            machine.end();
        } else {
            machine.take(place, place.to_string().into_bytes(), None);
        }
    }
    machine.next_place()
}

fn next(machine: &mut Numbers) -> Vec<usize> {
    machine.next_request().map(|work| work.places).unwrap_or_default()
}

fn done(machine: &mut Numbers, places: Vec<usize>) {
    let done = places.iter().map(|place| (*place, *place)).collect();
    machine.finished(places, Verdict::Answered { done, rejected: Vec::new() }, NEVER);
}

fn wrong(places: &[usize]) -> Verdict<usize> {
    let one = |place: &usize| (*place, Wrong::Invalid(vec![ValidationError::default()]));
    Verdict::Wrong { items: places.iter().map(one).collect(), error: refused(400) }
}

/// What became of the items that are given out now, in short.
fn outcomes(machine: &mut Numbers) -> String {
    let mut said = Vec::new();
    while let Some((place, outcome)) = machine.next_outcome() {
        let word = match &outcome {
            Outcome::Done(_) => "done",
            Outcome::Invalid { .. } => "invalid",
            Outcome::Rejected { .. } => "rejected",
            Outcome::Refused { .. } => "refused",
            Outcome::NotMentioned { .. } => "not mentioned",
            Outcome::NotSent { error: Some(_), .. } => "not sent",
            Outcome::NotSent { error: None, .. } => "stopped",
            Outcome::OutcomeUnknown(_) => "unknown",
        };
        assert!(outcome.item().is_none_or(|item| *item == place), "the item comes back");
        said.push(format!("{place} {word}"));
    }
    said.join(", ")
}

#[test]
fn requests_are_filled_and_outcomes_keep_the_order_though_answers_do_not() {
    let mut machine = Numbers::new(RULES);
    assert_eq!(feed(&mut machine, 9), 4, "no more than the next request has room for");
    let first = machine.next_request().unwrap();
    assert_eq!((first.places.as_slice(), &first.body[..]), (&[0, 1, 2, 3][..], &b"[0,1,2,3]"[..]));
    feed(&mut machine, 9);
    let second = next(&mut machine);
    assert_eq!(second, [4, 5, 6, 7]);
    assert_eq!(feed(&mut machine, 9), 9);
    assert!(next(&mut machine).is_empty(), "two at once");
    done(&mut machine, second);
    assert_eq!(outcomes(&mut machine), "", "the first are not known yet");
    let third = next(&mut machine);
    assert_eq!(third, [8], "the rest, for there are no more");
    done(&mut machine, first.places);
    assert_eq!(
        outcomes(&mut machine),
        "0 done, 1 done, 2 done, 3 done, 4 done, 5 done, 6 done, 7 done"
    );
    assert!(!machine.is_over());
    done(&mut machine, third);
    assert_eq!(outcomes(&mut machine), "8 done");
    assert!(machine.is_over());
}

#[test]
fn a_slow_request_in_front_holds_up_a_bounded_number_of_items() {
    let mut machine = Numbers::new(RULES);
    feed(&mut machine, usize::MAX);
    let _slow = next(&mut machine);
    for _ in 0..100 {
        feed(&mut machine, usize::MAX);
        let places = next(&mut machine);
        if places.is_empty() {
            break;
        }
        done(&mut machine, places);
    }
    assert_eq!(machine.next_place(), 32, "four times what may be under way");
    assert_eq!(outcomes(&mut machine), "");
}

#[test]
fn what_is_too_large_is_halved_until_one_item_is_left_and_later_requests_are_smaller() {
    let mut machine = Numbers::new(Rules { concurrency: 1, ..RULES });
    feed(&mut machine, 12);
    let places = next(&mut machine);
    machine.finished(places, Verdict::TooLarge(refused(413)), NEVER);
    let places = next(&mut machine);
    assert_eq!(places, [0, 1]);
    machine.finished(places, Verdict::TooLarge(refused(413)), NEVER);
    let places = next(&mut machine);
    assert_eq!(places, [0]);
    machine.finished(places, Verdict::TooLarge(refused(413)), NEVER);
    for expected in [vec![1], vec![2, 3]] {
        let places = next(&mut machine);
        assert_eq!(places, expected);
        done(&mut machine, places);
    }
    assert_eq!(outcomes(&mut machine), "0 refused, 1 done, 2 done, 3 done");
    feed(&mut machine, 12);
    assert_eq!(next(&mut machine), [4], "half of the least that was refused");
}

#[test]
fn what_was_too_slow_is_halved_only_by_choice() {
    let mut machine = Numbers::new(Rules { halve_on_timeout: true, concurrency: 1, ..RULES });
    feed(&mut machine, 8);
    let places = next(&mut machine);
    machine.finished(places, Verdict::TooSlow(refused(504)), NEVER);
    for expected in [[0, 1], [2, 3]] {
        let places = next(&mut machine);
        assert_eq!(places, expected);
        done(&mut machine, places);
    }
    feed(&mut machine, 8);
    let places = next(&mut machine);
    assert_eq!(places, [4, 5], "so small from now on");
    machine.finished(places, Verdict::TooSlow(refused(504)), NEVER);
    let places = next(&mut machine);
    assert_eq!(places, [4]);
    machine.finished(places, Verdict::TooSlow(refused(504)), NEVER);
    feed(&mut machine, 8);
    assert!(next(&mut machine).is_empty(), "one item cannot be halved");
    assert_eq!(
        outcomes(&mut machine),
        "0 done, 1 done, 2 done, 3 done, 4 unknown, 5 unknown",
        "the first request may have done the second of them"
    );
    feed(&mut machine, 8);
    assert_eq!(outcomes(&mut machine), "6 not sent, 7 not sent");
}

#[test]
fn wrong_items_are_taken_out_and_the_rest_is_sent_before_anything_new() {
    let mut machine = Numbers::new(Rules { concurrency: 1, ..RULES });
    feed(&mut machine, 6);
    let places = next(&mut machine);
    machine.finished(places, wrong(&[0, 2]), NEVER);
    feed(&mut machine, 6);
    let places = next(&mut machine);
    assert_eq!(places, [1, 3]);
    machine.finished(places, wrong(&[1, 3]), NEVER);
    let places = next(&mut machine);
    assert_eq!(places, [4, 5], "nothing is left to be sent again");
    done(&mut machine, places);
    assert_eq!(
        outcomes(&mut machine),
        "0 invalid, 1 invalid, 2 invalid, 3 invalid, 4 done, 5 done"
    );
}

#[test]
fn the_first_wrong_item_stops_everything_by_choice() {
    let mut machine = Numbers::new(Rules { stop_at_first_invalid: true, ..RULES });
    feed(&mut machine, 20);
    let first = next(&mut machine);
    feed(&mut machine, 20);
    let second = next(&mut machine);
    machine.finished(first, wrong(&[1]), NEVER);
    assert!(next(&mut machine).is_empty());
    machine.finished(second, wrong(&[5]), NEVER);
    feed(&mut machine, 20);
    let said = outcomes(&mut machine);
    let begin = "0 not sent, 1 invalid, 2 not sent, 3 not sent, 4 not sent, 5 invalid, 6 not sent, 7 not sent, ";
    assert!(said.starts_with(begin) && said.ends_with("19 not sent"), "{said}");
    assert!(machine.is_over());
}

#[test]
fn after_a_failure_what_is_under_way_is_waited_for_and_nothing_new_is_sent() {
    let mut machine = Numbers::new(Rules { concurrency: 3, ..RULES });
    let mut sent = Vec::new();
    for _ in 0..3 {
        feed(&mut machine, 17);
        sent.push(next(&mut machine));
    }
    feed(&mut machine, 17);
    let [first, second, third] = sent.try_into().unwrap();
    machine.finished(second, Verdict::Failed(refused(403)), NEVER);
    assert!(next(&mut machine).is_empty());
    machine.finished(third, Verdict::Failed(refused(504)), NEVER);
    assert_eq!(feed(&mut machine, 17), 17, "what is left is run through");
    assert_eq!(outcomes(&mut machine), "", "the first is still under way");
    done(&mut machine, first);
    let mut statuses = Vec::new();
    while let Some((place, outcome)) = machine.next_outcome() {
        let status = outcome.error().and_then(|error| error.status()).unwrap_or(200);
        assert_eq!(matches!(outcome, Outcome::OutcomeUnknown(_)), (8..12).contains(&place));
        assert_eq!(matches!(outcome, Outcome::NotSent { .. }), place > 11);
        statuses.push(status);
    }
    let four = |status: u16| [status; 4];
    let expected = [four(200), four(403), four(504), four(403)].concat();
    assert_eq!(statuses, [expected, vec![403]].concat(), "the first failure stopped it");
    assert!(machine.is_over());
}

#[test]
fn one_who_stops_it_gets_what_was_sent_and_the_rest_back() {
    let mut machine = Numbers::new(RULES);
    feed(&mut machine, 10);
    let places = next(&mut machine);
    feed(&mut machine, 10);
    machine.stop(None);
    assert!(next(&mut machine).is_empty());
    machine.finished(places, Verdict::TooLarge(refused(413)), NEVER);
    feed(&mut machine, 10);
    assert_eq!(
        outcomes(&mut machine),
        "0 refused, 1 refused, 2 refused, 3 refused, 4 stopped, 5 stopped, 6 stopped, 7 stopped, 8 stopped, 9 stopped"
    );
}

#[test]
fn what_writes_the_same_waits_for_the_earlier_one() {
    let mut machine = Numbers::new(RULES);
    let put = |machine: &mut Numbers, key| {
        let place = machine.next_place();
        machine.take(place, place.to_string().into_bytes(), Some(key));
    };
    put(&mut machine, 7);
    put(&mut machine, 8);
    put(&mut machine, 7);
    assert!(!machine.wants_more(), "the order of the rest is kept too");
    let first = next(&mut machine);
    assert_eq!(first, [0, 1], "sent before it is full");
    assert!(next(&mut machine).is_empty());
    done(&mut machine, first);
    put(&mut machine, 9);
    machine.end();
    let second = next(&mut machine);
    assert_eq!(second, [2, 3]);
    // The second cannot be told from the first by its key, but for that the first is known by now.
    assert_eq!(machine.sent(&second).keyed(&7), Some(2));
    done(&mut machine, second);
    assert_eq!(outcomes(&mut machine), "0 done, 1 done, 2 done, 3 done");
    assert!(machine.is_over());

    let mut machine = Numbers::new(RULES);
    put(&mut machine, 7);
    put(&mut machine, 7);
    machine.stop(None);
    machine.end();
    assert_eq!(outcomes(&mut machine), "0 stopped, 1 stopped", "also one that waits");
    assert!(machine.is_over());
}

#[test]
fn what_needs_no_request_does_not_hold_up_what_does() {
    let mut machine = Numbers::new(RULES);
    machine.take(0, b"0".to_vec(), None);
    while machine.wants_more() {
        machine.settled(Outcome::Done(1));
    }
    assert_eq!(next(&mut machine), [0]);
}

#[test]
fn what_the_answer_says_is_said_of_the_items() {
    let mut machine = Numbers::new(RULES);
    feed(&mut machine, 4);
    let places = next(&mut machine);
    let rejected = vec![(2, vec![ValidationError::default()])];
    machine.finished(places, Verdict::Answered { done: vec![(0, 7), (9, 7)], rejected }, NEVER);
    assert_eq!(outcomes(&mut machine), "0 done, 1 not mentioned, 2 rejected, 3 not mentioned");

    let mut machine = Numbers::new(RULES);
    feed(&mut machine, 8);
    let places = next(&mut machine);
    let items = vec![(1, Wrong::Invalid(Vec::new()))];
    machine.finished(places, Verdict::PerhapsInPart { items, error: refused(400) }, NEVER);
    feed(&mut machine, 8);
    let said = outcomes(&mut machine);
    assert!(said.starts_with("0 unknown, 1 invalid, 2 unknown, 3 unknown, 4 not sent"), "{said}");
}
