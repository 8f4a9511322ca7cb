//! Pipelines, their statuses and the reasons for losing a lead: read only as yet.

use serde_json::{Value, json};

use crate::call::{Call, api_url};
use crate::page;
use crate::reply::Reply;

/// The status of a won lead in every pipeline.
pub(crate) const WON: i64 = 142;
/// The status of a lost lead in every pipeline.
pub(crate) const LOST: i64 = 143;

/// A pipeline.
#[derive(Debug, Clone)]
pub(crate) struct Pipeline {
    pub(crate) id: i64,
    pub(crate) name: &'static str,
    pub(crate) is_main: bool,
    pub(crate) statuses: Vec<Status>,
}

/// A status (stage) of a pipeline.
#[derive(Debug, Clone)]
pub(crate) struct Status {
    pub(crate) id: i64,
    pub(crate) name: &'static str,
    pub(crate) sort: i64,
    pub(crate) color: &'static str,
    /// The stage of incoming leads.
    pub(crate) is_unsorted: bool,
}

/// A reason for losing a lead.
#[derive(Debug, Clone)]
pub(crate) struct LossReason {
    pub(crate) id: i64,
    pub(crate) name: &'static str,
    pub(crate) sort: i64,
    pub(crate) created_at: i64,
}

impl Pipeline {
    pub(crate) fn has_status(&self, id: i64) -> bool {
        self.statuses.iter().any(|status| status.id == id)
    }

    /// Where a new lead starts: the first stage that is not the one of incoming leads.
    pub(crate) fn first_status(&self) -> Option<i64> {
        self.statuses
            .iter()
            .filter(|status| !status.is_unsorted)
            .min_by_key(|status| status.sort)
            .map(|found| found.id)
    }
}

impl Status {
    /// The three system statuses can only be renamed.
    fn is_editable(&self) -> bool {
        !self.is_unsorted && self.id != WON && self.id != LOST
    }
}

/// Answers everything below `/api/v4/leads/pipelines`. A missing pipeline or status is 404: a
/// guess, as the docs promise 204 only for leads, contacts, companies and customers.
pub(crate) fn answer(call: &mut Call<'_>, path: &[&str]) -> Result<Reply, Reply> {
    let Some((id, rest)) = path.split_first() else {
        call.only_get()?;
        let shown = call.account.pipelines.iter().map(|pipeline| show(call, pipeline)).collect();
        return Ok(page::whole(&call.url("leads/pipelines"), "pipelines", shown));
    };
    let id = call.id(id)?;
    let status = match rest {
        [] | ["statuses"] => None,
        ["statuses", status] => Some(call.id(status)?),
        _ => return Err(call.no_route()),
    };
    call.only_get()?;
    let pipeline = call.account.pipeline(id).ok_or_else(|| call.nothing_found())?;
    if rest.is_empty() {
        return Ok(Reply::hal(&show(call, pipeline)));
    }
    let descriptions = call.query.with().any(|word| word == "descriptions");
    let shown = |status: &Status| {
        let mut shown = show_status(call.base, call.account.id, pipeline.id, status);
        if descriptions {
            shown["descriptions"] = json!([]);
        }
        shown
    };
    let Some(status) = status else {
        let statuses: Vec<Value> = pipeline.statuses.iter().map(shown).collect();
        // Unlike other lists this one has no `_links` of its own.
        return Ok(page::embedding(json!({"_total_items": statuses.len()}), "statuses", statuses));
    };
    let status = pipeline.statuses.iter().find(|known| known.id == status);
    let status = status.ok_or_else(|| call.nothing_found())?;
    Ok(Reply::hal(&shown(status)))
}

fn show(call: &Call<'_>, pipeline: &Pipeline) -> Value {
    let statuses = pipeline.statuses.iter();
    let statuses: Vec<Value> = statuses
        .map(|status| show_status(call.base, call.account.id, pipeline.id, status))
        .collect();
    json!({
        "id": pipeline.id,
        "name": pipeline.name,
        "sort": 1,
        "is_main": pipeline.is_main,
        "is_unsorted_on": true,
        "is_archive": false,
        "account_id": call.account.id,
        "_links": {"self": {"href": call.url(&format!("leads/pipelines/{}", pipeline.id))}},
        "_embedded": {"statuses": statuses},
    })
}

fn show_status(base: &str, account_id: i64, pipeline_id: i64, status: &Status) -> Value {
    let path = format!("leads/pipelines/{pipeline_id}/statuses/{}", status.id);
    json!({
        "id": status.id,
        "name": status.name,
        "sort": status.sort,
        "is_editable": status.is_editable(),
        "pipeline_id": pipeline_id,
        "color": status.color,
        "type": i32::from(status.is_unsorted),
        "account_id": account_id,
        "_links": {"self": {"href": api_url(base, &path)}},
    })
}

/// Answers everything below `/api/v4/leads/loss_reasons`.
pub(crate) fn loss_reasons(call: &mut Call<'_>, path: &[&str]) -> Result<Reply, Reply> {
    let reasons = &call.account.loss_reasons;
    match path {
        [] => {
            call.only_get()?;
            let shown = reasons.iter().map(|reason| show_reason(call.base, reason)).collect();
            Ok(page::whole(&call.url("leads/loss_reasons"), "loss_reasons", shown))
        }
        [id] => {
            let id = call.id(id)?;
            call.only_get()?;
            let reason = reasons.iter().find(|reason| reason.id == id);
            let reason = reason.ok_or_else(|| call.nothing_found())?;
            Ok(Reply::hal(&show_reason(call.base, reason)))
        }
        _ => Err(call.no_route()),
    }
}

/// A loss reason, as its own method and `with=loss_reason` of leads show it.
pub(crate) fn show_reason(base: &str, reason: &LossReason) -> Value {
    json!({
        "id": reason.id,
        "name": reason.name,
        "sort": reason.sort,
        "created_at": reason.created_at,
        "updated_at": reason.created_at,
        "_links": {"self": {"href": api_url(base, &format!("leads/loss_reasons/{}", reason.id))}},
    })
}
