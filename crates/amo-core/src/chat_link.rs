//! Chats of contacts: how their list is asked for.

use crate::{ChatId, ContactId, InvalidQuery, Query, QueryPart};

/// Which links of chats and contacts are wanted: the server asks for exactly one of the two.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[must_use = "a filter does nothing until a list is asked with it"]
pub enum ChatLinkFilter {
    /// The chats of these contacts.
    Contacts(Vec<ContactId>),
    /// The contacts of these chats.
    Chats(Vec<ChatId>),
}

impl QueryPart for ChatLinkFilter {
    fn write(&self, query: &mut Query) {
        match self {
            Self::Contacts(ids) => ids.iter().for_each(|id| query.push("contact_id[]", id)),
            Self::Chats(ids) => ids.iter().for_each(|id| query.push("chat_id[]", id)),
        }
    }

    fn validate(&self) -> Result<(), InvalidQuery> {
        let (member, empty) = match self {
            Self::Contacts(ids) => ("contact_id", ids.is_empty()),
            Self::Chats(ids) => ("chat_id", ids.is_empty()),
        };
        if empty {
            return Err(InvalidQuery::EmptyFilter { member: member.to_owned() });
        }
        Ok(())
    }
}
