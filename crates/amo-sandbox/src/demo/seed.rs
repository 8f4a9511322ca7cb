//! Fills the demo account.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{fields, people};
use crate::account::Account;
use crate::account::info::TaskType;
use crate::account::users::Group;
use crate::automation::Automation;
use crate::builder::SandboxBuilder;
use crate::check::Change;
use crate::demo;
use crate::entity::{Collection, Entity, Kind, add_one};
use crate::events::{self, Events};
use crate::fields::value;
use crate::flaws::Flaws;
use crate::generated;
use crate::links::Links;
use crate::record::{Records, seed_bots};
use crate::special::{Followers, Widgets};
use crate::tags::TagRef;
use crate::webhooks::Subscriptions;

/// The demo account with as many entities as the settings ask for.
pub(crate) fn account(settings: &SandboxBuilder) -> Account {
    let mut account = empty(settings);
    account.set_customers_mode(settings.mode_of_customers());
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
    seed_bots(&mut account);
    events::begin(&mut account);
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
    change.fields = value::check(&fields, account.fields_of(kind), account, &mut flaws);
    debug_assert!(flaws.is_empty(), "{flaws:?}");
    let manager = [demo::MANAGER, demo::PARTNER_MANAGER, demo::ADMIN][number % 3];
    change.members.push(("responsible_user_id", Value::from(manager)));
    // All of a large account would be remembered as touched until the end.
    if number.is_multiple_of(1024) {
        events::begin(account);
    }
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
        (Kind::Customers, demo::FIRST_CUSTOMER),
    ];
    Account {
        id: demo::ACCOUNT,
        name: "Demo".to_owned(),
        domain: settings.domain.clone(),
        api_filter: settings.api_filter,
        groups: vec![
            Group { id: 0, name: "Sales" },
            Group { id: demo::GROUP_PARTNERS, name: "Partners" },
        ],
        task_types: task_types(),
        fields: fields::definitions(),
        field_groups: crate::fields::FieldGroups::default(),
        collections: firsts
            .into_iter()
            .map(|(kind, first)| (kind, Collection::starting_at(first)))
            .collect(),
        tags: BTreeMap::new(),
        next_tag: 5001,
        links: Links::default(),
        records: records(),
        events: Events::default(),
        followers: Followers::default(),
        widgets: Widgets::default(),
        drive: crate::drive::Drive::default(),
        customers_mode: crate::builder::CustomersMode::Disabled,
        has_products: false,
        duplicate_control: settings.duplicate_control,
        paid_until: settings.paid_until,
        most_templates: settings.most_templates,
        webhooks: Subscriptions::default(),
        automation: Automation::default(),
        moved_from: Vec::new(),
    }
}

fn task_types() -> Vec<TaskType> {
    let built_in = |id, name, code| TaskType { id, name, color: None, icon_id: None, code };
    vec![
        built_in(1, "Follow-up", Some("FOLLOW_UP")),
        built_in(2, "Meeting", Some("MEETING")),
        TaskType {
            id: demo::TASK_TYPE_LETTER,
            name: "Letter",
            color: Some("66CC66"),
            icon_id: Some(5),
            code: None,
        },
    ]
}

/// Administrators may do everything; managers see the things of their group and change their own.
fn user(id: i64, name: &str, email: &str, group_id: i64) -> Entity {
    let is_admin = id == demo::ADMIN;
    let level = |own: &'static str| if is_admin { "A" } else { own };
    let section = json!({"view": level("G"), "edit": level("M"), "add": "A",
        "delete": level("D"), "export": level("D")});
    let rights = json!({
        "leads": section, "contacts": section, "companies": section,
        "tasks": {"edit": level("M"), "delete": level("M")},
        "mail_access": is_admin,
        "catalog_access": is_admin,
        "status_rights": null,
        "catalog_rights": null,
    });
    let mut user = Entity::new(id);
    for (member, value) in [
        ("name", json!(name)),
        ("email", json!(email)),
        ("lang", json!("ru")),
        ("group_id", json!(group_id)),
        ("is_admin", json!(is_admin)),
        ("is_active", json!(true)),
        ("rights", rights),
    ] {
        user.set(member, value);
    }
    user
}

/// What is kept and is no card: users, the pipeline with its statuses, the loss reasons.
fn records() -> Records {
    let mut records = Records::default();
    for user in [
        user(demo::ADMIN, "Ada Admin", "admin@example.test", 0),
        user(demo::MANAGER, "Мария Менеджер", "manager@example.test", 0),
        user(demo::PARTNER_MANAGER, "Paul Partner", "partners@example.test", demo::GROUP_PARTNERS),
    ] {
        records.keep("users", "", user);
    }
    let mut keep = |service, scope: &str, id, members: Value| {
        let mut entity = Entity::new(id);
        // Members bear the names of the description.
        let resource = generated::ALL.iter().find(|one| one.service == service);
        for member in resource.map_or(&[][..], |resource| resource.members) {
            if let Some(value) = members.get(member.name) {
                entity.set(member.name, value.clone());
            }
        }
        records.keep(service, scope, entity);
    };
    let pipeline = json!({"name": "Sales", "sort": 1, "is_main": true, "is_unsorted_on": true,
        "is_archive": false});
    keep("pipelines", "", demo::PIPELINE, pipeline);
    for (id, name, sort, color) in [
        (demo::STATUS_INCOMING, "Incoming leads", 10, "#c1c1c1"),
        (demo::STATUS_FIRST, "First contact", 20, "#99ccff"),
        (demo::STATUS_TALKS, "Talks", 30, "#ffff99"),
        (demo::STATUS_CONTRACT, "Contract", 40, "#ffcc66"),
        (demo::STATUS_WON, "Won", 10_000, "#CCFF66"),
        (demo::STATUS_LOST, "Lost", 11_000, "#D5D8DB"),
    ] {
        let is_stage =
            [demo::STATUS_FIRST, demo::STATUS_TALKS, demo::STATUS_CONTRACT].contains(&id);
        let status = json!({"name": name, "sort": sort, "color": color, "is_editable": is_stage,
            "type": i32::from(id == demo::STATUS_INCOMING), "pipeline_id": demo::PIPELINE});
        keep("statuses", &demo::PIPELINE.to_string(), id, status);
    }
    for (id, name, sort) in [
        (demo::LOSS_REASON_PRICE, "Too expensive", 10),
        (demo::LOSS_REASON_NO_NEED, "No need any more", 20),
    ] {
        let reason = json!({"name": name, "sort": sort, "created_at": demo::EPOCH,
            "updated_at": demo::EPOCH});
        keep("loss_reasons", "", id, reason);
    }
    records
}
