//! What users may do: the rights that users and roles are given, and how far they reach.

mod catalogs;
mod gate;
mod given;
mod named;
mod needs;
mod reach;

pub(crate) use catalogs::{Level, OfCatalogs};
pub(crate) use gate::gate;
pub(crate) use given::{Given, check, everything, filled, laid_over};
pub(crate) use reach::Reach;
