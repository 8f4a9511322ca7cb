//! The wall clock of the box, which a test can move: tokens expire by it and changes are stamped by
//! it.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tokio::sync::watch;

use crate::clock;

/// The wall clock of the box.
///
/// It decides when codes and tokens expire and what `created_at`, `updated_at` and `server_time`
/// say. The rate limit does not know it. Made by
/// [`SandboxBuilder::manual_calendar`](crate::SandboxBuilder::manual_calendar) it stands still
/// until it is moved; otherwise it shows the machine's time plus all that it was moved by.
#[derive(Debug)]
pub struct Calendar {
    manual: bool,
    /// The time itself when manual, otherwise the distance from the machine's clock. Milliseconds,
    /// so that many small steps add up.
    millis: AtomicI64,
    moved: watch::Sender<()>,
}

impl Calendar {
    fn new(manual: bool, millis: i64) -> Self {
        Calendar { manual, millis: AtomicI64::new(millis), moved: watch::Sender::new(()) }
    }

    pub(crate) fn manual(start: i64) -> Self {
        Calendar::new(true, start.saturating_mul(1000))
    }

    pub(crate) fn system() -> Self {
        Calendar::new(false, 0)
    }

    /// Whether it stands still by itself.
    pub(crate) fn is_manual(&self) -> bool {
        self.manual
    }

    /// Tells when somebody moves it.
    pub(crate) fn moves(&self) -> watch::Receiver<()> {
        self.moved.subscribe()
    }

    /// The time in Unix seconds.
    pub fn now(&self) -> i64 {
        let origin = if self.manual { 0 } else { clock::system_millis() };
        origin.saturating_add(self.millis.load(Ordering::SeqCst)).div_euclid(1000)
    }

    /// Moves the time forward.
    pub fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        let moved = |at: i64| Some(at.saturating_add(by));
        // The closure never refuses, so the update cannot fail.
        let _ = self.millis.fetch_update(Ordering::SeqCst, Ordering::SeqCst, moved);
        self.moved.send_replace(());
    }

    /// Sets the time, in Unix seconds; backwards too.
    pub fn set(&self, unix_seconds: i64) {
        let origin = if self.manual { 0 } else { clock::system_millis() };
        self.millis
            .store(unix_seconds.saturating_mul(1000).saturating_sub(origin), Ordering::SeqCst);
        self.moved.send_replace(());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_calendar_stands_still_and_small_steps_add_up() {
        let calendar = Calendar::manual(100);
        assert_eq!(calendar.now(), 100);
        for _ in 0..4 {
            calendar.advance(Duration::from_millis(250));
        }
        assert_eq!(calendar.now(), 101);
        calendar.set(7);
        assert_eq!(calendar.now(), 7);
    }

    #[test]
    fn a_system_calendar_keeps_the_distance_it_was_moved_by() {
        let calendar = Calendar::system();
        let before = calendar.now();
        calendar.advance(Duration::from_secs(86_400));
        assert!(calendar.now() >= before + 86_400);
        calendar.set(1_000);
        assert!((1_000..1_010).contains(&calendar.now()));
    }
}
