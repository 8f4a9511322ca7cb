//! How many requests leave in a second, and what a 429 does to everyone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use amo_auth::Clock as _;
use amo_transport::{AccountContext, Ask, ErrorKind, LimitKey, Permit, RateLimiter, SlidingLog};
use futures_util::future::{join, join_all};

use common::{
    Driver, HOST, MS, S, Script, World, account, answer, clock, fail, hang, key, worst_second,
};

fn send_all(world: &World, n: usize) {
    for answer in world.run(join_all((0..n).map(|_| world.send(world.get())))) {
        answer.unwrap();
    }
}

/// The guard that is added to each second.
const GUARD: Duration = Duration::from_millis(20);

#[test]
fn a_full_burst_then_as_close_to_the_limit_as_it_allows() {
    let world = World::limited(7, |clock| Script::new(clock, []));
    send_all(&world, 60);
    let times = world.script.times();
    assert_eq!(times.len(), 60);
    for (index, at) in times.into_iter().enumerate() {
        assert_eq!(at, (S(1) + GUARD) * (index as u32 / 7), "request {index}");
    }
}

#[test]
fn a_limit_of_nothing_is_one() {
    let world = World::limited(0, |clock| Script::new(clock, []));
    send_all(&world, 2);
    assert_eq!(world.script.times(), [S(0), S(1) + GUARD]);
}

/// Whatever the server answers and however long it takes, at whatever time the calls come.
#[test]
fn never_more_than_seven_in_a_second() {
    for seed in 0..50 {
        let clock = clock();
        let script = Script::by(&clock, move |n, _| {
            let mut random = fastrand::Rng::with_seed(seed * 1_000 + n as u64);
            let step = match random.u32(0..20) {
                0 => answer(429),
                1 => answer(429).header("retry-after", "3"),
                2 => answer(503),
                3 => fail(ErrorKind::Connect),
                4 => fail(ErrorKind::Io),
                _ => answer(200),
            };
            step.after(MS(random.u64(0..900)))
        });
        let limiter = SlidingLog::new(7, Arc::new(clock.clone()));
        let world = World::with(&clock, script, Arc::new(limiter), |builder| builder);
        let mut random = fastrand::Rng::with_seed(seed);
        let calls = (0..60).map(|_| {
            let (world, at) = (world.clone(), MS(random.u64(0..5_000)));
            async move {
                world.clock.sleep(at).await;
                world.send(world.get()).await.is_ok()
            }
        });
        let done = world.run(join_all(calls));
        assert!(done.iter().filter(|good| **good).count() > 50, "seed {seed}: they do get through");
        let times = world.script.times();
        assert!(times.len() >= 60);
        assert!(worst_second(&times) <= 7, "seed {seed}: {times:?}");
    }
}

#[test]
fn a_429_pauses_everyone() {
    let world = World::limited(7, |clock| {
        let refused = answer(429).header("retry-after", "5").after(MS(50));
        Script::new(clock, [answer(200), refused])
    });
    let later = async {
        world.clock.sleep(MS(100)).await;
        world.send(world.get()).await
    };
    let (first, later) = world.run(join(join_all((0..3).map(|_| world.send(world.get()))), later));
    assert!(first.iter().all(|answer| answer.as_ref().unwrap().status() == 200));
    later.unwrap();
    // Three had left before anybody knew.
    let again = MS(5_050);
    assert_eq!(world.script.times(), [S(0), S(0), S(0), again, again]);
}

#[test]
fn a_429_that_does_not_say_how_long_pauses_everyone_for_a_second() {
    let world = World::limited(7, |clock| Script::new(clock, [answer(429)]));
    let later = async {
        world.clock.sleep(MS(100)).await;
        world.send(world.get()).await
    };
    let (first, later) = world.run(join(world.send(world.get()), later));
    first.unwrap();
    later.unwrap();
    assert_eq!(world.script.times(), [S(0), S(1), S(1)]);
}

#[test]
fn after_a_429_one_fewer_for_a_minute() {
    let world =
        World::limited(7, |clock| Script::new(clock, [answer(429).header("retry-after", "5")]));
    send_all(&world, 600);
    let times = world.script.times();
    let burst = times.iter().filter(|at| **at == S(0)).count();
    assert!(burst <= 7);
    assert!(times[burst..].iter().all(|at| *at >= S(5)), "nobody goes during the pause");
    let (careful, usual): (Vec<_>, Vec<_>) =
        times[burst..].iter().copied().partition(|at| *at < S(65));
    assert_eq!(worst_second(&careful), 6);
    // Seconds and guards: as many as six a second allow.
    assert_eq!(careful.len(), 6 * 59);
    assert_eq!(worst_second(&usual), 7);
    assert!(worst_second(&times) <= 7);
}

#[test]
fn a_wait_without_end_is_no_panic() {
    let clock = clock();
    clock.advance(S(1));
    let limiter = SlidingLog::new(7, Arc::new(clock.clone()));
    limiter.throttled(&key(HOST), Duration::MAX);
    let world = World::with(&clock, Script::new(&clock, []), Arc::new(limiter), |builder| builder);
    assert!(Driver::new().poll(Box::pin(world.send(world.get())).as_mut()).is_pending());
    assert_eq!(world.script.count(), 0);
}

/// A connector that does not tell when it has a connection: its call's return is the moment from which
/// the second is counted, and its slot is used all the while.
#[test]
fn a_foreign_connectors_second_begins_when_its_call_returns() {
    let world = World::limited(1, |clock| {
        Script::new(clock, [answer(200).after(S(3)), fail(ErrorKind::Io).after(S(2)), answer(200)])
    });
    let calls = [world.get(), world.post(), world.get()].map(|request| world.send(request));
    world.run(join_all(calls));
    assert_eq!(world.script.times(), [S(0), S(4) + GUARD, S(7) + GUARD * 2]);
}

#[test]
fn two_accounts_do_not_disturb_each_other() {
    let clock = clock();
    let limiter: Arc<dyn RateLimiter> = Arc::new(SlidingLog::new(2, Arc::new(clock.clone())));
    let script = Script::by(&clock, |_, request| {
        let slow = request.uri().host() == Some(HOST);
        if slow { answer(429).header("retry-after", "30") } else { answer(200) }
    });
    let world = World::with(&clock, script, Arc::clone(&limiter), |builder| builder);
    let other = world.for_account(account("other.kommo.com", Arc::clone(&limiter)));
    let integration = LimitKey::new("another", HOST);
    let third = AccountContext::new("third.kommo.com".parse().unwrap(), integration, limiter);
    let third = world.for_account(third);

    let mut refused = Box::pin(world.send(world.get()));
    assert!(Driver::new().poll(refused.as_mut()).is_pending());
    send_all(&other, 2);
    send_all(&third, 2);
    assert_eq!(world.now(), S(0), "a full second for each key");
    send_all(&other, 1);
    assert_eq!(world.now(), S(1) + GUARD);
}

#[test]
fn two_clients_share_a_limiter() {
    let clock = clock();
    let limiter = SlidingLog::new(7, Arc::new(clock.clone()));
    let [one, two] = [(); 2].map(|()| {
        let script = Script::new(&clock, []);
        World::with(&clock, script, Arc::new(limiter.clone()), |builder| builder)
    });
    let calls = |world: &World| join_all((0..20).map(|_| world.send(world.get())));
    one.run(join(calls(&one), calls(&two)));
    let mut times = [one.script.times(), two.script.times()].concat();
    times.sort_unstable();
    assert_eq!((times.len(), worst_second(&times)), (40, 7));
    assert_eq!(times[39], (S(1) + GUARD) * 5, "40 requests, 7 in each second");
}

/// Counts what a limiter of one's own is told.
#[derive(Clone, Debug, Default)]
struct Counting {
    asked: Arc<AtomicU32>,
    begun: Arc<AtomicU32>,
    throttled: Arc<AtomicU32>,
}

impl RateLimiter for Counting {
    fn acquire(&self, _ask: Ask) -> Pin<Box<dyn Future<Output = Permit> + Send>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let begun = Arc::clone(&self.begun);
        let permit = Permit::from_fn(move || {
            begun.fetch_add(1, Ordering::SeqCst);
        });
        Box::pin(std::future::ready(permit))
    }

    fn throttled(&self, key: &LimitKey, wait: Duration) {
        assert_eq!((&key.account[..], wait), (HOST, S(2)));
        self.throttled.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn a_limiter_of_ones_own() {
    let (clock, limiter) = (clock(), Counting::default());
    let steps = [answer(429).header("retry-after", "2"), answer(200), hang()];
    let script = Script::new(&clock, steps);
    let world = World::with(&clock, script, Arc::new(limiter.clone()), |builder| builder);
    let counts = || {
        [&limiter.asked, &limiter.begun, &limiter.throttled]
            .map(|count| count.load(Ordering::SeqCst))
    };
    world.ask(world.get()).unwrap();
    assert_eq!(counts(), [2, 2, 1], "asked for each attempt, begun once each");

    let mut dropped = Box::pin(world.send(world.get()));
    assert!(Driver::new().poll(dropped.as_mut()).is_pending());
    drop(dropped);
    assert_eq!(counts(), [3, 3, 1], "dropped, but the connector may have sent it");
}
