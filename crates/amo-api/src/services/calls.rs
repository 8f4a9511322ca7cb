//! Calls: what becomes of one whose number nobody has.

use amo_core::field::PHONE;
use amo_core::{
    Call, CallError, CallsAnswer, Create, CreatedUnsorted, NewCall, NewContact, NewLead,
    NewUnsortedCall, PipelineId, UnsortedCall, ValidationError, from_slice,
};

use crate::answer::Answer;
use crate::call::{Action, Single as _, Via};
use crate::place::Place;
use crate::{ApiCall, CreateOne, Entities, Error, ErrorKind};

impl Entities<Call> {
    /// Tells of a call; if nobody has its number, it becomes an incoming lead. It is one or the other,
    /// and the result says which.
    ///
    /// The incoming lead gets the lead and the contact of `source`; unless that says a contact, it is one
    /// with the number, so that the next call from it finds somebody. Only calls that came in become
    /// incoming leads; one that went out to a number of nobody is an error ([`ErrorKind::NotFound`]), and
    /// nothing is saved.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let (sandbox, server) = amo_sandbox::Sandbox::builder().contacts(1).start().await?;
    /// # let token = amo_auth::LongLived::new(sandbox.connection().long_lived_token);
    /// # let client = amo_api::Client::builder(server.base_url()).auth(token).build()?;
    /// use amo_api::{CallSource, CallTaken};
    /// use amo_core::{CallDirection, NewCall, UserId};
    ///
    /// let call = NewCall::new(CallDirection::Inbound, 61, "pbx", "+7 999 000-11-22");
    /// let call = call.by(UserId::new(9002));
    /// let source = CallSource::new("pbx-1", "Our telephony");
    /// match client.calls().add_or_unsorted(call, source).await? {
    ///     CallTaken::Call(call) => println!("note {}", call.id),
    ///     CallTaken::Unsorted(lead) => println!("incoming lead {}", lead.uid),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// If the call is refused for another reason, or the incoming lead is; and after an answer that does
    /// not say what became of the call: then no incoming lead is made.
    pub fn add_or_unsorted(&self, call: NewCall, source: CallSource) -> ApiCall<AddOrUnsorted> {
        self.call(AddOrUnsorted { place: self.place(), call, source })
    }
}

/// Where calls come from, and what becomes of those whose number nobody has.
#[derive(Clone, Debug)]
#[must_use = "it says what is to be done with a call"]
pub struct CallSource {
    uid: String,
    name: String,
    pipeline: Option<PipelineId>,
    lead: Option<NewLead>,
    contact: Option<NewContact>,
}

impl CallSource {
    /// * `uid`: what names the source, such as the line of the telephony.
    /// * `name`: what users see.
    pub fn new(uid: impl Into<String>, name: impl Into<String>) -> Self {
        Self { uid: uid.into(), name: name.into(), pipeline: None, lead: None, contact: None }
    }

    /// The pipeline of the incoming lead; the main one if nothing is said.
    pub fn pipeline(mut self, pipeline: PipelineId) -> Self {
        self.pipeline = Some(pipeline);
        self
    }

    /// What the incoming lead is to be like.
    pub fn lead(mut self, lead: NewLead) -> Self {
        self.lead = Some(lead);
        self
    }

    /// The contact of the incoming lead, in place of one with nothing but the number.
    pub fn contact(mut self, contact: NewContact) -> Self {
        self.contact = Some(contact);
        self
    }
}

/// What became of a call.
#[derive(Clone, Debug, PartialEq)]
pub enum CallTaken {
    /// A note on the card of whoever has the number.
    Call(Call),
    /// An incoming lead, since nobody has it.
    Unsorted(CreatedUnsorted),
}

/// Tells of a call, or makes an incoming lead of it.
#[derive(Debug)]
pub struct AddOrUnsorted {
    place: Place<Call>,
    call: NewCall,
    source: CallSource,
}

impl Action for AddOrUnsorted {
    type Output = Result<CallTaken, Error>;

    async fn run(self, via: Via) -> Self::Output {
        let Self { place, call, source } = self;
        let told = CreateOne { place, new: call };
        let refused = match via.send(told.prepare()?).await {
            Ok(answer) => match saved(&told, &answer)? {
                Some(call) => return Ok(CallTaken::Call(call)),
                None => answer.unreadable("says that nobody has the number"),
            },
            Err(error) if is_of_nobody(&error) => error,
            Err(error) => return Err(error),
        };
        let Some(unsorted) = source.unsorted(&told.new, via.client.clock().now()) else {
            let message =
                "nobody has the number, and only calls that came in become incoming leads";
            let error = Error::new(ErrorKind::NotFound, &Call::CREATE, message);
            return Err(error.caused_by(refused));
        };
        let unsorted = CreateOne::<UnsortedCall> { place: Place(()), new: unsorted };
        let answer = via.send(unsorted.prepare()?).await?;
        unsorted.read(&answer).map(CallTaken::Unsorted)
    }
}

impl CallSource {
    fn unsorted(self, call: &NewCall, now: amo_core::Timestamp) -> Option<NewUnsortedCall> {
        let mut unsorted = call.to_unsorted(self.uid, self.name, now)?;
        if let Some(pipeline) = self.pipeline {
            unsorted = unsorted.pipeline_id(pipeline);
        }
        if let Some(lead) = self.lead {
            unsorted = unsorted.lead(lead);
        }
        let contact = self.contact.unwrap_or_else(|| {
            NewContact::new().name(call.phone()).add(PHONE, (call.phone(), "WORK"))
        });
        Some(unsorted.contact(contact))
    }
}

/// The call of a successful answer; `None` if it says that nobody has the number. A success may have
/// refused the one call that it is about.
fn saved(told: &CreateOne<Call>, answer: &Answer) -> Result<Option<Call>, Error> {
    let all: CallsAnswer = answer.decode(from_slice)?;
    let saved = all.embedded.calls.is_some_and(|calls| !calls.is_empty());
    match all.errors.as_deref() {
        Some([error]) if !saved => {
            if says_nobody(error.status(), error.title(), error.detail()) {
                return Ok(None);
            }
            Err(refused(error))
        }
        _ => told.read(answer).map(Some),
    }
}

fn refused(error: &CallError) -> Error {
    Error::new(ErrorKind::Validation, &Call::CREATE, error.to_string())
}

/// Whether the server refused the call because nobody has its number. Where that is all the request was
/// about, the refusal may be no success.
fn is_of_nobody(error: &Error) -> bool {
    let [item] = error.validation() else { return false };
    // What is wrong with the data of a call says where.
    let of_nobody = |wrong: &ValidationError| {
        wrong.path.is_none() && says_nobody(None, None, wrong.detail.as_deref())
    };
    error.kind() == ErrorKind::Validation
        && !item.errors.is_empty()
        && item.errors.iter().all(of_nobody)
}

/// The form of this error is not documented. By the code that version 2 of the API had for it, or by its
/// words: a guess.
fn says_nobody(status: Option<u16>, title: Option<&str>, detail: Option<&str>) -> bool {
    const NO_SUCH_NUMBER: u16 = 263;
    let says = |text: Option<&str>| {
        text.is_some_and(|text| text.to_ascii_lowercase().contains("not found"))
    };
    status == Some(NO_SUCH_NUMBER) || says(title) || says(detail)
}
