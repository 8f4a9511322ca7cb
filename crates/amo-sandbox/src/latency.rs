//! How long answers take.

use std::time::Duration;

use fastrand::Rng;

/// How long every answer takes, in real time; the work is done first.
///
/// ```
/// use std::time::Duration;
///
/// use amo_sandbox::{Latency, Sandbox};
///
/// let sandbox = Sandbox::new();
/// sandbox.set_latency(Duration::from_millis(50));
/// let slow = Latency::between(Duration::from_millis(20), Duration::from_millis(400), 7);
/// sandbox.set_latency(slow);
/// ```
#[derive(Debug, Clone)]
pub struct Latency {
    pub(crate) from: Duration,
    pub(crate) to: Duration,
    pub(crate) seed: u64,
    random: Rng,
}

impl Latency {
    /// Each answer takes a time of its own from here to there, both included. The same seed draws
    /// the same times. Who says the ends the wrong way round gets them the right way round.
    pub fn between(one: Duration, other: Duration, seed: u64) -> Self {
        let (from, to) = (one.min(other), one.max(other));
        Latency { from, to, seed, random: Rng::with_seed(seed) }
    }

    /// How long the next answer takes.
    pub(crate) fn next(&mut self) -> Duration {
        let spread =
            u64::try_from(self.to.saturating_sub(self.from).as_micros()).unwrap_or(u64::MAX);
        if spread == 0 {
            return self.from;
        }
        self.from + Duration::from_micros(self.random.u64(..=spread))
    }
}

impl Default for Latency {
    /// None.
    fn default() -> Self {
        Latency::from(Duration::ZERO)
    }
}

impl From<Duration> for Latency {
    /// The same for every answer.
    fn from(fixed: Duration) -> Self {
        Latency::between(fixed, fixed, 0)
    }
}
