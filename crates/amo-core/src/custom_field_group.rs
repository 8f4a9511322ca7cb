//! Groups of custom fields: their ids, and whose they are.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::lenient::Text;
use crate::member::always_printed;
use crate::{CatalogId, CustomFieldGroup, CustomFieldsOf, Receipt, Scope};

/// The id of a group of custom fields: a text such as `default`, `statistic` or
/// `leads_10000000000001`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct CustomFieldGroupId(String);

impl CustomFieldGroupId {
    /// An id with this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for CustomFieldGroupId {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for CustomFieldGroupId {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for CustomFieldGroupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for CustomFieldGroupId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Text).map(Self)
    }
}

always_printed! { [] CustomFieldGroupId: Deserialize::deserialize; }

impl Receipt for CustomFieldGroup {
    type Id = CustomFieldGroupId;

    fn id(&self) -> CustomFieldGroupId {
        self.id.clone()
    }

    fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }
}

/// Whose groups of custom fields are meant. Segments of customers have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CustomFieldGroupsOf {
    /// Of leads.
    Leads,
    /// Of contacts.
    Contacts,
    /// Of companies.
    Companies,
    /// Of customers.
    Customers,
    /// Of the elements of a catalog.
    Catalog(CatalogId),
}

impl From<CustomFieldGroupsOf> for CustomFieldsOf {
    fn from(groups: CustomFieldGroupsOf) -> Self {
        match groups {
            CustomFieldGroupsOf::Leads => Self::Leads,
            CustomFieldGroupsOf::Contacts => Self::Contacts,
            CustomFieldGroupsOf::Companies => Self::Companies,
            CustomFieldGroupsOf::Customers => Self::Customers,
            CustomFieldGroupsOf::Catalog(id) => Self::Catalog(id),
        }
    }
}

impl Scope for CustomFieldGroupsOf {
    fn fill(&self, template: &str) -> String {
        CustomFieldsOf::from(*self).fill(template)
    }
}
