//! The only place that asks the machine for the time or waits for it.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970 by the machine's clock; 0 on a machine set to an earlier year.
#[expect(clippy::disallowed_methods, reason = "this is the clock module")]
pub(crate) fn system_millis() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Monotonic time since the box was made. No calendar moves it: a rate is a matter of real time.
#[derive(Debug)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "this is the clock module")]
    pub(crate) fn start() -> Self {
        Stopwatch(Instant::now())
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// What a future gives, if it does so in time.
#[expect(clippy::disallowed_methods, reason = "this is the clock module")]
pub(crate) async fn within<F: Future>(time: Duration, future: F) -> Option<F::Output> {
    tokio::time::timeout(time, future).await.ok()
}

/// Waits; at once for a zero wait, so that a box without latency needs no tokio timer.
#[expect(clippy::disallowed_methods, reason = "this is the clock module")]
pub(crate) async fn wait(time: Duration) {
    if !time.is_zero() {
        tokio::time::sleep(time).await;
    }
}
