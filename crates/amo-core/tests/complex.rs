#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use amo_core::field::PHONE;
use amo_core::{
    CompanyId, ComplexLead, ContactId, FormsMetadata, Lead, LeadId, NewCompany, NewComplexLead,
    NewContact, NewLead, Page, Repeat, RequestIds, Resource, SipMetadata, Timestamp, UserId,
    from_slice,
};
use common::round_trip;
use serde_json::json;

fn sent(body: &impl serde::Serialize) -> String {
    serde_json::to_string(body).unwrap()
}

fn form() -> FormsMetadata {
    FormsMetadata::new("42", "Footer", "https://example.test", Timestamp::new(1_700_000_000))
}

#[test]
fn a_lead_with_contact_and_company_byte_for_byte() {
    let lead = NewLead::new().name("Call-back request").price(900).tag("b2b").source("site-1");
    let lead = NewComplexLead::new(lead.responsible_user_id(UserId::new(12)))
        .contact_id(ContactId::new(1))
        .contact(NewContact::new().first_name("Vera").add(PHONE, ("+70000000001", "MOB")))
        .company_id(CompanyId::new(1))
        .company(NewCompany::new().name("Lotos LLC"))
        .from_form(form().ip("192.0.2.1").referer("https://example.test/r"));
    assert_eq!(
        sent(&lead),
        concat!(
            r#"{"name":"Call-back request","price":900,"responsible_user_id":12,"#,
            r#""tags_to_add":[{"name":"b2b"}],"_embedded":{"contacts":[{"first_name":"Vera","#,
            r#""custom_fields_values":[{"field_code":"PHONE","values":[{"value":"+70000000001","#,
            r#""enum_code":"MOB"}]}]}],"companies":[{"name":"Lotos LLC"}],"#,
            r#""source":{"external_id":"site-1","type":"widget"},"metadata":{"#,
            r#""category":"forms","form_id":"42","form_name":"Footer","#,
            r#""form_page":"https://example.test","form_sent_at":1700000000,"ip":"192.0.2.1","#,
            r#""referer":"https://example.test/r"}}}"#,
        )
    );
}

#[test]
fn what_the_lead_names_is_kept() {
    assert_eq!(sent(&NewComplexLead::new(NewLead::new())), "{}");
    let linked = NewLead::new().main_contact(ContactId::new(555)).company(CompanyId::new(557));
    assert_eq!(
        sent(&NewComplexLead::new(linked.clone())),
        r#"{"_embedded":{"contacts":[{"id":555,"is_main":true}],"companies":[{"id":557}]}}"#
    );
    let replaced =
        NewComplexLead::new(linked).contact_id(ContactId::new(6)).company_id(CompanyId::new(7));
    assert_eq!(sent(&replaced), r#"{"_embedded":{"contacts":[{"id":6}],"companies":[{"id":7}]}}"#);
    let call = SipMetadata::new("+7001", Timestamp::new(5), 61, "https://rec.test/1", "pbx");
    let call = NewComplexLead::new(NewLead::new()).from_form(form()).from_call(call);
    assert_eq!(
        sent(&call),
        concat!(
            r#"{"_embedded":{"metadata":{"category":"sip","phone":"+7001","called_at":5,"#,
            r#""duration":61,"link":"https://rec.test/1","service_code":"pbx"}}}"#,
        )
    );
}

#[test]
fn it_can_be_put_into_an_item_of_a_batch() {
    #[derive(serde::Serialize)]
    struct Item<'a> {
        #[serde(flatten)]
        item: &'a NewComplexLead,
        request_id: &'a str,
    }

    let lead = NewComplexLead::new(NewLead::new().name("x")).contact_id(ContactId::new(5));
    assert_eq!(
        sent(&Item { item: &lead, request_id: "k-1" }),
        r#"{"name":"x","_embedded":{"contacts":[{"id":5}]},"request_id":"k-1"}"#
    );
}

#[test]
fn the_answer_round_trips() {
    let lead: ComplexLead = round_trip(&json!({
        "id": 90007, "contact_id": 556, "company_id": null, "request_id": ["k-1", "k-2"],
        "merged": true, "new_member": {},
    }));
    assert_eq!((lead.id, lead.merged), (LeadId::new(90_007), Some(true)));
    assert_eq!((lead.contact_id, lead.company_id), (Some(ContactId::new(556)), None));
    let ids = lead.request_id.unwrap();
    assert_eq!(ids.iter().collect::<Vec<_>>(), ["k-1", "k-2"]);
    assert!(ids.contains("k-2") && !ids.contains("k"));
    round_trip::<ComplexLead>(&json!({ "id": 1 }));
}

#[test]
fn a_bare_list_is_read_and_other_forms_are_understood() {
    let page: Page<ComplexLead> = Page::from_slice(
        Lead::KEY,
        br#"[{"id":1,"contact_id":"2","company_id":3,"request_id":[0,"a"],"merged":0},
            {"id":4,"request_id":"5"},{"id":5,"request_id":6},{"id":6,"request_id":null}]"#,
    )
    .unwrap();
    let ids: Vec<Vec<&str>> = page
        .items
        .iter()
        .map(|lead| lead.request_id.iter().flat_map(RequestIds::iter).collect())
        .collect();
    assert_eq!(ids, [vec!["0", "a"], vec!["5"], vec!["6"], vec![]]);
    assert_eq!(
        (page.items[0].merged, page.items[0].contact_id),
        (Some(false), Some(ContactId::new(2)))
    );
    let error = from_slice::<ComplexLead>(br#"{"id":1,"request_id":true}"#).unwrap_err();
    assert_eq!(error.path(), "request_id");
}

#[test]
fn the_operation() {
    let operation = Lead::ADD_COMPLEX;
    assert_eq!(format!("{} {}", operation.method, operation.path), "POST /api/v4/leads/complex");
    assert_eq!(operation.to_string(), "leads.add_complex");
    assert_eq!((operation.repeat, ComplexLead::MAX_BATCH), (Repeat::ActsOnce, 50));
}
