//! Uploads: a session is opened, then the parts follow one another.

use std::cmp::Ordering;
use std::error::Error as StdError;
use std::fmt;

use amo_auth::Origin;
use amo_core::{
    File, FileAuthor, FileFilter, FileUuid, NewUploadSession, Operation, UploadAnswer,
    UploadSession, UploadSessionId, from_slice, one_from_slice,
};
use bytes::Bytes;
use futures_util::future::join;
use http::header::CONTENT_TYPE;
use http::uri::PathAndQuery;
use http::{HeaderValue, Uri};
use serde::{Deserialize, Serialize};

use super::attach::AttachUpload;
use super::source::UploadSource;
use crate::call::{Action, Single as _, Via};
use crate::place::Place;
use crate::prepared::Prepared;
use crate::{ApiCall, Error, ErrorKind, GetOne, ListPage};

/// How far an upload is: enough to go on with it later by
/// [`resume_upload`](crate::Entities::resume_upload).
///
/// It can be written down. It has the address for the next part in it, which is a secret for the 24 hours
/// that a session may last.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadState {
    session: UploadSessionId,
    name: String,
    next: String,
    size: u64,
    sent: u64,
    part: usize,
}

impl UploadState {
    /// How many bytes the server has.
    pub fn sent(&self) -> u64 {
        self.sent
    }

    /// How many bytes the file has.
    pub fn size(&self) -> u64 {
        self.size
    }
}

impl fmt::Debug for UploadState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UploadState({} of {} bytes)", self.sent, self.size)
    }
}

/// Why an upload ended, and what is left of it.
#[derive(Debug)]
pub struct UploadError(Box<Inner>);

#[derive(Debug)]
struct Inner {
    error: Error,
    state: Option<UploadState>,
    file: Option<File>,
}

impl UploadError {
    pub(super) fn new(error: Error) -> Self {
        Self(Box::new(Inner { error, state: None, file: None }))
    }

    fn within(error: Error, state: &UploadState) -> Self {
        Self(Box::new(Inner { error, state: Some(state.clone()), file: None }))
    }

    pub(super) fn after(error: Error, file: File) -> Self {
        Self(Box::new(Inner { error, state: None, file: Some(file) }))
    }

    /// What went wrong.
    pub fn error(&self) -> &Error {
        &self.0.error
    }

    /// From where it can be [gone on with](crate::Entities::resume_upload), if a session is open.
    pub fn state(&self) -> Option<&UploadState> {
        self.0.state.as_ref()
    }

    /// The file, if it is on the drive, but could not be attached or noted.
    pub fn file(&self) -> Option<&File> {
        self.0.file.as_ref()
    }
}

impl From<UploadError> for Error {
    fn from(error: UploadError) -> Self {
        error.0.error
    }
}

impl fmt::Display for UploadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.error)?;
        if let Some(state) = self.state() {
            write!(f, " (after {} of {} bytes)", state.sent, state.size)?;
        }
        if let Some(file) = self.file() {
            write!(f, " (the file is on the drive: {})", file.uuid)?;
        }
        Ok(())
    }
}

impl StdError for UploadError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.error.source()
    }
}

type Progress = Box<dyn FnMut(&UploadState) + Send + Sync>;

/// Uploads a file.
#[must_use = "nothing is sent until it is awaited"]
pub struct UploadFile {
    start: Start,
    name: String,
    source: UploadSource,
    progress: Option<Progress>,
}

enum Start {
    New(Box<NewUploadSession>),
    Open(UploadState),
}

impl UploadFile {
    pub(super) fn new(name: String, source: UploadSource) -> Self {
        // What is longer than that is refused before anything is sent.
        let size = i64::try_from(source.size()).unwrap_or(i64::MAX);
        let session = Box::new(NewUploadSession::new(name.as_str(), size));
        Self { start: Start::New(session), name, source, progress: None }
    }

    pub(super) fn resumed(state: UploadState, source: UploadSource) -> Self {
        let name = state.name.clone();
        Self { start: Start::Open(state), name, source, progress: None }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    fn session(self, change: impl FnOnce(NewUploadSession) -> NewUploadSession) -> Self {
        let start = match self.start {
            Start::New(session) => Start::New(Box::new(change(*session))),
            // What was said when the session was opened holds.
            open @ Start::Open(_) => open,
        };
        Self { start, ..self }
    }
}

impl ApiCall<UploadFile> {
    /// The media type of the file.
    pub fn content_type(self, content_type: impl Into<String>) -> Self {
        self.map(|upload| upload.session(|session| session.content_type(content_type)))
    }

    /// It becomes a new version of this file, and is in use at once.
    pub fn version_of(self, file: impl Into<FileUuid>) -> Self {
        self.map(|upload| upload.session(|session| session.file_uuid(file)))
    }

    /// Smaller pictures of it are to be made.
    pub fn with_preview(self) -> Self {
        self.map(|upload| upload.session(|session| session.with_preview(true)))
    }

    /// Who is said to have uploaded it.
    pub fn created_by(self, author: FileAuthor) -> Self {
        self.map(|upload| upload.session(|session| session.created_by(author)))
    }

    /// Is told how far it is: once the session is open, and after each part.
    pub fn on_progress(
        mut self,
        progress: impl FnMut(&UploadState) + Send + Sync + 'static,
    ) -> Self {
        self.action.progress = Some(Box::new(progress));
        self
    }

    /// Attaches it to an entity as soon as it is there.
    pub fn attach_to(self, owner: impl Into<amo_core::FileOwner>) -> ApiCall<AttachUpload> {
        ApiCall { via: self.via, action: AttachUpload::new(self.action, owner.into()) }
    }
}

impl Action for UploadFile {
    type Output = Result<File, UploadError>;

    async fn run(self, via: Via) -> Self::Output {
        self.send(&via).await
    }
}

impl UploadFile {
    pub(super) async fn send(mut self, via: &Via) -> Result<File, UploadError> {
        let mut state = self.begin(via).await?;
        let mut part = checked(self.source.part(state.part).await, &state)?;
        loop {
            self.tell(&state);
            let here = state.sent + part.len() as u64;
            let request =
                part_request(&state, part).map_err(|error| UploadError::within(error, &state))?;
            let (answer, next) = join(via.send(request), self.source.part(state.part)).await;
            let answer = match answer {
                Ok(answer) => answer,
                Err(error) => {
                    // The session is gone if it is done already: the answer to its last part was lost.
                    if error.says_not_there()
                        && let Some(file) = finished(via, &state).await
                    {
                        return Ok(file);
                    }
                    return Err(UploadError::within(error, &state));
                }
            };
            let read = answer.decode(from_slice);
            match read.map_err(|error| UploadError::within(error, &state))? {
                UploadAnswer::Done(file) if here == state.size => {
                    state.sent = here;
                    self.tell(&state);
                    return match checked(next, &state) {
                        Ok(_) => Ok(*file),
                        Err(error) => Err(UploadError::after(error.into(), *file)),
                    };
                }
                UploadAnswer::Next(next) if here < state.size => {
                    state.next = next.next_url;
                    state.sent = here;
                }
                _ => {
                    let what = format!("does not fit: {here} of {} bytes are sent", state.size);
                    return Err(UploadError::within(answer.unreadable(what), &state));
                }
            }
            part = checked(next, &state)?;
        }
    }

    fn tell(&mut self, state: &UploadState) {
        if let Some(progress) = &mut self.progress {
            progress(state);
        }
    }

    /// Opens the session, or finds the place in the source where it was broken off.
    async fn begin(&mut self, via: &Via) -> Result<UploadState, UploadError> {
        let size = self.source.size();
        let session = match &self.start {
            Start::New(session) => session,
            Start::Open(state) => {
                let state = state.clone();
                if state.size != size {
                    let what = format!(
                        "the upload to go on with has {} bytes, and this source {size}",
                        state.size
                    );
                    let error = invalid(&UploadSession::UPLOAD_PART, &what);
                    return Err(UploadError::within(error, &state));
                }
                let skipped = self.source.skip(state.sent).await;
                skipped.map_err(|error| unread(error, &state))?;
                return Ok(state);
            }
        };
        if i64::try_from(size).is_err() {
            return Err(UploadError::new(invalid(&UploadSession::OPEN, "the source is too long")));
        }
        let request = Prepared::new(UploadSession::OPEN).json(session).map_err(UploadError::new)?;
        let answer = via.send(request).await.map_err(UploadError::new)?;
        let opened = answer.decode(|body| one_from_slice::<UploadSession>("sessions", body));
        let opened = opened.map_err(UploadError::new)?;
        let part = usize::try_from(opened.max_part_size).ok().filter(|part| *part > 0);
        let Some(part) = part else {
            let what = format!("allows parts of {} bytes", opened.max_part_size);
            return Err(UploadError::new(answer.unreadable(what)));
        };
        let (session, next) = (opened.session_id, opened.upload_url);
        Ok(UploadState { session, name: self.name.clone(), next, size, sent: 0, part })
    }
}

/// A part must leave the source with as many bytes as were announced.
fn checked(
    part: Result<Bytes, Box<dyn StdError + Send + Sync>>,
    state: &UploadState,
) -> Result<Bytes, UploadError> {
    let part = part.map_err(|error| unread(error, state))?;
    let here = part.len() as u64;
    let wrong = match here.cmp(&(state.size - state.sent).min(state.part as u64)) {
        Ordering::Equal => return Ok(part),
        Ordering::Less => format!("the source ended after {} bytes", state.sent + here),
        Ordering::Greater => "the source has more bytes".to_owned(),
    };
    let what = format!("{wrong}, {} were announced", state.size);
    Err(UploadError::within(invalid(&UploadSession::UPLOAD_PART, &what), state))
}

/// The file that a session has made, if it has.
async fn finished(via: &Via, state: &UploadState) -> Option<File> {
    let stem = state.name.rsplit_once('.').map_or(state.name.as_str(), |(stem, _)| stem);
    let list = ListPage::<File>::new(&Place(())).filter(FileFilter::new().term(stem));
    let found = list.read(&via.send(list.prepare().ok()?).await.ok()?).ok()?;
    for file in found.items {
        if file.size.and_then(|size| u64::try_from(size).ok()) != Some(state.size) {
            continue;
        }
        // Lists do not tell the session.
        let get = GetOne::<File> { place: Place(()), id: file.uuid, with: Vec::new() };
        let file = get.read(&via.send(get.prepare().ok()?).await.ok()?).ok()?;
        if let Some(file) = file.filter(|file| file.session_id == Some(state.session)) {
            return Some(file);
        }
    }
    None
}

fn invalid(operation: &Operation, what: &str) -> Error {
    Error::new(ErrorKind::InvalidRequest, operation, what)
}

fn unread(error: Box<dyn StdError + Send + Sync>, state: &UploadState) -> UploadError {
    let read = invalid(&UploadSession::UPLOAD_PART, "the source cannot be read");
    UploadError::within(read.caused_by(error), state)
}

fn part_request(state: &UploadState, part: Bytes) -> Result<Prepared, Error> {
    let operation = UploadSession::UPLOAD_PART;
    let wrong = || invalid(&operation, "the address for the next part is no URL");
    let uri: Uri = state.next.parse().map_err(|_| wrong())?;
    let path = uri.path_and_query().map_or("/", PathAndQuery::as_str).to_owned();
    let origin = Origin::of(&uri).ok_or_else(wrong)?;
    let mut request = Prepared::new(operation).path(path).at(origin);
    request.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    request.body = Some(part);
    Ok(request)
}

impl fmt::Debug for UploadFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadFile").field("source", &self.source).finish_non_exhaustive()
    }
}
