//! Values that are objects: how they are made, read and sent.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::items::{Item, ScalarValue};
use super::loose::Members;
use super::write::NewItem;
use crate::lenient::Whole;
use crate::member::always_printed;
use crate::writable::Sent;
use crate::{
    Amount, CatalogId, ChainedElement, CompanyId, ContactId, Discount, DiscountType, ElementId,
    EntityType, FileUuid, FileValue, InvoiceItem, LegalEntityValue, LinkedEntityValue, PayerValue,
    SupplierValue,
};

/// What a legal entity is: a number, of which those with a meaning have a name here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct LegalEntityType(i64);

impl LegalEntityType {
    /// A person.
    pub const PRIVATE: Self = Self(1);
    /// A company.
    pub const LEGAL: Self = Self(2);

    /// The type with this number.
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// The number on the wire.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl<'de> Deserialize<'de> for LegalEntityType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Whole::deserialize(deserializer).map(|Whole(number)| Self(number))
    }
}

always_printed! { [] LegalEntityType: Deserialize::deserialize; }

impl From<&str> for LegalEntityValue {
    /// A legal entity of which the name is known.
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

impl Discount {
    /// This much money off the line.
    pub fn amount(amount: impl Into<Amount>) -> Self {
        Self::new(DiscountType::Amount, amount)
    }

    /// This many per cent off the line.
    pub fn percentage(per_cent: impl Into<Amount>) -> Self {
        Self::new(DiscountType::Percentage, per_cent)
    }
}

/// The two types that hold an entity or a name.
macro_rules! named_or_linked {
    ($($kind:ident)*) => {$(
        impl $kind {
            fn linked(entity_type: EntityType, id: i64) -> Self {
                Self { entity_type: Some(entity_type), entity_id: Some(id), ..Self::empty() }
            }

            /// A contact of the account.
            pub fn contact(id: ContactId) -> Self {
                Self::linked(EntityType::Contacts, id.get())
            }

            /// A company of the account.
            pub fn company(id: CompanyId) -> Self {
                Self::linked(EntityType::Companies, id.get())
            }

            /// Somebody or something by its name alone.
            pub fn named(name: impl Into<String>) -> Self {
                Self { name: Some(name.into()), ..Self::empty() }
            }
        }

        impl From<ContactId> for $kind {
            fn from(id: ContactId) -> Self {
                Self::contact(id)
            }
        }

        impl From<CompanyId> for $kind {
            fn from(id: CompanyId) -> Self {
                Self::company(id)
            }
        }
    )*};
}

named_or_linked!(LinkedEntityValue PayerValue);

impl LinkedEntityValue {
    /// An element of a catalog.
    pub fn element(catalog: CatalogId, id: ElementId) -> Self {
        let linked = Self::linked(EntityType::CatalogElements, id.get());
        Self { catalog_id: Some(catalog), ..linked }
    }
}

impl From<FileUuid> for FileValue {
    /// The latest version of the file.
    fn from(uuid: FileUuid) -> Self {
        Self::new(uuid)
    }
}

impl From<ElementId> for SupplierValue {
    fn from(id: ElementId) -> Self {
        Self::new(id)
    }
}

impl From<(CatalogId, ElementId)> for ChainedElement {
    fn from((catalog, element): (CatalogId, ElementId)) -> Self {
        Self::new(catalog, element)
    }
}

fn object<T: for<'de> Deserialize<'de>>(value: Value) -> Result<T, Value> {
    let read = if value.is_object() { T::deserialize(&value).ok() } else { None };
    read.ok_or(value)
}

/// Declares values that are objects, each with what it cannot do without.
macro_rules! objects {
    ($($kind:ident: $needs:expr, $flaw:literal;)*) => {$(
        impl ScalarValue for $kind {
            const OBJECT: bool = true;

            fn from_json(value: Value) -> Result<Self, Value> {
                object(value)
            }

            fn to_json(&self) -> Value {
                self.to_sent()
            }

            fn flaw(&self) -> Option<&'static str> {
                let needs: fn(&Self) -> bool = $needs;
                (!needs(self)).then_some($flaw)
            }
        }
    )*};
}

fn is_said(text: Option<&String>) -> bool {
    text.is_some_and(|text| !text.is_empty())
}

objects! {
    LegalEntityValue: |firm| is_said(firm.name.as_ref()), "a legal entity needs a name";
    LinkedEntityValue: |link| is_said(link.name.as_ref()) || link.entity_id.is_some(),
        "a link needs an entity or a name";
    FileValue: |file| file.file_uuid.is_some(), "a file needs its id";
    PayerValue: |payer| payer.to_sent() != Value::Object(Map::new()), "a payer says nothing";
    SupplierValue: |supplier| supplier.entity_id.is_some(), "a supplier needs its element";
}

impl ScalarValue for InvoiceItem {
    const OBJECT: bool = true;

    fn from_json(value: Value) -> Result<Self, Value> {
        object(value)
    }

    fn to_json(&self) -> Value {
        let mut value = self.to_sent();
        if let (Some(discount), Some(members)) = (&self.discount, value.as_object_mut()) {
            members.insert("discount".to_owned(), discount.to_sent());
        }
        value
    }

    fn flaw(&self) -> Option<&'static str> {
        (self.to_sent() == Value::Object(Map::new())).then_some("a line of a bill says nothing")
    }
}

/// An element of a chain has no `value`.
impl Item for ChainedElement {
    fn take(members: &mut Members) -> Option<Self> {
        if members.is_bare() { members.take_object(object) } else { None }
    }

    fn to_new(&self) -> NewItem {
        if self.catalog_id.is_none() || self.catalog_element_id.is_none() {
            return NewItem::Flawed("a level of a chain needs its catalog and its element");
        }
        NewItem::Level(self.to_sent())
    }
}
