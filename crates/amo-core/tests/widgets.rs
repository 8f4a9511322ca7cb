#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;
mod wire;

use amo_core::{Delete, Get, List, UserId, Widget, WidgetCode, WidgetSettingType, WidgetSettings};
use common::round_trip;
use serde_json::{Value, json};
use wire::{read, said, sent};

fn widget() -> Value {
    json!({
        "id": 742, "code": "amo_asterisk", "version": "1.1.12", "rating": "2,8",
        "settings_template": [
            { "key": "login", "name": "Login", "type": "text", "is_required": true },
            { "key": "phones", "name": "Phones", "type": "users_and_more", "is_required": false },
        ],
        "is_lead_source": false, "is_work_with_dp": false, "is_crm_template": false,
        "client_uuid": null, "is_active_in_account": true, "pipeline_id": null,
        "settings": { "login": "demo", "pass": "s3cret", "phones": { "9": "101" } },
        "_links": { "self": { "href": "https://demo.amocrm.ru/api/v4/widgets/amo_asterisk" } },
    })
}

#[test]
fn the_settings_of_a_widget() {
    let widget: Widget = round_trip(&widget());
    assert_eq!(widget.code, WidgetCode::new("amo_asterisk"));
    let template = widget.settings_template.as_ref().unwrap();
    assert_eq!(template[0].kind, Some(WidgetSettingType::Text));
    assert_eq!(template[1].kind, Some(WidgetSettingType::Other("users_and_more".to_owned())));
    let settings = widget.settings.as_ref().unwrap();
    assert_eq!(settings.get("phones"), Some(&json!({ "9": "101" })));
    assert_eq!(settings.iter().count(), 3);
}

#[test]
fn passwords_are_not_shown() {
    let widget: Widget = read(&widget());
    let shown = format!("{widget:?}");
    assert!(shown.contains("pass") && !shown.contains("s3cret"), "{shown}");
}

#[test]
fn settings_byte_for_byte() {
    let settings = WidgetSettings::new()
        .text("login", "demo")
        .users("phones", [(UserId::new(9), "101")])
        .users_with_passwords("sip", [(UserId::new(9), "a", "b")])
        .custom("limits", json!([1, true]));
    assert_eq!(
        serde_json::to_value(&settings).unwrap(),
        json!({ "login": "demo", "phones": { "9": "101" },
            "sip": { "9": { "login": "a", "password": "b" } }, "limits": [1, true] })
    );
    assert_eq!(sent(&WidgetSettings::new()), "{}");
}

#[test]
fn operations() {
    assert_eq!(said(&Widget::LIST), "widgets.list GET /api/v4/widgets Repeatable");
    assert_eq!(said(&Widget::GET), "widgets.get GET /api/v4/widgets/{id} Repeatable");
    assert_eq!(said(&Widget::DELETE), "widgets.delete DELETE /api/v4/widgets/{id} Repeatable");
    assert_eq!(said(&Widget::INSTALL), "widgets.install POST /api/v4/widgets/{id} Repeatable");
}
