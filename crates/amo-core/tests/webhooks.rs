#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;
mod wire;

use amo_core::{List, NewWebhook, Webhook, WebhookAddress, WebhookEvent, WebhookFilter, WebhookId};
use common::round_trip;
use serde_json::json;
use wire::{asked, said, sent};

#[test]
fn a_subscription_round_trips() {
    let hook: Webhook = round_trip(&json!({
        "id": 8, "destination": "https://hook.example.test/amo?k=1",
        "created_at": 1_700_000_000, "updated_at": 1_700_000_100, "account_id": 1,
        "created_by": 12, "sort": 1, "disabled": false,
        "settings": ["add_lead", "status_lead", "add_catalog_5"], "new_member": [1],
    }));
    assert_eq!(hook.id, WebhookId::new(8));
    let settings = hook.settings.as_ref().unwrap();
    assert_eq!(settings[1], WebhookEvent::StatusLead);
    assert_eq!(settings[2], WebhookEvent::Other("add_catalog_5".to_owned()));
    assert_eq!(hook.address(), Some(WebhookAddress::new("https://hook.example.test/amo?k=1")));
}

#[test]
fn bodies_byte_for_byte() {
    let hook = NewWebhook::new("https://h.test/", [WebhookEvent::AddLead, WebhookEvent::AddTalk]);
    assert_eq!(
        sent(&hook.sort(10)),
        r#"{"destination":"https://h.test/","settings":["add_lead","add_talk"],"sort":10}"#
    );
    assert_eq!(
        sent(&WebhookAddress::new("https://h.test/")),
        r#"{"destination":"https://h.test/"}"#
    );
}

#[test]
fn filters_and_operations() {
    let filter = WebhookFilter::new().destination("https://h.test/");
    assert_eq!(asked(&filter), "filter[destination]=https://h.test/");
    assert_eq!(said(&Webhook::LIST), "webhooks.list GET /api/v4/webhooks Repeatable");
    assert_eq!(said(&Webhook::SUBSCRIBE), "webhooks.subscribe POST /api/v4/webhooks Repeatable");
    assert_eq!(
        said(&Webhook::UNSUBSCRIBE),
        "webhooks.unsubscribe DELETE /api/v4/webhooks Repeatable"
    );
}
