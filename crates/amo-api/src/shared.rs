//! What the clients of one account share in memory, in whose name they may act.

use std::sync::OnceLock;

use crate::get_many::IdsPerList;
use crate::key_locks::KeyLocks;
use crate::memory::Memory;

/// What the clients of one account share.
#[derive(Default)]
pub(crate) struct Shared {
    pub(crate) ids_per_list: IdsPerList,
    pub(crate) entities: KeyLocks<EntityKey>,
    /// Nothing, until there is something to remember: a hub has thousands of clients.
    pub(crate) memory: OnceLock<Box<Memory>>,
}

/// The service and the id of an entity. Two that share both, such as the status 142 of two pipelines, wait for
/// each other; that costs a little time and nothing else.
pub(crate) type EntityKey = (&'static str, String);
