//! Checks one value by its type.

use serde_json::{Map, Value};

use super::members;
use crate::account::Account;
use crate::fields::value as field_value;
use crate::flaws::Flaws;
use crate::generated;
use crate::table::{Member, Moment, Type, Written, always};
use crate::tags;

/// Is the value of a member taken?
pub(super) fn member(member: &Member, sent: &Value, account: &Account, flaws: &mut Flaws) -> bool {
    let before = flaws.len();
    if !(member.nullable && sent.is_null()) {
        value(member.kind, sent, account, flaws);
    }
    flaws.len() == before
}

/// Finds what is wrong with a value. Paths begin at the value.
pub(super) fn value(kind: Type, sent: &Value, account: &Account, flaws: &mut Flaws) {
    if !looks_like(kind, sent) {
        flaws.wrong_type("", wanted(kind));
        return;
    }
    match kind {
        // Nothing more is known of these; and only whole items are new ones and changes.
        Type::Text | Type::Int | Type::Bool | Type::Time | Type::Json | Type::New | Type::Patch => {
        }
        Type::Amount => {
            if sent.as_f64().is_some_and(|amount| amount < 0.0) {
                flaws.add("TooLow", "", "This value should be 0 or more.");
            }
        }
        Type::Author => {
            let known = sent.as_i64().is_some_and(|id| id == 0 || account.knows("users", id));
            choice(known, flaws);
        }
        Type::Id(service) => {
            choice(sent.as_i64().is_some_and(|id| account.knows(service, id)), flaws);
        }
        Type::Ref(service) => object(sent, &[always("id", Type::Id(service))], account, flaws),
        Type::OneOf(texts) => {
            let text = sent.as_str().unwrap_or_default();
            choice(texts.iter().any(|known| is_text_of(known, text)), flaws);
        }
        Type::List(item) => list(item, sent, account, flaws),
        Type::AtMost(most, item) => {
            if sent.as_array().is_some_and(|list| list.len() > most) {
                let plural = if most == 1 { "" } else { "s" };
                let detail =
                    format!("This collection should contain at most {most} element{plural}.");
                flaws.add("InvalidValue", "", &detail);
            }
            list(item, sent, account, flaws);
        }
        Type::Object(table) => object(sent, table, account, flaws),
        Type::Map(item) => {
            for (key, one) in sent.as_object().into_iter().flatten() {
                flaws.within(key, |flaws| value(*item, one, account, flaws));
            }
        }
        Type::Either(one, other) => {
            let kind = if looks_whole(*one, sent) { one } else { other };
            value(*kind, sent, account, flaws);
        }
        Type::NewOf(service) => {
            if let Some(resource) = generated::ALL.iter().find(|one| one.service == service) {
                super::entity(sent, resource, Moment::Creation, account, flaws);
            }
        }
        Type::CustomFields(service) => {
            field_value::check(sent, account.fields_named(service), account, flaws);
        }
        Type::Tags(service) => {
            tags::references(sent, account.tags_named(service), flaws);
        }
    }
}

fn choice(is_known: bool, flaws: &mut Flaws) {
    if !is_known {
        flaws.not_a_choice("");
    }
}

fn list(item: &Type, sent: &Value, account: &Account, flaws: &mut Flaws) {
    for (index, one) in sent.as_array().into_iter().flatten().enumerate() {
        flaws.within(&index.to_string(), |flaws| value(*item, one, account, flaws));
    }
}

/// An object inside of an entity is sent whole, also when the entity is changed.
fn object(sent: &Value, table: &[Member], account: &Account, flaws: &mut Flaws) {
    let none = Map::new();
    let sent = sent.as_object().unwrap_or(&none);
    members(sent, &[], table, Moment::Creation, flaws, &mut |one, sent, flaws| {
        member(one, sent, account, flaws);
    });
}

/// Is it of the right kind of JSON?
fn looks_like(kind: Type, sent: &Value) -> bool {
    match kind {
        Type::Text | Type::OneOf(_) => sent.is_string(),
        Type::Int | Type::Time | Type::Author | Type::Id(_) => sent.is_i64(),
        Type::Amount => sent.is_number(),
        Type::Bool => sent.is_boolean(),
        Type::List(_) | Type::AtMost(..) => sent.is_array(),
        // PHP prints an empty map as an empty list.
        Type::Object(_) | Type::Map(_) => sent.is_object() || is_empty_list(sent),
        Type::Ref(_) => sent.is_object(),
        // These say themselves what they want, some of them more than one kind.
        Type::Either(..)
        | Type::New
        | Type::Patch
        | Type::NewOf(_)
        | Type::CustomFields(_)
        | Type::Tags(_)
        | Type::Json => true,
    }
}

/// The empty map of PHP.
pub(super) fn is_empty_list(sent: &Value) -> bool {
    sent.as_array().is_some_and(Vec::is_empty)
}

/// The value as it is kept: a map that came as PHP's empty list is a map.
pub(super) fn kept(kind: Type, sent: &Value) -> Value {
    match kind {
        Type::Object(_) | Type::Map(_) if is_empty_list(sent) => Value::Object(Map::new()),
        _ => sent.clone(),
    }
}

/// The same, and everything that an object must have is there.
fn looks_whole(kind: Type, sent: &Value) -> bool {
    let has = |name: &str| sent.as_object().is_some_and(|sent: &Map<_, _>| sent.contains_key(name));
    looks_like(kind, sent)
        && match kind {
            Type::Ref(_) => has("id"),
            Type::Object(table) => {
                let needed = table.iter().filter(|member| member.written == Written::Always);
                needed.into_iter().all(|member| has(member.name))
            }
            _ => true,
        }
}

/// The name of a type in flaws.
fn wanted(kind: Type) -> &'static str {
    match kind {
        Type::Int | Type::Time | Type::Author | Type::Id(_) => "int",
        Type::Amount => "numeric",
        Type::Bool => "bool",
        Type::List(_) | Type::AtMost(..) => "array",
        Type::Object(_) | Type::Ref(_) | Type::Map(_) => "object",
        _ => "string",
    }
}

/// Is it the text, or the text with a number for `{id}`?
pub(crate) fn is_text_of(known: &str, text: &str) -> bool {
    let Some((before, after)) = known.split_once("{id}") else { return known == text };
    let number = text.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}
