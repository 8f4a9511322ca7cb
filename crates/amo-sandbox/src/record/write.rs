//! Adding, changing and deleting records. A batch is checked as a whole before anything of it is
//! done.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Behaviour, Place, members, show};
use crate::call::Call;
use crate::check::{self, Change};
use crate::entity::{Entity, set_fields, target};
use crate::flaws::{BatchFlaws, Flaws, request_id_for};
use crate::page;
use crate::reply::Reply;
use crate::table::{Answer, Moment};

pub(super) fn create(call: &mut Call<'_>, service: &Behaviour) -> Result<Reply, Reply> {
    let scope = (service.scope)(call)?;
    let mut flawed = BatchFlaws::default();
    let mut wanted = Vec::new();
    for (index, mut item) in call.items()?.into_iter().enumerate() {
        let mut flaws = Flaws::default();
        let request_id = request_id_for(service.resource.service, &item, index, &mut flaws);
        (service.tidy)(&mut item, None, call, &mut flaws);
        let change = read(&item, Moment::Creation, call, service, &mut flaws);
        (service.check)(&change, None, call, &mut flaws);
        flawed.of_item(&request_id, &flaws);
        wanted.push((request_id, change));
    }
    (service.together)(&wanted, call, &mut flawed)?;
    flawed.refuse_if_any()?;
    let mut done = Vec::new();
    for (request_id, change) in wanted {
        let id = add(call, service, &scope, &change);
        done.push((id, (service.echo)(call, id, request_id, change.is_named)));
    }
    (service.finish)(call, &scope);
    Ok(reply(call, service, receipts(call, service, &scope, done)))
}

/// A record as it is shown, and its plain members as they are: answers to a write leave out or put
/// in some of them.
fn all_of(record: &Entity, call: &Call<'_>, service: &Behaviour) -> Vec<Value> {
    let place = Place { base: call.base, parameters: &call.parameters };
    let plain = members(record, call.resource, call.account, &place, &|_| true);
    let (shown, mut plain) = (show(record, call, service), plain.into_value());
    if let Value::Object(plain) = &mut plain {
        plain.retain(|name, _| !shown[name].is_array() && !shown[name].is_object());
    }
    vec![shown, plain]
}

/// Reads an item of a write.
fn read(
    item: &Value,
    moment: Moment,
    call: &Call<'_>,
    service: &Behaviour,
    flaws: &mut Flaws,
) -> Change {
    let fields = call.account.fields_named(&(service.fields)(call));
    check::entity_with(item, call.resource, fields, moment, call.account, flaws)
}

/// Adds one record and gives its id.
pub(super) fn add(call: &mut Call<'_>, service: &Behaviour, scope: &str, change: &Change) -> i64 {
    let mut entity = call.account.records.draft(service.resource.service);
    let (user, now) = (call.user_id, call.now);
    for (name, value) in [
        ("responsible_user_id", user),
        ("created_by", user),
        ("updated_by", user),
        ("created_at", now),
        ("updated_at", now),
    ] {
        if service.resource.members.iter().any(|member| member.name == name) {
            entity.set(name, value);
        }
    }
    lay_over(&mut entity, change, call, service);
    let id = entity.id;
    call.account.records.keep(service.resource.service, scope, entity);
    id
}

fn lay_over(entity: &mut Entity, change: &Change, call: &mut Call<'_>, service: &Behaviour) {
    for (name, value) in &change.members {
        entity.set(name, value.clone());
    }
    set_fields(&mut entity.fields, &change.fields);
    (service.settle)(entity, change, call);
}

pub(super) fn update(call: &mut Call<'_>, service: &Behaviour) -> Result<Reply, Reply> {
    let scope = (service.scope)(call)?;
    let one = call.path_id();
    let sees =
        |call: &Call<'_>, entity: &Entity| service.sees.is_none_or(|sees| sees(call, entity));
    let is_there = one.is_none_or(|id| {
        let known = call.account.records.get(call.resource.service, &scope, id);
        known.is_some_and(|entity| sees(call, entity))
    });
    if !is_there {
        return Err(Reply::not_found(&format!("There is no {} with this id", call.resource.name)));
    }
    let mut flawed = BatchFlaws::default();
    let mut wanted = Vec::new();
    for (index, mut item) in call.items()?.into_iter().enumerate() {
        let mut flaws = Flaws::default();
        let request_id = request_id_for(service.resource.service, &item, index, &mut flaws);
        let id = target(&item, one, &mut flaws);
        let old = id.and_then(|id| call.account.records.get(call.resource.service, &scope, id));
        let old = old.filter(|entity| sees(call, entity));
        // What the real service says to an id that is not there is not known: this is a guess.
        if id.is_some() && old.is_none() {
            flaws.not_a_choice("id");
        }
        if let Some(old) = old {
            check::leave_out(&mut item, call.resource, || all_of(old, call, service));
            (service.tidy)(&mut item, Some(old), call, &mut flaws);
            let change = read(&item, Moment::Change, call, service, &mut flaws);
            (service.check)(&change, Some(old), call, &mut flaws);
            wanted.push((old.id, request_id.clone(), change));
        }
        flawed.of_item(&request_id, &flaws);
    }
    flawed.refuse_if_any()?;
    let mut done = Vec::new();
    for (id, request_id, change) in wanted {
        let known = call.account.records.get(call.resource.service, &scope, id);
        let Some(mut entity) = known.cloned() else { continue };
        for (name, value) in [("updated_at", call.now), ("updated_by", call.user_id)] {
            if call.resource.members.iter().any(|member| member.name == name) {
                entity.set(name, value);
            }
        }
        lay_over(&mut entity, &change, call, service);
        call.account.records.keep(call.resource.service, &scope, entity);
        done.push((id, (service.echo)(call, id, request_id, change.is_named)));
    }
    (service.finish)(call, &scope);
    Ok(reply(call, service, receipts(call, service, &scope, done)))
}

pub(super) fn delete(call: &mut Call<'_>, service: &Behaviour) -> Result<Reply, Reply> {
    let scope = (service.scope)(call)?;
    let found = match call.path_id() {
        Some(id) => vec![known(call, service, &scope, id).ok_or_else(|| {
            Reply::not_found(&format!("There is no {} with this id", call.resource.name))
        })?],
        None => listed(call, service, &scope)?,
    };
    for entity in found {
        (service.delete)(&entity, call)?;
        call.account.records.remove(call.resource.service, &scope, entity.id);
    }
    (service.finish)(call, &scope);
    Ok(reply(call, service, Vec::new()))
}

/// What the answer to a write shows of its records, when all of it is done: a later item may have
/// changed an earlier one.
fn receipts(
    call: &Call<'_>,
    service: &Behaviour,
    scope: &str,
    done: Vec<(i64, Value)>,
) -> Vec<Value> {
    let done = done.into_iter();
    done.filter_map(|(id, request_id)| receipt(call, service, scope, id, request_id)).collect()
}

fn known(call: &Call<'_>, service: &Behaviour, scope: &str, id: i64) -> Option<Entity> {
    let known = call.account.records.get(service.resource.service, scope, id)?;
    service.sees.is_none_or(|sees| sees(call, known)).then(|| known.clone())
}

/// The records that a list of items with ids names; an item may have other members too, as the
/// official client sends whole records. Those that are not there refuse the whole list, in a form
/// that only this operation has.
fn listed(call: &Call<'_>, service: &Behaviour, scope: &str) -> Result<Vec<Entity>, Reply> {
    let mut flawed = BatchFlaws::default();
    let mut found: Vec<Entity> = Vec::new();
    let mut missing = Vec::new();
    for (index, item) in call.items()?.iter().enumerate() {
        let mut flaws = Flaws::default();
        let request_id = request_id_for(service.resource.service, item, index, &mut flaws);
        if let Some(id) = target(item, None, &mut flaws) {
            match known(call, service, scope, id) {
                Some(entity) if found.iter().any(|other| other.id == entity.id) => {}
                Some(entity) => found.push(entity),
                None => missing.push(json!({"request_id": request_id, "errors": {
                    "code": "EntityNotFound",
                    "path": "id",
                    "detail": format!("{} with id = {id} not found", service.resource.name),
                }})),
            }
        }
        flawed.of_item(&request_id, &flaws);
    }
    flawed.refuse_if_any()?;
    if missing.is_empty() {
        return Ok(found);
    }
    let more = json!({"errors": missing});
    Err(Reply::problem_with(StatusCode::BAD_REQUEST, "Invalid request items", more))
}

/// What the answer to a write shows of a record.
fn receipt(
    call: &Call<'_>,
    service: &Behaviour,
    scope: &str,
    id: i64,
    request_id: Value,
) -> Option<Value> {
    let entity = call.account.records.get(call.resource.service, scope, id)?;
    let mut shown = match call.operation.shows {
        None => show(entity, call, service),
        Some(members) => {
            let mut shown = json!({"id": id});
            let whole = show(entity, call, service);
            for name in members {
                shown[*name] = whole[*name].clone();
            }
            shown["_links"] = whole["_links"].clone();
            shown
        }
    };
    if !request_id.is_null() {
        shown["request_id"] = request_id;
    }
    Some(shown)
}

/// The answer to a write in the form that the operation has.
fn reply(call: &Call<'_>, service: &Behaviour, shown: Vec<Value>) -> Reply {
    match call.operation.answer {
        Answer::Nothing => Reply::no_content(),
        Answer::Item | Answer::Object => Reply::hal(&shown.into_iter().next().unwrap_or_default()),
        Answer::List => Reply::hal(&Value::Array(shown)),
        Answer::Page | Answer::Items => {
            let mut envelope = json!({});
            if service.counted {
                envelope["_total_items"] = shown.len().into();
            }
            if !service.linkless.contains(&call.operation.action) {
                envelope["_links"] = json!({"self": {"href": call.own_url()}});
            }
            page::embedding(envelope, call.key(), shown)
        }
    }
}
