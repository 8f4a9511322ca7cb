//! The parts of the schema: where each is kept, and how it is read.

use std::sync::Arc;

use amo_core::{Account, AccountWith, CustomFieldsOf, List, Operation, Repeat};

use super::cache::{Got, SchemaMemory, Slot};
use super::{Fields, LookupError, Pipelines, Users};
use crate::list::ListPage;
use crate::{ApiCall, Client, Error, ErrorKind};

/// A part of the schema.
pub(super) trait Part: Sized + Send + Sync + 'static {
    /// Which of those of its sort.
    type Of: Copy + Send + Sync + 'static;

    fn slot(memory: &SchemaMemory, of: Self::Of) -> Arc<Slot<Self>>;

    fn read(client: &Client, of: Self::Of) -> impl Future<Output = Result<Self, Error>> + Send;
}

impl Part for Fields {
    type Of = CustomFieldsOf;

    fn slot(memory: &SchemaMemory, of: CustomFieldsOf) -> Arc<Slot<Self>> {
        memory.fields(of)
    }

    async fn read(client: &Client, of: CustomFieldsOf) -> Result<Self, Error> {
        Ok(Self::new(of, all(client.custom_fields(of).list()).await?))
    }
}

impl Part for Pipelines {
    type Of = ();

    fn slot(memory: &SchemaMemory, (): ()) -> Arc<Slot<Self>> {
        Arc::clone(&memory.pipelines)
    }

    async fn read(client: &Client, (): ()) -> Result<Self, Error> {
        // It has no pages, and knows no `limit`.
        Ok(Self::new(client.pipelines().list().await?.items))
    }
}

impl Part for Users {
    type Of = ();

    fn slot(memory: &SchemaMemory, (): ()) -> Arc<Slot<Self>> {
        Arc::clone(&memory.users)
    }

    async fn read(client: &Client, (): ()) -> Result<Self, Error> {
        Ok(Self::new(all(client.users().list()).await?))
    }
}

impl Part for Account {
    type Of = ();

    fn slot(memory: &SchemaMemory, (): ()) -> Arc<Slot<Self>> {
        Arc::clone(&memory.account)
    }

    async fn read(client: &Client, (): ()) -> Result<Self, Error> {
        let account = client.account().with(AccountWith::TaskTypes);
        account.with(AccountWith::IsApiFilterEnabled).await
    }
}

async fn all<R: List>(list: ApiCall<ListPage<R>>) -> Result<Vec<R>, Error> {
    Ok(list.whole(usize::MAX).await?.unwrap_or_default())
}

/// A part as it is kept, or read; with `instead_of` one that is newer than that.
pub(super) async fn get<P: Part>(
    client: &Client,
    of: P::Of,
    instead_of: Option<&Arc<P>>,
) -> Result<Got<P>, Arc<Error>> {
    let slot = P::slot(&client.memory().schema, of);
    slot.get(&**client.clock(), client.base().schema.ttl, instead_of, || P::read(client, of)).await
}

/// Looks a name up. One that is not there may have been made since the part was read: so it is read once
/// more before that is an error.
pub(super) async fn look<P: Part, R>(
    client: &Client,
    of: P::Of,
    look: impl Fn(&P) -> Result<R, LookupError>,
) -> Result<R, Error> {
    let got = get::<P>(client, of, None).await.map_err(unreadable)?;
    match look(&got.value) {
        Err(_) if !got.is_fresh => {
            let newer = get(client, of, Some(&got.value)).await.map_err(unreadable)?;
            look(&newer.value)
        }
        result => result,
    }
    .map_err(|error| Error::client(ErrorKind::Lookup, "schema", error))
}

/// A part that could not be read, for everybody who wanted it.
pub(super) fn unreadable(error: Arc<Error>) -> Error {
    let operation = Operation::new("schema", "read", http::Method::GET, "", Repeat::Repeatable);
    Error::because(&operation, error)
}
