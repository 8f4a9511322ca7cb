//! Links and tags: what is so already is a success, whatever the server answers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use amo_api::{Client, ErrorKind};
use amo_core::{
    CatalogId, CompanyId, Contact, ContactId, CustomerId, ElementId, LeadId, Link, NewContact,
    NewCustomer, NewElement, NewLink, Repeat, Tag, TagId, Tagged as _, Timestamp,
};
use amo_sandbox::{CustomersMode, Fault, Sandbox, demo};
use bytes::Bytes;

use common::{line, offline, start};

const LEAD: LeadId = LeadId::new(demo::FIRST_LEAD);
const PRODUCTS: CatalogId = CatalogId::new(demo::CATALOG_PRODUCTS);

fn contact(number: i64) -> ContactId {
    ContactId::new(demo::FIRST_CONTACT + number)
}

fn only(requests: Result<Vec<http::Request<Bytes>>, amo_api::Error>) -> String {
    let [request] = &requests.unwrap()[..] else { panic!("not one request") };
    line(request)
}

#[test]
fn link_requests_byte_for_byte() {
    let client = offline();
    let (lead, contact, company) = (LeadId::new(1), ContactId::new(2), CompanyId::new(3));
    let (customer, element) = (CustomerId::new(4), ElementId::new(5));
    let body =
        |id: i64, kind: &str| format!(r#"[{{"to_entity_id":{id},"to_entity_type":"{kind}"}}]"#);
    let of =
        |from: &str, action: &str, body: String| format!("POST /api/v4/{from}/{action} {body}");
    let (leads, contacts) = (client.leads(), client.contacts());
    let (companies, customers) = (client.companies(), client.customers());
    let contacts_2 = body(2, "contacts");
    assert_eq!(
        only(leads.add_contacts(lead, [contact]).to_requests()),
        of("leads/1", "link", contacts_2.clone())
    );
    assert_eq!(
        only(leads.remove_contacts(lead, [contact]).to_requests()),
        of("leads/1", "unlink", contacts_2.clone())
    );
    assert_eq!(
        only(leads.add_companies(lead, [company]).to_requests()),
        of("leads/1", "link", body(3, "companies"))
    );
    assert_eq!(
        only(contacts.add_companies(contact, [company]).to_requests()),
        of("contacts/2", "link", body(3, "companies"))
    );
    assert_eq!(
        only(contacts.remove_customers(contact, [customer]).to_requests()),
        of("contacts/2", "unlink", body(4, "customers"))
    );
    assert_eq!(
        only(companies.add_leads(company, [lead]).to_requests()),
        of("companies/3", "link", body(1, "leads"))
    );
    assert_eq!(
        only(companies.add_customers(company, [customer]).to_requests()),
        of("companies/3", "link", body(4, "customers"))
    );
    assert_eq!(
        only(companies.remove_contacts(company, [contact]).to_requests()),
        of("companies/3", "unlink", contacts_2.clone())
    );
    assert_eq!(
        only(customers.add_contacts(customer, [contact]).to_requests()),
        of("customers/4", "link", contacts_2)
    );
    assert_eq!(
        only(customers.add_companies(customer, [company]).to_requests()),
        of("customers/4", "link", body(3, "companies"))
    );
    assert_eq!(
        only(leads.set_main_contact(lead, contact).to_requests()),
        r#"POST /api/v4/leads/1/link [{"to_entity_id":2,"to_entity_type":"contacts","metadata":{"is_main":true}}]"#
    );
    assert_eq!(
        only(leads.add_elements(lead, PRODUCTS, [(element, 2)]).to_requests()),
        format!(
            r#"POST /api/v4/leads/1/link [{{"to_entity_id":5,"to_entity_type":"catalog_elements","metadata":{{"catalog_id":{PRODUCTS},"quantity":2}}}}]"#
        )
    );
    assert_eq!(
        only(customers.remove_elements(customer, PRODUCTS, [element]).to_requests()),
        format!(
            r#"POST /api/v4/customers/4/unlink [{{"to_entity_id":5,"to_entity_type":"catalog_elements","metadata":{{"catalog_id":{PRODUCTS}}}}}]"#
        )
    );
    // From the side of the leads.
    assert_eq!(
        only(contacts.add_leads(contact, [lead]).to_requests()),
        r#"POST /api/v4/leads/link [{"entity_id":1,"to_entity_id":2,"to_entity_type":"contacts"}]"#
    );
    assert_eq!(
        only(contacts.remove_leads(contact, [lead]).to_requests()),
        r#"POST /api/v4/leads/unlink [{"entity_id":1,"to_entity_id":2,"to_entity_type":"contacts"}]"#
    );
}

#[test]
fn tag_requests_byte_for_byte() {
    let client = offline();
    let tags = || client.contacts().tags_of(ContactId::new(5));
    assert_eq!(
        line(&tags().add(["hot", "b2b"]).to_request().unwrap()),
        r#"PATCH /api/v4/contacts/5 {"tags_to_add":[{"name":"hot"},{"name":"b2b"}]}"#
    );
    assert_eq!(
        line(&tags().remove([TagId::new(7)]).to_request().unwrap()),
        r#"PATCH /api/v4/contacts/5 {"tags_to_delete":[{"id":7}]}"#
    );
    assert_eq!(
        line(&tags().replace(["hot"]).to_request().unwrap()),
        r#"PATCH /api/v4/contacts/5 {"_embedded":{"tags":[{"name":"hot"}]}}"#
    );
    let nothing: [&str; 0] = [];
    assert_eq!(
        line(&tags().replace(nothing).to_request().unwrap()),
        r#"PATCH /api/v4/contacts/5 {"_embedded":{"tags":null}}"#
    );
    let many = client.leads().tags_of_many([LeadId::new(1), LeadId::new(2)]);
    assert_eq!(
        only(many.add(["hot"]).to_requests()),
        concat!(
            r#"PATCH /api/v4/leads [{"id":1,"tags_to_add":[{"name":"hot"}],"request_id":"0"},"#,
            r#"{"id":2,"tags_to_add":[{"name":"hot"}],"request_id":"1"}]"#
        )
    );
}

#[tokio::test]
async fn tags_come_and_go() {
    let (client, sandbox, _server) = start(Sandbox::builder().leads(3)).await;
    let leads = client.leads();
    let names = || async {
        let lead = leads.get(LEAD).await.unwrap().unwrap();
        lead.tags().iter().filter_map(|tag: &Tag| tag.name.clone()).collect::<Vec<_>>()
    };
    leads.tags_of(LEAD).replace(["one", "two"]).await.unwrap();
    leads.tags_of(LEAD).add(["three"]).await.unwrap();
    leads.tags_of(LEAD).remove(["one", "never there"]).await.unwrap();
    assert_eq!(names().await, ["two", "three"]);
    let two = leads.get(LEAD).await.unwrap().unwrap().tags()[0].id.unwrap();
    leads.tags_of(LEAD).remove([two]).await.unwrap();
    assert_eq!(names().await, ["three"]);
    let others = [LeadId::new(demo::FIRST_LEAD + 1), LeadId::new(demo::FIRST_LEAD + 2), LEAD];
    assert!(leads.tags_of_many(others).add(["all"]).await.is_complete());
    assert!(leads.tags_of_many(others).remove(["three"]).await.is_complete());
    assert_eq!(names().await, ["all"]);
    sandbox.log().clear();
    let nothing: [&str; 0] = [];
    leads.tags_of(LEAD).add(nothing).await.unwrap();
    assert!(leads.tags_of_many(others).remove(nothing).await.is_complete());
    assert!(sandbox.log().is_empty());
    leads.tags_of(LEAD).replace(nothing).await.unwrap();
    assert!(names().await.is_empty());
}

async fn contacts_of(client: &Client, lead: LeadId) -> Vec<ContactId> {
    let links = client.leads().links(lead).await.unwrap();
    links.iter().filter_map(Link::to::<Contact>).collect()
}

#[tokio::test]
async fn every_pair_can_be_linked_and_unlinked() {
    let builder = Sandbox::builder().customers_mode(CustomersMode::Segments);
    let builder = builder.contacts(2).leads(1).companies(2).catalog_elements(1);
    let (client, _sandbox, _server) = start(builder).await;
    let till = Timestamp::from_unix_seconds(2_000_000_000);
    let customer = NewCustomer::new("Vera").next_date(till);
    let customer = client.customers().create(customer).await.unwrap().id;
    let (contact, company) = (contact(0), CompanyId::new(demo::FIRST_COMPANY));
    let element = client.elements(PRODUCTS).create(NewElement::new("Cable")).await.unwrap().id;
    let (leads, contacts) = (client.leads(), client.contacts());
    let (companies, customers) = (client.companies(), client.customers());
    // From nothing: the sandbox links some at the start, and there is one company at most.
    let old: Vec<CompanyId> =
        leads.links(LEAD).await.unwrap().iter().filter_map(Link::to).collect();
    leads.remove_companies(LEAD, old).await.unwrap();
    let old: Vec<CompanyId> =
        contacts.links(contact).await.unwrap().iter().filter_map(Link::to).collect();
    contacts.remove_companies(contact, old).await.unwrap();
    for _ in 0..2 {
        leads.add_contacts(LEAD, [contact]).await.unwrap();
        leads.add_companies(LEAD, [company]).await.unwrap();
        leads.add_elements(LEAD, PRODUCTS, [(element, 3)]).await.unwrap();
        contacts.add_companies(contact, [company]).await.unwrap();
        contacts.add_customers(contact, [customer]).await.unwrap();
        companies.add_customers(company, [customer]).await.unwrap();
        customers.add_elements(customer, PRODUCTS, [(element, 1)]).await.unwrap();
        contacts.add_leads(contact, [LEAD]).await.unwrap();
    }
    let links = leads.links(LEAD).await.unwrap();
    let goods = links.iter().find(|link| link.to() == Some(element)).unwrap();
    assert_eq!(goods.metadata.as_ref().unwrap().quantity, Some(3.into()));
    assert!(links.iter().any(|link| link.to() == Some(contact)));
    assert!(links.iter().any(|link| link.to() == Some(company)));
    let links = customers.links(customer).await.unwrap();
    assert!(links.iter().any(|link| link.to() == Some(contact)));
    assert!(links.iter().any(|link| link.to() == Some(company)));
    customers.remove_elements(customer, PRODUCTS, [element]).await.unwrap();
    customers.remove_contacts(customer, [contact]).await.unwrap();
    customers.remove_companies(customer, [company]).await.unwrap();
    assert!(customers.links(customer).await.unwrap().is_empty());
    contacts.remove_leads(contact, [LEAD]).await.unwrap();
    companies.remove_leads(company, [LEAD]).await.unwrap();
    assert!(!contacts_of(&client, LEAD).await.contains(&contact));
    companies.add_contacts(company, [contact]).await.unwrap();
    companies.add_leads(company, [LEAD]).await.unwrap();
    assert!(leads.links(LEAD).await.unwrap().iter().any(|link| link.to() == Some(company)));
}

fn refuse(sandbox: &Sandbox, path: &str, times: usize) {
    sandbox.faults().add(Fault::status(500).method("POST").path(path).times(times));
}

#[tokio::test]
async fn what_is_linked_already_is_a_success_although_the_server_fails() {
    let (client, sandbox, _server) = start(Sandbox::builder().contacts(3).leads(1)).await;
    let link = format!("/api/v4/leads/{LEAD}/link");
    client.leads().add_contacts(LEAD, [contact(0), contact(1)]).await.unwrap();
    sandbox.log().clear();
    refuse(&sandbox, &link, 1);
    let links = client.leads().add_contacts(LEAD, [contact(0), contact(1)]).await.unwrap();
    assert_eq!(links.iter().filter_map(Link::to).collect::<Vec<_>>(), [contact(0), contact(1)]);
    let sent: Vec<_> = sandbox.log().entries().iter().map(|sent| sent.method.clone()).collect();
    assert_eq!(sent, ["POST", "GET"], "nothing is sent again");

    // Only what is not there is asked for again.
    sandbox.log().clear();
    refuse(&sandbox, &link, 1);
    let links = client.leads().add_contacts(LEAD, [contact(0), contact(2)]).await.unwrap();
    assert_eq!(links.iter().filter_map(Link::to).collect::<Vec<_>>(), [contact(0), contact(2)]);
    let sent = sandbox.log().entries();
    assert_eq!(sent.len(), 3);
    let again = String::from_utf8(sent[2].body.to_vec()).unwrap();
    assert_eq!(
        again,
        format!(r#"[{{"to_entity_id":{},"to_entity_type":"contacts"}}]"#, contact(2))
    );
    assert_eq!(contacts_of(&client, LEAD).await.len(), 3);
}

#[tokio::test]
async fn what_is_not_linked_is_no_success() {
    let (client, sandbox, _server) = start(Sandbox::builder().contacts(1).leads(1)).await;
    let link = format!("/api/v4/leads/{LEAD}/link");
    client.leads().remove_contacts(LEAD, contacts_of(&client, LEAD).await).await.unwrap();
    refuse(&sandbox, &link, usize::MAX);
    let add = client.leads().add_contacts(LEAD, [contact(0)]).repeat(Repeat::ActsOnce);
    assert_eq!(add.await.unwrap_err().status(), Some(500));
    sandbox.faults().clear();

    // Linked, but not as the main one.
    client.leads().add_contacts(LEAD, [contact(0)]).await.unwrap();
    client.leads().link(LEAD, [NewLink::contact(contact(0)).main(false)]).await.unwrap();
    let is_main = || async {
        let links = client.leads().links(LEAD).await.unwrap();
        links.iter().any(|link| link.metadata.as_ref().and_then(|of| of.main_contact) == Some(true))
    };
    if !is_main().await {
        refuse(&sandbox, &link, 1);
        client.leads().set_main_contact(LEAD, contact(0)).await.unwrap();
        assert!(is_main().await, "it was asked for again");
    }

    // An answer that was lost: it is done.
    client.leads().remove_contacts(LEAD, [contact(0)]).await.unwrap();
    sandbox.log().clear();
    sandbox.faults().add(Fault::status(504).method("POST").path(&link).after_work());
    client.leads().add_contacts(LEAD, [contact(0)]).await.unwrap();
    assert_eq!(sandbox.log().count("POST", &link), 1);

    // One that there is not: the server says so, and so does the error.
    let none = client.leads().add_contacts(LEAD, [contact(0), ContactId::new(1)]).await;
    assert_eq!(none.unwrap_err().kind(), ErrorKind::Validation);
}

#[tokio::test]
async fn unlinking_what_is_not_linked_is_a_success_although_the_server_fails() {
    let (client, sandbox, _server) = start(Sandbox::builder().contacts(2).leads(1)).await;
    client.leads().add_contacts(LEAD, [contact(0)]).await.unwrap();
    client.leads().remove_contacts(LEAD, [contact(1)]).await.unwrap();
    let unlink = format!("/api/v4/leads/{LEAD}/unlink");
    sandbox.log().clear();
    refuse(&sandbox, &unlink, 1);
    client.leads().remove_contacts(LEAD, [contact(1)]).await.unwrap();
    assert_eq!(sandbox.log().count("POST", &unlink), 1);
    refuse(&sandbox, &unlink, 1);
    client.leads().remove_contacts(LEAD, [contact(0), contact(1)]).await.unwrap();
    assert!(contacts_of(&client, LEAD).await.is_empty());
    client.leads().add_contacts(LEAD, [contact(0)]).await.unwrap();
    refuse(&sandbox, &unlink, usize::MAX);
    let remove = client.leads().remove_contacts(LEAD, [contact(0)]).repeat(Repeat::ActsOnce);
    assert_eq!(remove.await.unwrap_err().status(), Some(500));
}

#[tokio::test]
async fn links_of_many_are_looked_at_together() {
    let (client, sandbox, _server) = start(Sandbox::builder().leads(120)).await;
    let anna = client.contacts().create(NewContact::new().name("Anna")).await.unwrap().id;
    let leads: Vec<_> = (0..120).map(|number| LeadId::new(demo::FIRST_LEAD + number)).collect();
    let links = || leads.iter().map(|lead| (*lead, NewLink::contact(anna)));
    client.leads().link_many(links().take(70)).await.unwrap();
    sandbox.log().clear();
    // The second request of three fails: of its fifty links twenty are there.
    sandbox.faults().add(Fault::status(500).method("POST").path("/api/v4/leads/link").skip(1));
    client.leads().link_many(links()).await.unwrap();
    for lead in &leads {
        assert!(contacts_of(&client, *lead).await.contains(&anna));
    }
    assert_eq!(sandbox.log().count("POST", "/api/v4/leads/link"), 4);
    let again = sandbox.log().entries()[3].clone();
    let again: Vec<serde_json::Value> = serde_json::from_slice(&again.body).unwrap();
    assert_eq!(again.len(), 30);
}
