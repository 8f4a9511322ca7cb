//! Calls of numbers that somebody has, and of those that nobody has.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use amo_api::{CallSource, CallTaken, ErrorKind};
use amo_core::{
    Author, CallDirection, CallParams, CallStatus, ContactId, LeadId, NewCall, NewContact, NewLead,
    NewNote, NoteContent, PipelineId, Timestamp, UserId,
};
use amo_sandbox::{Fault, Sandbox, demo};

use common::{line, offline, start};

const MANAGER: UserId = UserId::new(demo::MANAGER);
const NEW_NUMBER: &str = "+7 (999) 111-22-33";

fn call(phone: &str) -> NewCall {
    NewCall::new(CallDirection::Inbound, 61, "pbx", phone).by(MANAGER)
}

fn source() -> CallSource {
    CallSource::new("line-1", "Our telephony")
}

#[test]
fn by_says_who_made_it_and_who_is_responsible_alike() {
    let client = offline();
    assert_eq!(
        line(&client.calls().create(call("1234567")).to_request().unwrap()),
        concat!(
            r#"POST /api/v4/calls [{"direction":"inbound","duration":61,"source":"pbx","#,
            r#""phone":"1234567","responsible_user_id":9002,"created_by":9002,"request_id":"0"}]"#
        )
    );
    let note = NewNote::new(NoteContent::CallIn(CallParams::new().phone("1234567"))).by(MANAGER);
    assert_eq!(
        line(&client.notes(LeadId::new(9)).create(note).to_request().unwrap()),
        concat!(
            r#"POST /api/v4/leads/9/notes [{"note_type":"call_in","params":{"phone":"1234567"},"#,
            r#""responsible_user_id":9002,"created_by":9002,"request_id":"0"}]"#
        )
    );
}

#[tokio::test]
async fn a_number_that_somebody_has_is_no_incoming_lead() {
    let (client, sandbox, _server) = start(Sandbox::builder().contacts(2)).await;
    let taken = client.calls().add_or_unsorted(call("8 (000) 000-00-01"), source()).await.unwrap();
    let CallTaken::Call(note) = taken else { panic!("{taken:?}") };
    assert_eq!(note.entity_id, Some(demo::FIRST_CONTACT));
    let contact = ContactId::new(demo::FIRST_CONTACT);
    let note = client.notes(contact).get(note.id).await.unwrap().unwrap();
    assert_eq!(note.responsible_user_id, Some(MANAGER));
    assert_eq!(note.created_by.and_then(Author::user), Some(MANAGER));
    assert_eq!(sandbox.log().count("POST", "/api/v4/leads/unsorted/sip"), 0);
}

#[tokio::test]
async fn a_number_that_nobody_has_is_an_incoming_lead() {
    let (client, sandbox, _server) =
        start(Sandbox::builder().contacts(2).manual_calendar(demo::EPOCH)).await;
    let told =
        call(NEW_NUMBER).uniq("call-1").created_at(Timestamp::from_unix_seconds(demo::EPOCH));
    let here = source().pipeline(PipelineId::new(demo::PIPELINE)).lead(NewLead::new().name("Call"));
    let taken = client.calls().add_or_unsorted(told, here).await.unwrap();
    let CallTaken::Unsorted(made) = taken else { panic!("{taken:?}") };
    let sent = sandbox.log().entries().into_iter().next_back().unwrap();
    assert_eq!(
        String::from_utf8(sent.body.to_vec()).unwrap(),
        concat!(
            r#"[{"source_uid":"line-1","source_name":"Our telephony","metadata":{"#,
            r#""phone":"+7 (999) 111-22-33","called_at":1700000000,"duration":61,"link":null,"#,
            r#""service_code":"pbx","call_responsible":9002,"is_call_event_needed":true,"#,
            r#""uniq":"call-1"},"pipeline_id":8001,"created_at":1700000000,"#,
            r#""_embedded":{"leads":[{"name":"Call"}],"contacts":[{"name":"+7 (999) 111-22-33","#,
            r#""custom_fields_values":[{"field_code":"PHONE","values":[{"#,
            r#""value":"+7 (999) 111-22-33","enum_code":"WORK"}]}]}]},"request_id":"0"}]"#
        )
    );
    let read = client.unsorted().get(made.uid.clone()).await.unwrap().unwrap();
    assert_eq!(read.uid, made.uid);
    assert_eq!(client.unsorted().list().await.unwrap().items.len(), 1);
    // The contact that was made with it has the number, so that the next call is a note.
    let again = client.calls().add_or_unsorted(call("89991112233"), source()).await.unwrap();
    assert!(matches!(again, CallTaken::Call(_)), "{again:?}");
    assert_eq!(sandbox.log().count("POST", "/api/v4/leads/unsorted/sip"), 1);
}

#[tokio::test]
async fn a_contact_of_the_callers_own_is_taken_in_place_of_the_number_alone() {
    let (client, sandbox, _server) = start(Sandbox::builder()).await;
    let source = source().contact(NewContact::new().name("Vera"));
    let taken = client.calls().add_or_unsorted(call(NEW_NUMBER), source).await.unwrap();
    let CallTaken::Unsorted(made) = taken else { panic!("{taken:?}") };
    let contact = made.embedded.contacts.unwrap()[0].id;
    assert_eq!(sandbox.entity("contacts", contact.get()).unwrap()["name"], "Vera");
}

#[tokio::test]
async fn it_is_never_both_and_never_guessed() {
    let (client, sandbox, _server) = start(Sandbox::builder()).await;
    let unsorted = || sandbox.log().count("POST", "/api/v4/leads/unsorted/sip");

    let mut out = NewCall::new(CallDirection::Outbound, 5, "pbx", NEW_NUMBER);
    let error = client.calls().add_or_unsorted(out.clone(), source()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.to_string().contains("only calls that came in"), "{error}");
    out = out.call_status(CallStatus::new(99));
    let error = client.calls().add_or_unsorted(out, source()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Validation, "{error}");

    let wrong = call(NEW_NUMBER).call_status(CallStatus::new(99));
    let error = client.calls().add_or_unsorted(wrong, source()).await.unwrap_err();
    assert!(error.to_string().contains("call_status"), "{error}");

    for fault in [Fault::status(503), Fault::cut(), Fault::cut().after_work()] {
        sandbox.faults().add(fault.path("/api/v4/calls"));
        let error = client.calls().add_or_unsorted(call(NEW_NUMBER), source()).await.unwrap_err();
        assert!(error.outcome_unknown(), "{error}");
    }
    // A gateway that does not find its way says nothing about the number.
    let lost = Fault::status(400).body(r#"{"title":"Route not found","detail":"not found"}"#);
    sandbox.faults().add(lost.path("/api/v4/calls"));
    client.calls().add_or_unsorted(call(NEW_NUMBER), source()).await.unwrap_err();
    assert_eq!(unsorted(), 0);

    sandbox.faults().add(Fault::status(503).path("/api/v4/leads/unsorted/sip"));
    let error = client.calls().add_or_unsorted(call(NEW_NUMBER), source()).await.unwrap_err();
    assert_eq!(error.operation(), "unsorted.create");
    assert!(error.outcome_unknown());
}

/// A success may say in itself that nobody has the number.
#[tokio::test]
async fn a_success_that_saved_nothing_is_no_success() {
    let (client, sandbox, _server) = start(Sandbox::builder()).await;
    let answer = |error: &str| {
        let body = format!(r#"{{"_total_items":0,"errors":[{error}],"_embedded":{{"calls":[]}}}}"#);
        Fault::status(200).body(&body).path("/api/v4/calls")
    };
    sandbox.faults().add(answer(r#"{"title":"Entity not found","status":263,"request_id":"0"}"#));
    let taken = client.calls().add_or_unsorted(call(NEW_NUMBER), source()).await.unwrap();
    assert!(matches!(taken, CallTaken::Unsorted(_)));
    sandbox.faults().add(answer(r#"{"title":"No rights","status":244,"request_id":"0"}"#));
    let error = client.calls().add_or_unsorted(call(NEW_NUMBER), source()).await.unwrap_err();
    assert!(error.to_string().contains("No rights"), "{error}");
}
