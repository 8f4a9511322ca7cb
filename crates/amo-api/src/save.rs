//! Saving one draft: added if it has no id yet, changed otherwise.

use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::task::{Context, Poll};

use amo_core::Receipt as _;
use bytes::Bytes;

use crate::call::{Action as _, Single as _, Via};
use crate::draft::{Draft, Savable, Step};
use crate::prepared::Prepared;
use crate::write::{CreateOne, UpdateOne};
use crate::{ApiCall, Client, Error};

/// What saving came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Saved {
    /// There was nothing to be saved: nothing was sent.
    Unchanged,
    /// It was created, and its id was written back.
    Created,
    /// It was changed.
    Updated,
}

impl Client {
    /// Saves an entity: creates it and writes its id back, if it has none yet; otherwise changes what was
    /// changed in it. Nothing is sent if there is nothing to save.
    ///
    /// One that is there is changed while no other [`update_with`](crate::Entities::update_with) or `save`
    /// of this client or its clones changes it.
    ///
    /// After a failure the draft is as it was, and can be saved again; if nobody knows whether it was
    /// created (also because the future was dropped on the way), it [says so](Draft::is_unsure) and is not
    /// created twice.
    ///
    /// # Errors
    /// When it is sent: if it is refused, something was changed that no update can change (the message
    /// names the member), or its outcome was unknown before.
    pub fn save<'a, R: Savable>(&self, draft: &'a mut Draft<R>) -> ApiCall<Save<'a, R>> {
        ApiCall::new(self.clone(), Save { draft })
    }
}

/// Saves a draft.
pub struct Save<'a, R: Savable> {
    draft: &'a mut Draft<R>,
}

impl<R: Savable> Save<'_, R> {
    async fn run(self, via: Via) -> Result<Saved, Error> {
        let draft = self.draft;
        let id = draft.id();
        let _alone = match &id {
            Some(id) => Some(via.client.alone::<R>(id).await),
            None => None,
        };
        let mut saved = Saved::Unchanged;
        while let Some(step) = draft.next()? {
            saved = saved.or(match step {
                Step::Create(new) => {
                    draft.creating();
                    let create = CreateOne::<R> { place: draft.place(), new };
                    let receipt = create.run(via.clone()).await.inspect_err(|error| {
                        if !error.maybe_done() {
                            draft.not_created();
                        }
                    })?;
                    draft.created(receipt.id());
                    Saved::Created
                }
                Step::Update(id, patch) => {
                    let update = UpdateOne::<R> { place: draft.place(), id, patch };
                    update.run(via.clone()).await?;
                    draft.updated();
                    Saved::Updated
                }
            });
        }
        Ok(saved)
    }

    fn prepare(&self) -> Result<Option<Prepared>, Error> {
        let place = self.draft.place();
        match self.draft.next()? {
            None => Ok(None),
            Some(Step::Create(new)) => CreateOne::<R> { place, new }.prepare().map(Some),
            Some(Step::Update(id, patch)) => {
                UpdateOne::<R> { place, id, patch }.prepare().map(Some)
            }
        }
    }
}

impl Saved {
    /// What two steps come to.
    pub(crate) const fn or(self, next: Self) -> Self {
        match self {
            Self::Unchanged => next,
            done => done,
        }
    }
}

impl<R: Savable> ApiCall<Save<'_, R>> {
    /// The first request, without sending it and without its credential; `None` if there is nothing to be
    /// saved.
    ///
    /// # Errors
    /// If it cannot be written, or cannot be saved at all.
    pub fn to_request(&self) -> Result<Option<http::Request<Bytes>>, Error> {
        let Some(prepared) = self.action.prepare()? else { return Ok(None) };
        self.via.client.to_http(&self.via.options.apply(prepared)?).map(Some)
    }
}

impl<'a, R: Savable> IntoFuture for ApiCall<Save<'a, R>> {
    type Output = Result<Saved, Error>;
    type IntoFuture = Saving<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Saving::new(self.action.run(self.via))
    }
}

impl<R: Savable> fmt::Debug for Save<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Save").field(&self.draft).finish()
    }
}

/// What saving waits for: as [`Sending`](crate::Sending), but it has borrowed what it saves.
#[must_use = "nothing is sent until it is awaited"]
pub struct Saving<'a, T>(Pin<Box<dyn Future<Output = T> + Send + 'a>>);

impl<'a, T> Saving<'a, T> {
    pub(crate) fn new(saving: impl Future<Output = T> + Send + 'a) -> Self {
        Self(Box::pin(saving))
    }
}

impl<T> Future for Saving<'_, T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        self.0.as_mut().poll(cx)
    }
}

impl<T> fmt::Debug for Saving<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Saving")
    }
}
