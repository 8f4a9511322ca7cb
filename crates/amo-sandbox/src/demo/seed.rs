//! Fills the demo account.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::cards::Draft;
use super::dice::Dice;
use super::{activity, cards, fields, goods, people, words};
use crate::account::Account;
use crate::account::info::TaskType;
use crate::account::users::Group;
use crate::automation::Automation;
use crate::builder::SandboxBuilder;
use crate::check::Change;
use crate::demo;
use crate::drive::NewFile;
use crate::entity::{Collection, Drawn, Entity, Kind, add_one};
use crate::events::{self, Events, What};
use crate::fields::value;
use crate::flaws::Flaws;
use crate::generated;
use crate::links::Links;
use crate::record::{Records, seed_bots};
use crate::special::{Followers, Widgets};
use crate::tags::TagRef;
use crate::webhooks::Subscriptions;

/// An account while it is filled.
pub(super) struct Seeding<'a> {
    pub(super) account: Account,
    pub(super) settings: &'a SandboxBuilder,
    /// When what was done by whom.
    history: Vec<(i64, i64, What)>,
    /// The files on the drive.
    files: Vec<String>,
}

/// The demo account with as many entities as the settings ask for.
pub(crate) fn account(settings: &SandboxBuilder) -> Account {
    let mut account = empty(settings);
    account.set_customers_mode(settings.mode_of_customers());
    let mut seeding = Seeding { account, settings, history: Vec::new(), files: Vec::new() };
    seeding.put_files();
    goods::fill(&mut seeding);
    cards::fill(&mut seeding);
    let Seeding { mut account, history, .. } = seeding;
    seed_bots(&mut account);
    events::begin(&mut account);
    account.events.tell(history);
    account
}

impl Seeding<'_> {
    /// Adds a card with what was done about it, and gives its id.
    pub(super) fn card(
        &mut self,
        kind: Kind,
        number: usize,
        make: fn(&mut Dice, usize, &Self) -> Draft,
    ) -> (i64, Dice) {
        let mut dice = Dice::of(self.settings, kind, number);
        let Draft { mut members, fields, tags } = make(&mut dice, number, self);
        let account = &mut self.account;
        let mut flaws = Flaws::default();
        let fields = value::check(&fields.into(), account.fields_of(kind), account, &mut flaws);
        debug_assert!(flaws.is_empty(), "{flaws:?}");
        let manager = [demo::MANAGER, demo::PARTNER_MANAGER, demo::ADMIN][number % 3];
        members.push(("responsible_user_id", manager.into()));
        members.push(("updated_at", dice.updated_at.into()));
        let tags_to_add = tags.into_iter().map(|tag| TagRef::Name(tag.to_owned())).collect();
        let change = Change { members, fields, tags_to_add, ..Change::default() };
        let id = add_one(account, kind, &change, demo::ADMIN, dice.created_at);
        self.tell(dice.created_at, demo::ADMIN, events::card_added(kind, id));
        activity::about(self, (kind, id), number, &mut dice);
        self.forget(number);
        (id, dice)
    }

    pub(super) fn link(&mut self, card: (Kind, i64), kind: Kind, other: Option<i64>) {
        if let Some(other) = other {
            self.account.links.put(card, (kind, other), None);
        }
    }

    /// Keeps what is no card, and tells when and by whom it was added.
    pub(super) fn record(
        &mut self,
        (service, scope): (&'static str, &str),
        record: Entity,
        (at, by): (i64, i64),
    ) {
        let found = events::record_added(service, scope, &record, &self.account);
        self.tell(at, by, found);
        self.account.records.keep(service, scope, record);
    }

    pub(super) fn tell(&mut self, at: i64, by: i64, found: impl IntoIterator<Item = What>) {
        self.history.extend(found.into_iter().map(|what| (at, by, what)));
    }

    /// All of a large account would be remembered as touched until the end.
    pub(super) fn forget(&mut self, number: usize) {
        if number.is_multiple_of(1024) {
            events::begin(&mut self.account);
        }
    }

    /// One of the files on the drive.
    pub(super) fn file(&self, number: usize) -> Option<&str> {
        self.files.get(number.checked_rem(self.files.len())?).map(String::as_str)
    }

    /// A few contracts, where leads are that have one.
    fn put_files(&mut self) {
        for number in 0..self.settings.leads.saturating_add(2).div_euclid(10).min(3) {
            let mut dice = Dice::of(self.settings, Kind::Leads, usize::MAX - number);
            let text = format!("{}\n{}\n", people::company(&mut dice), words::lead(&mut dice));
            let file = NewFile {
                uuids: [dice.uuid(), dice.uuid()],
                name: dice.word(&["Договор.txt"], &["Contract.txt"]),
                mime_type: "text/plain",
                bytes: text.into(),
            };
            self.files.extend(file.uuids.first().cloned());
            self.account.drive.put(file, dice.created_at, demo::ADMIN);
        }
    }
}

fn empty(settings: &SandboxBuilder) -> Account {
    let firsts = [
        (Kind::Contacts, demo::FIRST_CONTACT),
        (Kind::Companies, demo::FIRST_COMPANY),
        (Kind::Leads, demo::FIRST_LEAD),
        (Kind::Customers, demo::FIRST_CUSTOMER),
    ];
    Account {
        drawn: Drawn::default(),
        id: settings.account_id,
        name: "Demo".to_owned(),
        domain: settings.domain.clone(),
        api_filter: settings.api_filter,
        groups: vec![
            Group { id: 0, name: "Sales".to_owned() },
            Group { id: demo::GROUP_PARTNERS, name: "Partners".to_owned() },
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
    let built_in = |id, name: &str, code: &str| TaskType {
        id,
        name: name.to_owned(),
        color: None,
        icon_id: None,
        code: Some(code.to_owned()),
    };
    vec![
        built_in(1, "Follow-up", "FOLLOW_UP"),
        built_in(2, "Meeting", "MEETING"),
        TaskType {
            id: demo::TASK_TYPE_LETTER,
            name: "Letter".to_owned(),
            color: Some("66CC66".to_owned()),
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
