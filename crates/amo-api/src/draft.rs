//! Something to be saved: added if it has no id yet, changed otherwise.
//!
//! What creates an entity, what changes it and what the server returns of it are three types, because they
//! are three things; an entity that is built, saved, changed and saved again goes through several of them.
//! A [`Draft`] is that way: it begins as what creates the entity, or with what was read of it, and collects
//! what changes it. It is lent to [`Client::save`](crate::Client::save), so that the id can be written back
//! into it and nobody can save it twice at once.

use std::fmt;

use amo_core::{Create, Creates, DiffError, Editable, Id, PatchBody as _, Resource, UpdateMany};

use crate::place::Place;
use crate::{Error, ErrorKind};

/// Entities that can be [saved](crate::Client::save): leads, contacts, companies, customers, tasks, notes,
/// catalogs and their elements, sources, custom fields and templates.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be saved: amoCRM lets it not be created, read and changed alike"
)]
pub trait Savable: Create<New: Clone> + Editable + UpdateMany {}

impl<R: Create<New: Clone> + Editable + UpdateMany> Savable for R {}

/// An entity to be saved: a new one, one that was read, or one of which only the id is known.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (sandbox, server) = amo_sandbox::Sandbox::builder().contacts(1).start().await?;
/// # let token = amo_auth::LongLived::new(sandbox.connection().long_lived_token);
/// # let client = amo_api::Client::builder(server.base_url()).auth(token).build()?;
/// use amo_api::Draft;
/// use amo_core::{ContactId, NewLead};
///
/// // Built, saved, changed, saved again.
/// let mut lead = Draft::new(NewLead::new().name("Chairs"));
/// client.save(&mut lead).await?;
/// lead.change(|lead| lead.price(48_000).add_tag("b2b"));
/// client.save(&mut lead).await?;
///
/// // Read, changed in place, saved: only what changed is sent.
/// let contact = client.contacts().get(ContactId::new(1_000_001)).await?;
/// let mut contact = Draft::of(contact.ok_or("the contact is gone")?);
/// if let Some(contact) = contact.entity_mut() {
///     contact.name = Some("Anna".to_owned());
/// }
/// client.save_all([lead.any(), contact.any()]).await;
/// # Ok(())
/// # }
/// ```
pub struct Draft<R: Savable> {
    scope: R::Scope,
    id: Option<R::Id>,
    new: Option<R::New>,
    read: Option<Box<Read<R>>>,
    patch: R::Patch,
    is_unsure: bool,
}

/// What was read, and what it is to be.
#[derive(Clone)]
struct Read<R> {
    before: R,
    now: R,
}

/// What is to be sent next for a draft.
pub(crate) enum Step<R: Savable> {
    Create(R::New),
    Update(R::Id, R::Patch),
}

impl<R: Savable<Scope = ()>> Draft<R> {
    /// One to be created.
    pub fn new<N: Creates<Of = R>>(new: N) -> Self
    where
        R: Create<New = N>,
    {
        Self::new_in((), new)
    }

    /// One that was read, to be changed in place by [`entity_mut`](Self::entity_mut).
    pub fn of(entity: R) -> Self {
        Self::of_in((), entity)
    }

    /// One of which only the id is known, to be changed by [`change`](Self::change).
    pub fn with_id(id: Id<R>) -> Self
    where
        R: Resource<Id = Id<R>>,
    {
        Self::with_id_in((), id)
    }
}

impl<R: Savable> Draft<R> {
    /// One to be created within something, such as a catalog or the entity that a note belongs to. Notes
    /// of several entities go in one request if they are within their kind, such as
    /// [`NoteParent::Leads`](amo_core::NoteParent::Leads), and say their entity themselves.
    pub fn new_in<N: Creates<Of = R>>(scope: impl Into<R::Scope>, new: N) -> Self
    where
        R: Create<New = N>,
    {
        Self { new: Some(new), ..Self::empty(scope.into()) }
    }

    /// One that was read within something, such as a catalog.
    pub fn of_in(scope: impl Into<R::Scope>, entity: R) -> Self {
        let read = Box::new(Read { now: entity.clone(), before: entity });
        Self { id: Some(read.before.own_id()), read: Some(read), ..Self::empty(scope.into()) }
    }

    /// One within something, such as a catalog, of which only the id is known.
    pub fn with_id_in(scope: impl Into<R::Scope>, id: Id<R>) -> Self
    where
        R: Resource<Id = Id<R>>,
    {
        Self { id: Some(id), ..Self::empty(scope.into()) }
    }

    fn empty(scope: R::Scope) -> Self {
        let patch = R::Patch::default();
        Self { scope, id: None, new: None, read: None, patch, is_unsure: false }
    }

    /// The id; `None` as long as it is not created.
    pub fn id(&self) -> Option<R::Id> {
        self.id.clone()
    }

    /// What creates it, to be put right after it was refused; `None` once it is created.
    pub fn new_mut(&mut self) -> Option<&mut R::New> {
        self.new.as_mut()
    }

    /// What was read, with what was changed in place; `None` if it was not read.
    pub fn entity(&self) -> Option<&R> {
        self.read.as_deref().map(|read| &read.now)
    }

    /// What was read, to be changed; `None` if it was not read. What has no name here (`extra`) cannot be
    /// changed and is not looked at.
    pub fn entity_mut(&mut self) -> Option<&mut R> {
        self.read.as_deref_mut().map(|read| &mut read.now)
    }

    /// Adds to what is changed when it is saved next. Of one that is not created yet it is sent right after
    /// the creation, in a request of its own: what is known before belongs into what creates it.
    pub fn change(&mut self, change: impl FnOnce(R::Patch) -> R::Patch) -> &mut Self {
        self.patch = change(std::mem::take(&mut self.patch));
        self
    }

    /// Is there anything to be saved?
    pub fn has_changes(&self) -> bool {
        // What cannot be changed is to be saved too: it ends in an error.
        let is_edited = self.edited().map_or(true, |edited| edited.is_some());
        self.new.is_some() || is_edited || !self.patch.is_empty()
    }

    /// Was its creation sent, and nobody knows whether it was done? Then it is not sent again before
    /// [`settle`](Self::settle) says what became of it: it could be there twice.
    pub fn is_unsure(&self) -> bool {
        self.is_unsure
    }

    /// Says what became of a creation of which nobody knew it: the id under which it was found, or `None`
    /// if it is not there, so that it is created when it is saved next.
    pub fn settle(&mut self, found: Option<R::Id>) {
        if std::mem::take(&mut self.is_unsure) && found.is_some() {
            self.new = None;
            self.id = found;
        }
    }

    pub(crate) fn place(&self) -> Place<R> {
        Place(self.scope.clone())
    }

    /// What is to be sent next; `None` if nothing is.
    pub(crate) fn next(&self) -> Result<Option<Step<R>>, Error> {
        if self.is_unsure {
            let message = "it is not known whether it was created already: look for it, and say by `settle` what became of it";
            return Err(Error::new(ErrorKind::InvalidRequest, &R::CREATE, message));
        }
        if let Some(new) = &self.new {
            return Ok(Some(Step::Create(new.clone())));
        }
        let Some(id) = &self.id else { return Ok(None) };
        let edited = self.edited().map_err(|error| {
            Error::new(ErrorKind::InvalidRequest, &R::UPDATE, error.to_string())
        })?;
        let patch = edited.unwrap_or_else(|| self.patch.clone());
        Ok((!patch.is_empty()).then(|| Step::Update(id.clone(), patch)))
    }

    /// What was changed in place, if anything was.
    fn edited(&self) -> Result<Option<R::Patch>, DiffError> {
        let Some(read) = &self.read else { return Ok(None) };
        let patch = R::changes(&read.before, &read.now)?;
        Ok((!patch.is_empty()).then_some(patch))
    }

    /// A creation is about to be sent: as long as nobody says otherwise, it may have been done.
    pub(crate) fn creating(&mut self) {
        self.is_unsure = true;
    }

    /// It was certainly not created.
    pub(crate) fn not_created(&mut self) {
        self.is_unsure = false;
    }

    pub(crate) fn created(&mut self, id: R::Id) {
        (self.is_unsure, self.new, self.id) = (false, None, Some(id));
    }

    /// The [step](Self::next) that updates is done.
    pub(crate) fn updated(&mut self) {
        let is_edited = self.edited().is_ok_and(|edited| edited.is_some());
        match self.read.as_deref_mut() {
            Some(read) if is_edited => read.before = read.now.clone(),
            _ => self.patch = R::Patch::default(),
        }
    }
}

impl<R: Savable<Scope = ()>> From<R> for Draft<R> {
    fn from(entity: R) -> Self {
        Self::of(entity)
    }
}

impl<R: Savable> Clone for Draft<R> {
    fn clone(&self) -> Self {
        Self {
            scope: self.scope.clone(),
            id: self.id.clone(),
            new: self.new.clone(),
            read: self.read.clone(),
            patch: self.patch.clone(),
            is_unsure: self.is_unsure,
        }
    }
}

impl<R: Savable> fmt::Debug for Draft<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft")
            .field("kind", &R::NAME)
            .field("scope", &self.scope)
            .field("id", &self.id)
            .field("has_changes", &self.has_changes())
            .field("is_unsure", &self.is_unsure)
            .finish_non_exhaustive()
    }
}
