//! The wall clock of the box, which a test can move: tokens expire by it and changes are stamped by
//! it.

use std::sync::Mutex;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::{clock, locked};

/// The wall clock of the box.
///
/// It decides when codes and tokens expire and what `created_at`, `updated_at` and `server_time`
/// say. The rate limit does not know it. Made by
/// [`SandboxBuilder::manual_calendar`](crate::SandboxBuilder::manual_calendar) it stands still
/// until it is moved; otherwise it shows the machine's time plus all that it was moved by.
#[derive(Debug)]
pub struct Calendar {
    time: Mutex<Time>,
    moved: watch::Sender<()>,
}

/// What a calendar shows. Milliseconds, so that many small steps add up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Time {
    /// It stands still here.
    ManualMs(i64),
    /// It is so far from the machine's clock.
    MovedByMs(i64),
}

impl Time {
    /// Unix milliseconds.
    fn millis(self) -> i64 {
        match self {
            Time::ManualMs(at) => at,
            Time::MovedByMs(distance) => clock::system_millis().saturating_add(distance),
        }
    }

    fn at(self, millis: i64) -> Self {
        match self {
            Time::ManualMs(_) => Time::ManualMs(millis),
            Time::MovedByMs(_) => Time::MovedByMs(millis.saturating_sub(clock::system_millis())),
        }
    }
}

impl Calendar {
    pub(crate) fn new(time: Time) -> Self {
        Calendar { time: Mutex::new(time), moved: watch::Sender::new(()) }
    }

    /// Whether it stands still by itself.
    pub(crate) fn is_manual(&self) -> bool {
        matches!(self.time(), Time::ManualMs(_))
    }

    /// Tells when somebody moves it.
    pub(crate) fn moves(&self) -> watch::Receiver<()> {
        self.moved.subscribe()
    }

    pub(crate) fn time(&self) -> Time {
        *locked(&self.time)
    }

    pub(crate) fn set_time(&self, time: Time) {
        *locked(&self.time) = time;
        self.moved.send_replace(());
    }

    /// The time in Unix seconds.
    pub fn now(&self) -> i64 {
        self.time().millis().div_euclid(1000)
    }

    /// Moves the time forward.
    pub fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        {
            let mut time = locked(&self.time);
            let (Time::ManualMs(millis) | Time::MovedByMs(millis)) = &mut *time;
            *millis = millis.saturating_add(by);
        }
        self.moved.send_replace(());
    }

    /// Sets the time, in Unix seconds; backwards too.
    pub fn set(&self, unix_seconds: i64) {
        let time = self.time().at(unix_seconds.saturating_mul(1000));
        self.set_time(time);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_calendar_stands_still_and_small_steps_add_up() {
        let calendar = Calendar::new(Time::ManualMs(100_000));
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
        let calendar = Calendar::new(Time::MovedByMs(0));
        let before = calendar.now();
        calendar.advance(Duration::from_secs(86_400));
        assert!(calendar.now() >= before + 86_400);
        calendar.set(1_000);
        assert!((1_000..1_010).contains(&calendar.now()));
    }
}
