//! Reading a list to its end: several pages at a time, and smaller ones where a page is too much.

mod cursor;
mod progress;
mod reader;
mod target;

pub use cursor::Cursor;
pub use progress::{Estimate, Progress};

pub(crate) use reader::Reader;
pub(crate) use target::{Target, after};
