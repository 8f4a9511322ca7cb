#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use amo_core::{
    ById, Changed, Create, Delete, Get, List, NewSource, NewWebsiteButton, PatchBody, PipelineId,
    Query, QueryPart, Receipt, Repeat, Resource, Source, SourceFilter, SourceId, SourcePage,
    SourcePatch, SourceService, Update, UpdateMany, WebsiteButton, WebsiteButtonPatch,
    one_from_slice,
};
use common::{operations, sent};
use serde_json::{Value, json};

fn source() -> Value {
    json!({
        "id": 15, "name": "Sales WA", "external_id": "wa-1", "pipeline_id": 10, "default": true,
        "origin_code": "amo.ext.77",
        "services": [{
            "type": "whatsapp",
            "pages": [{ "id": "15550100", "name": "WA", "link": "+15550100" }],
            "params": { "waba": true, "is_supports_list_message": false },
        }],
        "request_id": "s1",
        "_links": { "self": { "href": "https://demo.amocrm.ru/api/v4/sources/15" } },
    })
}

fn button() -> Value {
    json!({
        "account_id": 777, "source_id": 90, "button_id": 12, "name": "Site",
        "is_duplication_control_enabled": true, "creation_status": "created", "pipeline_id": 10,
        "script": "<script></script>", "is_deleted": false,
        "_links": { "self": { "href": "https://demo.amocrm.ru/api/v4/website_buttons/90" } },
    })
}

#[test]
fn sources_byte_for_byte() {
    let new = NewSource::new("Sales WA", "wa-1")
        .pipeline_id(PipelineId::new(10))
        .is_default(true)
        .services([SourceService::whatsapp([SourcePage::new("15550100", "WA", "+15550100")])
            .waba(true)
            .list_messages(true)]);
    assert_eq!(
        sent(&new),
        concat!(
            r#"{"name":"Sales WA","external_id":"wa-1","pipeline_id":10,"default":true,"#,
            r#""services":[{"type":"whatsapp","pages":[{"id":"15550100","name":"WA","#,
            r#""link":"+15550100"}],"params":{"waba":true,"is_supports_list_message":true}}]}"#,
        )
    );
    assert_eq!(
        sent(&SourcePatch::new().name("x").is_default(false)),
        r#"{"name":"x","default":false}"#
    );
    assert_eq!(sent(&[ById::new(SourceId::new(15))]), r#"[{"id":15}]"#);
}

#[test]
fn sources_differ() {
    let before: Source = serde_json::from_value(source()).unwrap();
    let mut after = before.clone();
    after.is_default = Some(false);
    assert_eq!(sent(&Source::diff(&before, &after).unwrap()), r#"{"default":false}"#);
    after.is_default = None;
    assert_eq!(Source::diff(&before, &after).unwrap_err().member(), "default");
    after = before.clone();
    after.external_id = Some("other".to_owned());
    assert_eq!(Source::diff(&before, &after).unwrap_err().member(), "external_id");
}

#[test]
fn a_filter_byte_for_byte() {
    let mut query = Query::new();
    SourceFilter::new().external_id(["wa-1", "b"]).write(&mut query);
    let pairs: Vec<_> = query.pairs().collect();
    assert_eq!(pairs, [("filter[external_id][0]", "wa-1"), ("filter[external_id][1]", "b")]);
}

#[test]
fn a_changed_website_button_is_its_own_receipt() {
    let saved: Changed<WebsiteButton> =
        one_from_slice(WebsiteButton::KEY, button().to_string().as_bytes()).unwrap();
    assert_eq!((saved.id(), saved.request_id()), (SourceId::new(90), None));
}

#[test]
fn website_buttons_byte_for_byte() {
    let new = NewWebsiteButton::on_sites(PipelineId::new(10), ["a.example", "b.example"])
        .used_in_app(true)
        .name("Site");
    assert_eq!(
        sent(&new),
        concat!(
            r#"{"pipeline_id":10,"trusted_websites":["a.example","b.example"],"#,
            r#""is_used_in_app":true,"name":"Site"}"#,
        )
    );
    assert_eq!(
        sent(&NewWebsiteButton::in_app(PipelineId::new(10)).used_in_app(false)),
        r#"{"pipeline_id":10,"trusted_websites":[],"is_used_in_app":true}"#
    );
    let patch = WebsiteButtonPatch::new().add_site("c.example").name("Shop");
    assert_eq!(sent(&patch), r#"{"trusted_websites":{"add":["c.example"]},"name":"Shop"}"#);
    assert!(WebsiteButtonPatch::new().is_empty() && !patch.is_empty());
    assert_eq!(sent(&WebsiteButtonPatch::new()), "{}");
}

#[test]
fn operations_are_as_documented() {
    let (all, one) = ("/api/v4/sources", "/api/v4/sources/{id}");
    operations(&[
        (Source::LIST, "sources.list GET", all, Repeat::Repeatable),
        (Source::GET, "sources.get GET", one, Repeat::Repeatable),
        (Source::CREATE, "sources.create POST", all, Repeat::ActsOnce),
        (Source::UPDATE, "sources.update PATCH", one, Repeat::Repeatable),
        (Source::UPDATE_MANY, "sources.update_many PATCH", all, Repeat::Repeatable),
        (Source::DELETE, "sources.delete DELETE", one, Repeat::Repeatable),
        (Source::DELETE_MANY, "sources.delete_many DELETE", all, Repeat::Repeatable),
    ]);
    assert_eq!((<Source as Create>::MAX_BATCH, <Source as UpdateMany>::MAX_BATCH), (50, 50));
    let (all, one) = ("/api/v4/website_buttons", "/api/v4/website_buttons/{id}");
    operations(&[
        (WebsiteButton::LIST, "website_buttons.list GET", all, Repeat::Repeatable),
        (WebsiteButton::GET, "website_buttons.get GET", one, Repeat::Repeatable),
        (WebsiteButton::UPDATE, "website_buttons.update PATCH", one, Repeat::Repeatable),
        (WebsiteButton::CREATE_ONE, "website_buttons.create_one POST", all, Repeat::ActsOnce),
        (
            WebsiteButton::ADD_ONLINE_CHAT,
            "website_buttons.add_online_chat POST",
            "/api/v4/website_buttons/{id}/online_chat",
            Repeat::Repeatable,
        ),
    ]);
}
