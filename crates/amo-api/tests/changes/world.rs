//! What colleagues do in an account, by chance: the same for the same seed.

use std::collections::BTreeMap;
use std::time::Duration;

use amo_sandbox::Sandbox;
use serde_json::{Value, json};

/// A small generator of numbers (`SplitMix64`).
pub struct Dice(pub u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0, below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    fn pick(&mut self, ids: &[i64]) -> Option<i64> {
        (!ids.is_empty()).then(|| ids[self.below(ids.len())])
    }
}

/// The ids of each collection that are there, and those that can be restored.
#[derive(Default)]
struct Ids {
    live: Vec<i64>,
    bin: Vec<i64>,
}

pub struct World {
    pub dice: Dice,
    collections: BTreeMap<&'static str, Ids>,
    /// A lead that nobody deletes, so that notes have a place.
    pub parent: i64,
    count: u32,
}

const CARDS: [&str; 4] = ["leads", "contacts", "companies", "customers"];

impl World {
    /// An account with some of everything.
    pub fn new(mut dice: Dice, sandbox: &Sandbox, collections: &[&'static str]) -> Self {
        dice.next();
        let mut world = Self { dice, collections: BTreeMap::new(), parent: 0, count: 0 };
        world.parent = world.add(sandbox, "leads", 1)[0];
        for &collection in collections {
            let some = 25 + world.dice.below(40);
            let ids = world.add(sandbox, collection, some);
            world.collections.insert(collection, Ids { live: ids, bin: Vec::new() });
            sandbox.calendar().advance(Duration::from_secs(7));
        }
        world
    }

    /// Something happens.
    pub fn act(&mut self, sandbox: &Sandbox) {
        // Much happens in the same second.
        sandbox.calendar().advance(Duration::from_secs(self.dice.below(3) as u64));
        for _ in 0..=self.dice.below(3) {
            let all: Vec<&'static str> = self.collections.keys().copied().collect();
            let collection = all[self.dice.below(all.len())];
            match self.dice.below(12) {
                0..4 => self.change(sandbox, collection, 1),
                4 => self.change(sandbox, collection, 30),
                5 | 6 => {
                    let ids = self.add(sandbox, collection, 1);
                    self.ids(collection).live.extend(ids);
                }
                7 | 8 => self.delete(sandbox, collection, 1),
                9 => self.delete(sandbox, collection, 12),
                _ => self.restore(sandbox, collection),
            }
        }
    }

    fn ids(&mut self, collection: &'static str) -> &mut Ids {
        self.collections.get_mut(collection).unwrap()
    }

    /// A text that nothing else has.
    fn text(&mut self) -> String {
        self.count += 1;
        format!("number {}", self.count)
    }

    fn add(&mut self, sandbox: &Sandbox, collection: &str, many: usize) -> Vec<i64> {
        let parent = self.parent;
        let items: Vec<Value> = (0..many)
            .map(|_| {
                let text = self.text();
                match collection {
                    "tasks" => json!({"text": text, "complete_till": 1_800_000_000}),
                    "notes" => json!({"entity_id": parent, "note_type": "common", "params": {"text": text}}),
                    "customers" => json!({"name": text, "next_date": 1_800_000_000}),
                    _ => json!({"name": text}),
                }
            })
            .collect();
        let (status, made) = sandbox.act("POST", &path(collection), &items.into());
        assert_eq!(status, 200, "{made}");
        let made = made["_embedded"][collection].as_array().unwrap();
        made.iter().map(|one| one["id"].as_i64().unwrap()).collect()
    }

    fn change(&mut self, sandbox: &Sandbox, collection: &'static str, most: usize) {
        let mut ids = Vec::new();
        for _ in 0..most {
            let live = std::mem::take(&mut self.ids(collection).live);
            ids.extend(self.dice.pick(&live).filter(|id| !ids.contains(id)));
            self.ids(collection).live = live;
        }
        if ids.is_empty() {
            return;
        }
        let patches: Vec<Value> = ids
            .into_iter()
            .map(|id| {
                let text = self.text();
                match collection {
                    "tasks" => json!({"id": id, "text": text}),
                    "notes" => json!({"id": id, "note_type": "common", "params": {"text": text}}),
                    _ => json!({"id": id, "name": text}),
                }
            })
            .collect();
        let (status, answer) = sandbox.act("PATCH", &path(collection), &patches.into());
        assert_eq!(status, 200, "{answer}");
    }

    fn delete(&mut self, sandbox: &Sandbox, collection: &'static str, many: usize) {
        for _ in 0..many {
            let at = self.dice.below(self.collections[collection].live.len());
            let ids = self.ids(collection);
            if ids.live.is_empty() {
                return;
            }
            let id = ids.live.remove(at);
            assert!(sandbox.delete(collection, id), "{collection} {id}");
            if CARDS.contains(&collection) {
                ids.bin.push(id);
            }
        }
    }

    fn restore(&mut self, sandbox: &Sandbox, collection: &'static str) {
        let at = self.dice.below(self.collections[collection].bin.len());
        let ids = self.ids(collection);
        if !ids.bin.is_empty() {
            let id = ids.bin.remove(at);
            assert!(sandbox.restore(collection, id), "{collection} {id}");
            ids.live.push(id);
        }
    }
}

fn path(collection: &str) -> String {
    match collection {
        "notes" => "/api/v4/leads/notes".to_owned(),
        _ => format!("/api/v4/{collection}"),
    }
}
