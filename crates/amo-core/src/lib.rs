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
//! * **What amoCRM posts** to a server becomes events, and events become those models: [`webhook`].
//! * A [`Resource`] and its capabilities ([`List`], [`Create`], ...) say what can be done with a
//!   kind of entity.

mod agent;
mod amount;
mod bot;
mod by_type;
mod call;
mod call_pop_up;
mod catalog;
mod chat_link;
mod chat_template;
mod custom_field;
mod custom_field_group;
mod custom_fields;
mod customer;
mod customer_status;
mod decode;
mod diff;
mod editable;
mod entity_type;
mod event;
mod extra;
mod file;
mod filter;
mod generated;
mod hal;
mod id;
mod lead;
mod lenient;
mod link;
mod linked;
mod list;
mod member;
mod model;
mod note;
mod open_enum;
mod open_number;
mod operation;
mod patch;
mod pipeline;
mod problem;
mod query;
mod receipt;
mod resource;
mod rights;
mod short_link;
mod source;
mod status;
mod subscription;
mod tag;
mod talk;
mod task;
mod text_id;
mod timestamp;
mod token_answer;
mod transaction;
mod unsorted;
mod user;
pub mod webhook;
mod webhook_subscription;
mod website_button;
mod widget;
mod writable;

pub use agent::NewAgentMcp;
pub use amount::Amount;
pub use bot::{BotAnswer, BotGoto, BotHandler, BotRun, BotShow, BotTarget, WaitingBot};
pub use call::{CallError, CallResponsible};
pub use call_pop_up::{NewCallPopUp, NewCallPopUps};
pub use catalog::CatalogFilter;
pub use chat_link::ChatLinkFilter;
pub use chat_template::ReviewDecision;
pub use custom_field::{CustomFieldsOf, NewCustomField, SearchIn};
pub use custom_field_group::CustomFieldGroupsOf;
pub use custom_fields::{
    Choice, CustomFieldValues, CustomFields, EnumText, Field, FieldKey, FieldKind, FieldType,
    FieldTypeError, FieldValues, LegalEntityType, MultiValue, NewCustomFields, NotANumber, Number,
    Scalar, Utm,
};
pub use customer::BonusChange;
pub use customer_status::CustomerStatusKind;
pub use decode::{DecodeError, from_slice};
pub use diff::DiffError;
pub use editable::{Creates, Editable, Identified, ListByIds, Tagged};
pub use entity_type::EntityType;
pub use event::{EventTypeFilter, EventValue, EventValueFilter};
pub use extra::Extra;
pub use file::{EntityFileFilter, EntityFileRef, FileChange, FileOwner, FileRef, UploadAnswer};
pub use filter::{Between, FilterValue};
pub use generated::*;
pub use hal::{Page, one_from_slice, one_from_slice_any};
pub use id::{
    AccountId, Author, CompanyId, ContactId, EnumId, GroupId, Id, LeadId, TagId, TaskTypeId,
};
pub use lead::complex::{NewComplexLead, RequestIds};
pub use link::NewLink;
pub use note::{NoteContent, NoteParent};
pub use operation::{Operation, Repeat};
pub use patch::Patch;
pub use pipeline::NewStage;
pub use problem::{ItemErrors, Problem, ValidationError};
pub use query::{
    Direction, InvalidQuery, ListQuery, NoFilter, NoOrder, NoWith, Query, QueryName, QueryPart,
};
pub use resource::{
    ById, Changed, Create, Created, Delete, Get, LinkMany, Linkable, List, PatchBody, Receipt,
    Resource, Scope, Update, UpdateMany, Updated, Written, fill_first,
};
pub use rights::{Access, CatalogReach, NewRights, NewUserRights, Reach, Reaches};
pub use short_link::NewShortLink;
pub use status::{NewStatusDescription, StatusKind};
pub use subscription::SubscriptionsOf;
pub use tag::{TagRef, TagsOf};
pub use talk::CloseTalk;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
pub use timestamp::OutOfRange;
pub use timestamp::{NotATimestamp, Timestamp};
pub use token_answer::TokenAnswer;
pub use transaction::{AccrueBonus, TransactionMetadata};
pub use unsorted::{
    AcceptUnsorted, DeclineUnsorted, LinkUnsorted, NewUnsortedCall, NewUnsortedForm, UnsortedCall,
    UnsortedForm, UnsortedMetadata,
};
pub use user::{Password, RoleUser};
pub use webhook_subscription::WebhookAddress;
pub use website_button::{NewWebsiteButton, WebsiteButtonPatch};
pub use widget::WidgetSettings;

/// The kinds of custom fields, and the fields that every account has.
pub mod field {
    pub use crate::custom_fields::catalogs::{invoice, product, supplier};
    pub use crate::custom_fields::well_known::{EMAIL, IM, PHONE, POSITION, USER_AGREEMENT, WEB};
    pub use crate::custom_fields::{
        Birthday, Category, ChainedList, Checkbox, Date, DateTime, File, Items, LegalEntity,
        LinkedEntity, Monetary, Multiselect, Multitext, Numeric, Payer, Price, Radiobutton, Select,
        SmartAddress, StreetAddress, Supplier, Text, Textarea, TrackingData, Url,
    };

    /// The fields of leads that say where a visitor of a site came from; see
    /// [`Utm`](crate::Utm).
    pub mod tracking {
        pub use crate::custom_fields::tracking::{
            FBCLID, FROM, GCLID, GCLIENTID, OPENSTAT_AD, OPENSTAT_CAMPAIGN, OPENSTAT_SERVICE,
            OPENSTAT_SOURCE, REFERRER, ROISTAT, UTM_CAMPAIGN, UTM_CONTENT, UTM_MEDIUM,
            UTM_REFERRER, UTM_SOURCE, UTM_TERM, YCLID, YM_COUNTER, YM_UID,
        };
    }
}
