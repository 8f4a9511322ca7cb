//! `GET /oauth2/account/subdomain` and `/oauth2/account/current/subdomain`: where the account lives
//! now.

use http::StatusCode;
use serde_json::json;

use crate::account::Account;
use crate::reply::Reply;

/// The account's address.
pub(super) fn address(account: &Account) -> Reply {
    let answer = json!({
        "id": account.id,
        "subdomain": account.subdomain(),
        "domain": account.domain,
        "top_level_domain": account.domain.rsplit('.').next().unwrap_or_default(),
    });
    Reply::json(StatusCode::OK, &answer)
}

/// What hosts that do not know the look-up answer.
pub(super) fn access_denied() -> Reply {
    let answer = json!({
        "title": "Access denied",
        "type": "https://developers.amocrm.ru/v3/errors/AccessDenied",
        "status": 403,
        "detail": "You need an authorization header",
    });
    Reply::json(StatusCode::FORBIDDEN, &answer)
}
