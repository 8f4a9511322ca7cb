#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

use std::time::Duration;

use amo_core::Timestamp;
use proptest::prelude::*;

#[test]
fn reads_numbers_and_numeric_strings() {
    let time = Timestamp::from_unix_seconds(1_700_000_000);
    assert_eq!(serde_json::from_str::<Timestamp>("1700000000").unwrap(), time);
    assert_eq!(serde_json::from_str::<Timestamp>("\"1700000000\"").unwrap(), time);
    assert_eq!(serde_json::to_string(&time).unwrap(), "1700000000");
    assert!(serde_json::from_str::<Timestamp>("\"2023-11-14\"").is_err());
    assert!(serde_json::from_str::<Timestamp>("null").is_err());
}

#[test]
fn shows_known_times() {
    for (seconds, text) in [
        (0, "1970-01-01T00:00:00Z"),
        (-1, "1969-12-31T23:59:59Z"),
        (951_782_400, "2000-02-29T00:00:00Z"),
        (1_709_240_400, "2024-02-29T21:00:00Z"),
        (4_107_542_399, "2100-02-28T23:59:59Z"),
        (4_107_542_400, "2100-03-01T00:00:00Z"),
        (-62_167_219_200, "0000-01-01T00:00:00Z"),
        (253_402_300_799, "9999-12-31T23:59:59Z"),
        (253_402_300_800, "+10000-01-01T00:00:00Z"),
        (-62_167_219_201, "-0001-12-31T23:59:59Z"),
    ] {
        assert_eq!(Timestamp::new(seconds).to_string(), text);
    }
    // Nothing overflows at the ends.
    assert!(Timestamp::new(i64::MAX).to_string().starts_with('+'));
    assert!(Timestamp::new(i64::MIN).to_string().starts_with('-'));
}

#[test]
fn parses_rfc_3339_with_any_offset() {
    for (text, seconds) in [
        ("2024-03-01T00:00:00+03:00", 1_709_240_400),
        ("2024-02-29T21:00:00Z", 1_709_240_400),
        ("2024-02-29t16:00:00.999-05:00", 1_709_240_400),
        ("1969-12-31 23:59:59z", -1),
        ("2016-12-31T23:59:60Z", 1_483_228_800),
    ] {
        assert_eq!(text.parse(), Ok(Timestamp::new(seconds)), "{text}");
    }
}

#[test]
fn refuses_what_is_no_time() {
    for text in [
        "",
        "1700000000",
        "2024-03-01",
        "2024-03-01T00:00:00",
        "2024-03-01T00:00:00+03",
        "2024-03-01T00:00:00+0300",
        "2024-03-01T00:00:00.Z",
        "2024-03-01T00:00:00Zx",
        "2024-03-01T24:00:00Z",
        "2024-03-01T00:60:00Z",
        "2024-03-01T00:00:61Z",
        "2024-03-01T00:00:00+24:00",
        "2024-13-01T00:00:00Z",
        "2024-00-01T00:00:00Z",
        "2024-04-31T00:00:00Z",
        "2023-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2024-03-0\u{661}T00:00:00Z",
    ] {
        let error = text.parse::<Timestamp>().unwrap_err();
        assert!(error.to_string().contains("RFC 3339"), "{text}");
    }
}

#[test]
fn adds_and_subtracts() {
    let day = Duration::from_secs(86_400);
    let time = Timestamp::new(100);
    assert_eq!(time.checked_add(day), Some(Timestamp::new(86_500)));
    assert_eq!(time.checked_sub(day), Some(Timestamp::new(-86_300)));
    assert_eq!(time.checked_add(Duration::from_millis(999)), Some(time));
    assert_eq!(Timestamp::new(i64::MAX).checked_add(Duration::from_secs(1)), None);
    assert_eq!(Timestamp::new(i64::MIN).checked_sub(Duration::MAX), None);
}

proptest! {
    #[test]
    fn what_is_shown_is_parsed(seconds in -62_167_219_200_i64..=253_402_300_799) {
        let time = Timestamp::new(seconds);
        prop_assert_eq!(time.to_string().parse(), Ok(time));
    }

    #[test]
    fn no_text_panics(text in "[0-9+:.TZz -]{0,30}|\\PC*") {
        let _ = text.parse::<Timestamp>();
    }

    #[test]
    fn later_is_shown_later(seconds in -62_167_219_200_i64..253_402_300_799, more in 1_u32..) {
        let time = Timestamp::new(seconds);
        let later = Timestamp::new((seconds + i64::from(more)).min(253_402_300_799));
        prop_assert!(time.to_string() < later.to_string());
    }
}

#[cfg(feature = "chrono")]
#[test]
fn converts_to_chrono() {
    let time = Timestamp::new(-1);
    let chrono: chrono::DateTime<chrono::Utc> = time.try_into().unwrap();
    assert_eq!(chrono.timestamp(), -1);
    assert_eq!(Timestamp::from(chrono), time);
    assert_eq!(Timestamp::from(chrono + chrono::Duration::milliseconds(1)), time);
    assert!(chrono::DateTime::try_from(Timestamp::new(i64::MAX)).is_err());
}

#[cfg(feature = "jiff")]
#[test]
fn converts_to_jiff() {
    let time = Timestamp::new(-2);
    let jiff: jiff::Timestamp = time.try_into().unwrap();
    assert_eq!(jiff.as_second(), -2);
    assert_eq!(Timestamp::from(jiff), time);
    assert_eq!(Timestamp::from(jiff::Timestamp::new(-1, -1).unwrap()), time);
    assert!(jiff::Timestamp::try_from(Timestamp::new(i64::MAX)).is_err());
}

#[cfg(feature = "time")]
#[test]
fn converts_to_time() {
    let ours = Timestamp::new(-1);
    let theirs: time::OffsetDateTime = ours.try_into().unwrap();
    assert_eq!(theirs.unix_timestamp(), -1);
    assert_eq!(Timestamp::from(theirs), ours);
    assert_eq!(Timestamp::from(theirs + Duration::from_millis(1)), ours);
    assert!(time::OffsetDateTime::try_from(Timestamp::new(i64::MAX)).is_err());
}
