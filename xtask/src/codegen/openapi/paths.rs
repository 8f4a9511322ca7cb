//! The operations under their paths.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail, ensure};
use serde_json::{Map, Value, json};

use super::places::Place;
use super::responses::Asked;
use super::schemas::{Schemas, Way, nullable};
use super::{fixed, parameters, places, responses, words};
use crate::codegen::operation::{Answer, Body, Meaning};
use crate::codegen::sandbox::objects::Described;
use crate::codegen::sandbox::resource as table;
use crate::codegen::spec::{Operation, Resource};

/// The services whose lists can be searched by a text.
const SEARCHED: [&str; 6] = ["leads", "contacts", "companies", "customers", "elements", "tags"];

/// Everything that was put under a path so far.
#[derive(Default)]
pub(super) struct Paths {
    items: BTreeMap<String, Value>,
    /// The names of operations, and where they are.
    names: BTreeMap<String, String>,
    /// Paths without the names of their parameters: `OpenAPI` takes no two that differ only there.
    templates: BTreeMap<String, String>,
    /// The model of each service that was there first.
    services: BTreeMap<String, String>,
}

/// One operation and what it belongs to.
struct One<'a> {
    model: &'a str,
    resource: &'a Resource,
    /// Where the vendor describes it.
    page: Option<&'a str>,
    action: &'a str,
    line: &'a Operation,
    meaning: Meaning<'a>,
}

impl Paths {
    pub(super) fn finish(self) -> Value {
        json!(self.items)
    }

    pub(super) fn resource(
        &mut self,
        model: &str,
        resource: &Resource,
        page: Option<&str>,
        schemas: &mut Schemas<'_>,
    ) -> anyhow::Result<()> {
        let service = resource.service();
        let first = self.services.entry(service.to_owned()).or_insert_with(|| model.to_owned());
        // Incoming forms and calls are read as `unsorted`, and made each by its own name.
        let name =
            if first == model { service.to_owned() } else { resource.name.replace(' ', "_") };
        for (action, line) in &resource.operations {
            let meaning = Meaning::of(resource, action, line)?;
            let one = One { model, resource, page, action, line, meaning };
            self.operation(&name, &one, schemas).with_context(|| format!("operation {action}"))?;
        }
        Ok(())
    }

    fn operation(
        &mut self,
        service: &str,
        one: &One<'_>,
        schemas: &mut Schemas<'_>,
    ) -> anyhow::Result<()> {
        let path = match &one.line.at {
            Some(path) => path.clone(),
            None => format!("{}{}", one.resource.path, one.line.path),
        };
        let method = one.line.method.to_lowercase();
        for place in places::of(&path, one.line, one.resource, &schemas.objects)? {
            let name = format!("{service}.{}{}", one.action, place.suffix);
            if let Some(other) = self.names.insert(name.clone(), place.path.clone()) {
                bail!("`{name}` is at {other} and at {}", place.path);
            }
            let known = self.templates.entry(template(&place.path));
            let known = known.or_insert_with(|| place.path.clone());
            ensure!(*known == place.path, "{known} and {} are one path", place.path);
            let item = self.items.entry(place.path.clone()).or_insert_with(|| shared(&place.path));
            ensure!(item.get(&method).is_none(), "{method} {} is there twice", place.path);
            let mut operation = one.describe(&place, schemas)?;
            operation["operationId"] = json!(name);
            if let Some(security) = fixed::security(&method, &place.path) {
                operation["security"] = security;
            }
            let mut parameters = place.parameters;
            parameters.extend(fixed::headers(&place.path));
            parameters.extend(one.query(schemas)?);
            if !parameters.is_empty() {
                operation["parameters"] = json!(parameters);
            }
            item[method.as_str()] = operation;
        }
        Ok(())
    }
}

/// What all operations of a path have.
fn shared(path: &str) -> Value {
    let mut item = json!({});
    if let Some(servers) = fixed::servers(path) {
        item["servers"] = servers;
    }
    if let Some(parameters) = fixed::shared_parameters(path) {
        item["parameters"] = parameters;
    }
    item
}

/// The path with nameless parameters.
fn template(path: &str) -> String {
    let segments = path.split('/').map(|one| if one.starts_with('{') { "{}" } else { one });
    segments.collect::<Vec<_>>().join("/")
}

impl One<'_> {
    fn describe(&self, place: &Place, schemas: &mut Schemas<'_>) -> anyhow::Result<Value> {
        let doc = match &self.line.doc {
            Some(doc) => words::plain(doc, schemas.families),
            None => self.summary()?,
        };
        // The first sentence; what is said in one is no summary and description alike.
        let summary = doc.split_once(". ").map_or(doc.as_str(), |(first, _)| first);
        let mut operation = json!({
            "summary": summary.trim_end_matches('.'),
            "tags": [self.resource.service()],
            "x-repeatable": self.line.repeat,
        });
        if let Some(page) = self.page {
            operation["externalDocs"] = json!({ "url": page });
        }
        let mut said =
            if doc.trim_end_matches('.') == summary { String::new() } else { doc.clone() };
        let body = self.body(schemas)?;
        if let Some(body) = body {
            operation["requestBody"] = body;
        }
        if let Some([most, advised]) = self.line.batch {
            said = format!("{said} At most {most} items in one request; {advised} are advised.");
        }
        if !said.is_empty() {
            operation["description"] = json!(said.trim());
        }
        let mut responses = Map::new();
        for code in &self.meaning.success {
            responses.insert(code.to_string(), self.answer(*code, &place.path, schemas)?);
        }
        responses.extend(responses::failures(&Asked {
            path: &place.path,
            has_body: self.meaning.body != Body::Nothing,
            about_customers: place.about_customers(),
        }));
        if self.line.partly {
            let kind = responses::content_type(&place.path);
            let answer = self.answer(200, &place.path, schemas)?["content"][kind].clone();
            responses.insert("400".to_owned(), responses::nothing_saved(kind, &answer));
        }
        operation["responses"] = Value::Object(responses);
        Ok(operation)
    }

    /// What the capability does.
    fn summary(&self) -> anyhow::Result<String> {
        let one = &self.resource.name;
        let several = self.resource.service().replace('_', " ");
        Ok(match self.action {
            "get" => format!("Reads one {one}"),
            "list" => format!("Lists {several}"),
            "create" => format!("Creates {several}"),
            "update" => format!("Changes one {one}"),
            "update_many" => format!("Changes several {several}"),
            "delete" => format!("Deletes one {one}"),
            "links" => format!("Lists what one {one} is linked with"),
            "link" => format!("Links one {one} with others"),
            "unlink" => format!("Ends links of one {one}"),
            "links_many" => format!("Lists what several {several} are linked with"),
            "link_many" => format!("Links several {several} with others"),
            "unlink_many" => format!("Ends links of several {several}"),
            other => bail!("`{other}` is no known capability and has no `doc`"),
        })
    }

    /// A body of this type.
    fn sent(&self, kind: &str, schemas: &mut Schemas<'_>) -> anyhow::Result<Value> {
        if schemas.objects.new_type(self.model, self.resource) == Some(kind) {
            return schemas.new_entity(self.model, self.resource);
        }
        if self.resource.patch.as_deref() == Some(kind) {
            return schemas.patch(self.model, self.resource);
        }
        schemas.written(kind)
    }

    fn body(&self, schemas: &mut Schemas<'_>) -> anyhow::Result<Option<Value>> {
        let list = |kind: &str, schemas: &mut Schemas<'_>| {
            let mut item = self.sent(kind, schemas)?;
            // In a list nothing else says which one is meant.
            if self.action == "update_many" {
                item = json!({ "allOf": [item, { "required": ["id"] }] });
            }
            let mut list = json!({ "type": "array", "items": item, "minItems": 1 });
            if let Some([most, _]) = self.line.batch {
                list["maxItems"] = json!(most);
            }
            anyhow::Ok(list)
        };
        let schema = match self.meaning.body {
            Body::Nothing => return Ok(None),
            Body::Bytes => {
                let content = json!({ "application/octet-stream": {} });
                return Ok(Some(json!({ "required": true, "content": content })));
            }
            Body::One(kind) => self.sent(kind, schemas)?,
            Body::List(kind) => list(kind, schemas)?,
            Body::OneOrList(kind) => {
                let many = list(kind, schemas)?;
                json!({ "oneOf": [self.sent(kind, schemas)?, many] })
            }
        };
        let content = json!({ "application/json": { "schema": schema } });
        Ok(Some(json!({ "required": true, "content": content })))
    }

    fn answer(&self, code: u16, path: &str, schemas: &mut Schemas<'_>) -> anyhow::Result<Value> {
        if code == 204 {
            return Ok(json!({ "description": "Nothing there, or done; the body is empty." }));
        }
        let schema = match self.meaning.answer {
            // What is only accepted is sometimes confirmed by a word that is no JSON.
            Answer::Nothing if code == 202 => {
                let said = "Accepted; the body is empty, an empty object or a word.";
                return Ok(json!({ "description": said }));
            }
            Answer::Nothing => return Ok(json!({ "description": "Done; the body is empty." })),
            Answer::Page => self.envelope("PageEnvelope", schemas)?,
            Answer::Items => self.envelope("ListEnvelope", schemas)?,
            Answer::Item => self.item(schemas)?,
            Answer::One(kind) => schemas.read(kind)?,
            Answer::List(kind) => json!({ "type": "array", "items": schemas.read(kind)? }),
        };
        let content = json!({ responses::content_type(path): { "schema": schema } });
        Ok(json!({ "description": "Done.", "content": content }))
    }

    fn envelope(&self, envelope: &str, schemas: &mut Schemas<'_>) -> anyhow::Result<Value> {
        let list = json!({ "type": "array", "items": self.item(schemas)? });
        let key = self.meaning.key;
        let mut embedded = json!({ "type": "object", "properties": { key: list } });
        match self.resource.written_key.as_deref().filter(|_| self.line.method != "GET") {
            // Either of the two.
            Some(other) if other != key => embedded["properties"][other] = list,
            _ => embedded["required"] = json!([key]),
        }
        let mut properties = json!({ "_embedded": embedded });
        if self.line.partly {
            let said = "What was not saved.";
            properties["errors"] =
                json!({ "type": "array", "description": said, "items": { "type": "object" } });
        }
        Ok(json!({
            "allOf": [{ "$ref": format!("#/components/schemas/{envelope}") }],
            "properties": properties,
            "required": ["_embedded"],
        }))
    }

    /// One entity of the answer: whole, or a receipt.
    fn item(&self, schemas: &mut Schemas<'_>) -> anyhow::Result<Value> {
        if self.meaning.key == "links" && self.resource.key != "links" {
            return schemas.read("Link");
        }
        let written = match self.action {
            "create" => self.resource.created.as_deref(),
            "update" | "update_many" => self.resource.updated.as_deref(),
            _ => None,
        };
        // `Changed<Self>` is the entity itself, with what belongs to the answer.
        let written = written.filter(|kind| !kind.contains('<')).unwrap_or(self.model);
        let Some(shows) = &self.meaning.shows else { return schemas.read(written) };
        let id = table::id(self.resource, &schemas.objects);
        let mut properties = Map::new();
        properties.insert("id".to_owned(), schemas.schema(&id, Way::Read)?);
        properties
            .insert("request_id".to_owned(), json!({ "type": ["string", "integer", "null"] }));
        properties.insert("_links".to_owned(), schemas.read("Links")?);
        if let Some(Described::Model(model)) = schemas.objects.described(self.model) {
            for name in shows {
                if let Some(member) = model.members.get(name) {
                    properties.insert(name.clone(), nullable(schemas.read(&member.kind)?));
                }
            }
        }
        let mut receipt = json!({ "type": "object", "properties": properties });
        if let Some(Described::Model(model)) = schemas.objects.described(self.model)
            && model.members.get("id").is_some_and(|id| id.required)
        {
            receipt["required"] = json!(["id"]);
        }
        receipt["additionalProperties"] = json!(true);
        Ok(receipt)
    }

    /// What the query may say.
    fn query(&self, schemas: &mut Schemas<'_>) -> anyhow::Result<Vec<Value>> {
        let mut all = Vec::new();
        let Self { resource, meaning, line, .. } = self;
        let lists = matches!(meaning.answer, Answer::Page | Answer::Items);
        // The filter of an operation's own is the only thing that it takes.
        if let Some(filter) = meaning.filter {
            let filter = schemas.objects.filter(filter).context("its filter is not described")?;
            return parameters::filter(filter, schemas);
        }
        if line.method != "GET" || !(lists || meaning.answer == Answer::Item) {
            return Ok(all);
        }
        if let Some(with) = &resource.with {
            all.push(parameters::with(with, schemas)?);
        }
        if !lists {
            return Ok(all);
        }
        if let Some(most) = line.page.filter(|_| meaning.answer == Answer::Page) {
            all.extend(parameters::paging(most));
        }
        if SEARCHED.contains(&resource.service()) {
            all.push(parameters::search());
        }
        if let Some(order) = &resource.order {
            let Some(Described::Enum(order)) = schemas.objects.described(order) else {
                bail!("`{order}` is no enum");
            };
            all.extend(parameters::order(order, schemas));
        }
        if let Some(name) = &resource.filter {
            let filter = schemas.objects.filter(name);
            let filter = filter.with_context(|| format!("`{name}` is not described"))?;
            all.extend(parameters::filter(filter, schemas)?);
        }
        Ok(all)
    }
}
