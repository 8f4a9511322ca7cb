//! TLS of the requests that the box makes of its own.

use std::sync::{Arc, OnceLock};

use rustls::crypto::ring;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Whom it trusts: Mozilla's roots, and certificates of the caller's choice.
#[derive(Default)]
pub(super) struct Trust {
    more: Vec<CertificateDer<'static>>,
    connector: OnceLock<Result<TlsConnector, String>>,
}

impl Trust {
    /// With the certificates of a PEM text, of which there must be one at least.
    pub(super) fn with(text: &str) -> Result<Self, pem::Error> {
        let more: Vec<_> =
            CertificateDer::pem_slice_iter(text.as_bytes()).collect::<Result<_, _>>()?;
        if more.is_empty() {
            return Err(pem::Error::NoItemsFound);
        }
        Ok(Trust { more, ..Trust::default() })
    }

    pub(super) async fn connect(
        &self,
        stream: TcpStream,
        host: &str,
    ) -> Result<TlsStream<TcpStream>, String> {
        let connector = self.connector.get_or_init(|| self.connector()).clone()?;
        let name = ServerName::try_from(host.to_owned()).map_err(|error| error.to_string())?;
        connector.connect(name, stream).await.map_err(|error| format!("{host}: {error}"))
    }

    fn connector(&self) -> Result<TlsConnector, String> {
        let mut roots: RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
        let said = |error: rustls::Error| error.to_string();
        for certificate in &self.more {
            roots.add(certificate.clone()).map_err(said)?;
        }
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(said)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(TlsConnector::from(Arc::new(config)))
    }
}
