//! Read, change, write back: only what changed, and one at a time.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;

use amo_core::{Editable, Update};

use crate::call::{Action, Via};
use crate::get::GetOne;
use crate::place::Place;
use crate::write::UpdateOne;
use crate::{ApiCall, Entities, Error, ErrorKind};

type BoxError = Box<dyn StdError + Send + Sync>;

/// What a change of an entity comes to: nothing (`()`), or a `Result` whose error gives it up.
pub trait Verdict: sealed::Verdict {}

mod sealed {
    use super::BoxError;

    pub trait Verdict {
        fn into_result(self) -> Result<(), BoxError>;
    }

    impl Verdict for () {
        fn into_result(self) -> Result<(), BoxError> {
            Ok(())
        }
    }

    impl<E: Into<BoxError>> Verdict for Result<(), E> {
        fn into_result(self) -> Result<(), BoxError> {
            self.map_err(Into::into)
        }
    }
}

impl<V: sealed::Verdict> Verdict for V {}

/// Reads an entity, lets the caller change it, and writes only what changed.
pub struct UpdateWith<R: Editable> {
    place: Place<R>,
    id: R::Id,
    change: Change<R>,
}

type Change<R> = Box<dyn FnOnce(R) -> Changing<R> + Send>;
type Changing<R> = Pin<Box<dyn Future<Output = Result<R, BoxError>> + Send>>;

/// An entity that was read and changed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Edited<R: Update> {
    /// The entity as the caller left it. What amoCRM itself changes with it, such as `updated_at`, is as
    /// it was read.
    pub entity: R,
    /// What amoCRM answered; `None` if nothing was changed, so that nothing was sent.
    pub updated: Option<R::Updated>,
}

impl<R: Editable> Entities<R> {
    /// Reads an entity, lets `change` change it, and writes only what differs then; nothing, if nothing
    /// does. `None` if there is no entity with this id.
    ///
    /// Within this program entities are changed so one at a time, in the order of the calls: no other
    /// `update_with` of this client or its clones, and no [`save`](crate::Client::save), comes between the
    /// reading and the writing. Other programs may; of what they change, only the members that are changed
    /// here too are overwritten.
    ///
    /// `change` may give a `Result`; its error gives everything up.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let (sandbox, server) = amo_sandbox::Sandbox::builder().leads(1).start().await?;
    /// # let token = amo_auth::LongLived::new(sandbox.connection().long_lived_token);
    /// # let client = amo_api::Client::builder(server.base_url()).auth(token).build()?;
    /// use amo_core::LeadId;
    ///
    /// let id = LeadId::new(3_000_001);
    /// let edited = client.leads().update_with(id, |lead| lead.price = Some(48_000.into())).await?;
    /// assert!(edited.is_some_and(|edited| edited.updated.is_some()));
    /// let again = client.leads().update_with(id, |lead| lead.price = Some(48_000.into())).await?;
    /// assert!(again.is_some_and(|again| again.updated.is_none()), "nothing had to be sent");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When it is sent: if `change` gives it up ([`ErrorKind::GivenUp`]; the source is its error), changes
    /// what no update can change ([`ErrorKind::InvalidRequest`]; the message names the member), or
    /// reading or writing fails.
    pub fn update_with<V: Verdict>(
        &self,
        id: R::Id,
        change: impl FnOnce(&mut R) -> V + Send + 'static,
    ) -> ApiCall<UpdateWith<R>> {
        self.update_by(id, |mut entity| {
            let changed = change(&mut entity).into_result().map(|()| entity);
            Box::pin(std::future::ready(changed))
        })
    }

    /// The same with a change that has to wait for something. It takes the entity and gives it back. It
    /// must not change the same entity in another such call: it would wait for itself.
    ///
    /// # Errors
    /// As of [`update_with`](Self::update_with).
    pub fn update_with_async<E, F>(
        &self,
        id: R::Id,
        change: impl FnOnce(R) -> F + Send + 'static,
    ) -> ApiCall<UpdateWith<R>>
    where
        E: Into<BoxError>,
        F: Future<Output = Result<R, E>> + Send + 'static,
    {
        self.update_by(id, |entity| {
            let changing = change(entity);
            Box::pin(async move { changing.await.map_err(Into::into) })
        })
    }

    fn update_by(
        &self,
        id: R::Id,
        change: impl FnOnce(R) -> Changing<R> + Send + 'static,
    ) -> ApiCall<UpdateWith<R>> {
        self.call(UpdateWith { place: self.place(), id, change: Box::new(change) })
    }
}

impl<R: Editable> Action for UpdateWith<R> {
    type Output = Result<Option<Edited<R>>, Error>;

    async fn run(self, via: Via) -> Self::Output {
        let Self { place, id, change } = self;
        let _alone = via.client.alone::<R>(&id).await;
        let get = GetOne { place: place.clone(), id: id.clone(), with: Vec::new() };
        let Some(before) = get.run(via.clone()).await? else { return Ok(None) };
        let entity = change(before.clone()).await.map_err(|error| {
            Error::new(ErrorKind::GivenUp, &R::UPDATE, "the change was given up").caused_by(error)
        })?;
        let patch = R::changes(&before, &entity).map_err(|error| {
            Error::new(ErrorKind::InvalidRequest, &R::UPDATE, error.to_string())
        })?;
        let update = UpdateOne { place, id, patch };
        let updated =
            if update.changes_nothing() { None } else { Some(update.run(via.clone()).await?) };
        Ok(Some(Edited { entity, updated }))
    }
}

impl<R: Editable> fmt::Debug for UpdateWith<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UpdateWith({:?}, {:?})", self.place, self.id)
    }
}
