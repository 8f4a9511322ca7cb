//! Several accounts behind one address.

use amo_sandbox::{Accounts, Sandbox, Server};
use http::Request;
use http_body_util::{BodyExt as _, Full};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tower_service::Service as _;

use crate::common::quiet;

fn two() -> (Sandbox, Sandbox, Accounts) {
    let one = quiet().domain("one.amocrm.ru").account_id(1).leads(1).build();
    let two = quiet().domain("two.kommo.com").account_id(2).leads(5).build();
    let accounts = Accounts::new([one.clone(), two.clone()]);
    (one, two, accounts)
}

async fn ask(accounts: &Accounts, url: &str, header: (&str, &str), body: Value) -> (u16, Value) {
    let method = if body.is_null() { "GET" } else { "POST" };
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let request = Request::builder().method(method).uri(url).header(header.0, header.1);
    let answer = accounts.service().call(request.body(Full::<bytes::Bytes>::from(body)).unwrap());
    let answer = answer.await.unwrap();
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

fn bearer(sandbox: &Sandbox) -> String {
    format!("Bearer {}", sandbox.connection().long_lived_token)
}

#[tokio::test]
async fn a_request_reaches_the_account_at_its_host() {
    let (one, two, accounts) = two();
    for (sandbox, domain, id, leads) in
        [(&one, "one.amocrm.ru", 1, 1), (&two, "two.kommo.com", 2, 5)]
    {
        let token = bearer(sandbox);
        let header = ("authorization", token.as_str());
        let url = |path: &str| format!("https://{domain}/api/v4/{path}");
        let (_, account) = ask(&accounts, &url("account"), header, Value::Null).await;
        assert_eq!(account["id"], id);
        let (_, list) = ask(&accounts, &url("leads"), header, Value::Null).await;
        assert_eq!(list["_embedded"]["leads"].as_array().unwrap().len(), leads);
    }
    // A token of one account is none of another.
    let (token, url) = (bearer(&one), "https://two.kommo.com/api/v4/account");
    assert_eq!(ask(&accounts, url, ("authorization", &token), Value::Null).await.0, 401);
    assert_eq!(accounts.at("two.kommo.com:8080").unwrap().log().len(), 3);
    assert!(accounts.at("three.amocrm.ru").is_none());
}

#[tokio::test]
async fn each_account_grants_the_same_integration_for_itself() {
    let (_, two, accounts) = two();
    let known = two.connection();
    let exchange = json!({"client_id": known.client_id, "client_secret": known.client_secret,
        "grant_type": "authorization_code", "redirect_uri": known.redirect_uri, "code": known.code});
    let at = |domain: &str| format!("https://{domain}/oauth2/access_token");
    let none = ("accept", "application/json");
    assert_eq!(ask(&accounts, &at("one.amocrm.ru"), none, exchange.clone()).await.0, 400);
    let (status, pair) = ask(&accounts, &at("two.kommo.com"), none, exchange).await;
    assert_eq!(status, 200);
    // Hosts that all accounts share know the account by the token.
    let look_up = "https://www.amocrm.com/oauth2/account/subdomain";
    let token = format!("Bearer {}", pair["access_token"].as_str().unwrap());
    let (status, found) = ask(&accounts, look_up, ("authorization", &token), Value::Null).await;
    assert_eq!((status, &found["domain"]), (200, &json!("two.kommo.com")));
    let look_up = "https://api-b.amocrm.com/oauth2/account/current/subdomain";
    let token = pair["refresh_token"].as_str().unwrap();
    let (status, found) = ask(&accounts, look_up, ("x-refresh-token", token), Value::Null).await;
    assert_eq!((status, &found["domain"]), (200, &json!("two.kommo.com")));
    let drive = "https://drive-b.amocrm.ru/v1.0/files";
    let token = bearer(&two);
    let _ = ask(&accounts, drive, ("authorization", &token), Value::Null).await;
    assert_eq!(two.log().entries().last().unwrap().path, "/v1.0/files");
}

#[tokio::test]
async fn over_a_socket_the_host_header_tells() {
    let (one, two, accounts) = two();
    let server: Server = accounts.serve("127.0.0.1:0").await.unwrap();
    for (sandbox, domain) in [(&one, "one.amocrm.ru"), (&two, "two.kommo.com")] {
        let token = bearer(sandbox);
        let mut stream = TcpStream::connect(server.local_addr()).await.unwrap();
        let request = format!(
            "GET /api/v4/account HTTP/1.1\r\nHost: {domain}\r\nAuthorization: {token}\r\n\
             Connection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.contains(&format!("http://{domain}/api/v4/account")), "{answer}");
    }
    assert_eq!((one.log().len(), two.log().len()), (1, 1));
    server.shutdown().await;
}
