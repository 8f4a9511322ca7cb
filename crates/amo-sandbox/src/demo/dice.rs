//! Chance that falls the same way every time: each card has dice of its own, so that it is the same
//! one however many there are besides it.

use fastrand::Rng;

use crate::builder::{Language, SandboxBuilder};
use crate::demo;
use crate::entity::Kind;

const DAY: i64 = 24 * 3600;
/// All cards were made in so many days before [`demo::EPOCH`].
const DAYS: u64 = 365;

pub(super) struct Dice {
    rng: Rng,
    pub(super) is_russian: bool,
    pub(super) created_at: i64,
    pub(super) updated_at: i64,
}

impl Dice {
    /// The dice of a card, by its number among those of its kind.
    pub(super) fn of(settings: &SandboxBuilder, kind: Kind, number: usize) -> Self {
        let mut base = Rng::with_seed(settings.seed);
        let mut rng = Rng::with_seed(base.u64(..) ^ ((kind as u64) << 56) ^ number as u64);
        let is_russian = match settings.language {
            Language::Mixed => rng.bool(),
            Language::Russian => true,
            Language::English => false,
        };
        let created_at = made_at(number, rng.i64(0..10 * 3600));
        // Most cards change soon after they were made, and then no more.
        let share = rng.f64().powi(3);
        let updated_at = created_at + ((demo::EPOCH - created_at) as f64 * share) as i64;
        Self { rng, is_russian, created_at, updated_at }
    }

    pub(super) fn pick<T: Copy + Default>(&mut self, list: &[T]) -> T {
        self.rng.choice(list).copied().unwrap_or_default()
    }

    /// A word in the card's language.
    pub(super) fn word<T: Copy + Default>(&mut self, russian: &[T], english: &[T]) -> T {
        let list = if self.is_russian { russian } else { english };
        self.pick(list)
    }

    /// A number from the first to the second, both included.
    pub(super) fn between(&mut self, first: i64, last: i64) -> i64 {
        self.rng.i64(first..=last)
    }

    /// Yes once in so many times.
    pub(super) fn one_in(&mut self, times: u32) -> bool {
        self.rng.u32(..times) == 0
    }

    /// The id of something made up.
    pub(super) fn uuid(&mut self) -> String {
        let hex = format!("{:032x}", self.rng.u128(..));
        let part = |range| hex.get(range).unwrap_or_default();
        let (start, end) = (part(0..8), part(20..32));
        format!("{start}-{}-4{}-8{}-{end}", part(8..12), part(13..16), part(17..20))
    }
}

/// On a day of the last year, whatever the number is spread evenly by the golden ratio, in the
/// working hours of Moscow.
fn made_at(number: usize, seconds: i64) -> i64 {
    let share = (number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
    let day = (share * DAYS) >> 32;
    let midnight = demo::EPOCH - demo::EPOCH % DAY;
    midnight.saturating_sub_unsigned((DAYS - day) * DAY as u64) + 6 * 3600 + seconds
}
