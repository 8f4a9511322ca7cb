//! Each operation against the sandbox, over a socket.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use amo_core::field::{PHONE, Select, Text};
use amo_core::{
    AccountWith, Choice, CompanyId, Contact, ContactId, ContactPatch, EnumText, Field, LeadId,
    LeadWith, Link, NewCompany, NewContact, NewLead, NewLink, UserId,
};
use amo_sandbox::{Sandbox, demo};
use http::Method;

use common::start;

#[tokio::test]
async fn the_account() {
    let (client, _, _server) = start(Sandbox::builder()).await;
    let account =
        client.account().with(AccountWith::UsersGroups).with(AccountWith::TaskTypes).await.unwrap();
    assert_eq!(account.id.get(), demo::ACCOUNT);
    assert_eq!(account.current_user_id, Some(UserId::new(demo::ADMIN)));
    assert_eq!(account.embedded.users_groups.unwrap().len(), 2);
    assert_eq!(account.embedded.task_types.unwrap().len(), 3);
    assert!(client.account().await.unwrap().embedded.users_groups.is_none());
}

#[tokio::test]
async fn a_contact_from_its_creation_to_its_change() {
    let (client, sandbox, _server) = start(Sandbox::builder()).await;
    let level = Field::<Select>::id(demo::CONTACT_LEVEL);
    let new = NewContact::new()
        .first_name("Vera")
        .last_name("Orlova")
        .add(PHONE, EnumText::new("+70000000001", "MOB"))
        .set(level, Choice::code("gold"))
        .tag("vip");
    let id = client.contacts().create(new).await.unwrap().id;

    let before = client.contacts().get(id).await.unwrap().unwrap();
    assert_eq!(before.name.as_deref(), Some("Vera Orlova"));
    let phones: Vec<_> =
        before.custom_fields_values.phones().map(|phone| phone.value.as_str()).collect();
    assert_eq!(phones, ["+70000000001"]);
    assert_eq!(
        before.custom_fields_values.get(level).unwrap().enum_id.unwrap().get(),
        demo::LEVEL_GOLD
    );

    let mut after = before.clone();
    after.name = Some("Vera Belova".to_owned());
    after.custom_fields_values.clear(level);
    after.custom_fields_values.add(PHONE, EnumText::new("+70000000002", "WORK"));
    after.embedded.tags = Some(Vec::new());
    let patch = Contact::diff(&before, &after).unwrap();
    let updated = client.contacts().update(id, patch).await.unwrap();
    assert_eq!(updated.id, id);
    assert!(updated.updated_at.is_some());
    let now = client.contacts().get(id).await.unwrap().unwrap();
    assert_eq!(now.name.as_deref(), Some("Vera Belova"));
    assert_eq!(now.custom_fields_values.phones().count(), 2);
    assert!(now.custom_fields_values.get(level).is_none());
    assert_eq!(now.embedded.tags, Some(Vec::new()));
    // What was read can be compared with itself: there is nothing to send.
    let requests = sandbox.log().len();
    let nothing = Contact::diff(&now, &now.clone()).unwrap();
    assert!(client.contacts().update(id, nothing).await.unwrap().updated_at.is_none());
    assert_eq!(sandbox.log().len(), requests);
}

#[tokio::test]
async fn what_is_not_there_is_none_and_an_empty_list_is_empty() {
    let (client, _, _server) = start(Sandbox::builder()).await;
    assert!(client.contacts().get(ContactId::new(1)).await.unwrap().is_none());
    assert!(client.companies().get(CompanyId::new(1)).await.unwrap().is_none());
    assert!(client.leads().get(LeadId::new(1)).await.unwrap().is_none());
    assert!(client.leads().list().await.unwrap().items.is_empty());
    assert!(client.leads().list().items().next().await.is_none());
}

#[tokio::test]
async fn leads_companies_and_their_links() {
    let (client, _, _server) = start(Sandbox::builder().contacts(3)).await;
    let page = client.contacts().list().limit(2).await.unwrap();
    assert_eq!(page.items.len(), 2);
    assert!(page.next.is_some());
    let (first, second) = (page.items[0].id, page.items[1].id);
    let company = client.companies().create(NewCompany::new().name("Lotos")).await.unwrap().id;
    let lead = NewLead::new().name("Chairs").price(48_000).main_contact(first).company(company);
    let lead = client.leads().create(lead).await.unwrap().id;

    let read = client.leads().get(lead).with(LeadWith::Contacts).await.unwrap().unwrap();
    assert_eq!(read.embedded.contacts.unwrap()[0].id, first);
    assert_eq!(read.embedded.companies.unwrap()[0].id, company);

    // Linking twice changes nothing.
    for _ in 0..2 {
        client.leads().link(lead, [NewLink::contact(second)]).await.unwrap();
        let links = client.leads().links(lead).await.unwrap();
        assert_eq!(
            links.iter().filter_map(Link::to::<Contact>).collect::<Vec<_>>(),
            [first, second]
        );
    }
    client.leads().unlink(lead, [NewLink::contact(first)]).await.unwrap();
    let links = client.leads().links(lead).await.unwrap();
    assert_eq!(links.iter().filter_map(Link::to::<Contact>).collect::<Vec<_>>(), [second]);
    client
        .leads()
        .unlink(lead, [NewLink::contact(second), NewLink::company(company)])
        .await
        .unwrap();
    assert!(client.leads().links(lead).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_raw_request_reaches_what_has_no_method_yet() {
    let (client, _, _server) = start(Sandbox::builder()).await;
    let answer = client
        .raw(Method::GET, "/api/v4/contacts/custom_fields")
        .query("limit", 250)
        .await
        .unwrap();
    let fields: serde_json::Value = answer.json().unwrap();
    let first = &fields["_embedded"]["custom_fields"][0];
    assert_eq!(first["id"], demo::CONTACT_PHONE);
    let empty = client.raw(Method::GET, "/api/v4/leads").await.unwrap();
    assert_eq!(empty.status(), 204);
    assert!(empty.body().is_empty());
}

#[tokio::test]
async fn a_text_field_is_set_and_cleared_by_a_patch() {
    let (client, sandbox, _server) = start(Sandbox::builder().contacts(1)).await;
    let id = ContactId::new(demo::FIRST_CONTACT);
    let comment = Field::<Text>::id(demo::CONTACT_COMMENT);
    client.contacts().update(id, ContactPatch::new().set(comment, "called twice")).await.unwrap();
    let read = client.contacts().get(id).await.unwrap().unwrap();
    assert_eq!(read.custom_fields_values.get(comment).as_deref(), Some("called twice"));
    client.contacts().update(id, ContactPatch::new().clear(comment)).await.unwrap();
    let stored = sandbox.entity("contacts", id.get()).unwrap().to_string();
    assert!(!stored.contains("called twice"), "{stored}");
}
