//! The calls of the control API, and which handler answers which.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::answer::{Answer, Refusal};
use super::asked::Asked;
use super::{access, account, log, state, talks, weather};

/// How a call is answered.
#[derive(Clone, Copy)]
pub(super) enum Doing {
    Surely(fn(&Asked<'_>) -> Answer),
    AtOnce(fn(&Asked<'_>) -> Result<Answer, Refusal>),
    /// With the list of the calls.
    List,
    /// With the list of the accounts.
    Accounts,
    /// When all webhooks that are due have been posted.
    Settle,
}

struct Route {
    method: &'static str,
    path: &'static str,
    /// What it does, in a few words.
    what: &'static str,
    doing: Doing,
}

macro_rules! routes {
    ($($method:literal $path:literal $what:literal $doing:expr;)*) => {
        &[$(Route { method: $method, path: $path, what: $what, doing: $doing }),*]
    };
}

use Doing::{Accounts, AtOnce, List, Settle, Surely};

#[rustfmt::skip]
const ROUTES: &[Route] = routes! {
    "GET" "/" "this list" List;
    "GET" "/accounts" "the accounts" Accounts;
    "GET" "/connection" "what a client needs to connect, with a fresh code and token" AtOnce(access::connection);
    "POST" "/codes" "a fresh authorisation code" Surely(access::code);
    "POST" "/integrations" "another integration" AtOnce(access::add_integration);
    "PATCH" "/integrations/{client_id}" "its scopes and its uninstall hook" AtOnce(access::change_integration);
    "DELETE" "/integrations/{client_id}" "uninstalls it" AtOnce(access::uninstall);
    "POST" "/widget-installs" "calls the redirect URI as when the widget is installed" Surely(access::install_widget);
    "DELETE" "/tokens" "withdraws all tokens, or those of one user for one integration" AtOnce(access::revoke);
    "GET" "/users/{id}/api-key" "the API key of a user" AtOnce(access::api_key);
    "PATCH" "/users/{id}" "switches a user off or on" AtOnce(access::change_user);
    "PUT" "/domain" "moves the account to another domain" AtOnce(access::move_account);
    "GET" "/faults" "the faults that wait" Surely(weather::faults);
    "POST" "/faults" "adds a fault" AtOnce(weather::add_fault);
    "DELETE" "/faults" "switches all faults off" Surely(weather::clear_faults);
    "GET" "/scripts" "the scripts that wait, and what their steps so far were answered" Surely(weather::scripts);
    "POST" "/scripts" "adds a script" AtOnce(weather::add_script);
    "DELETE" "/scripts" "forgets all scripts and outcomes" Surely(weather::clear_scripts);
    "GET" "/latency" "how long answers take" Surely(weather::latency);
    "PUT" "/latency" "changes it" AtOnce(weather::set_latency);
    "GET" "/limits" "the limits" AtOnce(weather::limits);
    "PUT" "/limits" "changes them; what is left out is as in a new box" AtOnce(weather::set_limits);
    "POST" "/unblock" "lets everybody in again who was blocked" Surely(weather::unblock);
    "PUT" "/allowed-addresses" "the white list of the API" AtOnce(weather::set_allowed_addresses);
    "GET" "/calendar" "the time of the box" Surely(weather::calendar);
    "PUT" "/calendar" "sets it" AtOnce(weather::set_calendar);
    "POST" "/calendar" "moves it forward" AtOnce(weather::advance_calendar);
    "GET" "/log" "the requests that arrived" AtOnce(log::show);
    "DELETE" "/log" "forgets them" Surely(log::clear);
    "GET" "/state" "the whole state" Surely(state::show);
    "PUT" "/state" "puts another state in its place" AtOnce(state::load);
    "POST" "/reset" "back to how the box began" Surely(state::reset);
    "GET" "/entities/{collection}/{id}" "an entity" AtOnce(account::entity);
    "DELETE" "/entities/{collection}/{id}" "deletes it as a user does" AtOnce(account::delete);
    "POST" "/entities/{collection}/{id}/restore" "brings it back from the bin" AtOnce(account::restore);
    "POST" "/entities/{collection}/{id}/followers" "makes a user or a group follow it" AtOnce(account::follow);
    "POST" "/chats" "an incoming lead by chat" AtOnce(talks::receive_chat);
    "POST" "/messages" "a contact writes into a chat" AtOnce(talks::client_writes);
    "POST" "/talks/{id}/messages" "a user answers in a talk" AtOnce(talks::user_writes);
    "POST" "/talks/{id}/mark" "the client gives a mark for a talk" AtOnce(talks::client_rates);
    "POST" "/talks/{id}/miss" "nobody has answered in time" AtOnce(talks::miss_talk);
    "POST" "/short-links/open" "somebody opens a short link" AtOnce(talks::open_short_link);
    "POST" "/bots/{type}/{id}/wait" "a bot asks a widget and waits" AtOnce(talks::bot_waits);
    "PUT" "/bots/{id}/lesson" "teaches a bot to ask a widget when it is run" AtOnce(talks::teach_bot);
    "POST" "/triggers" "puts a trigger into the digital pipeline" AtOnce(talks::add_trigger);
    "DELETE" "/triggers" "takes all triggers out" Surely(talks::clear_triggers);
    "PUT" "/paid-until" "to when the account is paid for" AtOnce(account::set_paid_until);
    "GET" "/webhooks/deliveries" "what was posted to subscribers" Surely(account::deliveries);
    "DELETE" "/webhooks/deliveries" "forgets it" Surely(account::clear_deliveries);
    "POST" "/webhooks/settle" "waits until all is posted that is due" Settle;
    "POST" "/webhooks/enable" "switches a subscription on again" AtOnce(account::enable_webhook);
};

/// What stands in a path for the placeholders.
pub(super) type Parameters = Vec<(&'static str, String)>;

/// The handler of a request, and what stands in its path.
pub(super) fn find(method: &Method, path: &str) -> Result<(Doing, Parameters), Refusal> {
    let sent: Vec<&str> = path.trim_matches('/').split('/').collect();
    let mut others = Vec::new();
    for route in ROUTES {
        let Some(parameters) = parameters(route.path, &sent) else { continue };
        if route.method == method.as_str() {
            return Ok((route.doing, parameters));
        }
        others.push(route.method);
    }
    if others.is_empty() {
        return Err(Refusal::unknown(format!("There is no call `{path}`; `GET /` lists them")));
    }
    let told = format!("`{path}` takes {}, not {method}", others.join(", "));
    Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, told))
}

fn parameters(template: &'static str, sent: &[&str]) -> Option<Parameters> {
    let wanted: Vec<&'static str> = template.trim_matches('/').split('/').collect();
    if wanted.len() != sent.len() {
        return None;
    }
    let mut parameters = Vec::new();
    for (wanted, sent) in wanted.into_iter().zip(sent) {
        match wanted.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) if !sent.is_empty() => {
                let sent = percent_encoding::percent_decode_str(sent).decode_utf8().ok()?;
                parameters.push((name, sent.into_owned()));
            }
            _ if wanted == *sent => {}
            _ => return None,
        }
    }
    Some(parameters)
}

pub(super) fn list() -> Value {
    let calls: Vec<_> = ROUTES
        .iter()
        .map(|Route { method, path, what, .. }| {
            json!({"method": method, "path": path, "what": what})
        })
        .collect();
    json!({"calls": calls})
}
