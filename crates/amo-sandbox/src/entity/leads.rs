//! What is special to leads.

use serde_json::{Value, json};

use super::{BESIDE, Entity, Kind, Showing, Shown, Stage, Table, check_beside};
use crate::account::Account;
use crate::account::pipelines::{LOST, Pipeline, WON};
use crate::check::Change;
use crate::fields::Required;
use crate::flaws::Flaws;
use crate::generated::leads;
use crate::generated::loss_reasons::LOSS_REASON;
use crate::generated::sources::SOURCE;
use crate::record::{Place, members, source_named};

pub(super) static TABLE: Table = Table {
    resource: &leads::LEAD,
    // The id of a visitor of a site: a wrong one is ignored, and the box knows no right ones.
    ignored: &["visitor_uid"],
    coloured_tags: true,
    links_to: &[Kind::Contacts, Kind::Companies, Kind::Elements],
    check,
    settle,
    show,
};

/// The pipeline that a lead is in after a change: the one sent, else its own, else that of its
/// source, else the main one.
fn pipeline<'a>(
    change: &Change,
    old: Option<&Entity>,
    account: &'a Account,
) -> Option<Pipeline<'a>> {
    let own = change.int("pipeline_id").or_else(|| old?.int("pipeline_id"));
    let of_source = || {
        let id = source(change).and_then(|source| source_named(source, account))?;
        account.records.get(SOURCE.service, "", id)?.int("pipeline_id")
    };
    match own.or_else(of_source) {
        Some(id) => account.pipeline(id),
        None => account.pipelines().find(|pipeline| pipeline.is_main),
    }
}

/// A status must be one of the lead's pipeline: who moves a lead to another pipeline sends both
/// ids.
fn check(change: &Change, old: Option<&Entity>, account: &Account, flaws: &mut Flaws) {
    if source(change).is_some_and(|source| source_named(source, account).is_none()) {
        flaws.not_a_choice("_embedded.source.external_id");
    }
    if flaws.has("pipeline_id") {
        return;
    }
    let Some(pipeline) = pipeline(change, old, account) else {
        flaws.not_a_choice("pipeline_id");
        return;
    };
    if change.int("status_id").is_some_and(|status| !pipeline.has_status(status)) {
        flaws.not_a_choice("status_id");
    }
    let Some(stage) = comes_to(change, old, account).filter(|_| flaws.is_empty()) else { return };
    let required = must_be_filled(change, old, stage, account);
    let is_new_there = required.is_whole;
    required.check(flaws);
    for kind in BESIDE.into_iter().filter(|_| is_new_there) {
        let id = sent_beside(change, kind).or_else(|| account.beside(old?.id, kind));
        if let Some(card) = id.and_then(|id| account.entity(kind, id)) {
            check_beside(kind, &card.fields, stage, account, flaws);
        }
    }
}

/// The contact or the company that a new lead is linked with: the one that is said to be the main
/// one, or else the first.
fn sent_beside(change: &Change, kind: Kind) -> Option<i64> {
    let (_, sent) = change.embedded.iter().find(|(name, _)| *name == kind.name())?;
    let sent = sent.as_array()?;
    let main = sent.iter().find(|one| one["is_main"] == true);
    main.or_else(|| sent.first())?["id"].as_i64()
}

/// The stage that a lead is in after a change.
pub(crate) fn comes_to(change: &Change, old: Option<&Entity>, account: &Account) -> Option<Stage> {
    let pipeline = pipeline(change, old, account)?;
    let sent = change.int("status_id").or_else(|| old?.int("status_id"));
    let status = sent.filter(|id| pipeline.has_status(*id));
    Some((pipeline.id, status.or_else(|| pipeline.first_status())?))
}

/// The fields that must be filled in the stage that the lead is in after the change.
pub(crate) fn must_be_filled<'a>(
    change: &'a Change,
    old: Option<&'a Entity>,
    stage: Stage,
    account: &'a Account,
) -> Required<'a> {
    let was_in = |old: &Entity| old.int("pipeline_id").zip(old.int("status_id"));
    Required {
        definitions: account.fields_of(Kind::Leads),
        stage: Some(stage),
        old: old.map_or(&[], |old| &old.fields),
        new: &change.fields,
        is_whole: old.and_then(was_in) != Some(stage),
    }
}

/// What the integration calls the source of a new lead.
fn source(change: &Change) -> Option<&str> {
    let (_, source) = change.embedded.iter().find(|(name, _)| *name == "source")?;
    source["external_id"].as_str()
}

fn settle(lead: &mut Entity, change: &Change, account: &Account, now: i64) {
    if lead.text("name").is_empty() {
        // The real service makes a name up too; how exactly is a guess.
        lead.set("name", format!("Lead #{}", lead.id));
    }
    lead.set_default("price", 0);
    if let Some(id) = source(change).and_then(|source| source_named(source, account)) {
        lead.set("source_id", id);
    }
    if let Some(pipeline) = pipeline(change, Some(lead), account) {
        lead.set("pipeline_id", pipeline.id);
        if !lead.int("status_id").is_some_and(|status| pipeline.has_status(status)) {
            lead.set("status_id", pipeline.first_status());
        }
    }
    let is_closed = matches!(lead.int("status_id"), Some(WON | LOST));
    if !is_closed {
        lead.set("closed_at", Value::Null);
    } else if change.get("closed_at").is_none() {
        lead.set_default("closed_at", now);
    }
}

fn show<'a>(lead: &'a Entity, showing: &Showing<'a>, shown: &mut Shown<'a>) {
    let account = showing.account;
    show_price(lead.get("price"), shown);
    shown.set("loss_reason_id", lead.get("loss_reason_id").clone());
    shown.remove("source_id");
    if showing.has("source_id") {
        shown.set("source_id", lead.get("source_id").clone());
    }
    shown.set("score", Value::Null);
    shown.set("labor_cost", Value::Null);
    shown.embed("companies", showing.references((Kind::Leads, lead.id), Kind::Companies));
    for word in &showing.with {
        match *word {
            "contacts" => shown.embed(word, showing.contacts_of((Kind::Leads, lead.id))),
            "catalog_elements" => shown.embed(word, showing.elements_of((Kind::Leads, lead.id))),
            // That nothing stands there where there is none is a guess.
            "source" => {
                let id = lead.int("source_id");
                if let Some(own) = id.and_then(|id| account.records.get(SOURCE.service, "", id)) {
                    shown.embed(word, json!({"id": own.id, "name": own.get("name")}));
                }
            }
            "is_price_modified_by_robot" => shown.set(word, false),
            "loss_reason" => {
                let id = lead.int("loss_reason_id");
                let own = id.and_then(|id| account.records.get(LOSS_REASON.service, "", id));
                let place = Place { base: showing.base, parameters: &[] };
                let show = |reason| members(reason, &LOSS_REASON, account, &place, &|_| false);
                let own: Value = own.map(|reason| show(reason).into_value()).into_iter().collect();
                shown.embed(word, own);
            }
            _ => {}
        }
    }
}

/// `price` is whole; a fraction shows in a member of its own.
fn show_price(price: &Value, shown: &mut Shown<'_>) {
    if price.is_f64() {
        shown.set("price", price.as_f64().unwrap_or_default() as i64);
        shown.set("price_with_minor_units", price.clone());
    }
}
