//! Short links: what creates one.

use serde::Serialize;

use crate::{ContactId, EntityType};

/// What creates a short link for a contact. A contact has one link for each target.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[must_use = "nothing is created until this is sent"]
pub struct NewShortLink {
    url: String,
    metadata: NewShortLinkMetadata,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
struct NewShortLinkMetadata {
    entity_type: EntityType,
    entity_id: ContactId,
}

impl NewShortLink {
    /// To this address, for this contact: the API makes them for no other kind of entity.
    pub fn new(url: impl Into<String>, contact: ContactId) -> Self {
        let metadata =
            NewShortLinkMetadata { entity_type: EntityType::Contacts, entity_id: contact };
        Self { url: url.into(), metadata }
    }
}
