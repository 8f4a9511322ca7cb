//! Until when tasks are to be done, by the cards that they are about: a card shows the first.

use std::collections::BTreeSet;

use super::tasks::TASKS;
use crate::entity::{Entity, Kind};

/// The tasks that are still to be done: the card, until when, and the task.
#[derive(Debug, Default)]
pub(super) struct Deadlines {
    open: BTreeSet<((Kind, i64), i64, i64)>,
}

impl Deadlines {
    /// Follows a change of a record; those that are no tasks change nothing.
    pub(super) fn change(&mut self, service: &str, before: Option<&Entity>, now: Option<&Entity>) {
        if service != TASKS.resource.service {
            return;
        }
        if let Some(gone) = before.and_then(deadline) {
            self.open.remove(&gone);
        }
        self.open.extend(now.and_then(deadline));
    }

    /// Also one that is past, as it is still to be done: a guess.
    pub(super) fn first(&self, kind: Kind, id: i64) -> Option<i64> {
        let own = ((kind, id), i64::MIN, i64::MIN)..=((kind, id), i64::MAX, i64::MAX);
        self.open.range(own).next().map(|(_, till, _)| *till)
    }
}

fn deadline(task: &Entity) -> Option<((Kind, i64), i64, i64)> {
    if task.get("is_completed") == true {
        return None;
    }
    let kind = Kind::named(task.text("entity_type"))?;
    Some(((kind, task.int("entity_id")?), task.int("complete_till")?, task.id))
}
