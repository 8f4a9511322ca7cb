//! Who is calling: authorisation for amoCRM / Kommo.
//!
//! A call needs a [`Credential`]; a [`TokenProvider`] has it. Two providers are here:
//!
//! * [`OAuth`]: OAuth 2.0. The access token lives for a day; the refresh token can be used **once**,
//!   so a refresh is done by one caller at a time under a lease of the [`TokenStore`], and the new
//!   pair is written before it is used.
//! * [`LongLived`]: a token made by hand in the account's settings. It is never refreshed.
//!
//! A provider is built in two steps: the settings (above), then [`Authorization::bind`] with the three
//! seams through which it touches the world: [`Exchange`] (requests), [`Clock`] (time) and [`Spawn`]
//! (where a refresh runs). The client's builder does the second step.
//!
//! Grants are kept in a [`TokenStore`]: [`MemoryStore`], [`FileStore`], or one of your own.

mod claims;
pub mod clock;
mod code;
mod credential;
mod error;
mod exchange;
mod grant;
mod long_lived;
mod oauth;
mod origin;
mod provider;
mod redirect;
mod spawn;
pub mod store;
#[cfg(feature = "signatures")]
mod uninstalled;

pub use claims::UnverifiedClaims;
pub use clock::{Clock, SystemClock};
pub use code::AuthorizationCode;
pub use credential::{Credential, Generation};
pub use error::{Error, ErrorKind};
pub use exchange::{Exchange, ExchangeError, ExchangeErrorKind};
pub use grant::{Grant, GrantKey};
pub use long_lived::LongLived;
pub use oauth::OAuth;
pub use origin::{InvalidOrigin, Origin};
pub use provider::{Authorization, Seams, TokenProvider};
pub use redirect::Redirect;
pub use spawn::{Spawn, Task, ThreadSpawn};
pub use store::{FileStore, MemoryStore, TokenStore};
