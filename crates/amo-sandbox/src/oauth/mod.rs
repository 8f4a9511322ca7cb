//! OAuth 2.0 as amoCRM speaks it: the consent page, the token endpoint and the look-ups of an
//! account's address.

pub(crate) mod consent;
pub(crate) mod endpoint;
pub(crate) mod grants;
pub(crate) mod hooks;
mod jwt;
pub(crate) mod lookup;
