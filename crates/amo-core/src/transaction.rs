//! Transactions: what a new one says besides its plain members.

use serde::Serialize;

use crate::writable::setters;
use crate::{Amount, CatalogId, ElementId, NewTransaction, Query, QueryPart};

/// What stands in `_embedded` of a new transaction.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct NewTransactionEmbedded {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    catalog_elements: Vec<NewPart>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct NewPart {
    id: ElementId,
    metadata: NewPartMetadata,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct NewPartMetadata {
    catalog_id: CatalogId,
    quantity: Amount,
}

impl NewTransaction {
    /// Adds an element of a catalog to what was bought, and how much of it.
    pub fn element(
        mut self,
        catalog_id: CatalogId,
        id: ElementId,
        quantity: impl Into<Amount>,
    ) -> Self {
        let metadata = NewPartMetadata { catalog_id, quantity: quantity.into() };
        self.embedded.catalog_elements.push(NewPart { id, metadata });
        self
    }
}

/// Whether the customer gets bonus points for new transactions: a part of the query of their
/// creation. The API's page does not name this, though amoCRM's own library sends it; there they are
/// given if nothing is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AccrueBonus(pub bool);

impl QueryPart for AccrueBonus {
    /// In words, where other truth values of queries are 1 and 0.
    fn write(&self, query: &mut Query) {
        query.push("accrue_bonus", self.0);
    }
}

/// Where a new transaction comes from, in a system outside of amoCRM. The API's page does not name
/// this, though amoCRM's own library sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[must_use = "it does nothing until a new transaction has it"]
pub struct TransactionMetadata {
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt_link: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<String>,
}

impl TransactionMetadata {
    /// Nothing is said yet.
    pub const fn new() -> Self {
        Self { receipt_link: None, external_id: None }
    }

    setters! {
        /// Where the receipt can be seen.
        receipt_link: String,
        /// What the other system calls it.
        external_id: String,
    }
}
