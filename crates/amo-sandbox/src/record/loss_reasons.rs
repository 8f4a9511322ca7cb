//! What is special to the reasons for losing a lead.

use super::{Behaviour, not_blank, nothing_changes};
use crate::call::Call;
use crate::check::Change;
use crate::entity::Entity;
use crate::flaws::Flaws;
use crate::generated::loss_reasons::LOSS_REASON;

/// Leads keep the id of a reason that is deleted: a guess.
pub(super) static LOSS_REASONS: Behaviour =
    Behaviour { counted: true, sorted: true, check, settle, ..Behaviour::of(&LOSS_REASON) };

fn check(change: &Change, old: Option<&Entity>, _: &Call<'_>, flaws: &mut Flaws) {
    nothing_changes(change, old, flaws);
    not_blank(change, "name", flaws);
}

/// One that says no place comes last: a guess.
fn settle(reason: &mut Entity, _: &Change, call: &mut Call<'_>) {
    let all = call.account.records.of(LOSS_REASON.service, "").iter();
    let last = all.filter_map(|known| known.int("sort")).max().unwrap_or(0);
    reason.set_default("sort", last.saturating_add(10));
}
