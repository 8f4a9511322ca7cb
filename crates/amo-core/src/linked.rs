//! The ids of the entities that an entity names: what to ask for next.

use crate::{
    Company, CompanyId, Contact, ContactId, Customer, CustomerId, Id, Lead, LeadId, Linkable, Task,
};

/// For each kind: the members under `_embedded` whose ids are wanted.
macro_rules! linked {
    ($($kind:ident { $($(#[$meta:meta])* $ids:ident: $id:ident = $member:ident,)* })*) => {$(
        impl $kind {
            $(
                $(#[$meta])*
                pub fn $ids(&self) -> impl Iterator<Item = $id> {
                    self.embedded.$member.iter().flatten().map(|linked| linked.id)
                }
            )*
        }
    )*};
}

linked! {
    Lead {
        /// The contacts of the lead; only with [`LeadWith::Contacts`](crate::LeadWith::Contacts).
        contact_ids: ContactId = contacts,
        /// The company of the lead: it has at most one.
        company_ids: CompanyId = companies,
    }
    Contact {
        /// The company of the contact: it has at most one.
        company_ids: CompanyId = companies,
        /// The leads of the contact; only with [`ContactWith::Leads`](crate::ContactWith::Leads).
        lead_ids: LeadId = leads,
        /// The customers of the contact; only with
        /// [`ContactWith::Customers`](crate::ContactWith::Customers).
        customer_ids: CustomerId = customers,
    }
    Company {
        /// The contacts of the company; only with
        /// [`CompanyWith::Contacts`](crate::CompanyWith::Contacts).
        contact_ids: ContactId = contacts,
        /// The leads of the company; only with [`CompanyWith::Leads`](crate::CompanyWith::Leads).
        lead_ids: LeadId = leads,
        /// The customers of the company; only with
        /// [`CompanyWith::Customers`](crate::CompanyWith::Customers).
        customer_ids: CustomerId = customers,
    }
    Customer {
        /// The contacts of the customer; only with
        /// [`CustomerWith::Contacts`](crate::CustomerWith::Contacts).
        contact_ids: ContactId = contacts,
        /// The company of the customer: it has at most one.
        company_ids: CompanyId = companies,
    }
}

impl Task {
    /// The entity that the task is about, if that is a `T`.
    pub fn about<T: Linkable>(&self) -> Option<Id<T>> {
        (self.entity_type.as_ref() == Some(&T::ENTITY_TYPE)).then_some(self.entity_id?).map(Id::new)
    }
}
