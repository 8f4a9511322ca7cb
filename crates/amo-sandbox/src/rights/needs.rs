//! What each operation takes of a user who is no administrator.

use Needs::{Add, Admin, Catalogs, Edit, Nothing, Rows, View, Visit};

/// What a user needs. An administrator needs nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    /// To be an administrator.
    Admin,
    /// Nothing but a token.
    Nothing,
    /// Nothing either; but rows of what the user may not see are left out, or are not there.
    Rows,
    /// To see the card that is named; one that may not be seen is not there.
    View,
    /// To see it too; one that may not be seen is 403, as the docs of the operation have that code.
    Visit,
    /// To change the cards that are named.
    Edit,
    /// To add cards of the kind.
    Add,
    /// To do this with the catalog that is named, or with its elements.
    Catalogs(&'static str),
}

/// Every operation of the tables by its service and action.
///
/// Where the docs are silent it is a guess: reasons of loss, the mode of customers, the settings of
/// products and agents are changed by administrators; links, notes and files of a card, calls that
/// come to it, bonus points, purchases and running a bot on it take the right to change it; forms
/// and calls that come in take the right to add leads.
static DECIDED: &[(&str, &[&str], Needs)] = &[
    ("account", &["get"], Nothing),
    ("account_domain", &["by_token", "by_refresh_token"], Nothing),
    ("agents", &["get", "list"], Nothing),
    ("agents", &["create", "update", "delete"], Admin),
    ("bots", &["get", "list"], Nothing),
    ("bots", &["run", "run_many", "stop"], Edit),
    ("bots", &["continue"], Admin),
    ("call_pop_ups", &["add"], Rows),
    ("calls", &["create"], Edit),
    ("catalogs", &["get", "list", "products_settings"], Catalogs("view")),
    ("catalogs", &["create"], Catalogs("add")),
    ("catalogs", &["update", "update_many"], Catalogs("edit")),
    ("catalogs", &["set_products_settings"], Admin),
    ("chat_templates", &["get"], Nothing),
    (
        "chat_templates",
        &["list", "create", "update", "update_many", "delete", "delete_many"],
        Admin,
    ),
    ("contact_chats", &["list", "create"], Admin),
    ("currencies", &["list"], Nothing),
    ("custom_field_groups", &["get", "list"], Nothing),
    ("custom_field_groups", &["create", "update", "delete"], Admin),
    ("custom_fields", &["get", "list"], Nothing),
    ("custom_fields", &["create", "update", "update_many", "delete"], Admin),
    ("customer_segments", &["get", "list"], Nothing),
    ("customer_segments", &["create", "update", "delete"], Admin),
    ("customer_statuses", &["get", "list"], Nothing),
    ("customer_statuses", &["create", "update", "delete"], Admin),
    ("customers", &["change_bonus_points"], Edit),
    ("customers", &["set_mode"], Admin),
    ("elements", &["get", "list", "links"], Catalogs("view")),
    ("elements", &["create"], Catalogs("add")),
    ("elements", &["update", "update_many", "link", "unlink"], Catalogs("edit")),
    ("entity_files", &["list"], Visit),
    ("entity_files", &["attach", "detach"], Edit),
    ("event_types", &["list"], Nothing),
    ("events", &["get", "list"], Rows),
    ("file_versions", &["list"], Nothing),
    ("files", &["get", "list", "edit", "delete_many", "restore", "stats"], Nothing),
    ("files", &["entities"], Rows),
    ("leads", &["add_complex"], Add),
    ("loss_reasons", &["get", "list"], Nothing),
    ("loss_reasons", &["create", "update", "delete"], Admin),
    ("notes", &["get", "list"], View),
    ("notes", &["create", "update", "update_many", "pin", "unpin"], Edit),
    ("pipelines", &["get", "list"], Nothing),
    ("pipelines", &["create", "update", "delete"], Admin),
    ("roles", &["get", "list", "create", "update", "delete"], Admin),
    ("short_links", &["create"], Rows),
    (
        "sources",
        &["get", "list", "create", "update", "update_many", "delete", "delete_many"],
        Admin,
    ),
    ("statuses", &["get", "list"], Nothing),
    ("statuses", &["create", "update", "delete"], Admin),
    ("subscriptions", &["list"], Visit),
    ("tags", &["list", "create", "update", "update_many"], Nothing),
    ("talk_messages", &["list"], Visit),
    ("talks", &["list"], Rows),
    ("talks", &["get", "close"], Visit),
    ("tasks", &["get"], View),
    ("tasks", &["list"], Rows),
    ("tasks", &["create"], Add),
    ("tasks", &["update", "update_many"], Edit),
    ("template_reviews", &["request", "decide"], Admin),
    ("transactions", &["get", "list", "get_any"], View),
    ("transactions", &["list_all"], Rows),
    ("transactions", &["create", "delete", "delete_any"], Edit),
    ("unsorted", &["get", "list", "summary"], Rows),
    ("unsorted", &["create"], Add),
    // The lead that waits is looked at where it is sorted.
    ("unsorted", &["accept", "decline"], Rows),
    ("unsorted", &["link_entity"], Edit),
    ("upload_sessions", &["open", "upload_part"], Nothing),
    ("users", &["get", "list", "create", "activate", "deactivate"], Admin),
    ("webhooks", &["list", "subscribe", "unsubscribe"], Admin),
    ("website_buttons", &["get", "list", "update", "create_one", "add_online_chat"], Admin),
    ("widgets", &["get", "list"], Nothing),
    ("widgets", &["delete", "install"], Admin),
];

/// What leads, contacts, companies and customers have in common.
const CARDS: &[&str] = &["leads", "contacts", "companies", "customers"];
static OF_CARDS: &[(&[&str], Needs)] = &[
    (&["get", "links"], View),
    (&["list", "links_many"], Rows),
    (&["create"], Add),
    (&["update", "update_many", "link", "unlink", "link_many", "unlink_many"], Edit),
];

/// What an operation takes; `None` if nobody has decided it, which a test does not let happen.
pub(super) fn of(service: &str, action: &str) -> Option<Needs> {
    all(service, action).next()
}

fn all(service: &str, action: &str) -> impl Iterator<Item = Needs> {
    let own = DECIDED.iter().filter(move |(of, ..)| *of == service);
    let own = own.map(|(_, actions, needs)| (*actions, *needs));
    let is_card = CARDS.contains(&service);
    let shared = OF_CARDS.iter().filter(move |_| is_card).copied();
    own.chain(shared).filter(move |(actions, _)| actions.contains(&action)).map(|(_, needs)| needs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generated;

    #[test]
    fn every_operation_is_decided_once() {
        let operations = generated::ALL.iter().flat_map(|resource| {
            resource.operations.iter().map(|operation| (resource.service, operation.action))
        });
        let operations: Vec<_> = operations.collect();
        for (service, action) in &operations {
            let decided: Vec<Needs> = all(service, action).collect();
            assert_eq!(decided.len(), 1, "{service}.{action}: {decided:?}");
        }
        for (service, actions, _) in DECIDED {
            for action in *actions {
                assert!(operations.contains(&(service, action)), "{service}.{action}");
            }
        }
    }
}
