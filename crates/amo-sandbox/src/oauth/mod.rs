//! Who is calling: OAuth 2.0 as amoCRM speaks it, with the consent page, the token endpoint and the
//! look-ups of an account's address; and API keys.

mod consent;
mod endpoint;
mod exchange;
pub(crate) mod grants;
pub(crate) mod hooks;
pub(crate) mod integrations;
pub(crate) mod jwt;
pub(crate) mod login;
mod lookup;
pub(crate) mod moved;
pub(crate) mod people;
pub(crate) mod route;
