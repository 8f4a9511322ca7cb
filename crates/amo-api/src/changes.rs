//! Following changes: what was changed, deleted and restored since the last time.
//!
//! amoCRM has no list of changes. It has lists that say when each entity was changed, events that tell of
//! deletions, and a recycle bin; each of them shows a part, and some of it only where the account has paid for
//! it. Here they are put together.

mod all;
mod checkpoint;
mod follow;
mod run;
mod session;
mod steady;
mod stream;

use std::time::Duration;

use amo_core::{List, Resource};

pub use all::{AnyChange, FollowAll, Followed};
pub use checkpoint::Checkpoint;
pub use stream::{ChangeSet, Changes};

use crate::call::{Action, Via};
use crate::place::Place;
use crate::{ApiCall, Entities, Error};
use follow::Follow;
use run::Run;
use session::{Mapped, Session};

/// By how much a run reads more than it has to, unless the caller says it.
const OVERLAP: Duration = Duration::from_secs(5 * 60);

/// What has become of an entity.
#[derive(Clone, Debug, PartialEq)]
pub enum Change<R: Resource> {
    /// It is new or was changed; this is how it is now.
    Upsert(R),
    /// It is not there any more: it was deleted, or became part of another one.
    Gone(R::Id),
    /// It came back out of the recycle bin. How it is now follows, unless the last run told it already.
    Restored(R::Id),
}

impl<R: Resource> Change<R> {
    /// The id of the entity.
    pub fn id(&self) -> R::Id
    where
        R: Follow,
    {
        match self {
            Self::Upsert(entity) => entity.own_id(),
            Self::Gone(id) | Self::Restored(id) => id.clone(),
        }
    }
}

/// How changes are followed, of whatever.
#[derive(Debug)]
struct Manner {
    since: Checkpoint,
    overlap: Duration,
    page_size: u16,
}

impl Manner {
    fn new(since: Checkpoint) -> Self {
        Self { since, overlap: OVERLAP, page_size: u16::MAX }
    }
}

/// Follows the changes of one list: [`Entities::changes`].
#[derive(Debug)]
pub struct FollowChanges<R: Follow> {
    place: Place<R>,
    with: Vec<<R as List>::With>,
    manner: Manner,
}

impl<R: Resource> Entities<R> {
    /// What was changed, deleted and restored since: all of it by `.await`, one after the other by
    /// [`items`](ApiCall::items). `since` is the [`Checkpoint`] that the last run ended with, or a
    /// [`Timestamp`](amo_core::Timestamp), such as the beginning of an export.
    ///
    /// Whoever does with a copy of his what each run says has the same as the account had when the run began,
    /// or something newer. An entity comes at most once in a run. It is a list of what is different, not of
    /// what happened: of several changes only the last one shows, and what was made and deleted between two
    /// runs is only gone, though nobody had it. To have everything that happened, follow
    /// [`Client::events`](crate::Client::events).
    ///
    /// What is behind it:
    ///
    /// - A run reads by the server's clock, of which the `Date` of its first answer tells, and never by this
    ///   machine's. It reads [somewhat more](ApiCall::overlap) than it has to, as changes may show with some
    ///   delay, and leaves out what the last run has told.
    /// - Where the account heeds the filter by `updated_at` (leads, contacts, companies and customers have to
    ///   be paid for), only what was changed is read. Otherwise leads, contacts and companies are read from
    ///   the newest change on; customers have no such order: all of them are read, every time.
    /// - Deletions come from events and, of leads, contacts and companies, from the recycle bin. Of notes only
    ///   the deletion of common ones is told. Of two that were merged, the one that is no more is known by
    ///   the recycle bin or its own event; whether amoCRM always leaves one of the two is a guess.
    /// - Whoever sets `updated_at` of an entity to an older time hides his change: it is found by nobody.
    ///   What does not count as a change for amoCRM, such as a link, need not show either.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let (sandbox, server) = amo_sandbox::Sandbox::builder().leads(3).start().await?;
    /// # let token = amo_auth::LongLived::new(sandbox.connection().long_lived_token);
    /// # let client = amo_api::Client::builder(server.base_url()).auth(token).build()?;
    /// use std::collections::HashMap;
    ///
    /// use amo_api::{Change, Checkpoint};
    /// use amo_core::{LeadId, LeadPatch};
    ///
    /// let mut copy = HashMap::new();
    /// let mut checkpoint = Checkpoint::beginning();
    /// for _ in 0..2 {
    ///     let mut changes = client.leads().changes(checkpoint).items();
    ///     while let Some(change) = changes.next().await {
    ///         match change? {
    ///             Change::Upsert(lead) => drop(copy.insert(lead.id, lead)),
    ///             Change::Gone(id) => drop(copy.remove(&id)),
    ///             Change::Restored(_) => {}
    ///         }
    ///     }
    ///     // There is one only now, when all was read. Keep it together with the copy.
    ///     checkpoint = changes.into_checkpoint().ok_or("the run did not come to its end")?;
    ///     assert_eq!(copy.len(), 3);
    ///
    ///     let patch = LeadPatch::new().name("Changed");
    ///     client.leads().update(LeadId::new(3_000_001), patch).await?;
    /// }
    /// assert_eq!(copy[&LeadId::new(3_000_001)].name.as_deref(), Some("Changed"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn changes(&self, since: impl Into<Checkpoint>) -> ApiCall<FollowChanges<R>>
    where
        R: Follow,
    {
        let manner = Manner::new(since.into());
        self.call(FollowChanges { place: self.place(), with: Vec::new(), manner })
    }
}

impl<R: Follow> ApiCall<FollowChanges<R>> {
    /// What to bring besides.
    pub fn with(mut self, with: <R as List>::With) -> Self {
        self.action.with.push(with);
        self
    }

    /// By how much a run reads more than it has to: 5 minutes unless said. That is how late a change may
    /// show in lists and events, and how far the clocks of the server's parts may differ, so that it is not
    /// lost. What is read again and has not changed is not told again, as far as some thousand changes can be
    /// remembered.
    pub fn overlap(mut self, overlap: Duration) -> Self {
        self.action.manner.overlap = overlap;
        self
    }

    /// How many are read at once, 20 at least; as many as the server gives unless said.
    pub fn limit(mut self, limit: u16) -> Self {
        self.action.manner.page_size = limit;
        self
    }

    /// The changes, one after the other.
    pub fn items(self) -> Changes<Change<R>> {
        Changes::new(self.action.session(self.via))
    }
}

impl<R: Follow> FollowChanges<R> {
    fn session(self, via: Via) -> Session<Change<R>> {
        let mut session = Session::new(via, self.manner);
        let run = Run::new(session.via(), self.place, self.with, session.page_size());
        session.add(Mapped::new(run, |change| change));
        session
    }
}

impl<R: Follow> Action for FollowChanges<R> {
    type Output = Result<ChangeSet<Change<R>>, Error>;

    async fn run(self, via: Via) -> Self::Output {
        ChangeSet::of(Changes::new(self.session(via))).await
    }
}
