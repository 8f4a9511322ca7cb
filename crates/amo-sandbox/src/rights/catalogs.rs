//! What a user may do with which catalogs.

use crate::account::Account;

/// How far one action reaches in a catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    All,
    /// Elements that are linked with cards with which the user may do the same.
    Linked,
    Nothing,
}

/// How far an action reaches in each catalog.
#[derive(Debug)]
pub(crate) struct OfCatalogs {
    said: Vec<(i64, Level)>,
    rest: Level,
}

impl OfCatalogs {
    /// What is said of a catalog itself counts; for the others there is one switch. Nobody explains
    /// what the "L" of the official client reaches: that it is what is linked is a guess.
    pub(crate) fn of(account: &Account, user_id: i64, action: &str) -> Self {
        if account.user(user_id).is_some_and(|user| user.is_admin) {
            return Self { said: Vec::new(), rest: Level::All };
        }
        let rights = account.rights_of(user_id);
        let said = rights["catalog_rights"].as_array().into_iter().flatten();
        let said = said.filter_map(|one| {
            let level = match one["rights"][action].as_str() {
                Some("A") => Level::All,
                Some("L") => Level::Linked,
                _ => Level::Nothing,
            };
            Some((one["catalog_id"].as_i64()?, level))
        });
        let has_access = rights["catalog_access"] == true;
        Self { said: said.collect(), rest: if has_access { Level::All } else { Level::Nothing } }
    }

    pub(crate) fn level(&self, catalog: i64) -> Level {
        let own = self.said.iter().find(|(id, _)| *id == catalog);
        own.map_or(self.rest, |(_, level)| *level)
    }

    /// In catalogs of which nothing is said, as in new ones.
    pub(crate) fn rest(&self) -> Level {
        self.rest
    }

    /// Does it reach anything at all?
    pub(crate) fn is_something(&self) -> bool {
        self.rest != Level::Nothing || self.said.iter().any(|(_, level)| *level != Level::Nothing)
    }

    pub(crate) fn is_everything(&self) -> bool {
        self.rest == Level::All && self.said.iter().all(|(_, level)| *level == Level::All)
    }
}
