//! Loop protection: whose change a webhook tells of.

mod memory;
mod writes;

use std::time::Duration;

use amo_core::UserId;
use amo_core::webhook::Event;

pub(crate) use memory::Memory;

use crate::Client;

/// Whose change a webhook tells of: see [`Client::whose`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Whose {
    /// This client has made it.
    Own,
    /// Somebody else has made it, or amoCRM itself.
    Foreign,
    /// It cannot be known.
    Unknown,
}

/// How a client remembers what it has written, so that a program that writes because of a webhook does not
/// answer its own writing for ever: [`ClientBuilder::loop_guard`](crate::ClientBuilder::loop_guard).
#[derive(Clone, Debug)]
#[must_use = "it does nothing until a client is built with it"]
pub struct LoopGuard {
    pub(crate) remember_for: Duration,
    pub(crate) at_most: usize,
    pub(crate) users: Vec<UserId>,
}

impl LoopGuard {
    /// Remembers 10,000 writes for two hours: amoCRM posts a webhook for the last time 95 minutes after the
    /// first.
    pub fn new() -> Self {
        Self { remember_for: Duration::from_secs(2 * 60 * 60), at_most: 10_000, users: Vec::new() }
    }

    /// How long a write is remembered. What is older cannot be known.
    pub fn remember_for(mut self, time: Duration) -> Self {
        self.remember_for = time;
        self
    }

    /// How many entities written are remembered at most, some 200 bytes each. If there are more, the oldest
    /// are forgotten early.
    pub fn at_most(mut self, writes: usize) -> Self {
        self.at_most = writes.max(1);
        self
    }

    /// In whose name this program writes: the user who granted the token, those of
    /// [`as_user`](crate::ApiCall::as_user), and whom it names in `updated_by`. With them a change that
    /// another user makes in the same second is told apart, and one of theirs that this client knows nothing
    /// of, such as that of another process, is unknown instead of foreign.
    pub fn users(mut self, users: impl IntoIterator<Item = UserId>) -> Self {
        self.users.extend(users);
        self
    }
}

impl Default for LoopGuard {
    fn default() -> Self {
        Self::new()
    }
}

impl Client {
    /// Whose change a webhook of the account tells of, as far as this client knows what it has written. It
    /// takes a [`LoopGuard`]; without one nothing is known.
    ///
    /// A program that reads and writes because of a webhook, and is posted a webhook because it has written,
    /// never comes to an end. What is [`Whose::Own`] need not be worked on. It is said only of a creation of
    /// this client's, by its id, and of a change that has the very second that the server said of this
    /// client's write: once for each write and kind of event, so that of several changes within that second
    /// one is unknown at least. What is [`Whose::Unknown`] is best taken for foreign, after a look whether
    /// there is anything to do: an own write is repeated once then, and not for ever.
    ///
    /// Unknown is what is told while the write is still under way (ask again later), whose outcome nobody
    /// knows, what has no time (such as a trigger) or happened before this client was built, and what follows
    /// from links, purchases and other writes whose answer says no time. Deletions are foreign: the API has
    /// none for what webhooks tell of. So is, in part, what other operations cause: accepting an incoming lead,
    /// running a bot; and what another process writes.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let (sandbox, server) = amo_sandbox::Sandbox::builder().leads(1).start().await?;
    /// # let token = amo_auth::LongLived::new(sandbox.connection().long_lived_token);
    /// use amo_api::{Client, LoopGuard, Whose};
    /// use amo_core::webhook::Hook;
    /// use amo_core::{LeadId, LeadPatch};
    ///
    /// let client = Client::builder(server.base_url()).auth(token).loop_guard(LoopGuard::new()).build()?;
    /// let lead = LeadId::new(3_000_001);
    /// let updated = client.leads().update(lead, LeadPatch::new().name("Chairs")).await?;
    ///
    /// // What amoCRM posts because of it:
    /// let at = updated.updated_at.ok_or("no time")?.as_unix_seconds();
    /// let body = format!("leads[update][0][id]={lead}&leads[update][0][last_modified]={at}");
    /// for event in Hook::parse(body.as_bytes())?.events {
    ///     assert_eq!(client.whose(&event), Whose::Own);
    /// }
    /// // And because of what a colleague does a minute later:
    /// let body = format!("leads[update][0][id]={lead}&leads[update][0][last_modified]={}", at + 60);
    /// for event in Hook::parse(body.as_bytes())?.events {
    ///     assert_eq!(client.whose(&event), Whose::Foreign);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn whose(&self, event: &Event) -> Whose {
        self.own_writes().map_or(Whose::Unknown, |memory| memory.whose(event))
    }
}
