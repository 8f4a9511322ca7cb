//! The options of a field and the nodes of a category's tree, as a definition sends them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{EnumOption, FieldDefinition};
use crate::flaws::Flaws;
use crate::record::Records;

/// An option that was sent. Its form was checked by the tables.
#[derive(Debug)]
pub(super) struct Sent {
    /// That of an option which stays.
    id: Option<i64>,
    value: String,
    code: Option<String>,
    sort: i64,
    /// What the request calls it.
    name: Option<String>,
    above: Above,
}

/// The node above a node.
#[derive(Debug)]
enum Above {
    Nothing,
    Id(i64),
    /// By what the request calls it.
    Name(String),
}

/// Reads the whole list of options or nodes. Those that are not mentioned any more are deleted, and
/// so are those that come without their ids.
///
/// A place that is not sent is the one in the list: the docs ask for it, clients leave it out.
pub(super) fn check(list: &Value, old: Option<&FieldDefinition>, flaws: &mut Flaws) -> Vec<Sent> {
    let items = list.as_array().map_or(&[][..], Vec::as_slice);
    let names = names(items, flaws);
    let kept: BTreeSet<i64> = items.iter().filter_map(|item| item["id"].as_i64()).collect();
    let mut codes = BTreeSet::new();
    let mut ids = BTreeSet::new();
    let mut found = Vec::new();
    for (index, (item, place)) in items.iter().zip(1..).enumerate() {
        let text = |key: &str| item[key].as_str().map(str::to_owned);
        flaws.within(&index.to_string(), |flaws| {
            match item.get("value") {
                None => flaws.missing("value"),
                Some(value) if value == "" => {
                    flaws.add("NotBlank", "value", "This value should not be blank.");
                }
                Some(_) => {}
            }
            let id = item["id"].as_i64();
            let is_known = |id| old.is_some_and(|old| old.option(id).is_some());
            if id.is_some_and(|id| !is_known(id) || !ids.insert(id)) {
                flaws.not_a_choice("id");
            }
            let code = text("code").filter(|code| !code.is_empty());
            if code.as_ref().is_some_and(|code| !codes.insert(code.clone())) {
                flaws.not_a_choice("code");
            }
            let above = match (item["parent_id"].as_i64(), text("parent_request_id")) {
                (Some(above), _) => {
                    if !kept.contains(&above) || Some(above) == id {
                        flaws.not_a_choice("parent_id");
                    }
                    Above::Id(above)
                }
                (None, Some(name)) => {
                    if !names.contains(&name) || text("request_id").as_ref() == Some(&name) {
                        flaws.not_a_choice("parent_request_id");
                    }
                    Above::Name(name)
                }
                (None, None) => Above::Nothing,
            };
            found.push(Sent {
                id,
                value: text("value").unwrap_or_default(),
                code,
                sort: item["sort"].as_i64().unwrap_or(place),
                name: text("request_id"),
                above,
            });
        });
    }
    if flaws.is_empty() && goes_round(&found) {
        flaws.add("InvalidValue", "", "A node can not stand under itself.");
    }
    found
}

/// What the request calls its nodes: letters and digits, each once.
fn names(items: &[Value], flaws: &mut Flaws) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (index, item) in items.iter().enumerate() {
        let Some(name) = item["request_id"].as_str() else { continue };
        let is_plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_plain || !names.insert(name.to_owned()) {
            let detail = "This value should be letters and digits, each value once.";
            flaws.add("InvalidFormat", &format!("{index}.request_id"), detail);
        }
    }
    names
}

/// Does a way up from some node never end?
fn goes_round(nodes: &[Sent]) -> bool {
    let above = |node: &Sent| {
        nodes.iter().find(|other| match &node.above {
            Above::Nothing => false,
            Above::Id(id) => other.id == Some(*id),
            Above::Name(name) => other.name.as_ref() == Some(name),
        })
    };
    nodes.iter().any(|node| {
        let mut at = Some(node);
        for _ in 0..=nodes.len() {
            let Some(node) = at else { return false };
            at = above(node);
        }
        true
    })
}

/// The options with the ids that they keep or get.
pub(super) fn with_ids(sent: Vec<Sent>, records: &mut Records) -> Vec<EnumOption> {
    let mut named = BTreeMap::new();
    let mut options = Vec::new();
    for one in sent {
        let id = one.id.unwrap_or_else(|| records.draft("enums").id);
        if let Some(name) = one.name {
            named.insert(name, id);
        }
        let Sent { value, code, sort, above, .. } = one;
        options.push((above, EnumOption { id, value, code, sort, parent: None }));
    }
    let mut options: Vec<EnumOption> = options
        .into_iter()
        .map(|(above, option)| EnumOption {
            parent: match above {
                Above::Nothing => None,
                Above::Id(id) => Some(id),
                Above::Name(name) => named.get(&name).copied(),
            },
            ..option
        })
        .collect();
    options.sort_by_key(|option| option.sort);
    options
}
