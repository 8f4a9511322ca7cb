//! Looking for items of which nobody knows whether they were created.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use std::time::Duration;

use amo_api::{Client, ReconcileBy, Reconciled, Unknown};
use amo_auth::LongLived;
use amo_auth::clock::ManualClock;
use amo_core::field::{PHONE, Text};
use amo_core::{Contact, Field, NewComplexLead, NewContact, NewLead, Timestamp};
use amo_sandbox::{Fault, RateLimit, Sandbox, Server, demo};
use amo_transport::Unlimited;

const OWN_ID: Field<Text> = Field::id(demo::CONTACT_COMMENT);
const NOON: i64 = 1_700_000_000;

/// A client and a box whose clocks a test moves together.
struct Pair {
    client: Client,
    sandbox: Sandbox,
    clock: ManualClock,
    _server: Server,
}

impl Pair {
    async fn start() -> Self {
        let sandbox = Sandbox::builder()
            .manual_calendar(NOON)
            .contacts(20)
            .rate_limit(RateLimit::Off)
            .build();
        let server = sandbox.serve("127.0.0.1:0").await.unwrap();
        let clock = ManualClock::new(Timestamp::new(NOON));
        let client = Client::builder(server.base_url())
            .auth(LongLived::new(sandbox.connection().long_lived_token))
            .rate_limiter(Unlimited)
            .clock(clock.clone())
            .build()
            .unwrap();
        Self { client, sandbox, clock, _server: server }
    }

    fn advance(&self, by: Duration) {
        self.clock.advance(by);
        self.sandbox.calendar().advance(by);
    }

    /// Creates contacts; the answer is a gateway's, before or after the work is done.
    async fn lose(&self, new: Vec<NewContact>, done: bool) -> Vec<Unknown<NewContact>> {
        let fault = Fault::status(504).method("POST");
        self.sandbox.faults().add(if done { fault.after_work() } else { fault });
        let count = new.len();
        let batch = self.client.contacts().create_many(new).await;
        let unknown: Vec<_> = batch.into_unknown().map(|(_, unknown)| unknown).collect();
        assert_eq!(unknown.len(), count);
        unknown
    }

    async fn look(&self, unknown: Vec<Unknown<NewContact>>, by: ReconcileBy) -> Vec<String> {
        told(&self.client.contacts().reconcile(unknown, by).await.unwrap())
    }
}

fn told<I>(looked_for: &[Reconciled<Contact, I>]) -> Vec<String> {
    let name = |contact: &Contact| contact.name.clone().unwrap_or_default();
    let one = |one: &Reconciled<Contact, I>| match one {
        Reconciled::Found { entity, .. } => format!("found {}", name(entity)),
        Reconciled::NotFound { .. } => "not found".to_owned(),
        Reconciled::Ambiguous { candidates, .. } => format!("one of {}", candidates.len()),
        Reconciled::NoKey { .. } => "no key".to_owned(),
        _ => panic!("a verdict of another kind"),
    };
    looked_for.iter().map(one).collect()
}

fn own(name: &str, id: &str) -> NewContact {
    NewContact::new().name(name).set(OWN_ID, id)
}

fn caller(name: &str, phone: &str) -> NewContact {
    NewContact::new().name(name).add(PHONE, (phone, "MOB"))
}

#[tokio::test]
async fn an_id_of_the_callers_own_tells_what_is_there() {
    let pair = Pair::start().await;
    // The search finds both of these where the shorter one is looked for.
    pair.client.contacts().create(own("longer", "id-10")).await.unwrap();
    let mut unknown = pair.lose(vec![own("A", "id-1"), own("B", "id-2")], true).await;
    unknown.extend(pair.lose(vec![own("C", "id-3")], false).await);
    unknown.extend(pair.lose(vec![NewContact::new().name("D")], true).await);
    let before = pair.sandbox.log().count("GET", "/api/v4/contacts");
    let by = ReconcileBy::field(OWN_ID);
    let found = pair.look(unknown, by).await;
    assert_eq!(found, ["found A", "found B", "not found", "no key"]);
    assert_eq!(pair.sandbox.log().count("GET", "/api/v4/contacts") - before, 3);
}

#[tokio::test]
async fn who_could_be_either_is_not_chosen() {
    let pair = Pair::start().await;
    let twice = pair.lose(vec![own("A", "same"), own("B", "same")], true).await;
    assert_eq!(pair.look(twice, ReconcileBy::field(OWN_ID)).await, ["one of 2", "one of 2"]);
    pair.client.contacts().create(own("there", "twin")).await.unwrap();
    let twins = pair.lose(vec![own("C", "twin"), own("D", "twin")], false).await;
    let by = ReconcileBy::field(OWN_ID);
    assert_eq!(pair.look(twins, by).await, ["one of 1", "one of 1"], "whose is it?");
    let none = pair.look(Vec::new(), by).await;
    assert!(none.is_empty());
}

#[tokio::test]
async fn a_phone_counts_only_within_the_time_of_the_attempt() {
    let pair = Pair::start().await;
    let by = ReconcileBy::phone();
    pair.client.contacts().create(caller("earlier", "+7 900 000-00-01")).await.unwrap();
    pair.advance(Duration::from_secs(3600));
    let lost =
        pair.lose(vec![caller("A", "8 (900) 000-00-01"), caller("B", "+79000000002")], false);
    let lost = lost.await;
    assert_eq!(pair.look(lost.clone(), by).await, ["not found", "not found"]);
    let done = pair.lose(vec![caller("A", "8 (900) 000-00-01")], true).await;
    pair.advance(Duration::from_secs(3600));
    pair.client.contacts().create(caller("later", "89000000001")).await.unwrap();
    assert_eq!(pair.look(done.clone(), by).await, ["found A"]);
    let wide = pair.client.contacts().reconcile(done, by).margin(Duration::from_secs(4000)).await;
    assert_eq!(told(&wide.unwrap()), ["one of 3"]);

    // An import says itself when its contacts were created.
    let old = |name| caller(name, "+79000000003").created_at(Timestamp::new(NOON - 10_000_000));
    let old = pair.lose(vec![old("imported")], true).await;
    pair.client.contacts().create(caller("new", "+79000000003")).await.unwrap();
    assert_eq!(pair.look(old, by).await, ["found imported"]);
}

#[tokio::test]
async fn items_come_back_and_other_kinds_of_items_are_looked_for_too() {
    let pair = Pair::start().await;
    let lost = pair.lose(vec![own("A", "id-1")], false).await;
    let by = ReconcileBy::field(OWN_ID);
    let looked_for = pair.client.contacts().reconcile(lost, by).await.unwrap();
    let again = looked_for.into_iter().map(Reconciled::into_item).collect::<Vec<_>>();
    assert!(pair.client.contacts().create_many(again).await.is_complete());
    let field = pair.client.custom_fields(amo_core::CustomFieldsOf::Leads);
    let field = field.create(amo_core::NewCustomField::text("own id"));
    let own_id = Field::<Text>::id(field.await.unwrap().id.get());
    let fault = Fault::status(502).method("POST").after_work();
    pair.sandbox.faults().add(fault);
    let lead = NewComplexLead::new(NewLead::new().name("Chairs").set(own_id, "lead-7"));
    let batch = pair.client.leads().create_complex_many([lead]).await;
    let unknown = batch.into_unknown().map(|(_, unknown)| unknown);
    let by = ReconcileBy::field(own_id);
    let looked_for = pair.client.leads().reconcile(unknown, by).await.unwrap();
    let [Reconciled::Found { entity, .. }] = looked_for.as_slice() else {
        panic!("{looked_for:?}")
    };
    assert_eq!(entity.name.as_deref(), Some("Chairs"));
    // A search that fails is an error, and can be made again.
    pair.sandbox.faults().add(Fault::status(403).method("GET"));
    let unknown = pair.lose(vec![own("B", "id-9")], true).await;
    let by = ReconcileBy::field(OWN_ID);
    let error = pair.client.contacts().reconcile(unknown.clone(), by).await.unwrap_err();
    assert_eq!(error.status(), Some(403));
    assert_eq!(pair.look(unknown, by).await, ["found B"]);
}
