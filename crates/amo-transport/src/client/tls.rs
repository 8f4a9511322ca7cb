//! TLS by rustls. The provider of its cryptography is always named, never the process's default.

use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::CryptoProvider;

use crate::{Error, ErrorKind};

/// TLS 1.2 and 1.3, verified against the roots that are compiled in.
pub(super) fn config() -> Result<ClientConfig, Error> {
    let provider = Arc::new(provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .map_err(unusable)?;
    #[cfg(feature = "roots-webpki")]
    let config = {
        let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        builder.with_root_certificates(roots)
    };
    #[cfg(not(feature = "roots-webpki"))]
    let config = {
        use rustls_platform_verifier::BuilderVerifierExt as _;
        builder.with_platform_verifier().map_err(unusable)?
    };
    Ok(config.with_no_client_auth())
}

/// Where both are compiled in, aws-lc-rs was asked for on top of the default.
fn provider() -> CryptoProvider {
    #[cfg(feature = "tls-aws-lc-rs")]
    return rustls::crypto::aws_lc_rs::default_provider();
    #[cfg(not(feature = "tls-aws-lc-rs"))]
    return rustls::crypto::ring::default_provider();
}

fn unusable(error: rustls::Error) -> Error {
    Error::with_source(ErrorKind::Configuration, "TLS cannot be set up", error)
}
