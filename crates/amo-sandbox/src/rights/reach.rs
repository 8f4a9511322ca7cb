//! How far an action of a user reaches over the entities of a kind.

use serde_json::Value;

use super::catalogs::{Level, OfCatalogs};
use crate::account::Account;
use crate::entity::{Entity, Kind};

/// What a user may do one thing with.
pub(crate) struct Reach<'a> {
    account: &'a Account,
    whose: Whose,
    /// Leads in certain stages, whatever else holds: pipeline, status, and whether it may be done.
    stages: Vec<(i64, i64, bool)>,
    /// Cards that the user follows: who does sees them, whatever else holds. The docs say so of who
    /// subscribed to the chat of a lead; that these are the followers is a guess.
    followed: Vec<i64>,
    /// What is reached of the cards that tasks belong to, or elements are linked with.
    cards: Vec<(Kind, Reach<'a>)>,
}

enum Whose {
    Everybodys,
    /// Those that one of these users is responsible for.
    Of(Vec<i64>),
    /// Catalogs themselves.
    Catalogs(OfCatalogs),
    /// Elements, by their catalogs.
    ElementsOf(OfCatalogs),
}

/// The kinds of cards that elements are linked with.
const CARDS: [Kind; 4] = [Kind::Leads, Kind::Contacts, Kind::Companies, Kind::Customers];

impl Account {
    /// May a user see this card or element? One that is not there hides nothing.
    pub(crate) fn may_see(&self, user_id: i64, kind: Kind, id: i64) -> bool {
        let reach = Reach::of(self, user_id, kind.name(), "view");
        reach.is_everything() || self.entity(kind, id).is_none_or(|card| reach.covers(card))
    }

    /// May a user see all cards of a kind?
    pub(crate) fn may_see_all(&self, user_id: i64, kind: Kind) -> bool {
        Reach::of(self, user_id, kind.name(), "view").is_everything()
    }
}

impl<'a> Reach<'a> {
    /// How far `view`, `edit`, `add` or `delete` reaches. Kinds that rights say nothing of are open
    /// to everybody. Customers have no section: what holds for leads holds for them.
    pub(crate) fn of(account: &'a Account, user_id: i64, service: &str, action: &str) -> Self {
        let reach = |whose| Reach {
            account,
            whose,
            stages: Vec::new(),
            followed: Vec::new(),
            cards: Vec::new(),
        };
        let section = match service {
            "leads" | "customers" => "leads",
            "contacts" | "companies" | "tasks" | "catalogs" => service,
            "elements" | "catalog_elements" => "elements",
            _ => return reach(Whose::Everybodys),
        };
        let Some(user) = account.user(user_id) else { return reach(Whose::Of(Vec::new())) };
        if user.is_admin {
            return reach(Whose::Everybodys);
        }
        let to_each = |kinds: &[Kind], action: &str| {
            let of = |kind: &Kind| (*kind, Reach::of(account, user_id, kind.name(), action));
            kinds.iter().map(of).collect()
        };
        if section == "catalogs" {
            return reach(Whose::Catalogs(OfCatalogs::of(account, user_id, action)));
        }
        if section == "elements" {
            let own = Whose::ElementsOf(OfCatalogs::of(account, user_id, action));
            return Reach { cards: to_each(&CARDS, action), ..reach(own) };
        }
        // Rights have no word for seeing tasks: that everybody sees those of the cards that he sees,
        // and those of no card, is a guess.
        let is_task = section == "tasks";
        if is_task && !["edit", "delete"].contains(&action) {
            return Reach { cards: to_each(&Kind::ALL, "view"), ..reach(Whose::Everybodys) };
        }
        let rights = account.rights_of(user_id);
        let whose = match rights[section][action].as_str() {
            Some("A") => Whose::Everybodys,
            Some("G") => Whose::Of(account.users_of_group(user.group_id)),
            Some("M") => Whose::Of(vec![user_id]),
            _ => Whose::Of(Vec::new()),
        };
        let followed = match Kind::named(service) {
            Some(kind) if action == "view" => account.followers.of(kind, user.id, user.group_id),
            _ => Vec::new(),
        };
        Reach {
            stages: if service == "leads" { stages(&rights, action) } else { Vec::new() },
            followed,
            cards: if is_task { to_each(&Kind::ALL, "view") } else { Vec::new() },
            ..reach(whose)
        }
    }

    pub(crate) fn is_everything(&self) -> bool {
        match &self.whose {
            Whose::Everybodys => {
                self.stages.iter().all(|(.., may)| *may)
                    && self.cards.iter().all(|(_, reach)| reach.is_everything())
            }
            Whose::Of(_) => false,
            Whose::Catalogs(catalogs) | Whose::ElementsOf(catalogs) => catalogs.is_everything(),
        }
    }

    /// Does it reach this entity?
    pub(crate) fn covers(&self, entity: &Entity) -> bool {
        let is_his = match &self.whose {
            Whose::Everybodys => true,
            Whose::Of(users) => {
                entity.int("responsible_user_id").is_some_and(|user| users.contains(&user))
            }
            Whose::Catalogs(catalogs) => catalogs.level(entity.id) != Level::Nothing,
            Whose::ElementsOf(catalogs) => {
                return match catalogs.level(entity.int("catalog_id").unwrap_or_default()) {
                    Level::All => true,
                    Level::Linked => self.covers_a_card_of(entity.id),
                    Level::Nothing => false,
                };
            }
        };
        let at = (entity.int("pipeline_id"), entity.int("status_id"));
        let stage =
            self.stages.iter().find(|(pipeline, status, _)| (Some(*pipeline), Some(*status)) == at);
        let is_reached = stage.map_or(is_his, |(.., may)| *may);
        (is_reached || self.followed.contains(&entity.id)) && self.covers_the_card_of(entity)
    }

    /// Does it reach a card that the element is linked with?
    fn covers_a_card_of(&self, element: i64) -> bool {
        let account = self.account;
        self.cards.iter().any(|(kind, reach)| {
            let mut linked = account.links.of((Kind::Elements, element), *kind);
            linked.any(|(id, _)| account.entity(*kind, id).is_some_and(|card| reach.covers(card)))
        })
    }

    /// Does it reach the card that a task belongs to, if there is one?
    fn covers_the_card_of(&self, task: &Entity) -> bool {
        let named = task.text("entity_type");
        let Some((kind, reach)) = self.cards.iter().find(|(kind, _)| kind.name() == named) else {
            return true;
        };
        let card = task.int("entity_id").and_then(|id| self.account.entity(*kind, id));
        card.is_none_or(|card| reach.covers(card))
    }
}

/// What is said of the action in certain stages.
fn stages(rights: &Value, action: &str) -> Vec<(i64, i64, bool)> {
    let said = rights["status_rights"].as_array().into_iter().flatten();
    said.filter_map(|one| {
        let level = one["rights"][action].as_str()?;
        Some((one["pipeline_id"].as_i64()?, one["status_id"].as_i64()?, level == "A"))
    })
    .collect()
}
