//! The box itself and the handle on it.

use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::net::ToSocketAddrs;

use crate::account::{Account, AccountLock};
use crate::builder::SandboxBuilder;
use crate::calendar::Calendar;
use crate::clock::Stopwatch;
use crate::entity::{Kind, Showing, show};
use crate::fault::Faults;
use crate::latency::Latency;
use crate::limit::{Limiter, Limits, RateLimit};
use crate::log::RequestLog;
use crate::oauth::grants::{Grants, Issuer};
use crate::oauth::integrations::Integrations;
use crate::oauth::login::Logins;
use crate::script::Scripts;
use crate::server::{Server, Transport};
use crate::service::SandboxService;
use crate::special::Follower;
use crate::webhooks::{self, Outbox, Webhooks};
use crate::{demo, events, locked, record, unsorted};

/// An amoCRM in a box: one demo account with one integration.
///
/// It is a handle: clones share the box.
///
/// ```
/// use amo_sandbox::Sandbox;
///
/// let sandbox = Sandbox::new();
/// let connection = sandbox.connection();
/// assert_eq!(connection.domain, "demo.amocrm.ru");
/// ```
#[derive(Clone)]
pub struct Sandbox {
    pub(crate) inner: Arc<Inner>,
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sandbox").finish_non_exhaustive()
    }
}

/// What the handles share. Each lock is held for one step and never across an await.
pub(crate) struct Inner {
    pub(crate) settings: SandboxBuilder,
    pub(crate) integrations: Mutex<Integrations>,
    pub(crate) logins: Mutex<Logins>,
    pub(crate) allowed_addresses: Mutex<Vec<IpAddr>>,
    pub(crate) latency: Mutex<Latency>,
    pub(crate) calendar: Calendar,
    pub(crate) stopwatch: Stopwatch,
    pub(crate) limiter: Mutex<Limiter>,
    pub(crate) log: RequestLog,
    pub(crate) faults: Faults,
    pub(crate) scripts: Scripts,
    pub(crate) grants: Mutex<Grants>,
    pub(crate) account: AccountLock,
    pub(crate) outbox: Outbox,
}

pub(crate) fn from_settings(settings: SandboxBuilder) -> Sandbox {
    let account = demo::account(&settings);
    let limiter = Limiter::new(settings.limits);
    let grants = Grants::new(Issuer {
        account_id: account.id,
        base_domain: account.base_domain().to_owned(),
        access_lifetime: i64::try_from(settings.access_token_lifetime.as_secs())
            .unwrap_or(i64::MAX),
        grace: settings.refresh_grace,
    });
    let inner = Arc::new_cyclic(|inner| Inner {
        integrations: Mutex::new(Integrations::new(demo::integration())),
        logins: Mutex::default(),
        allowed_addresses: Mutex::new(settings.allowed_addresses.clone()),
        latency: Mutex::new(settings.latency.clone()),
        calendar: Calendar::new(settings.time()),
        stopwatch: Stopwatch::start(),
        limiter: Mutex::new(limiter),
        log: RequestLog::default(),
        faults: Faults::default(),
        scripts: Scripts::default(),
        grants: Mutex::new(grants),
        account: AccountLock::new(account),
        outbox: Outbox::new(settings.sink.clone(), inner.clone()),
        settings,
    });
    Sandbox { inner }
}

impl Inner {
    /// Makes events and posts of webhooks of all that has changed in the account.
    pub(crate) fn remember(&self, account: &mut Account, by: i64, now: i64) {
        events::remember(account, by, now);
        webhooks::post_noted(self, account);
    }
}

impl Default for Sandbox {
    fn default() -> Self {
        Sandbox::new()
    }
}

impl Sandbox {
    /// A box with an empty demo account, the real rate limit and the machine's time.
    pub fn new() -> Sandbox {
        Sandbox::builder().build()
    }

    /// A box to be set up.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }

    /// The account's host name now, such as `demo.amocrm.ru`.
    pub fn domain(&self) -> String {
        self.inner.account.read().domain.clone()
    }

    /// The account's id.
    pub fn account_id(&self) -> i64 {
        self.inner.account.read().id
    }

    /// The box as a tower service, without a socket.
    pub fn service(&self) -> SandboxService {
        SandboxService::new(Arc::clone(&self.inner))
    }

    /// Serves the box over HTTP/1.1 until the server is shut down or dropped; needs a running tokio
    /// runtime. For https there is `serve_tls`, or put a server before it that speaks TLS, keeps
    /// `Host` and adds `X-Forwarded-Proto: https`, by which links in answers begin with https.
    ///
    /// # Errors
    /// When it cannot listen there.
    pub async fn serve(&self, listen: impl ToSocketAddrs) -> io::Result<Server> {
        Server::start(listen, self.service(), Transport::Plain).await
    }

    /// The wall clock of the box.
    pub fn calendar(&self) -> &Calendar {
        &self.inner.calendar
    }

    /// The faults that are switched on.
    pub fn faults(&self) -> &Faults {
        &self.inner.faults
    }

    /// What will happen when certain requests have been answered.
    pub fn scripts(&self) -> &Scripts {
        &self.inner.scripts
    }

    /// The requests that arrived.
    pub fn log(&self) -> &RequestLog {
        &self.inner.log
    }

    /// Changes the rate limit of integrations; what arrived within the last second still counts.
    pub fn set_rate_limit(&self, limit: RateLimit) {
        locked(&self.inner.limiter).limits.integration = limit;
    }

    /// The limits that are on.
    pub fn limits(&self) -> Limits {
        locked(&self.inner.limiter).limits
    }

    /// Changes all of them; what arrived before still counts, and who is blocked stays so.
    pub fn set_limits(&self, limits: Limits) {
        locked(&self.inner.limiter).limits = limits;
    }

    /// Changes the account's white list of the API; an empty one allows all addresses.
    pub fn set_allowed_addresses(&self, addresses: impl IntoIterator<Item = IpAddr>) {
        *locked(&self.inner.allowed_addresses) = addresses.into_iter().collect();
    }

    /// How long every answer takes.
    pub fn latency(&self) -> Latency {
        locked(&self.inner.latency).clone()
    }

    /// Changes it, for the answers to requests that have been worked on from now on.
    pub fn set_latency(&self, latency: impl Into<Latency>) {
        *locked(&self.inner.latency) = latency.into();
    }

    /// Lets everybody in again whom [`SandboxBuilder::block_after`] locked out, as the vendor's
    /// support does.
    pub fn unblock(&self) {
        locked(&self.inner.limiter).unblock();
    }

    /// An entity as `GET` would show it without `with`; the collection is `leads`, `contacts`,
    /// `companies` or `customers`. Its links begin with `https://` and the account's domain.
    pub fn entity(&self, collection: &str, id: i64) -> Option<Value> {
        let kind = Kind::named(collection).filter(|kind| *kind != Kind::Elements)?;
        let account = self.inner.account.read();
        let base = format!("https://{}", account.domain);
        let showing = Showing { account: &account, base: &base, with: Vec::new() };
        Some(show(kind, account.entity(kind, id)?, &showing).into_value())
    }

    /// Deletes an entity as a user does in the web interface (the API cannot); false when there is
    /// no such one. `with=only_deleted` lists it then. `tasks`, `notes`, `website_buttons` and
    /// elements of catalogs (`catalog_elements`) can be deleted so too, for good.
    pub fn delete(&self, collection: &str, id: i64) -> bool {
        let mut account = self.inner.account.write();
        let now = self.inner.calendar.now();
        let is_deleted = match Kind::named(collection) {
            Some(Kind::Elements) => {
                account.links.remove_all((Kind::Elements, id));
                record::delete_as_user(&mut account.records, "elements", id)
            }
            Some(kind) => account.bin(kind, id, demo::ADMIN, now),
            None => record::delete_as_user(&mut account.records, collection, id),
        };
        self.inner.remember(&mut account, demo::ADMIN, now);
        is_deleted
    }

    /// Somebody writes in a chat: an incoming lead with a contact of this name, which waits to be
    /// accepted, declined or linked. Gives its `uid`. Forms and calls come through the API.
    pub fn receive_chat(&self, name: &str, text: &str) -> String {
        let now = self.inner.calendar.now();
        let mut account = self.inner.account.write();
        let uid = unsorted::chat(&mut account, name, text, now);
        self.inner.remember(&mut account, 0, now);
        uid
    }

    /// Makes a user follow a lead or a customer, as in the web interface (the API only reads it);
    /// false when there is no such card or user.
    pub fn follow(&self, collection: &str, id: i64, user: i64) -> bool {
        self.subscribe(collection, id, "users", user, Follower::User)
    }

    /// The same for a group of users.
    pub fn follow_as_group(&self, collection: &str, id: i64, group: i64) -> bool {
        self.subscribe(collection, id, "groups", group, Follower::Group)
    }

    fn subscribe(
        &self,
        collection: &str,
        id: i64,
        service: &str,
        subscriber: i64,
        follower: Follower,
    ) -> bool {
        let mut account = self.inner.account.write();
        let card = Kind::named(collection).filter(|kind| account.entity(*kind, id).is_some());
        let Some(kind) = card.filter(|_| account.knows(service, subscriber)) else { return false };
        account.followers.add((kind, id), subscriber, follower);
        true
    }

    /// A contact writes into a chat: his talk goes on, or one begins. Gives the talk; `None` when
    /// there is no such contact.
    pub fn client_writes(&self, contact: i64, text: &str) -> Option<i64> {
        let now = self.inner.calendar.now();
        let mut account = self.inner.account.write();
        let talk = record::client_writes(&mut account, contact, text, now);
        webhooks::post_noted(&self.inner, &mut account);
        talk
    }

    /// A bot (`salesbot` or `marketingbot`) asks a widget and waits: the path where it takes the
    /// answer, once. `None` when there is no such bot.
    pub fn bot_waits(&self, bot_type: &str, bot: i64) -> Option<String> {
        record::bot_waits(&mut self.inner.account.write(), bot_type, bot)
    }

    /// Brings an entity back that was deleted, as a user does in the web interface; without its
    /// links (a guess). False when there is no such one.
    pub fn restore(&self, collection: &str, id: i64) -> bool {
        let Some(kind) = Kind::named(collection) else { return false };
        let mut account = self.inner.account.write();
        let now = self.inner.calendar.now();
        let Some(collection) = account.collections.get_mut(&kind) else { return false };
        let is_restored = collection.restore(id, |entity| {
            entity.set("updated_at", now);
            entity.set("updated_by", demo::ADMIN);
        });
        if !is_restored {
            return false;
        }
        events::restored(&mut account, kind, id, demo::ADMIN, now);
        webhooks::card_restored(&mut account, kind, id);
        self.inner.remember(&mut account, demo::ADMIN, now);
        true
    }

    /// The webhooks: what was posted, and what waits.
    pub fn webhooks(&self) -> Webhooks {
        Webhooks::new(Arc::clone(&self.inner))
    }
}
