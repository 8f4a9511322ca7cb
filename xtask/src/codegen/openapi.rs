//! `cargo xtask openapi`: writes an `OpenAPI` 3.1 description of the whole API from the description in
//! `xtask/spec/`, read by the same eyes as the tables of the sandbox.

mod access;
mod examples;
mod fields;
mod fixed;
mod kinds;
mod legacy;
mod legacy_schemas;
mod parameters;
mod paths;
mod places;
mod responses;
mod schemas;
mod shared;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context as _, bail};
use serde_json::{Map, Value, json};
use xshell::Shell;

use self::paths::Paths;
use self::schemas::Schemas;
use super::spec::Family;

type Families = BTreeMap<String, Family>;

const FILE: &str = "crates/amo-sandbox/openapi.json";
const EXAMPLES: &str = "xtask/openapi/examples.toml";

/// Writes the file, or with `check` fails if it is not what the description gives.
pub(crate) fn run(sh: &Shell, check: bool) -> anyhow::Result<()> {
    let root = sh.current_dir();
    let examples = fs::read_to_string(root.join(EXAMPLES)).with_context(|| EXAMPLES)?;
    let text = text(&super::read(&root.join(super::SPEC))?, &examples)?;
    let path = root.join(FILE);
    if path.exists()
        && fs::read_to_string(&path).with_context(|| format!("reading {FILE}"))? == text
    {
        return Ok(());
    }
    if check {
        bail!("{FILE} is not what {} describes: run `cargo xtask openapi`", super::SPEC);
    }
    fs::write(path, text).with_context(|| format!("writing {FILE}"))?;
    eprintln!("wrote {FILE}");
    Ok(())
}

/// The document as it lies in the file.
fn text(families: &Families, examples: &str) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(&sorted(document(families, examples)?))? + "\n")
}

fn document(families: &Families, examples: &str) -> anyhow::Result<Value> {
    let mut schemas = Schemas::of(families);
    let mut paths = Paths::default();
    let mut tags: BTreeMap<&str, Value> = BTreeMap::new();
    for (name, family) in families {
        for (model, resource) in &family.resources {
            paths
                .resource(model, resource, family.page.as_deref(), &mut schemas)
                .with_context(|| format!("resource {model} of {name}"))?;
            let mut tag = json!({
                "name": resource.service(),
                "description": words::plain(&family.doc, families),
            });
            if let Some(page) = &family.page {
                tag["externalDocs"] = json!({ "url": page });
            }
            tags.insert(resource.service(), tag);
        }
    }
    tags.insert("access", access::tag());
    tags.insert("version_2", legacy::tag());
    let mut all = paths.finish();
    if let (Value::Object(all), Value::Object(access)) = (&mut all, access::paths()) {
        all.extend(access);
        all.extend(legacy::paths());
    }
    examples::put(examples, &mut all).context(EXAMPLES)?;
    let mut components = fixed::components();
    components["schemas"] = shared::all(&mut schemas)?;
    Ok(json!({
        "openapi": "3.1.0",
        "info": fixed::info(),
        "servers": fixed::account_servers(),
        "security": [{ "bearer": [] }, { "oauth2": ["crm"] }],
        "tags": tags.into_values().collect::<Vec<_>>(),
        "paths": all,
        "components": components,
    }))
}

/// The same with the keys of every object in order: whether `serde_json` keeps them as they came
/// hangs on what else is built.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members: BTreeMap<String, Value> = members.into_iter().collect();
            let members = members.into_iter().map(|(key, value)| (key, sorted(value)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        plain => plain,
    }
}
