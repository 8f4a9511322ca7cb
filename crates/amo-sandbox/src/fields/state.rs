//! Custom fields in a state: definitions, and the values of cards.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::owner::Owner;
use super::value::{FieldValues, StoredValue, named};
use super::{EnumOption, FieldDefinition, FieldType, Shape, options, value};
use crate::account::Account;
use crate::flaws::Flaws;
use crate::generated::custom_fields::CUSTOM_FIELD;
use crate::state::item::{self, Kept};
use crate::table::Type::{Bool, Json, List, Text};
use crate::table::both;

static KEPT: Kept = Kept {
    more: &[
        both("is_predefined", Bool),
        both("chained_lists", List(&Json)),
        both("group_id", Text),
    ],
    not: &["entity_type", "catalog_id", "triggers", "type", "enums", "nested"],
    // Catalogs and stages can be deleted, and definitions keep their ids.
    lasting: &["required_statuses", "hidden_statuses", "search_in"],
    needs: &["name"],
    ..Kept::of(&CUSTOM_FIELD)
};

/// All definitions, by what stands in paths before `custom_fields`.
pub(crate) fn definitions(account: &Account) -> Value {
    let all = account.fields.iter();
    let all = all.filter_map(|(key, fields)| Some((Owner::by_key(key)?.path(), fields)));
    Value::Object(all.map(|(path, fields)| (path, fields.iter().map(show).collect())).collect())
}

fn show(field: &FieldDefinition) -> Value {
    let mut shown: Map<String, Value> =
        field.more.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let mut set = |name: &str, value| {
        shown.insert(name.to_owned(), value);
    };
    set("id", field.id.into());
    set("name", field.name.as_str().into());
    set("type", field.field_type.name().into());
    set("code", field.code.as_deref().into());
    set("sort", field.sort.into());
    set("is_predefined", field.is_predefined.into());
    if !field.options.is_empty() {
        let is_tree = field.field_type == FieldType::Category;
        let all = field.options.iter().map(show_option).collect();
        set(if is_tree { "nested" } else { "enums" }, all);
    }
    Value::Object(shown)
}

fn show_option(option: &EnumOption) -> Value {
    let mut shown = json!({"id": option.id, "value": option.value, "sort": option.sort});
    if let Some(code) = &option.code {
        shown["code"] = code.as_str().into();
    }
    if let Some(parent) = option.parent {
        shown["parent_id"] = parent.into();
    }
    shown
}

/// Reads the definitions of some kinds of entities; the others keep theirs.
pub(crate) fn read_definitions(all: &Value, account: &mut Account, flaws: &mut Flaws) {
    for (path, list) in item::object(all, flaws).into_iter().flatten() {
        let Some(owner) = Owner::by_path(path) else {
            flaws.unexpected(path);
            continue;
        };
        account.fields.remove(&owner.key());
        let mut fields: Vec<FieldDefinition> = Vec::new();
        item::each(path, list, flaws, |one, flaws| {
            let Some(field) = read(one, owner, account, flaws) else { return };
            let codes = fields.iter().filter_map(|known| known.code.as_ref());
            if field.code.is_some()
                && codes.into_iter().any(|code| Some(code) == field.code.as_ref())
            {
                item::twice("code", flaws);
            }
            let others = account.fields.values().flatten().chain(&fields);
            if others.into_iter().any(|known| known.id == field.id) {
                item::twice("id", flaws);
            }
            account.records.go_on_from("custom_fields", field.id.saturating_add(1));
            fields.push(field);
        });
        account.fields.insert(owner.key(), fields);
    }
}

fn read(
    item: &Value,
    owner: Owner,
    account: &mut Account,
    flaws: &mut Flaws,
) -> Option<FieldDefinition> {
    let read = KEPT.read(item, &["type", "enums", "nested"], false, account, flaws)?;
    let kind = item.get("type").and_then(Value::as_str).and_then(FieldType::named);
    let Some(kind) = kind else {
        flaws.not_a_choice("type");
        return None;
    };
    let mut field = FieldDefinition::new(read.id, read.text("name"), kind);
    for (name, value) in read.members().filter(|(_, value)| !value.is_null()) {
        match (name, value) {
            ("name", _) => {}
            ("code", Value::String(code)) => field.code = Some(code.clone()),
            ("sort", _) => field.sort = value.as_i64().unwrap_or_default(),
            ("is_predefined", _) => field.is_predefined = *value == true,
            // Shown as a text, also if it is a number.
            ("search_in", Value::Number(id)) => {
                field.more.insert(name, id.to_string().into());
            }
            _ => {
                field.more.insert(name, value.clone());
            }
        }
    }
    if read.get("group_id").as_str().is_some_and(|id| !account.has_group(owner, id)) {
        flaws.not_a_choice("group_id");
    }
    field.options = read_options(item, kind, account, flaws);
    Some(field)
}

fn read_options(
    item: &Value,
    kind: FieldType,
    account: &mut Account,
    flaws: &mut Flaws,
) -> Vec<EnumOption> {
    let own = if kind == FieldType::Category { "nested" } else { "enums" };
    let other = if own == "nested" { "enums" } else { "nested" };
    if item.get(other).is_some() || (item.get(own).is_some() && !kind.has(own) && !kind.has_parts())
    {
        flaws.unexpected(if item.get(other).is_some() { other } else { own });
    }
    let Some(list) = item.get(own) else {
        return if kind.has_parts() { value::address_parts() } else { Vec::new() };
    };
    flaws.within(own, |flaws| {
        let before = flaws.len();
        let member = CUSTOM_FIELD.members.iter().find(|member| member.name == own);
        if let Some(member) = member {
            crate::check::sent(member.kind, list, account, flaws);
        }
        if flaws.len() > before {
            return Vec::new();
        }
        // Ids are the caller's choice: all that are there count as known.
        let mut known = FieldDefinition::new(0, "", kind);
        let ids: BTreeSet<i64> =
            list.as_array().into_iter().flatten().filter_map(|one| one["id"].as_i64()).collect();
        let option =
            |id| EnumOption { id, value: String::new(), code: None, sort: 0, parent: None };
        known.options = ids.iter().map(|id| option(*id)).collect();
        if let Some(last) = ids.last() {
            account.records.go_on_from("enums", last.saturating_add(1));
        }
        options::with_ids(options::check(list, Some(&known), flaws), &mut account.records)
    })
}

impl FieldType {
    /// Whether its options are the parts of an address, which are the same in all accounts.
    fn has_parts(self) -> bool {
        self == FieldType::SmartAddress
    }
}

/// `custom_fields_values` of a card as it is kept; `None` when no field is filled.
pub(crate) fn values(values: &[FieldValues], definitions: &[FieldDefinition]) -> Option<Value> {
    let shown: Vec<Value> = values
        .iter()
        .filter_map(|(id, values)| {
            let field = definitions.iter().find(|field| field.id == *id)?;
            let values: Vec<_> =
                values.iter().filter_map(|value| field.show_value(value)).collect();
            (!values.is_empty()).then(|| json!({"field_id": id, "values": values}))
        })
        .collect();
    (!shown.is_empty()).then_some(Value::Array(shown))
}

/// Reads `custom_fields_values`, where paths begin. Unlike in a write, objects are taken as they
/// are: what the box completed in them is there too, and what they name may be gone.
pub(crate) fn read_values(
    list: &Value,
    definitions: &[FieldDefinition],
    account: &Account,
    flaws: &mut Flaws,
) -> Vec<FieldValues> {
    let Some(list) = list.as_array() else {
        flaws.wrong_type("", "array");
        return Vec::new();
    };
    let mut found: Vec<FieldValues> = Vec::new();
    for (index, item) in list.iter().enumerate() {
        flaws.within(&index.to_string(), |flaws| {
            let Some(item) = item::object(item, flaws) else { return };
            let own = ["field_id", "field_code", "values"];
            for key in item.keys().filter(|key| !own.contains(&key.as_str())) {
                flaws.unexpected(key);
            }
            let Some(field) = named(item, definitions, flaws) else { return };
            if found.iter().any(|(id, _)| *id == field.id) {
                item::twice("field_id", flaws);
            }
            let values = item.get("values").and_then(Value::as_array);
            let Some(values) = values else { return flaws.wrong_type("values", "array") };
            let values = flaws.within("values", |flaws| field.kept(values, account, flaws));
            if !values.is_empty() {
                found.push((field.id, values));
            }
        });
    }
    found
}

impl FieldDefinition {
    /// Whether its options are the same in all accounts.
    pub(crate) fn has_common_options(&self) -> bool {
        self.field_type.has_parts()
    }

    fn kept(&self, values: &[Value], account: &Account, flaws: &mut Flaws) -> Vec<StoredValue> {
        let shape = self.field_type.shape();
        if !matches!(shape, Shape::Object | Shape::Chain) {
            return self.check(values, account, flaws);
        }
        let mut found = Vec::new();
        for (index, one) in values.iter().enumerate() {
            flaws.within(&index.to_string(), |flaws| {
                let Some(object) = item::object(one, flaws) else { return };
                let names: &[&str] = match shape {
                    Shape::Object => &["value"],
                    _ => &["catalog_id", "catalog_element_id"],
                };
                for key in object.keys().filter(|key| !names.contains(&key.as_str())) {
                    flaws.unexpected(key);
                }
                for name in names {
                    let is_right = |value: &Value| match shape {
                        Shape::Object => value.is_object(),
                        _ => value.is_i64(),
                    };
                    if !object.get(*name).is_some_and(is_right) {
                        let wanted = if shape == Shape::Object { "object" } else { "int" };
                        flaws.wrong_type(name, wanted);
                    }
                }
                let value = if shape == Shape::Object { one["value"].clone() } else { one.clone() };
                found.push(StoredValue { value, option: None });
            });
        }
        found
    }
}
