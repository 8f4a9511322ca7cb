//! Links between entities.

use serde::Serialize;

use crate::writable::is_default;
use crate::{
    Amount, CatalogId, CompanyId, ContactId, CustomFieldId, CustomerId, ElementId, EntityType, Id,
    LeadId, Link, LinkFilter, Linkable, UserId,
};

impl Link {
    /// The id of the entity that it leads to, if that is a `T`.
    pub fn to<T: Linkable>(&self) -> Option<Id<T>> {
        (self.to_entity_type == T::ENTITY_TYPE).then(|| Id::new(self.to_entity_id))
    }
}

impl LinkFilter {
    /// To this entity.
    pub fn to<T: Linkable>(mut self, id: Id<T>) -> Self {
        self.pairs.one("[to_entity_id]", id);
        self.pairs.one("[to_entity_type]", T::ENTITY_TYPE);
        self
    }
}

/// What links two entities, or takes their link away.
///
/// ```
/// use amo_core::{CatalogId, ContactId, ElementId, NewLink};
///
/// let links = [
///     NewLink::contact(ContactId::new(556)).main(true),
///     NewLink::element(CatalogId::new(1005), ElementId::new(71)).quantity(2),
/// ];
/// assert_eq!(
///     serde_json::to_string(&links)?,
///     r#"[{"to_entity_id":556,"to_entity_type":"contacts","metadata":{"is_main":true}},"#
///         .to_owned()
///         + r#"{"to_entity_id":71,"to_entity_type":"catalog_elements","#
///         + r#""metadata":{"catalog_id":1005,"quantity":2}}]"#,
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[must_use = "nothing is linked until this is sent"]
pub struct NewLink {
    #[serde(skip_serializing_if = "Option::is_none")]
    entity_id: Option<i64>,
    to_entity_id: i64,
    to_entity_type: EntityType,
    #[serde(skip_serializing_if = "is_default")]
    metadata: NewMetadata,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
struct NewMetadata {
    #[serde(skip_serializing_if = "Option::is_none")]
    is_main: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    catalog_id: Option<CatalogId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity: Option<Amount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    price_id: Option<CustomFieldId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_by: Option<UserId>,
}

impl NewLink {
    fn new(to_entity_id: i64, to_entity_type: EntityType) -> Self {
        let metadata = NewMetadata::default();
        Self { entity_id: None, to_entity_id, to_entity_type, metadata }
    }

    /// To a contact.
    pub fn contact(id: ContactId) -> Self {
        Self::new(id.get(), EntityType::Contacts)
    }

    /// To a company.
    pub fn company(id: CompanyId) -> Self {
        Self::new(id.get(), EntityType::Companies)
    }

    /// To a lead.
    pub fn lead(id: LeadId) -> Self {
        Self::new(id.get(), EntityType::Leads)
    }

    /// To a customer.
    pub fn customer(id: CustomerId) -> Self {
        Self::new(id.get(), EntityType::Customers)
    }

    /// To an element of a catalog.
    pub fn element(catalog: CatalogId, element: ElementId) -> Self {
        let mut link = Self::new(element.get(), EntityType::CatalogElements);
        link.metadata.catalog_id = Some(catalog);
        link
    }

    /// From this entity: needed where links of several entities are made in one request.
    pub fn from<T: Linkable>(mut self, id: Id<T>) -> Self {
        self.entity_id = Some(id.get());
        self
    }

    /// Whether the contact becomes the main one. For contacts only.
    pub fn main(mut self, main: bool) -> Self {
        self.metadata.is_main = Some(main);
        self
    }

    /// How much of the element. For elements only.
    pub fn quantity(mut self, quantity: impl Into<Amount>) -> Self {
        self.metadata.quantity = Some(quantity.into());
        self
    }

    /// The field of the type `price` that is chosen for the element. For elements only.
    pub fn price_id(mut self, field: CustomFieldId) -> Self {
        self.metadata.price_id = Some(field);
        self
    }

    /// In whose name it is done.
    pub fn updated_by(mut self, user: UserId) -> Self {
        self.metadata.updated_by = Some(user);
        self
    }

    /// The entity that it is [from](Self::from), where that is said.
    pub const fn entity_id(&self) -> Option<i64> {
        self.entity_id
    }

    /// Whether `link` joins the two that are meant here. An end that only one of them names is not
    /// compared.
    pub fn joins(&self, link: &Link) -> bool {
        let catalog = link.metadata.as_ref().and_then(|metadata| metadata.catalog_id);
        agree(self.entity_id, link.entity_id)
            && self.to_entity_id == link.to_entity_id
            && self.to_entity_type == link.to_entity_type
            && agree(self.metadata.catalog_id, catalog)
    }

    /// Whether `link` is all that is asked for here: it joins the two and has the quantity, the price
    /// and the main contact that are said.
    pub fn is_met_by(&self, link: &Link) -> bool {
        let metadata = link.metadata.as_ref();
        let is_main = metadata.and_then(|metadata| metadata.main_contact).unwrap_or_default();
        let said = &self.metadata;
        self.joins(link)
            && said.is_main.is_none_or(|main| main == is_main)
            && said.quantity.is_none_or(|amount| {
                metadata.and_then(|metadata| metadata.quantity) == Some(amount)
            })
            && said
                .price_id
                .is_none_or(|price| metadata.and_then(|metadata| metadata.price_id) == Some(price))
    }
}

/// Whether both say the same, as far as both say something.
fn agree<T: PartialEq>(one: Option<T>, other: Option<T>) -> bool {
    one.zip(other).is_none_or(|(one, other)| one == other)
}
