//! How an operation can fail, and in which of the forms of the gateway, the API and the drive.

use serde_json::{Map, Value, json};

/// One way to fail: the status, the name of its component and what is said of it.
struct Failure {
    code: &'static str,
    name: &'static str,
    said: &'static str,
    /// Does the gateway, which speaks HTML, answer so as well?
    html: bool,
}

const fn failure(code: &'static str, name: &'static str, said: &'static str) -> Failure {
    Failure { code, name, said, html: false }
}

const FAILURES: [Failure; 12] = [
    failure(
        "301",
        "Moved",
        "The account has moved to the host that `Location` names. Older hosts say 401 or 404.",
    ),
    failure(
        "400",
        "BadRequest",
        "Malformed, or not valid; `validation-errors` says what and where.",
    ),
    failure(
        "401",
        "Unauthorized",
        "No token, or one that has expired, was revoked or is another account's; or \
         `X-Context-User-ID` names nobody who can act.",
    ),
    failure("402", "PaymentRequired", "The account or the function is not paid for."),
    Failure {
        html: true,
        ..failure(
            "403",
            "Forbidden",
            "No right or no scope. Of a block after too many requests the body is HTML.",
        )
    },
    failure(
        "404",
        "NotFound",
        "Nothing is there, the account has not this function, or it is not on this host, any more.",
    ),
    failure("413", "ContentTooLarge", "The body is too large."),
    failure(
        "422",
        "UnprocessableEntity",
        "It cannot be done now, or there is too much in one request.",
    ),
    failure("425", "TooEarly", "Customers are not available in this account."),
    failure("426", "UpgradeRequired", "Customers are switched off in this account."),
    Failure {
        html: true,
        ..failure("429", "TooManyRequests", "Too many requests a second; the body may be empty.")
    },
    Failure {
        html: true,
        ..failure(
            "5XX",
            "ServerError",
            "The server failed. After 504 a smaller batch may pass; what was to be created may be \
             there all the same.",
        )
    },
];

/// The type of JSON that is spoken at a path.
pub(super) fn content_type(path: &str) -> &'static str {
    if is_drive(path) || is_oauth(path) { "application/json" } else { "application/hal+json" }
}

/// The drive speaks JSON without the name of a dialect.
fn is_drive(path: &str) -> bool {
    path.starts_with("/v1.0/")
}

fn is_oauth(path: &str) -> bool {
    path.starts_with("/oauth2/")
}

/// What is asked for, as far as the failures hang on it.
pub(super) struct Asked<'a> {
    pub(super) path: &'a str,
    pub(super) has_body: bool,
    /// May it be about customers, which an account can switch off?
    pub(super) about_customers: bool,
}

/// The failures of an operation, each as a reference to its component.
pub(super) fn failures<'a>(asked: &'a Asked<'_>) -> impl Iterator<Item = (String, Value)> + 'a {
    let is_possible = move |one: &&'static Failure| match one.code {
        "413" => asked.has_body,
        "425" | "426" => asked.about_customers,
        // Only the account's own host can be an old one.
        "301" => !is_drive(asked.path) && !is_oauth(asked.path),
        _ => true,
    };
    FAILURES.iter().filter(is_possible).map(|one| {
        let is_plain = is_drive(asked.path) || (is_oauth(asked.path) && one.code == "403");
        let dialect = if is_plain { "Plain" } else { "" };
        let reference = format!("#/components/responses/{dialect}{}", one.name);
        (one.code.to_owned(), json!({ "$ref": reference }))
    })
}

/// 400 of an operation that saves what is right: the answer that it always has, with nothing saved.
pub(super) fn nothing_saved(kind: &str, answer: &Value) -> Value {
    json!({
        "description": "Malformed, or nothing of it was saved; `errors` says what and why.",
        "content": {
            "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } },
            kind: answer,
        },
    })
}

/// The components that [`failures`] names.
pub(super) fn components() -> Value {
    let mut all = Map::new();
    for (dialect, kind) in [("", "application/problem+json"), ("Plain", "application/json")] {
        for one in &FAILURES {
            let schema = json!({ "$ref": "#/components/schemas/Problem" });
            let mut content = json!({ kind: { "schema": schema } });
            if one.html {
                content["text/html"] = json!({ "schema": { "type": "string" } });
            }
            let mut response = json!({ "description": one.said, "content": content });
            match one.code {
                "301" => {
                    response = json!({ "description": one.said });
                    response["headers"] = json!({
                        "Location": { "description": "The same on the new host.", "schema": { "type": "string" } },
                    });
                }
                "429" => {
                    response["headers"] = json!({
                        "Retry-After": { "description": "Seconds to wait; rarely sent.", "schema": { "type": "integer" } },
                    });
                }
                _ => {}
            }
            all.insert(format!("{dialect}{}", one.name), response);
        }
    }
    // Nothing moves the drive, and it knows no customers.
    for name in ["PlainMoved", "PlainTooEarly", "PlainUpgradeRequired"] {
        all.remove(name);
    }
    Value::Object(all)
}
