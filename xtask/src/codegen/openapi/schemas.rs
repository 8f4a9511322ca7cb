//! Schemas of what is sent and of what comes back. What has a name becomes a component, once.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Context as _, bail};
use serde_json::{Map, Value, json};

use super::{Families, words};
use crate::codegen::operation::list_of;
use crate::codegen::sandbox::members::{Line, Written};
use crate::codegen::sandbox::objects::{Described, Objects};
use crate::codegen::sandbox::types::Type;
use crate::codegen::spec::{Member, Model, Resource, Sent};

/// Is something sent, or does it come back?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Read,
    Written,
}

/// The components, and what they are made of.
pub(super) struct Schemas<'a> {
    pub(super) families: &'a Families,
    pub(super) objects: Objects<'a>,
    components: BTreeMap<String, Value>,
}

impl<'a> Schemas<'a> {
    pub(super) fn of(families: &'a Families) -> Self {
        Self { families, objects: Objects::of(families), components: BTreeMap::new() }
    }

    pub(super) fn take(&mut self) -> BTreeMap<String, Value> {
        std::mem::take(&mut self.components)
    }

    pub(super) fn model(&self, name: &str) -> Option<&'a Model> {
        self.families.values().find_map(|family| family.models.get(name))
    }

    /// A reference to a component, which is made if it is not there yet. It may name itself.
    pub(super) fn component(
        &mut self,
        name: &str,
        make: impl FnOnce(&mut Self) -> anyhow::Result<Value>,
    ) -> anyhow::Result<Value> {
        let name = name.replace("::", ".");
        if !self.components.contains_key(&name) {
            self.components.insert(name.clone(), Value::Null);
            let schema = make(self).with_context(|| format!("type {name}"))?;
            self.components.insert(name.clone(), schema);
        }
        Ok(json!({ "$ref": format!("#/components/schemas/{name}") }))
    }

    /// What is sent for a type of the description.
    pub(super) fn written(&mut self, kind: &str) -> anyhow::Result<Value> {
        let kind = self.objects.type_of(kind)?;
        self.schema(&kind, Way::Written)
    }

    /// What comes back for a type of the description. What is not described can be anything.
    pub(super) fn read(&mut self, kind: &str) -> anyhow::Result<Value> {
        if let Some(item) = list_of(kind) {
            return Ok(json!({ "type": "array", "items": self.read(item)? }));
        }
        let inner = |before: &str| kind.strip_prefix(before)?.strip_suffix('>');
        if let Some(value) = inner("BTreeMap<String,") {
            return Ok(map(&self.read(value.trim())?));
        }
        if inner("Id<").is_some() {
            return self.schema(&Type::Int, Way::Read);
        }
        if kind == "CustomFields" {
            return self.schema(&Type::CustomFields(String::new()), Way::Read);
        }
        let name = kind.split('<').next().unwrap_or(kind);
        if let Some(model) = self.model(name) {
            return self.component(name, |all| all.read_model(name, model));
        }
        match self.objects.type_of(kind) {
            Ok(kind) => self.schema(&kind, Way::Read),
            Err(_) => Ok(json!({})),
        }
    }

    /// A model as the server returns it.
    fn read_model(&mut self, of: &str, model: &Model) -> anyhow::Result<Value> {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for (name, member) in model.members.iter().filter(|(_, member)| !member.write_only) {
            if member.flat {
                let Some(Described::Sent(Sent::Object(parts))) =
                    self.objects.described(&member.kind)
                else {
                    bail!("`{}` is not described under `sent`", member.kind);
                };
                let lines = self.objects.sent(parts, Written::Both)?;
                for line in lines.iter() {
                    let schema = self.schema(&line.kind, Way::Read)?;
                    properties.insert(line.name.clone(), nullable(schema));
                }
                continue;
            }
            let key = member.key.as_deref().unwrap_or(name);
            let schema = self.read_member(member).context(name.clone())?;
            let schema =
                if key == "request_id" { repeated_id(&member.kind, schema) } else { schema };
            properties.insert(key.to_owned(), schema);
            // The links and the fields are there as a rule, but not in every answer.
            if member.required && !member.is_hal() && member.kind != "CustomFields" {
                required.push(key);
            }
        }
        let mut schema = json!({
            "type": "object",
            "description": words::plain(&model.doc, self.families),
            "properties": properties,
            "additionalProperties": true,
        });
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        self.by_kind(of, schema, Way::Read, false)
    }

    fn read_member(&mut self, member: &Member) -> anyhow::Result<Value> {
        let schema = match list_of(&member.kind).filter(|_| member.holes) {
            Some(item) => {
                let item = self.read(item)?;
                json!({ "type": ["array", "object"], "items": item, "additionalProperties": item })
            }
            None => self.read(&member.kind)?,
        };
        let name = member.kind.split('<').next().unwrap_or_default();
        let schema = if self.model(name).is_some() && !member.required {
            // PHP writes an object without members as an empty list.
            json!({ "anyOf": [schema, { "type": "array", "maxItems": 0 }, { "type": "null" }] })
        } else if member.required && member.kind != "CustomFields" {
            schema
        } else {
            nullable(schema)
        };
        Ok(described(schema, &words::plain(&member.doc, self.families)))
    }

    pub(super) fn schema(&mut self, kind: &Type, way: Way) -> anyhow::Result<Value> {
        Ok(match kind {
            Type::Amount => json!({ "type": "number" }),
            Type::AtMost(most, item) => {
                json!({ "type": "array", "items": self.schema(item, way)?, "maxItems": most })
            }
            Type::Author | Type::Id(_) | Type::Int => {
                json!({ "type": "integer", "format": "int64" })
            }
            Type::Bool => json!({ "type": "boolean" }),
            Type::CustomFields(_) => {
                let name =
                    if way == Way::Read { "CustomFieldValues" } else { "NewCustomFieldValues" };
                json!({ "$ref": format!("#/components/schemas/{name}") })
            }
            Type::Either(one, other) => {
                json!({ "anyOf": [self.schema(one, way)?, self.schema(other, way)?] })
            }
            Type::Json => json!({}),
            Type::List(item) => json!({ "type": "array", "items": self.schema(item, way)? }),
            Type::Map(value) if way == Way::Read => map(&self.schema(value, way)?),
            Type::Map(value) => {
                json!({ "type": "object", "additionalProperties": self.schema(value, way)? })
            }
            Type::NewOf(service) => {
                let found =
                    self.objects.resources().find(|(_, resource)| resource.service() == service);
                let (model, resource) = found.with_context(|| format!("no service `{service}`"))?;
                self.new_entity(model, resource)?
            }
            Type::Number(name) | Type::OneOf(name) => {
                self.component(name, |all| all.known_values(name))?
            }
            Type::Object(name) => self.named_object(name, way)?,
            Type::Ref(_) => json!({
                "type": "object",
                "properties": { "id": { "type": "integer", "format": "int64" } },
                "required": ["id"],
                "additionalProperties": false,
            }),
            Type::Tags(_) => {
                json!({ "type": "array", "items": { "$ref": "#/components/schemas/TagRef" } })
            }
            Type::Text => json!({ "type": "string" }),
            Type::Time => json!({
                "type": "integer", "format": "int64", "description": "Unix seconds.",
            }),
        })
    }

    /// An open set: one of the known values, which are said in words too, or another one.
    fn known_values(&mut self, name: &str) -> anyhow::Result<Value> {
        let families = self.families;
        let mut known: Vec<(String, String)> = Vec::new();
        let mut patterns: &[String] = &[];
        let mut doc = String::new();
        match self.objects.described(name) {
            Some(Described::Enum(one)) => {
                doc.clone_from(&one.doc);
                let values = one.values.iter();
                known.extend(values.map(|(text, value)| (text.clone(), value.doc().to_owned())));
                patterns = &one.patterns;
            }
            Some(Described::Numbers(numbers)) => {
                let values = numbers.values.iter();
                known.extend(values.map(|(text, value)| (text.clone(), value.doc.clone())));
                let values: Vec<i64> =
                    known.iter().filter_map(|(text, _)| text.parse().ok()).collect();
                return Ok(json!({
                    "description": said(&numbers.doc, &known, families),
                    "anyOf": [
                        { "type": "integer", "enum": values },
                        { "type": "integer", "format": "int64" },
                    ],
                }));
            }
            Some(Described::Texts(texts)) => {
                doc.clone_from(&texts.doc);
                known.extend(texts.values.iter().map(|text| (text.clone(), String::new())));
            }
            Some(Described::Sent(Sent::OneOf(texts))) => {
                // Where the texts are read as well, the enum knows more of them.
                known.extend(texts.iter().map(|text| (text.clone(), String::new())));
            }
            _ => bail!("`{name}` is no set of values"),
        }
        let values: Vec<String> = known.iter().map(|(text, _)| text.clone()).collect();
        known.extend(patterns.iter().map(|text| (text.clone(), String::new())));
        Ok(json!({
            "description": said(&doc, &known, families),
            "anyOf": [{ "type": "string", "enum": values }, { "type": "string" }],
        }))
    }

    fn named_object(&mut self, name: &str, way: Way) -> anyhow::Result<Value> {
        let creates = |(model, resource): &(&'a String, &'a Resource)| {
            self.objects.new_type(model, resource) == Some(name)
        };
        let found = self.objects.resources().find(creates);
        if let (Way::Written, Some((model, resource))) = (way, found) {
            return self.new_entity(model, resource);
        }
        match (way, self.model(name)) {
            (Way::Read, Some(model)) => self.component(name, |all| all.read_model(name, model)),
            (Way::Read, None) => {
                self.component(&format!("{name}Read"), |all| all.part(name, Way::Read))
            }
            (Way::Written, Some(_)) => {
                self.component(&format!("{name}Input"), |all| all.part(name, Way::Written))
            }
            (Way::Written, None) => self.component(name, |all| all.part(name, Way::Written)),
        }
    }

    /// An object inside of what is sent.
    fn part(&mut self, name: &str, way: Way) -> anyhow::Result<Value> {
        let found = self.objects.described(name);
        let found = found.with_context(|| format!("`{name}` is not described"))?;
        let mut more = Map::new();
        if let Described::Sent(Sent::Object(members)) = found
            && let Some(new) = members.get("..")
            && self.objects.service_of_new(new).is_some()
        {
            more.insert("request_id".to_owned(), request_id());
        }
        let lines = self.objects.lines(name, found)?;
        self.object(lines.iter(), more, way)
    }

    /// What creates one of a resource.
    pub(super) fn new_entity(&mut self, model: &str, of: &Resource) -> anyhow::Result<Value> {
        let name =
            self.objects.new_type(model, of).map_or_else(|| format!("New{model}"), Into::into);
        self.component(&name, |all| {
            let schema = all.entity(model, of, &|written| written != Written::Patch)?;
            all.by_kind(&name, schema, Way::Written, false)
        })
    }

    /// What changes one.
    pub(super) fn patch(&mut self, model: &str, of: &Resource) -> anyhow::Result<Value> {
        let name = of.patch.clone().unwrap_or_else(|| format!("{model}Patch"));
        self.component(&name, |all| {
            let changes =
                |written| matches!(written, Written::Patch | Written::Both | Written::Always);
            let mut schema = all.entity(model, of, &changes)?;
            // What is left out stays as it is.
            if let Some(members) = schema.as_object_mut() {
                members.remove("required");
            }
            let id = crate::codegen::sandbox::resource::id(of, &all.objects);
            schema["properties"]["id"] = all.schema(&id, Way::Written)?;
            all.by_kind(&name, schema, Way::Written, true)
        })
    }

    fn entity(
        &mut self,
        model: &str,
        of: &Resource,
        wanted: &dyn Fn(Written) -> bool,
    ) -> anyhow::Result<Value> {
        let mut more = Map::new();
        more.insert("request_id".to_owned(), request_id());
        let wanted = |line: &&Line| line.written != Written::Read && wanted(line.written);
        let embedded = self.objects.embedded(model, of)?;
        if embedded.iter().any(|line| wanted(&line)) {
            let embedded = self.object(embedded.iter().filter(wanted), Map::new(), Way::Written)?;
            more.insert("_embedded".to_owned(), embedded);
        }
        let lines = self.objects.members(model, of)?;
        self.object(lines.iter().filter(wanted), more, Way::Written)
    }

    /// An object of these lines and some properties more.
    pub(super) fn object<'l>(
        &mut self,
        lines: impl Iterator<Item = &'l Line>,
        more: Map<String, Value>,
        way: Way,
    ) -> anyhow::Result<Value> {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for line in lines {
            let schema = self.schema(&line.kind, way).with_context(|| line.name.clone())?;
            let schema = if line.nullable || way == Way::Read { nullable(schema) } else { schema };
            let schema = described(schema, &words::plain(&line.doc, self.families));
            if matches!(line.written, Written::Required | Written::Always) && way == Way::Written {
                required.push(line.name.clone());
            }
            properties.insert(line.name.clone(), schema);
        }
        properties.extend(more);
        let mut schema = json!({
            "type": "object",
            "properties": properties,
            "additionalProperties": way == Way::Read,
        });
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        Ok(schema)
    }
}

/// A request id as it comes back: some answers have the index as a number.
fn repeated_id(kind: &str, mut schema: Value) -> Value {
    if kind == "String" {
        schema["type"] = json!(["string", "integer", "null"]);
    }
    schema
}

/// A map that is read: PHP writes one without members as an empty list.
fn map(value: &Value) -> Value {
    json!({ "type": ["object", "array"], "additionalProperties": value, "maxItems": 0 })
}

fn request_id() -> Value {
    let said = "It comes back with the answer, to tell which item it is about.";
    json!({ "type": "string", "description": said })
}

/// The same or null.
pub(super) fn nullable(mut schema: Value) -> Value {
    match schema.get_mut("type") {
        Some(Value::Array(kinds)) => {
            if !kinds.contains(&json!("null")) {
                kinds.push(json!("null"));
            }
            return schema;
        }
        Some(kind) => {
            *kind = json!([kind, "null"]);
            return schema;
        }
        None => {}
    }
    if let Some(any) = schema.get_mut("anyOf").and_then(Value::as_array_mut) {
        any.push(json!({ "type": "null" }));
        return schema;
    }
    if schema.get("$ref").is_some() {
        return json!({ "anyOf": [schema, { "type": "null" }] });
    }
    schema
}

/// The same with words, after those that it has.
pub(super) fn described(mut schema: Value, words: &str) -> Value {
    if !words.is_empty() {
        let unit = schema.get("description").and_then(Value::as_str).unwrap_or_default();
        schema["description"] = json!(format!("{words} {unit}").trim());
    }
    schema
}

fn said(doc: &str, known: &[(String, String)], families: &Families) -> String {
    let mut text = words::plain(doc, families);
    text.push_str("\n\nKnown values; others may come:\n");
    for (value, doc) in known {
        let doc = words::plain(doc, families);
        let colon = if doc.is_empty() { "" } else { ": " };
        let _ = write!(text, "\n* `{value}`{colon}{doc}");
    }
    text.trim().to_owned()
}
