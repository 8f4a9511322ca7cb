//! The call that writes many items.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use amo_core::{Create, Timestamp, Update, UpdateMany as CanUpdateMany};
use amo_transport::Priority;
use bytes::Bytes;
use futures_core::Stream;
use serde::Serialize;

use super::kinds::{Complex, Creating, Sends, Updating, Writes};
use super::machine::{Machine, Rules};
use super::matching::Verdict;
use super::outcomes::Engine;
use super::source::{Iter, Streamed};
use super::{Attempt, Batch, Outcome, Outcomes, Stop};
use crate::call::{Action, Via};
use crate::prepared::Prepared;
use crate::{ApiCall, Error, ErrorKind};

/// Creates many entities.
pub type CreateMany<R> = WriteMany<Creating<R>, Iter<<R as Create>::New>>;
/// Creates what comes from a stream.
pub type CreateStream<R> = WriteMany<Creating<R>, Streamed<<R as Create>::New>>;
/// Changes many entities.
pub type UpdateMany<R> =
    WriteMany<Updating<R>, Iter<(<R as amo_core::Resource>::Id, <R as Update>::Patch)>>;
/// Makes the changes that come from a stream.
pub type UpdateStream<R> =
    WriteMany<Updating<R>, Streamed<(<R as amo_core::Resource>::Id, <R as Update>::Patch)>>;
/// Creates many leads together with contacts and companies.
pub type CreateComplexMany = WriteMany<Complex, Iter<amo_core::NewComplexLead>>;
/// Creates leads together with contacts and companies, as they come from a stream.
pub type CreateComplexStream = WriteMany<Complex, Streamed<amo_core::NewComplexLead>>;
/// Sends a list of items of which the answer says nothing each: what is said of one is what became of its
/// request.
pub type SendMany<I> = WriteMany<Sends<I>, Iter<I>>;

/// Writes many items in as many requests as it takes, several at once, and tells the outcome of each.
///
/// `.await` gives a [`Batch`]; [`outcomes`](ApiCall::outcomes) gives them as they become known. Items are
/// taken from their iterator or stream when a request has room for them, never all at once. A request
/// leaves when it is full, or when there are no more items.
///
/// * What the server finds wrong is [`Invalid`](Outcome::Invalid), and the rest of its request is sent again
///   without it: such a refusal saves nothing.
/// * A request that is too large (413) is sent again in halves.
/// * After any other failure nothing new is sent. Requests under way are waited for; the items that were
///   left are [`NotSent`](Outcome::NotSent) and are given back. A stream is not waited for any more: what it
///   has not given by then stays in it.
/// * What may have been done, such as a create whose answer was lost, is
///   [`OutcomeUnknown`](Outcome::OutcomeUnknown) and never sent again by itself.
///
/// Dropping it gives up what is under way.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (sandbox, server) = amo_sandbox::Sandbox::builder().start().await?;
/// # let token = amo_auth::LongLived::new(sandbox.connection().long_lived_token);
/// # let client = amo_api::Client::builder(server.base_url()).auth(token).build()?;
/// use amo_api::Outcome;
/// use amo_core::{NewContact, UserId};
///
/// let people = (0..600).map(|number| {
///     let person = NewContact::new().name(format!("Person {number}"));
///     // There is no such user.
///     if number == 7 { person.responsible_user_id(UserId::new(1)) } else { person }
/// });
/// let mut outcomes = client.contacts().create_many(people).per_request(250).outcomes();
/// let mut created = 0;
/// while let Some((place, outcome)) = outcomes.next().await {
///     match outcome {
///         Outcome::Done(_) => created += 1,
///         other => println!("{place}: {other}"),
///     }
/// }
/// assert_eq!(created, 599);
/// # Ok(())
/// # }
/// ```
pub struct WriteMany<W, S> {
    writes: W,
    source: S,
    per_request: usize,
    concurrency: usize,
    stop_at_first_invalid: bool,
    halve_on_timeout: bool,
    stop: Option<Stop>,
}

/// How many requests are under way at once unless said: as many as 7 a second need when each takes half a
/// second.
const CONCURRENCY: usize = 4;

impl<W: Writes, S> WriteMany<W, S> {
    pub(crate) fn new(writes: W, source: S) -> Self {
        Self {
            per_request: writes.sizes().0,
            writes,
            source,
            concurrency: CONCURRENCY,
            stop_at_first_invalid: false,
            halve_on_timeout: false,
            stop: None,
        }
    }

    fn rules(&self) -> Rules {
        Rules {
            per_request: self.per_request,
            concurrency: self.concurrency,
            stop_at_first_invalid: self.stop_at_first_invalid,
            halve_on_timeout: self.halve_on_timeout,
            single: W::SINGLE,
        }
    }
}

impl<I: Serialize + Send + 'static> SendMany<I> {
    /// `most` is how many go into one request.
    pub(crate) fn of(request: Prepared, items: impl IntoIterator<Item = I>, most: usize) -> Self {
        let items: Vec<I> = items.into_iter().collect();
        Self::new(Sends { request, most, item: PhantomData }, Iter::new(items))
    }
}

impl<W: Writes, S> ApiCall<WriteMany<W, S>>
where
    S: Stream<Item = W::Item> + Send + Unpin + 'static,
{
    /// How many go into one request: 50 by default, as amoCRM advises; for most kinds 250 at most. A
    /// number out of bounds counts as the nearest one within.
    pub fn per_request(mut self, items: usize) -> Self {
        let (_, most) = self.action.writes.sizes();
        self.action.per_request = items.clamp(1, most);
        self
    }

    /// How many requests may be under way at once: 4 by default. The rate limit holds all the same. With 1
    /// the server gets the items in the caller's order; what is created by several at once may get ids
    /// that are not. 0 counts as 1.
    ///
    /// Changes of one entity are made in the caller's order however many there are.
    pub fn concurrency(mut self, requests: usize) -> Self {
        self.action.concurrency = requests.max(1);
        self
    }

    /// Stops as soon as the server finds an item wrong, in place of sending the rest without it.
    pub fn stop_at_first_invalid(mut self) -> Self {
        self.action.stop_at_first_invalid = true;
        self
    }

    /// Stops half-way when this is told to: what was sent is waited for, the rest is
    /// [`NotSent`](Outcome::NotSent).
    pub fn stop_on(mut self, stop: &Stop) -> Self {
        self.action.stop = Some(stop.clone());
        self
    }

    /// The outcomes as they become known, in the caller's order, each with the place of its item. Nothing
    /// is sent before it is polled, and dropping it gives up what is under way.
    pub fn outcomes(self) -> Outcomes<W::Receipt, W::Item> {
        outcomes(self.action, self.via)
    }
}

impl<R: CanUpdateMany, S> ApiCall<WriteMany<Updating<R>, S>> {
    /// A request that the server did not finish in time (504) is sent again in halves, and those after it
    /// are as small. Only where changing twice is changing once; elsewhere its items are
    /// [`OutcomeUnknown`](Outcome::OutcomeUnknown), as without this.
    pub fn halve_on_timeout(mut self) -> Self {
        self.action.halve_on_timeout = true;
        self
    }
}

fn outcomes<W: Writes, S>(many: WriteMany<W, S>, via: Via) -> Outcomes<W::Receipt, W::Item>
where
    S: Stream<Item = W::Item> + Send + Unpin + 'static,
{
    let rules = many.rules();
    Outcomes::new(Engine::new(many.writes, many.source, rules, many.stop.as_ref(), via))
}

impl<W: Writes, S> Action for WriteMany<W, S>
where
    S: Stream<Item = W::Item> + Send + Unpin + 'static,
{
    type Output = Batch<W::Receipt, W::Item>;

    async fn run(self, via: Via) -> Self::Output {
        let mut outcomes = outcomes(self, via);
        let mut all = Vec::new();
        while let Some((_, outcome)) = outcomes.next().await {
            all.push(outcome);
        }
        all.into_iter().collect()
    }
}

impl<W: Writes> ApiCall<WriteMany<W, Iter<W::Item>>> {
    /// The requests that are sent if nothing goes wrong, without sending them and without their
    /// credential.
    ///
    /// # Errors
    /// As of [`to_request`](ApiCall::to_request).
    pub fn to_requests(self) -> Result<Vec<http::Request<Bytes>>, Error> {
        let prepared = self.action.prepare_all()?.into_iter();
        prepared.map(|request| self.via.client.to_http(&self.via.options.apply(request)?)).collect()
    }
}

impl<W: Writes> WriteMany<W, Iter<W::Item>> {
    fn prepare_all(self) -> Result<Vec<Prepared>, Error> {
        let template = template(&self.writes);
        let mut machine = Machine::new(Rules { concurrency: 1, ..self.rules() });
        let mut requests = Vec::new();
        let mut source = self.source;
        while !machine.is_over() {
            while machine.wants_more() {
                match source.next() {
                    Some(item) => take(&mut machine, &self.writes, item),
                    None => machine.end(),
                }
            }
            if let Some(work) = machine.next_request() {
                requests.push(Prepared { body: Some(work.body), ..template.clone() });
                let done = Verdict::Answered { done: Vec::new(), rejected: Vec::new() };
                let never = Timestamp::new(0);
                machine.finished(work.places, done, Attempt { started: never, ended: never });
            }
            while let Some((_, outcome)) = machine.next_outcome() {
                if let Outcome::Refused { error, .. } = outcome
                    && let Some(error) = Arc::into_inner(error)
                {
                    return Err(error);
                }
            }
        }
        Ok(requests)
    }
}

/// What all requests have in common.
pub(crate) fn template(writes: &impl Writes) -> Prepared {
    let mut request = writes.request();
    request.priority = Priority::Background;
    request
}

pub(crate) type MachineOf<W> =
    Machine<<W as Writes>::Item, <W as Writes>::Receipt, <W as Writes>::Key>;

/// Gives an item to the machine.
pub(crate) fn take<W: Writes>(machine: &mut MachineOf<W>, writes: &W, item: W::Item) {
    if machine.is_stopped() {
        return machine.refuse(item);
    }
    if let Some(receipt) = writes.at_once(&item) {
        return machine.settled(Outcome::Done(receipt));
    }
    match writes.json(machine.next_place(), &item) {
        Ok(json) => {
            let key = writes.key(&item);
            machine.take(item, json, key);
        }
        Err(error) => {
            let message = "an item cannot be written as JSON";
            let operation = writes.request().operation;
            let error = Error::new(ErrorKind::InvalidRequest, &operation, message).caused_by(error);
            machine.settled(Outcome::Refused { item: Box::new(item), error: Arc::new(error) });
        }
    }
}

impl<W: fmt::Debug, S> fmt::Debug for WriteMany<W, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriteMany")
            .field("writes", &self.writes)
            .field("per_request", &self.per_request)
            .field("concurrency", &self.concurrency)
            .finish_non_exhaustive()
    }
}
