//! `/api/v4/{entity}/custom_fields`.

use http::StatusCode;
use serde_json::{Value, json};

use super::definition::{self, Wanted};
use super::owner::Owner;
use super::{EnumOption, FieldDefinition};
use crate::call::Call;
use crate::entity::target;
use crate::flaws::{BatchFlaws, Flaws, request_id};
use crate::page;
use crate::reply::Reply;

/// How many fields segments may have.
const MOST_OF_SEGMENTS: usize = 30;

pub(super) fn answer(call: &mut Call<'_>) -> Result<Reply, Reply> {
    let owner = Owner::of(call)?;
    match call.operation.action {
        "list" => list(call, owner),
        // 204 is what the docs promise for entities; for definitions 404 is a guess.
        "get" => {
            let field = field(call, owner).ok_or_else(|| call.nothing_found())?;
            Ok(Reply::hal(&field.show(call, owner)))
        }
        "create" => create(call, owner),
        "update" => {
            let shown = update(call, owner)?;
            Ok(Reply::hal(&shown.into_iter().next().unwrap_or_default()))
        }
        "update_many" => {
            let shown = update(call, owner)?;
            Ok(envelope(shown))
        }
        "delete" => delete(call, owner),
        _ => Err(call.no_route()),
    }
}

/// The field that the path names.
fn field<'a>(call: &'a Call<'_>, owner: Owner) -> Option<&'a FieldDefinition> {
    let id = call.path_id()?;
    call.account.fields_named(&owner.key()).iter().find(|field| field.id == id)
}

fn list(call: &Call<'_>, owner: Owner) -> Result<Reply, Reply> {
    let page = call.page()?;
    let found = chosen(call, call.account.fields_named(&owner.key()))?;
    let show = |field: &&FieldDefinition| field.show(call, owner);
    Ok(page.counted(&call.own_url(), call.query, "custom_fields", &found, show))
}

/// The fields that the filters leave, in the order asked for (by `sort` unless said).
fn chosen<'a>(
    call: &Call<'_>,
    definitions: &'a [FieldDefinition],
) -> Result<Vec<&'a FieldDefinition>, Reply> {
    let mut types = Vec::new();
    let mut ids: Vec<i64> = Vec::new();
    for leaf in call.query.below("filter") {
        match leaf.path.first() {
            Some(&"type") => types.push(leaf.value),
            Some(&"id") => match leaf.value.parse() {
                Ok(id) => ids.push(id),
                Err(_) => return Err(Reply::bad_request("Custom fields are filtered by ids")),
            },
            _ => return Err(Reply::bad_request("Custom fields are filtered by type or by id")),
        }
    }
    let mut found: Vec<&FieldDefinition> = definitions
        .iter()
        .filter(|field| types.is_empty() || types.contains(&field.field_type.name()))
        .filter(|field| ids.is_empty() || ids.contains(&field.id))
        .collect();
    let orders = call.query.below("order");
    let Some(order) = orders.first() else {
        found.sort_by_key(|field| field.sort);
        return Ok(found);
    };
    match order.path.as_slice() {
        ["sort"] => found.sort_by_key(|field| (field.sort, field.id)),
        ["id"] => found.sort_by_key(|field| field.id),
        _ => return Err(Reply::bad_request("Custom fields are ordered by sort or by id")),
    }
    match order.value {
        "asc" => {}
        "desc" => found.reverse(),
        _ => return Err(Reply::bad_request("An order is asc or desc")),
    }
    Ok(found)
}

/// The codes of all fields but one.
fn codes(call: &Call<'_>, owner: Owner, but: Option<i64>) -> Vec<String> {
    let fields = call.account.fields_named(&owner.key()).iter();
    fields.filter(|field| Some(field.id) != but).filter_map(|field| field.code.clone()).collect()
}

fn create(call: &mut Call<'_>, owner: Owner) -> Result<Reply, Reply> {
    let items = call.items()?;
    let present = call.account.fields_named(&owner.key()).len();
    if owner == Owner::Segments && present + items.len() > MOST_OF_SEGMENTS {
        // That there is a limit is known, the answer is a guess.
        let detail = format!("Segments have at most {MOST_OF_SEGMENTS} custom fields");
        return Err(Reply::problem(StatusCode::UNPROCESSABLE_ENTITY, &detail));
    }
    let mut flawed = BatchFlaws::default();
    let mut codes = codes(call, owner, None);
    let mut wanted: Vec<(String, Wanted)> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let mut flaws = Flaws::default();
        let request_id = request_id(item, index, &mut flaws);
        let one = definition::check(item, owner, None, &codes, call, &mut flaws);
        codes.extend(one.code().map(str::to_owned));
        flawed.of_item(&request_id, &flaws);
        wanted.push((request_id, one));
    }
    flawed.refuse_if_any()?;
    let mut shown = Vec::new();
    for (request_id, one) in wanted {
        let Some(field) = one.create(owner, call) else { continue };
        shown.push(receipt(&field, request_id, owner, call));
        call.account.fields.entry(owner.key()).or_default().push(field);
    }
    Ok(envelope(shown))
}

/// Changes fields and gives what the answer shows of them.
fn update(call: &mut Call<'_>, owner: Owner) -> Result<Vec<Value>, Reply> {
    let one = call.path_id();
    if one.is_some() && field(call, owner).is_none() {
        return Err(missing());
    }
    let mut flawed = BatchFlaws::default();
    let mut wanted: Vec<(i64, String, Wanted)> = Vec::new();
    for (index, item) in call.items()?.iter().enumerate() {
        let mut flaws = Flaws::default();
        let request_id = request_id(item, index, &mut flaws);
        let id = target(item, one, &mut flaws);
        let fields = call.account.fields_named(&owner.key());
        let old = fields.iter().find(|field| Some(field.id) == id);
        // What the real service says to an id that is not there is not known: this is a guess.
        if id.is_some() && old.is_none() {
            flaws.not_a_choice("id");
        }
        if let Some(old) = old {
            let codes = codes(call, owner, id);
            let change = definition::check(item, owner, Some(old), &codes, call, &mut flaws);
            wanted.push((old.id, request_id.clone(), change));
        }
        flawed.of_item(&request_id, &flaws);
    }
    flawed.refuse_if_any()?;
    let mut shown = Vec::new();
    for (id, request_id, change) in wanted {
        let known = call.account.fields_named(&owner.key()).iter().find(|field| field.id == id);
        let Some(mut field) = known.cloned() else { continue };
        let before = field.options.clone();
        change.lay_over(&mut field, call);
        let mut item = receipt(&field, request_id, owner, call);
        let is_gone = |option: &&EnumOption| field.option(option.id).is_none();
        let gone = before.iter().filter(is_gone).count();
        if gone > 0 && one.is_none() {
            by_position(&mut item["enums"], gone);
        }
        shown.push(item);
        let fields = call.account.fields.entry(owner.key()).or_default();
        if let Some(place) = fields.iter_mut().find(|known| known.id == id) {
            *place = field;
        }
    }
    Ok(shown)
}

/// Where options were deleted, the answer to a batch shows the others as an object by position, as
/// PHP prints a list that does not begin with 0. That this is when it happens is a guess.
fn by_position(options: &mut Value, gone: usize) {
    if let Value::Array(list) = options {
        let list = std::mem::take(list).into_iter().enumerate();
        *options = list.map(|(index, option)| ((index + gone).to_string(), option)).collect();
    }
}

/// With a field all of its values are gone: nobody can name them any more, and its id is not given
/// again.
fn delete(call: &mut Call<'_>, owner: Owner) -> Result<Reply, Reply> {
    let field = field(call, owner).ok_or_else(missing)?;
    if !field.is_deletable() {
        // That it is refused is known, the code is a guess.
        return Err(Reply::problem(StatusCode::FORBIDDEN, "This field can not be deleted"));
    }
    let id = field.id;
    if let Some(fields) = call.account.fields.get_mut(&owner.key()) {
        fields.retain(|known| known.id != id);
    }
    Ok(Reply::no_content())
}

/// Nothing can be changed where nothing is.
fn missing() -> Reply {
    Reply::not_found("There is no custom field with this id")
}

fn receipt(field: &FieldDefinition, request_id: String, owner: Owner, call: &Call<'_>) -> Value {
    let mut shown = field.show(call, owner);
    shown["request_id"] = request_id.into();
    shown
}

/// Answers to writes count what they show and have no links of their own.
fn envelope(shown: Vec<Value>) -> Reply {
    page::embedding(json!({"_total_items": shown.len()}), "custom_fields", shown)
}
