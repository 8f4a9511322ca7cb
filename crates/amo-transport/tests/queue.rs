//! Who waits for a slot: in what order they go, and what becomes of those who go away.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use std::pin::Pin;

use amo_auth::Exchange as _;
use amo_transport::layers::Request;
use amo_transport::{ErrorKind, Priority, Stack};
use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::future::{join, join_all};
use tower::util::Oneshot;

use common::{Change as _, Driver, HOST, MS, S, Script, Step, World, answer, fail, hang};

/// One request a second, so that there is an order.
fn narrow(steps: impl IntoIterator<Item = Step>) -> World {
    World::limited(1, |clock| Script::new(clock, steps))
}

fn background(request: Request) -> Request {
    request.meta(|meta| meta.priority = Priority::Background)
}

/// A call that a test polls by hand.
struct Polled {
    call: Pin<Box<Oneshot<Stack, Request>>>,
    driver: Driver,
    done: bool,
}

impl Polled {
    fn new(world: &World, request: Request) -> Self {
        let call = tower::ServiceExt::oneshot(world.stack.clone(), request);
        let mut polled = Self { call: Box::pin(call), driver: Driver::new(), done: false };
        polled.poll();
        polled
    }

    fn poll(&mut self) -> bool {
        self.done = self.done || self.driver.poll(self.call.as_mut()).is_ready();
        self.done
    }
}

#[test]
fn first_come_first_served() {
    let world = narrow([]);
    let marks: Vec<String> = (0..20).map(|n| n.to_string()).collect();
    world.run(join_all(marks.iter().map(|mark| world.send(world.marked(mark)))));
    assert_eq!(world.script.marks(), marks);
}

#[test]
fn a_waiting_call_that_is_dropped_leaves_the_queue() {
    // In front, in the middle, and several.
    for drops in [&["b"][..], &["c"], &["b", "c"], &["c", "d"], &["d"]] {
        let world = narrow([]);
        world.ask(world.marked("a")).unwrap();
        let mut calls: Vec<_> =
            ["b", "c", "d"].map(|mark| (mark, Polled::new(&world, world.marked(mark)))).into();
        world.clock.advance(MS(500));
        calls.retain(|(mark, _)| !drops.contains(mark));
        let left: Vec<&str> = calls.iter().map(|(mark, _)| *mark).collect();
        world.run(join_all(calls.into_iter().map(|(_, polled)| polled.call)));
        assert_eq!(world.script.marks()[1..], left);
        assert_eq!(world.script.times()[1], MS(1_020), "the next moves up at once");
    }
}

#[test]
fn a_dropped_call_leaks_no_slot() {
    for seed in 0..20 {
        let mut random = fastrand::Rng::with_seed(seed);
        let world = World::limited(7, move |clock| {
            Script::by(clock, move |n, _| {
                match fastrand::Rng::with_seed(seed ^ n as u64).u32(0..4) {
                    0 => hang(),
                    1 => answer(200),
                    2 => answer(503),
                    _ => answer(200).after(MS(700)),
                }
            })
        });
        let mut alive: Vec<Polled> = Vec::new();
        let mut dropped = 0;
        while dropped < 100 {
            alive.push(Polled::new(&world, world.get()));
            world.clock.advance(MS(random.u64(0..150)));
            alive.retain_mut(|call| {
                // Some are dropped although they were woken and never polled again.
                let drop = random.u32(0..3) == 0;
                dropped += u32::from(drop);
                !(drop || random.bool() && call.poll())
            });
        }
        drop(alive);
        assert_eq!(world.clock.sleeping().0, 0, "nobody waits any more");
        // A second, its guard and the most that a slow request keeps its slot longer.
        world.clock.advance(MS(1_300));
        let before = world.script.count();
        let burst: Vec<_> = (0..8).map(|_| Polled::new(&world, world.get())).collect();
        assert_eq!(world.script.count() - before, 7, "seed {seed}");
        drop(burst);
    }
}

#[test]
fn interactive_calls_go_first_and_the_background_is_not_starved() {
    let world = narrow([]);
    let calls = (0..60).map(|n| match n {
        1..=3 => world.send(background(world.marked("background"))),
        _ => world.send(world.marked("interactive")),
    });
    world.run(join_all(calls));
    let marks = world.script.marks();
    let places: Vec<usize> = marks
        .iter()
        .enumerate()
        .filter(|(_, mark)| *mark == "background")
        .map(|(n, _)| n)
        .collect();
    let [first, second, third] = places[..] else { panic!("{marks:?}") };
    assert!(first > 1, "an interactive call overtakes: {places:?}");
    assert!(first <= 6 && second - first <= 6 && third - second <= 6, "not for ever: {places:?}");
}

#[test]
fn a_repeated_call_goes_first() {
    for step in [answer(503), fail(ErrorKind::Io), answer(429), answer(401)] {
        let world = narrow([step]);
        let calls = ["a", "b", "c"].map(|mark| world.send(world.marked(mark)));
        world.run(join_all(calls));
        assert_eq!(world.script.marks(), ["a", "a", "b", "c"]);
    }
}

/// At the head of its own priority, not of the other.
#[test]
fn a_repeated_background_call_does_not_overtake_interactive_ones() {
    let world = narrow([answer(503)]);
    let calls = [
        world.send(background(world.marked("a"))),
        world.send(background(world.marked("b"))),
        world.send(world.marked("c")),
    ];
    world.run(join_all(calls));
    assert_eq!(world.script.marks(), ["a", "c", "a", "b"]);
}

#[test]
fn the_token_endpoint_goes_before_all() {
    let world = narrow([]);
    let exchange = world.tokens.exchange(world.account.clone());
    let token = http::Request::post(format!("https://{HOST}/token")).body(Bytes::new()).unwrap();
    let calls = join_all(["a", "b", "c"].map(|mark| world.send(world.marked(mark))));
    world.run(join(calls, exchange.exchange(token))).1.unwrap();
    assert_eq!(world.script.marks(), ["a", "token", "b", "c"]);
    assert_eq!(world.account.counts().token_requests, 1);
}

/// A call waits at the head of the queue, and whoever owns its future is busy with something else: others
/// that are polled must get their turn.
#[test]
fn a_waiting_call_that_nobody_polls_holds_up_nobody() {
    let world = World::limited(2, |clock| Script::new(clock, []));
    for _ in 0..2 {
        world.ask(world.get()).unwrap();
    }
    let idle = Polled::new(&world, world.marked("idle"));
    world.ask(world.marked("busy").within(S(60))).unwrap();
    assert_eq!(world.script.marks().last().unwrap(), "busy");
    drop(idle);
}

/// The same as people write it: a loop over concurrent calls whose body makes a call. While the body
/// waits, nobody polls the others, more of them than there are slots.
#[test]
fn a_call_within_a_loop_over_concurrent_calls() {
    let world = World::limited(7, |clock| Script::new(clock, []));
    let work = async {
        let reads = futures_util::stream::iter((0..40).map(|_| world.send(world.get())));
        let mut reads = reads.buffer_unordered(20);
        while let Some(read) = reads.next().await {
            read.unwrap();
            world.send(world.post().within(S(60))).await.unwrap();
        }
    };
    world.run(work);
    assert_eq!(world.script.count(), 80);
}

/// Time alone moves the queue: no call comes or ends while the others wait, and each is polled only when
/// somebody woke it.
#[test]
fn the_queue_moves_by_itself() {
    let world = narrow([]);
    let mut calls: Vec<_> = (0..5).map(|_| Polled::new(&world, world.get())).collect();
    for done in 1..=5 {
        assert_eq!(calls.iter_mut().filter_map(|call| call.poll().then_some(())).count(), done);
        world.clock.advance(MS(1_020));
    }
    assert_eq!(world.script.times(), [0, 1, 2, 3, 4].map(|n| MS(1_020) * n));
}
