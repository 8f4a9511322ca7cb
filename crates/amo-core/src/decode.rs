//! Decoding with errors that name the place.

use std::marker::PhantomData;

use serde::de::{DeserializeOwned, DeserializeSeed};
use serde_json::Value;
use serde_path_to_error::{Path, Segment, Track};

/// How much of a body an error may show, in characters.
const FRAGMENT: usize = 120;

/// How long the place and what is wrong may be, each in characters: both may repeat names and
/// texts of the body.
const WORDS: usize = 300;

/// An answer is not what it should be: where, what was expected, and the piece that was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot decode `{path}`: {message}; it is `{fragment}`")]
pub struct DecodeError {
    path: String,
    message: String,
    fragment: String,
}

impl DecodeError {
    /// The place, `_embedded.leads[3].price`; `.` is the whole. The middle of a very long one is
    /// left out.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is wrong there; again without the middle if it is very long.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The JSON at that place, shortened to 120 characters; if the body is no JSON, the text
    /// around the fault.
    pub fn fragment(&self) -> &str {
        &self.fragment
    }

    pub(crate) fn new(path: &str, message: impl Into<String>, found: &str) -> Self {
        Self {
            path: both_ends(path),
            message: both_ends(&message.into()),
            fragment: shorten(found),
        }
    }
}

/// Decodes JSON.
///
/// # Errors
///
/// [`DecodeError`] with the place inside the JSON. The place is looked for only after a failure,
/// so that decoding what is right costs nothing more.
pub fn from_slice<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
    from_slice_seed(PhantomData, bytes)
}

/// The same for what needs a seed. Seeds are asked for twice after a failure, hence `Copy`.
pub(crate) fn from_slice_seed<T, S>(seed: S, bytes: &[u8]) -> Result<T, DecodeError>
where
    S: for<'de> DeserializeSeed<'de, Value = T> + Copy,
{
    let mut plain = serde_json::Deserializer::from_slice(bytes);
    let decoded = seed.deserialize(&mut plain).and_then(|value| plain.end().map(|()| value));
    decoded.or_else(|_| locate(seed, bytes))
}

/// Decodes once more and keeps track of the place.
fn locate<T, S>(seed: S, bytes: &[u8]) -> Result<T, DecodeError>
where
    S: for<'de> DeserializeSeed<'de, Value = T>,
{
    let mut track = Track::new();
    let mut plain = serde_json::Deserializer::from_slice(bytes);
    let tracked = serde_path_to_error::Deserializer::new(&mut plain, &mut track);
    let decoded = seed.deserialize(tracked);
    let (error, path) = match decoded {
        // Text after the end is a fault of the whole, not of the place decoded last.
        Ok(value) => match plain.end() {
            Ok(()) => return Ok(value),
            Err(error) => (error, None),
        },
        Err(error) => (error, Some(track.path())),
    };
    let fragment = match serde_json::from_slice::<Value>(bytes) {
        Ok(body) => shorten(&walk(&body, path.as_ref()).to_string()),
        Err(_) => shorten(&around(bytes, &error)),
    };
    let path = path.map(|path| both_ends(&path.to_string()));
    // The member whose name is empty is printed as nothing at all.
    let path = path.filter(|path| !path.is_empty()).unwrap_or_else(|| ".".to_owned());
    Err(DecodeError { path, message: both_ends(&error.to_string()), fragment })
}

/// The piece of `body` at `path`, or the last one on the way that is there.
fn walk<'a>(body: &'a Value, path: Option<&Path>) -> &'a Value {
    let mut piece = body;
    for segment in path.into_iter().flat_map(Path::iter) {
        let next = match segment {
            Segment::Seq { index } => piece.get(index),
            Segment::Map { key } => piece.get(key),
            Segment::Enum { .. } | Segment::Unknown => None,
        };
        match next {
            Some(next) => piece = next,
            None => break,
        }
    }
    piece
}

/// The text before and after a fault in the syntax.
fn around(bytes: &[u8], error: &serde_json::Error) -> String {
    let lines = bytes.split_inclusive(|byte| *byte == b'\n');
    let before: usize = lines.take(error.line().saturating_sub(1)).map(<[u8]>::len).sum();
    let at = (before + error.column()).min(bytes.len());
    let inside = |at: usize| bytes.get(at).is_some_and(|byte| byte & 0xC0 == 0x80);
    let mut from = at.saturating_sub(FRAGMENT / 2);
    let mut to = bytes.len().min(from + FRAGMENT);
    // Not through the middle of a character; one has at most three bytes after its first.
    from += (0..3).take_while(|more| inside(from + more)).count();
    to -= (0..3).take_while(|less| to - less > from && inside(to - less)).count();
    String::from_utf8_lossy(&bytes[from..to]).into_owned()
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(FRAGMENT) {
        // One character of the 120 is the sign that something was cut.
        Some(_) => text.chars().take(FRAGMENT - 1).chain(['…']).collect(),
        None => text.to_owned(),
    }
}

/// Leaves out the middle of what is too long: what was expected stands at the end.
fn both_ends(text: &str) -> String {
    let length = text.chars().count();
    if length <= WORDS {
        return text.to_owned();
    }
    let half = WORDS / 2;
    // One character of the 300 is the sign that something was left out.
    let end = text.chars().skip(length - half + 1);
    text.chars().take(half).chain(['…']).chain(end).collect()
}
