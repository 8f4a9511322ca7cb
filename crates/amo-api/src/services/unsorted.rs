//! Incoming leads: how they are sorted.

use amo_core::{
    AcceptUnsorted, DeclineUnsorted, LinkUnsorted, SortedUnsorted, Unsorted, UnsortedSummary,
    UnsortedSummaryFilter, UnsortedUid,
};

use crate::one::{One, object};
use crate::{ApiCall, Entities};

impl Entities<Unsorted> {
    /// Accepts an incoming lead: its lead, contact and company are made and become ordinary ones.
    pub fn accept(
        &self,
        uid: &UnsortedUid,
        accept: &AcceptUnsorted,
    ) -> ApiCall<One<SortedUnsorted>> {
        self.call(One::new(self.place().on(uid, Unsorted::ACCEPT), object).json(accept))
    }

    /// Declines an incoming lead.
    pub fn decline(
        &self,
        uid: &UnsortedUid,
        decline: &DeclineUnsorted,
    ) -> ApiCall<One<SortedUnsorted>> {
        self.call(One::new(self.place().on(uid, Unsorted::DECLINE), object).json(decline))
    }

    /// Links an incoming lead from a chat with a lead or a customer in place of accepting it.
    pub fn link_to(&self, uid: &UnsortedUid, link: &LinkUnsorted) -> ApiCall<One<SortedUnsorted>> {
        self.call(One::new(self.place().on(uid, Unsorted::LINK_ENTITY), object).json(link))
    }

    /// Counts incoming leads, accepted and declined ones too.
    pub fn summary(&self, filter: &UnsortedSummaryFilter) -> ApiCall<One<UnsortedSummary>> {
        self.call(One::new(self.place().of(Unsorted::SUMMARY), object).query(filter))
    }
}
