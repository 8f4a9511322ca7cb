//! Calls that are dropped in the middle, a thousand times: nothing of what they share is lost.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use amo_api::{Client, Error};
use amo_auth::clock::{ManualClock, ShiftedClock};
use amo_auth::{Clock as _, FileStore, OAuth, SystemClock};
use amo_core::{ContactId, ContactPatch, LeadId, NewContact, NewLead, NewLink, Timestamp, UserId};
use amo_sandbox::demo::{FIRST_CONTACT, FIRST_LEAD};
use amo_sandbox::{Fault, Latency, RateLimit, Sandbox};
use amo_transport::{Ask, LimitKey, Permit, Priority, RateLimiter as _, SlidingLog};
use futures_util::future::join_all;
use http::Method;

/// As many slots as the limiter has in a second.
const SLOTS: usize = 64;
const ROUNDS: usize = 1_000;
const SEED: u64 = 20_240_611;

/// A small generator of numbers: the same ones in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % most as u64).unwrap()
    }
}

type Call = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

const KINDS: usize = 14;

/// Calls of all sorts.
fn call(client: &Client, kind: usize, dice: &mut Dice) -> Call {
    let client = client.clone();
    let offset = i64::try_from(dice.below(20)).unwrap();
    let contact = ContactId::new(FIRST_CONTACT + offset);
    let lead = LeadId::new(FIRST_LEAD + offset);
    let priority = if dice.below(3) == 0 { Priority::Background } else { Priority::Interactive };
    let names = |most: usize| (0..most).map(|n| NewContact::new().name(format!("Vera {n}")));
    match kind {
        0 => Box::pin(async move { client.account().priority(priority).await.map(drop) }),
        1 => Box::pin(async move { client.leads().get(lead).priority(priority).await.map(drop) }),
        2 => Box::pin(async move { client.leads().list().limit(5).await.map(drop) }),
        3 => Box::pin(async move {
            let mut items = client.contacts().list().limit(10).items();
            while let Some(contact) = items.next().await {
                contact?;
            }
            Ok(())
        }),
        4 => Box::pin(async move {
            let mut pages = client.leads().list().limit(10).pages();
            while let Some(page) = pages.next().await {
                page?;
            }
            Ok(())
        }),
        5 => {
            let new = NewContact::new().name("Vera");
            Box::pin(async move { client.contacts().create(new).await.map(drop) })
        }
        6 => {
            let patch = ContactPatch::new().name("Olga");
            Box::pin(async move { client.contacts().update(contact, patch).await.map(drop) })
        }
        7 => {
            let batch = client.contacts().create_many(names(7)).per_request(2);
            Box::pin(async move {
                let _ = batch.await;
                Ok(())
            })
        }
        8 => Box::pin(async move {
            client.leads().link(lead, [NewLink::contact(contact)]).await.map(drop)
        }),
        9 => Box::pin(async move {
            client.raw(Method::GET, "/api/v4/contacts").query("limit", 3).await.map(drop)
        }),
        10 => Box::pin(async move { client.as_user(UserId::new(9002)).account().await.map(drop) }),
        11 => Box::pin(
            async move { client.leads().create(NewLead::new()).answered().await.map(drop) },
        ),
        12 => Box::pin(async move { client.account_domain().await.map(drop) }),
        _ => Box::pin(async move {
            client.close().await;
            client.account().await.map(drop)
        }),
    }
}

/// Polls a call so many times at most, and drops it where it stands.
async fn polled(mut call: Call, most: usize) -> Option<Result<(), Error>> {
    let mut polls = 0;
    std::future::poll_fn(|cx| {
        if let Poll::Ready(result) = call.as_mut().poll(cx) {
            return Poll::Ready(Some(result));
        }
        polls += 1;
        if polls >= most { Poll::Ready(None) } else { Poll::Pending }
    })
    .await
}

/// Fails instead of waiting for ever.
async fn soon<T>(what: &str, work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    let mut late = SystemClock.sleep(Duration::from_secs(60));
    std::future::poll_fn(|cx| match work.as_mut().poll(cx) {
        Poll::Ready(done) => Poll::Ready(done),
        Poll::Pending if late.as_mut().poll(cx).is_ready() => panic!("{what}: nothing happens"),
        Poll::Pending => Poll::Pending,
    })
    .await
}

/// A client and a box whose days pass together.
struct Stage {
    client: Client,
    sandbox: Sandbox,
    clock: ShiftedClock,
    days: usize,
}

impl Stage {
    /// The token has ended: whoever comes first renews it.
    fn tomorrow(&mut self) {
        let day = Duration::from_secs(90_000);
        self.sandbox.calendar().advance(day);
        self.clock.advance(day);
        self.days += 1;
    }

    /// Starts calls and drops them: after so many polls, or by another thread at any moment.
    async fn drop_a_thousand(&mut self, dice: &mut Dice) {
        let (mut given_up, mut done) = (0, 0);
        let aborted = Arc::new(AtomicUsize::new(0));
        let mut running = Vec::new();
        while given_up + aborted.load(Ordering::Relaxed) < ROUNDS {
            if dice.below(40) == 0 {
                self.tomorrow();
            }
            let call = call(&self.client, dice.below(KINDS), dice);
            if dice.below(3) == 0 {
                let task = tokio::spawn(call);
                for _ in 0..dice.below(60) {
                    tokio::task::yield_now().await;
                }
                task.abort();
                let aborted = Arc::clone(&aborted);
                tokio::spawn(async move {
                    if task.await.is_err_and(|error| error.is_cancelled()) {
                        aborted.fetch_add(1, Ordering::Relaxed);
                    }
                });
            } else {
                running.push(tokio::spawn(polled(call, 1 + dice.below(12))));
            }
            if running.len() > dice.below(8) {
                for task in running.drain(..) {
                    match soon("a call that is polled", task).await.unwrap() {
                        Some(_) => done += 1,
                        None => given_up += 1,
                    }
                }
            }
        }
        for task in running {
            soon("a call that is polled", task).await.unwrap();
        }
        let days = self.days;
        println!("{given_up} given up, {aborted:?} aborted, {done} came to an end, {days} days");
        assert!(done > 50 && days > 10, "some of each");
    }

    /// Calls of every kind, at once and one after the other.
    async fn all_kinds_work(&self, dice: &mut Dice) {
        let calls: Vec<Call> = (0..KINDS).map(|kind| call(&self.client, kind, dice)).collect();
        for (kind, result) in soon("calls at once", join_all(calls)).await.into_iter().enumerate() {
            assert!(result.is_ok(), "kind {kind}: {result:?}");
        }
        for kind in 0..KINDS {
            let result = soon("one call", call(&self.client, kind, dice)).await;
            assert!(result.is_ok(), "kind {kind}: {result:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_dropped_calls_leave_limiter_tokens_and_pool_usable() {
    println!("seed {SEED}");
    let mut dice = Dice(SEED);
    let sandbox = Sandbox::builder()
        .contacts(30)
        .leads(30)
        .rate_limit(RateLimit::Off)
        .latency(Latency::between(Duration::ZERO, Duration::from_millis(3), SEED))
        .build();
    let server = sandbox.serve("127.0.0.1:0").await.unwrap();
    // The limiter's time runs faster, so that its waits cost little.
    let fast = ManualClock::new(Timestamp::new(0));
    let limiter = SlidingLog::new(SLOTS, Arc::new(fast.clone()));
    let ticking = fast.clone();
    tokio::spawn(async move {
        loop {
            SystemClock.sleep(Duration::from_millis(1)).await;
            ticking.advance(Duration::from_millis(30));
        }
    });
    let (known, clock) = (sandbox.connection(), ShiftedClock::new());
    let directory = tempfile::tempdir().unwrap();
    let oauth = OAuth::new(&known.client_id, known.client_secret, known.redirect_uri);
    let client = Client::builder(server.base_url())
        .auth(oauth.store(FileStore::new(directory.path())))
        .clock(clock.clone())
        .rate_limiter(limiter.clone())
        .keep_exchanges(5)
        .build()
        .unwrap();
    client.authorize(known.code).await.unwrap();
    // Some requests are repeated; few of them after a pause, for those are real.
    let refused = Fault::status(429).header("retry-after", "0").always().probability(0.01, SEED);
    let failed = Fault::status(502).always().probability(0.002, SEED);
    for fault in [refused, failed] {
        sandbox.faults().add(fault.path_prefix("/api/"));
    }
    let mut stage = Stage { client, sandbox, clock, days: 0 };
    stage.drop_a_thousand(&mut dice).await;

    // Nobody is left in the queue and no slot is open: all of them can be had at once, and not one more.
    stage.sandbox.faults().clear();
    soon("closing", stage.client.close()).await;
    fast.advance(Duration::from_secs(120));
    let key = LimitKey::new(known.client_id, "127.0.0.1");
    let ask = || limiter.acquire(Ask::new(key.clone(), Priority::Interactive, false));
    let permits: Vec<Permit> = soon("a slot has leaked", join_all((0..SLOTS).map(|_| ask()))).await;
    let calls = || stage.sandbox.log().count("GET", "/api/v4/account");
    let (before, mut another) = (calls(), stage.client.account().into_future());
    for _ in 0..50 {
        let waits =
            |cx: &mut Context<'_>| Poll::Ready(Pin::new(&mut another).poll(cx).is_pending());
        assert!(std::future::poll_fn(waits).await, "it is the limiter of the calls");
        SystemClock.sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(calls(), before);
    drop(permits);
    soon("a call that has its slot", another).await.unwrap();

    // Calls work, today and tomorrow.
    stage.all_kinds_work(&mut dice).await;
    stage.tomorrow();
    stage.all_kinds_work(&mut dice).await;

    // Every refresh token was used once, and none was lost.
    let log = stage.sandbox.log().entries();
    let tokens: Vec<u16> = log
        .iter()
        .filter(|request| request.path == "/oauth2/access_token")
        .map(|request| request.status)
        .collect();
    assert!(tokens.iter().all(|status| *status == 200), "{tokens:?}");
    assert!(tokens.len() > 10 && tokens.len() <= stage.days + 1, "{}", tokens.len());
    assert_eq!(stage.client.exchanges().len(), 5);
}
