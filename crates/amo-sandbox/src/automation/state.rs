//! Triggers of the digital pipeline and what bots were taught, in a state.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Automation, Lesson, Trigger, TriggerOn};
use crate::account::Account;
use crate::flaws::Flaws;
use crate::state::item;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptTrigger {
    /// When it fires: `{"status": 142}`, `"call_in"`.
    on: TriggerOn,
    address: String,
    /// Of a widget's.
    #[serde(default)]
    settings: Option<Value>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptLesson {
    bot_id: i64,
    address: String,
    #[serde(default)]
    data: Value,
    client_id: String,
    client_secret: String,
}

impl Automation {
    pub(crate) fn shown_triggers(&self) -> impl Iterator<Item = Value> {
        self.triggers.iter().map(|trigger| {
            json!(KeptTrigger {
                on: trigger.on,
                address: trigger.address.clone(),
                settings: trigger.settings.clone(),
            })
        })
    }

    pub(crate) fn shown_lessons(&self) -> impl Iterator<Item = Value> {
        self.lessons.iter().map(|lesson| {
            json!(KeptLesson {
                bot_id: lesson.bot,
                address: lesson.address.clone(),
                data: lesson.data.clone(),
                client_id: lesson.client_id.clone(),
                client_secret: lesson.client_secret.clone(),
            })
        })
    }
}

/// Reads one trigger. Its status may be gone.
pub(crate) fn read_trigger(item: &Value, account: &mut Account, flaws: &mut Flaws) {
    let Some(kept) = item::parsed::<KeptTrigger>(item, flaws) else { return };
    let KeptTrigger { on, address, settings } = kept;
    account.automation.triggers.push(Trigger { on, address, settings });
}

/// Reads what one bot was taught.
pub(crate) fn read_lesson(item: &Value, account: &mut Account, flaws: &mut Flaws) {
    let Some(kept) = item::parsed::<KeptLesson>(item, flaws) else { return };
    if account.records.get("bots", "", kept.bot_id).is_none() {
        flaws.not_a_choice("bot_id");
    }
    account.automation.lessons.push(Lesson {
        bot: kept.bot_id,
        address: kept.address,
        data: kept.data,
        client_id: kept.client_id,
        client_secret: kept.client_secret,
    });
}
