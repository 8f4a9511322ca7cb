//! Saving under faults: whatever goes wrong, nothing is there twice and nothing is lost.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use amo_api::{ApiCall, Draft, ListPage, Outcome, Savable};
use amo_core::{Company, Contact, Lead, List, NewCompany, NewContact, NewLead, Repeat, Resource};
use amo_sandbox::{Fault, Sandbox};

use common::start;

/// Numbers that look like chance and are the same for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// What all entities of a kind are called at the sandbox.
async fn names<R: List + Named>(list: ApiCall<ListPage<R>>) -> Vec<(String, R::Id)> {
    list.limit(250).await.unwrap().items.into_iter().map(Named::named).collect()
}

trait Named: Resource {
    fn named(self) -> (String, Self::Id);
}

macro_rules! named {
    ($($kind:ident)*) => {$(
        impl Named for $kind {
            fn named(self) -> (String, Self::Id) {
                (self.name.unwrap_or_default(), self.id)
            }
        }
    )*};
}

named!(Lead Contact Company);

/// One name is there once at most; a draft that is unsure hears what became of it.
fn settle<R: Savable>(
    drafts: &mut [Draft<R>],
    first: &[String],
    there: &[(String, R::Id)],
    seed: u64,
) {
    for (draft, name) in drafts.iter_mut().zip(first) {
        let found: Vec<_> = there.iter().filter(|(known, _)| known == name).collect();
        assert!(found.len() <= 1, "seed {seed}: {name} is there {} times", found.len());
        if let Some(id) = draft.id() {
            assert_eq!(found.first().map(|(_, found)| found), Some(&id), "seed {seed}: {name}");
        }
        draft.settle(found.first().map(|(_, id)| id.clone()));
    }
}

async fn run(seed: u64) {
    let mut dice = Dice(seed);
    let (client, sandbox, _server) = start(Sandbox::builder()).await;
    let name = |kind: &str, number: usize| format!("{kind} {number}.");
    let all = |kind: &str| (0..4).map(|number| name(kind, number)).collect::<Vec<_>>();
    let (of_leads, of_contacts, of_companies) = (all("lead"), all("contact"), all("company"));
    let mut leads: Vec<Draft<Lead>> =
        of_leads.iter().map(|name| Draft::new(NewLead::new().name(name.as_str()))).collect();
    let mut contacts: Vec<Draft<Contact>> =
        of_contacts.iter().map(|name| Draft::new(NewContact::new().name(name.as_str()))).collect();
    let mut companies: Vec<Draft<Company>> =
        of_companies.iter().map(|name| Draft::new(NewCompany::new().name(name.as_str()))).collect();
    let mut price = 0;
    let mut rounds = 0;
    loop {
        rounds += 1;
        let is_last = rounds > 12;
        sandbox.faults().clear();
        if !is_last {
            for _ in 0..dice.below(3) {
                let method = ["POST", "PATCH"][usize::from(dice.below(2) == 0)];
                let path = ["/api/v4/leads", "/api/v4/contacts", "/api/v4/companies"];
                let path = path[usize::try_from(dice.below(3)).unwrap()];
                let fault = match dice.below(6) {
                    0 => Fault::status(504),
                    1 => Fault::status(504).after_work(),
                    2 => Fault::cut().after_work(),
                    3 => Fault::status(403).body(r#"{"title":"Forbidden","status":403}"#),
                    4 => Fault::cut_short(),
                    _ => Fault::status(200).body("<html>").after_work(),
                };
                sandbox.faults().add(fault.method(method).path_prefix(path));
            }
            if dice.below(2) == 0 {
                price += 1;
                let lead = usize::try_from(dice.below(4)).unwrap();
                leads[lead].change(|lead| lead.price(price));
            }
        }
        if dice.below(3) == 0 {
            let lead = usize::try_from(dice.below(4)).unwrap();
            // Whatever comes of it: the draft knows.
            let _ = client.save(&mut leads[lead]).repeat(Repeat::ActsOnce).await;
        }
        let drafts = leads.iter_mut().map(Draft::any);
        let drafts = drafts.chain(contacts.iter_mut().map(Draft::any));
        let drafts = drafts.chain(companies.iter_mut().map(Draft::any));
        let saved = client
            .save_all(drafts)
            .per_request(usize::try_from(dice.below(4)).unwrap())
            .repeat(Repeat::ActsOnce)
            .await;
        sandbox.faults().clear();
        settle(&mut leads, &of_leads, &names(client.leads().list()).await, seed);
        settle(&mut contacts, &of_contacts, &names(client.contacts().list()).await, seed);
        settle(&mut companies, &of_companies, &names(client.companies().list()).await, seed);
        if is_last && saved.is_complete() {
            break;
        }
        assert!(rounds < 20, "seed {seed}: it does not end: {:?}", saved.outcomes());
        let told = saved.outcomes();
        assert!(
            told.iter().all(|one| !matches!(one, Outcome::Invalid { .. })),
            "seed {seed}: {told:?}"
        );
    }
    assert!(leads.iter().all(|lead| lead.id().is_some() && !lead.has_changes()), "seed {seed}");
    let greatest = leads.iter().filter_map(Draft::id);
    let greatest = greatest.map(|id| sandbox.entity("leads", id.get()).unwrap()["price"].as_i64());
    assert_eq!(greatest.max().flatten().unwrap_or_default(), price, "seed {seed}: the last price");
}

#[tokio::test]
async fn nothing_is_there_twice_and_nothing_is_lost() {
    for seed in 0..24 {
        run(seed).await;
    }
}

#[tokio::test]
async fn saving_can_be_given_to_a_task() {
    let (client, _sandbox, _server) = start(Sandbox::builder()).await;
    let lead = tokio::spawn(async move {
        let mut lead = Draft::new(NewLead::new().name("Chairs"));
        client.save(&mut lead).await.unwrap();
        lead.change(|lead| lead.price(5));
        assert!(client.save_all([lead.any()]).await.is_complete());
        lead
    });
    assert!(lead.await.unwrap().id().is_some());
}
