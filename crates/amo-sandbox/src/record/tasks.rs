//! What is special to tasks.

use serde_json::{Value, json};

use super::Behaviour;
use crate::call::Call;
use crate::check::Change;
use crate::entity::{Entity, Shown};
use crate::flaws::Flaws;
use crate::generated::tasks;
use crate::reply::Reply;

pub(super) static TASKS: Behaviour = Behaviour {
    renamed: &[("task_type", "task_type_id")],
    scope,
    check,
    settle,
    show,
    ..Behaviour::of(&tasks::TASK)
};

/// Who asks for the tasks of a card says its kind too: the docs ask for that, and that it is refused
/// otherwise is a guess.
fn scope(call: &Call<'_>) -> Result<String, Reply> {
    let filters = call.query.below("filter");
    let has = |name| filters.iter().any(|leaf| leaf.path.first() == Some(&name));
    if has("entity_id") && !has("entity_type") {
        return Err(Reply::bad_request("filter[entity_id] needs filter[entity_type]"));
    }
    Ok(String::new())
}

/// An entity is named by its kind and id together, and must be there.
fn check(change: &Change, old: Option<&Entity>, call: &Call<'_>, flaws: &mut Flaws) {
    let sent = |name| change.get(name).filter(|value| !value.is_null());
    let is_told = flaws.has("entity_id") || flaws.has("entity_type");
    if is_told || (sent("entity_id").is_none() && sent("entity_type").is_none()) {
        return;
    }
    let kind = change.text("entity_type").or_else(|| Some(old?.text("entity_type")));
    let id = change.int("entity_id").or_else(|| old?.int("entity_id"));
    match (kind.filter(|kind| !kind.is_empty()), id) {
        (None, _) => flaws.missing("entity_type"),
        (_, None) => flaws.missing("entity_id"),
        (Some(kind), Some(id)) => {
            if !call.account.knows(kind, id) {
                flaws.not_a_choice("entity_id");
            }
        }
    }
}

fn settle(task: &mut Entity, _: &Change, _: &mut Call<'_>) {
    for (name, usual) in [("task_type_id", json!(1)), ("duration", json!(0))] {
        task.set_default(name, usual);
    }
    task.set_default("is_completed", false);
}

/// A task without a result shows it as an empty list, as PHP prints an empty object.
fn show(task: &Entity, _: &Call<'_>, shown: &mut Shown<'_>) {
    if task.get("result").is_null() {
        shown.set("result", Value::Array(Vec::new()));
    }
}
