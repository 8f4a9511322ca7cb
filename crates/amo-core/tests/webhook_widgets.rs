//! What a widget is posted: by triggers of the digital pipeline, and by bots.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

use amo_core::webhook::{
    Hook, HookError, Limits, Movement, WidgetEvent, WidgetHook, WidgetRequest,
};
use amo_core::{
    AccountId, BotId, BotKind, CustomerId, EntityType, LeadId, PipelineId, Scope, StatusId,
    Timestamp,
};
use serde_json::{Map, Value, json};

const HOOK_FORM: &str = "event[type]=14&event[type_code]=lead_status_changed&event[data][id]=501\
    &event[data][element_type]=2&event[data][status_id]=20&event[data][pipeline_id]=10\
    &event[data][direction_of_movement]=went_in_trigger&event[time]=1700000000\
    &action[settings][widget][settings][text]=Hi+there\
    &action[settings][widget][settings][users][0]=9&subdomain=demo&account_id=1&new[x]=y";

fn hook_json() -> Value {
    json!({
        "event": {
            "type": 14, "type_code": "lead_status_changed", "time": 1_700_000_000,
            "data": {
                "id": 501, "element_type": 2, "status_id": 20, "pipeline_id": 10,
                "direction_of_movement": "went_in_trigger",
            },
        },
        "action": {"settings": {"widget": {"settings": {"text": "Hi there", "users": [9]}}}},
        "subdomain": "demo", "account_id": 1, "new": {"x": null, "0": 1.5, "y": true},
    })
}

#[test]
fn a_trigger_posts_a_form_or_json() {
    let json = hook_json();
    for body in [HOOK_FORM.to_owned(), json.to_string()] {
        let hook = WidgetHook::parse(body.as_bytes()).unwrap();
        assert_eq!(hook.event(), Some(WidgetEvent::LeadStatusChanged));
        assert_eq!(hook.event_number(), Some(14));
        assert_eq!(hook.time(), Some(Timestamp::new(1_700_000_000)));
        assert_eq!(hook.entity_type(), Some(EntityType::Leads));
        assert_eq!((hook.entity_id(), hook.customer_id()), (Some(501), None));
        assert_eq!(hook.lead_id(), Some(LeadId::new(501)));
        assert_eq!(hook.status_id(), Some(StatusId::new(20)));
        assert_eq!(hook.pipeline_id(), Some(PipelineId::new(10)));
        assert_eq!(hook.movement(), Some(Movement::Within));
        assert_eq!(hook.settings().unwrap()["text"], "Hi there");
        assert_eq!(hook.subdomain(), Some("demo"));
        assert_eq!(hook.account_id(), Some(AccountId::new(1)));
        let stored = serde_json::to_string(&hook).unwrap();
        let read: WidgetHook = serde_json::from_str(&stored).unwrap();
        assert_eq!((&read, read.key()), (&hook, hook.key()));
    }
    let hook = WidgetHook::parse(json.to_string().as_bytes()).unwrap();
    assert_eq!(json, Value::from(hook.members().clone()), "JSON stays as it came");
    assert_eq!(hook.settings().unwrap()["users"], json!([9]));
    let form = WidgetHook::parse(HOOK_FORM.as_bytes()).unwrap();
    assert_eq!(form.members()["new"]["x"], "y");
    assert_eq!(form.settings().unwrap()["users"], json!(["9"]));
}

#[test]
fn every_event_of_a_widget_has_a_code_and_a_number() {
    let all = [
        (1, "lead_added"),
        (14, "lead_status_changed"),
        (15, "lead_appeared_in_status"),
        (16, "mail_in"),
        (17, "call_in"),
        (18, "site_visit"),
        (19, "chat"),
        (20, "customer_added"),
        (21, "customer_period_changed"),
        (22, "customer_appeared_in_period"),
    ];
    for (number, code) in all {
        let event = WidgetEvent::from(code);
        assert_eq!(event.number(), Some(number), "{code}");
        assert_eq!(WidgetEvent::from_number(number), Some(event.clone()));
        let by_number = WidgetHook::parse(format!("event[type]={number}").as_bytes()).unwrap();
        assert_eq!(by_number.event(), Some(event.clone()));
        let by_code = WidgetHook::parse(format!("event[type_code]={code}").as_bytes()).unwrap();
        assert_eq!(by_code.event(), Some(event));
    }
    let unknown = WidgetHook::parse(b"event[type]=99&event[type_code]=moon_rose").unwrap();
    assert_eq!(unknown.event(), Some(WidgetEvent::Other("moon_rose".to_owned())));
    assert_eq!((unknown.event_number(), unknown.lead_id()), (Some(99), None));
    let number_only = WidgetHook::parse(b"event[type]=99&event[type_code]=").unwrap();
    assert_eq!((number_only.event(), number_only.event_number()), (None, Some(99)));
    for (text, movement) in [
        ("went_to_trigger", Movement::To),
        ("went_in_trigger", Movement::Within),
        ("went_from_trigger", Movement::From),
        ("jumped", Movement::Other("jumped".to_owned())),
    ] {
        let body = format!("event[data][direction_of_movement]={text}");
        assert_eq!(WidgetHook::parse(body.as_bytes()).unwrap().movement(), Some(movement));
    }
    let customer = b"event[type]=20&event[data][id]=5&event[data][element_type]=12";
    let customer = WidgetHook::parse(customer).unwrap();
    assert_eq!((customer.customer_id(), customer.lead_id()), (Some(CustomerId::new(5)), None));
}

#[test]
fn the_key_of_a_trigger_has_its_time() {
    let key = |body: &str| WidgetHook::parse(body.as_bytes()).unwrap().key();
    let first = key("event[type]=17&event[time]=1");
    assert_eq!(first, key(r#"{"event": {"time": 1, "type": 17}}"#));
    assert_ne!(first, key("event[type]=17&event[time]=2"));
    assert_ne!(first, key("event[type]=17&event[time]=1&account_id=1"));
}

const RETURN: &str = "https://demo.amocrm.ru/api/v4/salesbot/321/continue/123";

#[test]
fn a_bot_posts_json_or_a_form() {
    let data = r#""message": "a]b:[\"c", "from": "widget""#;
    let bodies = [
        format!(r#"{{"token": "a.b.c", "data": {{{data}}}, "return_url": "{RETURN}"}}"#),
        // As the documentation prints it, which is no JSON.
        format!(r#"{{"token": "a.b.c", "data": [ {data} ], "return_url": "{RETURN}"}}"#),
        format!(
            "token=a.b.c&data[message]=a%5Db:%5B%22c&data[from]=widget&return_url={RETURN}&x=y"
        ),
    ];
    for body in bodies {
        let request = WidgetRequest::parse(body.as_bytes()).unwrap();
        assert_eq!(request.token.expose_secret(), "a.b.c");
        let expected = json!({"message": "a]b:[\"c", "from": "widget"});
        assert_eq!(Value::from(request.data.clone()), expected, "{body}");
        assert_eq!(request.return_url.as_deref(), Some(RETURN));
        assert_eq!(request.extra.get("x").is_some(), body.ends_with("x=y"));
        let bot = request.waiting_bot().unwrap();
        assert_eq!((&bot.kind, bot.bot_id), (&BotKind::Salesbot, BotId::new(321)));
        assert_eq!(bot.continue_id, "123");
        let path = "/api/v4/{bot_type}/{bot_id}/continue/{continue_id}";
        assert_eq!(bot.fill(path), "/api/v4/salesbot/321/continue/123");
        let shown = format!("{request:?}");
        assert!(!shown.contains("a.b.c") && shown.contains("BotToken(..)"), "{shown}");
    }
}

#[test]
fn data_is_any_values() {
    let read = |data: &str| {
        let body = format!(r#"{{"token": "t", "data": {data}}}"#);
        WidgetRequest::parse(body.as_bytes()).unwrap()
    };
    let any = r#"{"a": 1, "b": 1.5, "c": null, "d": [true, {"0": "x"}], "e": {"f": []}}"#;
    assert_eq!(Value::from(read(any).data).to_string(), any.replace(": ", ":").replace(", ", ","));
    assert_eq!(read("[]").data, Map::new());
    assert_eq!(Value::from(read(r#"["x", 2]"#).data), json!({"0": "x", "1": 2}));
    let nested = read(r#"["a": ["b": [1, ["c": 2]]], "d": {"e": []}]"#);
    assert_eq!(Value::from(nested.data), json!({"a": {"b": [1, {"c": 2}]}, "d": {"e": []}}));
    let text = read(r#""just text""#);
    assert_eq!((text.data.is_empty(), text.extra.get("data")), (true, Some(&json!("just text"))));
    assert_eq!((read("{}").return_url, read("null").extra.get("data")), (None, Some(&Value::Null)));
    let listed = WidgetRequest::parse(b"token=t&data[]=x&data[]=y").unwrap();
    assert_eq!(Value::from(listed.data), json!({"0": "x", "1": "y"}));
}

#[test]
fn only_documented_addresses_are_answered() {
    let bot = |address: &str| {
        let body = json!({"token": "t", "return_url": address}).to_string();
        WidgetRequest::parse(body.as_bytes()).unwrap().waiting_bot()
    };
    let marketing = bot("https://x.kommo.com/api/v4/marketingbot/7/continue/a-1/?x=y").unwrap();
    assert_eq!((marketing.kind, marketing.continue_id.as_str()), (BotKind::Marketingbot, "a-1"));
    for other in [
        "",
        "https://demo.amocrm.ru/",
        "https://demo.amocrm.ru/api/v4/leads/7/continue/1",
        "https://demo.amocrm.ru/api/v4/../7/continue/1",
        "https://demo.amocrm.ru/api/v4/salesbot/7/continue/..",
        "https://demo.amocrm.ru/api/v4/salesbot/7/continue/1/2",
        "https://demo.amocrm.ru/api/v4/salesbot/x/continue/1",
        "https://demo.amocrm.ru/api/v4/salesbot/7/stop/1",
    ] {
        assert_eq!(bot(other), None, "{other}");
    }
}

#[test]
fn each_door_refuses_the_posts_of_the_others() {
    let request = format!(r#"{{"token":"t","return_url":"{RETURN}"}}"#);
    let error = WidgetHook::parse(request.as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), "the post has no `event` and is no post of a widget's trigger");
    for body in ["", "leads[add][0][id]=1", "event=x", "{}", "[]"] {
        assert!(matches!(WidgetHook::parse(body.as_bytes()), Err(HookError::OtherKind { .. })));
    }
    let error = WidgetRequest::parse(HOOK_FORM.as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), "the post has no `token` and is no request of a bot");
    for body in ["", "token=", "token[a]=1", r#"{"token": 5}"#, r#"{"token": null}"#] {
        assert!(matches!(WidgetRequest::parse(body.as_bytes()), Err(HookError::OtherKind { .. })));
    }
    // A webhook may be empty, and keeps what it does not know.
    let hook = Hook::parse(HOOK_FORM.as_bytes()).unwrap();
    assert!(hook.events.is_empty() && hook.extra.get("event").is_some());
}

/// What a door says to a body.
type Door = fn(Limits, &str) -> Option<HookError>;

#[test]
fn the_limits_are_the_same() {
    let limits = Limits::default().bytes(120).keys(6).depth(3);
    let doors: [Door; 3] = [
        |limits, body| limits.parse(body.as_bytes()).err(),
        |limits, body| limits.parse_widget_hook(body.as_bytes()).err(),
        |limits, body| limits.parse_widget_request(body.as_bytes()).err(),
    ];
    for door in doors {
        let long = format!("event[a]=1&token={}", "x".repeat(120));
        assert!(matches!(door(limits, &long), Some(HookError::TooLong { limit: 120, .. })));
        let deep = [r#"{"event":{"a":{"b":{"c":1}}},"token":"t"}"#, "token=t&event[a][b][c]=1"];
        for body in deep {
            assert!(matches!(door(limits, body), Some(HookError::TooDeep { limit: 3, .. })));
        }
        let many = [
            r#"{"event":{"a":[1,2,3]},"token":"t","x":1}"#,
            r#"{"event":["a":[1,2,3]],"token":"t","x":1}"#,
            "token=t&event[a][0]=1&event[a][1]=2&event[a][2]=2&x=1",
        ];
        for (nth, body) in many.into_iter().enumerate() {
            let error = door(limits, body);
            // What is almost JSON is mended for two of them only.
            let broken = nth == 1 && matches!(error, Some(HookError::NotJson { .. }));
            assert!(broken || matches!(error, Some(HookError::TooManyKeys { limit: 6, .. })));
        }
        assert!(door(limits, r#"{"event":{"a":{"b":1}},"token":"t"}"#).is_none());
        let error = door(limits, "{\"event\": \n oops}");
        let place = "line 2 column 2".to_owned();
        assert_eq!(error, Some(HookError::NotJson { place }));
    }
}
