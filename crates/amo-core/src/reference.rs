//! What stands in an entity for another one: its id and what belongs to the connection.

use crate::model::model;
use crate::{Amount, CatalogId, Contact, CustomFieldId, Element, Id};

model! {
    /// The addresses in `_links`; those besides `self` are in `extra`.
    pub struct Links {
        /// The address of the thing itself.
        pub this: Option<Href> = "self",
    }
}

model! {
    /// One address in `_links`.
    pub struct Href {
        /// The address.
        pub href: Option<String>,
    }
}

model! {
    /// An entity that another one is linked with. Ask for it by its id.
    pub struct Reference<T> {
        /// The id of the entity.
        pub id: Id<T>,
        /// Its addresses.
        pub links: Links = "_links",
    }
}

model! {
    /// A contact that a lead or a company is linked with.
    pub struct ContactReference {
        /// The id of the contact.
        pub id: Id<Contact>,
        /// Whether it is the main contact.
        pub is_main: Option<bool>,
        /// Its addresses.
        pub links: Links = "_links",
    }
}

model! {
    /// An element of a catalog that an entity is linked with.
    pub struct ElementReference {
        /// The id of the element.
        pub id: Id<Element>,
        /// What belongs to the connection.
        pub metadata: Option<ElementMetadata>,
        /// Its addresses.
        pub links: Links = "_links",
    }
}

model! {
    /// What belongs to the connection with an element of a catalog.
    pub struct ElementMetadata {
        /// How much of it.
        pub quantity: Option<Amount>,
        /// The catalog of the element.
        pub catalog_id: Option<CatalogId>,
        /// The field of the type `price` that is chosen for the connection.
        pub price_id: Option<CustomFieldId>,
    }
}
