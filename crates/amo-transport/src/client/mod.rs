//! The connector over hyper: HTTP/1.1, pooled connections, TLS by rustls.

mod connect;
#[cfg(all(feature = "__provider", feature = "__roots"))]
mod tls;

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use amo_auth::Clock;
use bytes::Bytes;
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::capture_connection;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tower::Service;

use self::connect::{Connector, HAS_TLS};
use crate::layers::{Request, Response, ResponseFuture};
use crate::limiter::Opening;
use crate::{Body, Error, ErrorKind};

/// The numbers of a connector.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HyperSettings {
    /// How long a connection may take, with name look-up and TLS: 5 s.
    pub connect_timeout: Duration,
    /// How long an idle connection is kept: 30 s, less than servers usually do.
    pub idle_timeout: Duration,
    /// How many idle connections are kept for each host: 8.
    pub max_idle_per_host: usize,
}

impl Default for HyperSettings {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            idle_timeout: Duration::from_secs(30),
            max_idle_per_host: 8,
        }
    }
}

/// Sends requests by hyper. Clones share their connections.
#[derive(Clone)]
pub(crate) struct HyperConnector {
    client: Client<Connector, Full<Bytes>>,
    connector: Connector,
}

impl HyperConnector {
    /// A connector; timeouts by `clock`.
    ///
    /// # Errors
    /// If TLS is compiled in and the trusted roots cannot be had.
    pub(crate) fn new(settings: &HyperSettings, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        Ok(Self::over(Connector::new(settings, clock)?, settings))
    }

    fn over(connector: Connector, settings: &HyperSettings) -> Self {
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(settings.idle_timeout)
            .pool_max_idle_per_host(settings.max_idle_per_host)
            .build(connector.clone());
        Self { client, connector }
    }

    /// One that keeps no connection: a connection lives in the runtime that opened it, and that of a
    /// refresh ends with the refresh.
    pub(crate) fn unpooled(&self) -> Self {
        let client = Client::builder(TokioExecutor::new())
            .pool_max_idle_per_host(0)
            .build(self.connector.clone());
        Self { client, connector: self.connector.clone() }
    }
}

impl fmt::Debug for HyperConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HyperConnector")
    }
}

impl Service<Request> for HyperConnector {
    type Response = Response;
    type Error = Error;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> ResponseFuture {
        let mut request = request;
        let opening = Opening::take(&mut request);
        let (mut head, body) = request.into_parts();
        // What the layers tell each other stays here: a pooled connection must not keep an account alive.
        head.extensions.clear();
        if !HAS_TLS && head.uri.scheme() == Some(&http::uri::Scheme::HTTPS) {
            let message = "this build has no TLS, so an https address cannot be reached: switch on one of the features `tls-ring` and `tls-aws-lc-rs`, and one of `roots-platform` and `roots-webpki`";
            return Box::pin(std::future::ready(Err(Error::new(
                ErrorKind::Configuration,
                message,
            ))));
        }
        let mut request = http::Request::from_parts(head, Full::new(body));
        let mut connection = capture_connection(&mut request);
        let answer = self.client.request(request);
        Box::pin(async move {
            let mut answer = std::pin::pin!(answer);
            let mut connected = std::pin::pin!(async {
                drop(connection.wait_for_connection_metadata().await);
                if let Some(opening) = opening {
                    opening.begin();
                }
            });
            let mut begun = false;
            let result = std::future::poll_fn(|cx| {
                let answer = answer.as_mut().poll(cx);
                if !begun {
                    begun = connected.as_mut().poll(cx).is_ready();
                }
                answer
            });
            match result.await {
                Ok(response) => Ok(response.map(Body::streaming)),
                Err(error) if error.is_connect() => Err(Error::with_source(
                    ErrorKind::Connect,
                    "no connection to the server",
                    error,
                )),
                Err(error) => Err(Error::with_source(
                    ErrorKind::Io,
                    "the connection failed after the request was sent",
                    error,
                )),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use amo_auth::{Authorization as _, LongLived, Origin, Seams, SystemClock, ThreadSpawn};
    use amo_core::{Operation, Repeat};
    use amo_sandbox::{RateLimit, Sandbox};
    use http::StatusCode;
    use tower::ServiceExt as _;

    use super::*;
    use crate::{AccountContext, LimitKey, Meta, SlidingLog, StackBuilder};

    /// Thirty calls at once. The first connections take 300 ms to make, later requests find them idle and
    /// leave at once: the server, which counts a request when it arrives, still never sees more than seven
    /// in a second.
    #[tokio::test]
    async fn real_seconds_slow_connects_do_not_burst() {
        let sandbox = Sandbox::builder().rate_limit(RateLimit::PerSecond(7)).build();
        let server = sandbox.serve("127.0.0.1:0").await.unwrap();
        let origin = Origin::parse(&server.base_url()).unwrap();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);

        let settings = HyperSettings::default();
        let mut connector = Connector::new(&settings, Arc::clone(&clock)).unwrap();
        connector.delay = Duration::from_millis(300);
        let hyper = HyperConnector::over(connector, &settings);
        let (stack, tokens) = StackBuilder::new().connector(hyper).build().unwrap();
        let key = LimitKey::new("", "slow connects");
        let limiter = Arc::new(SlidingLog::new(7, Arc::clone(&clock)));
        let account = AccountContext::new(origin.clone(), key, limiter);
        let exchange = Arc::new(tokens.exchange(Arc::new(account.clone())));
        let seams = Seams::new(origin.clone(), exchange, clock, Arc::new(ThreadSpawn));
        let token = LongLived::new(sandbox.connection().long_lived_token);
        let account = Arc::new(account.with_provider(Box::new(token).bind(seams).unwrap()));

        let operation = Arc::new(Operation::new(
            "account",
            "get",
            http::Method::GET,
            "/api/v4/account",
            Repeat::Repeatable,
        ));
        let calls: Vec<_> = (0..30)
            .map(|_| {
                let mut request = http::Request::get(origin.uri("/api/v4/account").unwrap())
                    .extension(Meta::new(Arc::clone(&operation), None))
                    .body(Bytes::new())
                    .unwrap();
                request.extensions_mut().insert(Arc::clone(&account));
                tokio::spawn(stack.clone().oneshot(request))
            })
            .collect();
        for call in calls {
            assert_eq!(call.await.unwrap().unwrap().status(), StatusCode::OK, "nobody was refused");
        }
        assert_eq!(sandbox.log().len(), 30);
        assert_eq!(sandbox.log().peak_per_second(), 7);
    }
}
