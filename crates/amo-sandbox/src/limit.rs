//! The rate limit: so many requests of one integration in any window of one second.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

const WINDOW: Duration = Duration::from_secs(1);

/// How many requests the box takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RateLimit {
    /// As many as come.
    Off,
    /// At most this many of one integration in any window of one second; the next one is answered
    /// with 429. The real service takes 7.
    PerSecond(u32),
}

impl Default for RateLimit {
    fn default() -> Self {
        RateLimit::PerSecond(7)
    }
}

/// Counts every request that arrives, also those that are refused: so a client that goes on
/// hammering stays out.
#[derive(Debug, Default)]
pub(crate) struct Limiter {
    limit: RateLimit,
    /// The arrivals of the last second by integration.
    arrivals: BTreeMap<String, VecDeque<Duration>>,
}

impl Limiter {
    pub(crate) fn set(&mut self, limit: RateLimit) {
        self.limit = limit;
    }

    /// Notes an arrival; false when it is one too many. `at` never runs backwards.
    pub(crate) fn arrive(&mut self, integration: &str, at: Duration) -> bool {
        if !self.arrivals.contains_key(integration) {
            self.arrivals.insert(integration.to_owned(), VecDeque::new());
        }
        let Some(arrivals) = self.arrivals.get_mut(integration) else { return true };
        while arrivals.front().is_some_and(|first| at.saturating_sub(*first) >= WINDOW) {
            arrivals.pop_front();
        }
        arrivals.push_back(at);
        match self.limit {
            RateLimit::Off => true,
            RateLimit::PerSecond(most) => arrivals.len() <= most as usize,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn the_window_slides_and_refused_requests_count() {
        let mut limiter = Limiter::default();
        limiter.set(RateLimit::PerSecond(2));
        assert!(limiter.arrive("a", at(0)));
        assert!(limiter.arrive("a", at(900)));
        assert!(!limiter.arrive("a", at(999)), "the third within a second");
        // The window [0, 1000) is over, yet 900 and the refused 999 still count.
        assert!(!limiter.arrive("a", at(1000)));
        assert!(!limiter.arrive("a", at(1950)), "1000, and the refused 999, are within a second");
        assert!(limiter.arrive("a", at(3000)));
    }

    #[test]
    fn integrations_are_counted_apart() {
        let mut limiter = Limiter::default();
        limiter.set(RateLimit::PerSecond(1));
        assert!(limiter.arrive("a", at(0)));
        assert!(limiter.arrive("b", at(0)));
        assert!(!limiter.arrive("a", at(1)));
        limiter.set(RateLimit::Off);
        assert!(limiter.arrive("a", at(2)));
    }
}
