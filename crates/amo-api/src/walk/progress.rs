//! How far a walk has come.

use std::time::Duration;

/// The pace of the usual rate limit, before a pace is known.
const USUAL_PACE: Duration = Duration::from_micros(1_000_000 / 7);

/// How far a walk has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// How many pages were handed out, or emptied item by item.
    pub pages: u64,
    /// How many items were handed out.
    pub items: u64,
    /// How many requests were sent so far: for pages ahead too, with repetitions.
    pub requests: u64,
    /// How long these requests waited for the rate limit, all together. Pages ahead wait at the same time,
    /// so that it may be longer than the walk.
    pub waited: Duration,
    /// How much is left, where the number of items is known: the server says it of a few lists, the caller
    /// by `expecting`.
    pub left: Option<Estimate>,
}

/// What a walk still takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Estimate {
    /// How many requests.
    pub requests: u64,
    /// How long, at the pace of the walk so far; before it has one, at 7 requests a second.
    pub time: Duration,
}

impl Estimate {
    /// So many items are left, of which `per_request` come with each; so far `requests` took `time`.
    pub(crate) fn of(items: u64, per_request: u64, requests: u64, time: Duration) -> Self {
        let left = items.div_ceil(per_request.max(1));
        // The first answers say more of their latency than of the pace.
        let pace = match u32::try_from(requests) {
            Ok(requests) if requests >= 8 => time / requests,
            _ => USUAL_PACE,
        };
        let time = pace.saturating_mul(u32::try_from(left).unwrap_or(u32::MAX));
        Self { requests: left, time }
    }
}
