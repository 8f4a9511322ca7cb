//! What is special to pipelines of leads.

use serde_json::Value;

use super::{
    Behaviour, Place, at_most, descriptions, members, not_blank, nothing_changes, statuses,
};
use crate::account::pipelines::{LOST, WON};
use crate::call::Call;
use crate::check::Change;
use crate::entity::{Entity, Kind, Shown};
use crate::flaws::Flaws;
use crate::generated::pipelines::{PIPELINE, STATUS};
use crate::reply::Reply;

pub(super) static PIPELINES: Behaviour = Behaviour {
    counted: true,
    sorted: true,
    tidy,
    check,
    together: |wanted, call, _| at_most(50, "", wanted.len(), call),
    settle,
    show,
    delete,
    ..Behaviour::of(&PIPELINE)
};

/// How many statuses of its own a pipeline may have: 100 less the three that every one has.
pub(super) const MOST_STAGES: usize = 97;

/// The official client gives each status that comes with a new pipeline a request id, of which no
/// answer says anything.
fn tidy(item: &mut Value, _: Option<&Entity>, _: &Call<'_>, _: &mut Flaws) {
    let statuses = item.pointer_mut("/_embedded/statuses").and_then(Value::as_array_mut);
    for status in statuses.into_iter().flatten().filter_map(Value::as_object_mut) {
        status.remove("request_id");
    }
}

fn check(change: &Change, old: Option<&Entity>, _: &Call<'_>, flaws: &mut Flaws) {
    nothing_changes(change, old, flaws);
    not_blank(change, "name", flaws);
    // There is always a main one: who wants another makes that the main one. A guess.
    let is_main = old.is_some_and(|old| old.get("is_main") == true);
    if is_main && change.get("is_main").is_some_and(|sent| sent == false) {
        flaws.not_a_choice("is_main");
    }
    flaws.within("_embedded", |flaws| {
        flaws.within("statuses", |flaws| check_statuses(stages(change), flaws));
    });
}

/// The statuses that a new pipeline is sent with.
fn stages(change: &Change) -> &[Value] {
    let sent = change.embedded.iter().find(|(name, _)| *name == "statuses");
    sent.and_then(|(_, sent)| sent.as_array()).map_or(&[], Vec::as_slice)
}

/// New ones, and other names for "won" and "lost": that nothing else of these is taken is a guess.
fn check_statuses(sent: &[Value], flaws: &mut Flaws) {
    let mut renamed = Vec::new();
    for (index, status) in sent.iter().enumerate() {
        flaws.within(&index.to_string(), |flaws| {
            if status["name"].as_str().is_some_and(|name| name.trim().is_empty()) {
                flaws.blank("name");
            }
            let Some(id) = status["id"].as_i64() else {
                let sent = &status["descriptions"];
                flaws.within("descriptions", |flaws| {
                    descriptions::check(sent, &Value::Null, flaws);
                });
                return;
            };
            if ![WON, LOST].contains(&id) || renamed.contains(&id) {
                flaws.not_a_choice("id");
            }
            renamed.push(id);
            for name in ["sort", "color", "descriptions"] {
                if status.get(name).is_some() {
                    flaws.unexpected(name);
                }
            }
        });
    }
    if sent.len() - renamed.len() > MOST_STAGES {
        let detail = format!("A pipeline can have at most {MOST_STAGES} statuses of its own.");
        flaws.add("InvalidValue", "", &detail);
    }
}

fn settle(pipeline: &mut Entity, change: &Change, call: &mut Call<'_>) {
    let is_new = call.account.records.get(PIPELINE.service, "", pipeline.id).is_none();
    pipeline.set_default("is_archive", false);
    if is_new {
        add_statuses(pipeline.id, stages(change), call);
    }
    // There is one main pipeline, and its place is given by the server.
    if pipeline.get("is_main") == true {
        pipeline.set("sort", 1);
        let others = call.account.records.of(PIPELINE.service, "").to_vec();
        for mut other in others.into_iter().filter(|other| other.id != pipeline.id) {
            other.set("is_main", false);
            call.account.records.keep(PIPELINE.service, "", other);
        }
    }
}

/// The statuses that every pipeline has: ids where all have the same, names, places, colours.
pub(super) const SYSTEM: [(Option<i64>, &str, i64, &str); 3] = [
    (None, "Incoming leads", 10, "#c1c1c1"),
    (Some(WON), "Won", 10_000, "#CCFF66"),
    (Some(LOST), "Lost", 11_000, "#D5D8DB"),
];

pub(super) fn system_status(
    mut status: Entity,
    name: &str,
    sort: i64,
    color: &str,
    pipeline: i64,
) -> Entity {
    status.set("type", i32::from(![WON, LOST].contains(&status.id)));
    status.set("name", name);
    status.set("sort", sort);
    status.set("color", color);
    status.set("is_editable", false);
    status.set("pipeline_id", pipeline);
    status
}

/// The three that every pipeline has, and those that were sent.
fn add_statuses(pipeline: i64, sent: &[Value], call: &mut Call<'_>) {
    let name_of = |id: i64, usual: &str| {
        let renamed = sent.iter().find(|status| status["id"] == id);
        renamed.and_then(|status| status["name"].as_str()).unwrap_or(usual).to_owned()
    };
    let place = pipeline.to_string();
    for (id, usual, sort, color) in SYSTEM {
        let new = || call.account.records.draft(STATUS.service);
        let status = id.map_or_else(new, Entity::new);
        let name = name_of(status.id, usual);
        let status = system_status(status, &name, sort, color, pipeline);
        call.account.records.keep(STATUS.service, &place, status);
    }
    // One that says no place comes last.
    for sent in sent.iter().filter(|sent| sent.get("id").is_none()) {
        let mut status = call.account.records.draft(STATUS.service);
        status.set("name", sent["name"].clone());
        status.set("sort", sent["sort"].as_i64().unwrap_or(i64::MAX));
        if let Some(color) = sent.get("color") {
            status.set("color", color.clone());
        }
        statuses::complete(&mut status, pipeline, &sent["descriptions"], call);
        call.account.records.keep(STATUS.service, &place, status);
    }
    statuses::renumber(call, &place);
}

/// Its statuses, without descriptions.
fn show(pipeline: &Entity, call: &Call<'_>, shown: &mut Shown<'_>) {
    let Some(known) = call.account.pipeline(pipeline.id) else { return };
    let parameters = [("pipeline_id", pipeline.id.to_string())];
    let place = Place { base: call.base, parameters: &parameters };
    let show = |status| members(status, &STATUS, call.account, &place, &|_| false).into_value();
    shown.embed("statuses", known.shown().into_iter().map(show).collect::<Value>());
}

/// Not the last one, and not one with leads. Leads in the recycle bin do not count, and the first
/// of the others becomes the main one if this was it: guesses.
fn delete(pipeline: &Entity, call: &mut Call<'_>) -> Result<(), Reply> {
    let account = &mut *call.account;
    let mut others = account.records.of(PIPELINE.service, "").to_vec();
    others.retain(|other| other.id != pipeline.id);
    others.sort_by_key(|other| (other.int("sort"), other.id));
    let Some(next) = others.first_mut() else {
        return Err(Reply::bad_request("The last pipeline can not be deleted"));
    };
    let leads = account.collections.get(&Kind::Leads).into_iter();
    let mut leads = leads.flat_map(|leads| leads.live().iter());
    if leads.any(|lead| lead.int("pipeline_id") == Some(pipeline.id)) {
        return Err(Reply::bad_request("A pipeline with leads can not be deleted"));
    }
    if pipeline.get("is_main") == true {
        next.set("is_main", true);
        next.set("sort", 1);
        account.records.keep(PIPELINE.service, "", next.clone());
    }
    account.records.remove_all(STATUS.service, &pipeline.id.to_string());
    Ok(())
}
