//! The plain members of entities and the types that a write checks them by.

use serde_json::Value;

use crate::account::Account;
use crate::flaws::Flaws;

/// A member that a write may carry.
pub(super) struct Member {
    pub(super) name: &'static str,
    pub(super) member_type: MemberType,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum MemberType {
    Text,
    Int,
    /// A whole or fractional number from 0.
    Price,
    /// Unix seconds.
    Time,
    /// A user of the account.
    User,
    /// A user, or 0 for a robot.
    Author,
    /// A loss reason, or null.
    LossReason,
    /// Text that the box has no use for.
    Ignored,
}

/// The members that every kind has.
pub(super) const fn member(name: &'static str, member_type: MemberType) -> Member {
    Member { name, member_type }
}

impl Member {
    /// Reads the value of a member; `None` and a flaw when it is not taken.
    pub(super) fn check(
        &self,
        value: &Value,
        account: &Account,
        flaws: &mut Flaws,
    ) -> Option<Value> {
        let fits = match self.member_type {
            MemberType::Text | MemberType::Ignored => value.is_string(),
            MemberType::Price => value.is_number(),
            MemberType::LossReason => value.is_null() || value.is_i64(),
            MemberType::Int | MemberType::Time | MemberType::User | MemberType::Author => {
                value.is_i64()
            }
        };
        if !fits {
            flaws.wrong_type(self.name, self.wanted());
            return None;
        }
        let is_user = || value.as_i64().is_some_and(|id| account.user(id).is_some());
        let is_choice = match self.member_type {
            MemberType::User => is_user(),
            MemberType::Author => value.as_i64() == Some(0) || is_user(),
            MemberType::LossReason => {
                value.is_null()
                    || account.loss_reasons.iter().any(|reason| Some(reason.id) == value.as_i64())
            }
            _ => true,
        };
        if !is_choice {
            flaws.not_a_choice(self.name);
            return None;
        }
        if self.member_type == MemberType::Price && value.as_f64().is_some_and(|price| price < 0.0)
        {
            flaws.add("TooLow", self.name, "This value should be 0 or more.");
            return None;
        }
        Some(value.clone())
    }

    fn wanted(&self) -> &'static str {
        match self.member_type {
            MemberType::Text | MemberType::Ignored => "string",
            MemberType::Price => "numeric",
            MemberType::LossReason => "int or null",
            MemberType::Int | MemberType::Time | MemberType::User | MemberType::Author => "int",
        }
    }
}
