//! Catalogs and their elements: what their tables do not say.

use crate::{
    CatalogType, Choice, Element, Extra, InvoiceStatus, InvoiceVatType, ProductsSettings, Query,
    QueryPart,
};

/// Which catalogs are wanted.
///
/// The API's page does not name this filter, though amoCRM's own library sends it: look at
/// [`Catalog::kind`](crate::Catalog::kind) of what comes back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[must_use = "a filter does nothing until a list is asked with it"]
pub struct CatalogFilter {
    kind: Option<CatalogType>,
}

impl CatalogFilter {
    /// Every catalog.
    pub const fn new() -> Self {
        Self { kind: None }
    }

    /// That hold this; replaces what was said before.
    pub fn kind(mut self, kind: CatalogType) -> Self {
        self.kind = Some(kind);
        self
    }
}

impl QueryPart for CatalogFilter {
    fn write(&self, query: &mut Query) {
        if let Some(kind) = &self.kind {
            query.push("type", kind);
        }
    }
}

impl Element {
    /// What the server says it changed in a bill on its own.
    pub fn warning(&self) -> Option<&str> {
        self.embedded.warning.as_ref()?.message.as_deref()
    }
}

impl ProductsSettings {
    /// What switches products on or off.
    pub fn new(is_enabled: bool) -> Self {
        Self { is_enabled: Some(is_enabled), catalog_id: None, extra: Extra::default() }
    }
}

impl From<InvoiceStatus> for Choice {
    fn from(status: InvoiceStatus) -> Self {
        Self::code(status.as_str())
    }
}

impl From<InvoiceVatType> for Choice {
    fn from(kind: InvoiceVatType) -> Self {
        Self::code(kind.as_str())
    }
}
