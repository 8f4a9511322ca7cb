//! What a kind of entity is, and what the API allows to do with it.
//!
//! A [`Resource`] says where its entities live; each capability is a trait of its own, so that a
//! missing one is found by the compiler and named in its message.

use std::fmt::{Debug, Display};
use std::hash::Hash;

use percent_encoding::utf8_percent_encode;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};

use crate::query::RESERVED;
use crate::receipt::Received;
use crate::{EntityType, Extra, Id, Operation, QueryName, QueryPart, Timestamp};

pub(crate) mod sealed {
    /// Until 1.0 only this crate may say what a resource is.
    pub trait Sealed {}
}

use sealed::Sealed;

/// Whatever a path needs besides the id of the entity, such as the catalog of an element.
pub trait Scope: Clone + Debug + Send + Sync + 'static {
    /// Fills the placeholders of a path template that belong to this scope, from the left; those
    /// of the entity itself, such as `{id}`, come after them and stay.
    fn fill(&self, template: &str) -> String;
}

impl Scope for () {
    fn fill(&self, template: &str) -> String {
        template.to_owned()
    }
}

impl<T: 'static> Scope for Id<T> {
    /// Fills the first `{placeholder}`.
    fn fill(&self, template: &str) -> String {
        fill_first(template, self)
    }
}

/// Puts `value`, percent-encoded, in the place of the first `{placeholder}` of a path.
pub fn fill_first(template: &str, value: impl Display) -> String {
    let filled = template.split_once('{').and_then(|(before, rest)| {
        let (_, after) = rest.split_once('}')?;
        let value = value.to_string();
        Some(format!("{before}{}{after}", utf8_percent_encode(&value, RESERVED)))
    });
    filled.unwrap_or_else(|| template.to_owned())
}

/// A kind of entity with a path of its own.
pub trait Resource: Sized + Send + Sync + 'static + Sealed {
    /// What names one entity.
    type Id: Clone
        + Eq
        + Hash
        + Debug
        + Display
        + Serialize
        + DeserializeOwned
        + Send
        + Sync
        + 'static;
    /// What the path needs besides.
    type Scope: Scope;
    /// One of them, `"contact"`.
    const NAME: &'static str;
    /// The key under `_embedded` and the name of the service, `"contacts"`.
    const KEY: &'static str;
    /// The path of the list as a template, `"/api/v4/contacts"`.
    const PATH: &'static str;
    /// The keys under `_embedded` where answers to creations and changes may have their items: a
    /// few methods are documented with the key of another kind.
    const WRITTEN_KEYS: &'static [&'static str] = &[Self::KEY];
}

/// One entity can be read by its id.
#[diagnostic::on_unimplemented(message = "amoCRM cannot get one `{Self}` through the API")]
pub trait Get: Resource + DeserializeOwned {
    /// The operation.
    const GET: Operation;
    /// What can be asked for besides.
    type With: QueryName;
}

/// The entities can be listed.
#[diagnostic::on_unimplemented(message = "amoCRM cannot list `{Self}` through the API")]
pub trait List: Resource + DeserializeOwned {
    /// The operation.
    const LIST: Operation;
    /// Which entities are wanted.
    type Filter: QueryPart + Clone + Debug + Send + Sync + 'static;
    /// What can be asked for besides.
    type With: QueryName;
    /// What the list can be ordered by.
    type Order: QueryName;
    /// The greatest `limit` that the server takes.
    const MAX_LIMIT: u16;

    /// Of lists that have no pages by number: the number before which, as `before_id`, what comes after
    /// this entity is found.
    fn before_id(&self) -> Option<i64> {
        None
    }
}

/// Entities can be created.
#[diagnostic::on_unimplemented(message = "amoCRM cannot create `{Self}` through the API")]
pub trait Create: Resource {
    /// The operation.
    const CREATE: Operation;
    /// What is sent to create one.
    type New: Serialize + Send + Sync + 'static;
    /// What comes back for one.
    type Created: Receipt<Id = Self::Id>;
    /// Whether the body is the one new entity itself, where others are sent as lists.
    const SINGLE: bool = false;
    /// How many amoCRM advises to send in one request.
    const BATCH: usize = 50;
    /// How many the server takes in one request.
    const MAX_BATCH: usize = 250;
}

/// Entities can be changed.
#[diagnostic::on_unimplemented(message = "amoCRM cannot update `{Self}` through the API")]
pub trait Update: Resource {
    /// The operation.
    const UPDATE: Operation;
    /// What is sent to change one.
    type Patch: PatchBody;
    /// What comes back for one.
    type Updated: Receipt<Id = Self::Id>;

    /// The receipt for a patch that changes nothing, for which nothing is sent.
    fn unchanged(id: Self::Id) -> Self::Updated;
}

/// Many entities can be changed in one request.
#[diagnostic::on_unimplemented(
    message = "amoCRM cannot update several `{Self}` in one request; update them one by one"
)]
pub trait UpdateMany: Update {
    /// The operation.
    const UPDATE_MANY: Operation;
    /// How many amoCRM advises to send in one request.
    const BATCH: usize = 50;
    /// How many the server takes in one request.
    const MAX_BATCH: usize = 250;
}

/// An entity can be deleted.
///
/// Leads cannot:
///
/// ```compile_fail
/// fn delete<R: amo_core::Delete>() {}
///
/// delete::<amo_core::Lead>();
/// ```
#[diagnostic::on_unimplemented(message = "amoCRM cannot delete `{Self}` through the API")]
pub trait Delete: Resource {
    /// The operation.
    const DELETE: Operation;
}

/// Entities can be linked with others.
#[diagnostic::on_unimplemented(message = "amoCRM cannot link `{Self}` through the API")]
pub trait Linkable: Resource<Id = Id<Self>> {
    /// Reads the links of one.
    const LINKS: Operation;
    /// Links others to one.
    const LINK: Operation;
    /// Takes links away from one.
    const UNLINK: Operation;
    /// The name of the kind in links.
    const ENTITY_TYPE: EntityType;
}

/// Links of many entities of the kind can be read and changed in one request.
#[diagnostic::on_unimplemented(
    message = "amoCRM cannot change links of several `{Self}` in one request"
)]
pub trait LinkMany: Linkable {
    /// Reads the links of several.
    const LINKS_MANY: Operation;
    /// Links others to several.
    const LINK_MANY: Operation;
    /// Takes links away from several.
    const UNLINK_MANY: Operation;
}

/// What the server answers for one written entity.
pub trait Receipt: DeserializeOwned + Debug + Send + Sync + 'static {
    /// The id of the entity.
    type Id;

    /// The id of the entity.
    fn id(&self) -> Self::Id;

    /// The request id that the caller gave the item, or its index, if the server echoed it.
    fn request_id(&self) -> Option<&str>;
}

/// The body of a change.
pub trait PatchBody: Serialize + Debug + Send + Sync + 'static {
    /// Whether it changes nothing, so that nothing must be sent.
    fn is_empty(&self) -> bool;
}

/// What the server answers for a created entity: its id, not the entity.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Created<R> {
    /// The id of the new entity.
    pub id: Id<R>,
    /// The request id of the item, or its index.
    pub request_id: Option<String>,
    /// Everything else that came with it.
    pub extra: Extra,
}

/// What the server answers for a changed entity: not the entity itself.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Updated<R> {
    /// The id of the entity.
    pub id: Id<R>,
    /// When it was changed, by the server's clock.
    pub updated_at: Option<Timestamp>,
    /// The request id of the item, or its index; absent for some kinds of entities.
    pub request_id: Option<String>,
    /// Everything else that came with it.
    pub extra: Extra,
}

impl<R> Updated<R> {
    /// The receipt for a patch that changes nothing, for which nothing is sent.
    pub fn unchanged(id: Id<R>) -> Self {
        Self { id, updated_at: None, request_id: None, extra: Extra::default() }
    }
}

/// What the server answers for a changed entity of the kinds that it then returns whole.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Changed<R: Resource> {
    /// The id of the entity.
    pub id: R::Id,
    /// The entity as it is now; `None` if there was nothing to change, so that nothing was sent.
    pub entity: Option<R>,
}

impl<R: Resource> Changed<R> {
    /// The receipt for a patch that changes nothing, for which nothing is sent.
    pub const fn unchanged(id: R::Id) -> Self {
        Self { id, entity: None }
    }
}

impl<'de, R: Resource + Receipt<Id = <R as Resource>::Id>> Deserialize<'de> for Changed<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entity = R::deserialize(deserializer)?;
        Ok(Self { id: Receipt::id(&entity), entity: Some(entity) })
    }
}

impl<R: Resource + Receipt<Id = <R as Resource>::Id>> Receipt for Changed<R> {
    type Id = <R as Resource>::Id;

    fn id(&self) -> Self::Id {
        self.id.clone()
    }

    fn request_id(&self) -> Option<&str> {
        self.entity.as_ref().and_then(Receipt::request_id)
    }
}

/// Names an entity in a body that is a list of them: `{"id":5}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct ById<I> {
    id: I,
}

impl<I> ById<I> {
    /// The entity with this id.
    pub const fn new(id: I) -> Self {
        Self { id }
    }
}

impl<'de, R> Deserialize<'de> for Created<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Received { id, request_id, extra, .. } = Received::read(deserializer, false)?;
        Ok(Self { id, request_id, extra })
    }
}

impl<'de, R> Deserialize<'de> for Updated<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Received { id, updated_at, request_id, extra } = Received::read(deserializer, true)?;
        Ok(Self { id, updated_at, request_id, extra })
    }
}

/// What the server answers for a created or changed entity whose id is a text.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Written<I> {
    /// The id of the entity.
    pub id: I,
    /// The request id of the item, or its index; absent for some kinds of entities.
    pub request_id: Option<String>,
    /// Everything else that came with it.
    pub extra: Extra,
}

impl<'de, I: DeserializeOwned> Deserialize<'de> for Written<I> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Received { id, request_id, extra, .. } = Received::read(deserializer, false)?;
        Ok(Self { id, request_id, extra })
    }
}

impl<I> Written<I> {
    /// The receipt for a patch that changes nothing, for which nothing is sent.
    pub fn unchanged(id: I) -> Self {
        Self { id, request_id: None, extra: Extra::default() }
    }
}

impl<I: Clone + Debug + DeserializeOwned + Send + Sync + 'static> Receipt for Written<I> {
    type Id = I;

    fn id(&self) -> I {
        self.id.clone()
    }

    fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }
}

impl<R: Debug + 'static> Receipt for Created<R> {
    type Id = Id<R>;

    fn id(&self) -> Id<R> {
        self.id
    }

    fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }
}

impl<R: Debug + 'static> Receipt for Updated<R> {
    type Id = Id<R>;

    fn id(&self) -> Id<R> {
        self.id
    }

    fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }
}
