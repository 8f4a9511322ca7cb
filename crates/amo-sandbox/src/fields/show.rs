//! A definition as reading shows it.

use serde_json::{Value, json};

use super::owner::Owner;
use super::{FieldDefinition, FieldType};
use crate::call::Call;

impl FieldDefinition {
    /// Which members are shown depends on the kind of entities, and some are shown as null where
    /// the type has no use for them.
    pub(super) fn show(&self, call: &Call<'_>, owner: Owner) -> Value {
        let path = format!("{}/custom_fields/{}", owner.path(), self.id);
        let mut shown = json!({
            "id": self.id,
            "name": self.name,
            "type": self.field_type.name(),
            "account_id": call.account.id,
            "code": self.code,
            "sort": self.sort,
            "enums": self.show_options(),
            "is_deletable": self.is_deletable(),
            "is_predefined": self.is_predefined,
            "entity_type": owner.entity_type(),
            "remind": self.more("remind"),
            "triggers": [],
            "currency": self.more("currency"),
            "chained_lists": self.more("chained_lists"),
            "tracking_callback": self.more("tracking_callback"),
            "_links": {"self": {"href": call.url(&path)}},
        });
        if self.field_type == FieldType::Birthday && self.more("remind").is_null() {
            shown["remind"] = Value::from("never");
        }
        for (member, usual) in [
            ("is_api_only", json!(false)),
            ("required_statuses", json!([])),
            ("hidden_statuses", json!([])),
            ("is_visible", json!(true)),
            ("is_required", json!(false)),
            ("settings", Value::Null),
        ] {
            if owner.has(member) {
                shown[member] = self.more.get(member).cloned().unwrap_or(usual);
            }
        }
        if owner.has("group_id") {
            shown["group_id"] = self.group().into();
        }
        if let Owner::Catalog(id) = owner {
            shown["catalog_id"] = id.into();
            shown["search_in"] = self.more("search_in").clone();
            shown["nested"] = self.show_nodes();
        }
        // Only the list has it.
        if owner == Owner::Leads && call.operation.action == "list" {
            shown["is_computed"] = false.into();
        }
        shown
    }

    fn show_options(&self) -> Value {
        if self.options.is_empty() || self.field_type == FieldType::Category {
            return Value::Null;
        }
        let show = |option: &super::EnumOption| {
            let mut shown = json!({"id": option.id, "value": option.value, "sort": option.sort});
            if self.field_type != FieldType::Multitext {
                shown["code"] = json!(option.code);
            }
            shown
        };
        self.options.iter().map(show).collect()
    }

    fn show_nodes(&self) -> Value {
        if self.field_type != FieldType::Category {
            return Value::Null;
        }
        let nodes = self.options.iter();
        nodes
            .map(|node| {
                json!({"id": node.id, "parent_id": node.parent, "value": node.value, "sort": node.sort})
            })
            .collect()
    }
}
