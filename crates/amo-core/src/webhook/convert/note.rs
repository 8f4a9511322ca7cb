//! Notes: from numbers of types and JSON within texts to `note_type` and `params`.

use serde_json::{Map, Value};

use super::api::Api;
use crate::NoteType;
use crate::webhook::body::Notation;
use crate::webhook::limits::{Budget, Limits};
use crate::webhook::{json, read};

pub(super) fn api(note: &Map<String, Value>) -> Api {
    let mut api = Api::new(note.clone());
    api.rename_legacy();
    api.rename_whole("timestamp_x", "updated_at");
    api.rename_whole("main_user_id", "responsible_user_id");
    api.rename_whole("element_id", "entity_id");
    let kind = note.get("note_type").and_then(kind);
    if let Some(kind) = &kind {
        api.remove("note_type");
        api.put_missing("note_type", || kind.as_str().into());
    }
    if api.get("params").is_none() {
        let params = params(kind.as_ref(), &mut api);
        if !params.is_empty() {
            api.put_missing("params", || params.into());
        }
    }
    api
}

/// The type by the number that older parts of amoCRM have for it. Those that the API has no name
/// for, such as the creation of a lead (1), stay numbers.
fn kind(value: &Value) -> Option<NoteType> {
    let known = match read::whole(value) {
        Some(4) => NoteType::Common,
        Some(5) => NoteType::Attachment,
        Some(10) => NoteType::CallIn,
        Some(11) => NoteType::CallOut,
        Some(25) => NoteType::ServiceMessage,
        Some(102) => NoteType::SmsIn,
        Some(103) => NoteType::SmsOut,
        _ => NoteType::from(value.as_str().filter(|text| !text.is_empty())?),
    };
    Some(known)
}

/// What belongs to the type: taken away from the members of the note.
fn params(kind: Option<&NoteType>, api: &mut Api) -> Map<String, Value> {
    let mut params = Map::new();
    if let Some(text) = api.get("text").and_then(Value::as_str) {
        // What people write stays a text, whatever it looks like.
        let is_plain = matches!(kind, None | Some(NoteType::Common | NoteType::Attachment));
        match if is_plain { None } else { object(text) } {
            Some(members) => params = renamed(members),
            None => drop(params.insert("text".to_owned(), text.into())),
        }
        api.remove("text");
    }
    let file = api.get("attachement").and_then(Value::as_str);
    if kind == Some(&NoteType::Attachment)
        && let Some(file) = file.filter(|file| !file.is_empty())
    {
        params.insert("attachment".to_owned(), file.into());
        api.remove("attachement");
    }
    params
}

/// The JSON object that a text is.
fn object(text: &str) -> Option<Map<String, Value>> {
    if !text.starts_with('{') {
        return None;
    }
    let budget = Budget::new(Limits::default());
    json::parse(text.as_bytes(), &budget, Notation::AsItCame).ok()
}

/// The members of a call by the names of the API: `UNIQ` is `uniq`, `SRC` is `source`.
fn renamed(members: Map<String, Value>) -> Map<String, Value> {
    let mut renamed = Map::new();
    let mut odd = Vec::new();
    for (name, value) in members {
        let api = match name.to_ascii_lowercase() {
            src if src == "src" => "source".to_owned(),
            name => name,
        };
        // Of two spellings of one name the first has the place.
        if renamed.contains_key(&api) {
            odd.push((name, value));
        } else {
            renamed.insert(api, value);
        }
    }
    renamed.extend(odd);
    renamed
}
