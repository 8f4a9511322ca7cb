//! `filter[date][date_preset]`: times that are counted from now, in days of the account.

use crate::webhooks::dates::{OFFSET, civil};

const DAY: i64 = 86_400;

/// The first and the last second of a period; `None` when nobody knows it. A week begins on Monday.
/// That `last_…` and `next_…` count today too is a guess.
pub(super) fn period(preset: &str, now: i64) -> Option<(i64, i64)> {
    let today = now.saturating_add(OFFSET).div_euclid(DAY);
    // 1970 began on a Thursday.
    let monday = today - (today + 3).rem_euclid(7);
    let (_, month, day) = civil(today);
    let first = today - (day - 1);
    let quarter = months_on(first, -((month - 1) % 3));
    let (from, behind) = match preset {
        "day" => (today, today + 1),
        "tomorrow" => (today + 1, today + 2),
        "yesterday" => (today - 1, today),
        "week" => (monday, monday + 7),
        "previous_week" => (monday - 7, monday),
        "next_week" => (monday + 7, monday + 14),
        "month" => (first, months_on(first, 1)),
        "next_month" => (months_on(first, 1), months_on(first, 2)),
        "previous_month" => (months_on(first, -1), first),
        "quarter" => (quarter, months_on(quarter, 3)),
        "previous_quarter" => (months_on(quarter, -3), quarter),
        "next_quarter" => (months_on(quarter, 3), months_on(quarter, 6)),
        "last_3_days" => (today - 2, today + 1),
        "next_3_days" => (today, today + 3),
        "last_6_month" => (months_on(first, -5), today + 1),
        "year" => {
            let january = months_on(first, 1 - month);
            (january, months_on(january, 12))
        }
        _ => return None,
    };
    let start = |day: i64| day.saturating_mul(DAY).saturating_sub(OFFSET);
    Some((start(from), start(behind).saturating_sub(1)))
}

/// The first day of a month that is so many months on from another first day.
fn months_on(first: i64, months: i64) -> i64 {
    let step = |first: i64, _| {
        // 31 days on is always the next month, the day before always the one before.
        let inside = if months > 0 { first + 31 } else { first - 1 };
        inside - (civil(inside).2 - 1)
    };
    (0..months.abs()).fold(first, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_whole_days_of_the_account() {
        // Sunday, 2025-06-15 18:06:40 in Moscow.
        let now = 1_750_000_000;
        for (preset, from, to) in [
            ("day", 1_749_934_800, 1_750_021_199),
            ("yesterday", 1_749_848_400, 1_749_934_799),
            ("tomorrow", 1_750_021_200, 1_750_107_599),
            ("week", 1_749_416_400, 1_750_021_199),
            ("next_week", 1_750_021_200, 1_750_625_999),
            ("previous_week", 1_748_811_600, 1_749_416_399),
            ("month", 1_748_725_200, 1_751_317_199),
            ("next_month", 1_751_317_200, 1_753_995_599),
            ("previous_month", 1_746_046_800, 1_748_725_199),
            ("quarter", 1_743_454_800, 1_751_317_199),
            ("next_quarter", 1_751_317_200, 1_759_265_999),
            ("previous_quarter", 1_735_678_800, 1_743_454_799),
            ("year", 1_735_678_800, 1_767_214_799),
            ("last_3_days", 1_749_762_000, 1_750_021_199),
            ("next_3_days", 1_749_934_800, 1_750_193_999),
            ("last_6_month", 1_735_678_800, 1_750_021_199),
        ] {
            assert_eq!(period(preset, now), Some((from, to)), "{preset}");
        }
        assert_eq!(period("era", now), None);
        assert!(period("year", i64::MAX).is_some() && period("year", i64::MIN).is_some());
    }
}
