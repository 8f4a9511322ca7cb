//! Time as a seam: everything in the SDK that asks for the time or waits does so through [`Clock`].
#![expect(clippy::disallowed_methods, reason = "the one place that asks the machine for the time")]

use std::fmt::Debug;
use std::pin::Pin;
use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use amo_core::Timestamp;

#[cfg(feature = "test-util")]
pub use self::testing::{ManualClock, ShiftedClock};

/// The future of [`Clock::sleep`]. Dropping it ends the waiting.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send + Sync>>;

/// Tells the time and waits.
pub trait Clock: Debug + Send + Sync + 'static {
    /// The calendar's time: for the expiry of tokens.
    fn now(&self) -> Timestamp;

    /// Time that never goes back, since some fixed moment: for limits, timeouts and waits.
    fn monotonic(&self) -> Duration;

    /// Ends after `duration` of [monotonic](Self::monotonic) time.
    fn sleep(&self, duration: Duration) -> Sleep;
}

/// The machine's own time; waits by tokio's timer.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let seconds = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
            Err(before) => -i64::try_from(before.duration().as_secs()).unwrap_or(i64::MAX),
        };
        Timestamp::new(seconds)
    }

    fn monotonic(&self) -> Duration {
        static START: OnceLock<Instant> = OnceLock::new();
        START.get_or_init(Instant::now).elapsed()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        Box::pin(tokio::time::sleep(duration))
    }
}

#[cfg(feature = "test-util")]
mod testing {
    use std::sync::atomic::{AtomicI64, Ordering};
    use std::sync::{Arc, Mutex, PoisonError};
    use std::time::Duration;

    use amo_core::Timestamp;
    use tokio::sync::oneshot;

    use super::{Clock, Sleep, SystemClock};

    /// A clock that stands still until a test moves it. Clones share their time.
    #[derive(Clone, Debug)]
    pub struct ManualClock(Arc<Mutex<Manual>>);

    #[derive(Debug)]
    struct Manual {
        now: i64,
        monotonic: Duration,
        sleepers: Vec<(Duration, oneshot::Sender<()>)>,
    }

    impl ManualClock {
        /// A clock whose calendar shows `now`.
        pub fn new(now: Timestamp) -> Self {
            let manual = Manual {
                now: now.as_unix_seconds(),
                monotonic: Duration::ZERO,
                sleepers: Vec::new(),
            };
            Self(Arc::new(Mutex::new(manual)))
        }

        /// Moves the clock and wakes everyone whose time has come.
        pub fn advance(&self, by: Duration) {
            let mut manual = self.lock();
            // The calendar counts whole seconds: what is left over of a second counts in the next move.
            let before = manual.monotonic.as_secs();
            manual.monotonic += by;
            manual.now += (manual.monotonic.as_secs() - before).cast_signed();
            let now = manual.monotonic;
            for (_, wake) in manual.sleepers.extract_if(.., |(until, _)| *until <= now) {
                // Nobody listens any more: the sleep was dropped.
                let _ = wake.send(());
            }
        }

        /// The number of sleeps that are waiting, and the time until the first of them ends.
        pub fn sleeping(&self) -> (usize, Option<Duration>) {
            let mut manual = self.lock();
            manual.sleepers.retain(|(_, wake)| !wake.is_closed());
            let first = manual.sleepers.iter().map(|(until, _)| *until).min();
            (manual.sleepers.len(), first.map(|until| until.saturating_sub(manual.monotonic)))
        }

        fn lock(&self) -> std::sync::MutexGuard<'_, Manual> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner)
        }
    }

    impl Clock for ManualClock {
        fn now(&self) -> Timestamp {
            Timestamp::new(self.lock().now)
        }

        fn monotonic(&self) -> Duration {
            self.lock().monotonic
        }

        fn sleep(&self, duration: Duration) -> Sleep {
            if duration.is_zero() {
                return Box::pin(std::future::ready(()));
            }
            let (wake, woken) = oneshot::channel();
            let mut manual = self.lock();
            let until = manual.monotonic + duration;
            manual.sleepers.push((until, wake));
            Box::pin(async move {
                // The sender lives in the clock, which `woken`'s owner may outlive: then nobody can
                // move the clock any more, and the sleep is over.
                let _ = woken.await;
            })
        }
    }

    /// The machine's time with a calendar that can be moved: monotonic time and sleeps are real.
    /// For programs that show what happens tomorrow, such as a sandbox's tokens expiring.
    #[derive(Clone, Debug, Default)]
    pub struct ShiftedClock(Arc<AtomicI64>);

    impl ShiftedClock {
        /// A clock that shows the machine's time until it is moved.
        pub fn new() -> Self {
            Self::default()
        }

        /// Moves the calendar on.
        pub fn advance(&self, by: Duration) {
            let seconds = i64::try_from(by.as_secs()).unwrap_or(i64::MAX);
            self.0.fetch_add(seconds, Ordering::SeqCst);
        }
    }

    impl Clock for ShiftedClock {
        fn now(&self) -> Timestamp {
            let now = SystemClock.now().as_unix_seconds();
            Timestamp::new(now.saturating_add(self.0.load(Ordering::SeqCst)))
        }

        fn monotonic(&self) -> Duration {
            SystemClock.monotonic()
        }

        fn sleep(&self, duration: Duration) -> Sleep {
            SystemClock.sleep(duration)
        }
    }
}
