//! Examples of requests: a file that names operations, put into the description where they are.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail};
use serde::Deserialize;
use serde_json::{Map, Value};

/// The example of one operation.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    /// What stands in the path.
    #[serde(default)]
    path: BTreeMap<String, Value>,
    /// JSON.
    body: String,
}

/// Puts the examples of a file into the paths.
pub(super) fn put(text: &str, paths: &mut Value) -> anyhow::Result<()> {
    let examples: BTreeMap<String, Example> = toml::from_str(text)?;
    for (name, example) in &examples {
        let operation = operation(name, paths).with_context(|| format!("no operation `{name}`"))?;
        example.put(operation).with_context(|| format!("example of {name}"))?;
    }
    Ok(())
}

fn operation<'p>(name: &str, paths: &'p mut Value) -> Option<&'p mut Value> {
    let items = paths.as_object_mut()?.values_mut().filter_map(Value::as_object_mut);
    items.flat_map(Map::values_mut).find(|one| one["operationId"] == name)
}

impl Example {
    fn put(&self, operation: &mut Value) -> anyhow::Result<()> {
        let body: Value = serde_json::from_str(&self.body)?;
        let content = operation["requestBody"]["content"].as_object_mut();
        for kind in content.context("it has no body")?.values_mut() {
            kind["example"] = body.clone();
        }
        for (name, value) in &self.path {
            let mut parameters = operation["parameters"].as_array_mut().into_iter().flatten();
            let parameter = parameters.find(|one| one["in"] == "path" && one["name"] == **name);
            match parameter {
                Some(parameter) => parameter["example"] = value.clone(),
                None => bail!("`{name}` is not in the path"),
            }
        }
        Ok(())
    }
}
