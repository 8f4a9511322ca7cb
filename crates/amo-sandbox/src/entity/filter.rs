//! `filter[…]` of lists of entities: the "Alpha" filters that an account has to have switched on.

use std::collections::BTreeMap;

use super::{Entity, Kind};
use crate::account::Account;
use crate::builder::ApiFilter;
use crate::fields::value::StoredValue;
use crate::fields::{FieldDefinition, Shape};
use crate::query::{Leaf, Query};
use crate::reply::Reply;

/// How a member can be filtered.
#[derive(Debug, Clone, Copy)]
pub(super) enum FilterType {
    Ids,
    Names,
    /// `[from]`, `[to]` or both, and nothing else.
    Range,
    /// Pairs of pipeline and status.
    Statuses,
}

/// What an entity has to pass. Several values of one test are alternatives; all tests must pass.
pub(super) enum Test {
    Ids(&'static str, Vec<i64>),
    Names(&'static str, Vec<String>),
    Range(&'static str, Bounds),
    /// Pipeline and status.
    Statuses(Vec<(i64, i64)>),
    FieldTexts(i64, Vec<String>),
    FieldOptions(i64, Vec<i64>),
    FieldNumbers(i64, Vec<f64>),
    FieldFlag(i64, bool),
    FieldRange(i64, Bounds),
}

/// A range with either end open; the ends belong to it.
#[derive(Default, Clone, Copy)]
pub(super) struct Bounds {
    from: Option<f64>,
    to: Option<f64>,
}

impl Bounds {
    fn hold(self, value: f64) -> bool {
        self.from.is_none_or(|from| value >= from) && self.to.is_none_or(|to| value <= to)
    }
}

/// Reads the filters of a query. Unknown ones and wrong forms are refused: the real service may
/// ignore them, but then a list comes back that nobody asked for.
pub(super) fn read(query: &Query, kind: Kind, account: &Account) -> Result<Vec<Test>, Reply> {
    let leaves = query.below("filter");
    match account.api_filter {
        ApiFilter::Ignored => return Ok(Vec::new()),
        ApiFilter::Refused if !leaves.is_empty() => {
            return Err(Reply::bad_request("Invalid filter for current account"));
        }
        ApiFilter::Refused | ApiFilter::On => {}
    }
    let mut groups: BTreeMap<String, Vec<Leaf<'_>>> = BTreeMap::new();
    for mut leaf in leaves {
        let mut name = leaf.path.remove(0).to_owned();
        if name == "custom_fields_values" && !leaf.path.is_empty() {
            name = format!("{name}.{}", leaf.path.remove(0));
        }
        groups.entry(name).or_default().push(leaf);
    }
    groups.iter().map(|(name, leaves)| test(name, leaves, kind, account)).collect()
}

fn test(name: &str, leaves: &[Leaf<'_>], kind: Kind, account: &Account) -> Result<Test, Reply> {
    if let Some(id) = name.strip_prefix("custom_fields_values.") {
        let field = account.fields_of(kind).iter().find(|field| field.id.to_string() == id);
        return field_test(field.ok_or_else(|| wrong(name, "is no custom field"))?, name, leaves);
    }
    let filters = kind.table().filters;
    let Some((member, filter)) = filters.iter().find(|(known, _)| *known == name) else {
        return Err(wrong(name, "is not supported"));
    };
    Ok(match filter {
        FilterType::Ids => Test::Ids(member, numbers(name, leaves)?),
        FilterType::Names => Test::Names(member, values(name, leaves)?),
        FilterType::Range => Test::Range(member, range(name, leaves)?),
        FilterType::Statuses => Test::Statuses(statuses(name, leaves)?),
    })
}

fn field_test(field: &FieldDefinition, name: &str, leaves: &[Leaf<'_>]) -> Result<Test, Reply> {
    let is_range = leaves.iter().any(|leaf| matches!(leaf.path.as_slice(), ["from" | "to"]));
    Ok(match field.field_type.shape() {
        Shape::Number | Shape::Moment if is_range => {
            Test::FieldRange(field.id, range(name, leaves)?)
        }
        Shape::Number => Test::FieldNumbers(field.id, numbers(name, leaves)?),
        Shape::Text => Test::FieldTexts(field.id, values(name, leaves)?),
        Shape::Choice | Shape::Choices => Test::FieldOptions(field.id, numbers(name, leaves)?),
        Shape::Flag => match values(name, leaves)?.as_slice() {
            [flag] if flag == "1" => Test::FieldFlag(field.id, true),
            [flag] if flag == "0" => Test::FieldFlag(field.id, false),
            _ => return Err(wrong(name, "takes 1 or 0")),
        },
        Shape::Moment => return Err(wrong(name, "takes a range")),
        Shape::Multitext | Shape::Address | Shape::LegalEntity => {
            return Err(wrong(name, "is of a type that cannot be filtered"));
        }
    })
}

fn wrong(name: &str, what: &str) -> Reply {
    Reply::bad_request(&format!("Invalid filter: {name} {what}"))
}

/// One value, or a list with or without indexes.
fn values(name: &str, leaves: &[Leaf<'_>]) -> Result<Vec<String>, Reply> {
    let is_index = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    leaves
        .iter()
        .map(|leaf| match leaf.path.as_slice() {
            [] => Ok(leaf.value.to_owned()),
            [index] if is_index(index) => Ok(leaf.value.to_owned()),
            _ => Err(wrong(name, "takes a value or a list of values")),
        })
        .collect()
}

fn numbers<T: std::str::FromStr>(name: &str, leaves: &[Leaf<'_>]) -> Result<Vec<T>, Reply> {
    let values = values(name, leaves)?;
    values.iter().map(|value| value.parse().map_err(|_| wrong(name, "takes numbers"))).collect()
}

fn range(name: &str, leaves: &[Leaf<'_>]) -> Result<Bounds, Reply> {
    let mut bounds = Bounds::default();
    for leaf in leaves {
        let value = leaf.value.parse().map_err(|_| wrong(name, "takes numbers"))?;
        match leaf.path.as_slice() {
            ["from"] => bounds.from = Some(value),
            ["to"] => bounds.to = Some(value),
            _ => return Err(wrong(name, "takes a range: [from], [to] or both")),
        }
    }
    Ok(bounds)
}

fn statuses(name: &str, leaves: &[Leaf<'_>]) -> Result<Vec<(i64, i64)>, Reply> {
    let mut pairs: BTreeMap<&str, (Option<i64>, Option<i64>)> = BTreeMap::new();
    for leaf in leaves {
        let [index, member] = leaf.path.as_slice() else {
            return Err(wrong(name, "takes pairs of pipeline_id and status_id"));
        };
        let value = leaf.value.parse().map_err(|_| wrong(name, "takes numbers"))?;
        let pair = pairs.entry(index).or_default();
        match *member {
            "pipeline_id" => pair.0 = Some(value),
            "status_id" => pair.1 = Some(value),
            _ => return Err(wrong(name, "takes pairs of pipeline_id and status_id")),
        }
    }
    let whole = |(pipeline, status): (Option<i64>, Option<i64>)| Some((pipeline?, status?));
    let pairs: Option<Vec<_>> = pairs.into_values().map(whole).collect();
    pairs.ok_or_else(|| wrong(name, "takes pairs of pipeline_id and status_id"))
}

impl Test {
    pub(super) fn passes(&self, entity: &Entity) -> bool {
        match self {
            Test::Ids(member, ids) => entity.int(member).is_some_and(|id| ids.contains(&id)),
            Test::Names(member, names) => names.iter().any(|name| name == entity.text(member)),
            Test::Range(member, bounds) => {
                entity.get(member).as_f64().is_some_and(|value| bounds.hold(value))
            }
            Test::Statuses(pairs) => match (entity.int("pipeline_id"), entity.int("status_id")) {
                (Some(pipeline), Some(status)) => pairs.contains(&(pipeline, status)),
                _ => false,
            },
            Test::FieldTexts(id, texts) => {
                of(entity, *id).any(|stored| texts.iter().any(|text| stored.value == text.as_str()))
            }
            Test::FieldOptions(id, options) => of(entity, *id)
                .any(|stored| stored.option.is_some_and(|option| options.contains(&option))),
            Test::FieldNumbers(id, numbers) => {
                let equal =
                    |value: f64| numbers.iter().any(|number| (number - value).abs() < f64::EPSILON);
                of(entity, *id).filter_map(number).any(equal)
            }
            // A checkbox that was never touched is not ticked.
            Test::FieldFlag(id, flag) => {
                of(entity, *id).any(|stored| stored.value == true) == *flag
            }
            Test::FieldRange(id, bounds) => {
                of(entity, *id).filter_map(number).any(|value| bounds.hold(value))
            }
        }
    }
}

fn of(entity: &Entity, field: i64) -> impl Iterator<Item = &StoredValue> {
    entity.fields.iter().filter(move |(id, _)| *id == field).flat_map(|(_, values)| values)
}

/// Numeric fields keep their numbers as texts.
fn number(stored: &StoredValue) -> Option<f64> {
    stored.value.as_f64().or_else(|| stored.value.as_str()?.parse().ok())
}
