//! A fresh token before each attempt, and another one after a 401.

use amo_auth::{ErrorKind as AuthErrorKind, Generation};
use http::StatusCode;
use tower::ServiceExt as _;
use tower_layer::Layer;

use super::{Inner, Request, Response};
use crate::meta::Context;
use crate::{Error, ErrorKind};

/// The header that makes a request act with another user's rights.
const ACTING_USER: &str = "x-context-user-id";

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
        if let Err(error) = provider.refresh_if(refused).await {
            let acting = request.headers().contains_key(ACTING_USER);
            return Err(if acting && error.kind() == AuthErrorKind::FreshTokenRefused {
                let message = "the server refuses to act as this user, though the token is fresh: the user is unknown or a free one, or the token was not granted by an administrator";
                Error::with_source(ErrorKind::ActingUserRefused, message, error)
            } else {
                Error::auth(error)
            });
        }
        account.counters().retry();
        self.inner.ready().await?.call(request).await
    }
}

super::service!(Reauth);
