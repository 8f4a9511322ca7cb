//! What a test can do about who has access to the account.

use crate::connection::{Connection, Integration};
use crate::generated::users::USER;
use crate::oauth::grants::Holder;
use crate::oauth::hooks;
use crate::oauth::moved::Moved;
use crate::oauth::people::people;
use crate::sandbox::{Inner, Sandbox};
use crate::{locked, webhooks};

impl Inner {
    /// Lets a user grant access to an integration. What an administrator grants access to is
    /// installed by that; of others it is refused before.
    fn connect(&self, integration: &mut Integration, user_id: i64) -> Option<Connection> {
        let domain = {
            let account = self.account.read();
            let mut people = people(&account).into_iter();
            let user = people.find(|user| user.id == user_id && user.can_act)?;
            if !user.is_admin && !integration.is_installed {
                return None;
            }
            account.domain.clone()
        };
        integration.is_installed = true;
        Some(self.connection(integration.holder(user_id), integration, domain))
    }

    fn connection(&self, holder: Holder, of: &Integration, domain: String) -> Connection {
        let now = self.calendar.now();
        let mut grants = locked(&self.grants);
        Connection {
            client_id: of.client_id.clone(),
            client_secret: of.client_secret.clone(),
            redirect_uri: of.redirect_uri.clone(),
            code: grants.new_code(holder.clone(), now),
            long_lived_token: grants.long_lived(holder, now),
            domain,
        }
    }
}

/// Who has access.
impl Sandbox {
    /// What a client needs to connect as the demo integration for the administrator; the code and
    /// the long-lived token are fresh ones each time. It installs the integration if it was
    /// switched off.
    pub fn connection(&self) -> Connection {
        let (domain, user) = {
            let account = self.inner.account.read();
            (account.domain.clone(), account.administrator())
        };
        let mut integrations = locked(&self.inner.integrations);
        let first = integrations.first();
        first.is_installed = true;
        self.inner.connection(first.holder(user), first, domain)
    }

    /// The same as an integration for a user, who grants it access by that. `None` when there is no
    /// such integration or user, and when he is no administrator and it is not installed: the first
    /// access is an administrator's to give.
    pub fn connection_of(&self, client_id: &str, user_id: i64) -> Option<Connection> {
        let mut integrations = locked(&self.inner.integrations);
        self.inner.connect(integrations.find_mut(client_id)?, user_id)
    }

    /// A fresh authorisation code of the administrator for the demo integration: works once and for
    /// 20 minutes of the calendar.
    pub fn authorization_code(&self) -> String {
        let user = self.inner.account.read().administrator();
        let holder = locked(&self.inner.integrations).first().holder(user);
        locked(&self.inner.grants).new_code(holder, self.inner.calendar.now())
    }

    /// Makes another integration up and gives its id. It is installed when an administrator grants
    /// it access: [`connection_of`](Sandbox::connection_of), or the consent page.
    pub fn add_integration(&self, redirect_uri: &str) -> String {
        locked(&self.inner.integrations).add(redirect_uri).client_id
    }

    /// What an integration asks for when it is granted access from now on: `crm`, `files`,
    /// `files_delete`, `notifications`, `push_notifications`, and all of them unless said. Tokens
    /// that are out keep what they were granted, also after a refresh. False when there is no such
    /// integration.
    pub fn set_scopes(&self, client_id: &str, scopes: &[&str]) -> bool {
        self.change(client_id, |integration| {
            integration.scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        })
    }

    /// Which address is called when an integration is switched off. False when there is no such
    /// integration.
    pub fn set_uninstall_hook(&self, client_id: &str, address: &str) -> bool {
        self.change(client_id, |known| known.uninstall_hook = Some(address.to_owned()))
    }

    pub(crate) fn has_integration(&self, client_id: &str) -> bool {
        locked(&self.inner.integrations).find(client_id).is_some()
    }

    fn change(&self, client_id: &str, change: impl FnOnce(&mut Integration)) -> bool {
        locked(&self.inner.integrations).find_mut(client_id).map(change).is_some()
    }

    /// Switches an integration off, as an administrator does: everything that was granted to it is
    /// withdrawn, and its hook is called once with a signature. False when it is not on.
    pub fn uninstall(&self, client_id: &str) -> bool {
        let mut integrations = locked(&self.inner.integrations);
        let installed = integrations.find_mut(client_id).filter(|known| known.is_installed);
        let Some(integration) = installed else { return false };
        integration.is_installed = false;
        locked(&self.inner.grants).revoke(|holder| holder.client_id == client_id);
        let account_id = self.inner.account.read().id;
        if let Some(address) = hooks::uninstalled(integration, account_id) {
            self.inner.outbox.call_once(&address, self.inner.calendar.now());
            webhooks::start(&self.inner);
        }
        true
    }

    /// Calls the demo integration's redirect URI with a fresh code of the administrator and
    /// `from_widget=1`, as happens when he installs its widget: once, with 3 seconds to answer.
    pub fn install_widget(&self) {
        let domain = self.inner.account.read().domain.clone();
        let code = self.authorization_code();
        let address = {
            let mut integrations = locked(&self.inner.integrations);
            let first = integrations.first();
            first.is_installed = true;
            hooks::redirect_with_code(first, &domain, &code, "from_widget", None)
        };
        self.inner.outbox.call_once(&address, self.inner.calendar.now());
        webhooks::start(&self.inner);
    }

    /// Withdraws every token and code that was given out, as if an administrator had withdrawn the
    /// access; those who are logged in with API keys are logged out too.
    pub fn revoke_tokens(&self) {
        locked(&self.inner.grants).revoke(|_| true);
        locked(&self.inner.logins).log_out();
    }

    /// Withdraws what one user granted to one integration.
    pub fn revoke_grant(&self, client_id: &str, user_id: i64) {
        let of = |holder: &Holder| holder.client_id == client_id && holder.user_id == user_id;
        locked(&self.inner.grants).revoke(of);
    }

    /// A user's API key, with which he logs in as in older days; his login is his e-mail address.
    /// `None` when there is no such user.
    pub fn api_key(&self, user_id: i64) -> Option<String> {
        let account = self.inner.account.read();
        let user = account.user(user_id)?.id;
        Some(locked(&self.inner.logins).key_of(user))
    }

    /// Switches a user off or on, as an administrator does in the web interface: who is off cannot
    /// log in or be acted for. False when there is no such user.
    pub fn set_user_active(&self, user_id: i64, is_active: bool) -> bool {
        let mut account = self.inner.account.write();
        let known = account.records.get(USER.service, "", user_id).cloned();
        let Some(mut user) = known else { return false };
        user.set("is_active", is_active);
        account.records.keep(USER.service, "", user);
        true
    }

    /// Moves the account to another domain. Requests to the former one are answered as `moved` says;
    /// a client finds the new one by a look-up at the `api_domain` of its token. A domain that the
    /// account comes back to is its own again.
    pub fn move_account(&self, domain: &str, moved: Moved) {
        let mut account = self.inner.account.write();
        account.moved_from.retain(|(former, _)| former != domain);
        let former = std::mem::replace(&mut account.domain, domain.to_owned());
        if former != domain {
            account.moved_from.retain(|(known, _)| *known != former);
            account.moved_from.push((former, moved));
        }
        locked(&self.inner.grants).set_base_domain(account.base_domain());
    }
}
