//! The limiter of one process: a machine for each key, and the waiting around it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use amo_auth::{Clock, SystemClock};
use tokio::sync::Notify;

use super::machine::{Event, Machine, PICK_UP, Ticket};
use super::{Ask, LimitKey, Permit, RateLimiter, Slot};

/// So many keys are kept whatever becomes of them. Where there are more, those that are at rest are looked
/// for when their number has doubled, or this time has passed.
const FEW: usize = 64;
const SWEEP_EVERY: Duration = Duration::from_secs(60);

/// At most so many requests start in any second, for each [`LimitKey`]; first come, first served within
/// a priority. Clones share their state.
///
/// Source: the limits page names 7 requests a second for an integration. A request over the limit is
/// refused with 429, and who goes on is blocked.
#[derive(Clone, Debug)]
pub struct SlidingLog {
    per_second: usize,
    clock: Arc<dyn Clock>,
    lanes: Arc<Mutex<Lanes>>,
}

#[derive(Debug)]
struct Lanes {
    by_key: HashMap<LimitKey, Arc<Lane>>,
    /// At how many lanes, and when, those that are at rest are dropped: a process may have to do with very
    /// many accounts, though never with all of them at once.
    sweep_at: (usize, Duration),
}

impl SlidingLog {
    /// What amoCRM allows an integration in an account.
    pub const PER_SECOND: usize = 7;

    /// A limiter of its own: `per_second` requests (at least one) in any second.
    pub fn new(per_second: usize, clock: Arc<dyn Clock>) -> Self {
        let lanes = Lanes { by_key: HashMap::new(), sweep_at: (FEW, Duration::ZERO) };
        Self { per_second, clock, lanes: Arc::new(Mutex::new(lanes)) }
    }

    /// The one that all clients of a process share unless they are given another: the server counts the
    /// requests of an integration together, whichever client sent them.
    pub fn shared() -> Self {
        static SHARED: OnceLock<SlidingLog> = OnceLock::new();
        SHARED.get_or_init(|| Self::new(Self::PER_SECOND, Arc::new(SystemClock))).clone()
    }

    fn lane(&self, key: &LimitKey) -> Arc<Lane> {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lane) = lanes.by_key.get(key) {
            return Arc::clone(lane);
        }
        lanes.sweep(self.clock.monotonic());
        let lane = Arc::new(Lane {
            clock: Arc::clone(&self.clock),
            state: Mutex::new(State {
                machine: Machine::new(self.per_second),
                waiting: HashMap::new(),
            }),
        });
        lanes.by_key.insert(key.clone(), Arc::clone(&lane));
        lane
    }
}

impl Lanes {
    fn sweep(&mut self, now: Duration) {
        let (many, late) = self.sweep_at;
        if self.by_key.len() < FEW || self.by_key.len() < many && now < late {
            return;
        }
        // Whoever waits or sends has it too.
        self.by_key
            .retain(|_, lane| Arc::strong_count(lane) > 1 || !lane.lock().machine.is_at_rest(now));
        self.sweep_at = (FEW.max(self.by_key.len() * 2), now + SWEEP_EVERY);
    }
}

impl RateLimiter for SlidingLog {
    fn acquire(&self, ask: Ask) -> Pin<Box<dyn Future<Output = Permit> + Send>> {
        let lane = self.lane(&ask.key);
        Box::pin(lane.acquire(ask))
    }

    fn throttled(&self, key: &LimitKey, wait: Duration) {
        self.lane(key).on(Event::Throttled { wait });
    }
}

struct Lane {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

struct State {
    machine: Machine,
    /// Those in the queue; who is admitted is taken out, and his notice rung.
    waiting: HashMap<Ticket, Arc<Notify>>,
}

impl Lane {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn on(&self, event: Event) {
        let now = self.clock.monotonic();
        self.lock().on(event, now);
    }

    async fn acquire(self: Arc<Self>, ask: Ask) -> Permit {
        let notice = Arc::new(Notify::new());
        let ticket = {
            let now = self.clock.monotonic();
            let mut state = self.lock();
            let ticket = state.machine.ticket();
            state.waiting.insert(ticket, Arc::clone(&notice));
            state.on(Event::Arrive { ticket, priority: ask.priority, again: ask.again }, now);
            ticket
        };
        // From here on the place in the queue, and then the slot, is given back on drop.
        let held = Held { lane: Arc::clone(&self), ticket };
        loop {
            let alarm = {
                let now = self.clock.monotonic();
                let mut state = self.lock();
                state.on(Event::Tick, now);
                if state.machine.is_open(ticket) {
                    state.on(Event::Claim { ticket }, now);
                    return Permit::new(held);
                }
                if let Entry::Vacant(place) = state.waiting.entry(ticket) {
                    // Admitted while nobody polled, and lapsed: back to the head.
                    place.insert(Arc::clone(&notice));
                    state.on(Event::Arrive { ticket, priority: ask.priority, again: true }, now);
                    continue;
                }
                // The first keeps the alarm; the others a later one, in case nobody polls the first.
                let front = state.machine.front() == Some(ticket);
                let late = if front { Duration::ZERO } else { PICK_UP };
                state.machine.alarm(now).map(|at| at.saturating_sub(now) + late)
            };
            let notified = notice.notified();
            match alarm {
                Some(after) => {
                    let mut sleep = self.clock.sleep(after);
                    let mut notified = std::pin::pin!(notified);
                    std::future::poll_fn(|cx| {
                        if notified.as_mut().poll(cx).is_ready() {
                            return std::task::Poll::Ready(());
                        }
                        sleep.as_mut().poll(cx)
                    })
                    .await;
                }
                None => notified.await,
            }
        }
    }
}

impl State {
    fn on(&mut self, event: Event, now: Duration) {
        let admitted = self.machine.on(event, now);
        let changed = !admitted.is_empty() || !matches!(event, Event::Tick);
        for ticket in admitted {
            if let Some(notice) = self.waiting.remove(&ticket) {
                notice.notify_one();
            }
        }
        // Whoever is first now sets his alarm by what has changed.
        if changed
            && let Some(notice) = self.machine.front().and_then(|front| self.waiting.get(&front))
        {
            notice.notify_one();
        }
    }
}

/// A place in the queue that becomes a slot.
struct Held {
    lane: Arc<Lane>,
    ticket: Ticket,
}

impl Slot for Held {
    fn begin(&self) {
        self.lane.on(Event::Begin { ticket: self.ticket });
    }

    fn end(&self) {
        self.lane.on(Event::End { ticket: self.ticket });
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let now = self.lane.clock.monotonic();
        let mut state = self.lane.lock();
        if state.waiting.remove(&self.ticket).is_some() || state.machine.is_open(self.ticket) {
            state.on(Event::Leave { ticket: self.ticket }, now);
        }
    }
}

impl fmt::Debug for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lane")
    }
}

#[cfg(test)]
mod tests {
    use amo_auth::clock::ManualClock;
    use amo_core::Timestamp;

    use super::*;
    use crate::Priority;

    fn key(n: usize) -> LimitKey {
        LimitKey::new("i", format!("account{n}.amocrm.ru"))
    }

    /// A lane that would know more than a new one is kept, whatever else comes.
    #[tokio::test]
    async fn lanes_at_rest_are_dropped_and_no_others() {
        let clock = ManualClock::new(Timestamp::new(0));
        let limiter = SlidingLog::new(1, Arc::new(clock.clone()));
        let ask = |n| limiter.acquire(Ask::new(key(n), Priority::Interactive, false));
        let open = ask(0).await;
        ask(1).await.begin();
        limiter.throttled(&key(2), Duration::from_secs(5));
        for n in 3..10 * FEW {
            drop(ask(n).await);
        }
        let known = |n| limiter.lanes.lock().unwrap().by_key.contains_key(&key(n));
        assert!(known(0) && known(1) && known(2));
        assert!(limiter.lanes.lock().unwrap().by_key.len() <= 2 * FEW);
        // The second is over, the care after a 429 is not.
        clock.advance(Duration::from_secs(30));
        for n in 10 * FEW..13 * FEW {
            drop(ask(n).await);
        }
        assert!(known(0) && !known(1) && known(2));
        drop(open);
    }
}
