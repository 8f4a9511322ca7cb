//! What a stage asks of those who come into it with a lead.

use super::Kind;
use crate::account::Account;
use crate::fields::Required;
use crate::fields::value::FieldValues;
use crate::flaws::Flaws;

/// A pipeline and a stage of it.
pub(crate) type Stage = (i64, i64);

/// The kinds of cards besides the lead that a stage asks for something.
pub(crate) const BESIDE: [Kind; 2] = [Kind::Contacts, Kind::Companies];

/// Fields of contacts and companies have such stages too, as the docs say, and no more than that.
/// That the main contact and the company must have them filled when their lead comes into the
/// stage, that a lead without them may pass, and where it is said, is a guess.
pub(crate) fn check_beside(
    kind: Kind,
    fields: &[FieldValues],
    stage: Stage,
    account: &Account,
    flaws: &mut Flaws,
) {
    let definitions = account.fields_of(kind);
    let required =
        Required { definitions, stage: Some(stage), old: fields, new: &[], is_whole: true };
    flaws.within(&format!("_embedded.{}.0", kind.name()), |flaws| required.check(flaws));
}

impl Account {
    /// The main contact of a lead, or its company.
    pub(crate) fn beside(&self, lead: i64, kind: Kind) -> Option<i64> {
        let mut linked = self.links.of((Kind::Leads, lead), kind);
        linked.find(|(_, is_main)| *is_main || kind != Kind::Contacts).map(|(id, _)| id)
    }
}
