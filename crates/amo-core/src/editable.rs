//! Entities that are read, changed and sent back; those that have tags; those that are found by lists
//! of ids.

use std::fmt::Debug;

use crate::{
    Catalog, ChatTemplate, Company, CompanyFilter, CompanyPatch, Contact, ContactFilter,
    ContactPatch, Create, CustomField, Customer, CustomerFilter, CustomerPatch, CustomerStatus,
    DiffError, Element, ElementFilter, Event, EventFilter, Get, Lead, LeadFilter, LeadPatch, List,
    LossReason, NewCatalog, NewChatTemplate, NewCompany, NewContact, NewCustomField, NewCustomer,
    NewElement, NewLead, NewNote, NewSource, NewTask, Note, NoteFilter, Pipeline, Resource,
    Segment, Source, Status, Tag, TagRef, Task, TaskFilter, Update,
};

/// Entities that say their own id.
pub trait Identified: Resource {
    /// The id of the entity.
    fn own_id(&self) -> Self::Id;
}

/// Entities that can be read, changed, and sent back with only what changed.
#[diagnostic::on_unimplemented(
    message = "amoCRM does not let `{Self}` be read and changed through the API"
)]
pub trait Editable:
    Identified + Get + Update<Patch: Default + Clone> + Clone + Debug + PartialEq
{
    /// What turns one state into the other: only what differs.
    ///
    /// # Errors
    ///
    /// [`DiffError`] names a member that differs although no update can change or empty it.
    fn changes(before: &Self, after: &Self) -> Result<Self::Patch, DiffError>;
}

/// What creates an entity says which kind that is.
#[diagnostic::on_unimplemented(message = "`{Self}` does not create what could be read and changed")]
pub trait Creates: Sized {
    /// The kind.
    type Of: Create<New = Self>;
}

/// Entities that tags are put on.
#[diagnostic::on_unimplemented(message = "`{Self}` has no tags that the API could change")]
pub trait Tagged: Update {
    /// The tags that were read with it.
    fn tags(&self) -> &[Tag];

    /// What puts tags on it, besides those that it has; no tags change nothing.
    fn adding_tags(tags: impl IntoIterator<Item = TagRef>) -> Self::Patch;

    /// What takes tags off it; no tags change nothing.
    fn deleting_tags(tags: impl IntoIterator<Item = TagRef>) -> Self::Patch;

    /// What puts these tags in the place of all that it has; no tags leave it without any.
    fn replacing_tags(tags: impl IntoIterator<Item = TagRef>) -> Self::Patch;
}

/// Entities that a list can be asked for by their ids.
#[diagnostic::on_unimplemented(message = "amoCRM does not list `{Self}` by ids")]
pub trait ListByIds: Identified + Get<With = <Self as List>::With> + List {
    /// Whether the filter works only in accounts that have paid for filters, so that elsewhere it may
    /// be ignored: [`Account::is_api_filter_enabled`](crate::Account::is_api_filter_enabled).
    const PAID: bool;

    /// Only those with these ids.
    fn by_ids(ids: impl IntoIterator<Item = Self::Id>) -> Self::Filter;
}

macro_rules! identified {
    ($($kind:ident)*) => {$(
        impl Identified for $kind {
            fn own_id(&self) -> Self::Id {
                self.id.clone()
            }
        }
    )*};
}

macro_rules! editable {
    ($($kind:ident)*) => {
        identified!($($kind)*);
        $(
            impl Editable for $kind {
                // Where it is used, as all that compares models.
                #[inline]
                fn changes(before: &Self, after: &Self) -> Result<Self::Patch, DiffError> {
                    Self::diff(before, after)
                }
            }
        )*
    };
}

macro_rules! creates {
    ($($new:ident $kind:ident)*) => {$(
        impl Creates for $new {
            type Of = $kind;
        }
    )*};
}

macro_rules! tagged {
    ($($kind:ident $patch:ident)*) => {$(
        impl Tagged for $kind {
            fn tags(&self) -> &[Tag] {
                self.embedded.tags.as_deref().unwrap_or_default()
            }

            fn adding_tags(tags: impl IntoIterator<Item = TagRef>) -> $patch {
                tags.into_iter().fold($patch::new(), $patch::add_tag)
            }

            fn deleting_tags(tags: impl IntoIterator<Item = TagRef>) -> $patch {
                tags.into_iter().fold($patch::new(), $patch::delete_tag)
            }

            fn replacing_tags(tags: impl IntoIterator<Item = TagRef>) -> $patch {
                $patch::new().replace_tags(tags)
            }
        }
    )*};
}

macro_rules! by_ids {
    ($($kind:ident $filter:ident $paid:literal)*) => {$(
        impl ListByIds for $kind {
            const PAID: bool = $paid;

            fn by_ids(ids: impl IntoIterator<Item = Self::Id>) -> $filter {
                $filter::new().id(ids)
            }
        }
    )*};
}

identified!(Event);
editable!(Lead Contact Company Customer Task Note Catalog Element Pipeline Status LossReason Source);
editable!(Segment CustomerStatus CustomField ChatTemplate);
creates! {
    NewLead Lead
    NewContact Contact
    NewCompany Company
    NewCustomer Customer
    NewTask Task
    NewNote Note
    NewCatalog Catalog
    NewElement Element
    NewSource Source
    NewCustomField CustomField
    NewChatTemplate ChatTemplate
}
tagged!(Lead LeadPatch Contact ContactPatch Company CompanyPatch Customer CustomerPatch);
by_ids! {
    Lead LeadFilter true
    Contact ContactFilter true
    Company CompanyFilter true
    Customer CustomerFilter true
    Task TaskFilter false
    Note NoteFilter false
    Element ElementFilter false
    Event EventFilter false
}
