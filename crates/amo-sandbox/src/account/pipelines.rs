//! Pipelines as other services look at them: which statuses they have, and where a lead starts.

use crate::entity::{Entity, Shelf};
use crate::generated::pipelines::{PIPELINE, STATUS};

use super::Account;

/// The status of a won lead in every pipeline.
pub(crate) const WON: i64 = 142;
/// The status of a lost lead in every pipeline.
pub(crate) const LOST: i64 = 143;

/// A pipeline with its statuses.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pipeline<'a> {
    pub(crate) id: i64,
    pub(crate) is_main: bool,
    /// Whether its stage of incoming leads is switched on.
    pub(crate) is_unsorted_on: bool,
    statuses: &'a Shelf,
}

impl Account {
    pub(crate) fn pipelines(&self) -> impl Iterator<Item = Pipeline<'_>> {
        let pipelines = self.records.of(PIPELINE.service, "").iter();
        pipelines.map(|pipeline| self.with_statuses(pipeline))
    }

    pub(crate) fn pipeline(&self, id: i64) -> Option<Pipeline<'_>> {
        self.records.get(PIPELINE.service, "", id).map(|pipeline| self.with_statuses(pipeline))
    }

    fn with_statuses(&self, pipeline: &Entity) -> Pipeline<'_> {
        Pipeline {
            id: pipeline.id,
            is_main: pipeline.get("is_main") == true,
            is_unsorted_on: pipeline.get("is_unsorted_on") == true,
            statuses: self.records.of(STATUS.service, &pipeline.id.to_string()),
        }
    }
}

impl<'a> Pipeline<'a> {
    pub(crate) fn has_status(&self, id: i64) -> bool {
        self.statuses.iter().any(|status| status.id == id)
    }

    /// Where a new lead starts: the first stage that is not the one of incoming leads.
    pub(crate) fn first_status(&self) -> Option<i64> {
        self.stages().first().map(|status| status.id)
    }

    /// The status of incoming leads.
    pub(crate) fn incoming(&self) -> Option<i64> {
        self.statuses.iter().find(|status| is_incoming(status)).map(|status| status.id)
    }

    /// The statuses that users made, in their order.
    pub(crate) fn stages(&self) -> Vec<&'a Entity> {
        let mut stages: Vec<&Entity> = self.statuses.iter().filter(|one| !is_system(one)).collect();
        stages.sort_by_key(|status| (status.int("sort"), status.id));
        stages
    }

    /// The statuses that lists show, in their order: without the one of incoming leads where it is
    /// switched off. The examples of the docs show it and leave it out: this is a guess.
    pub(crate) fn shown(&self) -> Vec<&'a Entity> {
        let is_on = self.is_unsorted_on;
        let shown = self.statuses.iter().filter(|status| is_on || !is_incoming(status));
        let mut shown: Vec<&Entity> = shown.collect();
        shown.sort_by_key(|status| (status.int("sort"), status.id));
        shown
    }
}

pub(crate) fn is_incoming(status: &Entity) -> bool {
    status.int("type") == Some(1)
}

/// Is it one of the three that every pipeline has?
pub(crate) fn is_system(status: &Entity) -> bool {
    is_incoming(status) || [WON, LOST].contains(&status.id)
}
