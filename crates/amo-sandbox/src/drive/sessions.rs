//! Uploads: a session is opened, then the parts follow one another, each to an address of its own.

use serde_json::json;

use super::kinds;
use super::show;
use super::store::{File, MAX_FILE, MAX_PART, Session, Stamp, Version, uuid};
use crate::call::Call;
use crate::check;
use crate::flaws::Flaws;
use crate::page;
use crate::reply::Reply;
use crate::table::Moment;

/// Opens a session. A part that is shorter than it might be is taken.
pub(super) fn open(call: &mut Call<'_>) -> Result<Reply, Reply> {
    let sent = page::object(call.body)?;
    let mut flaws = Flaws::default();
    let change = check::entity(&sent, call.resource, Moment::Creation, call.account, &mut flaws);
    let name = change.text("file_name").unwrap_or_default();
    if change.get("file_name").is_some() && name.trim().is_empty() {
        flaws.blank("file_name");
    }
    let size = usize::try_from(change.int("file_size").unwrap_or_default());
    let size = size.ok().filter(|size| *size <= MAX_FILE);
    if size.is_none() {
        let detail = format!("This value should be between 0 and {MAX_FILE}.");
        flaws.add("InvalidValue", "file_size", &detail);
    }
    // That a new version of a deleted file is refused is a guess, and so is the code.
    let file_uuid = change.text("file_uuid");
    if file_uuid.is_some_and(|uuid| call.account.drive.live(uuid).is_none()) {
        flaws.not_a_choice("file_uuid");
    }
    flaws.refuse_if_any()?;
    let size = size.unwrap_or_default();
    call.account.drive.check_room(size)?;
    let author = change.get("created_by").and_then(|author| author["id"].as_i64());
    let session = Session {
        id: call.account.drive.next_session(),
        size,
        received: Vec::new(),
        token: token(),
        before: None,
        opened: Stamp { at: call.now, user: author.unwrap_or(call.user_id) },
        name: name.to_owned(),
        content_type: change.text("content_type").unwrap_or_default().to_owned(),
        file_uuid: file_uuid.map(str::to_owned),
    };
    let shown = json!({
        "session_id": session.id,
        "upload_url": address(call, &session.token),
        "max_file_size": MAX_FILE,
        "max_part_size": MAX_PART,
    });
    call.account.drive.sessions.push(session);
    Ok(Reply::hal(&shown))
}

fn token() -> String {
    format!("{:032x}", fastrand::u128(..))
}

fn address(call: &Call<'_>, token: &str) -> String {
    format!("{}/v1.0/sessions/upload/{token}", call.base)
}

/// Takes a part. The last one is answered with the file, and then the session is over.
pub(super) fn upload(call: &mut Call<'_>) -> Result<Reply, Reply> {
    let token = call.parameter("session_token").to_owned();
    let sessions = &mut call.account.drive.sessions;
    let is_meant = |one: &Session| {
        one.token == token || one.before.as_ref().is_some_and(|(before, _)| *before == token)
    };
    let place = sessions.iter().position(is_meant);
    let session = place.and_then(|place| sessions.get_mut(place));
    let (Some(place), Some(session)) = (place, session) else {
        return Err(Reply::not_found("There is no such upload session"));
    };
    session.take(&token, call.body)?;
    if session.received.len() < session.size {
        let (next, id) = (session.token.clone(), session.id);
        return Ok(Reply::hal(&json!({"next_url": address(call, &next), "session_id": id})));
    }
    let session = sessions.remove(place);
    finish(call, session)
}

impl Session {
    /// Lays a part behind those that are there. The part before can be sent once more, for its
    /// answer may have been lost; it takes the place of what was there. That only the last part can,
    /// and that wrong sizes are 400 and leave the session as it was, is a guess.
    fn take(&mut self, token: &str, part: &[u8]) -> Result<(), Reply> {
        let start = match &self.before {
            Some((before, start)) if before == token => *start,
            _ => self.received.len(),
        };
        if part.len() > MAX_PART {
            return Err(Reply::bad_request(&format!("A part has at most {MAX_PART} bytes")));
        }
        let whole = start.saturating_add(part.len());
        if whole > self.size {
            return Err(Reply::bad_request("There are more bytes than the session announced"));
        }
        if part.is_empty() && self.size > 0 {
            return Err(Reply::bad_request("A part of a file cannot be empty"));
        }
        self.received.truncate(start);
        self.received.extend_from_slice(part);
        self.before = Some((token.to_owned(), start));
        self.token = self::token();
        Ok(())
    }
}

/// Makes the file, or the new version of it, which is in use at once.
fn finish(call: &mut Call<'_>, session: Session) -> Result<Reply, Reply> {
    let stamp = Stamp { at: call.now, user: session.opened.user };
    let (name, extension) = kinds::parts(&session.name);
    let version = Version {
        uuid: uuid(),
        name: name.to_owned(),
        extension: extension.to_owned(),
        mime_type: session.content_type,
        bytes: session.received.into(),
        session_id: session.id,
        created: stamp.clone(),
        updated: stamp.clone(),
    };
    let drive = &mut call.account.drive;
    let uuid = match session.file_uuid {
        None => {
            let uuid = uuid();
            drive.files.push(File::new(uuid.clone(), version));
            uuid
        }
        Some(uuid) => {
            // It may have been deleted meanwhile.
            let file = drive.file_mut(&uuid).filter(|file| file.deleted.is_none());
            let file = file.ok_or_else(|| Reply::not_found("There is no such file any more"))?;
            let former = std::mem::replace(&mut file.current, version);
            file.others.push(former);
            file.updated = stamp;
            uuid
        }
    };
    let file =
        call.account.drive.file(&uuid).ok_or_else(|| Reply::not_found("There is no such file"))?;
    Ok(Reply::hal(&show::file(call, file, true)))
}
