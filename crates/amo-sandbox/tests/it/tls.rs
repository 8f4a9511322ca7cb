//! The box over https.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::common::{Client, quiet};
use amo_sandbox::{Accounts, RateLimit, Sandbox, Server};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// What trusts this certificate and no other, and would rather speak HTTP/2.
pub(crate) fn trusting(pem: &str) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    TlsConnector::from(Arc::new(config))
}

/// Sends one request to a server by a name and reads until the connection is closed.
pub(crate) async fn send_over_tls(
    connector: &TlsConnector,
    address: SocketAddr,
    name: &str,
    path: &str,
    token: &str,
) -> std::io::Result<String> {
    let stream = TcpStream::connect(address).await?;
    let server_name = ServerName::try_from(name.to_owned()).unwrap();
    let mut stream = connector.connect(server_name, stream).await?;
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(b"http/1.1".as_slice()));
    let host = format!("{name}:{}", address.port());
    let head = format!(
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

async fn started() -> (Sandbox, Server) {
    let sandbox = Sandbox::builder().contacts(3).domain("acme.amocrm.com");
    let sandbox = sandbox.rate_limit(RateLimit::Off).build();
    let server = sandbox.serve_tls("127.0.0.1:0").await.unwrap();
    (sandbox, server)
}

#[tokio::test]
async fn who_trusts_the_certificate_is_served_by_every_name() {
    let (sandbox, server) = started().await;
    assert!(server.base_url().starts_with("https://127.0.0.1:"));
    let connector = trusting(server.certificate_pem().unwrap());
    let token = sandbox.connection().long_lived_token;
    let address = server.local_addr();
    for name in ["localhost", "127.0.0.1", "acme.amocrm.com"] {
        let path = "/api/v4/contacts?limit=1";
        let answer = send_over_tls(&connector, address, name, path, &token).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        let link = format!("https://{name}:{}/api/v4/contacts?limit=1&page=2", address.port());
        assert!(answer.contains(&link), "{link}: {answer}");
    }
    let other = send_over_tls(&connector, address, "other.amocrm.com", "/", "").await;
    assert!(other.is_err(), "the certificate is not for any name");
}

#[tokio::test]
async fn several_accounts_have_one_certificate() {
    let one = quiet().domain("one.amocrm.ru").account_id(1).build();
    let two = quiet().domain("two.kommo.com").account_id(2).build();
    let accounts = Accounts::new([one.clone(), two.clone()]);
    let server = accounts.serve_tls("127.0.0.1:0").await.unwrap();
    let connector = trusting(server.certificate_pem().unwrap());
    for (sandbox, domain) in [(&one, "one.amocrm.ru"), (&two, "two.kommo.com")] {
        let token = sandbox.connection().long_lived_token;
        let address = server.local_addr();
        let answer = send_over_tls(&connector, address, domain, "/api/v4/account", &token).await;
        assert!(answer.unwrap().contains(&format!("https://{domain}:{}/", address.port())));
        assert_eq!(sandbox.log().len(), 1);
    }
}

#[tokio::test]
async fn who_trusts_another_certificate_is_not() {
    let (_sandbox, server) = started().await;
    let (_other_sandbox, other) = started().await;
    let connector = trusting(other.certificate_pem().unwrap());
    let answer = send_over_tls(&connector, server.local_addr(), "localhost", "/", "").await;
    assert!(answer.is_err());
    server.shutdown().await;
}

#[tokio::test]
async fn a_domain_that_no_certificate_can_have_is_an_error() {
    let sandbox = Sandbox::builder().domain("дом.амо").build();
    let error = sandbox.serve_tls("127.0.0.1:0").await.unwrap_err();
    assert!(!error.to_string().is_empty());
}

#[tokio::test]
async fn webhooks_reach_https_addresses_whose_certificate_is_trusted() {
    let (_receiver, server) = started().await;
    let pem = server.certificate_pem().unwrap();
    let post = async |sandbox: Sandbox| {
        let client = Client::of(&sandbox);
        // The other box knows no such path, but whoever is told so was let in.
        let address = format!("https://localhost:{}/hook", server.local_addr().port());
        let hook = serde_json::json!({"destination": address, "settings": ["add_lead"]});
        assert_eq!(client.post("/api/v4/webhooks", hook).await.status, 201);
        client.add("leads", serde_json::json!({})).await;
        sandbox.webhooks().settled().await;
        let mut tries = sandbox.webhooks().deliveries();
        assert_eq!(tries.len(), 1);
        let posted = tries.remove(0);
        (posted.status, posted.error)
    };
    let trusting = quiet().trust_webhooks(pem).unwrap().build();
    assert_eq!(post(trusting).await, (Some(404), None));
    let (status, error) = post(quiet().build()).await;
    assert_eq!(status, None);
    assert!(error.unwrap().contains("certificate"), "Mozilla does not know it");
    for wrong in ["", "x", &pem.replace("MII", "%")] {
        let error = quiet().trust_webhooks(wrong).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidData, "{wrong}");
    }
}
