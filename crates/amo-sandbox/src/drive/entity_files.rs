//! `/api/v4/{entity}/{id}/files`: the files of leads, contacts, companies, customers and elements of
//! catalogs; and `/api/v4/files/{uuid}/links`, the other way round.

use serde_json::{Value, json};

use crate::call::Call;
use crate::check;
use crate::entity::Kind;
use crate::flaws::{BatchFlaws, Flaws};
use crate::page::{Page, embedding};
use crate::reply::Reply;
use crate::table::Body;

/// The entity of the path; of an element the path names the catalog too. That 404 is said for all
/// kinds alike is a guess: the docs say so of the first three.
fn owner(call: &Call<'_>) -> Result<(Kind, i64), Reply> {
    let (kind, catalog) = match call.parameter("entity").split_once('/') {
        Some(("catalogs", catalog)) => (Kind::Elements, Some(call.id(catalog)?)),
        Some(_) => return Err(call.no_route()),
        None => {
            let kind = Kind::named(call.parameter("entity"));
            let kind = kind.filter(|kind| *kind != Kind::Elements);
            (kind.ok_or_else(|| call.no_route())?, None)
        }
    };
    let id = call.id(call.parameter("entity_id"))?;
    let entity = call.account.entity(kind, id);
    let entity = entity.filter(|entity| catalog.is_none() || catalog == entity.int("catalog_id"));
    if entity.is_some() {
        return Ok((kind, id));
    }
    let name = kind.resource().name;
    Err(Reply::not_found(&format!("There is no {name} with this id")))
}

/// The latest come first, so that `before_id` leads on; that files in the recycle bin are left out
/// is a guess. `self` is not an address of the API, as in the docs.
pub(super) fn list(call: &Call<'_>) -> Result<Reply, Reply> {
    let owner = owner(call)?;
    let limit = Page::of(call.query, call.operation.most)?.limit;
    let before = call.query.get("before_id").map(str::parse::<i64>).transpose();
    let before = before.map_err(|_| Reply::bad_request("before_id must be a number"))?;
    let drive = &call.account.drive;
    let own = drive.attached.iter().rev().filter(|one| one.to == owner);
    let own = own.filter(|one| before.is_none_or(|before| one.id < before));
    let own = own.filter(|one| drive.live(&one.file_uuid).is_some()).take(limit);
    let shown: Vec<Value> =
        own.map(|one| json!({"file_uuid": one.file_uuid, "id": one.id})).collect();
    if shown.is_empty() {
        return Ok(Reply::no_content());
    }
    let url = call.own_url().replacen("/api/v4/", "/ajax/v4/", 1);
    let links = json!({"self": {"href": format!("{url}?limit={limit}")}});
    Ok(embedding(json!({"_links": links}), call.key(), shown))
}

/// Attaches files. One that is attached already stays, and one that is not there or deleted refuses
/// all of them: both are a guess.
pub(super) fn attach(call: &mut Call<'_>) -> Result<Reply, Reply> {
    let owner = owner(call)?;
    for uuid in named(call, true)? {
        call.account.drive.attach(&uuid, owner);
    }
    Ok(Reply::accepted_without_words())
}

/// Takes files away from an entity; that what is not attached is passed over is a guess.
pub(super) fn detach(call: &mut Call<'_>) -> Result<Reply, Reply> {
    let owner = owner(call)?;
    let named = named(call, false)?;
    let is_meant = |to, uuid: &String| to == owner && named.contains(uuid);
    call.account.drive.attached.retain(|one| !is_meant(one.to, &one.file_uuid));
    Ok(Reply::accepted_without_words())
}

fn named(call: &Call<'_>, must_be_there: bool) -> Result<Vec<String>, Reply> {
    let mut flawed = BatchFlaws::default();
    let mut found = Vec::new();
    for (index, item) in call.items()?.iter().enumerate() {
        let mut flaws = Flaws::default();
        if let Body::List(kind) = call.operation.body {
            check::sent(kind, item, call.account, &mut flaws);
        }
        if let Some(uuid) = item["file_uuid"].as_str() {
            if must_be_there && call.account.drive.live(uuid).is_none() {
                flaws.not_a_choice("file_uuid");
            }
            found.push(uuid.to_owned());
        }
        flawed.of_item(&index.to_string(), &flaws);
    }
    flawed.refuse_if_any()?;
    Ok(found)
}

/// What a file is attached to, as far as the user may see it. 404 for an unknown file is a guess.
pub(super) fn entities(call: &Call<'_>) -> Result<Reply, Reply> {
    let uuid = call.parameter("id");
    let drive = &call.account.drive;
    drive.file(uuid).ok_or_else(|| call.nothing_found())?;
    let own = drive.attached.iter().filter(|one| one.file_uuid == uuid).map(|one| one.to);
    let seen = own.filter(|(kind, id)| call.account.may_see(call.user_id, *kind, *id));
    let shown: Vec<Value> = seen.filter_map(|(kind, id)| entity(call, kind, id)).collect();
    Ok(Reply::hal(&json!({"file_uuid": uuid, "entities": shown})))
}

fn entity(call: &Call<'_>, kind: Kind, id: i64) -> Option<Value> {
    let entity = call.account.entity(kind, id)?;
    let mut shown = json!({
        "id": id,
        "name": entity.get("name"),
        "entity_type": kind.name(),
        "created_by": entity.get("created_by"),
        "main_user_id": entity.get("responsible_user_id"),
        "date_create": entity.get("created_at"),
        "date_update": entity.get("updated_at"),
        "updated_by": entity.get("updated_by"),
    });
    if kind == Kind::Leads {
        for name in ["price", "pipeline_id", "status_id"] {
            shown[name] = entity.get(name).clone();
        }
    }
    Some(shown)
}
