//! Which of the account's hosts a request goes to: most to its own, files to its drive.

use std::sync::Arc;

use amo_auth::Origin;
use amo_core::Operation;
use amo_transport::AccountContext;
use tokio::sync::OnceCell;

use crate::{Error, ErrorKind};

/// Where a request goes.
#[derive(Clone, Debug)]
pub(crate) enum Host {
    /// The account's own host.
    Account,
    /// The drive that the account names.
    Drive,
    /// A host that an answer named.
    Named(Origin),
}

impl Host {
    /// The paths of the drive begin with its version.
    pub(crate) fn of(path: &str) -> Self {
        if path.starts_with("/v1.0/") { Self::Drive } else { Self::Account }
    }
}

/// The hosts of an account that may have its credential.
pub(crate) struct Hosts {
    account: Arc<AccountContext>,
    /// Those that the program's own code has named.
    trusted: Arc<[Origin]>,
    drive: OnceCell<Arc<AccountContext>>,
}

impl Hosts {
    pub(crate) fn new(account: Arc<AccountContext>, trusted: Arc<[Origin]>) -> Self {
        Self { account, trusted, drive: OnceCell::new() }
    }

    pub(crate) fn account(&self) -> &Arc<AccountContext> {
        &self.account
    }

    /// The account at its drive, which is asked for once: `ask` gives the account's `drive_url`.
    pub(crate) async fn drive(
        &self,
        operation: &Operation,
        ask: impl Future<Output = Result<Option<String>, Error>>,
    ) -> Result<Arc<AccountContext>, Error> {
        let named = async {
            let Some(address) = ask.await? else {
                // The official client does so too.
                return self.named(operation, &self.usual_drive());
            };
            let origin = Origin::parse(&address).map_err(|error| {
                Error::new(ErrorKind::Configuration, operation, "the address of the drive")
                    .caused_by(error)
            })?;
            self.named(operation, &origin)
        };
        self.drive.get_or_try_init(|| named).await.map(Arc::clone)
    }

    /// The account at a host that an answer of its server named.
    pub(crate) fn named(
        &self,
        operation: &Operation,
        origin: &Origin,
    ) -> Result<Arc<AccountContext>, Error> {
        if self.account.trusts(origin) {
            return Ok(Arc::clone(&self.account));
        }
        if let Some(drive) = self.drive.get().filter(|drive| drive.origin() == origin) {
            return Ok(Arc::clone(drive));
        }
        if origin.is_official() || self.trusted.contains(origin) {
            return Ok(Arc::new(self.account.at(origin.clone())));
        }
        let message = format!(
            "the server names `{origin}`, which is not amoCRM's: the token does not go there unless `trusted_origin` names it"
        );
        Err(Error::new(ErrorKind::Configuration, operation, message))
    }

    /// Where a request would go, as far as that is known without asking.
    pub(crate) fn origin(&self, host: &Host) -> Origin {
        match host {
            Host::Account => self.account.origin().clone(),
            Host::Drive => match self.drive.get() {
                Some(drive) => drive.origin().clone(),
                None => self.usual_drive(),
            },
            Host::Named(origin) => origin.clone(),
        }
    }

    /// The drive of accounts that name none.
    fn usual_drive(&self) -> Origin {
        self.shared("drive")
    }

    /// A host that all accounts share, such as `www.amocrm.ru`; where the account's host is not amoCRM's,
    /// that has everything.
    pub(crate) fn shared(&self, name: &str) -> Origin {
        let own = self.account.origin();
        let domain = own.host().split_once('.').map(|(_, domain)| format!("{name}.{domain}"));
        let shared = domain.and_then(|domain| Origin::parse(&domain).ok());
        shared.filter(|_| own.is_official()).unwrap_or_else(|| own.clone())
    }
}
