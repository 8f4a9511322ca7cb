//! How providers reach the token endpoint: a short stack of its own.

use std::sync::Arc;

use amo_auth::{Exchange, ExchangeError, ExchangeErrorKind, Origin};
use amo_core::{Operation, Repeat};
use async_trait::async_trait;
use bytes::Bytes;
use tower::{Service as _, ServiceExt as _};

use crate::layers::{Request, Response};
use crate::{AccountContext, Body, Call, Error, ErrorKind, Meta, Stack};

/// Sends the requests of a token provider: at the head of the rate limit's queue, with a timeout and a log
/// of their own, and without repetitions.
///
/// It opens a connection for each request, since it runs on a runtime that ends with the refresh; see
/// [`Spawn`](amo_auth::Spawn).
#[derive(Clone, Debug)]
pub struct StackExchange {
    stack: Stack,
    account: Arc<AccountContext>,
    most: usize,
}

impl StackExchange {
    pub(crate) fn new(stack: Stack, account: Arc<AccountContext>, most: usize) -> Self {
        Self { stack, account, most }
    }

    async fn send(&self, mut request: Request) -> Result<http::Response<Bytes>, Error> {
        // The secret and the code go to the account's own server or to amoCRM's, and to no other.
        let origin = Origin::of(request.uri());
        if !origin.is_some_and(|origin| self.account.trusts(&origin) || origin.is_official()) {
            let message =
                "the client secret would go to a server that is not on the account's list";
            return Err(Error::new(ErrorKind::UntrustedOrigin, message));
        }
        // What may be repeated is the provider's to say.
        let operation =
            Operation::new("token", "exchange", request.method().clone(), "", Repeat::ActsOnce)
                .with_path(request.uri().path().to_owned());
        let extensions = request.extensions_mut();
        extensions.insert(Meta::new(Arc::new(operation), None));
        extensions.insert(Arc::new(Call::default()));
        extensions.insert(Arc::clone(&self.account));
        self.account.counters().token_request();
        let mut stack = self.stack.clone();
        let response: Response = stack.ready().await?.call(request).await?;
        let (head, body) = response.into_parts();
        let body: Body = body;
        Ok(http::Response::from_parts(head, body.collect(self.most).await?))
    }
}

#[async_trait]
impl Exchange for StackExchange {
    async fn exchange(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, ExchangeError> {
        self.send(request).await.map_err(|error| {
            let kind = if error.not_sent() {
                ExchangeErrorKind::NotSent
            } else {
                ExchangeErrorKind::OutcomeUnknown
            };
            ExchangeError::new(kind, error)
        })
    }
}
