use amo_core::{Call, Company, Contact, ContactId, Element, Operation, Repeat};
use bytes::Bytes;
use http::{Method, StatusCode};

use super::*;
use crate::answer::Report;
use crate::batch::{Complex, Creating, Updating};
use crate::place::Place;

fn operation() -> Operation {
    Operation::new("contacts", "create", Method::POST, "/api/v4/contacts", Repeat::ActsOnce)
}

fn report(status: u16) -> Report {
    Report { status: Some(StatusCode::from_u16(status).unwrap()), ..Report::default() }
}

#[expect(clippy::unnecessary_wraps, reason = "one of the results of sending")]
fn answer(body: &'static str) -> Result<Answer, Error> {
    let body = Bytes::from_static(body.as_bytes());
    Ok(Answer { operation: operation().into(), report: report(200), body })
}

fn refusal(status: u16, body: &'static str) -> Result<Answer, Error> {
    let code = StatusCode::from_u16(status).unwrap();
    let body = Bytes::from_static(body.as_bytes());
    Err(Error::refused(&operation(), code, body).with_report(report(status)))
}

fn sent(places: &[usize]) -> Sent<'_, ()> {
    Sent::new(places, [])
}

/// What is said in short: the places of what is done with their ids, those that are rejected, those that are
/// invalid.
fn said<T: amo_core::Receipt<Id: std::fmt::Display>>(verdict: &Verdict<T>) -> String {
    match verdict {
        Verdict::Answered { done, rejected } => {
            let done: Vec<_> = done.iter().map(|(at, one)| format!("{at}={}", one.id())).collect();
            let rejected: Vec<_> = rejected.iter().map(|(at, _)| at).collect();
            format!("{} rejected {rejected:?}", done.join(" "))
        }
        Verdict::Wrong { items, .. } => format!("wrong {}", wrong_ones(items)),
        Verdict::PerhapsInPart { items, .. } => format!("in part {}", wrong_ones(items)),
        Verdict::TooLarge(_) => "too large".to_owned(),
        Verdict::TooSlow(_) => "too slow".to_owned(),
        Verdict::Failed(_) => "failed".to_owned(),
    }
}

fn wrong_ones(items: &[(usize, Wrong)]) -> String {
    let kind =
        |wrong: &Wrong| if matches!(wrong, Wrong::Invalid(_)) { "invalid" } else { "rejected" };
    let items: Vec<_> = items.iter().map(|(at, wrong)| format!("{at} {}", kind(wrong))).collect();
    items.join(", ")
}

fn created(result: Result<Answer, Error>, places: &[usize]) -> String {
    said(&verdict(&Creating::<Contact>(Place(())), result, &sent(places), true))
}

#[test]
fn new_entities_are_found_by_the_request_id_and_never_by_position() {
    let two = r#"{"_embedded":{"contacts":[{"id":91,"request_id":"9"},{"id":80,"request_id":8}]}}"#;
    assert_eq!(created(answer(two), &[8, 9]), "9=91 8=80 rejected []");
    let strange = r#"{"_embedded":{"contacts":[{"id":1},{"id":2,"request_id":"0"},{"id":3,"request_id":"x"}]}}"#;
    assert_eq!(created(answer(strange), &[8, 9]), " rejected []", "nobody's receipts");
    let nameless = r#"{"_embedded":{"contacts":[{"id":1}]}}"#;
    assert_eq!(created(answer(nameless), &[8]), "8=1 rejected []", "there is but one");
    assert_eq!(created(answer(nameless), &[8, 9]), " rejected []");
    assert_eq!(created(answer(""), &[8, 9]), " rejected []");
    assert_eq!(created(answer("<html>"), &[8, 9]), "failed");
}

#[test]
fn changes_are_found_by_the_id_whatever_the_request_id_says() {
    let ids = [ContactId::new(70), ContactId::new(3)];
    let sent = || Sent::new(&[3, 4], [(&ids[0], 3), (&ids[1], 4)]);
    // Some answers have the entity's own id where the request id should be: 3 is a place here.
    let body = r#"{"_embedded":{"contacts":[{"id":3,"request_id":3},{"id":70},{"id":5,"request_id":"4"}]}}"#;
    let changed = verdict(&Updating::<Contact>(Place(())), answer(body), &sent(), false);
    assert_eq!(said(&changed), "4=3 3=70 rejected []");
    let key = amo_core::CatalogId::new(5);
    let element = amo_core::ElementId::new(71);
    let sent = Sent::new(&[0], [(&element, 0)]);
    let body = r#"{"_embedded":{"elements":[{"id":71,"name":"A","request_id":71}]}}"#;
    let changed = verdict(&Updating::<Element>(Place(key)), answer(body), &sent, false);
    assert_eq!(said(&changed), "0=71 rejected []");
}

#[test]
fn one_lead_may_be_the_receipt_of_several_items() {
    let body = r#"[{"id":7,"contact_id":1,"company_id":null,"request_id":["0","2"],"merged":true},
        {"id":8,"request_id":["1"],"merged":false},{"id":9,"request_id":["5"],"merged":false}]"#;
    let complex = Complex(Place(()));
    let Verdict::Answered { done, .. } = verdict(&complex, answer(body), &sent(&[0, 1, 2]), true)
    else {
        panic!("an answer");
    };
    let done: Vec<_> = done.iter().map(|(place, lead)| (*place, lead.id.get())).collect();
    assert_eq!(done, [(0, 7), (2, 7), (1, 8)]);
}

#[test]
fn what_a_success_refuses_is_rejected() {
    let calls = Creating::<Call>(Place(()));
    let calls = |body, places: &[usize]| said(&verdict(&calls, answer(body), &sent(places), true));
    let named = r#"{"_total_items":1,"errors":[
        {"title":"Entity not found","detail":"no such phone","request_id":"1"},
        {"msg":"not found","code":263,"item":{"phone":"1","request_id":"2"}},
        {"msg":"of nobody","request_id":"77"}],
        "_embedded":{"calls":[{"id":5,"request_id":"0"}]}}"#;
    assert_eq!(calls(named, &[0, 1, 2, 3]), "0=5 rejected [1, 2]");
    let nameless =
        r#"{"errors":[{"msg":"a","code":263}],"_embedded":{"calls":[{"id":5,"request_id":"0"}]}}"#;
    assert_eq!(calls(nameless, &[0, 1]), "0=5 rejected [1]", "nobody else can be meant");
    assert_eq!(calls(nameless, &[0, 1, 2]), "0=5 rejected []", "one of two");
    let different = r#"{"errors":[{"msg":"a"},{"msg":"b"}],"_embedded":{"calls":[]}}"#;
    assert_eq!(calls(different, &[0, 1]), " rejected []", "which is which?");
    let both = r#"{"errors":[{"msg":"a","request_id":"0"}],"_embedded":{"calls":[{"id":5,"request_id":"0"}]}}"#;
    assert_eq!(calls(both, &[0]), "0=5 rejected []", "what has a receipt is done");
}

#[test]
fn a_refusal_is_taken_apart_only_if_it_names_items_of_the_request() {
    let invalid = r#"{"validation-errors":[
        {"request_id":"4","errors":[{"code":"NotSupportedChoice","path":"name"}]},
        {"request_id":"4","errors":[{"code":"InvalidType","path":"name"}]},
        {"request_id":"9","errors":[{"code":"X","path":"name"}]}],"status":400}"#;
    assert_eq!(created(refusal(400, invalid), &[3, 4]), "wrong 4 invalid");
    assert_eq!(created(refusal(403, invalid), &[3, 4]), "failed");
    assert_eq!(created(refusal(400, invalid), &[1, 2]), "failed", "none of ours");
    assert_eq!(created(refusal(400, r#"{"title":"Bad Request"}"#), &[3]), "failed");
    let nameless = r#"{"validation-errors":[{"errors":[{"code":"X","path":"name"}]}]}"#;
    assert_eq!(created(refusal(400, nameless), &[3, 4]), "failed");
    assert_eq!(created(refusal(400, nameless), &[3]), "wrong 3 invalid", "there is but one");
    let joined = r#"{"validation-errors":[{"request_id":["3","4"],"errors":[{"code":"X"}]}]}"#;
    assert_eq!(created(refusal(400, joined), &[3, 4, 5]), "wrong 3 invalid, 4 invalid");
    let reason = r#"{"errors":[{"title":"Entity not found","detail":"no such phone","request_id":"3"}],"_embedded":{"calls":[]}}"#;
    assert_eq!(created(refusal(400, reason), &[3, 4]), "wrong 3 rejected");
}

#[test]
fn a_refusal_that_shows_an_entity_may_have_saved_something() {
    let body = r#"{"validation-errors":[{"request_id":"4","errors":[{"code":"X"}]}],
        "_embedded":{"contacts":[{"id":77,"request_id":"3"}]}}"#;
    assert_eq!(created(refusal(400, body), &[3, 4]), "in part 4 invalid");
    let companies = Creating::<Company>(Place(()));
    let verdict = verdict(&companies, refusal(400, body), &sent(&[3, 4]), false);
    assert_eq!(said(&verdict), "wrong 4 invalid", "doing it twice is doing it once");
}

#[test]
fn sizes_and_times_are_told_from_other_failures() {
    assert_eq!(created(refusal(413, "<html>"), &[3, 4]), "too large");
    assert_eq!(created(refusal(504, "<html>"), &[3, 4]), "too slow");
    assert_eq!(created(refusal(502, "<html>"), &[3, 4]), "failed");
    let segments = Creating::<amo_core::Segment>(Place(()));
    let body = r#"{"validation-errors":[{"request_id":"x","errors":[{"code":"X"}]}]}"#;
    let verdict = verdict(&segments, refusal(400, body), &sent(&[3]), true);
    assert!(matches!(verdict, Verdict::Wrong { items, .. } if items[0].0 == 3));
}
