//! `GET /oauth2/account/current/subdomain`: where an account lives now, asked by its refresh token, which is
//! not used up by that.

use amo_core::{AccountDomain, from_slice};
use bytes::Bytes;
use http::header::ACCEPT;
use http::{HeaderValue, StatusCode};
use secrecy::ExposeSecret as _;

use crate::{Error, ErrorKind, Grant, Origin, Seams, UnverifiedClaims};

/// Where the question goes: to the shared host that the access token names. It is unverified, so that only
/// amoCRM's own hosts are asked; a server of the caller's own is asked itself.
fn host(grant: &Grant, account: &Origin) -> Result<Origin, Error> {
    if !account.is_official() {
        return Ok(account.clone());
    }
    let claims = UnverifiedClaims::read(grant.access_token.expose_secret()).unwrap_or_default();
    let Some(named) = claims.api_domain else {
        return Err(Error::new(
            ErrorKind::Unsupported,
            "the access token does not name the host that knows where its account lives",
        ));
    };
    // The documentation writes it without its domain in one place.
    let named = if named.contains('.') {
        named
    } else {
        let own = account.host().split_once('.').map_or("amocrm.ru", |(_, domain)| domain);
        format!("{named}.{}", claims.base_domain.as_deref().unwrap_or(own))
    };
    let host = Origin::parse(&named).ok().filter(Origin::is_official);
    host.ok_or_else(|| {
        let message = "the access token names a host that is not amoCRM's: it is not asked";
        Error::new(ErrorKind::Configuration, message)
    })
}

fn request(grant: &Grant, account: &Origin) -> Result<http::Request<Bytes>, Error> {
    let invalid = |error: http::Error| {
        Error::with_source(ErrorKind::Configuration, "the look-up is no valid request", error)
    };
    let path = &AccountDomain::BY_REFRESH_TOKEN.path;
    let uri = host(grant, account)?.uri(path).map_err(invalid)?;
    let mut token = HeaderValue::try_from(grant.refresh_token.expose_secret())
        .map_err(|error| invalid(error.into()))?;
    token.set_sensitive(true);
    http::Request::get(uri)
        .header(ACCEPT, "application/json")
        .header("x-refresh-token", token)
        .body(Bytes::new())
        .map_err(invalid)
}

/// Asks where the account of a grant lives now.
pub(super) async fn account_domain(seams: &Seams, grant: &Grant) -> Result<AccountDomain, Error> {
    let answer = seams.exchange.exchange(request(grant, &seams.origin)?).await;
    let answer = answer.map_err(|error| {
        Error::with_source(ErrorKind::Unavailable, "the look-up of the domain failed", error)
    })?;
    let status = answer.status();
    if status.is_success() {
        return from_slice(answer.body()).map_err(|error| {
            let message = "the answer to the look-up of the domain cannot be read";
            Error::with_source(ErrorKind::Unavailable, message, error)
        });
    }
    if status == StatusCode::UNAUTHORIZED {
        return Err(Error::new(
            ErrorKind::AuthorizeAgain,
            "the look-up of the domain does not accept the refresh token: it was used elsewhere, revoked, or left unused for three months; let a user authorise again",
        ));
    }
    Err(Error::new(ErrorKind::Unavailable, format!("the look-up of the domain gave {status}")))
}
