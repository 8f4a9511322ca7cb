//! Events in a state, the oldest first.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Events, What, types};
use crate::account::Account;
use crate::demo;
use crate::flaws::Flaws;
use crate::state::item;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    #[serde(default)]
    id: Option<String>,
    r#type: String,
    entity_type: String,
    entity_id: i64,
    #[serde(default)]
    created_by: i64,
    #[serde(default = "epoch")]
    created_at: i64,
    #[serde(default)]
    value_before: Vec<Value>,
    #[serde(default)]
    value_after: Vec<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    linked_talk_contact_id: Option<i64>,
    /// Of elements.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    catalog_id: Option<i64>,
}

fn epoch() -> i64 {
    demo::EPOCH
}

/// What events can be of.
const ENTITIES: [&str; 8] = [
    "lead",
    "contact",
    "company",
    "customer",
    "catalog_element",
    "task",
    "talk",
    "customer_segment",
];

impl Events {
    pub(crate) fn shown(&self) -> impl Iterator<Item = Value> {
        self.all.iter().map(|event| {
            json!(Kept {
                id: Some(event.id.clone()),
                r#type: event.what.kind.to_owned(),
                entity_type: event.what.entity_type.to_owned(),
                entity_id: event.what.entity_id,
                created_by: event.by,
                created_at: event.at,
                value_before: event.what.before.clone(),
                value_after: event.what.after.clone(),
                linked_talk_contact_id: event.what.talk_contact,
                catalog_id: event.what.catalog,
            })
        })
    }
}

/// Reads one event. What it tells of may be gone.
pub(crate) fn read(item: &Value, account: &mut Account, flaws: &mut Flaws) {
    let Some(kept) = item::parsed::<Kept>(item, flaws) else { return };
    let kind = types::ALL.iter().find(|known| known.key == kept.r#type);
    if kind.is_none() {
        flaws.not_a_choice("type");
    }
    let entity_type = ENTITIES.into_iter().find(|known| *known == kept.entity_type);
    if entity_type.is_none() {
        flaws.not_a_choice("entity_type");
    }
    let (Some(kind), Some(entity_type)) = (kind, entity_type) else { return };
    let what = What {
        kind: kind.key,
        entity_type,
        entity_id: kept.entity_id,
        before: kept.value_before,
        after: kept.value_after,
        talk_contact: kept.linked_talk_contact_id,
        catalog: kept.catalog_id,
    };
    account.events.put(kept.id, what, kept.created_by, kept.created_at);
}
