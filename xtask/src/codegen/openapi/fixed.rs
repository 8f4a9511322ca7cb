//! What the document says of all operations: servers, security, failures.

use serde_json::{Value, json};

use super::responses;

pub(super) fn info() -> Value {
    json!({
        "title": "amoCRM / Kommo API",
        "version": "4",
        "description": "The REST API of amoCRM and Kommo, described by the authors of an SDK; neither \
            made nor endorsed by amoCRM. Seven requests a second are taken from an integration and \
            fifty for an account. Times are Unix seconds. Objects that come back may have members \
            that are not described, and sets of texts may grow. An operation that is `x-repeatable` \
            does the same if it is sent twice.",
        "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
    })
}

fn domain() -> Value {
    json!({ "default": "amocrm.ru", "enum": ["amocrm.ru", "amocrm.com", "kommo.com"] })
}

pub(super) fn account_servers() -> Value {
    json!([{
        "url": "https://{subdomain}.{domain}",
        "description": "The account's own host.",
        "variables": { "subdomain": { "default": "example" }, "domain": domain() },
    }])
}

/// The servers of a path that is not on the account's host.
pub(super) fn servers(path: &str) -> Option<Value> {
    if path.starts_with("/v1.0/") {
        let said = "The drive, as `drive_url` of the account names it.";
        return Some(json!([{
            "url": "https://{drive}.{domain}",
            "description": said,
            "variables": { "drive": { "default": "drive-b" }, "domain": domain() },
        }]));
    }
    path.starts_with("/oauth2/").then(|| {
        json!([{
            "url": "https://{host}.{domain}",
            "description": "The host of all accounts, or the one that the token names.",
            "variables": { "host": { "default": "www" }, "domain": domain() },
        }])
    })
}

/// What opens an operation, where it is not what opens all others.
pub(super) fn security(method: &str, path: &str) -> Option<Value> {
    let scopes = match (method, path) {
        ("delete", path) if path.starts_with("/v1.0/") => json!(["files", "files_delete"]),
        (_, path) if path.starts_with("/v1.0/") => json!(["files"]),
        // The refresh token in the header is all that is needed.
        (_, "/oauth2/account/current/subdomain") => return Some(json!([])),
        _ => return None,
    };
    Some(json!([{ "bearer": [] }, { "oauth2": scopes }]))
}

/// What all operations of a path take.
pub(super) fn shared_parameters(path: &str) -> Option<Value> {
    path.starts_with("/api/").then(|| json!([{ "$ref": "#/components/parameters/ActingUser" }]))
}

/// What a path wants to hear in a header, besides the token.
pub(super) fn headers(path: &str) -> Option<Value> {
    (path == "/oauth2/account/current/subdomain").then(|| {
        json!({
            "name": "X-Refresh-Token",
            "in": "header",
            "required": true,
            "schema": { "type": "string" },
            "description": "The refresh token; it is not used up.",
        })
    })
}

/// The components besides the schemas.
pub(super) fn components() -> Value {
    json!({
        "responses": responses::components(),
        "parameters": { "ActingUser": {
            "name": "X-Context-User-ID",
            "in": "header",
            "schema": { "type": "integer", "format": "int64" },
            "description": "The user with whose rights this runs, for access that an administrator \
                granted. Nobody, or somebody who may not act, is refused with 401.",
        } },
        "securitySchemes": {
            "bearer": {
                "type": "http",
                "scheme": "bearer",
                "description": "An access token of OAuth 2.0, or a long-lived token.",
            },
            "oauth2": {
                "type": "oauth2",
                "description": "The token's address is below the account's own host. Each refresh token works once.",
                "flows": { "authorizationCode": {
                    "authorizationUrl": "https://www.amocrm.ru/oauth",
                    "tokenUrl": "/oauth2/access_token",
                    "refreshUrl": "/oauth2/access_token",
                    "scopes": {
                        "crm": "Everything that the user may see and do, but for files and notifications.",
                        "files": "Files, but for their deletion.",
                        "files_delete": "The deletion of files.",
                        "notifications": "The notification centre.",
                    },
                } },
            },
        },
    })
}
