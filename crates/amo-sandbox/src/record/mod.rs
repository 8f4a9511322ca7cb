//! Everything that is kept and is no card of a lead, contact or company: tasks, notes and so on.
//!
//! What the tables say of a service is done here once: lists with their filters and orders, reading
//! one, adding, changing and deleting, and the answers in the forms that each operation has. What
//! is special to a service stands in its [`Behaviour`], in a file of its own.

mod store;
mod tasks;
mod write;

use serde_json::Value;

pub(crate) use store::Records;

use crate::call::Call;
use crate::check::Change;
use crate::entity::{Entity, Shown};
use crate::filter::Filtered;
use crate::flaws::Flaws;
use crate::listing;
use crate::page;
use crate::reply::Reply;
use crate::table::{Answer, Resource, Type};

/// What is special to a service. Most services need little of it: see [`Behaviour::of`].
pub(crate) struct Behaviour {
    /// What the description says of it.
    resource: &'static Resource,
    /// Filters that are not named like the member that they look at.
    renamed: &'static [(&'static str, &'static str)],
    /// The collection that a request is about; what its path names and is not there is refused.
    scope: fn(&Call<'_>) -> Result<String, Reply>,
    /// Which records of the collection a request sees, if not all.
    sees: Option<fn(&Call<'_>, &Entity) -> bool>,
    /// Checks what concerns several members at once; the record is there when it is an update.
    check: fn(&Change, Option<&Entity>, &Call<'_>, &mut Flaws),
    /// Fills the members that follow from others, after a change was laid over the record.
    settle: fn(&mut Entity, &Change, &mut Call<'_>),
    /// Changes what is shown of a record.
    show: fn(&Entity, &Call<'_>, &mut Shown),
    /// Refuses a deletion, or does what follows from it.
    delete: fn(&Entity, &mut Call<'_>) -> Result<(), Reply>,
    /// Answers the operations that only this service has, by their action.
    other: fn(&mut Call<'_>, &str) -> Result<Reply, Reply>,
}

impl Behaviour {
    /// Nothing special.
    const fn of(resource: &'static Resource) -> Self {
        Self {
            resource,
            renamed: &[],
            scope: |_| Ok(String::new()),
            sees: None,
            check: |_, _, _, _| {},
            settle: |_, _, _| {},
            show: |_, _, _| {},
            delete: |_, _| Ok(()),
            other: |call, _| Err(call.no_route()),
        }
    }
}

/// The services that are kept here. To add one: a file with its behaviour, and a line.
static ALL: &[&Behaviour] = &[&tasks::TASKS];

/// Answers a request about a service that is kept here; `None` if it is not.
pub(crate) fn answer(call: &mut Call<'_>) -> Option<Result<Reply, Reply>> {
    let service = ALL.iter().find(|known| std::ptr::eq(known.resource, call.resource))?;
    Some(match call.operation.action {
        "list" => list(call, service),
        "get" => get(call, service),
        "create" => write::create(call, service),
        "update" | "update_many" => write::update(call, service),
        "delete" | "delete_many" => write::delete(call, service),
        other => (service.other)(call, other),
    })
}

/// Does an entity of a service with this id exist? `None` if the service is not kept here.
pub(crate) fn knows(records: &Records, service: &str, id: i64) -> Option<bool> {
    let known = ALL.iter().find(|known| known.resource.service == service)?;
    Some(records.all(known.resource.service).any(|(_, entity)| entity.id == id))
}

fn list(call: &Call<'_>, service: &Behaviour) -> Result<Reply, Reply> {
    let page = call.page()?;
    let scope = (service.scope)(call)?;
    let entities = call.account.records.of(call.resource.service, &scope);
    let filtered = Filtered {
        resource: call.resource,
        fields: call.account.fields_named(call.resource.service),
        api_filter: call.account.api_filter,
        renamed: service.renamed,
    };
    let sees = service.sees.map(|sees| move |entity: &Entity| sees(call, entity));
    let also = sees.as_ref().map(|sees| sees as &dyn Fn(&Entity) -> bool);
    let found = listing::find(call, page, &filtered, entities, also)?;
    let shown: Vec<Value> =
        found.entities.iter().map(|entity| show(entity, call, service)).collect();
    if call.operation.answer == Answer::Page {
        return Ok(page.reply(&call.own_url(), call.query, call.key(), shown, found.more));
    }
    Ok(page::whole(&call.own_url(), call.key(), shown))
}

fn get(call: &Call<'_>, service: &Behaviour) -> Result<Reply, Reply> {
    let scope = (service.scope)(call)?;
    let known = call.path_id().and_then(|id| {
        call.account
            .records
            .get(call.resource.service, &scope, id)
            .filter(|entity| service.sees.is_none_or(|sees| sees(call, entity)))
    });
    Ok(known
        .map_or_else(|| call.nothing_found(), |entity| Reply::hal(&show(entity, call, service))))
}

/// A record as reading shows it: all members that the description says are read. One that bears
/// the name of a word of `with` is shown only if it was asked for.
fn show(entity: &Entity, call: &Call<'_>, service: &Behaviour) -> Value {
    let mut shown = Shown::default();
    let account = &call.account;
    let asked = |word: &str| call.query.with().any(|asked| asked == word);
    let members = call.resource.members.iter().filter(|member| {
        let is_extra = call.resource.with.contains(&member.name);
        member.is_read && (!is_extra || asked(member.name))
    });
    for member in members {
        let value = match (member.kind, member.name) {
            (Type::CustomFields(kind), _) => {
                crate::fields::value::show(&entity.fields, account.fields_named(kind))
            }
            (_, "id") => entity.id.into(),
            (_, "account_id") => account.id.into(),
            (_, "group_id") => {
                let user = entity.int("responsible_user_id").and_then(|id| account.user(id));
                user.map_or(0, |user| user.group_id).into()
            }
            (_, name) => entity.get(name).clone(),
        };
        shown.set(member.name, value);
    }
    shown.set("_links", serde_json::json!({"self": {"href": address(entity.id, call)}}));
    (service.show)(entity, call, &mut shown);
    shown.into_value()
}

/// The address of a record: that of the list of the request, with the id.
fn address(id: i64, call: &Call<'_>) -> String {
    let operations = call.resource.operations;
    let path_of = |action| {
        operations.iter().find(|operation| operation.action == action).map(|known| known.path)
    };
    let below_list = || format!("{}/{{id}}", path_of("list").unwrap_or(call.operation.path));
    let path = path_of("get").map_or_else(below_list, str::to_owned);
    let mut path = path.replace("{id}", &id.to_string());
    for (name, value) in &call.parameters {
        path = path.replace(&format!("{{{name}}}"), value);
    }
    format!("{}{path}", call.base)
}
