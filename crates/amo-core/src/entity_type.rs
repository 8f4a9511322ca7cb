//! The kinds of entities as the API names them in links and bodies.

use crate::open_enum::open_enum;

open_enum! {
    /// A kind of entity. The plural is sent; the singular, which some answers use, is read too.
    pub enum EntityType {
        /// Leads.
        Leads = "leads" | "lead",
        /// Contacts.
        Contacts = "contacts" | "contact",
        /// Companies.
        Companies = "companies" | "company",
        /// Customers.
        Customers = "customers" | "customer",
        /// Elements of catalogs.
        CatalogElements = "catalog_elements" | "catalog_element",
    }
}
