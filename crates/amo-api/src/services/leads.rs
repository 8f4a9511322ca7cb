//! Leads together with a contact and a company.

use amo_core::{ComplexLead, Lead, NewComplexLead};

use futures_core::Stream;

use crate::answer::Answer;
use crate::batch::{Complex, Iter};
use crate::one::{One, object};
use crate::{ApiCall, CreateComplexMany, CreateComplexStream, Entities, Error};

impl Entities<Lead> {
    /// Creates a lead together with a contact and a company. Where the account looks for duplicates, what
    /// is there already may be changed in their place: [`ComplexLead::merged`].
    pub fn create_complex(&self, lead: &NewComplexLead) -> ApiCall<One<ComplexLead>> {
        let request = self.place().of(Lead::ADD_COMPLEX);
        self.call(One::new(request, first).json(&[lead]))
    }

    /// Creates many leads, each together with a contact and a company, and tells the outcome of each. Where
    /// the account looks for duplicates, one lead may be the receipt of several items.
    pub fn create_complex_many(
        &self,
        leads: impl IntoIterator<Item = NewComplexLead, IntoIter: Send + 'static>,
    ) -> ApiCall<CreateComplexMany> {
        self.call(CreateComplexMany::new(Complex(self.place()), Iter::new(leads)))
    }

    /// Creates the leads that come from a stream, each together with a contact and a company; otherwise as
    /// [`create_complex_many`](Self::create_complex_many).
    pub fn create_complex_stream(
        &self,
        leads: impl Stream<Item = NewComplexLead> + Send + 'static,
    ) -> ApiCall<CreateComplexStream> {
        self.call(CreateComplexStream::new(Complex(self.place()), Box::pin(leads)))
    }
}

fn first(answer: &Answer) -> Result<ComplexLead, Error> {
    let created: Vec<ComplexLead> = object(answer)?;
    created.into_iter().next().ok_or_else(|| answer.unreadable("does not mention the new lead"))
}
