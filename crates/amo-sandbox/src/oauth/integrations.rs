//! The integrations of the account.

mod state;

use super::grants::Holder;
use super::jwt;
use crate::connection::Integration;

/// What an integration asks for unless said otherwise: everything.
const ALL_SCOPES: [&str; 5] =
    ["crm", "files", "files_delete", "notifications", "push_notifications"];

/// All integrations that know the account; the first one is that of the demo account.
#[derive(Debug, Clone)]
pub(crate) struct Integrations {
    first: Integration,
    others: Vec<Integration>,
}

impl Integrations {
    pub(crate) fn new(first: Integration) -> Self {
        Integrations { first, others: Vec::new() }
    }

    pub(crate) fn first(&mut self) -> &mut Integration {
        &mut self.first
    }

    /// The first one, to look at.
    pub(crate) fn usual(&self) -> &Integration {
        &self.first
    }

    /// Makes one up, which is not installed yet.
    pub(crate) fn add(&mut self, redirect_uri: &str) -> Integration {
        let mut new = Integration::new(jwt::uuid(), jwt::hex(32), redirect_uri.to_owned());
        new.is_installed = false;
        self.others.push(new.clone());
        new
    }

    fn all(&self) -> impl Iterator<Item = &Integration> {
        std::iter::once(&self.first).chain(&self.others)
    }

    pub(crate) fn find(&self, client_id: &str) -> Option<&Integration> {
        self.all().find(|known| known.client_id == client_id)
    }

    pub(crate) fn find_mut(&mut self, client_id: &str) -> Option<&mut Integration> {
        std::iter::once(&mut self.first)
            .chain(&mut self.others)
            .find(|known| known.client_id == client_id)
    }
}

impl Integration {
    pub(crate) fn new(client_id: String, client_secret: String, redirect_uri: String) -> Self {
        Integration {
            client_id,
            client_secret,
            redirect_uri,
            scopes: all_scopes(),
            uninstall_hook: None,
            is_installed: true,
        }
    }

    /// Somebody who grants it access now.
    pub(crate) fn holder(&self, user_id: i64) -> Holder {
        Holder { user_id, client_id: self.client_id.clone(), scopes: self.scopes.clone() }
    }
}

/// Everything that can be asked for.
pub(crate) fn all_scopes() -> Vec<String> {
    ALL_SCOPES.map(str::to_owned).to_vec()
}
