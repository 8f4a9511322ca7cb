//! Files: listed, renamed, deleted and restored; their versions.

use serde_json::{Value, json};

use super::store::{CAPACITY, File, Stamp};
use super::{filter, show};
use crate::call::Call;
use crate::check;
use crate::flaws::{BatchFlaws, Flaws};
use crate::page::embedding;
use crate::reply::Reply;
use crate::table::Body;

/// That files in the recycle bin are still shown is a guess: `is_trashed` says so.
pub(super) fn get(call: &Call<'_>) -> Result<Reply, Reply> {
    let file = call.account.drive.file(call.parameter("id"));
    let file = file.ok_or_else(|| call.nothing_found())?;
    Ok(Reply::hal(&show::file(call, file, true)))
}

/// Lists files; that the first to come is the first to be shown is a guess, and that `_count` counts
/// what is on the page.
pub(super) fn list(call: &Call<'_>) -> Result<Reply, Reply> {
    let page = call.page()?;
    let wanted = filter::read(call)?;
    let fits = |file: &&File| wanted.fits(file, call.account);
    let files = call.account.drive.files.iter().filter(fits);
    let mut found: Vec<&File> = files.skip(page.start()).take(page.limit + 1).collect();
    let more = found.len() > page.limit;
    found.truncate(page.limit);
    if found.is_empty() {
        return Ok(Reply::no_content());
    }
    let mut links = page.links(&call.own_url(), call.query, more);
    if let Some(links) = links.as_object_mut() {
        links.remove("first");
    }
    let shown: Vec<Value> = found.into_iter().map(|file| show::file(call, file, false)).collect();
    Ok(embedding(json!({"_count": shown.len(), "_links": links}), call.key(), shown))
}

pub(super) fn versions(call: &Call<'_>) -> Result<Reply, Reply> {
    let file = call.account.drive.file(call.parameter("file_uuid"));
    let file = file.ok_or_else(|| call.nothing_found())?;
    let shown: Vec<Value> =
        file.versions().map(|version| show::version(call, file, version)).collect();
    let links = json!({"self": {"href": call.own_url()}});
    Ok(embedding(json!({"_count": shown.len(), "_links": links}), call.key(), shown))
}

/// Either renames a file or puts another of its versions in use. That both at once and neither are
/// 400, and a file in the recycle bin is 404, is a guess.
pub(super) fn edit(call: &mut Call<'_>) -> Result<Reply, Reply> {
    let mut flaws = Flaws::default();
    let sent = check::body(call, &mut flaws)?;
    let uuid = call.parameter("id").to_owned();
    let nothing_found = call.nothing_found();
    if call.account.drive.live(&uuid).is_none() {
        return Err(nothing_found);
    }
    let (name, version) = (sent["name"].as_str(), sent["version_uuid"].as_str());
    if name.is_some_and(|name| name.trim().is_empty()) {
        flaws.blank("name");
    }
    flaws.refuse_if_any()?;
    if name.is_some() == version.is_some() {
        return Err(Reply::bad_request("Either name or version_uuid must be given"));
    }
    let stamp = Stamp { at: call.now, user: call.user_id };
    let file = call.account.drive.file_mut(&uuid).ok_or(nothing_found)?;
    if version.is_some_and(|version| !file.put_in_use(version)) {
        flaws.not_a_choice("version_uuid");
    }
    flaws.refuse_if_any()?;
    if let Some(name) = name {
        name.clone_into(&mut file.current.name);
        file.current.updated = stamp.clone();
    }
    file.updated = stamp;
    get(call)
}

/// The files that a body names. One that is not there refuses all of them, which is a guess.
fn named(call: &Call<'_>) -> Result<Vec<String>, Reply> {
    let mut flawed = BatchFlaws::default();
    let mut found = Vec::new();
    for (index, item) in call.items()?.iter().enumerate() {
        let mut flaws = Flaws::default();
        if let Body::List(kind) = call.operation.body {
            check::sent(kind, item, call.account, &mut flaws);
        }
        match item["uuid"].as_str() {
            Some(uuid) if call.account.drive.file(uuid).is_some() => found.push(uuid.to_owned()),
            Some(_) => flaws.not_a_choice("uuid"),
            None => {}
        }
        flawed.of_item(&index.to_string(), &flaws);
    }
    flawed.refuse_if_any()?;
    Ok(found)
}

/// Moves files to the recycle bin; what lies there already stays.
pub(super) fn delete(call: &mut Call<'_>) -> Result<Reply, Reply> {
    for uuid in named(call)? {
        let stamp = Stamp { at: call.now, user: call.user_id };
        if let Some(file) = call.account.drive.file_mut(&uuid) {
            file.deleted.get_or_insert(stamp);
        }
    }
    call.account.drive.bound_trash();
    Ok(Reply::no_content())
}

/// Takes files out of the recycle bin, as far as there is room; what is not in it is shown as it is.
pub(super) fn restore(call: &mut Call<'_>) -> Result<Reply, Reply> {
    let named = named(call)?;
    let drive = &mut call.account.drive;
    let size = named.iter().filter_map(|uuid| drive.file(uuid)).filter(|f| f.deleted.is_some());
    drive.check_room(size.map(File::size).sum())?;
    for uuid in &named {
        if let Some(file) = drive.file_mut(uuid) {
            file.deleted = None;
        }
    }
    let files = named.iter().filter_map(|uuid| call.account.drive.file(uuid));
    let shown: Vec<Value> = files.map(|file| show::file(call, file, false)).collect();
    Ok(embedding(json!({"_count": shown.len()}), call.key(), shown))
}

pub(super) fn stats(call: &Call<'_>) -> Reply {
    Reply::hal(&json!({"limit": CAPACITY, "used": call.account.drive.used()}))
}
