//! What a type of `amo-core` is on the wire.

use std::fmt;

use anyhow::{Context as _, bail};

use super::constant;
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

/// A type of the tables. It prints itself as they write it, `List(&Id("leads"))`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::codegen) enum Type {
    Amount,
    AtMost(usize, Box<Type>),
    Author,
    Bool,
    /// Custom fields of this service.
    CustomFields(String),
    Either(Box<Type>, Box<Type>),
    /// The id of one of this service.
    Id(String),
    Int,
    Json,
    List(Box<Type>),
    Map(Box<Type>),
    /// What creates one of this service.
    NewOf(String),
    /// One of a set of numbers with this name; for the tables it is a number like others.
    Number(String),
    /// An object that is described by this name.
    Object(String),
    /// One of the texts that are described by this name.
    OneOf(String),
    /// An object with nothing but the id of one of this service.
    Ref(String),
    /// Tags of this service.
    Tags(String),
    Text,
    Time,
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Amount => f.write_str("Amount"),
            Self::AtMost(most, item) => write!(f, "AtMost({most}, &{item})"),
            Self::Author => f.write_str("Author"),
            Self::Bool => f.write_str("Bool"),
            Self::CustomFields(service) => write!(f, "CustomFields({service:?})"),
            Self::Either(one, other) => write!(f, "Either(&{one}, &{other})"),
            Self::Id(service) => write!(f, "Id({service:?})"),
            Self::Int | Self::Number(_) => f.write_str("Int"),
            Self::Json => f.write_str("Json"),
            Self::List(item) => write!(f, "List(&{item})"),
            Self::Map(value) => write!(f, "Map(&{value})"),
            Self::NewOf(service) => write!(f, "NewOf({service:?})"),
            Self::Object(name) => write!(f, "Object({})", constant(name)),
            Self::OneOf(name) => write!(f, "OneOf({})", constant(name)),
            Self::Ref(service) => write!(f, "Ref({service:?})"),
            Self::Tags(service) => write!(f, "Tags({service:?})"),
            Self::Text => f.write_str("Text"),
            Self::Time => f.write_str("Time"),
        }
    }
}

impl Objects<'_> {
    /// The type in a table, such as `List(&Id("leads"))`.
    pub(in crate::codegen) fn type_of(&mut self, kind: &str) -> anyhow::Result<Type> {
        let kind = kind.trim();
        if let Some((list, most)) = kind.split_once(';') {
            let item = list_of(list).with_context(|| format!("`{list}` is no list"))?;
            let most = most.trim().parse().with_context(|| format!("`{most}` is no number"))?;
            return Ok(Type::AtMost(most, Box::new(self.type_of(item)?)));
        }
        if let Some((one, other)) = alternatives(kind) {
            let (one, other) = (self.type_of(one)?, self.type_of(other)?);
            return Ok(Type::Either(Box::new(one), Box::new(other)));
        }
        if let Some(item) = list_of(kind) {
            return Ok(Type::List(Box::new(self.type_of(item)?)));
        }
        let inner = |before: &str| kind.strip_prefix(before)?.strip_suffix('>');
        if let Some(value) = inner("BTreeMap<String,") {
            return Ok(Type::Map(Box::new(self.type_of(value)?)));
        }
        if let Some(id) = inner("ById<") {
            let service = self.service_of_id(id).with_context(|| format!("`{id}` is no id"))?;
            return Ok(Type::Ref(service));
        }
        if let Some(model) = inner("Tags<") {
            let service =
                self.service_of(model).with_context(|| format!("no resource `{model}`"))?;
            return Ok(Type::Tags(service.to_owned()));
        }
        // Types that only one module knows are named by their paths.
        let name = kind.rsplit("::").next().unwrap_or(kind);
        if let Some(known) = self.plain(name) {
            return Ok(known);
        }
        match self.described(name) {
            Some(Described::Sent(Sent::Like(other))) => self.type_of(other),
            Some(Described::Sent(Sent::OneOf(_)) | Described::Enum(_)) => {
                self.used(name);
                Ok(Type::OneOf(name.to_owned()))
            }
            Some(Described::Numbers(_)) => Ok(Type::Number(name.to_owned())),
            Some(Described::Filter(_) | Described::Texts(_)) => bail!("`{name}` is no type"),
            Some(Described::Sent(Sent::Object(_)) | Described::Model(_)) => {
                self.used(name);
                Ok(Type::Object(name.to_owned()))
            }
            None => match self.service_of_new(name) {
                Some(service) => Ok(Type::NewOf(service.to_owned())),
                None => bail!("`{name}` is not described: say under `sent` what it is on the wire"),
            },
        }
    }

    /// The same for what is only read: a rough type will do.
    pub(super) fn read_type(&self, kind: &str) -> Type {
        if let Some(item) = list_of(kind) {
            return match self.read_type(item) {
                Type::Json => Type::Json,
                item => Type::List(Box::new(item)),
            };
        }
        match self.described(kind) {
            Some(Described::Enum(_) | Described::Sent(Sent::OneOf(_))) => Type::Text,
            Some(Described::Numbers(_)) => Type::Int,
            Some(Described::Sent(Sent::Like(other))) if alternatives(other).is_none() => {
                self.read_type(other)
            }
            _ => self.plain(kind).unwrap_or(Type::Json),
        }
    }

    /// The types that need no description.
    fn plain(&self, name: &str) -> Option<Type> {
        Some(match name {
            "String" => Type::Text,
            "bool" => Type::Bool,
            "i64" => Type::Int,
            "Amount" => Type::Amount,
            "Author" => Type::Author,
            "Timestamp" => Type::Time,
            "Value" => Type::Json,
            _ if self.is_text_id(name) => Type::Text,
            _ => return self.service_of_id(name).map(Type::Id),
        })
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
