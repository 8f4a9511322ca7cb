//! What time it is at the server.

use amo_core::Timestamp;
use http::HeaderMap;
use http::header::DATE;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// When an answer was given, by the server's own clock: its `Date`. `None` where it says none, or not in
/// the one form that HTTP/1.1 lets a server write (RFC 9110, 5.6.7).
pub(crate) fn of(headers: &HeaderMap) -> Option<Timestamp> {
    // Sun, 15 Jun 2025 15:06:40 GMT
    let mut parts = headers.get(DATE)?.to_str().ok()?.split_ascii_whitespace().skip(1);
    let mut next = || parts.next();
    let (day, month, year, time, zone) = (next()?, next()?, next()?, next()?, next()?);
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    if zone != "GMT" {
        return None;
    }
    format!("{year}-{month:02}-{day}T{time}Z").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_read_and_anything_else_is_none() {
        let read = |text: &'static str| {
            let headers = HeaderMap::from_iter([(DATE, http::HeaderValue::from_static(text))]);
            of(&headers).map(Timestamp::as_unix_seconds)
        };
        assert_eq!(read("Sun, 15 Jun 2025 15:06:40 GMT"), Some(1_750_000_000));
        assert_eq!(read("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        for wrong in [
            "",
            "now",
            "Sun, 15 Jun 2025 15:06:40",
            "Sun, 15 Jun 2025 15:06:40 MSK",
            "Sun, 32 Jun 2025 15:06:40 GMT",
            "Sunday, 15-Jun-25 15:06:40 GMT",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        assert_eq!(of(&HeaderMap::new()), None);
    }
}
