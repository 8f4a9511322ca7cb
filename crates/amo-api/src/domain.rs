//! Where the account lives now: its domain may change.

use amo_core::AccountDomain;

use crate::call::{Action, Via};
use crate::one::{One, object};
use crate::prepared::Prepared;
use crate::{ApiCall, Client, Error, ErrorKind};

impl Client {
    /// Asks where the account lives now: `GET /oauth2/account/current/subdomain` at the shared host that the
    /// token names, with the refresh token, which is not used up by that. With a token that cannot be
    /// refreshed it is [`account_domain_by_token`](Self::account_domain_by_token).
    pub fn account_domain(&self) -> ApiCall<LookUpDomain> {
        ApiCall::new(self.clone(), LookUpDomain)
    }

    /// The same with the access token: `GET /oauth2/account/subdomain` at `www.amocrm.ru`, `www.amocrm.com`
    /// or `www.kommo.com`. amoCRM calls it out of date.
    pub fn account_domain_by_token(&self) -> ApiCall<One<AccountDomain>> {
        let request = Prepared::new(AccountDomain::BY_TOKEN).at(self.shared_origin());
        ApiCall::new(self.clone(), One::new(request, object))
    }
}

/// Asks where the account lives now.
#[derive(Debug)]
pub struct LookUpDomain;

impl Action for LookUpDomain {
    type Output = Result<AccountDomain, Error>;

    async fn run(self, via: Via) -> Self::Output {
        let failed = |error| Error::client(ErrorKind::Auth, "account_domain", error);
        if let Some(provider) = via.client.provider() {
            match provider.account_domain().await {
                Err(error) if error.kind() == amo_auth::ErrorKind::Unsupported => {}
                answer => return answer.map_err(failed),
            }
        }
        let mut call = via.client.account_domain_by_token();
        call.via = via;
        call.await
    }
}
