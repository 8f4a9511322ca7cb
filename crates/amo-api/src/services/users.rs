//! Users: who may log in.

use amo_core::{ById, User, UserId};

use crate::{ApiCall, Entities, SendMany};

/// How many users go into one request.
const MOST: usize = 10;

impl Entities<User> {
    /// Lets users log in again. Not documented; amoCRM's own library has it.
    pub fn activate(
        &self,
        users: impl IntoIterator<Item = UserId>,
    ) -> ApiCall<SendMany<ById<UserId>>> {
        let users = users.into_iter().map(ById::new);
        self.call(SendMany::of(self.place().of(User::ACTIVATE), users, MOST))
    }

    /// Keeps users from logging in. Not documented; amoCRM's own library has it.
    pub fn deactivate(
        &self,
        users: impl IntoIterator<Item = UserId>,
    ) -> ApiCall<SendMany<ById<UserId>>> {
        let users = users.into_iter().map(ById::new);
        self.call(SendMany::of(self.place().of(User::DEACTIVATE), users, MOST))
    }
}
