//! What the examples share: where to connect, and how to print.

mod connect;
mod report;

pub use connect::{Access, Connect, connect};
pub use report::Report;
