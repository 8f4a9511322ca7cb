//! Prints what the API allows to do with a resource: a capability for each operation, or a constant.

use std::fmt::Write as _;

use anyhow::{Context as _, bail, ensure};

use super::exchange;
use super::words::doc;
use crate::codegen::spec::{Family, Operation, Resource};

/// Does the server answer with the whole entity, so that the model is its own receipt? With an id of
/// another kind that is said by hand.
pub(super) fn is_receipt(name: &str, resource: &Resource) -> bool {
    let whole = |kind: &Option<String>, whole: &str| kind.as_deref() == Some(whole);
    resource.id.is_none()
        && (whole(&resource.created, name) || whole(&resource.updated, "Changed<Self>"))
}

/// `Resource` and its operations: a capability for each, or a constant where it has a `doc`.
pub(super) fn resource(
    text: &mut String,
    name: &str,
    resource: &Resource,
    family: &Family,
) -> anyhow::Result<()> {
    let Resource { name: singular, key, path, .. } = resource;
    let id = resource.id.as_deref().unwrap_or("Id<Self>");
    let scope = resource.scope.as_deref().unwrap_or("()");
    let written = resource.written_key.as_ref().map(|other| {
        format!("const WRITTEN_KEYS: &'static [&'static str] = &[\"{key}\", \"{other}\"];")
    });
    let written = written.unwrap_or_default();
    let _ = writeln!(
        text,
        "impl Sealed for {name} {{}}\n\nimpl Resource for {name} {{ type Id = {id}; type Scope = {scope};
         const NAME: &'static str = \"{singular}\"; const KEY: &'static str = \"{key}\"; const PATH: &'static str = \"{path}\"; {written} }}\n"
    );
    let mut constants = String::new();
    for (action, one) in &resource.operations {
        let Some(words) = &one.doc else {
            text.push_str(&capability(name, resource, action, one)?);
            continue;
        };
        ensure!(!one.single, "`{action}` is no capability: its `body` says whether one is sent");
        constants.push('\n');
        let exchange = exchange::words(resource, action, one, family)?;
        doc(&mut constants, "    ", &format!("{}\n\n{exchange}", words.trim_end()));
        let constant = operation(resource, action, one);
        let _ =
            writeln!(constants, "    pub const {}: Operation = {constant};", action.to_uppercase());
    }
    if !constants.is_empty() {
        let _ = writeln!(text, "impl {name} {{{constants}}}\n");
    }
    if is_receipt(name, resource) {
        let _ = writeln!(
            text,
            "impl Receipt for {name} {{ type Id = Id<Self>;

             fn id(&self) -> Id<Self> {{ self.id }}

             fn request_id(&self) -> Option<&str> {{ self.request_id.as_deref() }} }}\n"
        );
    }
    Ok(())
}

fn operation(resource: &Resource, action: &str, one: &Operation) -> String {
    let repeat = if one.repeat { "Repeatable" } else { "ActsOnce" };
    let service = resource.service();
    let path = one.at.clone().unwrap_or_else(|| format!("{}{}", resource.path, one.path));
    format!(
        "Operation::new(\"{service}\", \"{action}\", Method::{}, \"{path}\", Repeat::{repeat})",
        one.method
    )
}

/// The capability that the operation gives, named after it; empty for operations that belong to the
/// capability of another.
fn capability(
    name: &str,
    resource: &Resource,
    action: &str,
    one: &Operation,
) -> anyhow::Result<String> {
    let need = |what: &Option<String>, for_what: &str| {
        what.clone().with_context(|| format!("`{for_what}` is needed"))
    };
    let or = |what: &Option<String>, other: &str| what.clone().unwrap_or_else(|| other.to_owned());
    let find = |action: &str| {
        let one = resource.operations.get(action);
        let one = one.with_context(|| format!("`{action}` is needed"))?;
        anyhow::Ok(operation(resource, action, one))
    };
    let constant = operation(resource, action, one);
    let batch = one.batch.map(|[most, advised]| {
        format!("const BATCH: usize = {advised}; const MAX_BATCH: usize = {most};")
    });
    let batch = batch.unwrap_or_default();
    let body = match action {
        "get" => format!(
            "impl Get for {name} {{ const GET: Operation = {constant}; type With = {}; }}",
            or(&resource.with, "NoWith")
        ),
        "list" => format!(
            "impl List for {name} {{ const LIST: Operation = {constant}; type Filter = {}; type With = {}; type Order = {}; const MAX_LIMIT: u16 = {}; {} }}",
            or(&resource.filter, "NoFilter"),
            or(&resource.with, "NoWith"),
            or(&resource.order, "NoOrder"),
            one.page.context("`page` is needed")?,
            if one.before_id {
                "fn before_id(&self) -> Option<i64> { self.id.map(Id::get) }"
            } else {
                ""
            },
        ),
        "create" => {
            let single = if one.single {
                "const SINGLE: bool = true; const BATCH: usize = 1; const MAX_BATCH: usize = 1;"
            } else {
                ""
            };
            format!(
                "impl Create for {name} {{ const CREATE: Operation = {constant}; type New = {}; type Created = {}; {batch} {single} }}",
                need(&resource.new, "new")?,
                or(&resource.created, "Created<Self>"),
            )
        }
        "update" => {
            let updated = or(&resource.updated, "Updated<Self>");
            let unchanged = updated.split('<').next().unwrap_or_default();
            format!(
                "impl Update for {name} {{ const UPDATE: Operation = {constant}; type Patch = {}; type Updated = {updated};

                 fn unchanged(id: Self::Id) -> Self::Updated {{ {unchanged}::unchanged(id) }} }}",
                need(&resource.patch, "patch")?,
            )
        }
        "update_many" => format!(
            "impl UpdateMany for {name} {{ const UPDATE_MANY: Operation = {constant}; {batch} }}"
        ),
        "delete" => {
            format!("impl Delete for {name} {{ const DELETE: Operation = {constant}; }}")
        }
        "link" => {
            let entity_type = need(&resource.entity_type, "entity_type")?;
            format!(
                "impl Linkable for {name} {{ const ENTITY_TYPE: EntityType = EntityType::{entity_type}; const LINKS: Operation = {};
                 const LINK: Operation = {constant}; const UNLINK: Operation = {}; }}",
                find("links")?,
                find("unlink")?,
            )
        }
        "link_many" => format!(
            "impl LinkMany for {name} {{ const LINKS_MANY: Operation = {};
             const LINK_MANY: Operation = {constant}; const UNLINK_MANY: Operation = {}; }}",
            find("links_many")?,
            find("unlink_many")?,
        ),
        "links" | "unlink" | "links_many" | "unlink_many" => return Ok(String::new()),
        other => bail!("no capability is called `{other}`; another operation needs a `doc`"),
    };
    Ok(body + "\n\n")
}
