//! `GET /oauth`: the page on which a user allows an integration to act for him, and what his answer
//! leads to.

use std::fmt::Write as _;

use http::StatusCode;

use super::hooks::with_query;
use super::people::Person;
use crate::connection::Integration;
use crate::query::{Query, encoded};
use crate::reply::Reply;

/// Shows the page.
pub(super) fn page(
    query: &Query,
    integration: Option<&Integration>,
    account: &str,
    users: &[Person],
) -> Reply {
    let Some(Integration { client_id, is_installed, .. }) = integration else {
        return no_integration();
    };
    // Only administrators give the first access.
    let users = users.iter().filter(|user| user.is_admin || *is_installed);
    let mut options = String::new();
    for Person { id, name, .. } in users {
        // Writing into a String cannot fail.
        let _ = writeln!(options, "<option value=\"{id}\">{}</option>", escaped(name));
    }
    let state = query.get("state").map_or_else(String::new, |state| hidden("state", state));
    let form = format!(
        "<p>The integration <code>{id}</code> asks for access to the account <b>{account}</b>.</p>\n\
         <form method=\"post\" action=\"/oauth\">\n{client}{state}\
         <select name=\"user_id\">\n{options}</select>\n\
         <button name=\"decision\" value=\"allow\">Allow</button>\n\
         <button name=\"decision\" value=\"deny\">Deny</button>\n</form>",
        id = escaped(client_id),
        account = escaped(account),
        client = hidden("client_id", client_id),
    );
    Reply::html(StatusCode::OK, document(&form))
}

/// Takes the user's decision and sends him back to the integration. `referer` is the host by which
/// the box was reached, so that the integration can go on with it.
pub(super) fn decide(
    form: &Query,
    host: &str,
    platform: u8,
    integration: &Integration,
    new_code: impl FnOnce() -> String,
) -> Reply {
    let mut parameters = match form.get("decision") {
        Some("allow") => {
            format!("code={}&referer={}&platform={platform}", encoded(&new_code()), encoded(host))
        }
        Some("deny") => "error=access_denied".to_owned(),
        _ => {
            return refusal("Neither allowed nor denied.");
        }
    };
    parameters.push_str("&client_id=");
    parameters.push_str(&encoded(&integration.client_id));
    if let Some(state) = form.get("state") {
        parameters.push_str("&state=");
        parameters.push_str(&encoded(state));
    }
    Reply::redirect(&with_query(&integration.redirect_uri, &parameters))
}

pub(super) fn no_integration() -> Reply {
    refusal("There is no integration with this client_id.")
}

pub(super) fn no_user() -> Reply {
    refusal("There is no such user in the account.")
}

pub(super) fn not_installed() -> Reply {
    refusal("An administrator has to install the integration first.")
}

fn refusal(text: &str) -> Reply {
    Reply::html(StatusCode::BAD_REQUEST, document(&format!("<p>{text}</p>")))
}

fn document(body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Access</title></head>\n<body>\n{body}\n</body></html>\n"
    )
}

fn hidden(name: &str, value: &str) -> String {
    format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">\n", escaped(value))
}

pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
