//! Whose custom fields are meant: what stands in a path before `custom_fields`.

use crate::call::Call;
use crate::reply::Reply;

/// A kind of entities that has custom fields of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    Leads,
    Contacts,
    Companies,
    Customers,
    Segments,
    /// The elements of a catalog.
    Catalog(i64),
}

impl Owner {
    /// Whose fields a request is about. A catalog must be there.
    pub(super) fn of(call: &Call<'_>) -> Result<Self, Reply> {
        let owner = Self::by_path(call.parameter("entity")).ok_or_else(|| call.no_route())?;
        match owner {
            Self::Catalog(id) if !call.account.knows("catalogs", id) => {
                Err(Reply::not_found("There is no catalog with this id"))
            }
            owner => Ok(owner),
        }
    }

    /// By what stands in paths before `custom_fields`; a catalog need not be there.
    pub(crate) fn by_path(path: &str) -> Option<Self> {
        Some(match path {
            "leads" => Self::Leads,
            "contacts" => Self::Contacts,
            "companies" => Self::Companies,
            "customers" => Self::Customers,
            "customers/segments" => Self::Segments,
            path => Self::Catalog(path.strip_prefix("catalogs/")?.parse().ok()?),
        })
    }

    /// By what the account keeps the definitions by.
    pub(crate) fn by_key(key: &str) -> Option<Self> {
        if key == "customer_segments" { Some(Self::Segments) } else { Self::by_path(key) }
    }

    /// What stands in paths before `custom_fields`.
    pub(crate) fn path(self) -> String {
        match self {
            Self::Leads => "leads".to_owned(),
            Self::Contacts => "contacts".to_owned(),
            Self::Companies => "companies".to_owned(),
            Self::Customers => "customers".to_owned(),
            Self::Segments => "customers/segments".to_owned(),
            Self::Catalog(id) => format!("catalogs/{id}"),
        }
    }

    /// By what the account keeps the definitions: the name of the entities' service, or the path of
    /// the catalog.
    pub(crate) fn key(self) -> String {
        match self {
            Self::Segments => "customer_segments".to_owned(),
            _ => self.path(),
        }
    }

    /// What definitions and groups call it.
    pub(super) fn entity_type(self) -> &'static str {
        match self {
            Self::Leads => "leads",
            Self::Contacts => "contacts",
            Self::Companies => "companies",
            Self::Customers => "customers",
            Self::Segments => "segments",
            Self::Catalog(_) => "catalogs",
        }
    }

    /// Whether its definitions have a member that others do not have. The docs name these kinds;
    /// that the others refuse the member is a guess: the official client is careful not to send it.
    pub(super) fn has(self, member: &str) -> bool {
        match member {
            "is_visible" | "is_required" | "is_deletable" | "settings" => {
                matches!(self, Self::Catalog(_))
            }
            "group_id" | "is_api_only" | "required_statuses" => {
                !matches!(self, Self::Catalog(_) | Self::Segments)
            }
            "hidden_statuses" => self == Self::Leads,
            _ => true,
        }
    }
}
