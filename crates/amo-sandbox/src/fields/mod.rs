//! Custom fields: their definitions, the groups that they stand in, and their values.

mod definition;
mod element;
pub(crate) mod groups;
mod handlers;
mod moment;
mod objects;
mod options;
mod owner;
mod required;
mod show;
pub(crate) mod special;
pub(crate) mod state;
#[cfg(test)]
mod tests;
mod types;
pub(crate) mod value;

use std::collections::BTreeMap;

use serde_json::Value;

pub(crate) use groups::FieldGroups;
pub(crate) use moment::written_time;
pub(crate) use objects::version_of as file_version;
pub(crate) use required::Required;
pub(crate) use types::{FieldType, Shape};

use crate::call::Call;
use crate::reply::Reply;

/// An option of a field, or a node of the tree of a category.
#[derive(Debug, Clone)]
pub(crate) struct EnumOption {
    pub(crate) id: i64,
    pub(crate) value: String,
    pub(crate) code: Option<String>,
    pub(crate) sort: i64,
    /// The node above it.
    pub(crate) parent: Option<i64>,
}

/// The definition of a custom field.
#[derive(Debug, Clone)]
pub(crate) struct FieldDefinition {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) code: Option<String>,
    pub(crate) field_type: FieldType,
    pub(crate) sort: i64,
    pub(crate) options: Vec<EnumOption>,
    /// Whether it was there from the start and stays.
    pub(crate) is_predefined: bool,
    /// The members that nothing but their own place depends on, as they were sent.
    pub(crate) more: BTreeMap<&'static str, Value>,
}

impl FieldDefinition {
    /// One with nothing but what it must have.
    pub(crate) fn new(id: i64, name: &str, field_type: FieldType) -> Self {
        FieldDefinition {
            id,
            name: name.to_owned(),
            code: None,
            field_type,
            sort: 0,
            options: Vec::new(),
            is_predefined: false,
            more: BTreeMap::new(),
        }
    }

    /// What the values of this field say about their option: of a multitext the code stands in the
    /// option's text.
    pub(crate) fn code_of<'a>(&self, option: &'a EnumOption) -> Option<&'a str> {
        if self.field_type == FieldType::Multitext {
            Some(&option.value)
        } else {
            option.code.as_deref()
        }
    }

    pub(crate) fn option(&self, id: i64) -> Option<&EnumOption> {
        self.options.iter().find(|option| option.id == id)
    }

    /// A member that was sent; null when it never was.
    fn more(&self, name: &str) -> &Value {
        self.more.get(name).unwrap_or(&Value::Null)
    }

    /// The group that it stands in.
    fn group(&self) -> &str {
        let usual = if self.field_type == FieldType::TrackingData {
            groups::STATISTIC
        } else {
            groups::DEFAULT
        };
        self.more("group_id").as_str().unwrap_or(usual)
    }

    fn is_deletable(&self) -> bool {
        !self.is_predefined && self.more("is_deletable") != false
    }
}

/// Answers everything about custom fields and their groups; `None` if a request is about something
/// else.
pub(crate) fn answer(call: &mut Call<'_>) -> Option<Result<Reply, Reply>> {
    match call.resource.service {
        "custom_fields" => Some(handlers::answer(call)),
        "custom_field_groups" => Some(groups::answer(call)),
        _ => None,
    }
}
