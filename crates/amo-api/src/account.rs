//! The account's own data.

use amo_core::{Account, AccountWith, from_slice};

use crate::answer::Answer;
use crate::call::Single;
use crate::prepared::Prepared;
use crate::{ApiCall, Error};

/// Reads the account: `GET /api/v4/account`.
#[derive(Debug, Default)]
pub struct GetAccount {
    with: Vec<AccountWith>,
}

impl GetAccount {
    pub(crate) fn and(mut self, with: AccountWith) -> Self {
        self.with.push(with);
        self
    }
}

impl ApiCall<GetAccount> {
    /// What to bring besides.
    pub fn with(self, with: AccountWith) -> Self {
        self.map(|account| account.and(with))
    }
}

impl Single for GetAccount {
    type Output = Account;

    fn prepare(&self) -> Result<Prepared, Error> {
        Ok(Prepared::new(Account::GET).with(&self.with))
    }

    fn read(&self, answer: &Answer) -> Result<Account, Error> {
        answer.decode(from_slice)
    }
}
