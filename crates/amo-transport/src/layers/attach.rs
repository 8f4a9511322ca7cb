//! The credential, read at the last moment and sent only where it belongs.

use amo_auth::Origin;
use http::header::AUTHORIZATION;
use tower::ServiceExt as _;
use tower_layer::Layer;

use super::{Inner, Request, Response};
use crate::meta::Context;
use crate::{Error, ErrorKind};

/// Makes an [`Attach`].
#[derive(Clone, Copy, Debug, Default)]
pub struct AttachLayer;

impl<S> Layer<S> for AttachLayer {
    type Service = Attach<S>;

    fn layer(&self, inner: S) -> Attach<S> {
        Attach { inner }
    }
}

/// Puts the account's credential into the request, and its generation into the response. A request to an
/// origin that is not on the account's list fails before anything is sent.
#[derive(Clone, Debug)]
pub struct Attach<S> {
    inner: S,
}

impl<S: Inner> Attach<S> {
    async fn run(mut self, mut request: Request) -> Result<Response, Error> {
        let Context { account, .. } = Context::of(&request)?;
        let origin = Origin::of(request.uri());
        if !origin.as_ref().is_some_and(|origin| account.trusts(origin)) {
            let to =
                origin.map_or_else(|| "an unknown server".to_owned(), |origin| origin.to_string());
            return Err(Error::new(
                ErrorKind::UntrustedOrigin,
                format!(
                    "the request would take the token of {} to {to}, which is not on the account's list",
                    account.origin()
                ),
            ));
        }
        let Some(provider) = account.provider() else {
            return self.inner.ready().await?.call(request).await;
        };
        let Some(credential) = provider.current() else {
            let error =
                amo_auth::Error::new(amo_auth::ErrorKind::NotAuthorized, "there is no token yet");
            return Err(Error::auth(error));
        };
        request.headers_mut().insert(AUTHORIZATION, credential.authorization().clone());
        let mut response = self.inner.ready().await?.call(request).await?;
        response.extensions_mut().insert(credential.generation());
        Ok(response)
    }
}

super::service!(Attach);
