//! The values of custom fields: read without loss, used by type.

pub(crate) mod catalogs;
mod collection;
mod field;
mod items;
mod kinds;
mod loose;
mod number;
mod typed;
mod write;

pub use collection::{CustomFields, FieldTypeError};
pub(crate) use field::well_known;
pub use field::{Field, FieldKey};
pub use items::{Choice, EnumText, Scalar};
pub use kinds::{
    Birthday, Category, Checkbox, Date, DateTime, FieldKind, FieldType, FieldValues, Monetary,
    MultiValue, Multiselect, Multitext, Numeric, Price, Radiobutton, Select, SmartAddress,
    StreetAddress, Text, Textarea, TrackingData, Url,
};
pub use number::{NotANumber, Number};
pub use typed::CustomFieldValues;
pub use write::NewCustomFields;
