//! Adding and updating entities. A batch is checked as a whole before anything of it is done.

use serde_json::{Value, json};

use super::{Entity, Kind, Showing, show};
use crate::account::Account;
use crate::call::{Call, api_url};
use crate::check::{self, Change};
use crate::fields::value::FieldValues;
use crate::flaws::{self, BatchFlaws, Flaws, request_id_for};
use crate::page::embedding;
use crate::reply::Reply;
use crate::table::Moment;
use crate::tags::TagRef;

/// `POST /{entity}`.
pub(super) fn add(call: &mut Call<'_>, kind: Kind) -> Result<Reply, Reply> {
    let wanted = flaws::each(&call.items()?, |index, item, flaws| {
        let request_id = request_id_for(kind.name(), item, index, flaws);
        let change = check(item, kind, None, call.account, flaws);
        (request_id, change)
    })?;
    let mut added = Vec::new();
    for (request_id, change) in wanted {
        let id = add_one(call.account, kind, &change, call.user_id, call.now);
        let href = call.url(&format!("{}/{id}", kind.name()));
        added.push(json!({"id": id, "request_id": request_id, "_links": {"self": {"href": href}}}));
    }
    Ok(envelope(call, kind, added))
}

/// `PATCH /{entity}`.
pub(super) fn update_many(call: &mut Call<'_>, kind: Kind) -> Result<Reply, Reply> {
    let items = call.items()?;
    let shown = update(call, kind, &items, None)?;
    Ok(envelope(call, kind, shown))
}

/// `PATCH /{entity}/{id}`: the item stands at the root of the answer, as the official client reads
/// it (an example of the docs wraps it for contacts).
pub(super) fn update_one(call: &mut Call<'_>, kind: Kind, id: i64) -> Result<Reply, Reply> {
    let items = call.items()?;
    let shown = update(call, kind, &items, Some(id))?;
    Ok(Reply::hal(&shown.into_iter().next().unwrap_or_default()))
}

/// Reads an item; `old` is the entity that is changed, `None` when one is added.
pub(crate) fn check(
    item: &Value,
    kind: Kind,
    old: Option<&Entity>,
    account: &Account,
    flaws: &mut Flaws,
) -> Change {
    let moment = if old.is_some() { Moment::Change } else { Moment::Creation };
    let change = check::entity(item, kind.resource(), moment, account, flaws);
    (kind.table().check)(&change, old, account, flaws);
    change
}

fn envelope(call: &Call<'_>, kind: Kind, items: Vec<Value>) -> Reply {
    embedding(json!({"_links": {"self": {"href": call.url(kind.name())}}}), call.key(), items)
}

/// Updates entities and gives what the answer shows of them. `id` is that of the path, if it has
/// one.
fn update(
    call: &mut Call<'_>,
    kind: Kind,
    items: &[Value],
    id: Option<i64>,
) -> Result<Vec<Value>, Reply> {
    let mut flawed = BatchFlaws::default();
    let mut wanted = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let mut flaws = Flaws::default();
        let request_id = request_id_for(kind.name(), item, index, &mut flaws);
        let id = target(item, id, &mut flaws);
        let old = id.and_then(|id| call.account.entity(kind, id));
        // What the real service says to an id that is not there is not known: this is a guess.
        if id.is_some() && old.is_none() {
            flaws.not_a_choice("id");
        }
        if let Some(old) = old {
            let mut item = item.clone();
            check::leave_out(&mut item, kind.resource(), || {
                let with = kind.resource().with.to_vec();
                let showing = Showing { account: call.account, base: call.base, with };
                vec![show(kind, old, &showing).into_value()]
            });
            let change = check(&item, kind, Some(old), call.account, &mut flaws);
            wanted.push((old.id, request_id.clone(), change));
        }
        flawed.of_item(&request_id, &flaws);
    }
    flawed.refuse_if_any()?;
    let mut shown = Vec::new();
    for (id, request_id, change) in wanted {
        shown.extend(update_existing(call, kind, id, &change).map(|mut item| {
            item["request_id"] = Value::from(request_id);
            item
        }));
    }
    Ok(shown)
}

/// The id that an item means: that of the path, or its own. One inside beside that of the path must
/// agree.
pub(crate) fn target(item: &Value, path_id: Option<i64>, flaws: &mut Flaws) -> Option<i64> {
    let own = item.get("id");
    if own.is_some_and(|id| !id.is_i64()) {
        flaws.wrong_type("id", "int");
        return None;
    }
    match (path_id, own.and_then(Value::as_i64)) {
        (Some(path), Some(own)) if path != own => {
            flaws.not_a_choice("id");
            None
        }
        (None, None) => {
            // Without an id nothing else of an item can be checked; an item that is no object says
            // that instead.
            if item.is_object() {
                flaws.missing("id");
            } else {
                flaws.wrong_type("", "object");
            }
            None
        }
        (path, own) => path.or(own),
    }
}

fn update_existing(call: &mut Call<'_>, kind: Kind, id: i64, change: &Change) -> Option<Value> {
    change_one(call.account, kind, id, change, call.user_id, call.now);
    let entity = call.account.entity(kind, id)?;
    let href = api_url(call.base, &format!("{}/{id}", kind.name()));
    let mut shown = json!({"id": id, "_links": {"self": {"href": href}}});
    for name in call.operation.shows.unwrap_or_default() {
        shown[*name] = entity.get(name).clone();
    }
    Some(shown)
}

/// Changes an entity that is there.
pub(crate) fn change_one(
    account: &mut Account,
    kind: Kind,
    id: i64,
    change: &Change,
    user_id: i64,
    now: i64,
) {
    let Some(mut entity) = account.entity(kind, id).cloned() else { return };
    entity.set("updated_at", now);
    entity.set("updated_by", user_id);
    lay_over(account, kind, &mut entity, change, now);
    if let Some(collection) = account.collections.get_mut(&kind) {
        collection.keep(entity);
    }
}

/// Adds an entity and gives its id; 0 for a kind that the account does not keep, which does not
/// happen.
pub(crate) fn add_one(
    account: &mut Account,
    kind: Kind,
    change: &Change,
    user_id: i64,
    now: i64,
) -> i64 {
    let Some(mut entity) = account.collections.get_mut(&kind).map(super::Collection::draft) else {
        return 0;
    };
    let id = entity.id;
    entity.set("name", "");
    entity.set("responsible_user_id", user_id);
    entity.set("created_by", user_id);
    entity.set("updated_by", user_id);
    entity.set("created_at", now);
    entity.set("updated_at", now);
    lay_over(account, kind, &mut entity, change, now);
    if let Some(collection) = account.collections.get_mut(&kind) {
        collection.keep(entity);
    }
    for (name, linked) in &change.embedded {
        let Some(other) = Kind::named(name) else { continue };
        for link in linked.as_array().into_iter().flatten() {
            if let Some(to) = link["id"].as_i64() {
                account.links.put((kind, id), (other, to), link["is_main"].as_bool());
            }
        }
    }
    id
}

fn lay_over(account: &mut Account, kind: Kind, entity: &mut Entity, change: &Change, now: i64) {
    let ignored = kind.table().ignored;
    for (name, value) in change.members.iter().filter(|(name, _)| !ignored.contains(name)) {
        entity.set(name, value.clone());
    }
    set_fields(&mut entity.fields, &change.fields);
    set_tags(account, kind, entity, change);
    (kind.table().settle)(entity, change, account, now);
}

/// A mentioned field's values are replaced, the others stay.
pub(crate) fn set_fields(fields: &mut Vec<FieldValues>, changes: &[FieldValues]) {
    for (id, values) in changes {
        fields.retain(|(known, _)| known != id);
        if !values.is_empty() {
            fields.push((*id, values.clone()));
        }
    }
}

/// First the whole set, then what is added, then what is taken away.
fn set_tags(account: &mut Account, kind: Kind, entity: &mut Entity, change: &Change) {
    if change.tags.is_some() {
        entity.tags.clear();
    }
    for tag in change.tags.iter().flatten().chain(&change.tags_to_add) {
        let id = account.tag_id(kind, tag);
        if !entity.tags.contains(&id) {
            entity.tags.push(id);
        }
    }
    for tag in &change.tags_to_delete {
        // A name that no tag has is on no entity either; it must not become a tag.
        let id = match tag {
            TagRef::Id(id) => Some(*id),
            TagRef::Name(name) => account.tags_of(kind).named(name).map(|known| known.id),
        };
        entity.tags.retain(|known| Some(*known) != id);
    }
}
