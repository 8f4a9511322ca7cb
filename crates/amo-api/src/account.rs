//! The account's own data.

use std::future::IntoFuture;

use amo_core::{Account, AccountWith, from_slice};
use bytes::Bytes;

use crate::prepared::Prepared;
use crate::{Client, Error, Sending};

/// Reads the account: `GET /api/v4/account`.
#[derive(Debug)]
#[must_use = "nothing is sent until it is awaited"]
pub struct GetAccount {
    client: Client,
    with: Vec<AccountWith>,
}

impl GetAccount {
    pub(crate) fn new(client: Client) -> Self {
        Self { client, with: Vec::new() }
    }

    /// What to bring besides.
    pub fn with(mut self, with: AccountWith) -> Self {
        self.with.push(with);
        self
    }

    fn prepare(&self) -> Prepared {
        Prepared::new(Account::GET).with(&self.with)
    }

    /// The request, without sending it.
    ///
    /// # Errors
    /// None today.
    pub fn to_request(&self) -> Result<http::Request<Bytes>, Error> {
        self.client.to_http(&self.prepare())
    }
}

impl IntoFuture for GetAccount {
    type Output = Result<Account, Error>;
    type IntoFuture = Sending<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Sending::new(async move { self.client.send(self.prepare()).await?.decode(from_slice) })
    }
}
