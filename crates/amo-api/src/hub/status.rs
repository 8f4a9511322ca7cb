//! How an account stands, and what calls tell of it.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use amo_core::{AccountId, Operation, ProblemCode};
use http::Method;

use crate::{Error, ErrorKind};

/// How an account of a [`Hub`](crate::Hub) stands, by the answers to its calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AccountStatus {
    /// It can be worked with, as far as anybody knows.
    Active,
    /// Its subscription has ended (402). Where only writes were refused, reads are still sent: the server
    /// takes them for some weeks longer.
    Unpaid,
    /// The integration was switched off or its access withdrawn: a user must install it again.
    Revoked,
    /// The account or this machine is blocked for too many requests, or is not admitted.
    Blocked,
    /// It is at another address now, or gone.
    Moved,
}

impl AccountStatus {
    fn advice(self) -> &'static str {
        match self {
            Self::Active => "is active",
            Self::Unpaid => "is not paid for",
            Self::Revoked => {
                "has withdrawn its access or switched the integration off: let a user install it again"
            }
            Self::Blocked => {
                "or this machine is blocked: write to amoCRM's support with the account's address and this machine's IP"
            }
            Self::Moved => "is at another address now",
        }
    }
}

impl fmt::Display for AccountStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Active => "active",
            Self::Unpaid => "unpaid",
            Self::Revoked => "revoked",
            Self::Blocked => "blocked",
            Self::Moved => "moved",
        })
    }
}

/// An account of a hub stands differently from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatusChange {
    /// The account.
    pub account_id: AccountId,
    /// How it stood.
    pub before: AccountStatus,
    /// How it stands.
    pub after: AccountStatus,
}

/// Why a call was not sent: the source of an error of [`ErrorKind::Inactive`].
#[derive(Debug)]
pub(crate) struct Inactive {
    pub(crate) account_id: AccountId,
    pub(crate) status: AccountStatus,
    pub(crate) again_in: Duration,
}

impl fmt::Display for Inactive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { account_id, status, again_in } = self;
        write!(
            f,
            "account {account_id} {}; nothing was sent, a call is let through in {} s",
            status.advice(),
            again_in.as_secs() + u64::from(again_in.subsec_nanos() > 0),
        )
    }
}

impl StdError for Inactive {}

/// What was asked of the account. An account that is not paid for is closed for writes at once, for reads
/// later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Read,
    Write,
}

impl Asked {
    pub(super) fn by(operation: &Operation) -> Self {
        if operation.method == Method::GET || operation.method == Method::HEAD {
            Self::Read
        } else {
            Self::Write
        }
    }
}

/// What the outcome of a call tells of its account; `None` if nothing.
pub(super) fn told_by(operation: &Operation, error: Option<&Error>) -> Option<AccountStatus> {
    let Some(error) = error else { return Some(AccountStatus::Active) };
    let problem = error.problem();
    let no_such_account =
        problem.is_some_and(|problem| problem.code == Some(ProblemCode::NO_SUCH_ACCOUNT));
    match error.kind() {
        _ if error.authorise_again() => Some(AccountStatus::Revoked),
        _ if error.is_blocked() => Some(AccountStatus::Blocked),
        _ if no_such_account => Some(AccountStatus::Moved),
        ErrorKind::Moved => Some(AccountStatus::Moved),
        ErrorKind::PaymentRequired if is_in_every_tariff(operation.service) => {
            Some(AccountStatus::Unpaid)
        }
        // The one thing that every account has.
        ErrorKind::NotFound if operation.service == "account" => Some(AccountStatus::Moved),
        // The server knew the account and its token, or it had not looked at the data.
        ErrorKind::Validation if problem.is_some() => Some(AccountStatus::Active),
        _ => None,
    }
}

/// Of other services 402 may say that the tariff lacks just this function. Which services those are is a
/// guess: the pages name events, talks, subscriptions and customers.
fn is_in_every_tariff(service: &str) -> bool {
    matches!(
        service,
        "account" | "leads" | "contacts" | "companies" | "tasks" | "notes" | "links" | "users"
    )
}
