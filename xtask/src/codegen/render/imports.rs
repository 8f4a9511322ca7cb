//! Prints what a module imports: everything that it names and does not define.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{items, resource};
use crate::codegen::spec::{Family, Resource};

/// What does not come from the crate itself.
const FOREIGN: [&str; 10] =
    ["Method", "Sealed", "Option", "Vec", "String", "BTreeMap", "Value", "Self", "Other", "T"];

/// Everything that the body names and does not define.
pub(super) fn imports(body: &str, family: &Family) -> String {
    let types = types(family);
    let names = |kind: &str| types.iter().any(|types| words_of(types).any(|word| word == kind));
    let mut text = String::new();
    if names("BTreeMap") {
        text.push_str("use std::collections::BTreeMap;\n\n");
    }
    if names("Value") {
        text.push_str("use serde_json::Value;\n\n");
    }
    if !family.resources.is_empty() {
        text.push_str("use http::Method;\n\n");
    }
    let macros = [("filter!", "filter::filter"), ("model!", "model::model")];
    for (call, path) in macros {
        if body.contains(&format!("\n{call} {{")) || body.starts_with(call) {
            let _ = writeln!(text, "use crate::{path};");
        }
    }
    let enums: Vec<&str> = [("open_enum! {", "open_enum"), ("query_names!(", "query_names")]
        .into_iter()
        .filter_map(|(call, name)| body.contains(call).then_some(name))
        .collect();
    if !enums.is_empty() {
        let _ = writeln!(text, "use crate::open_enum::{{{}}};", enums.join(", "));
    }
    if !family.numbers.is_empty() {
        text.push_str("use crate::open_number::open_number;\n");
    }
    let writes: Vec<&str> =
        [("\nbuild! {", "build"), ("\ncreate! {", "create"), ("\nwritable! {", "writable")]
            .into_iter()
            .filter_map(|(call, name)| body.contains(call).then_some(name))
            .collect();
    if !writes.is_empty() {
        let _ = writeln!(text, "use crate::writable::{{{}}};", writes.join(", "));
    }
    if !family.resources.is_empty() {
        text.push_str("use crate::resource::sealed::Sealed;\n");
    }
    if !family.text_ids.is_empty() {
        text.push_str("use crate::text_id::text_id;\n");
    }
    let mut defined = items(family);
    defined.extend(FOREIGN);
    let used = types.iter().flat_map(|types| words_of(types));
    let used: BTreeSet<&str> = used.filter(|word| !defined.contains(word)).collect();
    if !used.is_empty() {
        let _ =
            writeln!(text, "use crate::{{{}}};", used.into_iter().collect::<Vec<_>>().join(", "));
    }
    text.push('\n');
    text
}

/// The names of types in an expression such as `Option<Vec<Reference<Lead>>>`.
fn words_of(types: &str) -> impl Iterator<Item = &str> {
    let words = types.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.filter(|word| word.starts_with(char::is_uppercase))
}

/// The types that the family names, as expressions.
fn types(family: &Family) -> Vec<String> {
    let mut types: Vec<String> = Vec::new();
    types.extend(family.ids.keys().map(|_| "Id".to_owned()));
    for model in family.models.values() {
        types.extend(model.members.values().map(|member| member.kind.clone()));
        types.extend(model.members.values().filter_map(|member| member.new_type.clone()));
    }
    let filters = family.filters.values().filter(|filter| !filter.by_hand);
    let members = filters.flat_map(|filter| filter.members.values());
    for member in members.filter(|member| !member.by_hand) {
        types.extend([&member.list, &member.range, &member.one].into_iter().flatten().cloned());
    }
    // A resource that is no model of the family is declared by hand.
    types.extend(family.resources.keys().cloned());
    for (name, resource) in &family.resources {
        if resource::is_receipt(name, resource) {
            types.push("Receipt".to_owned());
        }
        let Resource { with, order, filter, created, updated, .. } = resource;
        types.extend(["Resource", "Operation", "Repeat"].map(str::to_owned));
        types.push(resource.id.clone().unwrap_or_else(|| "Id<Self>".to_owned()));
        types.extend(
            [&resource.scope, &resource.new, &resource.patch].into_iter().flatten().cloned(),
        );
        let or =
            |kind: &Option<String>, other: &str| kind.clone().unwrap_or_else(|| other.to_owned());
        let capabilities = resource.operations.iter().filter(|(_, one)| one.doc.is_none());
        for (action, _) in capabilities {
            match action.as_str() {
                "get" => types.extend(["Get".to_owned(), or(with, "NoWith")]),
                "list" => {
                    let (filter, order) = (or(filter, "NoFilter"), or(order, "NoOrder"));
                    types.extend(["List".to_owned(), or(with, "NoWith"), filter, order]);
                }
                "create" => types.extend(["Create".to_owned(), or(created, "Created<Self>")]),
                "update" => types.extend(["Update".to_owned(), or(updated, "Updated<Self>")]),
                "update_many" => types.push("UpdateMany".to_owned()),
                "delete" => types.push("Delete".to_owned()),
                "link" => types.extend(["Linkable", "EntityType"].map(str::to_owned)),
                "link_many" => types.push("LinkMany".to_owned()),
                _ => {}
            }
        }
    }
    types
}
