//! Leads together with a contact and a company.

use amo_core::{ComplexLead, Lead, NewComplexLead};

use crate::answer::Answer;
use crate::one::{One, object};
use crate::{ApiCall, Entities, Error};

impl Entities<Lead> {
    /// Creates a lead together with a contact and a company. Where the account looks for duplicates, what
    /// is there already may be changed in their place: [`ComplexLead::merged`].
    pub fn create_complex(&self, lead: &NewComplexLead) -> ApiCall<One<ComplexLead>> {
        let request = self.place().of(Lead::ADD_COMPLEX);
        self.call(One::new(request, first).json(&[lead]))
    }
}

fn first(answer: &Answer) -> Result<ComplexLead, Error> {
    let created: Vec<ComplexLead> = object(answer)?;
    created.into_iter().next().ok_or_else(|| answer.unreadable("does not mention the new lead"))
}
