//! `GET /oauth`: the page on which a user allows an integration to act for him, and what his answer
//! leads to.

use http::StatusCode;

use super::hooks::with_query;
use crate::connection::Integration;
use crate::query::{Query, encoded};
use crate::reply::Reply;

/// Shows the page.
pub(crate) fn page(query: &Query, integration: &Integration, account: &str) -> Reply {
    let client_id = query.get("client_id").unwrap_or_default();
    if client_id != integration.client_id {
        return Reply::html(
            StatusCode::BAD_REQUEST,
            document("<p>There is no integration with this client_id.</p>"),
        );
    }
    let state = query.get("state").map_or_else(String::new, |state| hidden("state", state));
    let form = format!(
        "<p>The integration <code>{id}</code> asks for access to the account <b>{account}</b>.</p>\n\
         <form method=\"post\" action=\"/oauth\">\n{client}{state}\
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
pub(crate) fn decide(
    form: &[u8],
    host: &str,
    platform: u8,
    integration: &Integration,
    new_code: impl FnOnce() -> String,
) -> Reply {
    let form = Query::parse(&String::from_utf8_lossy(form));
    if form.get("client_id") != Some(integration.client_id.as_str()) {
        return Reply::html(
            StatusCode::BAD_REQUEST,
            document("<p>There is no integration with this client_id.</p>"),
        );
    }
    let mut parameters = match form.get("decision") {
        Some("allow") => {
            format!("code={}&referer={}&platform={platform}", encoded(&new_code()), encoded(host))
        }
        Some("deny") => "error=access_denied".to_owned(),
        _ => {
            return Reply::html(
                StatusCode::BAD_REQUEST,
                document("<p>Neither allowed nor denied.</p>"),
            );
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

fn document(body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Access</title></head>\n<body>\n{body}\n</body></html>\n"
    )
}

fn hidden(name: &str, value: &str) -> String {
    format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">\n", escaped(value))
}

fn escaped(text: &str) -> String {
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
