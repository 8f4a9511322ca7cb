//! A fresh token before each attempt, and another one after a 401.

use amo_auth::Generation;
use http::StatusCode;
use tower::ServiceExt as _;
use tower_layer::Layer;

use super::{Inner, Request, Response};
use crate::meta::Context;
use crate::{Error, ErrorKind};

/// The header that makes a request act with another user's rights.
const ACTING_USER: &str = "x-context-user-id";
/// How much of a refusal is read; it is there already.
const MOST: usize = 1024 * 1024;

/// Makes a [`Reauth`].
#[derive(Clone, Copy, Debug, Default)]
pub struct ReauthLayer;

impl<S> Layer<S> for ReauthLayer {
    type Service = Reauth<S>;

    fn layer(&self, inner: S) -> Reauth<S> {
        Reauth { inner }
    }
}

/// Has the account's provider refresh a token that is about to end, before the request queues for its
/// slot; after a 401 asks it for another one and repeats the very same request, once. A second 401 is
/// the call's answer.
#[derive(Clone, Debug)]
pub struct Reauth<S> {
    inner: S,
}

impl<S: Inner> Reauth<S> {
    async fn run(mut self, request: Request) -> Result<Response, Error> {
        let Context { account, .. } = Context::of(&request)?;
        let Some(provider) = account.provider() else {
            return self.inner.ready().await?.call(request).await;
        };
        provider.credential().await.map_err(Error::auth)?;
        let response = self.inner.ready().await?.call(request.clone()).await?;
        if response.status() != StatusCode::UNAUTHORIZED {
            return Ok(response);
        }
        let Some(refused) = response.extensions().get::<Generation>().copied() else {
            return Ok(response);
        };
        tracing::debug!("the server refused the token");
        // By the clock the token is fresh, or `credential` would have renewed it: what is refused is the
        // user, and another token would change nothing.
        if request.headers().contains_key(ACTING_USER) {
            let message = "the server refuses to act as this user, though the token is fresh: the user is unknown or a free one, or the token was not granted by an administrator";
            return Err(
                Error::new(ErrorKind::ActingUserRefused, message).said(words(response).await)
            );
        }
        if let Err(error) = provider.refresh_if(refused).await {
            return Err(Error::auth(error).said(words(response).await));
        }
        account.counters().retry();
        self.inner.ready().await?.call(request).await
    }
}

/// What the server said with a refusal.
async fn words(response: Response) -> String {
    let request_id = response.headers().get("x-request-id").cloned();
    let body = response.into_body().collect(MOST).await.unwrap_or_default();
    let problem = amo_core::Problem::from_slice(&body).map(|problem| problem.to_string());
    let id = request_id.and_then(|id| Some(format!("request {}", id.to_str().ok()?)));
    let said: Vec<String> = problem.into_iter().chain(id).filter(|text| !text.is_empty()).collect();
    said.join("; ")
}

super::service!(Reauth);
