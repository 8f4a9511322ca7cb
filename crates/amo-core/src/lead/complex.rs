//! Leads that are created together with a contact and a company.

use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::create::{NewContactLink, NewSource};
use crate::member::{Member, always_printed};
use crate::{
    ById, CompanyId, ComplexLead, ContactId, FormsMetadata, NewCompany, NewContact, NewLead,
    SipMetadata,
};

/// What creates a lead together with a contact and a company, which are linked with it and with
/// each other. Each of the three takes at most 40 custom fields.
///
/// ```
/// use amo_core::field::PHONE;
/// use amo_core::{NewCompany, NewComplexLead, NewContact, NewLead};
///
/// let lead = NewComplexLead::new(NewLead::new().name("Call-back request").price(900))
///     .contact(NewContact::new().first_name("Vera").add(PHONE, ("+70000000001", "MOB")))
///     .company(NewCompany::new().name("Lotos LLC"));
/// # let _ = lead;
/// ```
///
/// If the control of duplicates is on for the integration, an existing lead may be changed
/// instead: see [`ComplexLead::merged`].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[must_use = "nothing is created until this is sent"]
pub struct NewComplexLead {
    /// Without what stands in its `_embedded`.
    #[serde(flatten)]
    lead: NewLead,
    #[serde(rename = "_embedded", skip_serializing_if = "crate::writable::is_default")]
    embedded: NewComplexEmbedded,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
struct NewComplexEmbedded {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contacts: Vec<NewOrLinked<NewContact, NewContactLink>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    companies: Vec<NewOrLinked<NewCompany, ById<CompanyId>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<NewSource>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<NewMetadata>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
enum NewOrLinked<N, L> {
    New(N),
    Linked(L),
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "category", rename_all = "snake_case")]
enum NewMetadata {
    Forms(FormsMetadata),
    Sip(SipMetadata),
}

impl NewComplexLead {
    /// With this lead, and with the contacts, the company and the source that it names.
    pub fn new(mut lead: NewLead) -> Self {
        let linked = std::mem::take(&mut lead.embedded);
        let embedded = NewComplexEmbedded {
            contacts: linked.contacts.into_iter().map(NewOrLinked::Linked).collect(),
            companies: linked.companies.into_iter().flatten().map(NewOrLinked::Linked).collect(),
            source: linked.source,
            metadata: None,
        };
        Self { lead, embedded }
    }

    /// With a new contact, in place of any that was named before: there is at most one.
    pub fn contact(mut self, contact: NewContact) -> Self {
        self.embedded.contacts = vec![NewOrLinked::New(contact)];
        self
    }

    /// With a contact that exists, in place of any that was named before: there is at most one.
    pub fn contact_id(mut self, id: ContactId) -> Self {
        let link = NewContactLink { id, is_main: false };
        self.embedded.contacts = vec![NewOrLinked::Linked(link)];
        self
    }

    /// With a new company, in place of any that was named before: there is at most one.
    pub fn company(mut self, company: NewCompany) -> Self {
        self.embedded.companies = vec![NewOrLinked::New(company)];
        self
    }

    /// With a company that exists, in place of any that was named before: there is at most one.
    pub fn company_id(mut self, id: CompanyId) -> Self {
        self.embedded.companies = vec![NewOrLinked::Linked(ById::new(id))];
        self
    }

    /// Makes it an incoming lead from a form of a site; its status is then that of incoming leads.
    pub fn from_form(mut self, form: FormsMetadata) -> Self {
        self.embedded.metadata = Some(NewMetadata::Forms(form));
        self
    }

    /// Makes it an incoming lead from a call; its status is then that of incoming leads.
    pub fn from_call(mut self, call: SipMetadata) -> Self {
        self.embedded.metadata = Some(NewMetadata::Sip(call));
        self
    }
}

impl ComplexLead {
    /// How many leads the server takes in one request.
    pub const MAX_BATCH: usize = 50;
}

/// The request ids of all items that became one lead.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct RequestIds(Vec<String>);

impl RequestIds {
    /// The request ids, in the server's order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether the item with this request id is among them.
    pub fn contains(&self, request_id: &str) -> bool {
        self.iter().any(|known| known == request_id)
    }
}

impl<'de> Deserialize<'de> for RequestIds {
    /// A list; a single id in its place is a list of one.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Ids;

        impl<'de> Visitor<'de> for Ids {
            type Value = RequestIds;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of request ids")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<RequestIds, A::Error> {
                Member::read(SeqAccessDeserializer::new(list)).map(RequestIds)
            }

            fn visit_map<A: MapAccess<'de>>(self, list: A) -> Result<RequestIds, A::Error> {
                Member::read(MapAccessDeserializer::new(list)).map(RequestIds)
            }

            fn visit_str<E>(self, id: &str) -> Result<RequestIds, E> {
                Ok(RequestIds(vec![id.to_owned()]))
            }

            fn visit_i64<E>(self, id: i64) -> Result<RequestIds, E> {
                Ok(RequestIds(vec![id.to_string()]))
            }

            fn visit_u64<E>(self, id: u64) -> Result<RequestIds, E> {
                Ok(RequestIds(vec![id.to_string()]))
            }
        }

        deserializer.deserialize_any(Ids)
    }
}

always_printed! { [] RequestIds: Deserialize::deserialize; }
