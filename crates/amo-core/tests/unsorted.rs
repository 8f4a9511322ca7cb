#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use amo_core::{
    AcceptUnsorted, Author, ContactId, Create, CreatedUnsorted, CustomerId, DeclineUnsorted,
    Direction, FormsMetadata, Get, LeadId, LinkUnsorted, List, ListQuery, NewCompany, NewContact,
    NewLead, NewUnsortedCall, NewUnsortedForm, Operation, Page, PipelineId, QueryPart, Receipt,
    Repeat, Resource, SipMetadata, StatusId, Timestamp, Unsorted, UnsortedCall, UnsortedCategory,
    UnsortedFilter, UnsortedForm, UnsortedMetadata, UnsortedOrder, UnsortedSummaryFilter,
    UnsortedUid, UserId,
};
use common::round_trip;
use serde_json::{Value, json};

fn unsorted(category: &str, metadata: &Value) -> Value {
    json!({
        "uid": "3f0c", "source_uid": "site-1", "source_name": null, "category": category,
        "pipeline_id": 31, "created_at": 1_700_000_000, "metadata": metadata, "account_id": 777,
        "_links": { "self": { "href": "https://demo.amocrm.ru/api/v4/leads/unsorted/3f0c" } },
        "_embedded": { "leads": [{ "id": 90010 }], "contacts": [], "companies": [{ "id": 557 }] },
    })
}

fn sent(body: &impl serde::Serialize) -> String {
    serde_json::to_string(body).unwrap()
}

fn raw(filter: &impl QueryPart) -> Vec<String> {
    let mut query = amo_core::Query::new();
    filter.write(&mut query);
    query.pairs().map(|(name, value)| format!("{name}={value}")).collect()
}

#[test]
fn what_has_no_category_or_does_not_fit_is_kept() {
    for (category, metadata) in [
        ("fax", json!({ "pages": 3 })),
        ("forms", json!([])),
        ("forms", json!({ "form_id": {} })),
        ("sip", json!({ "called_at": "yesterday" })),
        ("mail", json!({ "from": "a@example.test" })),
    ] {
        let item: Unsorted = round_trip(&unsorted(category, &metadata));
        let UnsortedMetadata::Other { category: kind, metadata: kept } = item.metadata else {
            panic!("{category} {metadata}")
        };
        assert_eq!((kind.unwrap().as_str(), kept), (category, Some(metadata)));
    }
    let bare: Unsorted = round_trip(&json!({ "uid": "a" }));
    assert_eq!(bare.metadata, UnsortedMetadata::Other { category: None, metadata: None });
}

#[test]
fn what_was_created_is_a_receipt() {
    let created: Page<CreatedUnsorted> = Page::from_slice(
        UnsortedForm::KEY,
        br#"{"_total_items":1,"_embedded":{"unsorted":[{"uid":"3f0c","account_id":777,
            "request_id":"f1","_embedded":{"leads":[{"id":90010,"_links":{}}]}}]}}"#,
    )
    .unwrap();
    let created = &created.items[0];
    assert_eq!((created.id(), created.request_id()), ("3f0c".into(), Some("f1")));
    assert_eq!(created.embedded.leads.as_ref().unwrap()[0].id, LeadId::new(90_010));
}

#[test]
fn a_new_one_from_a_form_byte_for_byte() {
    let sent_at = Timestamp::new(1_700_000_000);
    let form = FormsMetadata::new("ask", "Ask us", "https://example.test/ask", sent_at);
    let new = || NewUnsortedForm::new("site-1", "Landing", form.clone());
    assert_eq!(
        sent(&new()),
        concat!(
            r#"{"source_uid":"site-1","source_name":"Landing","metadata":{"form_id":"ask","#,
            r#""form_name":"Ask us","form_page":"https://example.test/ask","#,
            r#""form_sent_at":1700000000}}"#,
        )
    );
    let form = form.clone().ip("192.0.2.7").referer("https://search.example.test").form_type(1);
    let new = NewUnsortedForm::new("site-1", "Landing", form)
        .pipeline_id(PipelineId::new(31))
        .created_at(sent_at)
        .lead(NewLead::new().name("lost"))
        .lead(NewLead::new().name("From landing").visitor_uid("v"))
        .contact(NewContact::new().name("Nina"))
        .company(NewCompany::new().name("Lotos"));
    assert_eq!(
        sent(&new),
        concat!(
            r#"{"source_uid":"site-1","source_name":"Landing","metadata":{"form_id":"ask","#,
            r#""form_name":"Ask us","form_page":"https://example.test/ask","#,
            r#""form_sent_at":1700000000,"ip":"192.0.2.7","#,
            r#""referer":"https://search.example.test","form_type":1},"pipeline_id":31,"#,
            r#""created_at":1700000000,"_embedded":{"leads":[{"name":"From landing","#,
            r#""visitor_uid":"v"}],"contacts":[{"name":"Nina"}],"companies":[{"name":"Lotos"}]}}"#,
        )
    );
}

#[test]
fn a_new_one_from_a_call_byte_for_byte() {
    let call = SipMetadata::new("+7001", Timestamp::new(5), 61, "https://rec.test/1", "pbx")
        .call_responsible(UserId::new(12))
        .is_call_event_needed(true)
        .uniq("u");
    let new = NewUnsortedCall::new("pbx-1", "PBX", call).contact(NewContact::new().name("Nina"));
    assert_eq!(
        sent(&new),
        concat!(
            r#"{"source_uid":"pbx-1","source_name":"PBX","metadata":{"phone":"+7001","#,
            r#""called_at":5,"duration":61,"link":"https://rec.test/1","service_code":"pbx","#,
            r#""call_responsible":12,"is_call_event_needed":true,"uniq":"u"},"#,
            r#""_embedded":{"contacts":[{"name":"Nina"}]}}"#,
        )
    );
}

#[test]
fn decisions_byte_for_byte() {
    assert_eq!(sent(&AcceptUnsorted::new()), "{}");
    let accept = AcceptUnsorted::new().user_id(UserId::new(12)).status_id(StatusId::new(3102));
    assert_eq!(sent(&accept), r#"{"user_id":12,"status_id":3102}"#);
    assert_eq!(sent(&AcceptUnsorted::new().user_id(Author::Robot)), r#"{"user_id":0}"#);
    assert_eq!(sent(&DeclineUnsorted::new()), "{}");
    assert_eq!(sent(&DeclineUnsorted::new().user_id(UserId::new(12))), r#"{"user_id":12}"#);
    assert_eq!(
        sent(&LinkUnsorted::lead(LeadId::new(5))),
        r#"{"link":{"entity_id":5,"entity_type":"leads"}}"#
    );
    let link = LinkUnsorted::customer(CustomerId::new(41)).contact(ContactId::new(556));
    assert_eq!(
        sent(&link.user_id(UserId::new(12))),
        concat!(
            r#"{"link":{"entity_id":41,"entity_type":"customers","metadata":{"contact_id":556}},"#,
            r#""user_id":12}"#,
        )
    );
}

#[test]
fn filters_byte_for_byte() {
    let filter = UnsortedFilter::new()
        .uid(["3f0c", "3f0d"])
        .category([UnsortedCategory::Forms, "fax".into()])
        .pipeline_id(PipelineId::new(31));
    assert_eq!(
        raw(&filter),
        [
            "filter[uid][0]=3f0c",
            "filter[uid][1]=3f0d",
            "filter[category][0]=forms",
            "filter[category][1]=fax",
            "filter[pipeline_id]=31",
        ]
    );
    let filter = UnsortedSummaryFilter::new()
        .uid([UnsortedUid::new("3f0c")])
        .created_at(Timestamp::new(1)..=Timestamp::new(9))
        .pipeline_id(PipelineId::new(30))
        .pipeline_id(PipelineId::new(31));
    assert_eq!(
        raw(&filter),
        [
            "filter[uid][0]=3f0c",
            "filter[created_at][from]=1",
            "filter[created_at][to]=9",
            "filter[pipeline_id]=31",
        ]
    );
    let query = ListQuery::<Unsorted>::new().order(UnsortedOrder::CreatedAt, Direction::Desc);
    assert_eq!(query.to_query().to_string(), "order%5Bcreated_at%5D=desc");
}

#[test]
fn operations() {
    assert_eq!((Unsorted::NAME, Unsorted::KEY, Unsorted::MAX_LIMIT), ("unsorted", "unsorted", 250));
    let once = Repeat::ActsOnce;
    let again = Repeat::Repeatable;
    let operations: [(Operation, &str, Repeat); 8] = [
        (Unsorted::GET, "GET /api/v4/leads/unsorted/{id}", again),
        (Unsorted::LIST, "GET /api/v4/leads/unsorted", again),
        (Unsorted::ACCEPT, "POST /api/v4/leads/unsorted/{id}/accept", once),
        (Unsorted::DECLINE, "DELETE /api/v4/leads/unsorted/{id}/decline", again),
        (Unsorted::LINK_ENTITY, "POST /api/v4/leads/unsorted/{id}/link", once),
        (Unsorted::SUMMARY, "GET /api/v4/leads/unsorted/summary", again),
        (UnsortedForm::CREATE, "POST /api/v4/leads/unsorted/forms", once),
        (UnsortedCall::CREATE, "POST /api/v4/leads/unsorted/sip", once),
    ];
    for (operation, text, repeat) in operations {
        assert_eq!(format!("{} {}", operation.method, operation.path), text);
        assert_eq!((operation.service, operation.repeat), ("unsorted", repeat));
    }
}
