//! A hub and some accounts with sockets between them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use amo_api::{AccountStatus, Client, Hub, HubBuilder, StatusChange};
use amo_auth::clock::ManualClock;
use amo_auth::{MemoryStore, OAuth, Redirect};
use amo_core::{AccountId, Timestamp};
use amo_sandbox::{RateLimit, Sandbox, Server};
use amo_transport::Unlimited;

pub const NOW: i64 = 1_700_000_000;

/// One account, at an address of its own.
pub struct OneBox {
    pub sandbox: Sandbox,
    pub server: Server,
    pub id: AccountId,
}

impl OneBox {
    pub async fn new(id: i64) -> Self {
        let sandbox = Sandbox::builder().account_id(id).contacts(2).manual_calendar(NOW);
        let sandbox = sandbox.rate_limit(RateLimit::Off).build();
        let server = sandbox.serve("127.0.0.1:0").await.unwrap();
        Self { sandbox, server, id: AccountId::new(id) }
    }

    /// What comes to the redirect URI when its administrator installs the integration.
    pub fn redirect(&self) -> String {
        let code = self.sandbox.connection().code;
        format!(
            "code={code}&referer={}&state=s&client_id={}",
            self.server.base_url(),
            self.client_id()
        )
    }

    pub fn client_id(&self) -> String {
        self.sandbox.connection().client_id
    }
}

pub type Changes = Arc<Mutex<Vec<StatusChange>>>;

/// What a test of hubs works with.
pub struct Bench {
    pub boxes: Vec<OneBox>,
    pub store: MemoryStore,
    pub clock: ManualClock,
    pub changes: Changes,
}

impl Bench {
    pub async fn new(accounts: i64) -> Self {
        let mut boxes = Vec::new();
        for id in 1..=accounts {
            boxes.push(OneBox::new(id).await);
        }
        let clock = ManualClock::new(Timestamp::new(NOW));
        let store = MemoryStore::with_clock(Arc::new(clock.clone()));
        Self { boxes, store, clock, changes: Changes::default() }
    }

    pub fn builder(&self) -> HubBuilder {
        let known = self.boxes[0].sandbox.connection();
        let oauth = OAuth::new(known.client_id, known.client_secret, known.redirect_uri);
        let changes = Arc::clone(&self.changes);
        let builder = Hub::builder(oauth.store(self.store.clone()))
            .clock(self.clock.clone())
            .rate_limiter(Unlimited)
            .on_change(move |change| changes.lock().unwrap().push(change));
        self.boxes.iter().fold(builder, |hub, one| hub.trusted_origin(one.server.base_url()))
    }

    pub fn hub(&self) -> Hub {
        self.builder().build().unwrap()
    }

    pub async fn install(&self, hub: &Hub, index: usize) -> Client {
        hub.install(read(&self.boxes[index].redirect())).await.unwrap()
    }

    /// Tomorrow for everyone.
    pub fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
        for one in &self.boxes {
            one.sandbox.calendar().advance(Duration::from_secs(seconds));
        }
    }

    pub fn changes(&self) -> Vec<(AccountStatus, AccountStatus)> {
        std::mem::take(&mut *self.changes.lock().unwrap())
            .into_iter()
            .map(|change| (change.before, change.after))
            .collect()
    }
}

pub fn read(query: &str) -> Redirect {
    Redirect::read(query, |state| state == Some("s")).unwrap()
}

pub fn token_requests(one: &OneBox) -> usize {
    one.sandbox.log().count("POST", "/oauth2/access_token")
}
