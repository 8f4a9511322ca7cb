//! Cards in a state: leads, contacts, companies and customers as they are kept.

use serde_json::{Value, json};

use super::{Entity, Kind};
use crate::account::Account;
use crate::check::Change;
use crate::demo;
use crate::fields;
use crate::flaws::Flaws;
use crate::generated::{companies, contacts, customers, leads};
use crate::state::item::{self, Kept};
use crate::table::Type::{Author, Bool, Int};
use crate::table::{Member, both};
use crate::tags::{self, TagRef};

/// Who is responsible; nobody is for what came from a chat.
const RESPONSIBLE: Member = both("responsible_user_id", Author);

static LEADS: Kept = Kept {
    more: &[RESPONSIBLE],
    not: &["price_with_minor_units", "score", "labor_cost", "is_price_modified_by_robot"],
    // Reasons and sources can be deleted, and leads keep their ids.
    lasting: &["loss_reason_id", "source_id"],
    ..Kept::of(&leads::LEAD)
};
static CONTACTS: Kept =
    Kept { more: &[RESPONSIBLE, both("is_unsorted", Bool)], ..Kept::of(&contacts::CONTACT) };
static COMPANIES: Kept = Kept { more: &[RESPONSIBLE], ..Kept::of(&companies::COMPANY) };
static CUSTOMERS: Kept = Kept {
    more: &[RESPONSIBLE, both("bonus_points", Int)],
    not: &["main_user_id"],
    ..Kept::of(&customers::CUSTOMER)
};

/// What stands in a card and is no plain member.
const ASIDE: [&str; 4] = ["is_deleted", "custom_fields_values", "tags", "segments"];

fn kept(kind: Kind) -> Option<&'static Kept> {
    match kind {
        Kind::Leads => Some(&LEADS),
        Kind::Contacts => Some(&CONTACTS),
        Kind::Companies => Some(&COMPANIES),
        Kind::Customers => Some(&CUSTOMERS),
        Kind::Elements => None,
    }
}

/// All cards of a kind, those in the recycle bin last.
pub(crate) fn shown(kind: Kind, account: &Account) -> impl Iterator<Item = Value> {
    let collection = account.collections.get(&kind);
    let live = collection.into_iter().flat_map(|one| one.live().iter());
    let deleted = collection.into_iter().flat_map(|one| one.deleted().iter());
    live.map(move |card| show(kind, card, account)).chain(deleted.map(move |card| {
        let mut shown = show(kind, card, account);
        shown["is_deleted"] = true.into();
        shown
    }))
}

fn show(kind: Kind, card: &Entity, account: &Account) -> Value {
    let mut shown = item::shown(card);
    let mut set = |name: &str, value| {
        shown.insert(name.to_owned(), value);
    };
    if let Some(segments) = card.get("segments").as_array() {
        set("segments", segments.iter().map(|id| json!({"id": id})).collect());
    }
    if let Some(values) = fields::state::values(&card.fields, account.fields_of(kind)) {
        set("custom_fields_values", values);
    }
    if !card.tags.is_empty() {
        let own = account.tags_of(kind).of(&card.tags);
        set("tags", own.map(|tag| json!({"id": tag.id, "name": tag.name})).collect());
    }
    Value::Object(shown)
}

/// Reads one card and keeps it. What is not said is as in a card that the API adds.
pub(crate) fn read(kind: Kind, item: &Value, account: &mut Account, flaws: &mut Flaws) {
    let Some(kept) = kept(kind) else { return };
    let is_deleted = match item.get("is_deleted") {
        None | Some(Value::Bool(false)) => false,
        Some(Value::Bool(true)) => true,
        Some(_) => return flaws.wrong_type("is_deleted", "bool"),
    };
    let Some(mut card) = kept.read(item, &ASIDE, is_deleted, account, flaws) else { return };
    if account.is_card((kind, card.id)) {
        item::twice("id", flaws);
    }
    if let Some(list) = item.get("custom_fields_values").filter(|list| !list.is_null()) {
        card.fields = flaws.within("custom_fields_values", |flaws| {
            fields::state::read_values(list, account.fields_of(kind), account, flaws)
        });
    }
    if let Some(list) = item.get("tags") {
        let found: Vec<TagRef> =
            flaws.within("tags", |flaws| tags::references(list, account.tags_of(kind), flaws));
        for tag in &found {
            let id = account.tag_id(kind, tag);
            if !card.tags.contains(&id) {
                card.tags.push(id);
            }
        }
    }
    match (kind, item.get("segments")) {
        (_, None) => {}
        (Kind::Customers, Some(list)) => {
            let mut ids: Vec<i64> = Vec::new();
            item::each("segments", list, flaws, |one, flaws| {
                let id = item::object(one, flaws).and_then(|one| item::id(one, flaws));
                if id.is_some_and(|id| !is_deleted && !account.knows("customer_segments", id)) {
                    flaws.not_a_choice("id");
                }
                ids.extend(id.filter(|id| !ids.contains(id)));
            });
            card.set("segments", ids);
        }
        (_, Some(_)) => flaws.unexpected("segments"),
    }
    if kind == Kind::Leads && !is_deleted {
        check_status(&card, account, flaws);
    }
    if flaws.is_empty() {
        complete(kind, &mut card, account);
        if let Some(collection) = account.collections.get_mut(&kind) {
            let id = card.id;
            collection.set_next_id(collection.next_id().max(id.saturating_add(1)));
            collection.keep(card);
            if is_deleted {
                collection.delete(id, |_| ());
            }
        }
    }
}

fn check_status(lead: &Entity, account: &Account, flaws: &mut Flaws) {
    let pipeline = match lead.int("pipeline_id") {
        Some(id) => account.pipeline(id),
        None => account.pipelines().find(|pipeline| pipeline.is_main),
    };
    let status = lead.int("status_id");
    if status.is_some_and(|id| pipeline.is_none_or(|pipeline| !pipeline.has_status(id))) {
        flaws.not_a_choice("status_id");
    }
}

fn complete(kind: Kind, card: &mut Entity, account: &Account) {
    let user = account.administrator();
    for name in ["responsible_user_id", "created_by", "updated_by"] {
        card.set_default(name, user);
    }
    for name in ["created_at", "updated_at"] {
        card.set_default(name, demo::EPOCH);
    }
    let mut change = Change::default();
    if kind == Kind::Contacts && card.get("name").is_null() {
        // The parts make the name where it is not said.
        change
            .members
            .extend(["first_name", "last_name"].map(|part| (part, card.get(part).clone())));
    }
    card.set_default("name", "");
    (kind.table().settle)(card, &change, account, demo::EPOCH);
}

impl Account {
    /// Is there such a card, in the recycle bin or out of it?
    pub(crate) fn is_card(&self, (kind, id): (Kind, i64)) -> bool {
        let kept = self.collections.get(&kind);
        let is_binned = || kept.is_some_and(|known| known.deleted().get(id).is_some());
        self.entity(kind, id).is_some() || is_binned()
    }
}
