//! Dates as tasks and notes of webhooks have them: `2025-06-15 18:06:40`.

/// The account's time zone, `Europe/Moscow`, which has no summer time. That these dates are the
/// account's and not those of UTC is a guess.
pub(crate) const OFFSET: i64 = 3 * 3600;

/// Unix seconds as a date of the account.
pub(super) fn date(unix_seconds: i64) -> String {
    let local = unix_seconds.saturating_add(OFFSET);
    let (days, second) = (local.div_euclid(86_400), local.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

/// Year, month and day of a number of days since 1970. Years are counted from March in cycles of
/// 400, so that the leap day is the last day of a year.
pub(crate) fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (cycle, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let year = year + cycle * 400 + i64::from(month > 9);
    (year, if month > 9 { month - 9 } else { month + 3 }, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_account() {
        for (seconds, wanted) in [
            (0, "1970-01-01 03:00:00"),
            (-10_801, "1969-12-31 23:59:59"),
            (1_709_240_400, "2024-03-01 00:00:00"),
            (1_709_240_399, "2024-02-29 23:59:59"),
            (951_771_600, "2000-02-29 00:00:00"),
            (4_107_531_599, "2100-02-28 23:59:59"),
            (1_750_000_000, "2025-06-15 18:06:40"),
        ] {
            assert_eq!(date(seconds), wanted, "{seconds}");
        }
        assert!(!date(i64::MAX).is_empty() && !date(i64::MIN).is_empty());
    }
}
