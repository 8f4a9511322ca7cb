//! What a type of `amo-core` is on the wire.

use anyhow::{Context as _, bail};

use super::objects::{Described, Objects};
use crate::codegen::operation::list_of;
use crate::codegen::spec::Sent;

/// The types that tables can name.
pub(super) const VARIANTS: &[&str] = &[
    "Amount",
    "AtMost",
    "Author",
    "Bool",
    "CustomFields",
    "Either",
    "Id",
    "Int",
    "Json",
    "List",
    "Map",
    "New",
    "NewOf",
    "Object",
    "OneOf",
    "Patch",
    "Ref",
    "Tags",
    "Text",
    "Time",
];

/// Ids of what is no resource, and where it is found.
const OTHER_IDS: [(&str, &str); 4] = [
    ("AccountId", "account"),
    ("EnumId", "enums"),
    ("GroupId", "groups"),
    ("TaskTypeId", "task_types"),
];

impl Objects<'_> {
    /// The type in a table, such as `List(&Id("leads"))`.
    pub(super) fn type_of(&mut self, kind: &str) -> anyhow::Result<String> {
        let kind = kind.trim();
        if let Some((list, most)) = kind.split_once(';') {
            let item = list_of(list).with_context(|| format!("`{list}` is no list"))?;
            return Ok(format!("AtMost({}, &{})", most.trim(), self.type_of(item)?));
        }
        if let Some((one, other)) = alternatives(kind) {
            return Ok(format!("Either(&{}, &{})", self.type_of(one)?, self.type_of(other)?));
        }
        if let Some(item) = list_of(kind) {
            return Ok(format!("List(&{})", self.type_of(item)?));
        }
        let inner = |before: &str| kind.strip_prefix(before)?.strip_suffix('>');
        if let Some(value) = inner("BTreeMap<String,") {
            return Ok(format!("Map(&{})", self.type_of(value)?));
        }
        if let Some(id) = inner("ById<") {
            let service = self.service_of_id(id).with_context(|| format!("`{id}` is no id"))?;
            return Ok(format!("Ref(\"{service}\")"));
        }
        if let Some(model) = inner("Tags<") {
            let service =
                self.service_of(model).with_context(|| format!("no resource `{model}`"))?;
            return Ok(format!("Tags(\"{service}\")"));
        }
        // Types that only one module knows are named by their paths.
        let name = kind.rsplit("::").next().unwrap_or(kind);
        if let Some(known) = self.plain(name) {
            return Ok(known);
        }
        match self.described(name) {
            Some(Described::Sent(Sent::Like(other))) => self.type_of(other),
            Some(Described::Sent(Sent::OneOf(_)) | Described::Enum(_)) => {
                Ok(format!("OneOf({})", self.used(name)))
            }
            Some(Described::Numbers) => Ok("Int".to_owned()),
            Some(Described::Filter(_) | Described::Texts(_)) => bail!("`{name}` is no type"),
            Some(Described::Sent(Sent::Object(_)) | Described::Model(_)) => {
                Ok(format!("Object({})", self.used(name)))
            }
            None => match self.service_of_new(name) {
                Some(service) => Ok(format!("NewOf(\"{service}\")")),
                None => bail!("`{name}` is not described: say under `sent` what it is on the wire"),
            },
        }
    }

    /// The same for what is only read: a rough type will do.
    pub(super) fn read_type(&self, kind: &str) -> String {
        if let Some(item) = list_of(kind) {
            return match self.read_type(item).as_str() {
                "Json" => "Json".to_owned(),
                item => format!("List(&{item})"),
            };
        }
        match self.described(kind) {
            Some(Described::Enum(_) | Described::Sent(Sent::OneOf(_))) => "Text".to_owned(),
            Some(Described::Numbers) => "Int".to_owned(),
            Some(Described::Sent(Sent::Like(other))) if alternatives(other).is_none() => {
                self.read_type(other)
            }
            _ => self.plain(kind).unwrap_or_else(|| "Json".to_owned()),
        }
    }

    /// The types that need no description.
    fn plain(&self, name: &str) -> Option<String> {
        let known = match name {
            "String" => "Text",
            "bool" => "Bool",
            "i64" => "Int",
            "Amount" | "Author" => name,
            "Timestamp" => "Time",
            "Value" => "Json",
            _ if self.is_text_id(name) => "Text",
            _ => return self.service_of_id(name).map(|service| format!("Id(\"{service}\")")),
        };
        Some(known.to_owned())
    }

    fn service_of_id(&self, id: &str) -> Option<String> {
        let other = OTHER_IDS.iter().find(|(known, _)| *known == id);
        let other = other.map(|(_, service)| (*service).to_owned());
        other.or_else(|| self.service_of(id.strip_suffix("Id")?).map(str::to_owned))
    }
}

/// `A | B`, outside of angle brackets.
fn alternatives(kind: &str) -> Option<(&str, &str)> {
    let (one, other) = kind.split_once(" | ")?;
    (one.matches('<').count() == one.matches('>').count()).then_some((one, other))
}
