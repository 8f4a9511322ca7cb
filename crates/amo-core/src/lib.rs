//! The data of amoCRM / Kommo: models, custom fields, queries and error bodies. No I/O.
//!
//! Everything here is a value: nothing asks a server, a clock or an executor.
//!
//! * **What the server returned** ([`Lead`], [`Contact`], [`Company`], [`Account`]) is read
//!   without loss: what may be left out is an `Option`, unknown members are kept in `extra`, unknown
//!   values of enums are kept as `Other`, and all of it is printed back as it came.
//! * **What creates** ([`NewLead`]) and **what changes** ([`LeadPatch`]) are types of their own,
//!   which hold only what the server takes. [`Lead::diff`] makes a patch out of two states.
//! * **Custom fields** are typed by [`Field`] handles.
//! * **Queries** ([`ListQuery`]) and their filters print the query strings of the API.
//! * **Answers** are taken out of their envelopes by [`Page::from_slice`] and
//!   [`one_from_slice`]; a [`DecodeError`] names the place. [`Problem`] is what a failed answer
//!   says.
//! * A [`Resource`] and its capabilities ([`List`], [`Create`], ...) say what can be done with a
//!   kind of entity.

mod amount;
mod custom_fields;
mod decode;
mod diff;
mod entity_type;
mod extra;
mod filter;
mod generated;
mod hal;
mod id;
mod lead;
mod lenient;
mod link;
mod member;
mod model;
mod open_enum;
mod operation;
mod patch;
mod problem;
mod query;
mod resource;
mod tag;
mod task;
mod timestamp;
pub mod webhook;
mod writable;

pub use amount::Amount;
pub use custom_fields::{
    Choice, CustomFieldValues, CustomFields, EnumText, Field, FieldKey, FieldKind, FieldType,
    FieldTypeError, FieldValues, MultiValue, NewCustomFields, NotANumber, Number, Scalar,
};
pub use decode::{DecodeError, from_slice};
pub use diff::DiffError;
pub use entity_type::EntityType;
pub use extra::Extra;
pub use filter::{Between, FilterValue};
pub use generated::*;
pub use hal::{Page, one_from_slice};
pub use id::{
    AccountId, Author, Catalog, CatalogId, CompanyId, ContactId, CustomField, CustomFieldId,
    Customer, CustomerId, Element, ElementId, EnumId, EnumOption, GroupId, Id, LeadId,
    LossReasonId, Pipeline, PipelineId, Source, SourceId, Status, StatusId, TagId, TaskTypeId,
    User, UserId,
};
pub use link::NewLink;
pub use operation::{Operation, Repeat};
pub use patch::Patch;
pub use problem::{ItemErrors, Problem, ValidationError};
pub use query::{
    Direction, InvalidQuery, ListQuery, NoFilter, NoOrder, NoWith, Query, QueryName, QueryPart,
};
pub use resource::{
    Create, Created, Delete, Get, Linkable, List, PatchBody, Receipt, Resource, Scope, Update,
    UpdateMany, Updated,
};
pub use tag::TagRef;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
pub use timestamp::OutOfRange;
pub use timestamp::{NotATimestamp, Timestamp};

/// The kinds of custom fields, and the fields that every account has.
pub mod field {
    pub use crate::custom_fields::well_known::{EMAIL, PHONE, POSITION};
    pub use crate::custom_fields::{
        Birthday, Category, Checkbox, Date, DateTime, Monetary, Multiselect, Multitext, Numeric,
        Price, Radiobutton, Select, SmartAddress, StreetAddress, Text, Textarea, TrackingData, Url,
    };
}
