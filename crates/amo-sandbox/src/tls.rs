//! The box over https, with a certificate that it makes for itself.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, SanType, date_time_ymd};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::{TcpListener, ToSocketAddrs};
use tokio_rustls::TlsAcceptor;

use crate::accounts::Accounts;
use crate::sandbox::Sandbox;
use crate::server::{Answering, Server, Transport};

impl Sandbox {
    /// Serves the box over HTTP/1.1 and TLS 1.2 or 1.3, as [`serve`](Sandbox::serve) does; links in
    /// answers begin with `https`. The certificate is made now, signs itself, and is for
    /// `localhost`, loopback, the address itself and the account's domain; clients have to trust
    /// [`Server::certificate_pem`]. Needs the feature `tls`, which is on by default.
    ///
    /// # Errors
    /// When it cannot listen there, and when the account's domain cannot stand in a certificate.
    pub async fn serve_tls(&self, listen: impl ToSocketAddrs) -> io::Result<Server> {
        serve(listen, vec![self.domain()], self.service()).await
    }
}

impl Accounts {
    /// The same with all accounts behind one address, as [`serve`](Accounts::serve) has them: one
    /// certificate is for the domains that they have now.
    ///
    /// # Errors
    /// When it cannot listen there, and when the domain of an account cannot stand in a certificate.
    pub async fn serve_tls(&self, listen: impl ToSocketAddrs) -> io::Result<Server> {
        serve(listen, self.all().iter().map(Sandbox::domain).collect(), self.service()).await
    }
}

async fn serve(
    listen: impl ToSocketAddrs,
    domains: Vec<String>,
    service: impl Answering,
) -> io::Result<Server> {
    let listener = TcpListener::bind(listen).await?;
    let (certificate, key) =
        self_signed(domains, listener.local_addr()?).map_err(io::Error::other)?;
    let pem = pem(&certificate);
    let config = config(certificate, key).map_err(io::Error::other)?;
    let transport = Transport::Tls(TlsAcceptor::from(Arc::new(config)), pem.into());
    Server::start_on(listener, service, transport)
}

fn self_signed(
    mut names: Vec<String>,
    address: SocketAddr,
) -> Result<(CertificateDer<'static>, PrivateKeyDer<'static>), rcgen::Error> {
    names.push("localhost".to_owned());
    let mut params = CertificateParams::new(names)?;
    let mut addresses = vec![Ipv4Addr::LOCALHOST.into(), IpAddr::V6(Ipv6Addr::LOCALHOST)];
    if !addresses.contains(&address.ip()) && !address.ip().is_unspecified() {
        addresses.push(address.ip());
    }
    params.subject_alt_names.extend(addresses.into_iter().map(SanType::IpAddress));
    params.distinguished_name.push(DnType::CommonName, "amoCRM in a box");
    params.extended_key_usages.push(ExtendedKeyUsagePurpose::ServerAuth);
    // Whatever the machine's clock says, within reason. Some clients read no later years.
    (params.not_before, params.not_after) =
        (date_time_ymd(2020, 1, 1), date_time_ymd(2049, 12, 31));
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?;
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    Ok((certificate.into(), key))
}

fn config(
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
) -> Result<ServerConfig, rustls::Error> {
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn pem(certificate: &CertificateDer<'_>) -> String {
    let mut pem = "-----BEGIN CERTIFICATE-----\n".to_owned();
    let text = BASE64_STANDARD.encode(certificate);
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, more) = rest.split_at(rest.len().min(64));
        pem.push_str(line);
        pem.push('\n');
        rest = more;
    }
    pem.push_str("-----END CERTIFICATE-----\n");
    pem
}
