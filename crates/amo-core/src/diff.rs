//! Differences between two states of an entity.

/// Two states of an entity differ in a way that no request can bring about.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DiffError {
    /// A member differs that amoCRM sets itself or that other methods change.
    #[error("`{member}` of a {entity} cannot be changed by an update")]
    ReadOnly {
        /// The kind of entity.
        entity: &'static str,
        /// The member as the API spells it.
        member: &'static str,
    },
    /// A member is gone that amoCRM can change but not empty.
    #[error("`{member}` of a {entity} can be changed but not emptied")]
    NotClearable {
        /// The kind of entity.
        entity: &'static str,
        /// The member as the API spells it.
        member: &'static str,
    },
}

impl DiffError {
    /// The member as the API spells it.
    pub const fn member(&self) -> &'static str {
        match self {
            Self::ReadOnly { member, .. } | Self::NotClearable { member, .. } => member,
        }
    }
}
