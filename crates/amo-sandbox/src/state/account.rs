//! The account itself in a state, and what is small in it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::item;
use super::reading::Reading;
use super::view::View;
use crate::account::Account;
use crate::builder::{ApiFilter, CustomersMode};
use crate::entity::{Entity, Kind};
use crate::flaws::Flaws;
use crate::generated::tags::TAG;
use crate::oauth::moved::Moved;
use crate::tags::{Tag, Tags};

/// What is left out is as the builder made it.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Kept {
    id: Option<i64>,
    name: Option<String>,
    domain: Option<String>,
    former_domains: Vec<Former>,
    api_filter: Option<ApiFilter>,
    customers_mode: Option<CustomersMode>,
    is_products_enabled: Option<bool>,
    is_duplicate_control_on: Option<bool>,
    paid_until: Option<i64>,
    most_chat_templates: Option<usize>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Former {
    domain: String,
    #[serde(default)]
    answer: Moved,
}

pub(super) fn show(view: &View<'_>) -> Value {
    let account = view.account;
    let former = account.moved_from.iter();
    json!(Kept {
        id: Some(account.id),
        name: Some(account.name.clone()),
        domain: Some(account.domain.clone()),
        former_domains: former
            .map(|(domain, answer)| Former { domain: domain.clone(), answer: *answer })
            .collect(),
        api_filter: Some(account.api_filter),
        customers_mode: Some(account.customers_mode),
        is_products_enabled: Some(account.has_products),
        is_duplicate_control_on: Some(account.duplicate_control),
        paid_until: account.paid_until,
        most_chat_templates: account.most_templates,
    })
}

pub(super) fn read(reading: &mut Reading, value: &Value, flaws: &mut Flaws) {
    let Some(kept) = item::parsed::<Kept>(value, flaws) else { return };
    let account = &mut reading.account;
    if kept.id.is_some_and(|id| id < 1) {
        flaws.add("InvalidValue", "id", "this should be a whole number from 1");
    }
    if kept.domain.as_ref().is_some_and(|domain| !domain.contains('.')) {
        flaws.add("InvalidValue", "domain", "this should be a host such as demo.amocrm.ru");
    }
    account.id = kept.id.unwrap_or(account.id);
    account.moved_from =
        kept.former_domains.into_iter().map(|one| (one.domain, one.answer)).collect();
    if let Some(mode) = kept.customers_mode {
        account.set_customers_mode(mode);
    }
    if let Some(name) = kept.name {
        account.name = name;
    }
    if let Some(domain) = kept.domain {
        account.domain = domain;
    }
    if let Some(filter) = kept.api_filter {
        account.api_filter = filter;
    }
    account.has_products = kept.is_products_enabled.unwrap_or(account.has_products);
    // Null says that there is no end and no limit.
    if value.get("paid_until").is_some() {
        account.paid_until = kept.paid_until;
    }
    if value.get("most_chat_templates").is_some() {
        account.most_templates = kept.most_chat_templates;
    }
    account.duplicate_control = kept.is_duplicate_control_on.unwrap_or(account.duplicate_control);
}

pub(super) fn read_group(reading: &mut Reading, value: &Value, flaws: &mut Flaws) {
    let Some(group) = item::parsed(value, flaws) else { return };
    let groups: &mut Vec<crate::account::users::Group> = &mut reading.account.groups;
    groups.push(group);
    let last = groups.last().map(|last| last.id);
    if groups.iter().filter(|known| Some(known.id) == last).count() > 1 {
        item::twice("id", flaws);
    }
}

pub(super) fn read_task_type(reading: &mut Reading, value: &Value, flaws: &mut Flaws) {
    let Some(kind) = item::parsed(value, flaws) else { return };
    let kinds: &mut Vec<crate::account::info::TaskType> = &mut reading.account.task_types;
    kinds.push(kind);
    let last = kinds.last().map(|last| last.id);
    if kinds.iter().filter(|known| Some(known.id) == last).count() > 1 {
        item::twice("id", flaws);
    }
}

pub(super) fn show_tags(view: &View<'_>) -> Value {
    let all = view.account.tags.iter();
    let shown = |tags: &Tags| Value::Array(tags.iter().map(Tag::show).collect());
    all.map(|(kind, tags)| (kind.name().to_owned(), shown(tags))).collect()
}

pub(super) fn read_tags(reading: &mut Reading, value: &Value, flaws: &mut Flaws) {
    let account = &mut reading.account;
    for (name, list) in item::object(value, flaws).into_iter().flatten() {
        let Some(kind) = Kind::named(name).filter(|kind| *kind != Kind::Elements) else {
            flaws.unexpected(name);
            continue;
        };
        account.tags.remove(&kind);
        item::each(name, list, flaws, |one, flaws| {
            let Some(tag) = read_tag(one, account, flaws) else { return };
            if account.tags.values().any(|known| known.get(tag.id).is_some()) {
                item::twice("id", flaws);
            }
            if account.tags_of(kind).named(&tag.name).is_some() {
                item::twice("name", flaws);
            }
            account.next_tag = account.next_tag.max(tag.id.saturating_add(1));
            account.tags.entry(kind).or_default().put(tag);
        });
    }
}

fn read_tag(item: &Value, account: &Account, flaws: &mut Flaws) -> Option<Tag> {
    static KEPT: item::Kept = item::Kept { needs: &["name"], ..item::Kept::of(&TAG) };
    let tag = KEPT.read(item, &[], false, account, flaws)?;
    let color = tag.get("color").as_str().map(str::to_owned);
    Some(Tag { id: tag.id, name: tag.text("name").to_owned(), color })
}

/// Bots that wait for the answer of a widget, with what stands in the path of it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WaitingBot {
    id: i64,
    bot_type: String,
    bot_id: i64,
    /// The card that it was run on.
    #[serde(default)]
    entity_type: Option<String>,
    #[serde(default)]
    entity_id: Option<i64>,
}

pub(super) const WAITING_BOTS: &str = "waiting_bots";

pub(super) fn show_waiting_bots(view: &View<'_>) -> Value {
    let all = view.account.records.all(WAITING_BOTS);
    all.filter_map(|(scope, waiting)| {
        let (bot_type, bot_id) = scope.split_once('/')?;
        let (bot_type, bot_id) = (bot_type.to_owned(), bot_id.parse().ok()?);
        Some(json!(WaitingBot {
            id: waiting.id,
            bot_type,
            bot_id,
            entity_type: waiting.get("entity_type").as_str().map(str::to_owned),
            entity_id: waiting.int("entity_id"),
        }))
    })
    .collect()
}

pub(super) fn read_waiting_bot(reading: &mut Reading, value: &Value, flaws: &mut Flaws) {
    let Some(waiting) = item::parsed::<WaitingBot>(value, flaws) else { return };
    let records = &mut reading.account.records;
    if records.all(WAITING_BOTS).any(|(_, known)| known.id == waiting.id) {
        item::twice("id", flaws);
    }
    if records.get("bots", "", waiting.bot_id).is_none() {
        flaws.not_a_choice("bot_id");
    }
    let scope = format!("{}/{}", waiting.bot_type, waiting.bot_id);
    let mut record = Entity::new(waiting.id);
    if let Some((kind, id)) = waiting.entity_type.zip(waiting.entity_id) {
        record.set("entity_type", kind);
        record.set("entity_id", id);
    }
    records.keep(WAITING_BOTS, &scope, record);
}

/// The ids that come next, by what they are of.
pub(super) fn show_next_ids(view: &View<'_>) -> Value {
    let account = view.account;
    let mut next: Map<String, Value> = Map::new();
    for (kind, collection) in &account.collections {
        next.insert(kind.name().to_owned(), collection.next_id().into());
    }
    let others = account
        .drive
        .next_ids()
        .into_iter()
        .chain([("tags", account.next_tag), ("webhooks", account.webhooks.next_id())]);
    let records = super::parts::record_services();
    let records = records.map(|service| (service, account.records.next_id(service)));
    for (name, id) in records.chain(others) {
        next.insert(name.to_owned(), id.into());
    }
    Value::Object(next)
}

/// Says which ids come next; none of them may be taken.
pub(super) fn read_next_ids(account: &mut Account, value: &Value, flaws: &mut Flaws) {
    for (name, id) in item::object(value, flaws).into_iter().flatten() {
        let Some(id) = id.as_i64().filter(|id| (1..i64::MAX).contains(id)) else {
            flaws.add("InvalidValue", name, "this should be a whole number from 1");
            continue;
        };
        let Some(is_free) = set_next_id(account, name, id) else {
            flaws.unexpected(name);
            continue;
        };
        if !is_free {
            flaws.add("InvalidValue", name, "this should be above all ids that are taken");
        }
    }
}

/// Whether the id is free; `None` when there are no such ids.
fn set_next_id(account: &mut Account, name: &str, id: i64) -> Option<bool> {
    if let Some(kind) = Kind::named(name).filter(|kind| *kind != Kind::Elements) {
        let collection = account.collections.get_mut(&kind)?;
        let lists = [collection.live(), collection.deleted()];
        let last = lists.into_iter().filter_map(|list| Some(list.iter().next_back()?.id)).max();
        collection.set_next_id(id);
        return Some(last < Some(id));
    }
    match name {
        "tags" => {
            let taken = account.tags.values().flat_map(Tags::iter).any(|tag| tag.id >= id);
            account.next_tag = id;
            Some(!taken)
        }
        "webhooks" => Some(account.webhooks.set_next_id(id)),
        "upload_sessions" | "file_links" => Some(account.drive.set_next_id(name, id)),
        _ => {
            let service = super::parts::record_services().find(|service| *service == name)?;
            let records = &mut account.records;
            let fields = || account.fields.values().flatten();
            let last = match service {
                "custom_fields" => fields().map(|field| field.id).max(),
                "enums" => {
                    let own = fields().filter(|field| !field.has_common_options());
                    own.flat_map(|field| &field.options).map(|option| option.id).max()
                }
                service => {
                    let all = records.collections(service);
                    all.filter_map(|(_, records)| Some(records.iter().next_back()?.id)).max()
                }
            };
            records.set_next_id(service, id);
            Some(last < Some(id))
        }
    }
}
