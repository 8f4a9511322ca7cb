//! What a client remembers of its account; its clones share it.

use crate::people::PeopleMemory;
use crate::schema::SchemaMemory;

/// What a client remembers.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    pub(crate) people: PeopleMemory,
    pub(crate) schema: SchemaMemory,
}
