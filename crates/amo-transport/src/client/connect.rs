//! How a connection is made: name look-up, TCP, TLS, all within one timeout.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use amo_auth::Clock;
use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use tower::Service;

use super::HyperSettings;
use crate::Error;

#[cfg(all(feature = "__provider", feature = "__roots"))]
type Inner = hyper_rustls::HttpsConnector<HttpConnector>;
#[cfg(not(all(feature = "__provider", feature = "__roots")))]
type Inner = HttpConnector;

/// Can an https address be reached at all?
pub(super) const HAS_TLS: bool = cfg!(all(feature = "__provider", feature = "__roots"));

type BoxError = Box<dyn std::error::Error + Send + Sync>;

#[derive(Clone)]
pub(super) struct Connector {
    inner: Inner,
    clock: Arc<dyn Clock>,
    timeout: Duration,
    /// Makes every connection slow.
    #[cfg(test)]
    pub(super) delay: Duration,
}

impl Connector {
    pub(super) fn new(settings: &HyperSettings, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let mut http = HttpConnector::new();
        http.set_nodelay(true);
        http.enforce_http(false);
        Ok(Self {
            inner: with_tls(http)?,
            clock,
            timeout: settings.connect_timeout,
            #[cfg(test)]
            delay: Duration::ZERO,
        })
    }
}

#[cfg(all(feature = "__provider", feature = "__roots"))]
fn with_tls(http: HttpConnector) -> Result<Inner, Error> {
    let builder = hyper_rustls::HttpsConnectorBuilder::new().with_tls_config(super::tls::config()?);
    Ok(builder.https_or_http().enable_http1().wrap_connector(http))
}

#[cfg(not(all(feature = "__provider", feature = "__roots")))]
#[expect(clippy::unnecessary_wraps, reason = "with TLS it can fail")]
fn with_tls(http: HttpConnector) -> Result<Inner, Error> {
    Ok(http)
}

impl Service<Uri> for Connector {
    type Response = <Inner as Service<Uri>>::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connecting = self.inner.call(uri);
        let (clock, timeout) = (Arc::clone(&self.clock), self.timeout);
        #[cfg(test)]
        let delay = clock.sleep(self.delay);
        Box::pin(async move {
            #[cfg(test)]
            delay.await;
            let mut connecting = std::pin::pin!(connecting);
            let mut alarm = clock.sleep(timeout);
            std::future::poll_fn(|cx| {
                if let Poll::Ready(connected) = connecting.as_mut().poll(cx) {
                    #[allow(
                        clippy::useless_conversion,
                        reason = "without TLS the error is another type"
                    )]
                    return Poll::Ready(connected.map_err(Into::into));
                }
                alarm
                    .as_mut()
                    .poll(cx)
                    .map(|()| Err(format!("no connection within {timeout:?}").into()))
            })
            .await
        })
    }
}
