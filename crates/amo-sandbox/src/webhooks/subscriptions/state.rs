//! Subscriptions in a state.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{FIRST, Subscription, Subscriptions};
use crate::account::Account;
use crate::check;
use crate::demo;
use crate::flaws::Flaws;
use crate::generated::webhooks::WEBHOOK;
use crate::state::item;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    id: i64,
    destination: String,
    settings: Vec<String>,
    #[serde(default)]
    sort: i64,
    #[serde(default)]
    disabled: bool,
    #[serde(default)]
    created_by: Option<i64>,
    #[serde(default = "epoch")]
    created_at: i64,
    #[serde(default = "epoch")]
    updated_at: i64,
    /// When the last bad answers came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    bad_answers_at: Vec<i64>,
}

fn epoch() -> i64 {
    demo::EPOCH
}

impl Subscriptions {
    /// All of them; `bad` tells when the last bad answers to one came.
    pub(crate) fn shown(&self, bad: impl Fn(i64) -> Vec<i64>) -> Value {
        let all = self.all.iter();
        all.map(|one| {
            json!(Kept {
                id: one.id,
                destination: one.destination.clone(),
                settings: one.settings.clone(),
                sort: one.sort,
                disabled: one.disabled,
                created_by: Some(one.created_by),
                created_at: one.created_at,
                updated_at: one.updated_at,
                bad_answers_at: bad(one.id),
            })
        })
        .collect()
    }

    pub(crate) fn next_id(&self) -> i64 {
        FIRST + self.count
    }

    /// False when the id is taken.
    pub(crate) fn set_next_id(&mut self, id: i64) -> bool {
        let is_free = self.all.iter().all(|known| known.id < id);
        self.count = id.saturating_sub(FIRST);
        is_free
    }

    pub(in crate::webhooks) fn has(&self, id: i64) -> bool {
        self.all.iter().any(|known| known.id == id)
    }
}

/// Reads one subscription, and gives its id and when its last bad answers came.
pub(crate) fn read(
    item: &Value,
    account: &mut Account,
    flaws: &mut Flaws,
) -> Option<(i64, Vec<i64>)> {
    let kept = item::parsed::<Kept>(item, flaws)?;
    if let Some(member) = WEBHOOK.members.iter().find(|member| member.name == "settings") {
        flaws.within("settings", |flaws| {
            check::sent(member.kind, &item["settings"], account, flaws);
        });
    }
    if !super::is_address(&kept.destination) {
        flaws.add("InvalidUrl", "destination", "this is no address on the web");
    }
    let known = &account.webhooks.all;
    if known.iter().any(|known| known.id == kept.id) {
        item::twice("id", flaws);
    }
    if known.iter().any(|known| known.destination == kept.destination) {
        item::twice("destination", flaws);
    }
    let user = account.administrator();
    let webhooks = &mut account.webhooks;
    webhooks.count = webhooks.count.max(kept.id.saturating_add(1).saturating_sub(FIRST));
    webhooks.all.push(Subscription {
        id: kept.id,
        destination: kept.destination,
        settings: kept.settings,
        sort: kept.sort,
        disabled: kept.disabled,
        created_by: kept.created_by.unwrap_or(user),
        created_at: kept.created_at,
        updated_at: kept.updated_at,
    });
    Some((kept.id, kept.bad_answers_at))
}
