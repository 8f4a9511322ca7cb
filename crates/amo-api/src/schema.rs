//! The schema of an account: its custom fields, pipelines, users and task types, by name.

mod cache;
mod check;
mod explain;
mod fields;
pub(crate) mod filters;
mod inspect;
mod lookup;
mod part;
mod pipelines;
mod values;

use std::sync::Arc;

use amo_core::{
    Account, CatalogId, CustomFieldsOf, EnumId, Field, FieldKind, NewElement, PipelineId, StatusId,
    TaskTypeId, UserId,
};

pub(crate) use cache::{SchemaMemory, SchemaSettings};
pub use check::{CheckedNew, CheckedPatch};
pub use fields::Fields;
pub(crate) use inspect::{Inspection, done};
pub use lookup::LookupError;
pub use pipelines::{Pipelines, Users};

use crate::{Client, Error, Sending};
use part::{Part, get, look, unreadable};

impl Client {
    /// The schema of the account: its custom fields, pipelines, users and task types, by name.
    pub fn schema(&self) -> Schema {
        Schema { client: self.clone() }
    }
}

/// What an account is made of: its custom fields with their options, pipelines with their statuses, users
/// and task types. It turns names into ids, and checks what is to be written.
///
/// Each part is read when it is first needed, once for the client and all its clones, and kept for ten
/// minutes ([`ClientBuilder::schema_ttl`](crate::ClientBuilder::schema_ttl)). A part is read again before
/// a name counts as unknown, after the server says that a write names what is not there
/// (`NotSupportedChoice`), and after this client changes it.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (sandbox, server) = amo_sandbox::Sandbox::builder().start().await?;
/// # let token = amo_auth::LongLived::new(sandbox.connection().long_lived_token);
/// # let client = amo_api::Client::builder(server.base_url()).auth(token).build()?;
/// use amo_core::field::Select;
/// use amo_core::{Choice, CustomFieldsOf, NewLead};
///
/// let schema = client.schema();
/// let channel = schema.field::<Select>(CustomFieldsOf::Leads, "Channel").await?;
/// let site = schema.option(CustomFieldsOf::Leads, "Channel", "Site").await?;
/// let (pipeline, status) = schema.status("Sales", "Talks").await?;
///
/// let lead = NewLead::new().pipeline_id(pipeline).status_id(status).set(channel, Choice::id(site));
/// schema.check_new(&lead).await?;
/// client.leads().create(lead).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Schema {
    client: Client,
}

impl Schema {
    /// The custom fields of a kind of entity.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn fields(&self, of: CustomFieldsOf) -> Sending<Result<Arc<Fields>, Error>> {
        self.part(of)
    }

    /// The pipelines with their statuses.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn pipelines(&self) -> Sending<Result<Arc<Pipelines>, Error>> {
        self.part(())
    }

    /// The users. Only administrators may read them, and external integrations never.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn users(&self) -> Sending<Result<Arc<Users>, Error>> {
        self.part(())
    }

    /// The account, with its task types, and with whether it heeds filters.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn account(&self) -> Sending<Result<Arc<Account>, Error>> {
        self.part(())
    }

    /// A typed handle of the custom field that a name or a code means, by its id. A code goes before a
    /// name, and a name as it is written before one in upper or lower case.
    ///
    /// # Errors
    /// [`ErrorKind::Lookup`](crate::ErrorKind::Lookup) with a [`LookupError`] as its source: there is no
    /// such field, there are several of the name, or it is of another type than `K`.
    pub fn field<K: FieldKind>(
        &self,
        of: CustomFieldsOf,
        name: impl Into<String>,
    ) -> Sending<Result<Field<K>, Error>> {
        let name = name.into();
        self.look(of, move |fields: &Fields| fields.field::<K>(&name))
    }

    /// The option of a custom field that a text or a code means.
    ///
    /// # Errors
    /// As of [`field`](Self::field).
    pub fn option(
        &self,
        of: CustomFieldsOf,
        field: impl Into<String>,
        option: impl Into<String>,
    ) -> Sending<Result<EnumId, Error>> {
        let (field, option) = (field.into(), option.into());
        self.look(of, move |fields: &Fields| fields.option(&field, &option))
    }

    /// The pipeline that a name means.
    ///
    /// # Errors
    /// As of [`field`](Self::field).
    pub fn pipeline(&self, name: impl Into<String>) -> Sending<Result<PipelineId, Error>> {
        let name = name.into();
        self.look((), move |pipelines: &Pipelines| Ok(pipelines.find(&name)?.id))
    }

    /// The status that a name means, of the pipeline that a name means.
    ///
    /// # Errors
    /// As of [`field`](Self::field).
    pub fn status(
        &self,
        pipeline: impl Into<String>,
        status: impl Into<String>,
    ) -> Sending<Result<(PipelineId, StatusId), Error>> {
        let (pipeline, status) = (pipeline.into(), status.into());
        self.look((), move |pipelines: &Pipelines| {
            let pipeline = pipelines.find(&pipeline)?.id;
            Ok((pipeline, pipelines.status(pipeline, &status)?.id))
        })
    }

    /// The user whom an e-mail address or a name means. See [`users`](Self::users).
    ///
    /// # Errors
    /// As of [`field`](Self::field).
    pub fn user(&self, name: impl Into<String>) -> Sending<Result<UserId, Error>> {
        let name = name.into();
        self.look((), move |users: &Users| Ok(users.find(&name)?.id))
    }

    /// The task type that a name or a code (`FOLLOW_UP`) means.
    ///
    /// # Errors
    /// As of [`field`](Self::field).
    pub fn task_type(&self, name: impl Into<String>) -> Sending<Result<TaskTypeId, Error>> {
        let name = name.into();
        self.look((), move |account: &Account| Ok(pipelines::task_type(account, &name)?.id))
    }

    /// Forgets all that is kept: it is read again when it is needed next.
    pub fn forget(&self) {
        self.client.memory().schema.forget();
    }

    /// Checks what is to be created as far as the account's schema tells; see
    /// [`ClientBuilder::check_writes`](crate::ClientBuilder::check_writes) for what that is, and for a
    /// switch that does it before everything that is sent.
    ///
    /// # Errors
    /// [`ErrorKind::Validation`](crate::ErrorKind::Validation) with all that is wrong in
    /// [`Error::validation`], in the form that the server has for it.
    pub fn check_new<N: CheckedNew>(&self, new: &N) -> Sending<Result<(), Error>> {
        self.check(serde_json::to_vec(new), N::OF, true)
    }

    /// Checks what is to be created in a catalog.
    ///
    /// # Errors
    /// As of [`check_new`](Self::check_new).
    pub fn check_element(
        &self,
        catalog: CatalogId,
        new: &NewElement,
    ) -> Sending<Result<(), Error>> {
        self.check(serde_json::to_vec(new), CustomFieldsOf::Catalog(catalog), true)
    }

    /// Checks a change. What the entity holds already is not known, so that a field which its status
    /// asks for is missed only if the change empties it.
    ///
    /// # Errors
    /// As of [`check_new`](Self::check_new).
    pub fn check_patch<P: CheckedPatch>(&self, patch: &P) -> Sending<Result<(), Error>> {
        self.check(serde_json::to_vec(patch), P::OF, false)
    }

    fn check(
        &self,
        item: serde_json::Result<Vec<u8>>,
        of: CustomFieldsOf,
        is_new: bool,
    ) -> Sending<Result<(), Error>> {
        let client = self.client.clone();
        Sending::new(async move { inspect::check_one(&client, item, of, is_new).await })
    }

    fn part<P: Part>(&self, of: P::Of) -> Sending<Result<Arc<P>, Error>> {
        let client = self.client.clone();
        Sending::new(async move {
            get(&client, of, None).await.map(|got| got.value).map_err(unreadable)
        })
    }

    fn look<P: Part, R: Send + 'static>(
        &self,
        of: P::Of,
        with: impl Fn(&P) -> Result<R, LookupError> + Send + Sync + 'static,
    ) -> Sending<Result<R, Error>> {
        let client = self.client.clone();
        Sending::new(async move { look(&client, of, with).await })
    }
}
