//! From where changes are followed on, and what of them has been told already.

use std::collections::{BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use amo_core::{AccountId, Timestamp};
use serde::{Deserialize, Serialize};

/// So much of what was told is remembered at most. What does not fit is told twice.
const MOST_TOLD: usize = 1000;

/// From where changes are followed on: the end of one run is the beginning of the next.
///
/// It can be made from a [`Timestamp`], such as the beginning of an export, printed by serde and read back.
/// What is inside may change; it stays below 32 KiB.
///
/// ```
/// use amo_api::Checkpoint;
/// use amo_core::Timestamp;
///
/// let checkpoint = Checkpoint::from(Timestamp::new(1_750_000_000));
/// let kept = serde_json::to_string(&checkpoint)?;
/// assert_eq!(kept, r#"{"since":1750000000}"#);
/// assert_eq!(serde_json::from_str::<Checkpoint>(&kept)?, checkpoint);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// When the run began, by the server's clock.
    since: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    account: Option<AccountId>,
    /// The lists that it is good for; none if it was made from a time, which is good for all.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    lists: BTreeSet<String>,
    /// What the run has told of the time that the next one reads again.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    told: BTreeSet<Print>,
}

impl Checkpoint {
    /// Before anything happened: everything that is there counts as changed.
    pub const fn beginning() -> Self {
        Self::at(Timestamp::new(0))
    }

    const fn at(since: Timestamp) -> Self {
        Self { since, account: None, lists: BTreeSet::new(), told: BTreeSet::new() }
    }

    /// The time from which on changes are followed, by the server's clock. A run reads somewhat more: see
    /// [`overlap`](crate::ApiCall::overlap).
    pub const fn since(&self) -> Timestamp {
        self.since
    }

    pub(super) fn is_beginning(&self) -> bool {
        self.since.as_unix_seconds() <= 0
    }

    pub(super) fn is_good_for(&self, list: &str) -> bool {
        self.lists.is_empty() || self.lists.contains(list)
    }

    pub(super) fn is_of(&self, account: AccountId) -> bool {
        self.account.is_none_or(|own| own == account)
    }

    pub(super) fn told(&self) -> HashSet<Print> {
        self.told.iter().copied().collect()
    }
}

impl From<Timestamp> for Checkpoint {
    fn from(since: Timestamp) -> Self {
        Self::at(since)
    }
}

/// A change that was told, in few bytes. Two different ones with the same print are less likely than a
/// broken disk; a print of another version of this library may differ, and then a change is told twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub(super) struct Print(u64);

impl Print {
    pub(super) fn of(what: &impl Hash) -> Self {
        let mut hasher = DefaultHasher::new();
        what.hash(&mut hasher);
        Self(hasher.finish())
    }
}

// As a text: few readers of JSON keep a whole number of 64 bits.
impl From<Print> for String {
    fn from(print: Print) -> Self {
        format!("{:016x}", print.0)
    }
}

impl TryFrom<String> for Print {
    type Error = std::num::ParseIntError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        u64::from_str_radix(&text, 16).map(Self)
    }
}

/// What this run tells, as far as the next one will read it again: the newest [`MOST_TOLD`].
#[derive(Debug)]
pub(super) struct Told {
    /// The next run reads from here on.
    from: Timestamp,
    before: HashSet<Print>,
    now: Vec<(Timestamp, Print)>,
}

impl Told {
    pub(super) fn new(old: &Checkpoint, began: Timestamp, overlap: Duration) -> Self {
        Self { from: back(began, overlap), before: old.told(), now: Vec::new() }
    }

    /// Notes the change of that time. False if the last run has told the same: then nobody need hear it
    /// again.
    pub(super) fn is_news(&mut self, at: Timestamp, what: &impl Hash) -> bool {
        let is_read_again = at >= self.from;
        if !is_read_again && self.before.is_empty() {
            return true;
        }
        let print = Print::of(what);
        if is_read_again {
            self.now.push((at, print));
            if self.now.len() > 2 * MOST_TOLD {
                self.drop_oldest();
            }
        }
        !self.before.contains(&print)
    }

    fn drop_oldest(&mut self) {
        self.now.sort_unstable_by(|one, other| other.cmp(one));
        self.now.truncate(MOST_TOLD);
    }

    /// The checkpoint of a run that has come to its end.
    pub(super) fn into_checkpoint(
        mut self,
        began: Timestamp,
        account: AccountId,
        lists: BTreeSet<String>,
    ) -> Checkpoint {
        self.drop_oldest();
        let told = self.now.into_iter().map(|(_, print)| print).collect();
        Checkpoint { since: began, account: Some(account), lists, told }
    }
}

/// Earlier by `overlap`, but not before 1970.
pub(super) fn back(from: Timestamp, overlap: Duration) -> Timestamp {
    let earlier = from.checked_sub(overlap).unwrap_or(Timestamp::new(0));
    earlier.max(Timestamp::new(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_bounded_and_the_newest_of_it_is_kept() {
        let began = Timestamp::new(10_000_000);
        let overlap = Duration::from_secs(1_000_000);
        let mut told = Told::new(&Checkpoint::beginning(), began, overlap);
        for at in 0..200_000 {
            assert!(told.is_news(Timestamp::new(9_500_000 + at), &at));
            assert!(told.now.len() <= 2 * MOST_TOLD);
        }
        let lists = BTreeSet::from(["/api/v4/leads".to_owned()]);
        let checkpoint = told.into_checkpoint(began, AccountId::new(1), lists);
        let size = serde_json::to_string(&checkpoint).map(|text| text.len()).unwrap_or_default();
        assert!((20 * MOST_TOLD - 1000..32 * 1024).contains(&size), "{size}");
        let later = Timestamp::new(10_000_100);
        let mut told = Told::new(&checkpoint, later, overlap);
        assert!(!told.is_news(Timestamp::new(9_699_999), &199_999_i64), "the last one was told");
        assert!(told.is_news(Timestamp::new(9_500_000), &0_i64), "the first one did not fit");
    }
}
