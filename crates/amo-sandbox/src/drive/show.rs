//! Files and versions as they are shown.

use serde_json::{Value, json};

use super::kinds;
use super::store::{File, Stamp, Version};
use crate::call::Call;

/// A file as its version in use makes it; `session_id` is not in lists. The box makes no previews,
/// and that `size` is that of the version in use is a guess.
pub(super) fn file(call: &Call<'_>, file: &File, with_session: bool) -> Value {
    let version = &file.current;
    let mut shown = common(version);
    let stamp = |stamp: &Stamp| (Value::from(stamp.at), stamp.author());
    let (deleted_at, deleted_by) = file.deleted.as_ref().map_or((Value::Null, Value::Null), stamp);
    shown["uuid"] = file.uuid.as_str().into();
    shown["version_uuid"] = version.uuid.as_str().into();
    shown["is_trashed"] = file.deleted.is_some().into();
    shown["has_multiple_versions"] = (!file.others.is_empty()).into();
    (shown["created_at"], shown["created_by"]) = stamp(&file.created);
    (shown["updated_at"], shown["updated_by"]) = stamp(&file.updated);
    (shown["deleted_at"], shown["deleted_by"]) = (deleted_at, deleted_by);
    if with_session {
        shown["session_id"] = version.session_id.into();
    }
    shown["_links"] = json!({
        "self": {"href": format!("{}/v1.0/files/{}", call.base, file.uuid)},
        "download": {"href": download(call, version, &file.uuid)},
        "download_version": {"href": download(call, version, &version.uuid)},
    });
    shown
}

pub(super) fn version(call: &Call<'_>, file: &File, version: &Version) -> Value {
    let mut shown = common(version);
    shown["uuid"] = version.uuid.as_str().into();
    shown["file_uuid"] = file.uuid.as_str().into();
    shown["is_main"] = (version.uuid == file.current.uuid).into();
    shown["created_at"] = version.created.at.into();
    shown["created_by"] = version.created.author();
    shown["updated_at"] = version.updated.at.into();
    shown["updated_by"] = version.updated.author();
    shown["_links"] = json!({"download": {"href": download(call, version, &version.uuid)}});
    shown
}

fn common(version: &Version) -> Value {
    json!({
        "name": version.name,
        "sanitized_name": kinds::sanitized(&version.name),
        "size": version.bytes.len(),
        "type": kinds::kind(&version.mime_type, &version.extension),
        "metadata": {"extension": version.extension, "mime_type": version.mime_type},
        "previews": null,
        "source_id": null,
    })
}

fn download(call: &Call<'_>, version: &Version, uuid: &str) -> String {
    let name = kinds::sanitized(&version.file_name());
    format!("{}/download/{}/{uuid}/{name}", call.base, call.account.id)
}
