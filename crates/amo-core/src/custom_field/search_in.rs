//! What a custom field of the type `linked_entity` may be linked with.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::CatalogId;
use crate::lenient::Text;
use crate::member::always_printed;

/// What a custom field of the type `linked_entity` is linked with.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SearchIn {
    /// Contacts.
    Contacts,
    /// Companies.
    Companies,
    /// Contacts and companies.
    ContactsAndCompanies,
    /// The elements of a catalog.
    Catalog(CatalogId),
    /// One that this library does not know, as the API spells it.
    Other(String),
}

impl From<CatalogId> for SearchIn {
    fn from(id: CatalogId) -> Self {
        Self::Catalog(id)
    }
}

impl fmt::Display for SearchIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Contacts => f.write_str("contacts"),
            Self::Companies => f.write_str("companies"),
            Self::ContactsAndCompanies => f.write_str("contacts_and_companies"),
            Self::Catalog(id) => id.fmt(f),
            Self::Other(text) => f.write_str(text),
        }
    }
}

impl Serialize for SearchIn {
    /// A text, also for a catalog.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SearchIn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = deserializer.deserialize_any(Text)?;
        Ok(match text.as_str() {
            "contacts" => Self::Contacts,
            "companies" => Self::Companies,
            "contacts_and_companies" => Self::ContactsAndCompanies,
            other => match other.parse::<CatalogId>() {
                // Only what is printed back as it came, so not "007".
                Ok(id) if id.to_string() == other => Self::Catalog(id),
                _ => Self::Other(text),
            },
        })
    }
}

always_printed! { [] SearchIn: Deserialize::deserialize; }
