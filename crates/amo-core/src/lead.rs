//! Leads: deals on their way through a pipeline.

pub(crate) mod complex;
pub(crate) mod create;

use crate::{
    Amount, ContactReference, Lead, LeadFilter, LeadPatch, NewLead, PipelineId, StatusId, Utm,
};

impl Lead {
    /// The budget as exactly as the server says it: with its fraction, if it says that.
    pub fn exact_price(&self) -> Option<Amount> {
        self.price_with_minor_units.or(self.price)
    }

    /// The main contact; only with [`LeadWith::Contacts`](crate::LeadWith::Contacts).
    pub fn main_contact(&self) -> Option<&ContactReference> {
        let mut contacts = self.embedded.contacts.iter().flatten();
        contacts.find(|contact| contact.is_main == Some(true))
    }
}

macro_rules! tracked {
    ($($kind:ident)*) => {$(
        impl $kind {
            /// Says where the lead came from, by the fields that are made for it.
            pub fn tracking(mut self, utm: Utm) -> Self {
                self.custom_fields_values = utm.put(self.custom_fields_values);
                self
            }
        }
    )*};
}

tracked!(NewLead LeadPatch);

impl LeadFilter {
    /// In this status of this pipeline; said several times, in any of them.
    pub fn status(mut self, pipeline: PipelineId, status: StatusId) -> Self {
        self.pairs.status("[statuses]", pipeline, status);
        self
    }
}
