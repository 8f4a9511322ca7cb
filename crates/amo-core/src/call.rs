//! Calls: who spoke, and what could not be saved.

use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::member::always_printed;
use crate::{
    Call, CallDirection, NewCall, NewUnsortedCall, NoteId, Patch, Receipt, SipMetadata, Timestamp,
    UserId,
};

impl NewCall {
    /// By this user: it becomes the one who is said to have created the note and the one who is
    /// responsible for it alike, without which the call does not count in the analytics.
    pub fn by(self, user: UserId) -> Self {
        self.created_by(user).responsible_user_id(user)
    }

    /// The number of the other side, as it was said.
    pub fn phone(&self) -> &str {
        &self.phone
    }

    /// The same call as an incoming lead, for a number that nobody has; `None` of a call that went
    /// out, since incoming leads are only of calls that came in.
    ///
    /// * `called_at`: when, unless the call itself says when its note is created.
    ///
    /// Who answered is the one who is said to have been called, else the user who is said to have
    /// created the note. What came of the call and how it ended has no place in an incoming lead.
    pub fn to_unsorted(
        &self,
        source_uid: impl Into<String>,
        source_name: impl Into<String>,
        called_at: Timestamp,
    ) -> Option<NewUnsortedCall> {
        if self.direction != CallDirection::Inbound {
            return None;
        }
        let called_at = set(&self.created_at).copied().unwrap_or(called_at);
        let link = set(&self.link).map_or("", String::as_str);
        let mut call = SipMetadata::new(&self.phone, called_at, self.duration, link, &self.source)
            .is_call_event_needed(true);
        if link.is_empty() {
            // Null says that there is no record: so amoCRM's own library has it.
            call.link = None;
            call.extra.note_null(LINK, true);
        }
        call.uniq = set(&self.uniq).cloned();
        let author = set(&self.created_by).and_then(|author| author.user());
        let answered = set(&self.call_responsible).cloned();
        call.call_responsible = answered.or_else(|| author.map(CallResponsible::User));
        Some(NewUnsortedCall::new(source_uid, source_name, call).created_at(called_at))
    }
}

/// The place of `link` among the members of [`SipMetadata`].
const LINK: u32 = 3;

fn set<T>(member: &Patch<T>) -> Option<&T> {
    match member {
        Patch::Set(value) => Some(value),
        Patch::Keep | Patch::Clear => None,
    }
}

/// Who called, or was called.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(untagged)]
pub enum CallResponsible {
    /// A user.
    User(UserId),
    /// Somebody with this name or number.
    Name(String),
}

impl From<UserId> for CallResponsible {
    fn from(id: UserId) -> Self {
        Self::User(id)
    }
}

impl From<&str> for CallResponsible {
    fn from(name: &str) -> Self {
        Self::Name(name.to_owned())
    }
}

impl From<String> for CallResponsible {
    fn from(name: String) -> Self {
        Self::Name(name)
    }
}

impl<'de> Deserialize<'de> for CallResponsible {
    /// A number is a user; a text is a name, even if it looks like a number: it may be that of a
    /// phone.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Responsible;

        impl Visitor<'_> for Responsible {
            type Value = CallResponsible;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the id of a user or a name")
            }

            fn visit_i64<E>(self, id: i64) -> Result<CallResponsible, E> {
                Ok(CallResponsible::User(UserId::new(id)))
            }

            fn visit_u64<E: de::Error>(self, id: u64) -> Result<CallResponsible, E> {
                let number = i64::try_from(id);
                let number =
                    number.map_err(|_| E::invalid_value(de::Unexpected::Unsigned(id), &self))?;
                self.visit_i64(number)
            }

            fn visit_str<E>(self, name: &str) -> Result<CallResponsible, E> {
                Ok(name.into())
            }
        }

        deserializer.deserialize_any(Responsible)
    }
}

/// A call that amoCRM did not save. Its form is not documented, so that all of it is kept as it
/// came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CallError(Value);

impl CallError {
    /// The request id of the item, or its index.
    pub fn request_id(&self) -> Option<&str> {
        self.text("request_id")
    }

    /// What kind of failure it is, in words.
    pub fn title(&self) -> Option<&str> {
        self.text("title")
    }

    /// What went wrong this time.
    pub fn detail(&self) -> Option<&str> {
        self.text("detail")
    }

    /// The status, as HTTP counts them.
    pub fn status(&self) -> Option<u16> {
        self.0.get("status")?.as_u64()?.try_into().ok()
    }

    /// All of it.
    pub const fn json(&self) -> &Value {
        &self.0
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.title(), self.detail()) {
            (Some(title), Some(detail)) => write!(f, "{title}: {detail}"),
            (Some(text), None) | (None, Some(text)) => f.write_str(text),
            (None, None) => write!(f, "the call was not saved: {}", self.0),
        }
    }
}

always_printed! {
    [] CallResponsible: Deserialize::deserialize;
    [] CallError: Deserialize::deserialize, null CallError(Value::Null);
}

impl Receipt for Call {
    type Id = NoteId;

    fn id(&self) -> NoteId {
        self.id
    }

    fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }
}
