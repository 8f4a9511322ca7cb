//! Definitions that are written: checked by their type and by the entities that they are for.

use serde_json::{Map, Value, json};

use super::options::{self, Sent};
use super::owner::Owner;
use super::{FieldDefinition, FieldType};
use crate::call::Call;
use crate::check::{self, Change};
use crate::flaws::Flaws;
use crate::generated::custom_fields::CUSTOM_FIELD;
use crate::table::Moment;

/// How many catalogs a chained list may go through.
pub(super) const MOST_CHAINED: usize = 5;

/// What an item asks for.
pub(super) struct Wanted {
    /// There unless the item is flawed.
    field_type: Option<FieldType>,
    change: Change,
    /// The whole new list of options or nodes.
    options: Option<Vec<Sent>>,
}

/// Reads an item; `old` is the definition that is changed, `None` when one is added. `codes` are
/// those that other fields have.
pub(super) fn check(
    item: &Value,
    owner: Owner,
    old: Option<&FieldDefinition>,
    codes: &[String],
    call: &Call<'_>,
    flaws: &mut Flaws,
) -> Wanted {
    let mut item = item.clone();
    if let Value::Object(members) = &mut item {
        tidy(members);
        if let Some(old) = old {
            same_type(members, old, flaws);
        }
    }
    let moment = if old.is_some() { Moment::Change } else { Moment::Creation };
    let change = check::entity(&item, &CUSTOM_FIELD, moment, call.account, flaws);
    let mut wanted = Wanted { field_type: None, change, options: None };
    let change = &wanted.change;
    if change.text("name").is_some_and(|name| name.trim().is_empty()) {
        flaws.add("NotBlank", "name", "This value should not be blank.");
    }
    if change.text("code").is_some_and(|code| codes.iter().any(|known| known == code)) {
        flaws.not_a_choice("code");
    }
    let Some(field_type) = type_of(change, owner, old, flaws) else { return wanted };
    for (name, value) in change.members.iter().filter(|(_, value)| !value.is_null()) {
        if owner.has(name) && field_type.has(name) {
            flaws.within(name, |flaws| member(name, value, owner, call, flaws));
        } else {
            flaws.unexpected(name);
        }
    }
    let needed = field_type.needs().filter(|_| old.is_none());
    if let Some(needed) = needed.filter(|needed| item.get(needed).is_none()) {
        flaws.missing(needed);
    }
    for name in ["enums", "nested"] {
        if let Some(list) = change.get(name).filter(|_| field_type.has(name)) {
            flaws.within(name, |flaws| {
                if name == "enums" && list.as_array().is_some_and(Vec::is_empty) {
                    let detail = "This collection should contain 1 element or more.";
                    flaws.add("InvalidValue", "", detail);
                }
                wanted.options = Some(options::check(list, old, flaws));
            });
        }
    }
    wanted.field_type = Some(field_type);
    wanted
}

fn type_of(
    change: &Change,
    owner: Owner,
    old: Option<&FieldDefinition>,
    flaws: &mut Flaws,
) -> Option<FieldType> {
    if let Some(old) = old {
        return Some(old.field_type);
    }
    let known = FieldType::named(change.text("type")?);
    let known = known.filter(|field_type| field_type.can_be_made(owner));
    if known.is_none() {
        flaws.not_a_choice("type");
    }
    known
}

/// What the tables do not say of a member.
fn member(name: &str, value: &Value, owner: Owner, call: &Call<'_>, flaws: &mut Flaws) {
    let is_taken = match name {
        "currency" => is_currency(value),
        "search_in" => is_searchable(value, call),
        "group_id" => value.as_str().is_some_and(|id| call.account.has_group(owner, id)),
        _ => true,
    };
    if !is_taken {
        flaws.not_a_choice("");
    }
    match name {
        "required_statuses" | "hidden_statuses" => statuses(value, call, flaws),
        "chained_lists" => chained_lists(value, flaws),
        "settings" if !(value.is_object() || value == &Value::Array(Vec::new())) => {
            flaws.wrong_type("", "object");
        }
        _ => {}
    }
}

/// What clients send because answers show it so: null for what a field has not, and the catalogs of
/// a chained list by their ids.
fn tidy(members: &mut Map<String, Value>) {
    const NULL_IS_NOTHING: [&str; 9] = [
        "sort",
        "enums",
        "nested",
        "currency",
        "chained_lists",
        "search_in",
        "is_deletable",
        "is_visible",
        "is_required",
    ];
    members.retain(|name, value| !(value.is_null() && NULL_IS_NOTHING.contains(&name.as_str())));
    if let Some(chained) = members.get_mut("chained_lists")
        && let Value::Object(by_id) = chained
    {
        *chained = by_id.values().cloned().collect();
    }
    for name in ["enums", "nested", "chained_lists"] {
        let list = members.get_mut(name).and_then(Value::as_array_mut);
        for one in list.into_iter().flatten().filter_map(Value::as_object_mut) {
            one.retain(|_, value| !value.is_null());
        }
    }
}

/// The type cannot be changed, but the official client sends it again.
fn same_type(members: &mut Map<String, Value>, old: &FieldDefinition, flaws: &mut Flaws) {
    match members.remove("type") {
        Some(Value::String(name)) if name != old.field_type.name() => flaws.not_a_choice("type"),
        None | Some(Value::Null | Value::String(_)) => {}
        Some(_) => flaws.wrong_type("type", "string"),
    }
}

/// Each has both ids, and the status is one of the pipeline.
fn statuses(list: &Value, call: &Call<'_>, flaws: &mut Flaws) {
    for (index, one) in list.as_array().into_iter().flatten().enumerate() {
        flaws.within(&index.to_string(), |flaws| {
            for key in ["status_id", "pipeline_id"] {
                if one.get(key).is_none() {
                    flaws.missing(key);
                }
            }
            let (Some(status), Some(id)) = (one["status_id"].as_i64(), one["pipeline_id"].as_i64())
            else {
                return;
            };
            if !call.account.pipeline(id).is_some_and(|pipeline| pipeline.has_status(status)) {
                flaws.not_a_choice("status_id");
            }
        });
    }
}

/// From one catalog to the next: each but the first names the one above it, which is in the list
/// too.
fn chained_lists(list: &Value, flaws: &mut Flaws) {
    let lists = list.as_array().map_or(&[][..], Vec::as_slice);
    if lists.is_empty() || lists.len() > MOST_CHAINED {
        let detail = format!("This collection should contain 1 to {MOST_CHAINED} elements.");
        flaws.add("InvalidValue", "", &detail);
        return;
    }
    let mut seen = Vec::new();
    for (index, one) in lists.iter().enumerate() {
        flaws.within(&index.to_string(), |flaws| {
            let Some(id) = one["catalog_id"].as_i64() else {
                flaws.missing("catalog_id");
                return;
            };
            if seen.contains(&id) {
                flaws.not_a_choice("catalog_id");
            }
            seen.push(id);
            let above = one["parent_catalog_id"].as_i64();
            let is_there =
                |above| above != id && lists.iter().any(|other| other["catalog_id"] == above);
            if above.is_some_and(|above| !is_there(above)) {
                flaws.not_a_choice("parent_catalog_id");
            }
        });
    }
}

/// Shown with all members, whichever were sent.
fn whole_lists(sent: &Value) -> Value {
    let lists = sent.as_array().into_iter().flatten();
    lists
        .map(|list| {
            json!({
                "title": list["title"],
                "catalog_id": list["catalog_id"],
                "parent_catalog_id": list["parent_catalog_id"],
            })
        })
        .collect()
}

/// A code of ISO 4217, as far as its form goes.
fn is_currency(value: &Value) -> bool {
    value
        .as_str()
        .is_some_and(|code| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase()))
}

/// One of three words, or the id of a catalog.
fn is_searchable(value: &Value, call: &Call<'_>) -> bool {
    let id = match value {
        Value::String(text)
            if ["contacts", "companies", "contacts_and_companies"].contains(&text.as_str()) =>
        {
            return true;
        }
        Value::String(text) => text.parse().ok(),
        other => other.as_i64(),
    };
    id.is_some_and(|id| call.account.knows("catalogs", id))
}

impl Wanted {
    pub(super) fn code(&self) -> Option<&str> {
        self.change.text("code")
    }

    /// Makes the new definition, after all others.
    pub(super) fn create(self, owner: Owner, call: &mut Call<'_>) -> Option<FieldDefinition> {
        let id = call.account.records.draft("custom_fields").id;
        let mut field = FieldDefinition::new(id, "", self.field_type?);
        let last = call.account.fields_named(&owner.key()).iter().map(|known| known.sort).max();
        // Where a field stands that does not say it is a guess: behind the others.
        field.sort = last.unwrap_or(0).saturating_add(10);
        self.lay_over(&mut field, call);
        Some(field)
    }

    /// Lays the change over a definition.
    pub(super) fn lay_over(self, field: &mut FieldDefinition, call: &mut Call<'_>) {
        for (name, value) in self.change.members {
            match (name, value.as_str(), value.as_i64()) {
                ("name", Some(text), _) => text.clone_into(&mut field.name),
                ("code", text, _) => {
                    field.code = text.filter(|code| !code.is_empty()).map(str::to_owned);
                }
                ("sort", _, Some(sort)) => field.sort = sort,
                ("type" | "enums" | "nested", ..) => {}
                // Shown as a text, also if a number was sent.
                ("search_in", None, Some(id)) => {
                    field.more.insert(name, id.to_string().into());
                }
                ("chained_lists", ..) => {
                    field.more.insert(name, whole_lists(&value));
                }
                _ if value.is_null() => {
                    field.more.remove(name);
                }
                _ => {
                    field.more.insert(name, value);
                }
            }
        }
        if let Some(options) = self.options {
            field.options = options::with_ids(options, &mut call.account.records);
        }
        if field.field_type == FieldType::SmartAddress && field.options.is_empty() {
            field.options = super::value::address_parts();
        }
    }
}
