//! How clients get in: the token endpoint, the exchange of an API key, the login of older days. No
//! table describes them, as each is like no other.

use serde_json::{Value, json};

use super::schemas::Schemas;

const PAGE: &str = "https://www.amocrm.ru/developers/content/oauth/step-by-step";
const KEY_PAGE: &str = "https://www.amocrm.ru/developers/content/oauth/exchange-api-key";

/// The tag of these operations.
pub(super) fn tag() -> Value {
    json!({
        "name": "access",
        "description": "Tokens: a code, a refresh token or an API key against access.",
        "externalDocs": { "url": PAGE },
    })
}

/// The paths.
pub(super) fn paths() -> Value {
    json!({
        "/oauth2/access_token": { "post": {
            "operationId": "access.exchange",
            "tags": ["access"],
            "summary": "Exchanges a code or a refresh token for a new pair of tokens",
            "description": "At the account's own host. A code lives 20 minutes; a code and a refresh \
                token are good for once, a refresh token for three months.",
            "externalDocs": { "url": PAGE },
            "x-repeatable": false,
            "security": [],
            "requestBody": {
                "required": true,
                "content": both("TokenRequest"),
            },
            "responses": {
                "200": { "description": "The new pair.", "content": plain("TokenPair") },
                "400": { "description": "`hint` says what is wrong.", "content": plain("Problem") },
                "401": {
                    "description": "The secret is wrong, or the refresh token was used or revoked.",
                    "content": plain_or_problem(),
                },
                "403": { "$ref": "#/components/responses/Forbidden" },
                "404": {
                    "description": "The account is not on this host, any more.",
                    "content": plain_or_problem(),
                },
                "413": { "$ref": "#/components/responses/ContentTooLarge" },
                "429": { "$ref": "#/components/responses/TooManyRequests" },
                "5XX": { "$ref": "#/components/responses/ServerError" },
            },
        } },
        "/oauth2/exchange_api_key": { "post": {
            "operationId": "access.exchange_api_key",
            "tags": ["access"],
            "summary": "Exchanges a user's API key for a code of an integration",
            "description": "The code comes to the redirect URI, with `from_exchange=1`. Once in five \
                minutes for a user and an integration, which must be installed.",
            "externalDocs": { "url": KEY_PAGE },
            "x-repeatable": false,
            "security": [],
            "requestBody": {
                "required": true,
                "content": plain("ApiKeyExchange"),
            },
            "responses": {
                "202": { "description": "Accepted; the body is empty." },
                "400": { "$ref": "#/components/responses/BadRequest" },
                "401": { "$ref": "#/components/responses/Unauthorized" },
                "403": { "$ref": "#/components/responses/Forbidden" },
                "404": { "$ref": "#/components/responses/NotFound" },
                "413": { "$ref": "#/components/responses/ContentTooLarge" },
                "429": { "$ref": "#/components/responses/TooManyRequests" },
                "5XX": { "$ref": "#/components/responses/ServerError" },
            },
        } },
        "/private/api/auth.php": { "post": {
            "operationId": "access.log_in",
            "tags": ["access"],
            "deprecated": true,
            "summary": "Logs a user in by his API key; cookies carry the session of 15 minutes",
            "externalDocs": { "url": KEY_PAGE },
            "x-repeatable": true,
            "security": [],
            "parameters": [{
                "name": "type",
                "in": "query",
                "schema": { "type": "string", "enum": ["json"] },
                "description": "Without it the answer is XML.",
            }],
            "requestBody": {
                "required": true,
                "content": both("Login"),
            },
            "responses": {
                "200": { "description": "Logged in.", "content": json_or_xml() },
                "401": {
                    "description": "Refused; `error_code` says why.",
                    "content": json_or_xml(),
                },
                "403": {
                    "description": "The IP address is not on the account's list, or it is blocked.",
                    "content": with_html(json_or_xml()),
                },
                "413": { "$ref": "#/components/responses/ContentTooLarge" },
                "429": { "$ref": "#/components/responses/TooManyRequests" },
                "5XX": { "$ref": "#/components/responses/ServerError" },
            },
        } },
    })
}

fn reference(name: &str) -> Value {
    json!({ "schema": { "$ref": format!("#/components/schemas/{name}") } })
}

fn plain(name: &str) -> Value {
    json!({ "application/json": reference(name) })
}

/// As JSON or as a form.
fn both(name: &str) -> Value {
    json!({
        "application/json": reference(name),
        "application/x-www-form-urlencoded": reference(name),
    })
}

fn plain_or_problem() -> Value {
    json!({
        "application/json": reference("Problem"),
        "application/problem+json": reference("Problem"),
    })
}

fn json_or_xml() -> Value {
    json!({ "application/json": reference("LoginAnswer"), "text/xml": { "schema": { "type": "string" } } })
}

fn with_html(mut content: Value) -> Value {
    content["text/html"] = json!({ "schema": { "type": "string" } });
    content
}

/// What they send and answer.
pub(super) fn schemas(schemas: &mut Schemas<'_>) -> anyhow::Result<Value> {
    let code = schemas.written("ProblemCode")?;
    let text = json!({ "type": "string" });
    let grant = |grant: &str, member: &str| {
        let mut members = json!({
            "client_id": { "type": "string", "description": "The id of the integration." },
            "client_secret": { "type": "string", "description": "Its secret." },
            "grant_type": { "type": "string", "const": grant },
            "redirect_uri": { "type": "string", "description": "Exactly as the integration has it." },
        });
        members[member] = text.clone();
        json!({
            "type": "object",
            "properties": members,
            "required": ["client_id", "client_secret", "grant_type", "redirect_uri", member],
        })
    };
    Ok(json!({
        "TokenRequest": {
            "description": "A code, or a refresh token.",
            "oneOf": [
                grant("authorization_code", "code"),
                grant("refresh_token", "refresh_token"),
            ],
        },
        "TokenPair": {
            "type": "object",
            "description": "The token that calls are made with, and the one that gets the next pair.",
            "properties": {
                "token_type": { "type": "string", "const": "Bearer" },
                "expires_in": { "type": "integer", "description": "Seconds that the access token lives." },
                "server_time": { "type": "integer", "format": "int64", "description": "Unix seconds." },
                "access_token": {
                    "type": "string",
                    "description": "A JWT with the account, the user, the scopes and `api_domain`.",
                },
                "refresh_token": text,
            },
            "required": ["token_type", "expires_in", "access_token", "refresh_token"],
        },
        "ApiKeyExchange": {
            "type": "object",
            "properties": {
                "login": { "type": "string", "description": "The e-mail address of the user." },
                "api_key": text,
                "client_uuid": { "type": "string", "description": "The id of the integration." },
                "client_secret": text,
                "state": { "type": "string", "description": "It comes back with the code." },
            },
            "required": ["login", "api_key", "client_uuid", "client_secret"],
        },
        "Login": {
            "type": "object",
            "properties": {
                "USER_LOGIN": { "type": "string", "description": "The e-mail address of the user." },
                "USER_HASH": { "type": "string", "description": "His API key." },
            },
            "required": ["USER_LOGIN", "USER_HASH"],
        },
        "LoginAnswer": {
            "type": "object",
            "properties": { "response": {
                "type": "object",
                "properties": {
                    "auth": { "type": "boolean" },
                    "error": text,
                    "error_code": { "anyOf": [text, code] },
                    "accounts": { "type": "array", "items": { "type": "object" } },
                    "server_time": { "type": "integer", "format": "int64" },
                },
                "additionalProperties": true,
            } },
            "required": ["response"],
        },
    }))
}
