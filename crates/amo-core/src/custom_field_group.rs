//! Groups of custom fields: whose they are.

use crate::{CatalogId, CustomFieldGroup, CustomFieldGroupId, CustomFieldsOf, Receipt, Scope};

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
