//! Fields that must be filled: of elements always, of leads and of who comes with them in some
//! stages.

use super::FieldDefinition;
use super::value::FieldValues;
use crate::flaws::Flaws;

/// What is asked of the fields after a change.
pub(crate) struct Required<'a> {
    pub(crate) definitions: &'a [FieldDefinition],
    /// The pipeline and the stage that a lead is in then; nothing of what is no lead.
    pub(crate) stage: Option<(i64, i64)>,
    /// What is filled before the change.
    pub(crate) old: &'a [FieldValues],
    /// What the change says.
    pub(crate) new: &'a [FieldValues],
    /// Whether all fields count, as of what is new or comes into the stage, or only those that the
    /// change mentions.
    pub(crate) is_whole: bool,
}

impl Required<'_> {
    /// Refuses a card that leaves one empty. That the API asks for them as the web interface does
    /// is a guess, and so is where it says so; the code is one that a stranger's program has seen.
    pub(crate) fn check(&self, flaws: &mut Flaws) {
        let mut asked = self.definitions.iter().filter(|field| self.asks_for(field));
        if let Some(field) = asked.find(|field| !self.is_filled(field.id)) {
            let detail = format!("The field {} must be filled.", field.id);
            flaws.add("RequiredFilled", "custom_fields_values", &detail);
        }
    }

    fn asks_for(&self, field: &FieldDefinition) -> bool {
        let is_mentioned = self.new.iter().any(|(id, _)| *id == field.id);
        let is_required = match self.stage {
            None => field.more("is_required") == true,
            Some((pipeline, status)) => {
                let mut stages = field.more("required_statuses").as_array().into_iter().flatten();
                stages.any(|one| one["pipeline_id"] == pipeline && one["status_id"] == status)
            }
        };
        is_required && (self.is_whole || is_mentioned)
    }

    fn is_filled(&self, field: i64) -> bool {
        let said = |values: &[FieldValues]| {
            values.iter().find(|(id, _)| *id == field).map(|(_, values)| !values.is_empty())
        };
        said(self.new).or_else(|| said(self.old)).unwrap_or(false)
    }
}
