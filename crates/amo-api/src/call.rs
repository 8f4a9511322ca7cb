//! One call of the API, about to be sent: what all of them share.

use std::fmt;
use std::future::IntoFuture;
use std::time::Duration;

use amo_core::{Repeat, UserId};
use amo_transport::{Body, Priority};
use bytes::Bytes;

use crate::answer::Answer;
use crate::client::ACTING_USER;
use crate::options::Options;
use crate::prepared::Prepared;
use crate::{Answered, Client, Error, Sending};

/// What a call does, and what it gives.
pub trait Action: Sized + Send + 'static {
    /// What `.await` gives.
    type Output: Send + 'static;

    /// Does it.
    fn run(self, via: Via) -> impl Future<Output = Self::Output> + Send;
}

/// An action that is one request.
pub trait Single: Sized + Send + Sync + 'static {
    /// What the answer is read as.
    type Output: Send + 'static;

    /// The request.
    fn prepare(&self) -> Result<Prepared, Error>;

    /// Reads the answer of a success.
    fn read(&self, answer: &Answer) -> Result<Self::Output, Error>;

    /// The result, where nothing need be sent for it.
    fn at_once(&self) -> Option<Self::Output> {
        None
    }

    /// What a failure means.
    fn failed(&self, error: Error) -> Result<Self::Output, Error> {
        Err(error)
    }
}

/// An action that is as many requests as it takes, known beforehand.
pub trait Several: Action {
    /// The requests, if nothing goes wrong.
    fn prepare_all(&self) -> Result<Vec<Prepared>, Error>;
}

/// By what an action sends its requests.
#[derive(Clone, Debug)]
pub struct Via {
    pub(crate) client: Client,
    pub(crate) options: Options,
}

impl Via {
    pub(crate) async fn send(&self, prepared: Prepared) -> Result<Answer, Error> {
        self.client.send(self.options.apply(prepared)?).await
    }

    /// Sends a request and gives the body of a success as it arrives.
    pub(crate) async fn open(&self, prepared: Prepared) -> Result<(Answer, Body), Error> {
        self.client.open(self.options.apply(prepared)?, true).await
    }

    /// The same, but nothing is sent again when the outcome of an attempt is not known; the caller's own
    /// word comes first.
    pub(crate) fn once(&self) -> Self {
        let mut once = self.clone();
        once.options.repeat.get_or_insert(Repeat::ActsOnce);
        once
    }
}

impl<S: Single> Action for S {
    type Output = Result<S::Output, Error>;

    async fn run(self, via: Via) -> Self::Output {
        Ok(answered(self, via).await?.into_value())
    }
}

async fn answered<S: Single>(action: S, via: Via) -> Result<Answered<S::Output>, Error> {
    if let Some(output) = action.at_once() {
        return Ok(Answered::without_request(output));
    }
    match via.send(action.prepare()?).await {
        Ok(answer) => {
            let value = action.read(&answer)?;
            Ok(Answered::new(value, answer))
        }
        Err(error) => {
            let report = error.report().clone();
            action.failed(error).map(|value| Answered::of_failure(value, report))
        }
    }
}

/// A call of the API, about to be sent: `.await` sends it.
///
/// `A` is what it does, such as [`GetOne`](crate::GetOne). The methods of the action itself come with
/// it: `client.contacts().get(id).with(ContactWith::Leads)`; those here are for every call.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (sandbox, server) = amo_sandbox::Sandbox::builder().leads(1).start().await?;
/// # let token = amo_auth::LongLived::new(sandbox.connection().long_lived_token);
/// # let client = amo_api::Client::builder(server.base_url()).auth(token).build()?;
/// use std::time::Duration;
///
/// use amo_core::{LeadId, UserId};
///
/// // With the rights of a user, and only if it is quick.
/// let lead = client.leads().get(LeadId::new(3_000_001)).as_user(UserId::new(9002));
/// let lead = lead.timeout(Duration::from_secs(60)).answered().await?;
/// assert_eq!(lead.attempts(), 1);
/// assert!(lead.value().is_some());
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is sent until it is awaited"]
pub struct ApiCall<A> {
    pub(crate) via: Via,
    pub(crate) action: A,
}

impl<A> ApiCall<A> {
    pub(crate) fn new(client: Client, action: A) -> Self {
        Self { via: Via { client, options: Options::default() }, action }
    }

    pub(crate) fn map(self, change: impl FnOnce(A) -> A) -> Self {
        Self { action: change(self.action), via: self.via }
    }

    /// How long each request of it may take, with queueing, waits and repetitions, in place of what
    /// [`ClientBuilder::deadline`](crate::ClientBuilder::deadline) says.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.via.options.timeout = Some(timeout);
        self
    }

    /// Who waits first at the rate limit. Walks and batches are [`Priority::Background`] unless said, all
    /// else is [`Priority::Interactive`].
    pub fn priority(mut self, priority: Priority) -> Self {
        self.via.options.priority = Some(priority);
        self
    }

    /// With the rights of this user, and in his name: `X-Context-User-ID`. It takes a token that an
    /// administrator granted. A user that is gone, or has no seat, is refused as
    /// [`ErrorKind::Auth`](crate::ErrorKind::Auth).
    pub fn as_user(self, user: UserId) -> Self {
        self.header(ACTING_USER, &user.to_string())
    }

    /// A header besides; a later one takes the place of one of the same name. One that HTTP does not
    /// allow is an error when the call is sent; it names the header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.via.options.set_header(name, value);
        self
    }

    /// Whether it may be sent again when the outcome of an attempt is not known; with
    /// [`Repeat::ActsOnce`] never. Each operation says it of itself unless said.
    pub fn repeat(mut self, repeat: Repeat) -> Self {
        self.via.options.repeat = Some(repeat);
        self
    }
}

impl<S: Single> ApiCall<S> {
    /// The request, without sending it and without its credential.
    ///
    /// # Errors
    /// If it cannot be written: a value that is not JSON, an id that makes no path, a header that HTTP
    /// does not allow.
    pub fn to_request(&self) -> Result<http::Request<Bytes>, Error> {
        let prepared = self.via.options.apply(self.action.prepare()?)?;
        self.via.client.to_http(&prepared)
    }

    /// Sends it and gives what came with the answer too: its status, the server's id of the request, how
    /// many attempts and how long a wait it took, and the bytes.
    ///
    /// # Errors
    /// As of `.await`.
    pub async fn answered(self) -> Result<Answered<S::Output>, Error> {
        // Boxed, as by `.await`: futures of calls are large.
        Sending::new(answered(self.action, self.via)).await
    }
}

impl<A: Several> ApiCall<A> {
    /// The requests that are sent if nothing goes wrong, without sending them and without their
    /// credential.
    ///
    /// # Errors
    /// As of [`to_request`](ApiCall::to_request).
    pub fn to_requests(&self) -> Result<Vec<http::Request<Bytes>>, Error> {
        let requests = self.action.prepare_all()?.into_iter();
        requests.map(|request| self.via.client.to_http(&self.via.options.apply(request)?)).collect()
    }
}

impl<A: Action> IntoFuture for ApiCall<A> {
    type Output = A::Output;
    type IntoFuture = Sending<A::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Sending::new(self.action.run(self.via))
    }
}

impl<A: fmt::Debug> fmt::Debug for ApiCall<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiCall").field("action", &self.action).finish_non_exhaustive()
    }
}
