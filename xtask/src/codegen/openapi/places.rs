//! Where an operation is found, if its path stands for several: a parameter of `OpenAPI` has no slash.

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use crate::codegen::sandbox::objects::Objects;
use crate::codegen::sandbox::resource;
use crate::codegen::spec::{Operation, Resource};

const ALL: &[&str] = &["leads", "contacts", "companies", "customers"];

/// One form of what `{entity}` or `{parent}` stands for.
struct Form {
    /// What makes the name of the operation another one.
    suffix: &'static str,
    text: &'static str,
    entities: &'static [&'static str],
}

const fn form(suffix: &'static str, text: &'static str, entities: &'static [&'static str]) -> Form {
    Form { suffix, text, entities }
}

/// The scopes that a path names by its kind of entity.
const SCOPES: &[(&str, &[Form])] = &[
    (
        "CustomFieldsOf",
        &[
            form("", "{entity}", ALL),
            form(".of_segments", "customers/segments", &[]),
            form(".of_catalog", "catalogs/{catalog_id}", &[]),
        ],
    ),
    (
        "CustomFieldGroupsOf",
        &[form("", "{entity}", ALL), form(".of_catalog", "catalogs/{catalog_id}", &[])],
    ),
    ("FileOwner", &[form("", "{entity}", ALL), form(".of_element", "catalogs/{catalog_id}", &[])]),
    ("NoteParent", &[form("", "{entity}", ALL), form(".of_one", "{entity}/{entity_id}", ALL)]),
    ("SubscriptionsOf", &[form("", "{entity}", &["leads", "customers"])]),
    ("TagsOf", &[form("", "{entity}", ALL)]),
];

/// A path and its parameters.
pub(super) struct Place {
    pub(super) path: String,
    pub(super) suffix: &'static str,
    pub(super) parameters: Vec<Value>,
    /// The kinds of entities that its first parameter stands for.
    entities: Vec<&'static str>,
}

impl Place {
    /// May it be about customers? Their segments and stages can be switched off apart.
    pub(super) fn about_customers(&self) -> bool {
        self.path.starts_with("/api/v4/customers") || self.entities.contains(&"customers")
    }
}

/// All paths of an operation.
pub(super) fn of(
    path: &str,
    line: &Operation,
    resource: &Resource,
    objects: &Objects<'_>,
) -> anyhow::Result<Vec<Place>> {
    let Some(placeholder) = ["{entity}", "{parent}"].into_iter().find(|one| path.contains(one))
    else {
        return Ok(vec![place(path.to_owned(), "", Vec::new(), resource, objects)?]);
    };
    let scope = resource.scope.as_deref().unwrap_or_default();
    let (_, forms) = SCOPES.iter().find(|(known, _)| *known == scope).with_context(|| {
        format!("`{placeholder}` of `{scope}` is not known in openapi/places.rs")
    })?;
    forms
        .iter()
        .map(|form| {
            let path = path.replacen(placeholder, form.text, 1);
            let only = line.entities.as_deref();
            let is_meant =
                |kind: &&&str| only.is_none_or(|only| only.iter().any(|known| known == **kind));
            let entities = form.entities.iter().filter(is_meant).copied().collect();
            place(path, form.suffix, entities, resource, objects)
        })
        .collect()
}

fn place(
    path: String,
    suffix: &'static str,
    entities: Vec<&'static str>,
    resource: &Resource,
    objects: &Objects<'_>,
) -> anyhow::Result<Place> {
    let mut parameters = Vec::new();
    for segment in path.split('/').filter(|segment| segment.contains(['{', '}'])) {
        let name = segment.strip_prefix('{').and_then(|name| name.strip_suffix('}'));
        let name = name.with_context(|| format!("`{segment}` is no placeholder"))?;
        let id = resource::id(resource, objects).to_string();
        let (schema, said) = match name {
            "entity" => {
                ensure!(!entities.is_empty(), "`{path}` is of no kind of entity");
                (json!({ "type": "string", "enum": entities }), "The kind of entity.".to_owned())
            }
            "id" if id == "Int" => (integer(), format!("The id of the {}.", resource.name)),
            "id" => (json!({ "type": "string" }), format!("What names the {}.", resource.name)),
            "bot_type" | "continue_id" | "file_uuid" | "session_token" => {
                (json!({ "type": "string" }), format!("The {}.", name.replace('_', " ")))
            }
            _ => {
                let of = name.strip_suffix("_id").with_context(|| format!("what is `{name}`?"))?;
                (integer(), format!("The id of the {}.", of.replace('_', " ")))
            }
        };
        parameters.push(json!({
            "name": name, "in": "path", "required": true, "schema": schema, "description": said,
        }));
    }
    Ok(Place { path, suffix, parameters, entities })
}

fn integer() -> Value {
    json!({ "type": "integer", "format": "int64" })
}
