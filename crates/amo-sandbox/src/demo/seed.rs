//! Fills the demo account.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{fields, people};
use crate::account::Account;
use crate::account::pipelines::{LossReason, Pipeline, Status};
use crate::account::users::{Group, User};
use crate::builder::SandboxBuilder;
use crate::check::Change;
use crate::demo;
use crate::entity::{Collection, Kind, add_one};
use crate::fields::value;
use crate::flaws::Flaws;
use crate::links::Links;
use crate::tags::TagRef;

/// The demo account with as many entities as the settings ask for.
pub(crate) fn account(settings: &SandboxBuilder) -> Account {
    let mut account = empty(settings);
    for number in 0..settings.companies {
        add(&mut account, Kind::Companies, number, company(number));
    }
    for number in 0..settings.contacts {
        let id = add(&mut account, Kind::Contacts, number, contact(number));
        if let Some(company) = one_of(demo::FIRST_COMPANY, settings.companies, number) {
            account.links.put((Kind::Contacts, id), (Kind::Companies, company), None);
        }
    }
    for number in 0..settings.leads {
        let id = add(&mut account, Kind::Leads, number, lead(number));
        if let Some(contact) = one_of(demo::FIRST_CONTACT, settings.contacts, number) {
            account.links.put((Kind::Leads, id), (Kind::Contacts, contact), Some(true));
        }
        if let Some(company) = one_of(demo::FIRST_COMPANY, settings.companies, number) {
            account.links.put((Kind::Leads, id), (Kind::Companies, company), None);
        }
    }
    account
}

fn one_of(first: i64, count: usize, number: usize) -> Option<i64> {
    first.checked_add_unsigned(number.checked_rem(count)? as u64)
}

fn add(
    account: &mut Account,
    kind: Kind,
    number: usize,
    (mut change, fields): (Change, Value),
) -> i64 {
    let mut flaws = Flaws::default();
    change.fields = value::check(&fields, account.fields_of(kind), &mut flaws);
    debug_assert!(flaws.is_empty(), "{flaws:?}");
    let manager = [demo::MANAGER, demo::PARTNER_MANAGER, demo::ADMIN][number % 3];
    change.members.push(("responsible_user_id", Value::from(manager)));
    // One every half a minute.
    let now = demo::EPOCH.saturating_add_unsigned(number as u64 * 30);
    add_one(account, kind, &change, demo::ADMIN, now)
}

fn contact(number: usize) -> (Change, Value) {
    let person = people::person(number);
    let members = vec![
        ("first_name", Value::from(person.first_name)),
        ("last_name", Value::from(person.last_name)),
    ];
    let fields = json!([
        {"field_code": "PHONE", "values": [{"value": people::phone(number), "enum_code": "MOB"}]},
        {"field_code": "EMAIL", "values": [{"value": format!("contact{}@example.test", number + 1), "enum_code": "WORK"}]},
        {"field_code": "POSITION", "values": [{"value": person.position}]},
    ]);
    let tags_to_add =
        if number.is_multiple_of(5) { vec![TagRef::Name("vip".to_owned())] } else { Vec::new() };
    (Change { members, tags_to_add, ..Change::default() }, fields)
}

fn company(number: usize) -> (Change, Value) {
    let members = vec![("name", Value::from(people::company(number)))];
    let fields = json!([
        {"field_code": "EMAIL", "values": [{"value": format!("office{}@example.test", number + 1), "enum_code": "WORK"}]},
        {"field_code": "WEB", "values": [{"value": format!("https://company{}.example.test", number + 1)}]},
    ]);
    (Change { members, ..Change::default() }, fields)
}

fn lead(number: usize) -> (Change, Value) {
    let statuses = [
        demo::STATUS_FIRST,
        demo::STATUS_TALKS,
        demo::STATUS_CONTRACT,
        demo::STATUS_WON,
        demo::STATUS_LOST,
    ];
    let status = statuses[number % statuses.len()];
    let mut members = vec![
        ("name", Value::from(people::lead(number))),
        ("price", Value::from((number % 97 + 1) * 500)),
        ("status_id", Value::from(status)),
    ];
    if status == demo::STATUS_LOST {
        members.push(("loss_reason_id", Value::from(demo::LOSS_REASON_PRICE)));
    }
    let fields = json!([{"field_code": "ORDER_NUMBER", "values": [{"value": format!("A-{:06}", number + 1)}]}]);
    let tags_to_add =
        if number.is_multiple_of(4) { vec![TagRef::Name("b2b".to_owned())] } else { Vec::new() };
    (Change { members, tags_to_add, ..Change::default() }, fields)
}

fn empty(settings: &SandboxBuilder) -> Account {
    let firsts = [
        (Kind::Contacts, demo::FIRST_CONTACT),
        (Kind::Companies, demo::FIRST_COMPANY),
        (Kind::Leads, demo::FIRST_LEAD),
    ];
    Account {
        id: demo::ACCOUNT,
        name: "Demo".to_owned(),
        domain: settings.domain.clone(),
        api_filter: settings.api_filter,
        users: users(),
        groups: vec![
            Group { id: 0, name: "Sales" },
            Group { id: demo::GROUP_PARTNERS, name: "Partners" },
        ],
        pipelines: vec![pipeline()],
        loss_reasons: vec![
            LossReason {
                id: demo::LOSS_REASON_PRICE,
                name: "Too expensive",
                sort: 10,
                created_at: demo::EPOCH,
            },
            LossReason {
                id: demo::LOSS_REASON_NO_NEED,
                name: "No need any more",
                sort: 20,
                created_at: demo::EPOCH,
            },
        ],
        fields: fields::definitions(),
        collections: firsts
            .into_iter()
            .map(|(kind, first)| (kind, Collection::starting_at(first)))
            .collect(),
        tags: BTreeMap::new(),
        next_tag: 5001,
        links: Links::default(),
        records: crate::record::Records::default(),
    }
}

fn users() -> Vec<User> {
    let user = |id, name, email, group_id| User {
        id,
        name,
        email,
        group_id,
        is_admin: id == demo::ADMIN,
        is_free: false,
        is_active: true,
    };
    vec![
        user(demo::ADMIN, "Ada Admin", "admin@example.test", 0),
        user(demo::MANAGER, "Мария Менеджер", "manager@example.test", 0),
        user(demo::PARTNER_MANAGER, "Paul Partner", "partners@example.test", demo::GROUP_PARTNERS),
    ]
}

fn pipeline() -> Pipeline {
    let status = |id, name, sort, color| Status {
        id,
        name,
        sort,
        color,
        is_unsorted: id == demo::STATUS_INCOMING,
    };
    Pipeline {
        id: demo::PIPELINE,
        name: "Sales",
        is_main: true,
        statuses: vec![
            status(demo::STATUS_INCOMING, "Incoming leads", 10, "#c1c1c1"),
            status(demo::STATUS_FIRST, "First contact", 20, "#99ccff"),
            status(demo::STATUS_TALKS, "Talks", 30, "#ffff99"),
            status(demo::STATUS_CONTRACT, "Contract", 40, "#ffcc66"),
            status(demo::STATUS_WON, "Won", 10_000, "#CCFF66"),
            status(demo::STATUS_LOST, "Lost", 11_000, "#D5D8DB"),
        ],
    }
}
