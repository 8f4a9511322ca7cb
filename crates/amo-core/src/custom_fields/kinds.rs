//! The kinds of custom fields: their types, their values, their markers.

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::items::Item;
use super::loose::{Element, Loose};
use super::write::NewItem;
use super::{Choice, EnumText, Number, Scalar};
use crate::open_enum::open_enum;
use crate::resource::sealed::Sealed;
use crate::{
    ChainedElement, FileValue, InvoiceItem, LegalEntityValue, LinkedEntityValue, PayerValue,
    SupplierValue, Timestamp,
};

open_enum! {
    /// The type of a custom field.
    pub enum FieldType {
        /// One line of text.
        Text = "text",
        /// Several lines of text.
        Textarea = "textarea",
        /// A number.
        Numeric = "numeric",
        /// A price, in catalogs.
        Price = "price",
        /// An amount of money; its currency stands in the field's definition.
        Monetary = "monetary",
        /// Yes or no.
        Checkbox = "checkbox",
        /// A link.
        Url = "url",
        /// An address as plain text.
        StreetAddress = "streetaddress",
        /// Where a lead came from, such as its UTM tags.
        TrackingData = "tracking_data",
        /// A date.
        Date = "date",
        /// A date with a time.
        DateTime = "date_time",
        /// A birthday.
        Birthday = "birthday",
        /// One option of a list.
        Select = "select",
        /// One option of a few.
        Radiobutton = "radiobutton",
        /// Several options of a list.
        Multiselect = "multiselect",
        /// A node of a tree of categories, in catalogs.
        Category = "category",
        /// Phones, e-mail addresses, messengers: several texts, each of a sort.
        Multitext = "multitext",
        /// An address in parts.
        SmartAddress = "smart_address",
        /// The data of a legal entity.
        LegalEntity = "legal_entity",
        /// The lines of an invoice.
        Items = "items",
        /// A link to another entity, in catalogs.
        LinkedEntity = "linked_entity",
        /// Elements of catalogs, each a part of the one before.
        ChainedList = "chained_list",
        /// A file.
        File = "file",
        /// Who pays an invoice.
        Payer = "payer",
        /// Who is paid by an invoice.
        Supplier = "supplier",
        /// The name of a legal entity; deprecated by amoCRM.
        OrgLegalName = "org_legal_name",
    }
}

/// A kind of custom field: the type parameter of [`Field`](super::Field).
pub trait FieldKind: Sealed + Send + Sync + 'static {
    /// One element of the values.
    type Item: Clone;
    /// What is read from a field and set in it.
    type Value;
    /// The type of such a field.
    const TYPE: FieldType;

    /// The elements, if the values are of this kind.
    #[doc(hidden)]
    fn items(values: &FieldValues) -> Option<&[Self::Item]>;

    /// Values of this kind.
    #[doc(hidden)]
    fn wrap(items: Vec<Self::Item>) -> FieldValues;

    /// The value out of the elements; `None` if there are too few.
    #[doc(hidden)]
    fn value(items: &[Self::Item]) -> Option<Self::Value>;

    /// The elements for a value.
    #[doc(hidden)]
    fn into_items(value: Self::Value) -> Vec<Self::Item>;
}

/// A kind of custom field that holds several values.
#[diagnostic::on_unimplemented(message = "a field of the kind `{Self}` holds a single value")]
pub trait MultiValue: FieldKind {}

/// Declares the kinds that have typed values: `scalar` holds one value alone, `scalars` holds
/// several; `one` holds one element, `many` holds several.
macro_rules! kinds {
    ($($(#[$meta:meta])* $kind:ident: $how:ident $item:ty => $value:ty;)*) => {
        /// The values of a field, by its type.
        ///
        /// Values of types without a variant here, and values that are not of the form that the
        /// type promises, are [`FieldValues::Unknown`]; nothing of them is lost.
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum FieldValues {
            $($(#[$meta])* $kind(Vec<$item>),)*
            /// The JSON of `values` as it came.
            Unknown(Value),
        }

        impl FieldValues {
            /// Takes the elements as the type promises them, or keeps the JSON.
            pub(super) fn from_loose(field_type: Option<&FieldType>, loose: Loose) -> Self {
                let typed = match field_type {
                    $(Some(FieldType::$kind) => typed(loose).map(Self::$kind),)*
                    _ => Err(loose.into()),
                };
                typed.unwrap_or_else(Self::Unknown)
            }

            /// Whether the server sent null for the values.
            pub(super) fn is_null(&self) -> bool {
                matches!(self, Self::Unknown(Value::Null))
            }

            /// Adds elements and keeps those that are there, also where the kinds differ.
            pub(super) fn append(&mut self, more: Self) {
                match (&mut *self, more) {
                    $((Self::$kind(items), Self::$kind(more)) => items.extend(more),)*
                    (known, more) if known.is_null() => *known = more,
                    (known, more) => {
                        let json = |values: &Self| serde_json::to_value(values).unwrap_or_default();
                        let (known_json, more) = (json(known), json(&more));
                        let all = elements(&known_json).chain(elements(&more)).collect();
                        *known = Self::Unknown(Value::Array(all));
                    }
                }
            }

            /// What is sent for the values.
            pub(super) fn to_new(&self) -> Option<Vec<NewItem>> {
                match self {
                    $(Self::$kind(items) => Some(items.iter().map(Item::to_new).collect()),)*
                    Self::Unknown(Value::Null) => None,
                    Self::Unknown(values) => Some(elements(values).map(NewItem::Raw).collect()),
                }
            }
        }

        impl Serialize for FieldValues {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$kind(items) => items.serialize(serializer),)*
                    Self::Unknown(values) => values.serialize(serializer),
                }
            }
        }

        $(
            $(#[$meta])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
            pub enum $kind {}

            impl Sealed for $kind {}

            impl FieldKind for $kind {
                type Item = $item;
                type Value = $value;
                const TYPE: FieldType = FieldType::$kind;

                fn items(values: &FieldValues) -> Option<&[$item]> {
                    match values {
                        FieldValues::$kind(items) => Some(items),
                        _ => None,
                    }
                }

                fn wrap(items: Vec<$item>) -> FieldValues {
                    FieldValues::$kind(items)
                }

                kinds!(@$how $item => $value);
            }
        )*
    };
    (@scalar $item:ty => $value:ty) => {
        fn value(items: &[$item]) -> Option<$value> {
            items.first().map(|item| item.value.clone())
        }

        fn into_items(value: $value) -> Vec<$item> {
            vec![Scalar::new(value)]
        }
    };
    (@scalars $item:ty => $value:ty) => {
        fn value(items: &[$item]) -> Option<$value> {
            Some(items.iter().map(|item| item.value.clone()).collect())
        }

        fn into_items(value: $value) -> Vec<$item> {
            value.into_iter().map(Scalar::new).collect()
        }
    };
    (@one $item:ty => $value:ty) => {
        fn value(items: &[$item]) -> Option<$value> {
            items.first().cloned()
        }

        fn into_items(value: $value) -> Vec<$item> {
            vec![value]
        }
    };
    (@many $item:ty => $value:ty) => {
        fn value(items: &[$item]) -> Option<$value> {
            Some(items.to_vec())
        }

        fn into_items(value: $value) -> Vec<$item> {
            value
        }
    };
}

kinds! {
    /// One line of text.
    Text: scalar Scalar<String> => String;
    /// Several lines of text.
    Textarea: scalar Scalar<String> => String;
    /// A number.
    Numeric: scalar Scalar<Number> => Number;
    /// A price.
    Price: scalar Scalar<Number> => Number;
    /// An amount of money.
    Monetary: scalar Scalar<Number> => Number;
    /// Yes or no.
    Checkbox: scalar Scalar<bool> => bool;
    /// A link.
    Url: scalar Scalar<String> => String;
    /// An address as plain text.
    StreetAddress: scalar Scalar<String> => String;
    /// Where a lead came from.
    TrackingData: scalar Scalar<String> => String;
    /// A date.
    Date: scalar Scalar<Timestamp> => Timestamp;
    /// A date with a time.
    DateTime: scalar Scalar<Timestamp> => Timestamp;
    /// A birthday; before 1970 it is negative.
    Birthday: scalar Scalar<Timestamp> => Timestamp;
    /// One option of a list.
    Select: one Choice => Choice;
    /// One option of a few.
    Radiobutton: one Choice => Choice;
    /// Several options of a list.
    Multiselect: many Choice => Vec<Choice>;
    /// A node of a tree of categories.
    Category: one Choice => Choice;
    /// Several texts, each of a sort: phones, e-mail addresses, messengers.
    Multitext: many EnumText => Vec<EnumText>;
    /// The parts of an address, each of a sort: `address_line_1`, `city`, `zip`.
    SmartAddress: many EnumText => Vec<EnumText>;
    /// Legal entities.
    LegalEntity: scalars Scalar<LegalEntityValue> => Vec<LegalEntityValue>;
    /// The lines of a bill.
    Items: scalars Scalar<InvoiceItem> => Vec<InvoiceItem>;
    /// A link to another entity.
    LinkedEntity: scalar Scalar<LinkedEntityValue> => LinkedEntityValue;
    /// Elements of catalogs, each a part of the one before; five at most.
    ChainedList: many ChainedElement => Vec<ChainedElement>;
    /// A file in the drive.
    File: scalar Scalar<FileValue> => FileValue;
    /// Who pays a bill.
    Payer: scalar Scalar<PayerValue> => PayerValue;
    /// Who is paid by a bill.
    Supplier: scalar Scalar<SupplierValue> => SupplierValue;
}

impl MultiValue for Multiselect {}
impl MultiValue for Multitext {}
impl MultiValue for SmartAddress {}
impl MultiValue for LegalEntity {}
impl MultiValue for Items {}
impl MultiValue for ChainedList {}

/// The elements of values in JSON; what should be a list and is not counts as one element.
fn elements(values: &Value) -> impl Iterator<Item = Value> {
    let one = std::slice::from_ref(values);
    values.as_array().map_or(one, Vec::as_slice).iter().cloned()
}

/// All elements as items of one kind, or all of them as the JSON that they were.
fn typed<I: Item>(loose: Loose) -> Result<Vec<I>, Value> {
    let elements = match loose {
        Loose::One(Element::Members(mut members)) => {
            let item = I::take(&mut members).map(|item| vec![item]);
            return item.ok_or_else(|| Value::Array(vec![members.into()]));
        }
        Loose::List(elements) => elements,
        other @ (Loose::One(_) | Loose::Other(_)) => return Err(other.into()),
    };
    let fits = |element: &Element| match element {
        Element::Members(members) => I::fits(members),
        Element::Other(_) => false,
    };
    if !elements.iter().all(fits) {
        return Err(Loose::List(elements).into());
    }
    let items = elements.into_iter().filter_map(|element| match element {
        Element::Members(mut members) => I::take(&mut members),
        Element::Other(_) => None,
    });
    Ok(items.collect())
}
