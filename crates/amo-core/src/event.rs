//! Events: the values before and after, and what their types say besides a name.

mod filter;
mod value;

pub use filter::{EventTypeFilter, EventValueFilter};
pub use value::EventValue;

use crate::{CatalogId, CustomFieldId, EventEntityType, EventType};

impl EventType {
    /// The change of one certain custom field. A filter takes it only alone.
    pub fn custom_field(field: CustomFieldId) -> Self {
        Self::Other(format!("custom_field_{field}_value_changed"))
    }

    /// The custom field that it is about, if it is about a certain one.
    pub fn custom_field_id(&self) -> Option<CustomFieldId> {
        let id = self.as_str().strip_prefix("custom_field_")?.strip_suffix("_value_changed")?;
        id.parse().ok()
    }
}

impl EventEntityType {
    /// The elements of one catalog.
    pub fn catalog(catalog: CatalogId) -> Self {
        Self::Other(format!("catalog_{catalog}"))
    }

    /// The catalog of the elements, if the type names one.
    pub fn catalog_id(&self) -> Option<CatalogId> {
        self.as_str().strip_prefix("catalog_")?.parse().ok()
    }
}
