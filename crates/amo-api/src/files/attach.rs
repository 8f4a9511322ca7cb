//! A file that is attached to an entity as soon as it is on the drive, and the notes about it.

use amo_core::{
    AttachmentParams, Create as _, EntityFile, EntityFileRef, File, FileOwner, NewNote, Note,
    NoteContent, NoteId, NoteParent,
};

use super::upload::{UploadError, UploadFile};
use crate::call::{Action, Via};
use crate::place::Place;
use crate::{ApiCall, Error, ErrorKind};

/// Uploads a file and attaches it to an entity.
#[derive(Debug)]
pub struct AttachUpload {
    upload: UploadFile,
    owner: FileOwner,
    note: Option<String>,
}

/// A file that was uploaded and attached.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AttachedFile {
    /// The file.
    pub file: File,
    /// The notes about it: that of the file, and that of the comment, if there is one.
    pub notes: Vec<NoteId>,
}

impl AttachUpload {
    pub(super) fn new(upload: UploadFile, owner: FileOwner) -> Self {
        Self { upload, owner, note: None }
    }
}

impl ApiCall<AttachUpload> {
    /// Shows the file among the notes of the entity too, and beneath it this comment, which may be empty.
    /// Elements of catalogs have no notes.
    pub fn note(mut self, comment: impl Into<String>) -> Self {
        self.action.note = Some(comment.into());
        self
    }
}

fn parent(owner: FileOwner) -> Option<NoteParent> {
    Some(match owner {
        FileOwner::Lead(id) => id.into(),
        FileOwner::Contact(id) => id.into(),
        FileOwner::Company(id) => id.into(),
        FileOwner::Customer(id) => id.into(),
        _ => return None,
    })
}

impl Action for AttachUpload {
    type Output = Result<AttachedFile, UploadError>;

    async fn run(self, via: Via) -> Self::Output {
        let about = match self.note {
            None => None,
            Some(comment) => {
                let place = parent(self.owner).ok_or_else(|| {
                    UploadError::new(Error::new(
                        ErrorKind::InvalidRequest,
                        &EntityFile::ATTACH,
                        "elements of catalogs have no notes",
                    ))
                })?;
                Some((place, comment))
            }
        };
        let name = self.upload.name().to_owned();
        let file = self.upload.send(&via).await?;
        let notes = match attached(&via, &file, self.owner, about, name).await {
            Ok(notes) => notes,
            Err(error) => return Err(UploadError::after(error, file)),
        };
        Ok(AttachedFile { file, notes })
    }
}

async fn attached(
    via: &Via,
    file: &File,
    owner: FileOwner,
    about: Option<(NoteParent, String)>,
    name: String,
) -> Result<Vec<NoteId>, Error> {
    let links = [EntityFileRef::from(file.uuid.clone())];
    via.send(Place::<EntityFile>(owner).of(EntityFile::ATTACH).json(&links)?).await?;
    let Some((parent, comment)) = about else { return Ok(Vec::new()) };
    let mut params = AttachmentParams::new(file.uuid.to_string(), name);
    if let Some(version) = &file.version_uuid {
        params = params.version_uuid(version.to_string());
    }
    let mut notes = vec![NewNote::new(NoteContent::Attachment(params))];
    if !comment.is_empty() {
        notes.push(NewNote::new(NoteContent::common(comment)));
    }
    // A comment stands beside its file if both are of the same second.
    if let Some(at) = file.updated_at.or(file.created_at) {
        notes = notes.into_iter().map(|note| note.created_at(at)).collect();
    }
    let mut call = via.client.notes(parent).create_many(notes);
    call.via = via.clone();
    let batch = call.await;
    if let Some((_, outcome)) = batch.failures().next() {
        let message = format!("the file is attached, but a note about it is not there: {outcome}");
        return Err(Error::new(ErrorKind::Validation, &Note::CREATE, message));
    }
    Ok(batch.done().map(|(_, note)| note.id).collect())
}
