//! Copies of accounts in which things happen between any two requests of a run.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use amo_api::Followed;
use amo_core::NoteParent;
use amo_sandbox::{ApiFilter, CustomersMode, Sandbox, Script};

use crate::common::start;
use crate::mirror::{ALL, Mirror, difference, everything};
use crate::world::{Dice, World};

/// So many accounts for each way in which filters are heeded.
const SCRIPTS: u64 = 70;

/// A copy that is kept by runs during which much happens is the same as the account in the end.
async fn kept(seed: u64, filter: ApiFilter) {
    let mode = CustomersMode::Periodicity;
    let builder = Sandbox::builder().manual_calendar(1_750_000_000).api_filter(filter);
    let (client, sandbox, _server) = start(builder.customers_mode(mode)).await;
    let mut dice = Dice(seed);
    let lists = some_of(&mut dice);
    let mut collections: Vec<_> = lists.iter().filter_map(collection).collect();
    if collections.is_empty() {
        // Of which there are events.
        collections.push("leads");
    }
    let world = Arc::new(Mutex::new(World::new(dice, &sandbox, &collections)));
    let mut mirror = Mirror::of(lists);
    // The box's clock is one, and all is written at once: nothing need be read twice.
    if world.lock().unwrap().dice.below(3) == 0 {
        mirror.overlap = Duration::from_secs(300);
    }
    let runs = 3 + world.lock().unwrap().dice.below(3);
    for _ in 0..runs {
        // Behind every other request or so, and sometimes between two runs.
        let busy = Arc::clone(&world);
        sandbox.scripts().add(Script::new().method("GET").path_prefix("/api/v4/").always().run(
            move |sandbox| {
                let mut world = busy.lock().unwrap();
                if world.dice.below(2) == 0 {
                    world.act(sandbox);
                }
            },
        ));
        mirror.follow(&client).await.unwrap();
        sandbox.scripts().clear();
        let mut world = world.lock().unwrap();
        for _ in 0..world.dice.below(3) {
            world.act(&sandbox);
        }
        let pause = world.dice.below(500) as u64;
        sandbox.calendar().advance(Duration::from_secs(pause));
    }
    mirror.follow(&client).await.unwrap();
    let differences = difference(&mirror.copy, &everything(&client, &mirror.lists).await);
    assert!(differences.is_empty(), "{filter:?}, seed {seed}: {differences:#?}");
    let again = mirror.follow(&client).await.unwrap();
    let kept = serde_json::to_value(&mirror.checkpoint).unwrap();
    let is_full = kept["told"].as_array().is_some_and(|told| told.len() == 1000);
    assert!(again == 0 || is_full, "{filter:?}, seed {seed}: {again} changes are told again");
}

/// One to three of the lists.
fn some_of(dice: &mut Dice) -> Vec<Followed> {
    let mut all = ALL.to_vec();
    (0..=dice.below(3)).map(|_| all.remove(dice.below(all.len()))).collect()
}

fn collection(list: &Followed) -> Option<&'static str> {
    Some(match list {
        Followed::Leads => "leads",
        Followed::Contacts => "contacts",
        Followed::Companies => "companies",
        Followed::Customers => "customers",
        Followed::Tasks => "tasks",
        Followed::Notes(NoteParent::Leads) => "notes",
        _ => return None,
    })
}

#[tokio::test]
async fn where_filters_are_heeded() {
    for seed in 0..SCRIPTS {
        kept(seed, ApiFilter::On).await;
    }
}

#[tokio::test]
async fn where_filters_are_ignored() {
    for seed in SCRIPTS..2 * SCRIPTS {
        kept(seed, ApiFilter::Ignored).await;
    }
}

#[tokio::test]
async fn where_filters_are_refused() {
    for seed in 2 * SCRIPTS..3 * SCRIPTS {
        kept(seed, ApiFilter::Refused).await;
    }
}
