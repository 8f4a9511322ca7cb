//! Pop-ups about calls, which users see while the phone rings.

use serde::Serialize;

use crate::{CallPopUp, EntityType, UserId};

/// What shows a pop-up about a call.
///
/// ```
/// use amo_core::{NewCallPopUp, NewCallPopUps, UserId};
///
/// let shown = NewCallPopUps::new([NewCallPopUp::new("+70000000001").user(UserId::new(12))]);
/// assert_eq!(
///     serde_json::to_string(&shown)?,
///     r#"{"add":[{"type":"phone_call","phone_number":"+70000000001","users":[12]}]}"#,
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[must_use = "nothing is shown until this is sent"]
pub struct NewCallPopUp {
    #[serde(rename = "type")]
    kind: &'static str,
    phone_number: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    users: Vec<UserId>,
}

impl NewCallPopUp {
    /// About a call from this number, in any form; everybody sees it unless users are named.
    pub fn new(phone_number: impl Into<String>) -> Self {
        // The only type that there is.
        Self { kind: "phone_call", phone_number: phone_number.into(), users: Vec::new() }
    }

    /// Shows it to this user, and to the others that are named.
    pub fn user(mut self, id: UserId) -> Self {
        self.users.push(id);
        self
    }
}

/// The whole body of a request for pop-ups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[must_use = "nothing is shown until this is sent"]
pub struct NewCallPopUps {
    add: Vec<NewCallPopUp>,
}

impl NewCallPopUps {
    /// These pop-ups.
    pub fn new(pop_ups: impl IntoIterator<Item = NewCallPopUp>) -> Self {
        Self { add: pop_ups.into_iter().collect() }
    }
}

impl CallPopUp {
    /// The kind of the entity that has the phone number. Version 2 has numbers for kinds.
    pub fn entity_type(&self) -> Option<EntityType> {
        match self.element_type? {
            1 => Some(EntityType::Contacts),
            2 => Some(EntityType::Leads),
            3 => Some(EntityType::Companies),
            12 => Some(EntityType::Customers),
            _ => None,
        }
    }
}
