//! Elements of catalogs as webhooks tell of them.

use super::cards::fields_of;
use super::form::Form;
use super::notice::Notice;
use crate::account::Account;
use crate::entity::Entity;

/// An element that was added, changed or deleted. That each catalog is subscribed to by its id, and
/// how, is a guess.
pub(super) fn changed(
    catalog: &str,
    before: Option<&Entity>,
    now: Option<&Entity>,
    account: &Account,
) -> Option<Notice> {
    let action = match (before, now) {
        (None, Some(_)) => "add",
        (Some(_), Some(_)) => "update",
        (Some(_), None) => "delete",
        (None, None) => return None,
    };
    let mut form = Form::default();
    form.set("id", now.or(before)?.id);
    form.set("catalog_id", catalog);
    if let Some(element) = now {
        let names = [
            ("name", "name"),
            ("created_by", "created_by"),
            ("modified_by", "updated_by"),
            ("date_create", "created_at"),
            ("date_modify", "updated_at"),
        ];
        for (name, member) in names {
            form.set(name, element.get(member).clone());
        }
        let definitions = account.fields_named(&format!("catalogs/{catalog}"));
        form.set("custom_fields", fields_of(element, definitions, &[]));
    }
    Some(Notice { setting: format!("{action}_catalog_{catalog}"), top: "catalogs", action, form })
}
