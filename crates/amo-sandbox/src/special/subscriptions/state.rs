//! Followers in a state.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Follower, Followers};
use crate::account::Account;
use crate::entity::Kind;
use crate::flaws::Flaws;
use crate::state::item;

/// Who follows which card.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    entity_type: String,
    entity_id: i64,
    subscriber_id: i64,
    r#type: Type,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Type {
    User,
    Group,
}

impl Followers {
    pub(crate) fn shown(&self) -> impl Iterator<Item = Value> {
        self.kept.iter().flat_map(|((kind, id), own)| {
            own.iter().map(move |(subscriber, follower)| {
                json!(Kept {
                    entity_type: kind.name().to_owned(),
                    entity_id: *id,
                    subscriber_id: *subscriber,
                    r#type: match follower {
                        Follower::User => Type::User,
                        Follower::Group => Type::Group,
                    },
                })
            })
        })
    }
}

/// Reads one follower.
pub(crate) fn read(item: &Value, account: &mut Account, flaws: &mut Flaws) {
    let Some(kept) = item::parsed::<Kept>(item, flaws) else { return };
    let kind = Kind::named(&kept.entity_type);
    let kind = kind.filter(|kind| matches!(kind, Kind::Leads | Kind::Customers));
    let Some(kind) = kind else { return flaws.not_a_choice("entity_type") };
    let card = (kind, kept.entity_id);
    if !account.is_card(card) {
        flaws.not_a_choice("entity_id");
    }
    let (service, follower) = match kept.r#type {
        Type::User => ("users", Follower::User),
        Type::Group => ("groups", Follower::Group),
    };
    if !account.knows(service, kept.subscriber_id) {
        flaws.not_a_choice("subscriber_id");
    }
    account.followers.add(card, kept.subscriber_id, follower);
}
