//! Saving drafts of any kinds in one call, in as few requests as it takes.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;

use amo_core::Receipt as _;
use bytes::Bytes;

use crate::batch::{Batch, CreateMany, Outcome, Unknown, UpdateMany};
use crate::call::Via;
use crate::draft::{Draft, Savable, Step};
use crate::save::{Saved, Saving};
use crate::{ApiCall, Client, Entities, Error, ErrorKind};

impl Client {
    /// Saves entities of any kinds: creates those that have no id yet and writes their ids back, changes
    /// what was changed in the others, and tells the outcome of each in the order of the drafts.
    ///
    /// Those of one kind (and one catalog, for elements) go together in as few requests as it takes; what
    /// became of one kind does not matter for the others, unless the client cannot work at all. Other than
    /// [`save`](Self::save) it does not wait for those who change the same entities.
    ///
    /// A draft that was created, but whose [later change](Draft::change) failed, has the outcome of the change,
    /// and its id.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let (sandbox, server) = amo_sandbox::Sandbox::builder().start().await?;
    /// # let token = amo_auth::LongLived::new(sandbox.connection().long_lived_token);
    /// # let client = amo_api::Client::builder(server.base_url()).auth(token).build()?;
    /// use amo_api::Draft;
    /// use amo_core::{Contact, NewCompany, NewContact};
    ///
    /// let mut company = Draft::new(NewCompany::new().name("Chairs Ltd"));
    /// let mut people: Vec<Draft<Contact>> =
    ///     ["Anna", "Oleg"].map(|name| Draft::new(NewContact::new().name(name))).into();
    /// let saved = client.save_all([company.any()].into_iter().chain(people.iter_mut().map(Draft::any)));
    /// assert!(saved.await.is_complete());
    /// assert!(people.iter().all(|contact| contact.id().is_some()));
    /// # Ok(())
    /// # }
    /// ```
    pub fn save_all<'a, D: Into<AnyDraft<'a>>>(
        &self,
        drafts: impl IntoIterator<Item = D>,
    ) -> ApiCall<SaveAll<'a>> {
        let drafts = drafts.into_iter().map(|draft| draft.into().0).collect();
        ApiCall::new(self.clone(), SaveAll { drafts, per_request: None })
    }
}

/// A draft of any kind, lent to [`Client::save_all`].
pub struct AnyDraft<'a>(&'a mut Forgotten);

impl<R: Savable> Draft<R> {
    /// The draft among drafts of other kinds.
    pub fn any(&mut self) -> AnyDraft<'_> {
        AnyDraft(self)
    }
}

impl<'a, R: Savable> From<&'a mut Draft<R>> for AnyDraft<'a> {
    fn from(draft: &'a mut Draft<R>) -> Self {
        AnyDraft(draft)
    }
}

/// Saves drafts of any kinds.
pub struct SaveAll<'a> {
    drafts: Vec<&'a mut Forgotten>,
    per_request: Option<usize>,
}

/// A draft whose kind was forgotten.
trait Erased: Any + Send {
    /// Drafts that share it can go in one request.
    fn group(&self) -> (TypeId, String);
    fn kind(&self) -> Kind;
    fn as_any(&self) -> &dyn Any;
    fn as_any_mut(&mut self) -> &mut dyn Any;
}

/// Without the lifetime of whoever lends it.
type Forgotten = dyn Erased;

/// What can be done with the drafts of one group.
#[derive(Clone, Copy)]
struct Kind {
    save: for<'a> fn(Via, Vec<&'a mut Forgotten>, Option<usize>) -> GroupSaving<'a>,
    prepare: fn(&Via, &[&Forgotten], Option<usize>) -> Requests,
}

type Requests = Result<Vec<http::Request<Bytes>>, Error>;
type GroupSaving<'a> = Pin<Box<dyn Future<Output = Vec<Outcome<Saved>>> + Send + 'a>>;

impl<R: Savable> Erased for Draft<R> {
    fn group(&self) -> (TypeId, String) {
        (TypeId::of::<R>(), self.place().of(R::CREATE).path_and_query)
    }

    fn kind(&self) -> Kind {
        Kind { save: save_group::<R>, prepare: prepare_group::<R> }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// The places of the drafts of each group, the groups in the order of their first drafts.
fn groups<'a>(drafts: impl Iterator<Item = &'a Forgotten>) -> Vec<(Kind, Vec<usize>)> {
    let mut known = HashMap::new();
    let mut groups: Vec<(Kind, Vec<usize>)> = Vec::new();
    for (place, draft) in drafts.enumerate() {
        let group = *known.entry(draft.group()).or_insert_with(|| {
            groups.push((draft.kind(), Vec::new()));
            groups.len() - 1
        });
        groups[group].1.push(place);
    }
    groups
}

/// What is to be sent next for the drafts of a group, each with its place.
struct Steps<R: Savable> {
    created: Vec<usize>,
    new: Vec<R::New>,
    updated: Vec<usize>,
    patches: Vec<(R::Id, R::Patch)>,
}

impl<R: Savable> Steps<R> {
    fn new() -> Self {
        Self { created: Vec::new(), new: Vec::new(), updated: Vec::new(), patches: Vec::new() }
    }

    fn add(&mut self, place: usize, step: Step<R>) {
        match step {
            Step::Create(new) => {
                self.created.push(place);
                self.new.push(new);
            }
            Step::Update(id, patch) => {
                self.updated.push(place);
                self.patches.push((id, patch));
            }
        }
    }
}

/// A handle for the place of a draft.
fn entities<R: Savable>(via: &Via, draft: &Draft<R>) -> Entities<R> {
    Entities::new(via.client.clone(), draft.place().0)
}

fn create<R: Savable>(
    via: &Via,
    entities: &Entities<R>,
    new: Vec<R::New>,
    per_request: Option<usize>,
) -> ApiCall<CreateMany<R>> {
    let mut create = entities.create_many(new);
    create.via.options = via.options.clone();
    match per_request {
        Some(items) => create.per_request(items),
        None => create,
    }
}

fn update<R: Savable>(
    via: &Via,
    entities: &Entities<R>,
    patches: Vec<(R::Id, R::Patch)>,
    per_request: Option<usize>,
) -> ApiCall<UpdateMany<R>> {
    let mut update = entities.update_many(patches);
    update.via.options = via.options.clone();
    match per_request {
        Some(items) => update.per_request(items),
        None => update,
    }
}

/// What became of an item, without the item: the draft has it.
fn told<T, I>(outcome: Outcome<T, I>, saved: Saved) -> Outcome<Saved> {
    let item = Box::default();
    match outcome {
        Outcome::Done(_) => Outcome::Done(saved),
        Outcome::Invalid { errors, .. } => Outcome::Invalid { item, errors },
        Outcome::Rejected { reasons, .. } => Outcome::Rejected { item, reasons },
        Outcome::Refused { error, .. } => Outcome::Refused { item, error },
        Outcome::NotMentioned { .. } => Outcome::NotMentioned { item },
        Outcome::NotSent { error, .. } => Outcome::NotSent { item, error },
        Outcome::OutcomeUnknown(unknown) => {
            let Unknown { attempt, error, .. } = *unknown;
            Outcome::OutcomeUnknown(Box::new(Unknown { item: (), attempt, error }))
        }
    }
}

/// It was not sent, after this.
fn not_sent(error: &Arc<Error>) -> Outcome<Saved> {
    Outcome::NotSent { item: Box::default(), error: Some(Arc::clone(error)) }
}

fn prepare_group<R: Savable>(
    via: &Via,
    drafts: &[&Forgotten],
    per_request: Option<usize>,
) -> Requests {
    let drafts: Vec<&Draft<R>> =
        drafts.iter().filter_map(|draft| draft.as_any().downcast_ref()).collect();
    let mut steps = Steps::new();
    for (place, draft) in drafts.iter().enumerate() {
        if let Some(step) = draft.next()? {
            steps.add(place, step);
        }
    }
    let Some(first) = drafts.first() else { return Ok(Vec::new()) };
    let entities = entities(via, first);
    let mut requests = create(via, &entities, steps.new, per_request).to_requests()?;
    requests.extend(update(via, &entities, steps.patches, per_request).to_requests()?);
    Ok(requests)
}

fn save_group<R: Savable>(
    via: Via,
    drafts: Vec<&mut Forgotten>,
    per_request: Option<usize>,
) -> GroupSaving<'_> {
    let drafts = drafts.into_iter().filter_map(|draft| draft.as_any_mut().downcast_mut());
    let drafts: Vec<&mut Draft<R>> = drafts.collect();
    Box::pin(save_alike(via, drafts, per_request))
}

/// Saves drafts of one kind. A draft that has more to be sent after its first step, such as a change after
/// its creation, goes into another round.
async fn save_alike<R: Savable>(
    via: Via,
    mut drafts: Vec<&mut Draft<R>>,
    per_request: Option<usize>,
) -> Vec<Outcome<Saved>> {
    let mut saved = vec![Saved::Unchanged; drafts.len()];
    let mut failed: Vec<Option<Outcome<Saved>>> = drafts.iter().map(|_| None).collect();
    loop {
        let mut steps = Steps::new();
        for (place, draft) in drafts.iter().enumerate() {
            if failed[place].is_some() {
                continue;
            }
            match draft.next() {
                Ok(Some(step)) => steps.add(place, step),
                Ok(None) => {}
                Err(error) => {
                    let (item, error) = (Box::default(), Arc::new(error));
                    failed[place] = Some(Outcome::Refused { item, error });
                }
            }
        }
        let Steps { created, new, updated, patches } = steps;
        if let Some(first) = created.first() {
            let entities = entities(&via, drafts[*first]);
            let create = create(&via, &entities, new, per_request);
            for place in &created {
                drafts[*place].creating();
            }
            let outcomes = create.await.into_outcomes();
            for (place, outcome) in created.iter().zip(outcomes) {
                match outcome {
                    Outcome::Done(receipt) => {
                        drafts[*place].created(receipt.id());
                        saved[*place] = Saved::Created;
                    }
                    other => {
                        if !matches!(
                            other,
                            Outcome::OutcomeUnknown(_) | Outcome::NotMentioned { .. }
                        ) {
                            drafts[*place].not_created();
                        }
                        failed[*place] = Some(told(other, Saved::Created));
                    }
                }
            }
        }
        if let Some(error) = failed.iter().flatten().find_map(hopeless) {
            for place in &updated {
                failed[*place] = Some(not_sent(&error));
            }
        } else if let Some(first) = updated.first() {
            let entities = entities(&via, drafts[*first]);
            let update = update(&via, &entities, patches, per_request);
            let outcomes = update.await.into_outcomes();
            for (place, outcome) in updated.iter().zip(outcomes) {
                if let Outcome::Done(_) = outcome {
                    drafts[*place].updated();
                    saved[*place] = saved[*place].or(Saved::Updated);
                } else {
                    failed[*place] = Some(told(outcome, Saved::Updated));
                }
            }
        }
        if created.is_empty() && updated.is_empty() {
            break;
        }
    }
    let outcomes = saved.into_iter().zip(failed);
    outcomes.map(|(saved, failed)| failed.unwrap_or(Outcome::Done(saved))).collect()
}

impl SaveAll<'_> {
    async fn run(self, via: Via) -> Batch<Saved> {
        let groups = groups(self.drafts.iter().map(|draft| &**draft));
        let mut drafts: Vec<_> = self.drafts.into_iter().map(Some).collect();
        let mut outcomes: Vec<_> =
            drafts.iter().map(|_| Outcome::NotMentioned { item: Box::default() }).collect();
        let mut stopped: Option<Arc<Error>> = None;
        for (kind, places) in groups {
            let told = if let Some(error) = &stopped {
                vec![not_sent(error); places.len()]
            } else {
                let drafts = places.iter().filter_map(|place| drafts[*place].take()).collect();
                (kind.save)(via.clone(), drafts, self.per_request).await
            };
            stopped = stopped.or_else(|| told.iter().find_map(hopeless));
            for (place, outcome) in places.into_iter().zip(told) {
                outcomes[place] = outcome;
            }
        }
        outcomes.into_iter().collect()
    }

    fn prepare(&self, via: &Via) -> Requests {
        let mut requests = Vec::new();
        for (kind, places) in groups(self.drafts.iter().map(|draft| &**draft)) {
            let drafts: Vec<&Forgotten> =
                places.into_iter().map(|place| &*self.drafts[place]).collect();
            requests.extend((kind.prepare)(via, &drafts, self.per_request)?);
        }
        Ok(requests)
    }
}

/// The error after which no other kind would fare better either.
fn hopeless(outcome: &Outcome<Saved>) -> Option<Arc<Error>> {
    let error = outcome.error()?;
    let is_hopeless = error.is_blocked()
        || matches!(
            error.kind(),
            ErrorKind::Auth
                | ErrorKind::Unauthorized
                | ErrorKind::RateLimited
                | ErrorKind::Moved
                | ErrorKind::Transport
        );
    is_hopeless.then(|| Arc::clone(error))
}

impl ApiCall<SaveAll<'_>> {
    /// How many go into one request: by default 50 for most kinds, as amoCRM advises; a number out of the
    /// bounds of a kind counts as the nearest one within.
    pub fn per_request(mut self, items: usize) -> Self {
        self.action.per_request = Some(items);
        self
    }

    /// The requests that are sent if nothing goes wrong, without sending them and without their
    /// credential. What is sent only after a creation, because it was said by [`Draft::change`], is not
    /// among them.
    ///
    /// # Errors
    /// If one cannot be written, or a draft cannot be saved at all.
    pub fn to_requests(&self) -> Result<Vec<http::Request<Bytes>>, Error> {
        self.action.prepare(&self.via)
    }
}

impl<'a> IntoFuture for ApiCall<SaveAll<'a>> {
    type Output = Batch<Saved>;
    type IntoFuture = Saving<'a, Batch<Saved>>;

    fn into_future(self) -> Self::IntoFuture {
        Saving::new(self.action.run(self.via))
    }
}

impl fmt::Debug for AnyDraft<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AnyDraft")
    }
}

impl fmt::Debug for SaveAll<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SaveAll({})", self.drafts.len())
    }
}
