//! Everything that is kept and is no card of a lead, contact or company: tasks, notes and so on.
//!
//! What the tables say of a service is done here once: lists with their filters and orders, reading
//! one, adding, changing and deleting, and the answers in the forms that each operation has. What
//! is special to a service stands in its [`Behaviour`], in a file of its own.

mod bots;
mod calls;
pub(crate) mod catalogs;
mod chat_templates;
mod customer_statuses;
mod deadlines;
mod descriptions;
pub(crate) mod elements;
mod loss_reasons;
mod notes;
mod pipelines;
mod roles;
mod segments;
mod sources;
pub(crate) mod state;
mod statuses;
mod store;
mod talks;
mod tasks;
mod transactions;
mod users;
mod website_buttons;
mod write;

use http::StatusCode;
use serde_json::{Value, json};

pub(crate) use bots::{seed as seed_bots, wait as bot_waits};
pub(crate) use calls::card_of;
pub(crate) use catalogs::furnish as furnish_catalog;
pub(crate) use notes::by_robot as note_by_robot;
pub(crate) use sources::named as source_named;
pub(crate) use store::Records;
pub(crate) use talks::{
    client_rates, client_writes, talk_missed, user_writes, uuid as message_uuid,
};
pub(crate) use transactions::count as count_purchase;

use crate::account::Account;
use crate::call::Call;
use crate::check::Change;
use crate::entity::{Entity, Shown};
use crate::filter::Filtered;
use crate::flaws::{BatchFlaws, Flaws};
use crate::listing;
use crate::page::{self, Page};
use crate::reply::Reply;
use crate::rights::Reach;
use crate::table::{Answer, Resource, Type};

/// What is special to a service. Most services need little of it: see [`Behaviour::of`].
pub(crate) struct Behaviour {
    /// What the description says of it.
    resource: &'static Resource,
    /// Filters that are not named like the member that they look at.
    renamed: &'static [(&'static str, &'static str)],
    /// Filters that are also taken by their own name, outside of `filter[…]`.
    bare: &'static [&'static str],
    /// Whose definitions of custom fields count, as `Account::fields` names them.
    fields: fn(&Call<'_>) -> String,
    /// Whether pages and answers to additions count what there is.
    counted: bool,
    /// The actions whose answers have no `_links`, where other answers of the form have them.
    linkless: &'static [&'static str],
    /// Whether whole lists are in the order of `sort`.
    sorted: bool,
    /// What the answer to a write says as `request_id` of a record; null for nothing. The last
    /// argument says whether the text was sent or made up.
    echo: fn(&Call<'_>, i64, String, bool) -> Value,
    /// The collection that a request is about; what its path names and is not there is refused.
    scope: fn(&Call<'_>) -> Result<String, Reply>,
    /// Whether pages do not count what there is although answers to additions do.
    plain_pages: bool,
    /// How many a page has unless a limit is asked for.
    usual_limit: usize,
    /// Which records of the collection a request sees, if not all.
    sees: Option<fn(&Call<'_>, &Entity) -> bool>,
    /// Whether it sees all of them anyway, but for what [`below`](Behaviour::below) says.
    sees_all: fn(&Call<'_>) -> bool,
    /// What the records of a list have in common if the path names the entity that they belong to:
    /// a member and its value.
    below: fn(&Call<'_>) -> Option<(&'static str, i64)>,
    /// Makes an item what the tables describe where clients write it otherwise, before it is
    /// checked; the record is there when it is an update.
    tidy: fn(&mut Value, Option<&Entity>, &Call<'_>, &mut Flaws),
    /// Checks what concerns several members at once; the record is there when it is an update.
    check: fn(&Change, Option<&Entity>, &Call<'_>, &mut Flaws),
    /// Checks what concerns several new items at once.
    together: Together,
    /// Fills the members that follow from others, after a change was laid over the record.
    settle: fn(&mut Entity, &Change, &mut Call<'_>),
    /// Does what is left when all of a write is done, in the collection that it was about.
    finish: fn(&mut Call<'_>, &str),
    /// Changes what is shown of a record.
    show: fn(&Entity, &Call<'_>, &mut Shown<'_>),
    /// Refuses a deletion, or does what follows from it.
    delete: fn(&Entity, &mut Call<'_>) -> Result<(), Reply>,
    /// Answers the operations that only this service has, by their action.
    other: fn(&mut Call<'_>, &str) -> Result<Reply, Reply>,
}

/// Looks at all items of a batch, each with its request id.
type Together = fn(&[(String, Change)], &Call<'_>, &mut BatchFlaws) -> Result<(), Reply>;

impl Behaviour {
    /// Nothing special.
    const fn of(resource: &'static Resource) -> Self {
        Self {
            resource,
            renamed: &[],
            bare: &[],
            fields: |call| call.resource.service.to_owned(),
            counted: false,
            linkless: &[],
            sorted: false,
            echo: |_, _, request_id, _| request_id.into(),
            scope: |_| Ok(String::new()),
            plain_pages: false,
            usual_limit: 50,
            sees: None,
            sees_all: |_| false,
            below: |_| None,
            tidy: |_, _, _, _| {},
            check: |_, _, _, _| {},
            together: |_, _, _| Ok(()),
            settle: |_, _, _| {},
            finish: |_, _| {},
            show: |_, _, _| {},
            delete: |_, _| Ok(()),
            other: |call, _| Err(call.no_route()),
        }
    }
}

/// The services that are kept here. To add one: a file with its behaviour, and a line.
static ALL: &[&Behaviour] = &[
    &bots::BOTS,
    &chat_templates::CHAT_TEMPLATES,
    &chat_templates::REVIEWS,
    &catalogs::CATALOGS,
    &customer_statuses::STATUSES,
    &elements::ELEMENTS,
    &loss_reasons::LOSS_REASONS,
    &notes::NOTES,
    &pipelines::PIPELINES,
    &roles::ROLES,
    &segments::SEGMENTS,
    &sources::SOURCES,
    &statuses::STATUSES,
    &talks::MESSAGES,
    &talks::TALKS,
    &tasks::TASKS,
    &transactions::TRANSACTIONS,
    &users::USERS,
    &website_buttons::WEBSITE_BUTTONS,
];

/// Answers a request about a service that is kept here; `None` if it is not.
pub(crate) fn answer(call: &mut Call<'_>) -> Option<Result<Reply, Reply>> {
    if call.resource.service == "calls" {
        return Some(calls::create(call));
    }
    let service = ALL.iter().find(|known| std::ptr::eq(known.resource, call.resource))?;
    Some(match call.operation.action {
        "list" => list(call, service),
        "get" => get(call, service),
        "create" => write::create(call, service),
        "update" | "update_many" => write::update(call, service),
        "delete" | "delete_many" => write::delete(call, service),
        other => (service.other)(call, other),
    })
}

/// Does an entity of a service with this id exist? `None` if the service is not kept here.
pub(crate) fn knows(records: &Records, service: &str, id: i64) -> Option<bool> {
    let known = ALL.iter().find(|known| known.resource.service == service)?;
    Some(records.find(known.resource.service, id).is_some())
}

/// Takes a record away as a user does in the web interface; false when there is none. A website
/// button stays to be seen by those who ask for deleted ones.
pub(crate) fn delete_as_user(records: &mut Records, service: &str, id: i64) -> bool {
    if !["tasks", "notes", "website_buttons", "elements"].contains(&service) {
        return false;
    }
    let Some((service, scope)) = records.place_of(service, id) else { return false };
    let Some(mut record) = records.remove(service, &scope, id) else { return false };
    if service == website_buttons::WEBSITE_BUTTONS.resource.service {
        record.set("is_deleted", true);
        records.keep(service, &scope, record);
    }
    true
}

fn list(call: &Call<'_>, service: &Behaviour) -> Result<Reply, Reply> {
    let is_page = call.operation.answer == Answer::Page;
    let mut page = if is_page { call.page()? } else { Page::ALL };
    if is_page && call.query.get("limit").is_none() {
        page.limit = service.usual_limit;
    }
    let scope = (service.scope)(call)?;
    let entities = call.account.records.of(call.resource.service, &scope);
    let filtered = Filtered {
        resource: call.resource,
        fields: call.account.fields_named(&(service.fields)(call)),
        api_filter: call.account.api_filter,
        renamed: service.renamed,
        bare: service.bare,
        below: (service.below)(call),
        only: None,
    };
    let reach = Reach::of(call.account, call.user_id, call.resource.service, "view");
    let sees = |entity: &Entity| {
        reach.covers(entity) && service.sees.is_none_or(|sees| sees(call, entity))
    };
    let is_open = reach.is_everything() && (service.sees.is_none() || (service.sees_all)(call));
    let also = (!is_open).then_some(&sees as &dyn Fn(&Entity) -> bool);
    let find = |page| listing::find(call, page, &filtered, entities, also);
    let show_one = |entity: &&Entity| show(entity, call, service);
    let (own, key) = (call.own_url(), call.key());
    if is_page && service.counted && !service.plain_pages {
        let all = find(Page::ALL)?.entities;
        return Ok(page.counted(&own, call.query, key, &all, show_one));
    }
    let mut found = find(page)?;
    if is_page {
        let shown = found.entities.iter().map(show_one).collect();
        return Ok(page.reply(&own, call.query, key, shown, found.more));
    }
    if service.sorted {
        found.entities.sort_by_key(|entity| (entity.int("sort"), entity.id));
    }
    let shown: Vec<Value> = found.entities.iter().map(show_one).collect();
    if service.linkless.contains(&"list") && !shown.is_empty() {
        return Ok(page::embedding(json!({"_total_items": shown.len()}), key, shown));
    }
    Ok(page::whole(&own, key, shown))
}

fn get(call: &Call<'_>, service: &Behaviour) -> Result<Reply, Reply> {
    let scope = (service.scope)(call)?;
    let known = call.path_id().and_then(|id| {
        call.account
            .records
            .get(call.resource.service, &scope, id)
            .filter(|entity| service.sees.is_none_or(|sees| sees(call, entity)))
    });
    Ok(known
        .map_or_else(|| call.nothing_found(), |entity| Reply::hal(&show(entity, call, service))))
}

/// A record as reading shows it.
fn show(entity: &Entity, call: &Call<'_>, service: &Behaviour) -> Value {
    let asked = |word: &str| call.query.with().any(|asked| asked == word);
    let place = Place { base: call.base, parameters: &call.parameters };
    let mut shown = members(entity, call.resource, call.account, &place, &asked);
    (service.show)(entity, call, &mut shown);
    shown.into_value()
}

/// What the address of a record is made of: the host, and what stands in the path besides the id.
pub(crate) struct Place<'a> {
    pub(crate) base: &'a str,
    pub(crate) parameters: &'a [(&'static str, String)],
}

/// All members of a record that the description says are read, and its address. One that bears the
/// name of a word of `with` is shown only if it was asked for.
pub(crate) fn members(
    entity: &Entity,
    resource: &Resource,
    account: &Account,
    place: &Place<'_>,
    asked: &dyn Fn(&str) -> bool,
) -> Shown<'static> {
    let mut shown = Shown::default();
    let read = resource.members.iter().filter(|member| {
        let is_extra = resource.with.contains(&member.name);
        member.is_read && (!is_extra || asked(member.name))
    });
    for member in read {
        let value = match (member.kind, member.name) {
            (Type::CustomFields(kind), _) => {
                crate::fields::value::show(&entity.fields, account.fields_named(kind))
            }
            (_, "id") => entity.id.into(),
            (_, "account_id") => account.id.into(),
            (_, "group_id") => {
                let user = entity.int("responsible_user_id").and_then(|id| account.user(id));
                user.map_or(0, |user| user.group_id).into()
            }
            (_, name) => entity.get(name).clone(),
        };
        shown.set(member.name, value);
    }
    shown.set("_links", json!({"self": {"href": address(entity.id, resource, place)}}));
    shown
}

/// The address of a record: that of the list that it is in, with the id.
fn address(id: i64, resource: &Resource, place: &Place<'_>) -> String {
    let path_of = |action| {
        let mut operations = resource.operations.iter();
        operations.find(|operation| operation.action == action).map(|known| known.path)
    };
    let first = || resource.operations.first().map(|operation| operation.path);
    let below = || format!("{}/{{id}}", path_of("list").or_else(first).unwrap_or_default());
    let path = path_of("get").map_or_else(below, str::to_owned);
    let mut path = path.replace("{id}", &id.to_string());
    for (name, value) in place.parameters {
        path = path.replace(&format!("{{{name}}}"), value);
    }
    format!("{}{path}", place.base)
}

/// For services that refuse a change that says nothing. The code is a guess.
fn nothing_changes(change: &Change, old: Option<&Entity>, flaws: &mut Flaws) {
    if old.is_some() && change.members.is_empty() && flaws.is_empty() {
        flaws.blank("");
    }
}

/// A text that may not be empty.
fn not_blank(change: &Change, name: &str, flaws: &mut Flaws) {
    if change.text(name).is_some_and(|text| text.trim().is_empty()) {
        flaws.blank(name);
    }
}

/// Refuses more records in a collection than it may hold. How the real service words it is a guess.
fn at_most(most: usize, scope: &str, adding: usize, call: &Call<'_>) -> Result<(), Reply> {
    let service = call.resource.service;
    if call.account.records.of(service, scope).len() + adding <= most {
        return Ok(());
    }
    let detail = format!("There can be at most {most} {service}");
    Err(Reply::problem(StatusCode::UNPROCESSABLE_ENTITY, &detail))
}
