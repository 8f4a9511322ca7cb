//! Unsorted: incoming leads that somebody has to accept or decline, below `/api/v4/leads/unsorted`.
//!
//! Each is a record; its lead, contact and company are made at once, and the lead waits in the
//! stage of incoming leads of its pipeline.

mod add;
mod sort;

use serde_json::{Value, json};

pub(crate) use add::{Incoming, Whose, chat, keep, wrote};

use crate::call::Call;
use crate::entity::{Entity, Kind, Only};
use crate::filter::{self, Filtered};
use crate::generated::unsorted::UNSORTED;
use crate::listing;
use crate::reply::Reply;
use crate::rights::Reach;

/// Where records of this service are kept.
const SERVICE: &str = "unsorted";
/// What has become of one: nothing yet.
const WAITING: &str = "waiting";
const ACCEPTED: &str = "accepted";
const DECLINED: &str = "declined";
/// The kinds of entities that belong to one, with the members that keep their ids.
const PARTS: [(Kind, &str); 3] =
    [(Kind::Leads, "lead"), (Kind::Contacts, "contact"), (Kind::Companies, "company")];
const CATEGORIES: [&str; 4] = ["sip", "mail", "forms", "chats"];

/// Answers everything about incoming leads; `None` if a request is about something else.
pub(crate) fn answer(call: &mut Call<'_>) -> Option<Result<Reply, Reply>> {
    if call.resource.service != SERVICE {
        return None;
    }
    Some(match (call.resource.name, call.operation.action) {
        ("unsorted form", "create") => add::add(call, "forms"),
        ("unsorted call", "create") => add::add(call, "sip"),
        (_, "list") => list(call),
        (_, "get") => Ok(waiting(call)
            .map_or_else(|| call.nothing_found(), |found| Reply::hal(&show(found, call)))),
        (_, "summary") => summary(call),
        (_, "accept") => sort::accept(call),
        (_, "decline") => sort::decline(call),
        (_, "link_entity") => sort::link(call),
        _ => Err(call.no_route()),
    })
}

/// The one that the path names, if it is still to be sorted. One that was accepted or declined is
/// gone: a guess.
fn waiting<'a>(call: &'a Call<'_>) -> Option<&'a Entity> {
    let all = call.account.records.of(SERVICE, "");
    let mut found = all.with_text("uid", call.parameter("id")).into_iter();
    found.find(|known| known.text("state") == WAITING && is_within(known, "view", call))
}

/// Do the rights of who asks reach to its lead?
fn is_within(one: &Entity, action: &str, call: &Call<'_>) -> bool {
    let lead = one.int("lead").and_then(|id| call.account.entity(Kind::Leads, id));
    let reach = Reach::of(call.account, call.user_id, Kind::Leads.name(), action);
    lead.is_none_or(|lead| reach.covers(lead))
}

/// It by its own filters: those that are free.
fn filtered<'a>(call: &Call<'_>, only: Option<Only>) -> Filtered<'a> {
    Filtered {
        resource: &UNSORTED,
        fields: &[],
        api_filter: call.account.api_filter,
        renamed: &[],
        bare: &[],
        below: None,
        only,
    }
}

fn list(call: &Call<'_>) -> Result<Reply, Reply> {
    let page = call.page()?;
    let all = call.account.records.of(SERVICE, "");
    let reach = Reach::of(call.account, call.user_id, Kind::Leads.name(), "view");
    let sees = |one: &Entity| is_within(one, "view", call);
    let also = (!reach.is_everything()).then_some(&sees as &dyn Fn(&Entity) -> bool);
    let only = Some(Only { member: "state", text: WAITING });
    let found = listing::find(call, page, &filtered(call, only), all, also)?;
    let shown = found.entities.iter().map(|one| show(one, call)).collect();
    Ok(page.reply(&call.own_url(), call.query, call.key(), shown, found.more))
}

fn show(one: &Entity, call: &Call<'_>) -> Value {
    json!({
        "uid": one.get("uid"),
        "source_uid": one.get("source_uid"),
        "source_name": one.get("source_name"),
        "category": one.get("category"),
        "pipeline_id": one.get("pipeline_id"),
        "created_at": one.get("created_at"),
        "metadata": one.get("metadata"),
        "account_id": call.account.id,
        "_links": link(one, call),
        "_embedded": embedded(one, call),
    })
}

fn link(one: &Entity, call: &Call<'_>) -> Value {
    json!({"self": {"href": call.url(&format!("leads/unsorted/{}", one.text("uid")))}})
}

/// References to what belongs to it: one lead, and a contact and a company if there are such.
fn embedded(one: &Entity, call: &Call<'_>) -> Value {
    let mut embedded = json!({});
    for (kind, member) in PARTS {
        embedded[kind.name()] =
            one.int(member).map(|id| reference(kind.name(), id, call)).into_iter().collect();
    }
    embedded
}

fn reference(service: &str, id: i64, call: &Call<'_>) -> Value {
    json!({"id": id, "_links": {"self": {"href": call.url(&format!("{service}/{id}"))}}})
}

/// Counts all that came and may be seen, whatever has become of them. The time of a count is that of coming or of
/// being accepted.
fn summary(call: &Call<'_>) -> Result<Reply, Reply> {
    let filters = call.operation.filters.unwrap_or_default();
    let tests = filter::read_own(call.query, filters, &filtered(call, None))?;
    let fits = |one: &&Entity| {
        if !is_within(one, "view", call) {
            return false;
        }
        let mut sorted = (*one).clone();
        if one.text("state") == ACCEPTED {
            sorted.set("created_at", one.get("sorted_at").clone());
        }
        tests.iter().all(|test| test.passes(one) || test.passes(&sorted))
    };
    let found: Vec<&Entity> = call.account.records.of(SERVICE, "").iter().filter(fits).collect();
    let in_state = |state: &str| found.iter().filter(|one| one.text("state") == state).count();
    let times: Vec<i128> = found
        .iter()
        .filter_map(|one| {
            Some(i128::from(one.int("sorted_at")?) - i128::from(one.int("created_at")?))
        })
        .collect();
    let average = times.iter().sum::<i128>().checked_div(times.len() as i128).unwrap_or(0);
    let mut categories = json!({});
    for category in CATEGORIES {
        let total = found.iter().filter(|one| one.text("category") == category).count();
        categories[category] = json!({"total": total});
    }
    Ok(Reply::hal(&json!({
        "total": found.len(),
        "accepted": in_state(ACCEPTED),
        "declined": in_state(DECLINED),
        "average_sort_time": i64::try_from(average).unwrap_or(i64::MAX),
        "categories": categories,
        "_links": {"self": {"href": call.own_url()}},
    })))
}
