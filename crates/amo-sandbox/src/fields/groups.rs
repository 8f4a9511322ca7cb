//! Groups of custom fields: `/api/v4/{entity}/custom_fields/groups`.

pub(crate) mod state;

use std::collections::BTreeMap;

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::owner::Owner;
use crate::account::Account;
use crate::call::Call;
use crate::check::{self, Change};
use crate::flaws::{self, BatchFlaws, Flaws, request_id};
use crate::generated::custom_fields::CUSTOM_FIELD_GROUP;
use crate::page;
use crate::reply::Reply;
use crate::table::Moment;

/// The group that fields stand in unless they say another.
pub(super) const DEFAULT: &str = "default";
/// The group of what comes from a site's address, of leads only.
pub(super) const STATISTIC: &str = "statistic";

/// A group that was made.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    id: String,
    name: String,
    sort: i64,
    #[serde(default)]
    is_predefined: bool,
}

impl Group {
    fn predefined(id: &str, name: &str, sort: i64) -> Self {
        Group { id: id.to_owned(), name: name.to_owned(), sort, is_predefined: true }
    }
}

/// The groups of each kind of entities, by [`Owner::key`]. Those that are there from the start are
/// kept once they are changed.
#[derive(Debug, Default)]
pub(crate) struct FieldGroups {
    kept: BTreeMap<String, Vec<Group>>,
}

impl FieldGroups {
    /// The group of the products is not among them: where it stands without products is not known.
    fn of(&self, owner: Owner) -> Vec<Group> {
        if let Some(kept) = self.kept.get(&owner.key()) {
            return kept.clone();
        }
        let mut groups = vec![Group::predefined(DEFAULT, "Main", 1)];
        if owner == Owner::Leads {
            groups.push(Group::predefined(STATISTIC, "Statistics", 2));
        }
        groups
    }

    fn keep(&mut self, owner: Owner, groups: Vec<Group>) {
        self.kept.insert(owner.key(), groups);
    }
}

impl Account {
    pub(super) fn has_group(&self, owner: Owner, id: &str) -> bool {
        self.field_groups.of(owner).iter().any(|group| group.id == id)
    }
}

pub(super) fn answer(call: &mut Call<'_>) -> Result<Reply, Reply> {
    let owner = Owner::of(call)?;
    if owner == Owner::Segments {
        return Err(call.no_route());
    }
    match call.operation.action {
        "list" => Ok(list(call, owner)),
        "get" => Ok(Reply::hal(&show(&group(call, owner)?, call, owner))),
        "create" => create(call, owner),
        "update" => update(call, owner),
        "delete" => delete(call, owner),
        _ => Err(call.no_route()),
    }
}

/// The group that the path names.
fn group(call: &Call<'_>, owner: Owner) -> Result<Group, Reply> {
    let id = call.parameter("id");
    let found = call.account.field_groups.of(owner).into_iter().find(|group| group.id == id);
    found.ok_or_else(|| Reply::not_found("There is no custom field group with this id"))
}

/// The docs' list does not say which fields stand in a group, but the official client reads
/// `fields` of every group.
fn list(call: &Call<'_>, owner: Owner) -> Reply {
    let mut groups = call.account.field_groups.of(owner);
    groups.sort_by_key(|group| group.sort);
    let shown = groups.iter().map(|group| show(group, call, owner));
    page::whole(&call.own_url(), call.key(), shown.collect())
}

fn show(group: &Group, call: &Call<'_>, owner: Owner) -> Value {
    let fields = call.account.fields_named(&owner.key()).iter();
    let own: Vec<i64> =
        fields.filter(|field| field.group() == group.id).map(|field| field.id).collect();
    let path = format!("{}/custom_fields/groups/{}", owner.path(), group.id);
    json!({
        "id": group.id,
        "name": group.name,
        "is_predefined": group.is_predefined,
        "type": if group.id == STATISTIC { "linked_group" } else { "custom_field_group" },
        "entity_type": owner.entity_type(),
        "sort": group.sort,
        "fields": own,
        "_links": {"self": {"href": call.url(&path)}},
    })
}

fn create(call: &mut Call<'_>, owner: Owner) -> Result<Reply, Reply> {
    let wanted = flaws::each(&call.items()?, |index, item, flaws| {
        let request_id = request_id(item, index, flaws);
        let change = check(item, Moment::Creation, owner, call, flaws);
        (request_id, change)
    })?;
    let mut groups = call.account.field_groups.of(owner);
    let mut made = Vec::new();
    for (request_id, change) in wanted {
        // Real ids look like `leads_10000000000001`.
        let number = call.account.records.draft("custom_field_groups").id;
        let id = format!("{}_{}", owner.entity_type(), 10_000_000_000_000 + number);
        let mut group = Group { id, name: String::new(), sort: 0, is_predefined: false };
        lay_over(&mut group, &change, owner, call);
        groups.push(group.clone());
        made.push((request_id, group));
    }
    call.account.field_groups.keep(owner, groups);
    let shown = made.into_iter().map(|(request_id, group)| {
        let mut shown = show(&group, call, owner);
        shown["request_id"] = request_id.into();
        shown
    });
    let shown: Vec<Value> = shown.collect();
    let envelope = json!({
        "_total_items": shown.len(),
        "_links": {"self": {"href": call.own_url()}},
    });
    Ok(page::embedding(envelope, call.key(), shown))
}

fn update(call: &mut Call<'_>, owner: Owner) -> Result<Reply, Reply> {
    let mut group = group(call, owner)?;
    let item = page::object(call.body)?;
    let mut flaws = Flaws::default();
    let request_id = request_id(&item, 0, &mut flaws);
    // The official client sends the id again.
    if item.get("id").is_some_and(|id| *id != group.id.as_str()) {
        flaws.not_a_choice("id");
    }
    let change = check(&item, Moment::Change, owner, call, &mut flaws);
    let mut flawed = BatchFlaws::default();
    flawed.of_item(&request_id, &flaws);
    flawed.refuse_if_any()?;
    if change.members.is_empty() {
        return Err(Reply::bad_request("Request data can not be empty"));
    }
    lay_over(&mut group, &change, owner, call);
    let mut groups = call.account.field_groups.of(owner);
    if let Some(place) = groups.iter_mut().find(|known| known.id == group.id) {
        *place = group.clone();
    }
    call.account.field_groups.keep(owner, groups);
    let mut shown = show(&group, call, owner);
    shown["request_id"] = request_id.into();
    Ok(Reply::hal(&shown))
}

/// The fields of a group that is deleted go back to the first one: a guess.
fn delete(call: &mut Call<'_>, owner: Owner) -> Result<Reply, Reply> {
    let group = group(call, owner)?;
    if group.is_predefined {
        // That it is refused is known, the code is a guess.
        return Err(Reply::problem(StatusCode::FORBIDDEN, "This group can not be deleted"));
    }
    let mut groups = call.account.field_groups.of(owner);
    groups.retain(|known| known.id != group.id);
    call.account.field_groups.keep(owner, groups);
    for field in call.account.fields.entry(owner.key()).or_default() {
        if field.group() == group.id {
            field.more.remove("group_id");
        }
    }
    Ok(Reply::no_content())
}

/// A group has fields of its own kind of entities only.
fn check(item: &Value, moment: Moment, owner: Owner, call: &Call<'_>, flaws: &mut Flaws) -> Change {
    let change = check::entity(item, &CUSTOM_FIELD_GROUP, moment, call.account, flaws);
    if change.text("name").is_some_and(|name| name.trim().is_empty()) {
        flaws.add("NotBlank", "name", "This value should not be blank.");
    }
    let known = call.account.fields_named(&owner.key());
    let fields = change.get("fields").and_then(Value::as_array);
    for (index, id) in fields.into_iter().flatten().enumerate() {
        if !known.iter().any(|field| Some(field.id) == id.as_i64()) {
            flaws.not_a_choice(&format!("fields.{index}"));
        }
    }
    change
}

/// The fields that are named move into the group; what else stands there stays.
fn lay_over(group: &mut Group, change: &Change, owner: Owner, call: &mut Call<'_>) {
    if let Some(name) = change.text("name") {
        name.clone_into(&mut group.name);
    }
    if let Some(sort) = change.int("sort") {
        group.sort = sort;
    }
    let moved = change.get("fields").and_then(Value::as_array);
    let moved: Vec<i64> = moved.into_iter().flatten().filter_map(Value::as_i64).collect();
    for field in call.account.fields.entry(owner.key()).or_default() {
        if moved.contains(&field.id) {
            field.more.insert("group_id", group.id.clone().into());
        }
    }
}
