//! Complete walks, while others work in the account.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::{Arc, Mutex};

use amo_api::{Client, Completable, Complete, Completeness, Entities, ErrorKind};
use amo_auth::LongLived;
use amo_core::{Direction, Lead, LeadFilter, LeadOrder, Timestamp};
use amo_sandbox::{ApiFilter, CustomersMode, RateLimit, Sandbox, Script, Server, demo};
use amo_transport::Unlimited;
use serde_json::json;

use common::start;

/// Numbers that are the same for the same seed.
#[derive(Clone)]
struct Random(u64);

impl Random {
    fn below(&mut self, bound: i64) -> i64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(self.0 >> 33).unwrap() % bound
    }
}

/// What others did during a walk.
#[derive(Default)]
struct Others {
    /// These were gone for a time, or came only then.
    not_always_there: BTreeSet<i64>,
    gone: Vec<i64>,
    moves: u64,
}

/// After requests of the walk somebody deletes, restores, changes and creates leads.
fn others_work(
    sandbox: &Sandbox,
    leads: &[i64],
    restorable: &[i64],
    seed: u64,
) -> Arc<Mutex<Others>> {
    let others = Arc::new(Mutex::new(Others::default()));
    let (state, leads) = (Arc::clone(&others), leads.to_vec());
    let restorable = restorable.to_vec();
    let random = Mutex::new(Random(seed));
    let often = 1 + i64::try_from(seed % 4).unwrap();
    sandbox.scripts().add(Script::new().method("GET").path("/api/v4/leads").always().run(
        move |sandbox| {
            let (mut random, mut others) = (random.lock().unwrap(), state.lock().unwrap());
            for _ in 0..random.below(often + 1) {
                let lead = leads
                    [usize::try_from(random.below(i64::try_from(leads.len()).unwrap())).unwrap()];
                match random.below(6) {
                    0..=2 => {
                        if sandbox.delete("leads", lead) {
                            others.not_always_there.insert(lead);
                            others.moves += 1;
                            if restorable.contains(&lead) {
                                others.gone.push(lead);
                            }
                        }
                    }
                    3 => {
                        if let Some(lead) = others.gone.pop() {
                            assert!(sandbox.restore("leads", lead));
                            others.moves += 1;
                        }
                    }
                    4 => {
                        let change = json!({"name": "Changed", "price": random.below(1_000)});
                        sandbox.act("PATCH", &format!("/api/v4/leads/{lead}"), &change);
                    }
                    _ => {
                        let at = 1_600_000_000 + random.below(150_000_000);
                        let new = json!([{"name": "Newcomer", "created_at": at}]);
                        let (status, made) = sandbox.act("POST", "/api/v4/leads", &new);
                        assert_eq!(status, 200);
                        let id = made["_embedded"]["leads"][0]["id"].as_i64().unwrap();
                        others.not_always_there.insert(id);
                    }
                }
            }
        },
    ));
    others
}

/// Begins anew with leads that were created now and then, some of them many in one second. Gives all of
/// them, and those that have their second for themselves.
fn fill(sandbox: &Sandbox, random: &mut Random) -> (Vec<i64>, Vec<i64>) {
    sandbox.scripts().clear();
    assert!(sandbox.act("POST", "/reset", &json!(null)).0 < 300);
    let (mut leads, mut apart) = (Vec::new(), Vec::new());
    let mut at = 1_600_000_000;
    for _ in 0..=random.below(5) {
        let crowded = random.below(4) == 0;
        let new: Vec<_> = (0..=random.below(25))
            .map(|_| {
                at += if crowded { 0 } else { random.below(100_000) };
                json!({"name": "Old", "created_at": at})
            })
            .collect();
        at += random.below(10_000_000);
        let (status, made) = sandbox.act("POST", "/api/v4/leads", &json!(new));
        assert_eq!(status, 200);
        let made = made["_embedded"]["leads"].as_array().unwrap();
        let ids = made.iter().map(|lead| lead["id"].as_i64().unwrap());
        let before = leads.len();
        leads.extend(ids);
        if !crowded {
            apart.extend_from_slice(&leads[before..]);
        }
    }
    (leads, apart)
}

/// How often each came, and how the walk says it went.
async fn walk<R: Completable>(mut walk: Complete<R>) -> (HashMap<i64, usize>, Completeness) {
    let mut seen = HashMap::new();
    while let Some(entity) = walk.next().await {
        *seen.entry(entity.unwrap().number()).or_default() += 1;
    }
    let completeness = walk.completeness().expect("it ended well");
    assert_eq!(completeness.items, walk.progress().items);
    (seen, completeness)
}

/// Two tests, so that they can run side by side.
async fn nothing_is_lost_and_nothing_comes_twice(seeds: Range<u64>) {
    let (client, sandbox, _server) = start(Sandbox::builder().api_filter(ApiFilter::On)).await;
    for seed in seeds {
        let random = &mut Random(seed);
        let (leads, apart) = fill(&sandbox, random);
        let others = others_work(&sandbox, &leads, &apart, seed);
        let limit = u16::try_from(3 + random.below(10)).unwrap();
        let at_once = usize::try_from(1 + random.below(5)).unwrap();
        let (seen, completeness) =
            walk(client.leads().list().limit(limit).complete().ahead(at_once)).await;
        assert!(completeness.by_filter);
        assert!(!completeness.may_lack_some());
        let others = others.lock().unwrap();
        for lead in leads.iter().filter(|lead| !others.not_always_there.contains(lead)) {
            assert_eq!(seen.get(lead), Some(&1), "seed {seed}: {lead} was there all the time");
        }
        let twice = seen.iter().find(|(_, times)| **times > 1);
        assert_eq!(twice, None, "seed {seed}");
    }
}

#[tokio::test]
async fn with_filters_nothing_is_lost() {
    nothing_is_lost_and_nothing_comes_twice(0..100).await;
}

#[tokio::test]
async fn with_filters_nothing_comes_twice() {
    nothing_is_lost_and_nothing_comes_twice(100..200).await;
}

#[tokio::test]
async fn without_filters_it_says_whether_rows_may_have_moved() {
    let (client, sandbox, _server) = start(Sandbox::builder()).await;
    let (mut moved, mut lost) = (0, 0);
    for seed in 0..40 {
        let random = &mut Random(seed);
        let (leads, apart) = fill(&sandbox, random);
        let others = if seed % 4 == 0 {
            Arc::default()
        } else {
            others_work(&sandbox, &leads, &apart, seed)
        };
        let (seen, completeness) = walk(client.leads().list().limit(5).complete()).await;
        assert!(!completeness.by_filter);
        let others = others.lock().unwrap();
        assert_eq!(completeness.moves, Some(others.moves), "seed {seed}");
        let lacks = leads.iter().filter(|lead| !others.not_always_there.contains(lead));
        let lacks = lacks.filter(|lead| !seen.contains_key(lead)).count();
        assert!(lacks == 0 || completeness.may_lack_some(), "seed {seed}: {lacks} are missing");
        let twice = seen.iter().find(|(_, times)| **times > 1);
        assert_eq!(twice, None, "seed {seed}");
        moved += u64::from(completeness.may_lack_some());
        lost += lacks;
    }
    assert!(moved > 10, "the scripts move rows");
    assert!(lost > 0, "the scripts move rows past the walk");
}

async fn comes_whole<R: Completable>(entities: Entities<R>, first: i64, len: i64) {
    for filters in [None, Some(true), Some(false)] {
        let mut complete = entities.list().limit(20).complete();
        if let Some(filters) = filters {
            complete = complete.filters(filters);
        }
        let (seen, completeness) = walk(complete).await;
        let mut ids: Vec<_> = seen.into_keys().collect();
        ids.sort_unstable();
        assert_eq!(ids, (first..first + len).collect::<Vec<_>>(), "{}", R::NAME);
        assert_eq!(completeness.by_filter, filters != Some(false));
        assert_eq!(completeness.items, u64::try_from(len).unwrap());
    }
}

#[tokio::test]
async fn every_kind_that_can_comes_whole() {
    let builder = Sandbox::builder().leads(130).contacts(140).companies(50).customers(60);
    let builder = builder.api_filter(ApiFilter::On).customers_mode(CustomersMode::Periodicity);
    let (client, _, _server) = start(builder).await;
    comes_whole(client.leads(), demo::FIRST_LEAD, 130).await;
    comes_whole(client.contacts(), demo::FIRST_CONTACT, 140).await;
    comes_whole(client.companies(), demo::FIRST_COMPANY, 50).await;
    comes_whole(client.customers(), demo::FIRST_CUSTOMER, 60).await;
}

#[tokio::test]
async fn a_small_list_is_one_request_and_a_large_one_not_many_more_than_its_pages() {
    let builder = Sandbox::builder().leads(3_000).api_filter(ApiFilter::On);
    let (client, sandbox, _server) = start(builder).await;
    let asked = || sandbox.log().count("GET", "/api/v4/leads");
    let few = LeadFilter::new().created_at(..=Timestamp::new(1));
    let (seen, _) = walk(client.leads().list().filter(few).complete().filters(true)).await;
    assert!(seen.is_empty());
    assert_eq!(asked(), 1);
    sandbox.log().clear();
    let (seen, _) = walk(client.leads().list().limit(50).complete()).await;
    assert_eq!(seen.len(), 3_000);
    assert_eq!(sandbox.log().count("GET", "/api/v4/account"), 1, "asked once");
    assert!((60..=180).contains(&asked()), "{} requests for 60 pages", asked());
}

#[tokio::test]
async fn the_callers_own_times_of_creation_are_heeded() {
    let (client, sandbox, _server) = start(Sandbox::builder().api_filter(ApiFilter::On)).await;
    let new: Vec<_> =
        (0..200).map(|n| json!({"name": "A", "created_at": 1_600_000_000 + n})).collect();
    assert_eq!(sandbox.act("POST", "/api/v4/leads", &json!(new)).0, 200);
    let between = Timestamp::new(1_600_000_050)..=Timestamp::new(1_600_000_149);
    let filter = LeadFilter::new().created_at(between);
    let (seen, _) = walk(client.leads().list().filter(filter).limit(7).complete()).await;
    assert_eq!(seen.len(), 100);
}

/// A client that believes whoever says that filters work.
fn unchecked(sandbox: &Sandbox, server: &Server) -> Client {
    Client::builder(server.base_url())
        .auth(LongLived::new(sandbox.connection().long_lived_token))
        .check_filters(false)
        .rate_limiter(Unlimited)
        .build()
        .unwrap()
}

#[tokio::test]
async fn what_a_complete_walk_cannot_do_is_refused() {
    let fails = async |mut walk: Complete<Lead>| {
        let error = loop {
            match walk.next().await.expect("an error") {
                Ok(_) => {}
                Err(error) => break error,
            }
        };
        assert!(walk.next().await.is_none());
        assert!(walk.completeness().is_none());
        error
    };
    let (client, sandbox, server) = start(Sandbox::builder().leads(300)).await;
    let leads = || client.leads().list().limit(50);
    for walk in
        [leads().page(2), leads().order(LeadOrder::UpdatedAt, Direction::Asc), leads().limit(0)]
    {
        assert_eq!(fails(walk.complete()).await.kind(), ErrorKind::InvalidRequest);
    }
    // Filters do not work here: nobody takes everything for what was asked for.
    let filtered = leads().filter(LeadFilter::new().name(["Chairs"]));
    let error = fails(filtered.complete()).await;
    assert!(error.to_string().contains("filters do not work"), "{error}");
    let error = fails(leads().complete().filters(true)).await;
    assert_eq!(error.kind(), ErrorKind::PaymentRequired);
    let error = fails(unchecked(&sandbox, &server).leads().list().complete().filters(true)).await;
    assert!(error.to_string().contains("ignores the filter"), "{error}");
    assert_eq!(sandbox.log().count("GET", "/api/v4/leads"), 5);

    let sandbox =
        Sandbox::builder().leads(9).rate_limit(RateLimit::Off).api_filter(ApiFilter::Refused);
    let (client, sandbox, server) = start(sandbox).await;
    let walk_by_filter = unchecked(&sandbox, &server).leads().list().complete().filters(true);
    assert_eq!(fails(walk_by_filter).await.kind(), ErrorKind::Validation);
    let (seen, completeness) = walk(client.leads().list().complete()).await;
    assert_eq!((seen.len(), completeness.may_lack_some()), (9, false));
}
