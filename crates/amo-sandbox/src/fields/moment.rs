//! Dates as amoCRM takes them: Unix seconds or RFC 3339.

use serde_json::Value;

/// Unix seconds of a whole number, which PHP's clients may send as a text, or of a text like
/// `2024-03-01T00:00:00+03:00`.
pub(super) fn unix_seconds(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok().or_else(|| parse(text)),
        _ => None,
    }
}

fn parse(text: &str) -> Option<i64> {
    // RFC 3339 allows a small t and z.
    let text = text.to_ascii_uppercase();
    let (date, rest) = text.split_once('T')?;
    let (time, offset) = split_offset(rest)?;
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let whole = time.split_once('.').map_or(time, |(whole, _fraction)| whole);
    let [hour, minute, second] = numbers(whole, ':', [2, 2, 2])?;
    let days = days_in(year, month)?;
    // A leap second is 60.
    if !(1..=days).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    Some(days_from_1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset)
}

fn split_offset(text: &str) -> Option<(&str, i64)> {
    if let Some(time) = text.strip_suffix('Z') {
        return Some((time, 0));
    }
    let at = text.rfind(['+', '-'])?;
    let (time, offset) = text.split_at(at);
    let [hours, minutes] = numbers(offset.get(1..)?, ':', [2, 2])?;
    let seconds = hours * 3600 + minutes * 60;
    Some((time, if offset.starts_with('-') { -seconds } else { seconds }))
}

/// Exactly as many numbers, each with exactly as many digits.
fn numbers<const N: usize>(text: &str, separator: char, digits: [usize; N]) -> Option<[i64; N]> {
    let mut found = [0; N];
    let mut parts = text.split(separator);
    for (slot, digits) in found.iter_mut().zip(digits) {
        let part = parts
            .next()
            .filter(|part| part.len() == digits && part.bytes().all(|b| b.is_ascii_digit()))?;
        *slot = part.parse().ok()?;
    }
    parts.next().is_none().then_some(found)
}

fn days_in(year: i64, month: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    Some(match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        _ => return None,
    })
}

/// Counts years from March, so that the leap day is the last day of a year.
fn days_from_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year
        - 719_468
}

/// Unix seconds as `2024-03-01 00:00:00`, in UTC: that the real service means UTC is a guess.
pub(crate) fn written_time(seconds: i64) -> String {
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Years from March again; a cycle of 400 of them has 146 097 days.
    let shifted = days.saturating_add(719_468);
    let (cycle, day) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, later) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let year = cycle * 400 + year + later;
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read() {
        for (text, wanted) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59Z", -1),
            ("2024-03-01T00:00:00+03:00", 1_709_240_400),
            ("2024-02-29T12:30:15.25-05:30", 1_709_229_615),
            ("2000-12-31t23:59:60z", 978_307_200),
        ] {
            assert_eq!(unix_seconds(&Value::from(text)), Some(wanted), "{text}");
        }
        assert_eq!(unix_seconds(&Value::from(-5)), Some(-5));
        assert_eq!(unix_seconds(&Value::from("-5")), Some(-5));
    }

    #[test]
    fn times_are_written() {
        for seconds in [0, -1, 951_782_400, 1_709_240_400, 978_307_199, 4_102_444_800] {
            let text = written_time(seconds).replace(' ', "T") + "Z";
            assert_eq!(parse(&text), Some(seconds), "{text}");
        }
        assert_eq!(written_time(1_709_229_615), "2024-02-29 18:00:15");
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "2024-03-01",
            "2023-02-29T00:00:00Z",
            "2024-13-01T00:00:00Z",
            "2024-03-01T25:00:00Z",
            "T+é",
        ] {
            assert_eq!(unix_seconds(&Value::from(text)), None, "{text}");
        }
        assert_eq!(unix_seconds(&Value::from(1.5)), None);
        assert_eq!(unix_seconds(&Value::Null), None);
    }
}
