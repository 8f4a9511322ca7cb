//! Checks what is sent by the tables: every member that is not taken is a flaw, with the place
//! where it stands.

mod repeated;
#[cfg(test)]
mod tests;
mod value;

pub(crate) use repeated::leave_out;
pub(crate) use value::is_text_of;

use serde_json::{Map, Value};

use crate::account::Account;
use crate::call::Call;
use crate::entity::Kind;
use crate::fields::FieldDefinition;
use crate::fields::value::{self as field_value, FieldValues};
use crate::flaws::Flaws;
use crate::page;
use crate::reply::Reply;
use crate::table::{Body, Member, Moment, Resource, Type};
use crate::tags::{self, TagRef};

/// What one item of a write asks for.
#[derive(Debug, Default)]
pub(crate) struct Change {
    /// The plain members.
    pub(crate) members: Vec<(&'static str, Value)>,
    /// The mentioned fields with their new values; none clears.
    pub(crate) fields: Vec<FieldValues>,
    /// The whole new set of tags.
    pub(crate) tags: Option<Vec<TagRef>>,
    pub(crate) tags_to_add: Vec<TagRef>,
    pub(crate) tags_to_delete: Vec<TagRef>,
    /// Whether the item says its own `request_id`.
    pub(crate) is_named: bool,
    /// What stood under `_embedded`, tags aside.
    pub(crate) embedded: Vec<(&'static str, Value)>,
}

impl Change {
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.members.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    pub(crate) fn int(&self, name: &str) -> Option<i64> {
        self.get(name)?.as_i64()
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }
}

/// Reads an item that creates or changes an entity. Members that can only be read and members that
/// nobody knows are refused alike.
pub(crate) fn entity(
    item: &Value,
    resource: &'static Resource,
    moment: Moment,
    account: &Account,
    flaws: &mut Flaws,
) -> Change {
    entity_with(item, resource, account.fields_named(resource.service), moment, account, flaws)
}

/// The same with the definitions of the entity's custom fields.
pub(crate) fn entity_with(
    item: &Value,
    resource: &'static Resource,
    fields: &[FieldDefinition],
    moment: Moment,
    account: &Account,
    flaws: &mut Flaws,
) -> Change {
    let mut change = Change::default();
    let Value::Object(item) = item else {
        flaws.wrong_type("", "object");
        return change;
    };
    change.is_named = item.get("request_id").is_some_and(|id| id.is_string() || id.is_number());
    // The item's own names: they are checked where the batch is read.
    let aside: &[&str] = match moment {
        Moment::Creation => &["request_id", "_embedded"],
        Moment::Change => &["request_id", "_embedded", "id"],
    };
    members(item, aside, resource.members, moment, flaws, &mut |member, sent, flaws| match (
        member.kind,
        member.name,
    ) {
        (Type::CustomFields(_), _) => {
            change.fields = field_value::check(sent, fields, account, flaws);
        }
        (Type::Tags(service), "tags_to_delete") => {
            change.tags_to_delete = tags::references(sent, account.tags_named(service), flaws);
        }
        (Type::Tags(service), _) => {
            change.tags_to_add = tags::references(sent, account.tags_named(service), flaws);
        }
        (_, name) => {
            if value::member(member, sent, account, flaws) {
                change.members.push((name, value::kept(member.kind, sent)));
            }
        }
    });
    let Some(sent) = item.get("_embedded") else { return change };
    flaws.within("_embedded", |flaws| {
        let none = Map::new();
        let sent = match sent {
            Value::Object(sent) => sent,
            // PHP's empty map.
            sent if value::is_empty_list(sent) => &none,
            _ => {
                flaws.wrong_type("", "object");
                return;
            }
        };
        // Clients that send what they know of a lead have empty lists of the contacts and companies
        // of which they know nothing. Only where it is created would full ones be taken; that empty
        // ones do nothing in a change is a guess.
        let nothing = |member: &&Member| {
            let is_link = Kind::named(member.name).is_some() && !member.written.at(moment);
            let is_empty = sent.get(member.name).is_some_and(value::is_empty_list);
            is_link && is_empty && member.written.at(Moment::Creation)
        };
        let aside: Vec<&str> =
            resource.embedded.iter().filter(nothing).map(|member| member.name).collect();
        members(sent, &aside, resource.embedded, moment, flaws, &mut |member, sent, flaws| {
            match member.kind {
                // Null removes all of them, like an empty list.
                Type::Tags(_) if sent.is_null() => change.tags = Some(Vec::new()),
                Type::Tags(service) => {
                    change.tags = Some(tags::references(sent, account.tags_named(service), flaws));
                }
                _ => {
                    if value::member(member, sent, account, flaws) {
                        change.embedded.push((member.name, value::kept(member.kind, sent)));
                    }
                }
            }
        });
    });
    change
}

/// Checks a value by its type; paths begin at it.
pub(crate) fn sent(kind: Type, sent: &Value, account: &Account, flaws: &mut Flaws) {
    value::value(kind, sent, account, flaws);
}

/// Reads a body that is one object and no entity, by what the operation takes.
pub(crate) fn body(call: &Call<'_>, flaws: &mut Flaws) -> Result<Value, Reply> {
    let sent = page::object(call.body)?;
    if let Body::One(kind) = call.operation.body {
        value::value(kind, &sent, call.account, flaws);
    }
    Ok(sent)
}

/// Goes through an object by a table: gives each member that may be sent to `each`, and finds those
/// that may not and those that are missing. The names in `aside` are passed over.
fn members<'t>(
    sent: &Map<String, Value>,
    aside: &[&str],
    table: &'t [Member],
    moment: Moment,
    flaws: &mut Flaws,
    each: &mut dyn FnMut(&'t Member, &Value, &mut Flaws),
) {
    for (key, value) in sent.iter().filter(|(key, _)| !aside.contains(&key.as_str())) {
        let known = table.iter().find(|member| member.name == key && member.written.at(moment));
        match known {
            None => flaws.unexpected(key),
            Some(member) => flaws.within(key, |flaws| each(member, value, flaws)),
        }
    }
    let needed = table.iter().filter(|member| member.written.is_required(moment));
    for member in needed.filter(|member| !sent.contains_key(member.name)) {
        flaws.missing(member.name);
    }
}
