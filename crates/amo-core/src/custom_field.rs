//! Definitions of custom fields: whose they are, and what creates one.

mod create;
mod search_in;

pub use create::NewCustomField;
pub use search_in::SearchIn;

use crate::resource::fill_first;
use crate::{
    CatalogId, CategoryNode, ChainedList, CustomFieldFilter, EnumId, EnumOption, Extra, FieldType,
    PipelineId, Scope, StatusId, StatusReference,
};

/// Whose custom fields are meant.
///
/// ```
/// use amo_core::{CatalogId, CustomField, CustomFieldsOf, List, Scope};
///
/// let path = &CustomField::LIST.path;
/// assert_eq!(CustomFieldsOf::Leads.fill(path), "/api/v4/leads/custom_fields");
/// let products = CustomFieldsOf::Catalog(CatalogId::new(1005));
/// assert_eq!(products.fill(path), "/api/v4/catalogs/1005/custom_fields");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CustomFieldsOf {
    /// Of leads.
    Leads,
    /// Of contacts.
    Contacts,
    /// Of companies.
    Companies,
    /// Of customers.
    Customers,
    /// Of segments of customers.
    Segments,
    /// Of the elements of a catalog.
    Catalog(CatalogId),
}

impl Scope for CustomFieldsOf {
    fn fill(&self, template: &str) -> String {
        let entity = match self {
            Self::Leads => "leads",
            Self::Contacts => "contacts",
            Self::Companies => "companies",
            Self::Customers => "customers",
            Self::Segments => "customers/segments",
            Self::Catalog(id) => {
                let deeper = template.replacen("{entity}", "catalogs/{catalog_id}", 1);
                return fill_first(&deeper, id);
            }
        };
        template.replacen("{entity}", entity, 1)
    }
}

impl CustomFieldFilter {
    /// Of one of these types.
    pub fn field_type(mut self, types: impl IntoIterator<Item = FieldType>) -> Self {
        self.pairs.list("[type]", types);
        self
    }
}

impl EnumOption {
    /// A new option.
    pub fn new(value: impl Into<String>) -> Self {
        Self {
            id: None,
            value: Some(value.into()),
            sort: None,
            code: None,
            extra: Extra::default(),
        }
    }

    /// The place among the options.
    pub fn sort(mut self, sort: i64) -> Self {
        self.sort = Some(sort);
        self
    }

    /// The code, by which values can name it.
    pub fn code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }
}

impl From<&str> for EnumOption {
    fn from(value: &str) -> Self {
        Self::new(value)
    }
}

impl From<String> for EnumOption {
    fn from(value: String) -> Self {
        Self::new(value)
    }
}

impl CategoryNode {
    /// A new node at the root.
    pub fn new(value: impl Into<String>) -> Self {
        Self {
            id: None,
            parent_id: None,
            value: Some(value.into()),
            sort: None,
            request_id: None,
            parent_request_id: None,
            extra: Extra::default(),
        }
    }

    /// The place among the nodes.
    pub fn sort(mut self, sort: i64) -> Self {
        self.sort = Some(sort);
        self
    }

    /// Under a node that exists.
    pub fn under(mut self, parent: EnumId) -> Self {
        self.parent_id = Some(parent);
        self
    }

    /// What the request calls it, so that others can stand under it: letters and digits of ASCII,
    /// once in a request.
    pub fn named(mut self, request_id: impl Into<String>) -> Self {
        self.request_id = Some(request_id.into());
        self
    }

    /// Under a node of the same request, by what [`Self::named`] calls it.
    pub fn under_named(mut self, request_id: impl Into<String>) -> Self {
        self.parent_request_id = Some(request_id.into());
        self
    }
}

impl ChainedList {
    /// The first catalog of a chain.
    pub fn new(catalog: CatalogId) -> Self {
        Self {
            title: None,
            catalog_id: Some(catalog),
            parent_catalog_id: None,
            extra: Extra::default(),
        }
    }

    /// The title.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// The catalog that it is a part of.
    pub fn part_of(mut self, catalog: CatalogId) -> Self {
        self.parent_catalog_id = Some(catalog);
        self
    }
}

impl StatusReference {
    /// A status of a pipeline.
    pub fn new(pipeline: PipelineId, status: StatusId) -> Self {
        Self { status_id: Some(status), pipeline_id: Some(pipeline), extra: Extra::default() }
    }
}
