//! Which triggers of the digital pipeline a change fires, and what they post.

use serde_json::{Value, json};

use super::{Post, Trigger, TriggerOn, words};
use crate::account::Account;
use crate::entity::{Entity, Kind};
use crate::webhooks::Form;

/// Something that triggers may wait for.
struct Happened<'a> {
    on: TriggerOn,
    kind: Kind,
    card: &'a Entity,
    /// The card as it was, if its status changed.
    before: Option<&'a Entity>,
    /// By the names that posts have for it: of the trigger "send webhook", and of a widget's.
    event: &'static str,
    code: (i64, &'static str),
}

/// The posts about a card that came into a status.
pub(crate) fn by_card(
    kind: Kind,
    before: Option<&Entity>,
    now: Option<&Entity>,
    account: &Account,
    at: i64,
) -> Vec<Post> {
    let Some(card) = now else { return Vec::new() };
    let status = card.int("status_id");
    let (Some(status), true) = (status, before.and_then(|card| card.int("status_id")) != status)
    else {
        return Vec::new();
    };
    let (on, event, code) = match (kind, before) {
        (Kind::Leads, None) => (TriggerOn::Status(status), "status", (1, "lead_added")),
        (Kind::Leads, Some(_)) => {
            (TriggerOn::Status(status), "status", (14, "lead_status_changed"))
        }
        (Kind::Customers, None) => (TriggerOn::Period(status), "period", (20, "customer_added")),
        (Kind::Customers, Some(_)) => {
            (TriggerOn::Period(status), "period", (21, "customer_period_changed"))
        }
        _ => return Vec::new(),
    };
    posts(&Happened { on, kind, card, before, event, code }, account, at)
}

/// The posts about a new note or message of a lead or a customer.
pub(crate) fn by_record(
    (service, scope): (&str, &str),
    record: &Entity,
    account: &Account,
    at: i64,
) -> Vec<Post> {
    let (on, event, code) = match (service, record.text("note_type"), record.text("type")) {
        ("notes", "call_in", _) => (TriggerOn::CallIn, "call_in", (17, "call_in")),
        ("notes", "site_visit", _) => (TriggerOn::SiteVisit, "site_visit", (18, "site_visit")),
        ("talk_messages", _, "incoming") => (TriggerOn::Chat, "chat", (19, "chat")),
        _ => return Vec::new(),
    };
    let of = if service == "notes" {
        Kind::named(scope).zip(record.int("entity_id"))
    } else {
        let talk = scope.parse().ok().and_then(|id| account.records.get("talks", "", id));
        talk.and_then(|talk| match talk.text("entity_type") {
            "lead" => Some((Kind::Leads, talk.int("entity_id")?)),
            "customer" => Some((Kind::Customers, talk.int("entity_id")?)),
            _ => None,
        })
    };
    let found = of.and_then(|(kind, id)| Some((kind, account.entity(kind, id)?)));
    let Some((kind, card)) = found else { return Vec::new() };
    posts(&Happened { on, kind, card, before: None, event, code }, account, at)
}

fn posts(happened: &Happened<'_>, account: &Account, at: i64) -> Vec<Post> {
    let fired = account.automation.triggers.iter().filter(|trigger| trigger.on == happened.on);
    fired
        .filter_map(|trigger| {
            let body = match &trigger.settings {
                None => ids(happened)?,
                Some(settings) => told_widget(happened, settings, account, at)?,
            };
            Some(post(trigger, body))
        })
        .collect()
}

fn post(trigger: &Trigger, body: String) -> Post {
    Post { address: trigger.address.clone(), body, is_json: false }
}

/// What the trigger "send webhook" posts: nothing but ids.
fn ids(happened: &Happened<'_>) -> Option<String> {
    let (top, _, status) = words(happened.kind)?;
    let mut form = Form::default();
    form.set("id", happened.card.id);
    let mut say = |prefix: &str, card: &Entity| {
        form.set(&format!("{prefix}{status}"), card.get("status_id").clone());
        if happened.kind == Kind::Leads {
            form.set(&format!("{prefix}pipeline_id"), card.get("pipeline_id").clone());
        }
    };
    say("", happened.card);
    if let Some(before) = happened.before {
        say("old_", before);
    }
    Some(Form::body(&[(format!("{top}[{}][0]", happened.event), &form)]))
}

/// What a widget's trigger posts. In which notation the real one does so is not known: as a form,
/// which is a guess.
fn told_widget(
    happened: &Happened<'_>,
    settings: &Value,
    account: &Account,
    at: i64,
) -> Option<String> {
    let (_, number, _) = words(happened.kind)?;
    let (code, name) = happened.code;
    let card = happened.card;
    let mut data = json!({
        "id": card.id,
        "element_type": number,
        "status_id": card.get("status_id"),
        "pipeline_id": card.get("pipeline_id"),
    });
    if happened.kind == Kind::Leads {
        data["direction_of_movement"] = "went_to_trigger".into();
    }
    let mut event = Form::default();
    event.set("type", code);
    event.set("type_code", name);
    event.set("data", data);
    event.set("time", at);
    let mut action = Form::default();
    action.set("settings", json!({"widget": {"settings": settings}}));
    let [mut subdomain, mut account_id] = [Form::default(), Form::default()];
    subdomain.set_bare(account.subdomain());
    account_id.set_bare(account.id);
    let parts = [
        ("event", &event),
        ("action", &action),
        ("subdomain", &subdomain),
        ("account_id", &account_id),
    ];
    Some(Form::body(&parts.map(|(name, form)| (name.to_owned(), form))))
}
