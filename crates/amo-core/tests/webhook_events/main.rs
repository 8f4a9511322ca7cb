//! A post for every pair of an entity and an action that amoCRM is known to send: what is read out
//! of it, and what it is as a model of the API.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]
#![allow(clippy::too_many_lines, reason = "tables of posts")]

mod chats;
mod customers;
mod leads;
mod people;
mod tasks;
mod triggers;
mod unsorted;

use std::collections::BTreeSet;

use amo_core::webhook::{Event, Hook, HookAction, HookEntity};
use amo_core::{AccountId, EntityType};
use serde_json::Value;

/// One post and what must come of it.
struct Case {
    /// The subscription; empty where there is none.
    setting: &'static str,
    entity: HookEntity,
    action: HookAction,
    /// What each key starts with, and the rest of each with its value.
    body: (&'static str, &'static [&'static str]),
    id: Option<i64>,
    about: Option<(EntityType, i64)>,
    /// As the model of the API, printed.
    model: Value,
}

/// Every event of the tables, checked with the account in each of its places.
fn check(cases: Vec<Case>) {
    for case in cases {
        let (prefix, lines) = case.body;
        let pairs: Vec<_> = lines.iter().map(|line| format!("{prefix}{line}")).collect();
        let alone = pairs.join("&");
        let account = "account[subdomain]=demo&account[id]=1\
            &account[_links][self]=https%3A%2F%2Fdemo.amocrm.ru";
        for (body, known) in [
            (format!("{account}&{alone}"), Some(1)),
            (format!("{alone}&{account}"), Some(1)),
            (format!("{alone}&account[subdomain]=demo"), None),
            (alone.clone(), None),
        ] {
            let hook = Hook::parse(body.as_bytes()).unwrap();
            let id = hook.account.as_ref().and_then(amo_core::webhook::HookAccount::id);
            assert_eq!(id, known.map(AccountId::new), "{body}");
            assert!(hook.extra.is_empty(), "{body}: {:?}", hook.extra);
            let [event] = hook.events.as_slice() else { panic!("{body}: {hook:?}") };
            assert_eq!((&event.entity, &event.action), (&case.entity, &case.action), "{body}");
            let setting = event.setting();
            assert_eq!(setting.as_ref().map_or("", |name| name.as_str()), case.setting, "{body}");
            assert_eq!((event.id(), event.about()), (case.id, case.about.clone()), "{body}");
            assert_eq!(models(event), std::slice::from_ref(&case.model), "{body}");
            let key = Hook::parse(alone.as_bytes()).unwrap().events[0].key();
            assert_eq!(event.key(), key, "the account has no part in it: {body}");
        }
    }
}

/// What the event is as a model of the API: exactly one.
fn models(event: &Event) -> Vec<Value> {
    let all = [
        event.lead().as_ref().map(printed),
        event.contact().as_ref().map(printed),
        event.company().as_ref().map(printed),
        event.customer().as_ref().map(printed),
        event.element().as_ref().map(printed),
        event.task().as_ref().map(printed),
        event.note().as_ref().map(printed),
        event.talk().as_ref().map(printed),
        event.message().as_ref().map(printed),
        event.unsorted().as_ref().map(printed),
        event.chat_template().as_ref().map(printed),
    ];
    all.into_iter().flatten().collect()
}

/// Printed, with each name once.
fn printed(model: &impl serde::Serialize) -> Value {
    let text = serde_json::to_string(model).unwrap();
    let value: Value = serde_json::from_str(&text).unwrap();
    // A name that stood twice would be once in the tree.
    assert_eq!(value.to_string().len(), text.len(), "{text}");
    value
}

/// The tables together have all the names of subscriptions that amoCRM documents, and those that
/// it is known to have besides.
#[test]
fn no_setting_is_left_out() {
    let all: BTreeSet<_> = [
        leads::cases(),
        people::cases(),
        customers::cases(),
        tasks::cases(),
        chats::cases(),
        unsorted::cases(),
    ]
    .into_iter()
    .flatten()
    .map(|case| case.setting)
    .filter(|setting| !setting.is_empty())
    .collect();
    let documented = "add_lead update_lead delete_lead restore_lead status_lead responsible_lead \
        note_lead add_contact update_contact delete_contact restore_contact responsible_contact \
        note_contact add_company update_company delete_company restore_company \
        responsible_company note_company add_customer update_customer delete_customer \
        responsible_customer note_customer add_task update_task delete_task responsible_task \
        add_talk update_talk add_chat_template_review";
    let others = "add_message add_outgoing_message add_unsorted update_unsorted delete_unsorted";
    let documented: BTreeSet<_> = documented.split_whitespace().collect();
    assert_eq!(documented.len(), 31);
    assert_eq!(all, documented.into_iter().chain(others.split_whitespace()).collect());
}
