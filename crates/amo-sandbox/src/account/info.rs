//! `GET /api/v4/account`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::builder::ApiFilter;
use crate::call::Call;
use crate::drive;
use crate::record::catalogs;
use crate::reply::Reply;

/// A kind of task.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TaskType {
    pub(crate) id: i64,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) color: Option<String>,
    #[serde(default)]
    pub(crate) icon_id: Option<i64>,
    /// Only of those that every account has.
    #[serde(default)]
    pub(crate) code: Option<String>,
}

/// The account, with what `with` adds.
pub(crate) fn show(call: &Call<'_>) -> Reply {
    let account = &call.account;
    let mut shown = json!({
        "id": account.id,
        "name": account.name,
        "subdomain": account.subdomain(),
        "current_user_id": call.user_id,
        "country": "RU",
        "currency": "RUB",
        "currency_symbol": "₽",
        "customers_mode": account.customers_mode.name(),
        // Whether any pipeline has it: a guess.
        "is_unsorted_on": account.pipelines().any(|pipeline| pipeline.is_unsorted_on),
        "is_loss_reason_enabled": true,
        "is_helpbot_enabled": false,
        "is_technical_account": false,
        "contact_name_display_order": 1,
        "_links": {"self": {"href": call.url("account")}},
    });
    let mut embedded = Map::new();
    for word in call.query.with() {
        if let Some(value) = embedded_part(call, word) {
            embedded.insert(word.to_owned(), value);
        } else if let Some(value) = top_part(call, word) {
            shown[word] = value;
        }
    }
    if !embedded.is_empty() {
        shown["_embedded"] = Value::Object(embedded);
    }
    Reply::hal(&shown)
}

fn top_part(call: &Call<'_>, word: &str) -> Option<Value> {
    let uuid = format!("11111111-2222-4333-8444-{:012}", call.account.id);
    Some(match word {
        "amojo_id" | "uuid" => Value::from(uuid),
        "version" => Value::from(16),
        "is_api_filter_enabled" => Value::from(call.account.api_filter == ApiFilter::On),
        "drive_url" => Value::from(drive::address(call.base, call.account.base_domain())),
        "invoices_settings" => {
            let bills = catalogs::of_type(call.account, "invoices").map(|catalog| catalog.id);
            json!({"lang": null, "invoices_catalog_id": bills})
        }
        "entity_names" => json!({"leads": {
            "ru": russian_lead(),
            "en": {"gender": "m", "plural_form": {"default": "leads"}, "singular_form": {"default": "lead"}},
            "es": {"gender": "m", "plural_form": {"default": "leads"}, "singular_form": {"default": "lead"}},
        }}),
        _ => return None,
    })
}

fn russian_lead() -> Value {
    json!({
        "gender": "f",
        "plural_form": {
            "default": "сделки", "dative": "сделкам", "genitive": "сделок", "accusative": "сделки",
            "instrumental": "сделками", "prepositional": "сделках",
        },
        "singular_form": {
            "default": "сделка", "dative": "сделке", "genitive": "сделки", "accusative": "сделку",
            "instrumental": "сделкой", "prepositional": "сделке",
        },
    })
}

fn embedded_part(call: &Call<'_>, word: &str) -> Option<Value> {
    Some(match word {
        "amojo_rights" => json!({"can_direct": true, "can_create_groups": true}),
        "users_groups" => {
            let groups = call.account.groups.iter();
            groups.map(|group| json!({"id": group.id, "name": group.name, "uuid": null})).collect()
        }
        "task_types" => json!(call.account.task_types),
        "datetime_settings" => json!({
            "date_pattern": "d.m.Y H:i",
            "short_date_pattern": "d.m.Y",
            "short_time_pattern": "H:i",
            "date_format": "d.m.Y",
            "time_format": "H:i:s",
            "timezone": "Europe/Moscow",
            "timezone_offset": "+03:00",
        }),
        _ => return None,
    })
}
