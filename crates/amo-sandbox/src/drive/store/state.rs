//! The drive in a state: files with their bytes, uploads under way, and what is attached to what.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Attached, Drive, File, MAX_FILE, Session, Stamp, Version};
use crate::account::Account;
use crate::demo;
use crate::entity::Kind;
use crate::flaws::Flaws;
use crate::state::item;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptFile {
    uuid: String,
    /// The one in use comes first.
    versions: Vec<KeptVersion>,
    #[serde(default)]
    created_at: Option<i64>,
    #[serde(default)]
    created_by: Option<i64>,
    #[serde(default)]
    updated_at: Option<i64>,
    #[serde(default)]
    updated_by: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deleted_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deleted_by: Option<i64>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptVersion {
    uuid: String,
    name: String,
    #[serde(default)]
    extension: String,
    #[serde(default)]
    mime_type: String,
    /// In base64.
    content: String,
    #[serde(default)]
    session_id: i64,
    #[serde(default)]
    created_at: Option<i64>,
    #[serde(default)]
    created_by: Option<i64>,
    #[serde(default)]
    updated_at: Option<i64>,
    #[serde(default)]
    updated_by: Option<i64>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptSession {
    session_id: i64,
    file_name: String,
    file_size: usize,
    #[serde(default)]
    content_type: String,
    #[serde(default)]
    file_uuid: Option<String>,
    /// What stands at the end of the address of the next part.
    token: String,
    /// The same of the part before, and where that part begins.
    #[serde(default)]
    before: Option<(String, usize)>,
    opened_at: i64,
    created_by: i64,
    /// In base64.
    #[serde(default)]
    received: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptLink {
    id: i64,
    file_uuid: String,
    entity_type: String,
    entity_id: i64,
}

impl Drive {
    pub(crate) fn shown_files(&self) -> impl Iterator<Item = Value> {
        self.files.iter().map(|file| {
            json!(KeptFile {
                uuid: file.uuid.clone(),
                versions: file.versions().map(KeptVersion::of).collect(),
                created_at: Some(file.created.at),
                created_by: Some(file.created.user),
                updated_at: Some(file.updated.at),
                updated_by: Some(file.updated.user),
                deleted_at: file.deleted.as_ref().map(|deleted| deleted.at),
                deleted_by: file.deleted.as_ref().map(|deleted| deleted.user),
            })
        })
    }

    pub(crate) fn shown_sessions(&self) -> impl Iterator<Item = Value> {
        self.sessions.iter().map(|session| {
            json!(KeptSession {
                session_id: session.id,
                file_name: session.name.clone(),
                file_size: session.size,
                content_type: session.content_type.clone(),
                file_uuid: session.file_uuid.clone(),
                token: session.token.clone(),
                before: session.before.clone(),
                opened_at: session.opened.at,
                created_by: session.opened.user,
                received: STANDARD.encode(&session.received),
            })
        })
    }

    pub(crate) fn shown_links(&self) -> impl Iterator<Item = Value> {
        self.attached.iter().map(|one| {
            json!(KeptLink {
                id: one.id,
                file_uuid: one.file_uuid.clone(),
                entity_type: one.to.0.name().to_owned(),
                entity_id: one.to.1,
            })
        })
    }

    /// The ids of the next upload and of the next file that is attached.
    pub(crate) fn next_ids(&self) -> [(&'static str, i64); 2] {
        [("upload_sessions", self.last_session + 1), ("file_links", self.last_attached + 1)]
    }

    /// Says the id of the next upload, or of the next file that is attached; false when it is taken
    /// or the name is neither.
    pub(crate) fn set_next_id(&mut self, name: &str, next: i64) -> bool {
        let last = match name {
            "upload_sessions" => &mut self.last_session,
            "file_links" => &mut self.last_attached,
            _ => return false,
        };
        let is_free = next > *last;
        *last = next - 1;
        is_free
    }
}

impl KeptVersion {
    fn of(version: &Version) -> Self {
        KeptVersion {
            uuid: version.uuid.clone(),
            name: version.name.clone(),
            extension: version.extension.clone(),
            mime_type: version.mime_type.clone(),
            content: STANDARD.encode(&version.bytes),
            session_id: version.session_id,
            created_at: Some(version.created.at),
            created_by: Some(version.created.user),
            updated_at: Some(version.updated.at),
            updated_by: Some(version.updated.user),
        }
    }

    fn read(self, account: &Account, flaws: &mut Flaws) -> Version {
        let bytes = decoded(&self.content, "content", flaws);
        if bytes.len() > MAX_FILE {
            flaws.add("InvalidValue", "content", "this is larger than a file may be");
        }
        Version {
            created: stamp(self.created_at, self.created_by, account),
            updated: stamp(self.updated_at, self.updated_by, account),
            uuid: self.uuid,
            name: self.name,
            extension: self.extension,
            mime_type: self.mime_type,
            bytes: bytes.into(),
            session_id: self.session_id,
        }
    }
}

fn stamp(at: Option<i64>, user: Option<i64>, account: &Account) -> Stamp {
    Stamp { at: at.unwrap_or(demo::EPOCH), user: user.unwrap_or_else(|| account.administrator()) }
}

fn decoded(text: &str, path: &str, flaws: &mut Flaws) -> Vec<u8> {
    STANDARD.decode(text).unwrap_or_else(|_| {
        flaws.add("InvalidFormat", path, "this is no base64");
        Vec::new()
    })
}

/// Reads one file.
pub(crate) fn read_file(item: &Value, account: &mut Account, flaws: &mut Flaws) {
    let Some(kept) = item::parsed::<KeptFile>(item, flaws) else { return };
    if account.drive.file(&kept.uuid).is_some() {
        item::twice("uuid", flaws);
    }
    let versions = flaws.within("versions", |flaws| {
        let versions = kept.versions.into_iter().enumerate();
        let read = versions
            .map(|(index, one)| flaws.within(&index.to_string(), |flaws| one.read(account, flaws)));
        read.collect::<Vec<_>>()
    });
    let mut versions = versions.into_iter();
    let Some(current) = versions.next() else { return flaws.missing("versions.0") };
    let file = File {
        uuid: kept.uuid,
        current,
        others: versions.collect(),
        created: stamp(kept.created_at, kept.created_by, account),
        updated: stamp(kept.updated_at, kept.updated_by, account),
        deleted: kept.deleted_at.map(|at| stamp(Some(at), kept.deleted_by, account)),
    };
    let last = file.versions().map(|version| version.session_id).max().unwrap_or_default();
    let drive = &mut account.drive;
    drive.last_session = drive.last_session.max(last);
    drive.files.push(file);
}

/// Reads one upload that is under way.
pub(crate) fn read_session(item: &Value, account: &mut Account, flaws: &mut Flaws) {
    let Some(kept) = item::parsed::<KeptSession>(item, flaws) else { return };
    let received = decoded(&kept.received, "received", flaws);
    if received.len() > kept.file_size || kept.file_size > MAX_FILE {
        flaws.add("InvalidValue", "file_size", "this does not fit");
    }
    let begins = kept.before.as_ref().map_or(0, |(_, start)| *start);
    if begins > received.len() {
        flaws.add("InvalidValue", "before", "this part begins behind what was received");
    }
    let drive = &mut account.drive;
    if drive.sessions.iter().any(|one| one.id == kept.session_id || one.token == kept.token) {
        item::twice("session_id", flaws);
    }
    drive.last_session = drive.last_session.max(kept.session_id);
    drive.sessions.push(Session {
        id: kept.session_id,
        size: kept.file_size,
        received,
        token: kept.token,
        before: kept.before,
        opened: Stamp { at: kept.opened_at, user: kept.created_by },
        name: kept.file_name,
        content_type: kept.content_type,
        file_uuid: kept.file_uuid,
    });
}

/// Reads what a file is attached to; an element may be gone.
pub(crate) fn read_link(item: &Value, account: &mut Account, flaws: &mut Flaws) {
    let Some(kept) = item::parsed::<KeptLink>(item, flaws) else { return };
    let Some(kind) = Kind::named(&kept.entity_type) else {
        return flaws.not_a_choice("entity_type");
    };
    let to = (kind, kept.entity_id);
    if kind != Kind::Elements && !account.is_card(to) {
        flaws.not_a_choice("entity_id");
    }
    if account.drive.file(&kept.file_uuid).is_none() {
        flaws.not_a_choice("file_uuid");
    }
    let drive = &mut account.drive;
    if drive.attached.iter().any(|one| one.id == kept.id) {
        item::twice("id", flaws);
    }
    drive.last_attached = drive.last_attached.max(kept.id);
    drive.attached.push(Attached { id: kept.id, file_uuid: kept.file_uuid, to });
    drive.attached.sort_by_key(|one| one.id);
}
