//! Linking by the kinds of both ends: which kinds can be linked with which is said by what there is.

use amo_core::{
    Amount, CatalogId, Company, CompanyId, Contact, ContactId, Customer, CustomerId, ElementId,
    Lead, LeadId, NewLink,
};

use crate::links::{LinkEntities, UnlinkEntities};
use crate::{ApiCall, Entities};

/// For each pair of kinds: the methods of the one, and the id and constructor of the other.
macro_rules! linking {
    ($(
        $kind:ident $id:ident $name:literal {
            $($add:ident $remove:ident $others:literal $other:ident $new:ident,)*
        }
    )*) => {$(
        impl Entities<$kind> {
            $(
                #[doc = concat!("Links ", $others, " with a ", $name, ". What is linked already stays so.")]
                pub fn $add(
                    &self,
                    id: $id,
                    others: impl IntoIterator<Item = $other>,
                ) -> ApiCall<LinkEntities> {
                    self.link(id, others.into_iter().map(NewLink::$new))
                }

                #[doc = concat!("Takes ", $others, " away from a ", $name, ".")]
                pub fn $remove(
                    &self,
                    id: $id,
                    others: impl IntoIterator<Item = $other>,
                ) -> ApiCall<UnlinkEntities> {
                    self.unlink(id, others.into_iter().map(NewLink::$new))
                }
            )*

            #[doc = concat!("Links elements of a catalog with a ", $name, ", each with how much of it. ")]
            /// What is linked already gets that quantity.
            pub fn add_elements<Q: Into<Amount>>(
                &self,
                id: $id,
                catalog: CatalogId,
                elements: impl IntoIterator<Item = (ElementId, Q)>,
            ) -> ApiCall<LinkEntities> {
                let link = |(element, quantity)| NewLink::element(catalog, element).quantity(quantity);
                self.link(id, elements.into_iter().map(link))
            }

            #[doc = concat!("Takes elements of a catalog away from a ", $name, ".")]
            pub fn remove_elements(
                &self,
                id: $id,
                catalog: CatalogId,
                elements: impl IntoIterator<Item = ElementId>,
            ) -> ApiCall<UnlinkEntities> {
                self.unlink(id, elements.into_iter().map(|element| NewLink::element(catalog, element)))
            }
        }
    )*};
}

linking! {
    Lead LeadId "lead" {
        add_contacts remove_contacts "contacts" ContactId contact,
        add_companies remove_companies "companies (a lead has at most one)" CompanyId company,
    }
    Contact ContactId "contact" {
        add_companies remove_companies "companies (a contact has at most one)" CompanyId company,
        add_customers remove_customers "customers" CustomerId customer,
    }
    Company CompanyId "company" {
        add_leads remove_leads "leads" LeadId lead,
        add_contacts remove_contacts "contacts" ContactId contact,
        add_customers remove_customers "customers" CustomerId customer,
    }
    Customer CustomerId "customer" {
        add_contacts remove_contacts "contacts" ContactId contact,
        add_companies remove_companies "companies (a customer has at most one)" CompanyId company,
    }
}

impl Entities<Lead> {
    /// Links a contact with a lead as its main one; the one that was main stays linked.
    pub fn set_main_contact(&self, id: LeadId, contact: ContactId) -> ApiCall<LinkEntities> {
        self.link(id, [NewLink::contact(contact).main(true)])
    }
}

impl Entities<Customer> {
    /// Links a contact with a customer as its main one; the one that was main stays linked.
    pub fn set_main_contact(&self, id: CustomerId, contact: ContactId) -> ApiCall<LinkEntities> {
        self.link(id, [NewLink::contact(contact).main(true)])
    }
}

/// The API's pages link a contact with leads from the side of the leads, and so it is done here.
impl Entities<Contact> {
    /// Links leads with a contact. What is linked already stays so.
    pub fn add_leads(
        &self,
        id: ContactId,
        leads: impl IntoIterator<Item = LeadId>,
    ) -> ApiCall<LinkEntities> {
        self.client.leads().link_many(leads.into_iter().map(|lead| (lead, NewLink::contact(id))))
    }

    /// Takes leads away from a contact.
    pub fn remove_leads(
        &self,
        id: ContactId,
        leads: impl IntoIterator<Item = LeadId>,
    ) -> ApiCall<UnlinkEntities> {
        let leads = leads.into_iter().map(|lead| (lead, NewLink::contact(id)));
        self.client.leads().unlink_many(leads)
    }
}
