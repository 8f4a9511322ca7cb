//! What may be shown of a path, a query and a body: by a list of what may, not of what may not.

use std::fmt::{self, Write as _};

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

/// Members and parameters whose values are shown.
const SHOWN: [&str; 33] = [
    "_page",
    "code",
    "count",
    "detail",
    "entity_type",
    "entity_types",
    "enum_code",
    "error",
    "error_code",
    "error_type",
    "field_code",
    "field_type",
    "from_entity_type",
    "hint",
    "id",
    "ids",
    "is_main",
    "limit",
    "limit_offset",
    "limit_rows",
    "note_type",
    "page",
    "path",
    "retry_after",
    "sort",
    "status",
    "title",
    "to_entity_type",
    "type",
    "uid",
    "uuid",
    "with",
    "version",
];
/// Those that hold an error's words, which may quote what was sent.
const WORDS: [&str; 5] = ["title", "detail", "hint", "error", "path"];
/// A member with one of these in its name is never shown.
const SECRET: [&str; 10] = [
    "token",
    "secret",
    "passw",
    "hash",
    "api_key",
    "apikey",
    "authorization",
    "cookie",
    "session",
    "signature",
];
/// The longest path with query, and the longest text, that is shown.
const LONGEST_PATH: usize = 1024;
const LONGEST_TEXT: usize = 200;

/// The list, with what the caller has added.
#[derive(Clone, Debug, Default)]
pub(super) struct Shown(Vec<String>);

impl Shown {
    pub(super) fn add(&mut self, name: String) {
        self.0.push(name);
    }

    fn has(&self, name: &str) -> bool {
        let lower = name.to_ascii_lowercase();
        if SECRET.iter().any(|secret| lower.contains(secret)) {
            return false;
        }
        let ends = |ending: &str| name.ends_with(ending);
        SHOWN.contains(&name)
            || ends("_id")
            || ends("_ids")
            || ends("_at")
            || ends("_by")
            || name.starts_with("is_")
            || self.0.iter().any(|added| added == name)
    }

    /// Did the caller ask for it, so that it is shown as it is?
    fn is_added(&self, name: &str) -> bool {
        self.0.iter().any(|added| added == name)
    }
}

/// A path with its query. Segments that look like names and ids stay, unless the template calls them a
/// secret, and so do parameters' names.
pub(super) fn path_and_query(text: &str, template: &str, shown: &Shown) -> String {
    let (path, query) = text.split_once('?').unwrap_or((text, ""));
    let mut out = String::new();
    let mut names = template.split('/');
    for (index, segment) in path.split('/').enumerate() {
        let name = names.next().unwrap_or_default();
        let is_secret = name != segment && SECRET.iter().any(|secret| name.contains(secret));
        out.push_str(if index > 0 { "/" } else { "" });
        out.push_str(if is_plain(segment) && !is_secret { segment } else { "…" });
    }
    for (index, pair) in query.split('&').filter(|pair| !pair.is_empty()).enumerate() {
        out.push(if index == 0 { '?' } else { '&' });
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = name.replace("%5B", "[").replace("%5D", "]");
        let tame = name.split(['[', ']']).all(is_plain);
        let _ = write!(out, "{}=", if tame { name.as_str() } else { "…" });
        let may = tame && shown.has(last_name(&name));
        out.push_str(if may && value.len() <= LONGEST_PATH { value } else { "…" });
        if out.len() > LONGEST_PATH {
            break;
        }
    }
    cut(&mut out, LONGEST_PATH);
    out
}

/// A word of the API or an id, by its looks.
fn is_plain(segment: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.{}".contains(&byte);
    segment.len() <= 64 && segment.bytes().all(plain)
}

/// `pipeline_id` of `filter[statuses][0][pipeline_id][]`.
fn last_name(name: &str) -> &str {
    let inner = |part: &&str| {
        !part.is_empty()
            && !matches!(*part, "from" | "to")
            && !part.bytes().all(|b| b.is_ascii_digit())
    };
    name.split(['[', ']']).rfind(inner).unwrap_or(name)
}

/// Shortens a text, and says so.
fn cut(text: &mut String, most: usize) {
    if text.len() > most {
        let end = (0..=most).rev().find(|end| text.is_char_boundary(*end));
        text.truncate(end.unwrap_or_default());
        text.push('…');
    }
}

/// The title of a page that is no answer of the API: a gateway's.
pub(super) fn html(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]);
    let title = text.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
    title.map_or_else(|| "<a page>".to_owned(), |(title, _)| format!("<a page: {}>", tame(title)))
}

/// A body, as JSON in which only what is on the list is left, cut off after `most` bytes.
pub(super) fn body(bytes: &[u8], most: usize, shown: &Shown) -> String {
    if bytes.is_empty() || most == 0 {
        return String::new();
    }
    let mut out = Out { text: String::new(), most, shown, full: false };
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let read = Node { out: &mut out, may: May::Hide }.deserialize(&mut json);
    if read.is_err() && !out.full {
        out.text.push_str(" <no JSON from here on>");
    }
    if out.full {
        cut(&mut out.text, most);
        if !out.text.ends_with('…') {
            out.text.push('…');
        }
    }
    out.text
}

struct Out<'a> {
    text: String,
    most: usize,
    shown: &'a Shown,
    /// There is no room for more.
    full: bool,
}

impl Out<'_> {
    /// Ends the reading when there is enough: bodies may be large.
    fn write<E: serde::de::Error>(&mut self, text: &str) -> Result<(), E> {
        self.text.push_str(text);
        self.full = self.text.len() > self.most;
        if self.full { Err(E::custom("enough")) } else { Ok(()) }
    }

    fn text<E: serde::de::Error>(&mut self, text: &str) -> Result<(), E> {
        let mut text: String = text.chars().take(LONGEST_TEXT + 1).collect();
        cut(&mut text, LONGEST_TEXT);
        self.write(&serde_json::Value::String(text).to_string())
    }
}

/// How much of a value may be shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum May {
    Hide,
    /// What looks like a name of the API.
    Names,
    /// The name of an error, which shares its member with the code of the authorisation.
    Code,
    /// Words, but no addresses and no numbers in them.
    Words,
    Show,
}

struct Node<'o, 'a> {
    out: &'o mut Out<'a>,
    may: May,
}

impl<'de> DeserializeSeed<'de> for Node<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Node<'_, '_> {
    fn number<E: serde::de::Error>(self, number: impl fmt::Display) -> Result<(), E> {
        let text = number.to_string();
        self.out.write(if self.may == May::Hide { "\"<number>\"" } else { &text })
    }
}

impl<'de> Visitor<'de> for Node<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        self.out.write("null")
    }

    fn visit_bool<E: serde::de::Error>(self, yes: bool) -> Result<(), E> {
        self.out.write(if yes { "true" } else { "false" })
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<(), E> {
        self.number(number)
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<(), E> {
        self.number(number)
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<(), E> {
        self.number(number)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        match self.may {
            May::Show => self.out.text(text),
            May::Words => self.out.text(&tame(text)),
            May::Names if is_name(text) => self.out.text(text),
            May::Code if is_code(text) => self.out.text(text),
            _ => self.out.write(&format!("\"<text of {}>\"", text.chars().count())),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Self { out, may } = self;
        out.write::<A::Error>("[")?;
        let mut first = true;
        loop {
            let before = out.text.len();
            if !first {
                out.write::<A::Error>(",")?;
            }
            if list.next_element_seed(Node { out: &mut *out, may })?.is_none() {
                out.text.truncate(before);
                return out.write("]");
            }
            first = false;
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { out, .. } = self;
        out.write::<A::Error>("{")?;
        let mut first = true;
        while let Some(name) = map.next_key::<String>()? {
            let known =
                is_plain(&name) && !(name.len() > 9 && name.bytes().all(|b| b.is_ascii_digit()));
            let comma = if first { "" } else { "," };
            out.write::<A::Error>(&format!("{comma}\"{}\":", if known { &name } else { "…" }))?;
            first = false;
            let may = match name.as_str() {
                name if !out.shown.has(name) => May::Hide,
                name if out.shown.is_added(name) => May::Show,
                name if WORDS.contains(&name) => May::Words,
                "code" => May::Code,
                _ => May::Names,
            };
            map.next_value_seed(Node { out: &mut *out, may })?;
        }
        out.write("}")
    }
}

/// `NotSupportedChoice`, `110`.
fn is_code(text: &str) -> bool {
    let letters = text.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    text.len() <= 40 && (letters || text.len() <= 4 && is_plain(text))
}

/// An id, a date or a name of the API: short, and of one word.
fn is_name(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.:,/#".contains(&byte);
    text.len() <= 64 && text.bytes().all(plain)
}

/// An error's words without what may be an address or a number of somebody.
fn tame(text: &str) -> String {
    let mut out = String::new();
    for word in text.split_whitespace().take(60) {
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        out.push_str(if out.is_empty() { "" } else { " " });
        out.push_str(if word.contains('@') || digits > 6 || word.len() > 100 {
            "…"
        } else {
            word
        });
    }
    cut(&mut out, LONGEST_TEXT);
    out
}
