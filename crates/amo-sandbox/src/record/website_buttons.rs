//! What is special to website buttons: they are made in the background, after the answer.

use serde_json::{Value, json};

use super::{Behaviour, write};
use crate::call::Call;
use crate::check::{self, Change};
use crate::entity::{Entity, Shown};
use crate::flaws::Flaws;
use crate::generated::website_buttons;
use crate::page;
use crate::reply::Reply;
use crate::table::Body;

pub(super) static WEBSITE_BUTTONS: Behaviour = Behaviour {
    usual_limit: 250,
    sees: Some(|call, button| with(call, "deleted") || button.get("is_deleted") != true),
    check,
    settle,
    show,
    other,
    ..Behaviour::of(&website_buttons::WEBSITE_BUTTON)
};

/// The most sites of a button.
const MOST_SITES: usize = 10;

fn sites(button: &Entity) -> Vec<Value> {
    button.get("sites").as_array().cloned().unwrap_or_default()
}

fn with(call: &Call<'_>, word: &str) -> bool {
    call.query.with().any(|asked| asked == word)
}

/// The sites that a change adds.
fn added(change: &Change) -> Option<&Vec<Value>> {
    change.get("trusted_websites")?.get("add")?.as_array()
}

fn check(change: &Change, old: Option<&Entity>, _: &Call<'_>, flaws: &mut Flaws) {
    let (Some(old), Some(added)) = (old, added(change)) else { return };
    domains(added, "trusted_websites.add", flaws);
    let known = sites(old);
    let new = added.iter().filter(|site| !known.contains(site)).count();
    if known.len().saturating_add(new) > MOST_SITES {
        let detail = format!("This collection should contain at most {MOST_SITES} elements.");
        flaws.add("InvalidValue", "trusted_websites.add", &detail);
    }
}

/// Domains without a scheme or a path; what exactly is taken is a guess.
fn domains(sites: &[Value], path: &str, flaws: &mut Flaws) {
    for (index, site) in sites.iter().enumerate() {
        let is_domain = site.as_str().is_none_or(|site| {
            site.contains('.') && !site.contains(|c: char| c.is_whitespace() || "/:?#".contains(c))
        });
        if !is_domain {
            flaws.add("InvalidFormat", &format!("{path}.{index}"), "This value is not valid.");
        }
    }
}

/// Sites are added only to a list that has one already: an empty one means all sites of the
/// application.
fn settle(button: &mut Entity, change: &Change, _: &mut Call<'_>) {
    button.set("trusted_websites", Value::Null);
    let mut known = sites(button);
    if known.is_empty() {
        return;
    }
    for site in added(change).into_iter().flatten() {
        if !known.contains(site) {
            known.push(site.clone());
        }
    }
    button.set("sites", known);
}

/// A button is ready as soon as the calendar has moved since it was asked for.
fn show(button: &Entity, call: &Call<'_>, shown: &mut Shown<'_>) {
    let is_ready = button.int("made_at").is_some_and(|at| call.now > at);
    shown.remove("trusted_websites");
    shown.set("source_id", button.id);
    shown.set("button_id", is_ready.then_some(button.id));
    shown.set("is_duplication_control_enabled", false);
    shown.set("creation_status", if is_ready { "created" } else { "creation_pending" });
    shown.remove("script");
    shown.remove("is_deleted");
    if with(call, "scripts") || call.method == "PATCH" {
        let id = button.id;
        let script = format!("<script src=\"https://gso.example.test/{id}.js\"></script>");
        shown.set("script", is_ready.then_some(script));
    }
    if with(call, "deleted") {
        shown.set("is_deleted", button.get("is_deleted") == true);
    }
}

fn other(call: &mut Call<'_>, action: &str) -> Result<Reply, Reply> {
    match action {
        "create_one" => create(call),
        "add_online_chat" => {
            let service = WEBSITE_BUTTONS.resource.service;
            let known = call.path_id().and_then(|id| call.account.records.get(service, "", id));
            let known = known.ok_or_else(|| Reply::not_found("There is no website button"))?;
            // A pipeline has one online chat; one that is there is used again.
            let mut button = known.clone();
            button.set("has_online_chat", true);
            call.account.records.keep(service, "", button);
            Ok(Reply::hal(&json!({})))
        }
        _ => Err(call.no_route()),
    }
}

fn create(call: &mut Call<'_>) -> Result<Reply, Reply> {
    let sent = page::object(call.body)?;
    let mut flaws = Flaws::default();
    if let Body::One(kind) = call.operation.body {
        check::sent(kind, &sent, call.account, &mut flaws);
    }
    let sites = sent["trusted_websites"].as_array().cloned().unwrap_or_default();
    domains(&sites, "trusted_websites", &mut flaws);
    if sites.is_empty() && sent["is_used_in_app"] != true && flaws.is_empty() {
        flaws.add("NotBlank", "trusted_websites", "This value should not be blank.");
    }
    flaws.refuse_if_any()?;
    let name = sent["name"].as_str().unwrap_or("CRM plugin");
    let members = vec![
        ("pipeline_id", sent["pipeline_id"].clone()),
        ("name", name.into()),
        ("sites", Value::Array(sites.clone())),
        ("made_at", call.now.into()),
    ];
    let change = Change { members, ..Change::default() };
    let id = write::add(call, &WEBSITE_BUTTONS, "", &change);
    let mut shown = json!({"source_id": id, "trusted_websites": sites});
    if let Some(name) = sent.get("name") {
        shown["name"] = name.clone();
    }
    Ok(Reply::hal(&shown))
}
