//! The changes of several lists, with one checkpoint.

use std::time::Duration;

use amo_core::{Company, Contact, Customer, Event, Lead, Note, NoteParent, Task};

use super::run::Run;
use super::session::{Mapped, Session};
use super::{Change, ChangeSet, Changes, Checkpoint, Follow, Manner};
use crate::call::{Action, Via};
use crate::place::Place;
use crate::{ApiCall, Client, Error};

/// A list whose changes can be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Followed {
    /// All leads.
    Leads,
    /// All contacts.
    Contacts,
    /// All companies.
    Companies,
    /// All customers.
    Customers,
    /// All tasks.
    Tasks,
    /// The notes of all entities of a kind, or of one.
    Notes(NoteParent),
    /// All that happened.
    Events,
}

/// A change of something that is followed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum AnyChange {
    /// Of a lead.
    Lead(Change<Lead>),
    /// Of a contact.
    Contact(Change<Contact>),
    /// Of a company.
    Company(Change<Company>),
    /// Of a customer.
    Customer(Change<Customer>),
    /// Of a task.
    Task(Change<Task>),
    /// Of a note of one of these.
    Note(NoteParent, Change<Note>),
    /// Something happened.
    Event(Change<Event>),
}

/// Follows the changes of several lists: [`Client::changes`].
#[derive(Debug)]
pub struct FollowAll {
    lists: Vec<Followed>,
    manner: Manner,
}

impl Client {
    /// What was changed, deleted and restored in several lists since, with one [`Checkpoint`] for all of them;
    /// otherwise as [`Entities::changes`](crate::Entities::changes). Say which by [`of`](ApiCall::of).
    ///
    /// A checkpoint is good for the lists of its run. One more is begun with a run of its own.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let (sandbox, server) = amo_sandbox::Sandbox::builder().leads(3).contacts(2).start().await?;
    /// # let token = amo_auth::LongLived::new(sandbox.connection().long_lived_token);
    /// # let client = amo_api::Client::builder(server.base_url()).auth(token).build()?;
    /// use amo_api::{AnyChange, Change, Checkpoint, Followed};
    /// use amo_core::NoteParent;
    ///
    /// let mut changes = client
    ///     .changes(Checkpoint::beginning())
    ///     .of([Followed::Leads, Followed::Contacts, Followed::Notes(NoteParent::Leads)])
    ///     .items();
    /// let mut leads = 0;
    /// while let Some(change) = changes.next().await {
    ///     if let AnyChange::Lead(Change::Upsert(_)) = change? {
    ///         leads += 1;
    ///     }
    /// }
    /// assert_eq!(leads, 3);
    /// assert!(changes.checkpoint().is_some());
    /// # Ok(())
    /// # }
    /// ```
    pub fn changes(&self, since: impl Into<Checkpoint>) -> ApiCall<FollowAll> {
        let manner = Manner::new(since.into());
        ApiCall::new(self.clone(), FollowAll { lists: Vec::new(), manner })
    }
}

impl ApiCall<FollowAll> {
    /// Whose changes; said again, also of these. They come list by list, in this order.
    pub fn of(mut self, lists: impl IntoIterator<Item = Followed>) -> Self {
        self.action.lists.extend(lists);
        self
    }

    /// By how much a run reads more than it has to: 5 minutes unless said. See the
    /// [`overlap`](ApiCall#method.overlap) of one list.
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
    pub fn items(self) -> Changes<AnyChange> {
        Changes::new(self.action.session(self.via))
    }
}

impl FollowAll {
    fn session(self, via: Via) -> Session<AnyChange> {
        let mut session = Session::new(via, self.manner);
        for list in self.lists {
            match list {
                Followed::Leads => add::<Lead>(&mut session, (), AnyChange::Lead),
                Followed::Contacts => add::<Contact>(&mut session, (), AnyChange::Contact),
                Followed::Companies => add::<Company>(&mut session, (), AnyChange::Company),
                Followed::Customers => add::<Customer>(&mut session, (), AnyChange::Customer),
                Followed::Tasks => add::<Task>(&mut session, (), AnyChange::Task),
                Followed::Notes(parent) => {
                    let note = move |change| AnyChange::Note(parent, change);
                    add::<Note>(&mut session, parent, note);
                }
                Followed::Events => add::<Event>(&mut session, (), AnyChange::Event),
            }
        }
        session
    }
}

fn add<R: Follow>(
    session: &mut Session<AnyChange>,
    scope: R::Scope,
    map: impl FnMut(Change<R>) -> AnyChange + Send + 'static,
) {
    let run = Run::new(session.via(), Place::<R>(scope), Vec::new(), session.page_size());
    session.add(Mapped::new(run, map));
}

impl Action for FollowAll {
    type Output = Result<ChangeSet<AnyChange>, Error>;

    async fn run(self, via: Via) -> Self::Output {
        ChangeSet::of(Changes::new(self.session(via))).await
    }
}
