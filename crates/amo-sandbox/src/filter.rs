//! `filter[…]` of lists: free ones, and the "Alpha" filters that an account has to have switched on.

use std::collections::BTreeMap;

use crate::account::Account;
use crate::builder::ApiFilter;
use crate::check::is_text_of;
use crate::entity::{Entity, Kind, Only};
use crate::fields::value::StoredValue;
use crate::fields::{FieldDefinition, FieldType};
use crate::query::{Leaf, Query};
use crate::reply::Reply;
use crate::table::{Filter, Form, Member, Resource, Type};

/// The filter of cards by a time that is none of their own.
const CLOSEST_TASK: &str = "closest_task_at";

/// What the filters of a list depend on.
pub(crate) struct Filtered<'a> {
    pub(crate) resource: &'static Resource,
    /// The definitions of the entities' custom fields.
    pub(crate) fields: &'a [FieldDefinition],
    pub(crate) api_filter: ApiFilter,
    /// Filters that are not named like the member that they look at; the name of the member is
    /// taken too.
    pub(crate) renamed: &'static [(&'static str, &'static str)],
    /// Filters that are also taken by their own name, outside of `filter[…]`.
    pub(crate) bare: &'static [&'static str],
    /// What all of the list have in common: a member and its value.
    pub(crate) below: Option<(&'static str, i64)>,
    /// The same of a member that few values share, so that an order of its own is kept for each.
    pub(crate) only: Option<Only>,
}

/// What an entity has to pass. Several values of one test are alternatives; all tests must pass.
pub(crate) enum Test {
    Ids(&'static str, Vec<i64>),
    Names(&'static str, Vec<String>),
    Range(&'static str, Bounds),
    Flag(&'static str, bool),
    /// Several members, each with its value.
    Each(Vec<Vec<(&'static str, i64)>>),
    /// The same of the lead that the entity is about.
    OfLead(Vec<Vec<(&'static str, i64)>>),
    /// Until when the first of the tasks that a card of this kind still has is to be done.
    ClosestTask(Kind, Bounds),
    FieldTexts(i64, Vec<String>),
    FieldOptions(i64, Vec<i64>),
    FieldNumbers(i64, Vec<f64>),
    FieldFlag(i64, bool),
    FieldRange(i64, Bounds),
}

/// A range with either end open; the ends belong to it.
#[derive(Default, Clone, Copy)]
pub(crate) struct Bounds {
    from: Option<f64>,
    to: Option<f64>,
}

impl Bounds {
    fn are_whole(self) -> bool {
        [self.from, self.to].into_iter().flatten().all(|end| end.fract() == 0.0)
    }

    fn hold(self, value: f64) -> bool {
        self.from.is_none_or(|from| value >= from) && self.to.is_none_or(|to| value <= to)
    }
}

/// Reads the filters of a query. Unknown ones and wrong forms are refused: the real service may
/// ignore them, but then a list comes back that nobody asked for.
pub(crate) fn read(query: &Query, of: &Filtered<'_>) -> Result<Vec<Test>, Reply> {
    let leaves = query.below("filter");
    let is_open = !of.resource.paid_filters;
    match of.api_filter {
        _ if is_open => {}
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
    let mut tests = Vec::new();
    for (name, leaves) in &groups {
        // A flag such as `only_in_work` that is 0 asks for nothing.
        let is_off = name.starts_with("only_") && leaves.iter().all(|leaf| leaf.value == "0");
        let test = test(name, leaves, of)?;
        if !is_off {
            tests.push(test);
        }
    }
    let is_bare = |filter: &&Filter| filter.is_bare || of.bare.contains(&filter.name);
    for filter in of.resource.filters.iter().filter(is_bare) {
        let mut leaves = query.below(filter.name);
        leaves.extend(query.get(filter.name).map(|value| Leaf { path: Vec::new(), value }));
        if !leaves.is_empty() {
            tests.push(known_test(filter, &leaves, of)?);
        }
    }
    Ok(tests)
}

/// The same for an operation that has filters of its own, which are free.
pub(crate) fn read_own(
    query: &Query,
    filters: &'static [Filter],
    of: &Filtered<'_>,
) -> Result<Vec<Test>, Reply> {
    let mut groups: BTreeMap<&str, Vec<Leaf<'_>>> = BTreeMap::new();
    for mut leaf in query.below("filter") {
        groups.entry(leaf.path.remove(0)).or_default().push(leaf);
    }
    let test = |(name, leaves): (&str, Vec<Leaf<'_>>)| {
        let known = filters.iter().find(|known| known.name == name);
        known_test(known.ok_or_else(|| wrong(name, "is not supported"))?, &leaves, of)
    };
    groups.into_iter().map(test).collect()
}

fn test(name: &str, leaves: &[Leaf<'_>], of: &Filtered<'_>) -> Result<Test, Reply> {
    let field = name.strip_prefix("custom_fields_values.").filter(|_| of.resource.paid_filters);
    if let Some(id) = field {
        let field = of.fields.iter().find(|field| field.id.to_string() == id);
        return field_test(field.ok_or_else(|| wrong(name, "is no custom field"))?, name, leaves);
    }
    let mut filters = of.resource.filters.iter();
    let renamed = of.renamed.iter().find(|(_, member)| *member == name);
    let name = renamed.map_or(name, |(known, _)| known);
    let known = filters.find(|known| !known.is_bare && known.name == name);
    known_test(known.ok_or_else(|| wrong(name, "is not supported"))?, leaves, of)
}

fn known_test(
    filter: &'static Filter,
    leaves: &[Leaf<'_>],
    of: &Filtered<'_>,
) -> Result<Test, Reply> {
    let name = filter.name;
    let renamed = of.renamed.iter().find(|(known, _)| *known == name);
    let member = renamed.map_or(name, |(_, member)| member);
    if filter.most.is_some_and(|most| leaves.len() > most) {
        return Err(wrong(name, "has too many values"));
    }
    let is_own = |part: &Member| of.resource.members.iter().any(|own| own.name == part.name);
    match filter.form {
        Form::One(_) if leaves.len() > 1 => Err(wrong(name, "takes one value")),
        Form::One(kind) | Form::Any(kind) => match kind {
            Type::Text => Ok(Test::Names(member, values(name, leaves)?)),
            Type::OneOf(texts) => {
                let values = values(name, leaves)?;
                let known = |value: &String| texts.iter().any(|text| is_text_of(text, value));
                if values.iter().all(known) {
                    Ok(Test::Names(member, values))
                } else {
                    Err(wrong(name, "has a value that is not a choice"))
                }
            }
            _ => Ok(Test::Ids(member, numbers(name, leaves)?)),
        },
        Form::Range(_) if name == CLOSEST_TASK => {
            let kind = Kind::named(of.resource.service);
            let kind = kind.ok_or_else(|| wrong(name, "is not supported"))?;
            Ok(Test::ClosestTask(kind, range(name, leaves, !of.resource.paid_filters)?))
        }
        Form::Range(kind) => {
            let is_whole = !matches!(kind, Type::Amount);
            let bounds = range(name, leaves, !of.resource.paid_filters)?;
            if is_whole && !bounds.are_whole() {
                return Err(wrong(name, "takes whole numbers"));
            }
            Ok(Test::Range(member, bounds))
        }
        Form::Flag => Ok(Test::Flag(member, flag(name, leaves)?)),
        Form::Each(members) if !members.iter().all(is_own) => {
            Ok(Test::OfLead(objects(name, leaves, members)?))
        }
        Form::Each(members) => Ok(Test::Each(objects(name, leaves, members)?)),
        Form::Object(_) => Err(wrong(name, "is not supported")),
    }
}

fn field_test(field: &FieldDefinition, name: &str, leaves: &[Leaf<'_>]) -> Result<Test, Reply> {
    let is_range = leaves.iter().any(|leaf| matches!(leaf.path.as_slice(), ["from" | "to"]));
    Ok(match field.field_type {
        FieldType::Numeric if is_range => Test::FieldRange(field.id, range(name, leaves, false)?),
        FieldType::Numeric => Test::FieldNumbers(field.id, numbers(name, leaves)?),
        FieldType::Text | FieldType::Textarea | FieldType::Url | FieldType::Streetaddress => {
            Test::FieldTexts(field.id, values(name, leaves)?)
        }
        FieldType::Select | FieldType::Multiselect | FieldType::Radiobutton => {
            let mut options: Vec<i64> = numbers(name, leaves)?;
            // Values still name an option that is deleted, but nobody sees it any more.
            options.retain(|id| field.option(*id).is_some());
            Test::FieldOptions(field.id, options)
        }
        FieldType::Checkbox => Test::FieldFlag(field.id, flag(name, leaves)?),
        FieldType::Date | FieldType::DateTime if is_range => {
            Test::FieldRange(field.id, range(name, leaves, false)?)
        }
        FieldType::Date | FieldType::DateTime => return Err(wrong(name, "takes a range")),
        _ => return Err(wrong(name, "is of a type that cannot be filtered")),
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

/// A range; where it may be open, a number alone is its beginning.
fn range(name: &str, leaves: &[Leaf<'_>], may_be_open: bool) -> Result<Bounds, Reply> {
    let mut bounds = Bounds::default();
    for leaf in leaves {
        let value = leaf.value.parse().map_err(|_| wrong(name, "takes numbers"))?;
        match leaf.path.as_slice() {
            ["from"] => bounds.from = Some(value),
            [] if may_be_open => bounds.from = Some(value),
            ["to"] => bounds.to = Some(value),
            _ => return Err(wrong(name, "takes a range: [from], [to] or both")),
        }
    }
    Ok(bounds)
}

fn flag(name: &str, leaves: &[Leaf<'_>]) -> Result<bool, Reply> {
    match values(name, leaves)?.as_slice() {
        [flag] if flag == "1" => Ok(true),
        [flag] if flag == "0" => Ok(false),
        _ => Err(wrong(name, "takes 1 or 0")),
    }
}

/// Objects, each under an index and with all of its members: numbers, as far as is known.
fn objects(
    name: &str,
    leaves: &[Leaf<'_>],
    members: &'static [Member],
) -> Result<Vec<Vec<(&'static str, i64)>>, Reply> {
    let names: Vec<&str> = members.iter().map(|member| member.name).collect();
    let refused = || wrong(name, &format!("takes objects with {}", names.join(" and ")));
    let mut found: BTreeMap<&str, Vec<(&'static str, i64)>> = BTreeMap::new();
    for leaf in leaves {
        let [index, key] = leaf.path.as_slice() else { return Err(refused()) };
        let member = members.iter().find(|member| member.name == *key).ok_or_else(refused)?;
        let value = leaf.value.parse().map_err(|_| wrong(name, "takes numbers"))?;
        found.entry(index).or_default().push((member.name, value));
    }
    let is_whole = |object: &Vec<(&str, i64)>| {
        members.iter().all(|member| object.iter().any(|(name, _)| *name == member.name))
    };
    if found.values().all(is_whole) { Ok(found.into_values().collect()) } else { Err(refused()) }
}

impl Test {
    /// The ids that a test of this member asks for.
    pub(crate) fn ids_of(wanted: &str) -> impl Fn(&Test) -> Option<Vec<i64>> {
        move |test| match test {
            Test::Ids(member, ids) if *member == wanted => Some(ids.clone()),
            _ => None,
        }
    }

    /// The same with what must be looked up elsewhere in the account.
    pub(crate) fn passes_in(&self, entity: &Entity, account: &Account) -> bool {
        match self {
            Test::OfLead(_) if entity.text("entity_type") != Kind::Leads.name() => false,
            Test::OfLead(objects) => {
                let lead = entity.int("entity_id").and_then(|id| account.entity(Kind::Leads, id));
                lead.is_some_and(|lead| has_one_of(objects, lead))
            }
            Test::ClosestTask(kind, bounds) => {
                let closest = account.records.closest_task(*kind, entity.id);
                closest.is_some_and(|closest| bounds.hold(closest as f64))
            }
            _ => self.passes(entity),
        }
    }

    pub(crate) fn passes(&self, entity: &Entity) -> bool {
        match self {
            Test::Ids(member, ids) => entity.int(member).is_some_and(|id| ids.contains(&id)),
            Test::Names(member, names) => names.iter().any(|name| name == entity.text(member)),
            Test::Range(member, bounds) => {
                entity.get(member).as_f64().is_some_and(|value| bounds.hold(value))
            }
            Test::Flag(member, flag) => (entity.get(member) == true) == *flag,
            Test::Each(objects) => has_one_of(objects, entity),
            // Nothing of the entity itself.
            Test::OfLead(_) | Test::ClosestTask(..) => false,
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

fn has_one_of(objects: &[Vec<(&str, i64)>], entity: &Entity) -> bool {
    let fits = |(member, value): &(&str, i64)| entity.int(member) == Some(*value);
    objects.iter().any(|object| object.iter().all(fits))
}

fn of(entity: &Entity, field: i64) -> impl Iterator<Item = &StoredValue> {
    entity.fields.iter().filter(move |(id, _)| *id == field).flat_map(|(_, values)| values)
}

/// Numeric fields keep their numbers as texts.
fn number(stored: &StoredValue) -> Option<f64> {
    stored.value.as_f64().or_else(|| stored.value.as_str()?.parse().ok())
}
