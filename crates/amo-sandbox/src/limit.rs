//! The rate limits: so many requests of one integration, of one account and of one address in any
//! window of one second.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::IpAddr;
use std::time::Duration;

use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Value, json};

use crate::reply::Reply;

const WINDOW: Duration = Duration::from_secs(1);
/// Within this time refusals add up to a block: a guess.
const BLOCK_WINDOW: Duration = Duration::from_secs(60);
/// What all integrations of an account may do together.
const ACCOUNT_PER_SECOND: u32 = 50;

/// How many requests the box takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RateLimit {
    /// As many as come.
    Off,
    /// At most this many in any window of one second; the next one is answered with 429. The real
    /// service takes 7 of an integration.
    PerSecond(u32),
}

impl Default for RateLimit {
    fn default() -> Self {
        RateLimit::PerSecond(7)
    }
}

impl RateLimit {
    fn takes(self, requests: usize) -> bool {
        match self {
            RateLimit::Off => true,
            RateLimit::PerSecond(most) => requests <= most as usize,
        }
    }
}

/// A number, or `"off"`.
impl Serialize for RateLimit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            RateLimit::Off => serializer.serialize_str("off"),
            RateLimit::PerSecond(most) => serializer.serialize_u32(*most),
        }
    }
}

impl<'de> Deserialize<'de> for RateLimit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let most = value.as_u64().and_then(|most| u32::try_from(most).ok());
        match most {
            Some(most) => Ok(RateLimit::PerSecond(most)),
            None if value == "off" => Ok(RateLimit::Off),
            None => {
                Err(de::Error::custom(format!("{value} is no number of requests and not \"off\"")))
            }
        }
    }
}

/// What a request over the limit is answered with, beside the status 429. All of these have been
/// seen of the real service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum TooManyRequests {
    /// A problem in JSON.
    #[default]
    Json,
    /// The same that says in `retry_after` how long to wait, in seconds: 300 is what the vendor's
    /// example has.
    JsonWithWait(u32),
    /// A page of the gateway.
    Html,
    /// Nothing.
    Empty,
}

impl TooManyRequests {
    fn reply(self, with_header: bool) -> Reply {
        let status = StatusCode::TOO_MANY_REQUESTS;
        let (reply, wait) = match self {
            TooManyRequests::Json => (Reply::usual(status), 1),
            TooManyRequests::JsonWithWait(seconds) => {
                let detail = Reply::TOO_MANY;
                let more = json!({"retry_after": seconds});
                (Reply::problem_with(status, detail, more), seconds)
            }
            TooManyRequests::Html => (Reply::gateway(status), 1),
            TooManyRequests::Empty => (Reply::empty(status), 1),
        };
        if with_header { reply.with_header(RETRY_AFTER, HeaderValue::from(wait)) } else { reply }
    }
}

/// Whom the box blocks for going over the limit again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Blocked {
    /// Only the integration.
    Integration,
    /// The account with all its integrations, as amoCRM's list of codes says it.
    Account,
    /// The address that the requests come from, as Kommo says it.
    Address,
}

/// Who is blocked, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// After more than this many refusals within a minute.
    pub after: u32,
    /// Whom.
    pub whom: Blocked,
}

/// The limits of a box, which can be changed while it runs.
///
/// ```
/// use amo_sandbox::{RateLimit, Sandbox};
///
/// let sandbox = Sandbox::new();
/// let mut limits = sandbox.limits();
/// limits.integration = RateLimit::PerSecond(1);
/// limits.retry_after = true;
/// sandbox.set_limits(limits);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Limits {
    /// Of each integration: see [`SandboxBuilder::rate_limit`](crate::SandboxBuilder::rate_limit).
    pub integration: RateLimit,
    /// Of the account; `None` is the usual one, see
    /// [`SandboxBuilder::account_rate_limit`](crate::SandboxBuilder::account_rate_limit).
    pub account: Option<RateLimit>,
    /// Of each IP address; `None` is none.
    pub address: Option<RateLimit>,
    /// Who is blocked for going over them again and again; `None` is nobody.
    pub block: Option<Block>,
    /// What a request over the limit is answered with.
    pub too_many_requests: TooManyRequests,
    /// Whether that says in `Retry-After` how long to wait.
    pub retry_after: bool,
}

impl Limits {
    /// The answer to a request over the limit.
    pub(crate) fn refusal(self) -> Reply {
        self.too_many_requests.reply(self.retry_after)
    }

    fn account(self) -> RateLimit {
        let usual = match self.integration {
            RateLimit::Off => RateLimit::Off,
            RateLimit::PerSecond(own) => RateLimit::PerSecond(own.max(ACCOUNT_PER_SECOND)),
        };
        self.account.unwrap_or(usual)
    }
}

/// Whose requests are counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    Integration(String),
    Account,
    /// Requests without a socket have no address, and count as coming from one.
    Address(Option<IpAddr>),
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Taken,
    OverLimit,
    Blocked,
}

/// Counts every request that arrives, also those that are refused: so a client that goes on
/// hammering stays out. The account's count leaves out what was refused for the sake of one
/// integration or address, so that the others can go on (a guess).
#[derive(Debug, Default)]
pub(crate) struct Limiter {
    pub(crate) limits: Limits,
    /// The arrivals of the last second.
    arrivals: BTreeMap<Source, VecDeque<Duration>>,
    /// The refusals of the last minute.
    refusals: BTreeMap<Source, VecDeque<Duration>>,
    blocked: BTreeSet<Source>,
}

impl Limiter {
    pub(crate) fn new(limits: Limits) -> Self {
        Limiter { limits, ..Limiter::default() }
    }

    /// Notes an arrival. `at` never runs backwards.
    pub(crate) fn arrive(
        &mut self,
        integration: &str,
        address: Option<IpAddr>,
        at: Duration,
    ) -> Verdict {
        let integration = Source::Integration(integration.to_owned());
        let address = Source::Address(address);
        let sources = [&integration, &address, &Source::Account];
        if sources.into_iter().any(|source| self.blocked.contains(source)) {
            return Verdict::Blocked;
        }
        let Limits { integration: own, address: of_address, block, .. } = self.limits;
        let mut taken = own.takes(self.count(&integration, at));
        if let Some(limit) = of_address {
            taken &= limit.takes(self.count(&address, at));
        }
        taken = taken && self.limits.account().takes(self.count(&Source::Account, at));
        if taken {
            return Verdict::Taken;
        }
        if let Some(Block { after, whom }) = block {
            let source = match whom {
                Blocked::Integration => integration,
                Blocked::Account => Source::Account,
                Blocked::Address => address,
            };
            if noted(&mut self.refusals, &source, at, BLOCK_WINDOW) > after as usize {
                self.blocked.insert(source);
                return Verdict::Blocked;
            }
        }
        Verdict::OverLimit
    }

    fn count(&mut self, source: &Source, at: Duration) -> usize {
        noted(&mut self.arrivals, source, at, WINDOW)
    }

    /// Lets everybody in again who was blocked.
    pub(crate) fn unblock(&mut self) {
        self.blocked.clear();
        self.refusals.clear();
    }
}

/// Notes a moment and says how many there are within the time before it.
fn noted(
    all: &mut BTreeMap<Source, VecDeque<Duration>>,
    source: &Source,
    at: Duration,
    within: Duration,
) -> usize {
    let moments = all.entry(source.clone()).or_default();
    while moments.front().is_some_and(|first| at.saturating_sub(*first) >= within) {
        moments.pop_front();
    }
    moments.push_back(at);
    moments.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    fn limiter(integration: u32) -> Limiter {
        let limits = Limits { integration: RateLimit::PerSecond(integration), ..Limits::default() };
        Limiter::new(limits)
    }

    fn takes(limiter: &mut Limiter, integration: &str, at: Duration) -> bool {
        limiter.arrive(integration, None, at) == Verdict::Taken
    }

    #[test]
    fn the_window_slides_and_refused_requests_count() {
        let mut limiter = limiter(2);
        assert!(takes(&mut limiter, "a", at(0)));
        assert!(takes(&mut limiter, "a", at(900)));
        assert!(!takes(&mut limiter, "a", at(999)), "the third within a second");
        // The window [0, 1000) is over, yet 900 and the refused 999 still count.
        assert!(!takes(&mut limiter, "a", at(1000)));
        assert!(
            !takes(&mut limiter, "a", at(1950)),
            "1000, and the refused 999, are within a second"
        );
        assert!(takes(&mut limiter, "a", at(3000)));
    }

    #[test]
    fn integrations_are_counted_apart() {
        let mut limiter = limiter(1);
        assert!(takes(&mut limiter, "a", at(0)));
        assert!(takes(&mut limiter, "b", at(0)));
        assert!(!takes(&mut limiter, "a", at(1)));
        limiter.limits.integration = RateLimit::Off;
        assert!(takes(&mut limiter, "a", at(2)));
    }

    #[test]
    fn an_account_takes_fifty_of_all_and_one_that_hammers_costs_the_others_nothing() {
        let mut limiter = limiter(7);
        let mut taken = 0;
        for integration in 0..10 {
            for _ in 0..9 {
                taken += usize::from(takes(&mut limiter, &integration.to_string(), at(0)));
            }
        }
        assert_eq!(taken, 50);
        let mut alone = Limiter::new(limiter.limits);
        for _ in 0..100 {
            takes(&mut alone, "a", at(0));
        }
        assert!(takes(&mut alone, "b", at(0)));
        limiter.limits.account = Some(RateLimit::PerSecond(1));
        assert!(takes(&mut limiter, "new", at(2000)));
        assert!(!takes(&mut limiter, "newer", at(2000)));
    }

    #[test]
    fn who_may_do_more_alone_may_do_it_with_the_account() {
        let mut limiter = limiter(60);
        assert!((0..60).all(|_| takes(&mut limiter, "a", at(0))));
        limiter.limits.integration = RateLimit::Off;
        assert!((0..60).all(|_| takes(&mut limiter, "a", at(0))));
    }

    #[test]
    fn an_address_is_counted_over_all_integrations() {
        let mut limiter = limiter(7);
        limiter.limits.address = Some(RateLimit::PerSecond(1));
        let [one, other] = [1, 2].map(|last| Some(IpAddr::from([127, 0, 0, last])));
        assert_eq!(limiter.arrive("a", one, at(0)), Verdict::Taken);
        assert_eq!(limiter.arrive("b", one, at(0)), Verdict::OverLimit);
        assert_eq!(limiter.arrive("b", other, at(0)), Verdict::Taken);
    }

    #[test]
    fn who_goes_on_is_blocked_until_somebody_helps() {
        let one = Some(IpAddr::from([127, 0, 0, 1]));
        for (whom, others) in [
            (Blocked::Integration, Verdict::Taken),
            (Blocked::Account, Verdict::Blocked),
            (Blocked::Address, Verdict::Blocked),
        ] {
            let mut limiter = limiter(1);
            limiter.limits.block = Some(Block { after: 2, whom });
            let mut ask = |integration, at| limiter.arrive(integration, one, at);
            assert_eq!(ask("a", at(0)), Verdict::Taken);
            assert_eq!(ask("a", at(1)), Verdict::OverLimit);
            // A minute later nobody remembers it.
            assert_eq!(ask("a", at(60_001)), Verdict::Taken);
            assert_eq!(
                [2, 3, 4].map(|millis| ask("a", at(60_000 + millis))),
                [Verdict::OverLimit, Verdict::OverLimit, Verdict::Blocked]
            );
            assert_eq!(ask("a", at(600_000)), Verdict::Blocked);
            assert_eq!(ask("b", at(600_000)), others, "{whom:?}");
            limiter.unblock();
            assert_eq!(limiter.arrive("a", one, at(700_000)), Verdict::Taken);
        }
    }
}
