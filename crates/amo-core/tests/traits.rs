#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

use std::fmt::Debug;

use amo_core::{
    Account, Company, Contact, ContactFilter, Create, Created, DecodeError, DiffError, EntityType,
    Get, Lead, LeadPatch, Link, Linkable, List, ListQuery, NewLead, NewLink, Operation, Page,
    PatchBody, Problem, Query, Receipt, Repeat, Resource, UpdateMany, Updated,
};

fn value<T: Clone + Debug + Send + Sync + 'static>() {}

fn error<T: std::error::Error + Clone + Send + Sync + 'static>() {}

fn capable<R>(name: &str, key: &str, entity_type: &EntityType)
where
    R: Get + List + Create + UpdateMany + Linkable + Debug,
    R: Resource<Scope = ()>,
    R::Patch: PatchBody + Default,
{
    assert_eq!((R::NAME, R::KEY), (name, key));
    assert_eq!(R::PATH, format!("/api/v4/{key}"));
    assert_eq!(&R::ENTITY_TYPE, entity_type);
    assert_eq!((R::MAX_LIMIT, <R as Create>::BATCH, <R as UpdateMany>::MAX_BATCH), (250, 50, 250));
    assert!(R::Patch::default().is_empty());
    assert_eq!(R::unchanged(amo_core::Id::new(3)).request_id(), None);
    value::<ListQuery<R>>();
}

#[test]
fn what_can_be_done_with_contacts_companies_and_leads() {
    capable::<Contact>("contact", "contacts", &EntityType::Contacts);
    capable::<Company>("company", "companies", &EntityType::Companies);
    capable::<Lead>("lead", "leads", &EntityType::Leads);
}

#[test]
fn values_can_be_shared() {
    value::<Account>();
    value::<ContactFilter>();
    value::<Created<Lead>>();
    value::<Updated<Contact>>();
    value::<LeadPatch>();
    value::<NewLead>();
    value::<(Link, NewLink, Query, Page<Lead>, Problem)>();
    error::<DecodeError>();
    error::<DiffError>();
}

#[test]
fn an_operation_says_its_name() {
    let operation = Operation::new(
        "contacts",
        "list",
        http::Method::GET,
        "/api/v4/contacts",
        Repeat::Repeatable,
    );
    assert_eq!(operation.to_string(), "contacts.list");
    assert_eq!(operation.clone(), operation);
}
