//! What lies on the drive: files with their versions, uploads that are under way, and which file is
//! attached to what. The bytes are kept in memory, within bounds.

pub(crate) mod state;

use bytes::Bytes;
use serde_json::{Value, json};

use super::kinds;
use crate::entity::Kind;
use crate::reply::Reply;

/// The largest file.
pub(super) const MAX_FILE: usize = 314_572_800;
/// The largest part. Clients must read it from the session.
pub(super) const MAX_PART: usize = 131_072;
/// How many bytes there is room for, those included that open sessions announced. The recycle bin
/// holds as many again.
pub(super) const CAPACITY: usize = 512 * 1024 * 1024;

const DAY: i64 = 24 * 3600;
/// How long an unfinished upload can be gone on with.
const SESSION_LIFETIME: i64 = DAY;
/// How long a deleted file can be restored.
const TRASH_LIFETIME: i64 = 30 * DAY;

/// Who did something, and when.
#[derive(Debug, Clone)]
pub(super) struct Stamp {
    pub(super) at: i64,
    pub(super) user: i64,
}

impl Stamp {
    pub(super) fn author(&self) -> Value {
        json!({"id": self.user, "type": "internal"})
    }
}

#[derive(Debug)]
pub(crate) struct Version {
    pub(crate) uuid: String,
    /// Without its extension.
    pub(super) name: String,
    pub(super) extension: String,
    pub(super) mime_type: String,
    pub(super) bytes: Bytes,
    pub(super) session_id: i64,
    pub(super) created: Stamp,
    pub(super) updated: Stamp,
}

impl Version {
    /// Its name with the extension.
    pub(crate) fn file_name(&self) -> String {
        let dot = if self.extension.is_empty() { "" } else { "." };
        format!("{}{dot}{}", self.name, self.extension)
    }

    /// In bytes.
    pub(crate) fn size(&self) -> usize {
        self.bytes.len()
    }
}

#[derive(Debug)]
pub(super) struct File {
    pub(super) uuid: String,
    /// The version in use: the file is called like it.
    pub(super) current: Version,
    pub(super) others: Vec<Version>,
    pub(super) created: Stamp,
    pub(super) updated: Stamp,
    pub(super) deleted: Option<Stamp>,
}

/// A file that is there from the start.
pub(crate) struct NewFile {
    /// Of the file and of its only version.
    pub(crate) uuids: [String; 2],
    pub(crate) name: &'static str,
    pub(crate) mime_type: &'static str,
    pub(crate) bytes: Bytes,
}

impl File {
    /// A file with its first version.
    pub(super) fn new(uuid: String, version: Version) -> Self {
        let stamp = version.created.clone();
        let (created, updated) = (stamp.clone(), stamp);
        Self { uuid, current: version, others: Vec::new(), created, updated, deleted: None }
    }

    /// All versions, the one in use first.
    pub(super) fn versions(&self) -> impl Iterator<Item = &Version> {
        std::iter::once(&self.current).chain(&self.others)
    }

    /// Puts a version in use; false when there is no such one.
    pub(super) fn put_in_use(&mut self, uuid: &str) -> bool {
        if self.current.uuid == uuid {
            return true;
        }
        let Some(other) = self.others.iter_mut().find(|one| one.uuid == uuid) else { return false };
        std::mem::swap(other, &mut self.current);
        true
    }

    /// All versions take room.
    pub(super) fn size(&self) -> usize {
        self.versions().map(|version| version.bytes.len()).sum()
    }
}

/// An upload under way.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) id: i64,
    pub(super) size: usize,
    pub(super) received: Vec<u8>,
    /// Where the next part goes.
    pub(super) token: String,
    /// Where the part before it went, and where it begins.
    pub(super) before: Option<(String, usize)>,
    pub(super) opened: Stamp,
    pub(super) name: String,
    pub(super) content_type: String,
    /// The file that this is a new version of.
    pub(super) file_uuid: Option<String>,
}

/// A file attached to an entity.
#[derive(Debug)]
pub(super) struct Attached {
    pub(super) id: i64,
    pub(super) file_uuid: String,
    pub(super) to: (Kind, i64),
}

/// The drive of an account.
#[derive(Debug, Default)]
pub(crate) struct Drive {
    /// In the order in which they came.
    pub(super) files: Vec<File>,
    pub(super) sessions: Vec<Session>,
    /// By growing id.
    pub(super) attached: Vec<Attached>,
    last_session: i64,
    last_attached: i64,
}

impl Drive {
    /// Forgets what is over: uploads after a day, deleted files after 30.
    pub(super) fn tidy(&mut self, now: i64) {
        self.sessions.retain(|one| now.saturating_sub(one.opened.at) < SESSION_LIFETIME);
        let is_over = |one: &Stamp| now.saturating_sub(one.at) >= TRASH_LIFETIME;
        self.remove(|file| file.deleted.as_ref().is_some_and(is_over));
    }

    fn remove(&mut self, is_gone: impl Fn(&File) -> bool) {
        let Self { files, attached, .. } = self;
        files.retain(|file| {
            let stays = !is_gone(file);
            if !stays {
                attached.retain(|one| one.file_uuid != file.uuid);
            }
            stays
        });
    }

    pub(super) fn file(&self, uuid: &str) -> Option<&File> {
        self.files.iter().find(|file| file.uuid == uuid)
    }

    /// One that is not in the recycle bin.
    pub(super) fn live(&self, uuid: &str) -> Option<&File> {
        self.file(uuid).filter(|file| file.deleted.is_none())
    }

    /// A version of a file outside of the recycle bin; the one in use unless one is named.
    pub(crate) fn version(&self, file: &str, version: Option<&str>) -> Option<&Version> {
        let file = self.live(file)?;
        match version {
            None => Some(&file.current),
            Some(uuid) => file.versions().find(|version| version.uuid == uuid),
        }
    }

    pub(super) fn file_mut(&mut self, uuid: &str) -> Option<&mut File> {
        self.files.iter_mut().find(|file| file.uuid == uuid)
    }

    /// The version that a download link means: by its own id, or by the file's the one in use.
    pub(super) fn version_behind(&self, uuid: &str) -> Option<&Version> {
        let mut live = self.files.iter().filter(|file| file.deleted.is_none());
        live.find_map(|file| {
            if file.uuid == uuid {
                return Some(&file.current);
            }
            file.versions().find(|version| version.uuid == uuid)
        })
    }

    /// How many bytes the files take; those in the recycle bin take none.
    pub(super) fn used(&self) -> usize {
        self.files.iter().filter(|file| file.deleted.is_none()).map(File::size).sum()
    }

    /// Is there room for so many bytes more? That a full drive is answered 400 is a guess.
    pub(super) fn check_room(&self, size: usize) -> Result<(), Reply> {
        let announced: usize = self.sessions.iter().map(|session| session.size).sum();
        if self.used().saturating_add(announced).saturating_add(size) > CAPACITY {
            return Err(Reply::bad_request("There is not enough room on the drive"));
        }
        Ok(())
    }

    /// Keeps the recycle bin within its bound: the files that were deleted first go early.
    pub(super) fn bound_trash(&mut self) {
        loop {
            let trash = || self.files.iter().filter_map(|one| Some((one, one.deleted.as_ref()?)));
            if trash().map(|(file, _)| file.size()).sum::<usize>() <= CAPACITY {
                return;
            }
            let oldest = trash().min_by_key(|(_, deleted)| deleted.at);
            let Some(uuid) = oldest.map(|(file, _)| file.uuid.clone()) else { return };
            self.remove(|file| file.uuid == uuid);
        }
    }

    /// Puts a file on the drive without an upload.
    pub(crate) fn put(&mut self, file: NewFile, at: i64, user: i64) {
        let stamp = Stamp { at, user };
        let (name, extension) = kinds::parts(file.name);
        let [uuid, version] = file.uuids;
        let version = Version {
            uuid: version,
            name: name.to_owned(),
            extension: extension.to_owned(),
            mime_type: file.mime_type.to_owned(),
            bytes: file.bytes,
            session_id: self.next_session(),
            created: stamp.clone(),
            updated: stamp,
        };
        self.files.push(File::new(uuid, version));
    }

    pub(super) fn next_session(&mut self) -> i64 {
        self.last_session += 1;
        self.last_session
    }

    /// Attaches a file, unless it is already.
    pub(crate) fn attach(&mut self, file_uuid: &str, to: (Kind, i64)) {
        let is_there = |one: &Attached| one.to == to && one.file_uuid == file_uuid;
        if !self.attached.iter().any(is_there) {
            self.last_attached += 1;
            let file_uuid = file_uuid.to_owned();
            self.attached.push(Attached { id: self.last_attached, file_uuid, to });
        }
    }
}

/// A new id of a file or of a version.
pub(super) fn uuid() -> String {
    let hex = format!("{:032x}", fastrand::u128(..));
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("{}-{}-4{}-8{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}
