//! The users as those who grant access and log in.

use crate::account::Account;
use crate::account::users::User;
use crate::generated::users::USER;

/// A user who can be asked who he is.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: i64,
    pub(crate) name: String,
    /// His login.
    pub(crate) email: String,
    pub(crate) is_admin: bool,
    /// Active, and with a seat.
    pub(crate) can_act: bool,
}

/// All users of the account.
pub(crate) fn people(account: &Account) -> Vec<Person> {
    let users = account.records.of(USER.service, "").iter();
    users
        .map(|user| {
            let rights = User::from(user);
            Person {
                id: user.id,
                name: user.text("name").to_owned(),
                email: user.text("email").to_owned(),
                is_admin: rights.is_admin,
                can_act: rights.can_act(),
            }
        })
        .collect()
}
