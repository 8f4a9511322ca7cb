//! Saving: added without an id, changed with one, and never twice.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use amo_api::{Client, Draft, ErrorKind, Outcome, Saved};
use amo_core::{
    CatalogId, ContactId, CustomerId, EntityType, Lead, LeadId, NewCompany, NewContact,
    NewCustomer, NewElement, NewLead, NewNote, NewTask, NoteContent, NoteParent, Tag, Timestamp,
    UserId,
};
use amo_sandbox::{CustomersMode, Fault, Sandbox, demo};

use common::{line, offline, start, waits};

const LEADS: &str = "/api/v4/leads";
const CONTACTS: &str = "/api/v4/contacts";

fn lead(json: serde_json::Value) -> Lead {
    serde_json::from_value(json).unwrap()
}

fn request(client: &Client, draft: &mut Draft<Lead>) -> Option<String> {
    client.save(draft).to_request().unwrap().as_ref().map(line)
}

#[test]
fn requests_byte_for_byte() {
    let client = offline();
    let mut new = Draft::new(NewLead::new().name("Chairs"));
    assert_eq!(
        request(&client, &mut new).as_deref(),
        Some(r#"POST /api/v4/leads [{"name":"Chairs","request_id":"0"}]"#)
    );
    let mut known = Draft::with_id(LeadId::new(5));
    assert!(!known.has_changes());
    assert_eq!(request(&client, &mut known), None);
    known.change(|lead| lead.price(7).loss_reason_id(None)).change(|lead| lead.add_tag("b2b"));
    assert_eq!(
        request(&client, &mut known).as_deref(),
        Some(concat!(
            r#"PATCH /api/v4/leads/5 {"price":7,"loss_reason_id":null,"#,
            r#""tags_to_add":[{"name":"b2b"}]}"#
        ))
    );
    let read = lead(serde_json::json!({"id": 5, "name": "Chairs", "price": 7, "score": 3}));
    let mut read = Draft::from(read);
    assert_eq!(request(&client, &mut read), None);
    read.entity_mut().unwrap().price = Some(8.into());
    read.entity_mut().unwrap().embedded.tags = Some(vec![Tag::new("b2b")]);
    assert_eq!(
        request(&client, &mut read).as_deref(),
        Some(r#"PATCH /api/v4/leads/5 {"price":8,"tags_to_add":[{"name":"b2b"}]}"#)
    );
    let mut element = Draft::new_in(CatalogId::new(3), NewElement::new("Cable").currency_id(1));
    let element = client.save(&mut element).as_user(UserId::new(9)).to_request().unwrap().unwrap();
    assert_eq!(element.uri().path(), "/api/v4/catalogs/3/elements");
    assert_eq!(element.headers()["x-context-user-id"], "9");
}

#[test]
fn drafts_of_all_kinds_go_together_by_kind_and_place() {
    let client = offline();
    let contact = |name: &str| Draft::new(NewContact::new().name(name));
    let (mut anna, mut oleg) = (contact("Anna"), contact("Oleg"));
    let mut lead = Draft::new(NewLead::new().name("Chairs"));
    let mut known = Draft::with_id(ContactId::new(4));
    known.change(|contact| contact.name("Vera"));
    let mut unchanged = Draft::with_id(ContactId::new(6));
    let note = |lead| {
        let note = NewNote::new(NoteContent::common("Hello")).entity_id(lead);
        Draft::new_in(NoteParent::Leads, note)
    };
    let (mut first, mut second) = (note(1), note(2));
    let mut elsewhere = Draft::new_in(LeadId::new(1), NewNote::new(NoteContent::common("Hello")));
    let all = [
        anna.any(),
        first.any(),
        lead.any(),
        known.any(),
        oleg.any(),
        unchanged.any(),
        second.any(),
        elsewhere.any(),
    ];
    let requests = client.save_all(all).to_requests().unwrap();
    assert_eq!(
        requests.iter().map(line).collect::<Vec<_>>(),
        [
            r#"POST /api/v4/contacts [{"name":"Anna","request_id":"0"},{"name":"Oleg","request_id":"1"}]"#,
            r#"PATCH /api/v4/contacts [{"id":4,"name":"Vera","request_id":"0"}]"#,
            concat!(
                r#"POST /api/v4/leads/notes [{"note_type":"common","params":{"text":"Hello"},"entity_id":1,"request_id":"0"},"#,
                r#"{"note_type":"common","params":{"text":"Hello"},"entity_id":2,"request_id":"1"}]"#
            ),
            r#"POST /api/v4/leads [{"name":"Chairs","request_id":"0"}]"#,
            r#"POST /api/v4/leads/1/notes [{"note_type":"common","params":{"text":"Hello"},"request_id":"0"}]"#,
        ]
    );
    let mut many: Vec<_> = (0..120).map(|_| contact("Anna")).collect();
    assert_eq!(client.save_all(&mut many).to_requests().unwrap().len(), 3);
    assert_eq!(client.save_all(&mut many).per_request(250).to_requests().unwrap().len(), 1);
    assert_eq!(client.save_all(&mut many).per_request(0).to_requests().unwrap().len(), 120);
}

#[tokio::test]
async fn built_saved_changed_and_saved_again() {
    let (client, sandbox, _server) = start(Sandbox::builder()).await;
    let mut lead = Draft::new(NewLead::new().name("Chairs"));
    assert_eq!(client.save(&mut lead).await.unwrap(), Saved::Created);
    let id = lead.id().unwrap();
    assert!(!lead.has_changes());
    assert_eq!(client.save(&mut lead).await.unwrap(), Saved::Unchanged);
    lead.change(|lead| lead.price(48_000));
    assert_eq!(client.save(&mut lead).await.unwrap(), Saved::Updated);
    assert_eq!(client.save(&mut lead).await.unwrap(), Saved::Unchanged);
    let stored = sandbox.entity("leads", id.get()).unwrap();
    assert_eq!((&stored["name"], &stored["price"]), (&"Chairs".into(), &48_000.into()));
    assert_eq!(sandbox.log().len(), 2);

    let mut lead = Draft::of(client.leads().get(id).await.unwrap().unwrap());
    lead.entity_mut().unwrap().name = Some("Stools".to_owned());
    lead.change(|lead| lead.add_tag("b2b"));
    assert_eq!(client.save(&mut lead).await.unwrap(), Saved::Updated);
    assert!(!lead.has_changes());
    assert_eq!(lead.entity().unwrap().name.as_deref(), Some("Stools"));
    let stored = sandbox.entity("leads", id.get()).unwrap();
    assert_eq!(stored["name"], "Stools");
    assert_eq!(stored["_embedded"]["tags"][0]["name"], "b2b");
    assert_eq!(client.save(&mut lead).await.unwrap(), Saved::Unchanged);
}

#[tokio::test]
async fn what_is_changed_before_the_creation_follows_it() {
    let (client, sandbox, _server) = start(Sandbox::builder()).await;
    let lead = || {
        let mut lead = Draft::new(NewLead::new().name("Chairs"));
        lead.change(|lead| lead.price(5));
        lead
    };
    let (mut one, mut others) = (lead(), vec![lead(), lead()]);
    assert_eq!(client.save(&mut one).await.unwrap(), Saved::Created);
    let saved = client.save_all(&mut others).await;
    assert!(matches!(
        saved.outcomes(),
        [Outcome::Done(Saved::Created), Outcome::Done(Saved::Created)]
    ));
    for lead in others.iter().chain([&one]) {
        assert_eq!(sandbox.entity("leads", lead.id().unwrap().get()).unwrap()["price"], 5);
        assert!(!lead.has_changes());
    }
    assert_eq!((sandbox.log().count("POST", LEADS), sandbox.log().count("PATCH", LEADS)), (2, 1));
}

#[tokio::test]
async fn what_no_update_can_change_is_refused_by_name() {
    let (client, sandbox, _server) = start(Sandbox::builder().leads(1)).await;
    let read = client.leads().get(LeadId::new(demo::FIRST_LEAD)).await.unwrap().unwrap();
    sandbox.log().clear();
    let mut draft = Draft::of(read);
    draft.entity_mut().unwrap().account_id = None;
    let error = client.save(&mut draft).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.to_string().contains("`account_id` of a lead"), "{error}");
    let mut other = Draft::new(NewLead::new().name("Chairs"));
    let saved = client.save_all([draft.any(), other.any()]).await;
    let [Outcome::Refused { error, .. }, Outcome::Done(Saved::Created)] = saved.outcomes() else {
        panic!("{saved:?}")
    };
    assert!(error.to_string().contains("account_id"), "{error}");
    assert_eq!(sandbox.log().len(), 1);
}

#[tokio::test]
async fn a_creation_that_may_have_been_done_is_not_sent_again() {
    let (client, sandbox, _server) = start(Sandbox::builder()).await;
    let lost = || Fault::status(504).method("POST").path(LEADS).after_work();
    sandbox.faults().add(lost());
    let mut lead = Draft::new(NewLead::new().name("Chairs"));
    assert!(client.save(&mut lead).await.unwrap_err().outcome_unknown());
    assert!(lead.is_unsure());
    let error = client.save(&mut lead).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.to_string().contains("settle"), "{error}");
    let saved = client.save_all([lead.any()]).await;
    assert!(matches!(saved.outcomes(), [Outcome::Refused { .. }]));
    assert_eq!(sandbox.log().count("POST", LEADS), 1);
    // It is there, as somebody finds.
    let found = client.leads().list().await.unwrap().items[0].id;
    lead.settle(Some(found));
    lead.change(|lead| lead.price(5));
    assert_eq!(client.save(&mut lead).await.unwrap(), Saved::Updated);
    assert_eq!(sandbox.entity("leads", found.get()).unwrap()["price"], 5);

    // In a batch too; and it is said that it is not there.
    sandbox.faults().add(Fault::status(504).method("POST").path(LEADS));
    let mut lead = Draft::new(NewLead::new().name("Stools"));
    let saved = client.save_all([lead.any()]).await;
    assert!(matches!(saved.outcomes(), [Outcome::OutcomeUnknown(_)]), "{saved:?}");
    assert!(lead.is_unsure());
    lead.settle(None);
    assert_eq!(client.save(&mut lead).await.unwrap(), Saved::Created);
}

#[tokio::test]
async fn what_was_dropped_on_the_way_may_have_been_done() {
    let (client, _sandbox, _server) = start(Sandbox::builder()).await;
    let mut lead = Draft::new(NewLead::new().name("Chairs"));
    {
        let mut saving = client.save(&mut lead).into_future();
        assert!(waits(&mut saving));
    }
    assert!(lead.is_unsure());
    let mut never_polled = Draft::new(NewLead::new().name("Chairs"));
    drop(client.save(&mut never_polled));
    assert!(!never_polled.is_unsure());
}

#[tokio::test]
async fn what_was_refused_can_be_put_right() {
    let (client, sandbox, _server) = start(Sandbox::builder()).await;
    let wrong = || NewLead::new().name("Chairs").responsible_user_id(UserId::new(1));
    let mut lead = Draft::new(wrong());
    assert_eq!(client.save(&mut lead).await.unwrap_err().kind(), ErrorKind::Validation);
    let saved = client.save_all([lead.any()]).await;
    assert!(matches!(saved.outcomes(), [Outcome::Invalid { .. }]), "{saved:?}");
    assert!(!lead.is_unsure() && lead.has_changes() && lead.id().is_none());
    let new = lead.new_mut().unwrap();
    *new = new.clone().responsible_user_id(UserId::new(demo::ADMIN));
    assert_eq!(client.save(&mut lead).await.unwrap(), Saved::Created);
    assert!(lead.new_mut().is_none());
    assert!(sandbox.entity("leads", lead.id().unwrap().get()).is_some());

    // A change that failed is still to be made.
    lead.change(|lead| lead.responsible_user_id(UserId::new(1)));
    assert!(client.save(&mut lead).await.is_err());
    assert!(lead.has_changes());
}

#[tokio::test]
async fn mixed_kinds_are_saved_in_one_call() {
    let builder = Sandbox::builder().customers_mode(CustomersMode::Segments);
    let (client, sandbox, _server) = start(builder.leads(1).contacts(2).catalog_elements(1)).await;
    let contact =
        client.contacts().get(ContactId::new(demo::FIRST_CONTACT)).await.unwrap().unwrap();
    sandbox.log().clear();
    let at = LeadId::new(demo::FIRST_LEAD);
    let mut read = Draft::of(contact);
    read.entity_mut().unwrap().name = Some("Anna".to_owned());
    let mut new = Draft::new(NewContact::new().name("Oleg"));
    let mut wrong =
        Draft::new(NewContact::new().name("Nobody").responsible_user_id(UserId::new(1)));
    let mut lead = Draft::new(NewLead::new().name("Chairs"));
    let mut company = Draft::new(NewCompany::new().name("Chairs Ltd"));
    let till = Timestamp::from_unix_seconds(2_000_000_000);
    let task = NewTask::new("Call", till).entity_id(at.get()).entity_type(EntityType::Leads);
    let mut task = Draft::new(task);
    let mut note = Draft::new_in(at, NewNote::new(NoteContent::common("Hello")));
    let products = CatalogId::new(demo::CATALOG_PRODUCTS);
    let mut element = Draft::new_in(products, NewElement::new("Cable"));
    let mut customer = Draft::new(NewCustomer::new("Vera").next_date(till));
    let drafts = [
        read.any(),
        lead.any(),
        wrong.any(),
        company.any(),
        task.any(),
        new.any(),
        note.any(),
        element.any(),
        customer.any(),
    ];
    let saved = client.save_all(drafts).await;
    let told: Vec<_> = saved.outcomes().iter().map(ToString::to_string).collect();
    assert!(told[2].starts_with("invalid"), "{told:?}");
    assert_eq!(saved.done().count(), 8, "{told:?}");
    assert_eq!(saved.outcomes()[0].done(), Some(&Saved::Updated));
    assert_eq!(saved.outcomes()[5].done(), Some(&Saved::Created));
    assert_eq!(sandbox.entity("contacts", demo::FIRST_CONTACT).unwrap()["name"], "Anna");
    assert_eq!(sandbox.entity("contacts", new.id().unwrap().get()).unwrap()["name"], "Oleg");
    assert_eq!(sandbox.entity("leads", lead.id().unwrap().get()).unwrap()["name"], "Chairs");
    assert!(client.companies().get(company.id().unwrap()).await.unwrap().is_some());
    assert!(client.tasks().get(task.id().unwrap()).await.unwrap().is_some());
    assert!(client.notes(at).get(note.id().unwrap()).await.unwrap().is_some());
    assert!(client.elements(products).get(element.id().unwrap()).await.unwrap().is_some());
    assert!(
        client
            .customers()
            .get(CustomerId::new(customer.id().unwrap().get()))
            .await
            .unwrap()
            .is_some()
    );
    assert_eq!(sandbox.log().count("POST", CONTACTS), 2, "once more without the wrong one");
    assert!(wrong.id().is_none() && !wrong.is_unsure());
}

#[tokio::test]
async fn a_kind_that_is_refused_does_not_stop_the_others_but_a_block_does() {
    let (client, sandbox, _server) = start(Sandbox::builder()).await;
    let contact = || Draft::new(NewContact::new().name("Anna"));
    let lead = || Draft::new(NewLead::new().name("Chairs"));
    let refused = r#"{"title":"Forbidden","status":403,"detail":"no rights"}"#;
    sandbox.faults().add(Fault::status(403).body(refused).path(CONTACTS));
    let (mut first, mut second) = (contact(), lead());
    let saved = client.save_all([first.any(), second.any()]).await;
    assert!(
        matches!(saved.outcomes(), [Outcome::Refused { .. }, Outcome::Done(Saved::Created)]),
        "{saved:?}"
    );

    sandbox.faults().add(Fault::status(403).body("<html>403 Forbidden</html>").path(CONTACTS));
    let (mut first, mut second) = (contact(), lead());
    let mut known = Draft::with_id(ContactId::new(1));
    known.change(|contact| contact.name("Vera"));
    sandbox.log().clear();
    let saved = client.save_all([first.any(), second.any(), known.any()]).await;
    let [
        Outcome::Refused { error, .. },
        Outcome::NotSent { error: Some(same), .. },
        Outcome::NotSent { .. },
    ] = saved.outcomes()
    else {
        panic!("{saved:?}")
    };
    assert_eq!(sandbox.log().count("PATCH", CONTACTS), 0);
    assert!(error.is_blocked() && same.is_blocked());
    assert_eq!(sandbox.log().count("POST", LEADS), 0);
    assert!(!first.is_unsure() && !second.is_unsure() && second.has_changes());
}
