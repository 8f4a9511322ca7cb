//! What the clients of one account share in memory, in whose name they may act.

use crate::account_facts::AccountFacts;
use crate::key_locks::KeyLocks;

/// What the clients of one account share.
#[derive(Default)]
pub(crate) struct Shared {
    pub(crate) facts: AccountFacts,
    pub(crate) entities: KeyLocks<EntityKey>,
}

/// The service and the id of an entity. Two that share both, such as the status 142 of two pipelines, wait for
/// each other; that costs a little time and nothing else.
pub(crate) type EntityKey = (&'static str, String);
