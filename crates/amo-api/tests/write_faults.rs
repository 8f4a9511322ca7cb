//! Whatever goes wrong with a batch: every item has exactly one outcome, and it is true.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use std::collections::HashMap;

use amo_api::{Client, Outcome, Outcomes, Stop};
use amo_auth::LongLived;
use amo_core::{Contact, ContactId, ContactPatch, Created, NewContact, Updated, UserId};
use amo_sandbox::{Fault, Sandbox, Server, demo};
use amo_transport::{Settings, Unlimited};

const CONTACTS: &str = "/api/v4/contacts";
const SCRIPTS: u64 = 120;
/// How many contacts are there for changes.
const THERE: usize = 12;

/// A small generator: the same seed draws the same.
struct Dice(u64);

impl Dice {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }
}

/// A client that repeats nothing, so that every fault reaches the batch.
async fn start() -> (Client, Sandbox, Server) {
    let sandbox =
        Sandbox::builder().contacts(THERE).rate_limit(amo_sandbox::RateLimit::Off).build();
    let server = sandbox.serve("127.0.0.1:0").await.unwrap();
    let mut settings = Settings::default();
    settings.attempts = 1;
    let client = Client::builder(server.base_url())
        .auth(LongLived::new(sandbox.connection().long_lived_token))
        .rate_limiter(Unlimited)
        .settings(settings)
        .build()
        .unwrap();
    (client, sandbox, server)
}

/// What goes wrong, and when.
fn script(dice: &mut Dice, method: &str, sandbox: &Sandbox) -> Vec<String> {
    let mut told = Vec::new();
    for _ in 0..dice.below(4) {
        let (name, fault) = match dice.below(10) {
            0 => ("413", Fault::status(413)),
            1 => ("413 twice", Fault::status(413).times(2)),
            2 => ("504", Fault::status(504)),
            3 => ("504 after work", Fault::status(504).after_work()),
            4 => ("cut", Fault::cut()),
            5 => ("cut after work", Fault::cut().after_work()),
            6 => ("cut short", Fault::cut_short()),
            7 => ("403", Fault::status(403)),
            8 => ("nonsense after work", Fault::status(200).body("<html>").after_work()),
            _ => ("400 without names", Fault::status(400).body(r#"{"title":"Bad Request"}"#)),
        };
        let skip = dice.below(6);
        sandbox.faults().add(fault.method(method).path(CONTACTS).skip(skip));
        told.push(format!("{name} after {skip}"));
    }
    told
}

/// Reads a batch to its end; may stop it half-way.
async fn finish<T, I>(
    mut outcomes: Outcomes<T, I>,
    stop: Option<(usize, Stop)>,
) -> Vec<Outcome<T, I>> {
    let mut all = Vec::new();
    while let Some((place, outcome)) = outcomes.next().await {
        assert_eq!(place, all.len(), "in the caller's order");
        if let Some((_, stop)) = stop.as_ref().filter(|(at, _)| *at == place) {
            stop.stop();
        }
        all.push(outcome);
    }
    all
}

/// How often each name is there.
async fn names(client: &Client) -> HashMap<String, usize> {
    let mut names = HashMap::new();
    let mut contacts = client.contacts().list().items();
    while let Some(contact) = contacts.next().await {
        let contact: Contact = contact.unwrap();
        *names.entry(contact.name.unwrap_or_default()).or_default() += 1;
    }
    names
}

fn contact(number: usize, wrong: bool) -> NewContact {
    let contact = NewContact::new().name(format!("item {number}"));
    if wrong { contact.responsible_user_id(UserId::new(1)) } else { contact }
}

#[tokio::test]
async fn what_is_said_of_creations_is_true() {
    for seed in 0..SCRIPTS {
        let mut dice = Dice::new(seed + 1);
        let (client, sandbox, _server) = start().await;
        let faults = script(&mut dice, "POST", &sandbox);
        let count = 1 + dice.below(100);
        let wrong = 2 + dice.below(60);
        let items = move |number| contact(number, number % wrong == wrong - 1);
        let stop = dice.one_in(4).then(|| (dice.below(count), Stop::new()));
        let mut call = client.contacts().create_many((0..count).map(items));
        call = call.per_request(1 + dice.below(20)).concurrency(1 + dice.below(5));
        if dice.one_in(5) {
            call = call.stop_at_first_invalid();
        }
        if let Some((_, stop)) = &stop {
            call = call.stop_on(stop);
        }
        let here = format!("seed {seed}: {count} items, {faults:?}, {call:?}");
        let outcomes: Vec<Outcome<Created<Contact>, NewContact>> =
            finish(call.outcomes(), stop).await;
        assert_eq!(outcomes.len(), count, "{here}");
        sandbox.faults().clear();
        let there = names(&client).await;
        for (number, outcome) in outcomes.iter().enumerate() {
            let name = format!("item {number}");
            let times = there.get(&name).copied().unwrap_or_default();
            match outcome {
                Outcome::Done(receipt) => {
                    let stored = sandbox.entity("contacts", receipt.id.get()).unwrap();
                    assert_eq!(stored["name"], name, "{here}");
                    assert_eq!(times, 1, "{name} once; {here}");
                }
                Outcome::OutcomeUnknown(_) => assert!(times <= 1, "{name} at most once; {here}"),
                Outcome::Invalid { .. } => {
                    assert_eq!((times, number % wrong), (0, wrong - 1), "{name}; {here}");
                }
                Outcome::Refused { .. } | Outcome::NotSent { .. } => {
                    assert_eq!(times, 0, "{name} {outcome}; {here}");
                }
                other => panic!("{name} {other}; {here}"),
            }
            let item = outcome.item();
            assert!(item.is_none_or(|item| *item == items(number)), "{name}; {here}");
        }
    }
}

#[tokio::test]
async fn what_is_said_of_changes_is_true() {
    for seed in 0..SCRIPTS {
        let mut dice = Dice::new(seed + 1_000);
        let (client, sandbox, _server) = start().await;
        let faults = script(&mut dice, "PATCH", &sandbox);
        let count = 1 + dice.below(60);
        let wrong = 2 + dice.below(60);
        let whose: Vec<usize> = (0..count).map(|_| dice.below(THERE)).collect();
        let id = |number: usize| demo::FIRST_CONTACT + i64::try_from(whose[number]).unwrap();
        let change = |number: usize| {
            let patch = ContactPatch::new().name(format!("change {number}"));
            let is_wrong = number % wrong == wrong - 1;
            if is_wrong { patch.responsible_user_id(UserId::new(1)) } else { patch }
        };
        let items: Vec<_> =
            (0..count).map(|number| (ContactId::new(id(number)), change(number))).collect();
        let stop = dice.one_in(4).then(|| (dice.below(count), Stop::new()));
        let mut call = client.contacts().update_many(items.clone());
        call = call.per_request(1 + dice.below(10)).concurrency(1 + dice.below(5));
        if dice.one_in(2) {
            call = call.halve_on_timeout();
        }
        if let Some((_, stop)) = &stop {
            call = call.stop_on(stop);
        }
        let here = format!("seed {seed}: {count} items, {faults:?}, {call:?}");
        let outcomes: Vec<Outcome<Updated<Contact>, (ContactId, ContactPatch)>> =
            finish(call.outcomes(), stop).await;
        assert_eq!(outcomes.len(), count, "{here}");
        // The names that each contact may have, by what is said.
        let mut may: HashMap<i64, Vec<String>> = HashMap::new();
        for (number, outcome) in outcomes.iter().enumerate() {
            let name = format!("change {number}");
            match outcome {
                Outcome::Done(receipt) => {
                    assert_eq!(receipt.id.get(), id(number), "{here}");
                    may.insert(id(number), vec![name]);
                }
                Outcome::OutcomeUnknown(_) => may.entry(id(number)).or_default().push(name),
                Outcome::Invalid { .. } => assert_eq!(number % wrong, wrong - 1, "{here}"),
                Outcome::Refused { .. } | Outcome::NotSent { .. } => {}
                other => panic!("{name} {other}; {here}"),
            }
            assert!(outcome.item().is_none_or(|item| *item == items[number]), "{number}; {here}");
        }
        for number in 0..THERE {
            let id = demo::FIRST_CONTACT + i64::try_from(number).unwrap();
            let stored = sandbox.entity("contacts", id).unwrap();
            let name = stored["name"].as_str().unwrap();
            let known = may.get(&id).map(Vec::as_slice).unwrap_or_default();
            // What is not known may also not have been done.
            let old = !name.starts_with("change ") && nothing_is_done_for(&outcomes, &items, id);
            assert!(old || known.iter().any(|one| one == name), "{name}: {known:?}; {here}");
        }
    }
}

/// Is nothing said to be done for this contact?
fn nothing_is_done_for<T, P>(
    outcomes: &[Outcome<T, P>],
    items: &[(ContactId, ContactPatch)],
    id: i64,
) -> bool {
    let mut of = outcomes.iter().zip(items).filter(|(_, (whose, _))| whose.get() == id);
    of.all(|(outcome, _)| outcome.done().is_none())
}
