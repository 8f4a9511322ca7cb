//! What creates incoming leads, and what is decided about them.

use serde::Serialize;

use crate::writable::{create, is_default, setters};
use crate::{
    Author, ContactId, CustomerId, EntityType, FormsMetadata, LeadId, NewCompany, NewContact,
    NewLead, PipelineId, SipMetadata, StatusId, Timestamp,
};

create! {
    /// What creates an incoming lead from a form of a site.
    ///
    /// ```
    /// use amo_core::{FormsMetadata, NewContact, NewLead, NewUnsortedForm, Timestamp};
    ///
    /// let sent_at = Timestamp::from_unix_seconds(1_700_000_000);
    /// let form = FormsMetadata::new("ask", "Ask us", "https://example.test/ask", sent_at);
    /// let lead = NewUnsortedForm::new("site-1", "Landing", form)
    ///     .lead(NewLead::new().name("From the landing page"))
    ///     .contact(NewContact::new().name("Nina"));
    /// # let _ = lead;
    /// ```
    ///
    /// There is no control of duplicates; adding the same entity again is an error.
    pub struct NewUnsortedForm {
        required {
            /// What names the source.
            source_uid: String,
            /// The name of the source.
            source_name: String,
            /// The form.
            metadata: FormsMetadata,
        }
        optional {
            /// The pipeline; the main one if nothing is said.
            pipeline_id: PipelineId,
            /// When it is said to have come in.
            created_at: Timestamp,
        }
        embedded { NewUnsortedEmbedded }
    }
}

create! {
    /// What creates an incoming lead from a call that came in.
    ///
    /// There is no control of duplicates; adding the same entity again is an error.
    pub struct NewUnsortedCall {
        required {
            /// What names the source.
            source_uid: String,
            /// The name of the source.
            source_name: String,
            /// The call.
            metadata: SipMetadata,
        }
        optional {
            /// The pipeline; the main one if nothing is said.
            pipeline_id: PipelineId,
            /// When it is said to have come in.
            created_at: Timestamp,
        }
        embedded { NewUnsortedEmbedded }
    }
}

/// At most one of each, in the lists that amoCRM wants.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct NewUnsortedEmbedded {
    #[serde(skip_serializing_if = "Option::is_none")]
    leads: Option<[NewLead; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contacts: Option<[NewContact; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    companies: Option<[NewCompany; 1]>,
}

macro_rules! entities {
    ($($name:ident),*) => {$(
        impl $name {
            /// The lead; there is at most one, the last that was said.
            pub fn lead(mut self, lead: NewLead) -> Self {
                self.embedded.leads = Some([lead]);
                self
            }

            /// The contact; there is at most one, the last that was said.
            pub fn contact(mut self, contact: NewContact) -> Self {
                self.embedded.contacts = Some([contact]);
                self
            }

            /// The company; there is at most one, the last that was said.
            pub fn company(mut self, company: NewCompany) -> Self {
                self.embedded.companies = Some([company]);
                self
            }
        }
    )*};
}

entities!(NewUnsortedForm, NewUnsortedCall);

/// How an incoming lead is accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[must_use = "nothing is accepted until this is sent"]
pub struct AcceptUnsorted {
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<Author>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_id: Option<StatusId>,
}

impl AcceptUnsorted {
    /// By the user of the token, into the first status.
    pub fn new() -> Self {
        Self::default()
    }

    setters! {
        /// In whose name the entities are created: a user's or the robot's.
        user_id: Author,
        /// The status that the lead gets.
        status_id: StatusId,
    }
}

/// How an incoming lead is declined.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[must_use = "nothing is declined until this is sent"]
pub struct DeclineUnsorted {
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<Author>,
}

impl DeclineUnsorted {
    /// By the user of the token.
    pub fn new() -> Self {
        Self::default()
    }

    setters! {
        /// In whose name it is done: a user's or the robot's.
        user_id: Author,
    }
}

/// What an incoming lead from a chat is linked with, in place of accepting it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[must_use = "nothing is linked until this is sent"]
pub struct LinkUnsorted {
    link: Target,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<Author>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Target {
    entity_id: i64,
    entity_type: EntityType,
    #[serde(skip_serializing_if = "is_default")]
    metadata: TargetMetadata,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
struct TargetMetadata {
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_id: Option<ContactId>,
}

impl LinkUnsorted {
    const fn new(entity_id: i64, entity_type: EntityType) -> Self {
        let metadata = TargetMetadata { contact_id: None };
        Self { link: Target { entity_id, entity_type, metadata }, user_id: None }
    }

    /// With a lead.
    pub const fn lead(id: LeadId) -> Self {
        Self::new(id.get(), EntityType::Leads)
    }

    /// With a customer.
    pub const fn customer(id: CustomerId) -> Self {
        Self::new(id.get(), EntityType::Customers)
    }

    /// The contact that the contact of the incoming lead becomes a part of.
    pub const fn contact(mut self, id: ContactId) -> Self {
        self.link.metadata.contact_id = Some(id);
        self
    }

    setters! {
        /// In whose name it is done: a user's or the robot's.
        user_id: Author,
    }
}
