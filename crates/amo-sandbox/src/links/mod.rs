//! Links between entities: how they are kept, and the methods that list, make and undo them.

mod handlers;
mod item;
pub(crate) mod store;

pub(crate) use handlers::{element_metadata, mass, of_one};
pub(crate) use store::{End, Links};
