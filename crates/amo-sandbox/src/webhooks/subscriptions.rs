//! `/api/v4/webhooks`: subscribing addresses.

pub(crate) mod state;

use http::{StatusCode, Uri};
use serde_json::{Value, json};

use super::Notice;
use crate::call::Call;
use crate::check;
use crate::flaws::{BatchFlaws, Flaws, request_id};
use crate::page;
use crate::reply::Reply;
use crate::table::Moment;

/// So many addresses an account can subscribe.
const MOST: usize = 100;
const FIRST: i64 = 5_001;

/// An address and what it is told of.
#[derive(Debug)]
pub(crate) struct Subscription {
    pub(super) id: i64,
    pub(super) destination: String,
    pub(super) settings: Vec<String>,
    sort: i64,
    /// Switched off after too many bad answers.
    pub(super) disabled: bool,
    created_by: i64,
    created_at: i64,
    updated_at: i64,
}

/// All subscriptions of an account, and what happened since it was posted last.
#[derive(Debug, Default)]
pub(crate) struct Subscriptions {
    all: Vec<Subscription>,
    /// How many there have ever been.
    count: i64,
    noted: Vec<Notice>,
}

impl Subscriptions {
    /// Whether anybody wants to be told anything.
    pub(crate) fn is_heard(&self) -> bool {
        self.listening().next().is_some()
    }

    pub(super) fn listening(&self) -> impl Iterator<Item = &Subscription> {
        self.all.iter().filter(|subscription| !subscription.disabled)
    }

    pub(super) fn is_listening(&self, id: i64) -> bool {
        self.listening().any(|subscription| subscription.id == id)
    }

    pub(crate) fn note(&mut self, notices: impl IntoIterator<Item = Notice>) {
        self.noted.extend(notices);
    }

    pub(super) fn take_noted(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.noted)
    }

    /// Switches a subscription off or on; false when there is none.
    pub(super) fn set_disabled(&mut self, id: i64, disabled: bool, now: i64) -> bool {
        let found = self.all.iter_mut().find(|subscription| subscription.id == id);
        let Some(subscription) = found else { return false };
        subscription.disabled = disabled;
        subscription.updated_at = now;
        true
    }

    pub(super) fn id_of(&self, destination: &str) -> Option<i64> {
        let mut all = self.all.iter();
        all.find(|subscription| subscription.destination == destination).map(|found| found.id)
    }
}

/// Answers everything below `/api/v4/webhooks`: only an administrator may look and change.
pub(crate) fn answer(call: &mut Call<'_>) -> Result<Reply, Reply> {
    call.only_admin()?;
    match call.operation.action {
        "list" => list(call),
        "subscribe" => subscribe(call),
        "unsubscribe" => unsubscribe(call),
        _ => Err(call.no_route()),
    }
}

fn list(call: &Call<'_>) -> Result<Reply, Reply> {
    let mut wanted = None;
    for leaf in call.query.below("filter") {
        match leaf.path.as_slice() {
            ["destination"] => wanted = Some(leaf.value),
            _ => return Err(Reply::bad_request("Webhooks are filtered by destination")),
        }
    }
    let all = call.account.webhooks.all.iter();
    let found = all.filter(|known| wanted.is_none_or(|wanted| wanted == known.destination));
    let shown = found.map(|subscription| show(subscription, call)).collect();
    Ok(page::whole(&call.own_url(), call.key(), shown))
}

fn show(subscription: &Subscription, call: &Call<'_>) -> Value {
    let Subscription { id, destination, settings, sort, disabled, .. } = subscription;
    let Subscription { created_by, created_at, updated_at, .. } = subscription;
    json!({
        "id": id,
        "destination": destination,
        "created_at": created_at,
        "updated_at": updated_at,
        "account_id": call.account.id,
        "created_by": created_by,
        "sort": sort,
        "disabled": disabled,
        "settings": settings,
        "_links": {"self": {"href": call.own_url()}},
    })
}

/// An address that is known is told of other things from then on; whether it is switched on again
/// by that is not known, and it is not: a guess. The stored place is the next one, whatever is
/// asked for: a guess.
fn subscribe(call: &mut Call<'_>) -> Result<Reply, Reply> {
    let item = page::object(call.body)?;
    let mut flaws = Flaws::default();
    let request_id = request_id(&item, 0, &mut flaws);
    let change = check::entity(&item, call.resource, Moment::Creation, call.account, &mut flaws);
    let destination = change.text("destination").unwrap_or_default().to_owned();
    // The code for a wrong address is a guess.
    if flaws.is_empty() && !is_address(&destination) {
        flaws.add("InvalidUrl", "destination", "This value is not a valid URL.");
    }
    let mut settings: Vec<String> = Vec::new();
    for name in change.get("settings").and_then(Value::as_array).into_iter().flatten() {
        settings.extend(name.as_str().map(str::to_owned).filter(|name| !settings.contains(name)));
    }
    if flaws.is_empty() && settings.is_empty() {
        flaws.add("NotBlank", "settings", "This value should not be blank.");
    }
    let mut flawed = BatchFlaws::default();
    flawed.of_item(&request_id, &flaws);
    flawed.refuse_if_any()?;
    let (now, user) = (call.now, call.user_id);
    let webhooks = &mut call.account.webhooks;
    let known = webhooks.all.iter_mut().find(|known| known.destination == destination);
    if let Some(known) = known {
        known.settings = settings;
        known.updated_at = now;
    } else if webhooks.all.len() >= MOST {
        // What the real service says then is a guess.
        let detail = format!("An account can have {MOST} webhooks at most");
        return Err(Reply::problem(StatusCode::UNPROCESSABLE_ENTITY, &detail));
    } else {
        webhooks.all.push(Subscription {
            id: FIRST + webhooks.count,
            destination: destination.clone(),
            settings,
            sort: webhooks.count + 1,
            disabled: false,
            created_by: user,
            created_at: now,
            updated_at: now,
        });
        webhooks.count += 1;
    }
    let mut all = call.account.webhooks.all.iter();
    let subscribed = all.find(|known| known.destination == destination);
    Ok(Reply::hal(&subscribed.map_or(Value::Null, |subscribed| show(subscribed, call))))
}

/// An address on the web without letters of other alphabets in its host, which amoCRM does not
/// take.
fn is_address(text: &str) -> bool {
    let Ok(uri) = text.parse::<Uri>() else { return false };
    let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
    let is_plain =
        |host: &str| !host.is_empty() && !host.split('.').any(|part| part.starts_with("xn--"));
    is_web && uri.host().is_some_and(is_plain)
}

fn unsubscribe(call: &mut Call<'_>) -> Result<Reply, Reply> {
    let item = page::object(call.body)?;
    let mut flaws = Flaws::default();
    match item.get("destination") {
        None => flaws.missing("destination"),
        Some(destination) if !destination.is_string() => flaws.wrong_type("destination", "string"),
        Some(_) => {}
    }
    flaws.refuse_if_any()?;
    let destination = item["destination"].as_str().unwrap_or_default();
    let webhooks = &mut call.account.webhooks;
    if webhooks.id_of(destination).is_none() {
        return Err(Reply::not_found("There is no webhook with this destination"));
    }
    webhooks.all.retain(|known| known.destination != destination);
    Ok(Reply::no_content())
}
