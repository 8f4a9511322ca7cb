//! What is special to the statuses (stages) of a pipeline.

use serde_json::{Value, json};

use super::pipelines::MOST_STAGES;
use super::{Behaviour, at_most, descriptions, not_blank, nothing_changes};
use crate::account::pipelines::{is_incoming, is_system};
use crate::call::Call;
use crate::check::Change;
use crate::entity::{Entity, Kind, Shown};
use crate::flaws::Flaws;
use crate::generated::pipelines::STATUS;
use crate::reply::Reply;

pub(super) static STATUSES: Behaviour = Behaviour {
    counted: true,
    linkless: &["list", "create"],
    sorted: true,
    scope,
    sees: Some(sees),
    check,
    together: |wanted, call, _| {
        at_most(MOST_STAGES + 3, call.parameter("pipeline_id"), wanted.len(), call)
    },
    settle,
    show,
    delete,
    finish: renumber,
    ..Behaviour::of(&STATUS)
};

/// The pipeline of the path. One that is not there is 404, also for additions: a guess.
fn scope(call: &Call<'_>) -> Result<String, Reply> {
    let id = call.id(call.parameter("pipeline_id"))?;
    let known = call.account.pipeline(id);
    known.ok_or_else(|| Reply::not_found("There is no pipeline with this id"))?;
    Ok(id.to_string())
}

/// The status of incoming leads is there where it is switched on.
fn sees(call: &Call<'_>, status: &Entity) -> bool {
    let pipeline = status.int("pipeline_id").and_then(|id| call.account.pipeline(id));
    !is_incoming(status) || pipeline.is_some_and(|pipeline| pipeline.is_unsorted_on)
}

fn check(change: &Change, old: Option<&Entity>, _: &Call<'_>, flaws: &mut Flaws) {
    nothing_changes(change, old, flaws);
    not_blank(change, "name", flaws);
    let written = old.map_or(&Value::Null, |old| old.get("descriptions"));
    let sent = change.get("descriptions").unwrap_or(&Value::Null);
    flaws.within("descriptions", |flaws| descriptions::check(sent, written, flaws));
    let Some(old) = old.filter(|old| is_system(old)) else { return };
    // Of "won" and "lost" only the name can be changed. Clients that send back what they read
    // change nothing.
    for (name, sent) in &change.members {
        let may = *name == "name" && !is_incoming(old);
        let is_same = old.get(name) == sent || (*name == "descriptions" && *sent == json!([]));
        if !may && !is_same {
            flaws.unexpected(name);
        }
    }
}

fn settle(status: &mut Entity, change: &Change, call: &mut Call<'_>) {
    let pipeline = call.id(call.parameter("pipeline_id")).unwrap_or_default();
    let sent = change.get("descriptions").cloned().unwrap_or_default();
    if is_system(status) {
        status.set("descriptions", json!([]));
    } else {
        complete(status, pipeline, &sent, call);
    }
}

/// Fills what follows from the rest. The usual colour is a guess.
pub(super) fn complete(status: &mut Entity, pipeline: i64, sent: &Value, call: &mut Call<'_>) {
    let old = call.account.records.get(STATUS.service, &pipeline.to_string(), status.id);
    let written = old.map(|old| old.get("descriptions").clone()).unwrap_or_default();
    status.set_default("color", "#fffeb2");
    status.set("is_editable", true);
    status.set("pipeline_id", pipeline);
    status.set("type", 0);
    let place = (pipeline, status.id);
    status.set("descriptions", descriptions::laid_over(&written, sent, place, call));
}

/// Numbers the stages of a pipeline anew, in the order that their `sort` means: an example of the
/// docs sends 100 and 200 and gets 60 and 70. The stage of incoming leads has 10. That of two with
/// one `sort` the older comes first is a guess.
pub(super) fn renumber(call: &mut Call<'_>, pipeline: &str) {
    let records = &mut call.account.records;
    let mut stages = records.of(STATUS.service, pipeline).to_vec();
    stages.retain(|status| !is_system(status));
    stages.sort_by_key(|status| (status.int("sort"), status.id));
    for (mut status, number) in stages.into_iter().zip(2..) {
        status.set("sort", number * 10);
        records.keep(STATUS.service, pipeline, status);
    }
}

/// Answers to writes say the descriptions unasked.
fn show(status: &Entity, call: &Call<'_>, shown: &mut Shown<'_>) {
    let descriptions = Some(status.get("descriptions")).filter(|value| !value.is_null());
    let descriptions = descriptions.cloned().unwrap_or_else(|| json!([]));
    if call.method != "GET" || call.query.with().any(|word| word == "descriptions") {
        shown.set("descriptions", descriptions);
    }
}

/// Its leads move to the first stage. That the system ones and the last of a pipeline's own must stay
/// is a guess.
fn delete(status: &Entity, call: &mut Call<'_>) -> Result<(), Reply> {
    if is_system(status) {
        return Err(Reply::bad_request("A system status can not be deleted"));
    }
    let pipeline = status.int("pipeline_id");
    let known = pipeline.and_then(|id| call.account.pipeline(id));
    let stages = known.map(|known| known.stages()).unwrap_or_default();
    let Some(first) = stages.iter().map(|stage| stage.id).find(|id| *id != status.id) else {
        return Err(Reply::bad_request("The last status of a pipeline can not be deleted"));
    };
    let Some(leads) = call.account.collections.get_mut(&Kind::Leads) else { return Ok(()) };
    let mut moved = leads.live().to_vec();
    moved.retain(|lead| lead.int("status_id") == Some(status.id));
    for mut lead in moved {
        lead.set("status_id", first);
        leads.keep(lead);
    }
    Ok(())
}
