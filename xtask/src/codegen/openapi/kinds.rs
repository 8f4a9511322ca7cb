//! Objects of several kinds: a text says which, and what stands under `params` looks by it. Each kind
//! is a component of its own, told apart by the text.

use anyhow::Context as _;
use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use super::schemas::{Schemas, Way};
use super::words;
use crate::codegen::spec::Enum;

/// What looks by the kind.
const LOOKS: &str = "params";

impl<'a> Schemas<'a> {
    /// The same where an object is of one kind, else its kinds. What it is called is known, and
    /// whether it changes something that is there.
    pub(super) fn by_kind(
        &mut self,
        name: &str,
        whole: Value,
        way: Way,
        is_change: bool,
    ) -> anyhow::Result<Value> {
        let Some((tells, kinds)) = self.kinds(&whole) else { return Ok(whole) };
        let mut groups: IndexMap<&str, Vec<&str>> = IndexMap::new();
        for (text, value) in &kinds.values {
            if let Some(looks) = value.params() {
                groups.entry(looks).or_default().push(text);
            }
        }
        let mut parts = Vec::new();
        let mut mapping = Map::new();
        for (looks, texts) in groups {
            let model = self.model(looks).with_context(|| format!("no model `{looks}`"))?;
            // What nobody can write only comes back.
            if way == Way::Written && model.writes.is_none() {
                continue;
            }
            let said = words::plain(&model.doc, self.families);
            let component = format!("{name}{}", looks.trim_end_matches("Params"));
            let params = match way {
                Way::Written => self.written(looks)?,
                // PHP writes an object without members as an empty list.
                Way::Read => json!({ "anyOf": [
                    self.read(looks)?, { "type": "array", "maxItems": 0 }, { "type": "null" },
                ] }),
            };
            let mut one = whole.clone();
            one["description"] = json!(said);
            one["properties"][&tells] = json!({ "type": "string", "enum": texts });
            one["properties"][LOOKS] = params;
            require(&mut one, &tells);
            if way == Way::Written && !is_change {
                require(&mut one, LOOKS);
            }
            let reference = self.component(&component, |_| Ok(one))?;
            mapping
                .extend(texts.iter().map(|text| ((*text).to_owned(), reference["$ref"].clone())));
            parts.push(reference);
        }
        let mut other = whole.clone();
        if way == Way::Read {
            let known: Vec<&String> = mapping.keys().collect();
            other["description"] = json!("One of another kind.");
            other["properties"][&tells] = json!({ "type": "string", "not": { "enum": known } });
            other["properties"][LOOKS] = json!({ "type": ["object", "array", "null"] });
            require(&mut other, &tells);
        } else if let Some(members) = other["properties"].as_object_mut() {
            members.remove(&tells);
            members.remove(LOOKS);
            other["description"] = json!("A change of all but what it says.");
        }
        if way == Way::Read || is_change {
            let component = format!("{name}Other");
            parts.push(self.component(&component, |_| Ok(other))?);
        }
        let mut all = json!({ "oneOf": parts });
        if let Some(said) = whole.get("description") {
            all["description"] = said.clone();
        }
        // A change need not say the kind, and a discriminator is always there.
        if !is_change {
            all["discriminator"] = json!({ "propertyName": tells, "mapping": mapping });
        }
        Ok(all)
    }

    /// The member that tells the kind, and the kinds.
    fn kinds(&self, whole: &Value) -> Option<(String, &'a Enum)> {
        let members = whole["properties"].as_object().filter(|all| all.contains_key(LOOKS))?;
        let enums = self.families.values().flat_map(|family| &family.enums);
        let mut kinds =
            enums.filter(|(_, one)| one.values.values().any(|one| one.params().is_some()));
        kinds.find_map(|(name, one)| {
            let reference = format!("#/components/schemas/{name}");
            let is_of = |schema: &Value| {
                let mut any = schema["anyOf"].as_array().into_iter().flatten().chain([schema]);
                any.any(|schema| schema["$ref"] == *reference)
            };
            let (tells, _) = members.iter().find(|(_, schema)| is_of(schema))?;
            Some((tells.clone(), one))
        })
    }
}

fn require(object: &mut Value, member: &str) {
    let mut required = object["required"].as_array().cloned().unwrap_or_default();
    if !required.contains(&json!(member)) {
        required.push(json!(member));
    }
    object["required"] = json!(required);
}
