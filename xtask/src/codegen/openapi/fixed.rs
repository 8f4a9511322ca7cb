//! What the document says of all operations: servers, security, failures.

use serde_json::{Value, json};

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
            "variables": { "drive": { "default": "drive" }, "domain": domain() },
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

/// The failures of an operation; of those with something in the path there is one more.
pub(super) fn errors(has_id: bool) -> impl Iterator<Item = (&'static str, &'static str)> {
    [
        ("400", "BadRequest", true),
        ("401", "Unauthorized", true),
        ("402", "PaymentRequired", true),
        ("403", "Forbidden", true),
        ("404", "NotFound", has_id),
        ("422", "UnprocessableEntity", true),
        ("429", "TooManyRequests", true),
    ]
    .into_iter()
    .filter_map(|(code, name, is_possible)| is_possible.then_some((code, name)))
}

/// The components besides the schemas.
pub(super) fn components() -> Value {
    let problem = |said: &str| {
        let schema = json!({ "$ref": "#/components/schemas/Problem" });
        let content = json!({ "application/problem+json": { "schema": schema } });
        json!({ "description": said, "content": content })
    };
    let mut over_limit = problem("Too many requests a second; the body may be HTML or empty.");
    over_limit["headers"] = json!({
        "Retry-After": { "description": "Seconds to wait; rarely sent.", "schema": { "type": "integer" } },
    });
    json!({
        "responses": {
            "BadRequest": problem("Malformed, or not valid; `validation-errors` says what and where."),
            "Unauthorized": problem("No token, or one that has expired, was revoked or is another account's."),
            "PaymentRequired": problem("The account or the function is not paid for."),
            "Forbidden": problem("No right or no scope. Of a block after too many requests the body is HTML."),
            "NotFound": problem("Nothing is there, or the account has not this function."),
            "UnprocessableEntity": problem("It cannot be done now, or there is too much in one request."),
            "TooManyRequests": over_limit,
        },
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
