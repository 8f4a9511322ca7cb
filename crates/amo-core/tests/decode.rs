#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

use amo_core::{
    Contact, Created, Lead, LeadId, Page, Receipt, Resource, Tag, Timestamp, Updated, from_slice,
    one_from_slice,
};
use serde_json::json;

const LEADS: &str = r#"{
  "_page": 2,
  "_links": {
    "self": {"href": "https://demo.amocrm.ru/api/v4/leads?limit=2&page=2"},
    "next": {"href": "https://demo.amocrm.ru/api/v4/leads?limit=2&page=3"}
  },
  "_embedded": {"leads": [{"id": 101, "price": 5}, {"id": "102", "price": "200.75"}]}
}"#;

fn leads(json: &serde_json::Value) -> Page<Lead> {
    Page::from_slice("leads", json.to_string().as_bytes()).unwrap()
}

#[test]
fn a_page_is_taken_out_of_its_envelope() {
    let page = Page::<Lead>::from_slice(Lead::KEY, LEADS.as_bytes()).unwrap();
    let ids: Vec<LeadId> = page.items.iter().map(|lead| lead.id).collect();
    assert_eq!(ids, [LeadId::new(101), LeadId::new(102)]);
    assert_eq!(page.page, Some(2));
    assert_eq!(page.next.as_deref(), Some("https://demo.amocrm.ru/api/v4/leads?limit=2&page=3"));
    assert_eq!(page.total, None);
}

#[test]
fn nothing_at_all_is_an_empty_page() {
    for body in ["", " \n", "{}", r#"{"_embedded":{}}"#, r#"{"_embedded":[]}"#, "[]"] {
        assert_eq!(Page::<Lead>::from_slice("leads", body.as_bytes()), Ok(Page::empty()), "{body}");
    }
    assert_eq!(leads(&json!({ "_embedded": { "leads": null } })), Page::default());
    assert_eq!(leads(&json!({ "_embedded": null })), Page::default());
}

#[test]
fn links_and_totals_come_in_many_forms() {
    let tags = br#"{"_total_items": "3", "_links": [], "_embedded": {"tags": [{"id": 9}]}}"#;
    let page = Page::<Tag>::from_slice("tags", tags).unwrap();
    assert_eq!((page.total, page.page, page.next), (Some(3), None, None));
    let last = json!({ "_page": null, "_links": { "self": { "href": "x" }, "next": null } });
    assert_eq!(leads(&last).next, None);
    assert_eq!(leads(&json!({ "_links": null, "_total_items": -1 })).total, None);
}

#[test]
fn items_come_in_all_forms_of_a_list() {
    let ids = |leads: &serde_json::Value| -> Vec<i64> {
        let page = self::leads(&json!({ "_embedded": { "leads": leads } }));
        page.items.iter().map(|lead| lead.id.get()).collect()
    };
    assert_eq!(ids(&json!([{ "id": 1 }, null, { "id": 2 }])), [1, 2]);
    assert_eq!(ids(&json!({ "1": { "id": 1 }, "4": { "id": 2 } })), [1, 2]);
    assert_eq!(ids(&json!({ "id": 1, "name": "alone" })), [1]);
    assert_eq!(ids(&json!({})), [0; 0]);
    assert_eq!(leads(&json!([null, { "id": 7 }])).items.len(), 1);
}

#[test]
fn a_bare_list_is_a_page() {
    let page = leads(&json!([{ "id": 90007 }]));
    assert_eq!(page.items[0].id, LeadId::new(90_007));
}

#[test]
fn other_things_under_embedded_are_not_taken_for_an_empty_page() {
    let body = br#"{"_embedded": {"errors": [{"code": 244}]}}"#;
    let error = Page::<Lead>::from_slice("leads", body).unwrap_err();
    assert_eq!(error.path(), "_embedded");
    assert!(error.message().contains("missing field `leads`"), "{error}");
    assert!(error.fragment().contains("244"), "{error}");
}

#[test]
fn an_error_names_the_place_and_shows_the_piece() {
    let body = json!({ "_embedded": { "leads": [
        { "id": 1 }, { "id": 2 }, { "id": 3 }, { "id": 4, "price": { "sum": 5 }, "name": "secret" },
    ] } });
    let error = Page::<Lead>::from_slice("leads", body.to_string().as_bytes()).unwrap_err();
    assert_eq!(error.path(), "_embedded.leads[3].price");
    assert_eq!(error.fragment(), r#"{"sum":5}"#);
    assert!(error.message().contains("an amount"), "{error}");
    let text = error.to_string();
    assert!(text.contains("_embedded.leads[3].price") && text.contains(r#"{"sum":5}"#), "{text}");
    assert!(!text.contains("secret"), "no more of the body than the piece: {text}");
    assert_eq!(error.clone(), error);
}

#[test]
fn an_error_inside_an_entity_names_the_whole_way() {
    let body = json!({ "id": 1, "_embedded": { "tags": [{ "id": 9 }, { "id": "x" }] } });
    let error = from_slice::<Lead>(body.to_string().as_bytes()).unwrap_err();
    assert_eq!(error.path(), "_embedded.tags[1].id");
    assert_eq!(error.fragment(), "\"x\"");
}

#[test]
fn a_missing_id_is_named_at_its_entity() {
    let body = json!({ "_embedded": { "leads": [{ "name": "nameless" }] } });
    let error = Page::<Lead>::from_slice("leads", body.to_string().as_bytes()).unwrap_err();
    assert_eq!(error.path(), "_embedded.leads[0]");
    assert!(error.message().contains("missing field `id`"), "{error}");
}

#[test]
fn a_long_piece_is_shortened() {
    let body = json!({ "id": "ё".repeat(5000) });
    let error = from_slice::<Lead>(body.to_string().as_bytes()).unwrap_err();
    assert_eq!(error.path(), "id");
    assert_eq!(error.fragment().chars().count(), 120);
    assert!(error.fragment().ends_with('…'));
}

#[test]
fn what_is_no_json_shows_the_text_around_the_fault() {
    let body = format!("{{\n\"id\": 1,\n\"name\": \"{}\", oops }}", "x".repeat(500));
    let error = from_slice::<Lead>(body.as_bytes()).unwrap_err();
    assert!(error.fragment().contains("oops"), "{error}");
    assert!(error.fragment().chars().count() <= 120);
    let html = from_slice::<Lead>(b"<html><head><title>502 Bad Gateway</title>").unwrap_err();
    assert!(html.fragment().starts_with("<html>"), "{html}");
    assert!(from_slice::<Lead>(b"").is_err());
    assert!(from_slice::<Lead>(b"\xff\xfe").is_err());
}

#[test]
fn text_after_the_end_is_a_fault() {
    let error = from_slice::<Lead>(br#"{"id":1} and more"#).unwrap_err();
    assert_eq!(error.path(), ".");
    assert!(error.message().contains("trailing characters"), "{error}");
    assert!(Page::<Lead>::from_slice("leads", b"{} x").is_err());
}

#[test]
fn one_item_stands_at_the_root_or_in_an_envelope() {
    let root = json!({ "id": 5, "_embedded": { "tags": [] } }).to_string();
    let enveloped = json!({ "_links": {}, "_embedded": { "leads": [{ "id": 5 }] } }).to_string();
    let listed = json!([{ "id": 5 }]).to_string();
    for body in [root, enveloped, listed] {
        let lead: Lead = one_from_slice("leads", body.as_bytes()).unwrap();
        assert_eq!(lead.id, LeadId::new(5), "{body}");
    }
}

#[test]
fn no_item_is_an_error() {
    for body in [r#"{"_embedded":{"leads":[]}}"#, "[]", "", "{}"] {
        assert!(one_from_slice::<Lead>("leads", body.as_bytes()).is_err(), "{body}");
    }
    let error = one_from_slice::<Lead>("leads", br#"{"_embedded":{"leads":[]}}"#).unwrap_err();
    assert_eq!(error.path(), "_embedded.leads");
    let error =
        one_from_slice::<Lead>("leads", br#"{"_embedded":{"leads":[{"id":{}}]}}"#).unwrap_err();
    assert_eq!(error.path(), "_embedded.leads[0].id");
}

#[test]
fn receipts_of_creating() {
    let body = json!({ "_embedded": { "contacts": [
        { "id": 5, "request_id": "c0", "is_deleted": false },
        { "id": 6, "request_id": 1 },
        { "id": 7 },
        { "id": 8, "request_id": null },
    ] } });
    let page = Page::<Created<Contact>>::from_slice("contacts", body.to_string().as_bytes());
    let receipts = page.unwrap().items;
    let ids: Vec<_> = receipts.iter().map(Receipt::request_id).collect();
    assert_eq!(ids, [Some("c0"), Some("1"), None, None]);
    assert_eq!(receipts[0].extra.get("is_deleted"), Some(&json!(false)));
    assert!(receipts[1].extra.is_empty());
    assert_eq!(receipts[1].id().get(), 6);
}

#[test]
fn receipts_of_updating() {
    let body = json!({ "id": "5", "name": "Oleg", "updated_at": 1_700_000_200 });
    let receipt: Updated<Contact> =
        one_from_slice("contacts", body.to_string().as_bytes()).unwrap();
    assert_eq!(receipt.updated_at, Some(Timestamp::new(1_700_000_200)));
    assert_eq!((receipt.id().get(), receipt.request_id()), (5, None));
    assert_eq!(receipt.extra.iter().collect::<Vec<_>>(), [("name", &json!("Oleg"))]);
    let unchanged = <Lead as amo_core::Update>::unchanged(LeadId::new(3));
    assert_eq!((unchanged.id(), unchanged.updated_at), (LeadId::new(3), None));
    assert!(from_slice::<Updated<Lead>>(br#"{"id":1,"updated_at":"soon"}"#).is_err());
}

/// An error goes into logs: a text of megabytes in the place of a number must not.
#[test]
fn an_error_is_short_whatever_the_body_is() {
    let long = "ж".repeat(50_000);
    let text = from_slice::<Lead>(format!(r#"{{"id":"{long}"}}"#).as_bytes()).unwrap_err();
    assert_eq!(text.path(), "id");
    assert!(text.message().starts_with("invalid value: string \"жж"), "{text}");
    assert!(text.message().contains("…"), "{text}");
    assert!(text.message().contains(", expected "), "{text}");
    let name = from_slice::<Lead>(format!(r#"{{"{long}":[}}"#).as_bytes()).unwrap_err();
    assert!(name.path().starts_with("жж") && name.path().contains('…'), "{name}");
    for error in [text, name] {
        assert!(error.message().chars().count() <= 300, "{error}");
        assert!(error.path().chars().count() <= 300, "{error}");
    }
}

#[test]
fn a_member_without_a_name_has_a_place() {
    let error = from_slice::<Lead>(br#"{"": oops}"#).unwrap_err();
    assert_eq!(error.path(), ".");
}
