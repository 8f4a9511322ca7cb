//! The values of custom fields: read without loss, used by type.

pub(crate) mod catalogs;
mod collection;
mod field;
mod items;
mod kinds;
mod loose;
mod number;
mod objects;
pub(crate) mod tracking;
mod typed;
mod write;

pub use collection::{CustomFields, FieldTypeError};
pub(crate) use field::well_known;
pub use field::{Field, FieldKey};
pub use items::{Choice, EnumText, Scalar};
pub use kinds::{
    Birthday, Category, ChainedList, Checkbox, Date, DateTime, FieldKind, FieldType, FieldValues,
    File, Items, LegalEntity, LinkedEntity, Monetary, MultiValue, Multiselect, Multitext, Numeric,
    Payer, Price, Radiobutton, Select, SmartAddress, StreetAddress, Supplier, Text, Textarea,
    TrackingData, Url,
};
pub use number::{NotANumber, Number};
pub use objects::LegalEntityType;
pub use tracking::Utm;
pub use typed::CustomFieldValues;
pub use write::NewCustomFields;
