//! What a new lead is linked with at once.

use serde::Serialize;

use crate::{ById, CompanyId, ContactId, NewLead};

/// What stands in `_embedded` of a new lead.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct NewLeadEmbedded {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) contacts: Vec<NewContactLink>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) companies: Option<[ById<CompanyId>; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) source: Option<NewSource>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct NewContactLink {
    pub(super) id: ContactId,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) is_main: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct NewSource {
    external_id: String,
    #[serde(rename = "type")]
    kind: &'static str,
}

impl NewLead {
    /// Links a contact that exists.
    pub fn contact(mut self, id: ContactId) -> Self {
        self.embedded.contacts.push(NewContactLink { id, is_main: false });
        self
    }

    /// Links a contact that exists as the main one; there is one main contact, the last that was
    /// named so.
    pub fn main_contact(mut self, id: ContactId) -> Self {
        for contact in &mut self.embedded.contacts {
            contact.is_main = false;
        }
        self.embedded.contacts.push(NewContactLink { id, is_main: true });
        self
    }

    /// Links a company that exists; a lead has at most one, the last that was named.
    pub fn company(mut self, id: CompanyId) -> Self {
        self.embedded.companies = Some([ById::new(id)]);
        self
    }

    /// Says which source of the integration the lead came from, by the `external_id` that the
    /// integration gave the source.
    pub fn source(mut self, external_id: impl Into<String>) -> Self {
        // The only type that integrations may name.
        self.embedded.source = Some(NewSource { external_id: external_id.into(), kind: "widget" });
        self
    }
}
