//! The filters of the list of events.

use serde_json::Value;

use super::{Event, What};
use crate::check::is_text_of;
use crate::generated::events::EVENT;
use crate::query::{Leaf, Query};
use crate::reply::Reply;
use crate::table::{Form, Type};

/// What an event has to be. An empty list asks for nothing.
#[derive(Default, PartialEq)]
pub(super) struct Filter {
    ids: Vec<String>,
    from: Option<i64>,
    to: Option<i64>,
    by: Vec<i64>,
    entities: Vec<String>,
    entity_ids: Vec<i64>,
    types: Vec<String>,
    before: ValueFilter,
    after: ValueFilter,
}

/// What the values of one side have to be; an empty list asks for nothing.
#[derive(Default, PartialEq)]
struct ValueFilter {
    statuses: Vec<Status>,
    responsible: Vec<i64>,
    options: Vec<i64>,
    words: Vec<String>,
}

/// A status that is asked for, maybe with its pipeline.
#[derive(PartialEq)]
struct Status {
    key: &'static str,
    /// Its place in the query: what stands under one index belongs together.
    index: String,
    members: Vec<(&'static str, i64)>,
}

impl Filter {
    /// Reads the filters. Lists are repeated parameters or, as the official client writes them, one
    /// with commas. Unknown filters and wrong forms are refused: the real service may ignore them,
    /// but then a list comes back that nobody asked for.
    pub(super) fn read(query: &Query) -> Result<Self, Reply> {
        let mut filter = Self::default();
        let mut before = Vec::new();
        let mut after = Vec::new();
        for leaf in query.below("filter") {
            let (name, rest) = match leaf.path.split_first() {
                Some((name, rest)) => (*name, rest),
                None => continue,
            };
            let is_list = |most: usize, list: usize| is_plain(rest) && list <= most;
            let fits = match name {
                "id" => {
                    filter.ids.extend(texts(leaf.value));
                    is_list(100, filter.ids.len())
                }
                "created_by" => {
                    filter.by.extend(numbers(name, leaf.value)?);
                    is_list(10, filter.by.len())
                }
                "entity" => {
                    filter.entities.extend(choices(name, leaf.value)?);
                    is_list(usize::MAX, 0)
                }
                "entity_id" => {
                    filter.entity_ids.extend(numbers(name, leaf.value)?);
                    is_list(10, filter.entity_ids.len())
                }
                "type" => {
                    filter.types.extend(choices(name, leaf.value)?);
                    is_list(usize::MAX, 0)
                }
                "created_at" => filter.time(rest, leaf.value)?,
                "value_before" | "value_after" => {
                    let list = if name == "value_before" { &mut before } else { &mut after };
                    list.push(Leaf { path: rest.to_vec(), value: leaf.value });
                    true
                }
                _ => false,
            };
            if !fits {
                return Err(wrong(name, "is not supported in this form"));
            }
        }
        filter.check()?;
        filter.before = filter.values("value_before", &before)?;
        filter.after = filter.values("value_after", &after)?;
        Ok(filter)
    }

    /// A moment is a beginning; the official client writes a range as two moments with a comma.
    fn time(&mut self, path: &[&str], value: &str) -> Result<bool, Reply> {
        let moments = numbers("created_at", value)?;
        match (path, moments.as_slice()) {
            ([] | ["from"], [from]) => self.from = Some(*from),
            (["to"], [to]) => self.to = Some(*to),
            ([], [from, to]) => (self.from, self.to) = (Some(*from), Some(*to)),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn check(&self) -> Result<(), Reply> {
        if !self.entity_ids.is_empty() && self.entities.len() != 1 {
            return Err(wrong("entity_id", "needs exactly one filter[entity]"));
        }
        if self.types.len() > 1 && self.types.iter().any(|kind| field_of(kind).is_some()) {
            return Err(wrong("type", "takes the type of a custom field alone"));
        }
        Ok(())
    }

    fn values(&self, name: &str, leaves: &[Leaf<'_>]) -> Result<ValueFilter, Reply> {
        let mut values = ValueFilter::default();
        let table = EVENT.filters.iter().find(|filter| filter.name == name);
        for leaf in leaves {
            let member = leaf.path.first().copied().unwrap_or_default();
            if !table.is_some_and(|filter| filter.has(member)) {
                return Err(wrong(name, "is not supported in this form"));
            }
            match leaf.path.as_slice() {
                ["responsible_user_id", rest @ ..] if is_plain(rest) => {
                    values.responsible.extend(numbers(name, leaf.value)?);
                }
                ["custom_field_values", rest @ ..] if is_plain(rest) => {
                    let is_one_field =
                        matches!(self.types.as_slice(), [one] if field_of(one).is_some());
                    if !is_one_field {
                        return Err(wrong(name, "needs the type of one custom field"));
                    }
                    values.options.extend(numbers(name, leaf.value)?);
                }
                ["value", rest @ ..] if is_plain(rest) => values.words.push(leaf.value.to_owned()),
                ["leads_statuses", index, "status_id"] => {
                    values.status("lead_status", index, "id", number(name, leaf.value)?);
                }
                ["leads_statuses", index, "pipeline_id"] => {
                    values.status("lead_status", index, "pipeline_id", number(name, leaf.value)?);
                }
                ["customers_statuses", index, "status_id"] => {
                    values.status("customer_status", index, "id", number(name, leaf.value)?);
                }
                _ => return Err(wrong(name, "is not supported in this form")),
            }
        }
        Ok(values)
    }

    /// Is nothing asked for, so that all events pass?
    pub(super) fn asks_nothing(&self) -> bool {
        *self == Self::default()
    }

    pub(super) fn passes(&self, event: &Event) -> bool {
        let what = &event.what;
        // Messages are looked for by the contact, whatever they are said to have happened to.
        let (entity, id) = match what.talk_contact {
            Some(contact) => ("contact", contact),
            None => (what.entity_type, what.entity_id),
        };
        (self.ids.is_empty() || self.ids.contains(&event.id))
            && self.from.is_none_or(|from| event.at >= from)
            && self.to.is_none_or(|to| event.at <= to)
            && (self.by.is_empty() || self.by.contains(&event.by))
            && (self.entities.is_empty()
                || self.entities.iter().any(|kind| kind == entity || is_of_catalog(what, kind)))
            && (self.entity_ids.is_empty() || self.entity_ids.contains(&id))
            && (self.types.is_empty() || self.types.iter().any(|kind| is_of_type(what, kind)))
            && self.before.passes(&what.before)
            && self.after.passes(&what.after)
    }
}

impl ValueFilter {
    fn status(&mut self, key: &'static str, index: &str, member: &'static str, value: i64) {
        let mut known = self.statuses.iter_mut();
        if let Some(status) = known.find(|status| status.key == key && status.index == index) {
            status.members.push((member, value));
        } else {
            let members = vec![(member, value)];
            self.statuses.push(Status { key, index: index.to_owned(), members });
        }
    }

    /// Of each list that asks for something one value must have an element.
    fn passes(&self, values: &[Value]) -> bool {
        let is_in = |ids: &[i64], id: &Value| id.as_i64().is_some_and(|id| ids.contains(&id));
        let is_status = |status: &Status, value: &Value| {
            status.members.iter().all(|(member, id)| value[status.key][*member] == *id)
        };
        let any = |test: &dyn Fn(&Value) -> bool| values.iter().any(test);
        (self.statuses.is_empty()
            || any(&|value| self.statuses.iter().any(|status| is_status(status, value))))
            && (self.responsible.is_empty()
                || any(&|value| is_in(&self.responsible, &value["responsible_user"]["id"])))
            && (self.options.is_empty()
                || any(&|value| is_in(&self.options, &value["custom_field_value"]["enum_id"])))
            && (self.words.is_empty()
                || any(&|value| self.words.iter().any(|word| says(value, word))))
    }
}

/// Does a value say this word, as a text or as a number?
fn says(value: &Value, word: &str) -> bool {
    PLAIN_VALUES.iter().any(|(key, member)| {
        let said = match &value[*key][*member] {
            Value::Null => return false,
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        said == word
    })
}

/// What `[value]` looks at.
const PLAIN_VALUES: [(&str, &str); 5] = [
    ("sale_field_value", "sale"),
    ("name_field_value", "name"),
    ("ltv_field_value", "ltv"),
    ("nps", "rate"),
    ("custom_field_value", "text"),
];

/// Is it an event of this type? A type that names a field means the changes of this field;
/// `lead_linked` means that a lead was linked to something.
fn is_of_type(what: &What, wanted: &str) -> bool {
    if what.kind == wanted {
        return true;
    }
    let mut values = what.before.iter().chain(&what.after);
    if let Some(field) = field_of(wanted) {
        return what.kind == "custom_field_value_changed"
            && values.any(|value| value["custom_field_value"]["field_id"] == field);
    }
    let linked = |verb: &str, kind: &str| {
        let one = wanted.strip_suffix(verb).and_then(|rest| rest.strip_suffix('_'));
        (what.kind == kind).then_some(one).flatten()
    };
    let one = linked("unlinked", "entity_unlinked").or_else(|| linked("linked", "entity_linked"));
    one.is_some_and(|one| values.any(|value| value["link"]["entity"]["type"] == one))
}

/// Did it happen to an element of the catalog that is asked for?
fn is_of_catalog(what: &What, wanted: &str) -> bool {
    let wanted = wanted.strip_prefix("catalog_").and_then(|id| id.parse().ok());
    wanted.is_some() && what.catalog == wanted
}

/// The field that a type names.
fn field_of(kind: &str) -> Option<i64> {
    kind.strip_prefix("custom_field_")?.strip_suffix("_value_changed")?.parse().ok()
}

fn is_plain(path: &[&str]) -> bool {
    match path {
        [] => true,
        [index] => index.bytes().all(|b| b.is_ascii_digit()),
        _ => false,
    }
}

fn texts(value: &str) -> impl Iterator<Item = String> {
    value.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned)
}

fn numbers(name: &str, value: &str) -> Result<Vec<i64>, Reply> {
    texts(value).map(|part| number(name, &part)).collect()
}

/// What a filter takes.
pub(super) fn known(name: &str) -> &'static [&'static str] {
    match EVENT.filters.iter().find(|filter| filter.name == name).map(|filter| filter.form) {
        Some(Form::Any(Type::OneOf(texts))) => texts,
        _ => &[],
    }
}

fn number(name: &str, value: &str) -> Result<i64, Reply> {
    value.parse().map_err(|_| wrong(name, "takes numbers"))
}

fn choices(name: &str, value: &str) -> Result<Vec<String>, Reply> {
    let known = known(name);
    let is_known = |part: &String| known.iter().any(|known| is_text_of(known, part));
    let found: Vec<String> = texts(value).collect();
    if found.iter().all(is_known) {
        Ok(found)
    } else {
        Err(wrong(name, "has a value that is not a choice"))
    }
}

fn wrong(name: &str, what: &str) -> Reply {
    Reply::bad_request(&format!("Invalid filter: {name} {what}"))
}
