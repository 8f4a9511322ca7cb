//! The types of custom fields: what their values look like, and which entities can have them.

use super::owner::Owner;

/// The type of a custom field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldType {
    Text,
    Textarea,
    Numeric,
    Price,
    Monetary,
    Checkbox,
    Url,
    Streetaddress,
    TrackingData,
    Date,
    DateTime,
    Birthday,
    Select,
    Radiobutton,
    Multiselect,
    Category,
    Multitext,
    SmartAddress,
    LegalEntity,
    Items,
    LinkedEntity,
    ChainedList,
    File,
    Payer,
    Supplier,
}

/// What the values of a type look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Text,
    Number,
    Flag,
    Moment,
    /// Options, each named by its id, its code or its text.
    Choice,
    /// Texts, each with an option: a kind such as `WORK`, or a part of an address.
    Labelled,
    /// An object under `value`.
    Object,
    /// Elements of catalogs, without a `value`.
    Chain,
}

/// Every type with its name. The deprecated `org_legal_name` is not among them: it cannot be made.
const NAMES: &[(FieldType, &str)] = &[
    (FieldType::Text, "text"),
    (FieldType::Textarea, "textarea"),
    (FieldType::Numeric, "numeric"),
    (FieldType::Price, "price"),
    (FieldType::Monetary, "monetary"),
    (FieldType::Checkbox, "checkbox"),
    (FieldType::Url, "url"),
    (FieldType::Streetaddress, "streetaddress"),
    (FieldType::TrackingData, "tracking_data"),
    (FieldType::Date, "date"),
    (FieldType::DateTime, "date_time"),
    (FieldType::Birthday, "birthday"),
    (FieldType::Select, "select"),
    (FieldType::Radiobutton, "radiobutton"),
    (FieldType::Multiselect, "multiselect"),
    (FieldType::Category, "category"),
    (FieldType::Multitext, "multitext"),
    (FieldType::SmartAddress, "smart_address"),
    (FieldType::LegalEntity, "legal_entity"),
    (FieldType::Items, "items"),
    (FieldType::LinkedEntity, "linked_entity"),
    (FieldType::ChainedList, "chained_list"),
    (FieldType::File, "file"),
    (FieldType::Payer, "payer"),
    (FieldType::Supplier, "supplier"),
];

impl FieldType {
    pub(crate) fn name(self) -> &'static str {
        NAMES.iter().find(|(known, _)| *known == self).map_or("", |(_, name)| name)
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        NAMES.iter().find(|(_, known)| *known == name).map(|(found, _)| *found)
    }

    pub(crate) fn shape(self) -> Shape {
        match self {
            Self::Text | Self::Textarea | Self::Url | Self::Streetaddress | Self::TrackingData => {
                Shape::Text
            }
            Self::Numeric | Self::Price | Self::Monetary => Shape::Number,
            Self::Checkbox => Shape::Flag,
            Self::Date | Self::DateTime | Self::Birthday => Shape::Moment,
            Self::Select | Self::Radiobutton | Self::Multiselect | Self::Category => Shape::Choice,
            Self::Multitext | Self::SmartAddress => Shape::Labelled,
            Self::LegalEntity
            | Self::Items
            | Self::LinkedEntity
            | Self::File
            | Self::Payer
            | Self::Supplier => Shape::Object,
            Self::ChainedList => Shape::Chain,
        }
    }

    /// How many values a field may have.
    pub(super) fn most_values(self) -> usize {
        match self {
            Self::Multiselect
            | Self::Multitext
            | Self::SmartAddress
            | Self::LegalEntity
            | Self::Items => usize::MAX,
            Self::ChainedList => super::definition::MOST_CHAINED,
            _ => 1,
        }
    }

    /// Can a field of this type be made through the API for these entities? Multitexts such as
    /// telephone numbers are there from the start; that no others can be made is a guess, and so is
    /// that `items`, `payer` and `supplier` can be made in any catalog.
    pub(super) fn can_be_made(self, owner: Owner) -> bool {
        use Owner::{Catalog, Companies, Contacts, Customers, Leads, Segments};
        match self {
            Self::Multitext => false,
            Self::TrackingData => owner == Leads,
            Self::Price
            | Self::Category
            | Self::Items
            | Self::LinkedEntity
            | Self::Payer
            | Self::Supplier => matches!(owner, Catalog(_)),
            Self::Birthday | Self::SmartAddress | Self::LegalEntity => {
                matches!(owner, Leads | Contacts | Companies)
            }
            Self::ChainedList => matches!(owner, Leads | Customers),
            Self::File | Self::Monetary => owner != Segments,
            _ => true,
        }
    }

    /// Whether definitions of this type have a member that others do not have.
    pub(super) fn has(self, member: &str) -> bool {
        match member {
            "enums" => {
                matches!(
                    self,
                    Self::Select | Self::Radiobutton | Self::Multiselect | Self::Multitext
                )
            }
            "nested" => self == Self::Category,
            "remind" => self == Self::Birthday,
            "currency" => self == Self::Monetary,
            "chained_lists" => self == Self::ChainedList,
            "tracking_callback" => self == Self::TrackingData,
            "search_in" => self == Self::LinkedEntity,
            _ => true,
        }
    }

    /// The member that a new definition of this type must have.
    pub(super) fn needs(self) -> Option<&'static str> {
        match self {
            Self::Select | Self::Radiobutton | Self::Multiselect => Some("enums"),
            Self::Monetary => Some("currency"),
            Self::ChainedList => Some("chained_lists"),
            Self::LinkedEntity => Some("search_in"),
            _ => None,
        }
    }
}
