//! Subscriptions: whose they are, and who they are.

use crate::resource::fill_first;
use crate::{CustomerId, GroupId, LeadId, Scope, SubscriberType, Subscription, UserId};

/// What is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SubscriptionsOf {
    /// A lead.
    Lead(LeadId),
    /// A customer.
    Customer(CustomerId),
}

impl Scope for SubscriptionsOf {
    fn fill(&self, template: &str) -> String {
        let (entity, id) = match self {
            Self::Lead(id) => ("leads", id.get()),
            Self::Customer(id) => ("customers", id.get()),
        };
        fill_first(&fill_first(template, entity), id)
    }
}

impl From<LeadId> for SubscriptionsOf {
    fn from(id: LeadId) -> Self {
        Self::Lead(id)
    }
}

impl From<CustomerId> for SubscriptionsOf {
    fn from(id: CustomerId) -> Self {
        Self::Customer(id)
    }
}

impl Subscription {
    /// The user, if it is one.
    pub fn user(&self) -> Option<UserId> {
        (self.kind == Some(SubscriberType::User)).then(|| UserId::new(self.subscriber_id))
    }

    /// The group of users, if it is one.
    pub fn group(&self) -> Option<GroupId> {
        (self.kind == Some(SubscriberType::Group)).then(|| GroupId::new(self.subscriber_id))
    }
}
