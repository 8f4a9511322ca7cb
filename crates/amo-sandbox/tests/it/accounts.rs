//! Several accounts behind one address.

use amo_sandbox::{Accounts, Moved, Sandbox, Server};
use http::Request;
use http_body_util::{BodyExt as _, Full};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tower_service::Service as _;

use crate::common::{START, quiet};

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

#[tokio::test]
async fn one_integration_is_installed_in_several_accounts() {
    let (one, two, accounts) = two();
    let known = one.connection();
    let none = ("accept", "application/json");
    let mut pairs = Vec::new();
    for (sandbox, domain) in [(&one, "one.amocrm.ru"), (&two, "two.kommo.com")] {
        assert_eq!(sandbox.connection().client_id, known.client_id);
        // The user allows it in his account, and is sent back with the account's host.
        let page = Request::post(format!("https://{domain}/oauth"));
        let form = format!("client_id={}&decision=allow&state=s", known.client_id);
        let answer = accounts.service().call(page.body(Full::<bytes::Bytes>::from(form)).unwrap());
        let answer = answer.await.unwrap();
        let back: http::Uri = answer.headers()["location"].to_str().unwrap().parse().unwrap();
        let query = back.query().unwrap();
        let part = |name: &str| {
            let mut parts = query.split('&').filter_map(|part| part.split_once('='));
            parts.find(|(key, _)| *key == name).unwrap().1.to_owned()
        };
        assert_eq!(part("referer"), domain);
        let exchange = json!({"client_id": known.client_id, "client_secret": known.client_secret,
            "grant_type": "authorization_code", "redirect_uri": known.redirect_uri,
            "code": part("code")});
        let url = format!("https://{domain}/oauth2/access_token");
        let (status, pair) = ask(&accounts, &url, none, exchange).await;
        assert_eq!(status, 200, "{pair}");
        pairs.push(pair);
    }
    // Each pair is that of its account alone.
    for (domain, own, id) in [("one.amocrm.ru", 0, 1), ("two.kommo.com", 1, 2)] {
        let url = format!("https://{domain}/api/v4/account");
        for (place, pair) in pairs.iter().enumerate() {
            let token = format!("Bearer {}", pair["access_token"].as_str().unwrap());
            let (status, account) =
                ask(&accounts, &url, ("authorization", &token), Value::Null).await;
            if place == own {
                assert_eq!((status, &account["id"]), (200, &json!(id)));
            } else {
                assert_eq!(status, 401);
            }
        }
        let refresh = |pair: &Value| {
            json!({"client_id": known.client_id, "client_secret": known.client_secret,
                "grant_type": "refresh_token", "redirect_uri": known.redirect_uri,
                "refresh_token": pair["refresh_token"]})
        };
        let url = format!("https://{domain}/oauth2/access_token");
        assert_eq!(ask(&accounts, &url, none, refresh(&pairs[1 - own])).await.0, 400);
        let (status, newer) = ask(&accounts, &url, none, refresh(&pairs[own])).await;
        assert_eq!(status, 200);
        pairs[own] = newer;
    }
}

#[tokio::test]
async fn an_account_that_moves_is_found_where_it_is() {
    let (one, two, accounts) = two();
    let at = |domain: &str| accounts.at(domain).map(Sandbox::account_id);
    assert_eq!((at("one.amocrm.ru"), at("ONE.amocrm.ru:80")), (Some(1), Some(1)));
    one.move_account("new.amocrm.ru", Moved::Redirect);
    assert_eq!((at("new.amocrm.ru"), at("one.amocrm.ru")), (Some(1), Some(1)));
    // Somebody else takes the name that is free now.
    two.move_account("one.amocrm.ru", Moved::Redirect);
    assert_eq!((at("one.amocrm.ru"), at("two.kommo.com")), (Some(2), Some(2)));
    assert_eq!(at("new.amocrm.ru"), Some(1));
}

#[tokio::test]
async fn control_is_told_which_account_a_call_is_about() {
    let (one, two, accounts) = two();
    let control = async |method: &str, path: &str, body: &str| {
        let request = Request::builder().method(method).uri(path);
        let request = request.body(Full::<bytes::Bytes>::from(body.to_owned())).unwrap();
        let answer = accounts.control().call(request).await.unwrap();
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice::<Value>(&body).unwrap_or_default())
    };
    let list = json!({"accounts": [{"account_id": 1, "domain": "one.amocrm.ru"},
        {"account_id": 2, "domain": "two.kommo.com"}]});
    assert_eq!(control("GET", "/accounts", "").await, (200, list));
    let advance = r#"{"advance": 60}"#;
    let (status, _) = control("POST", "/accounts/two.kommo.com/calendar", advance).await;
    assert_eq!(status, 200);
    assert_eq!((one.calendar().now(), two.calendar().now()), (START, START + 60));
    assert_eq!(control("POST", "/accounts/one.amocrm.ru/webhooks/settle", "").await.0, 204);
    assert_eq!(control("GET", "/", "").await.0, 200);
    for (path, wanted) in [
        ("/log", "say which one"),
        ("/webhooks/settle", "takes POST"),
        ("/accounts/three.amocrm.ru/log", "no account at `three.amocrm.ru`"),
        ("/accounts/one.amocrm.ru", "no call `/accounts/one.amocrm.ru`"),
    ] {
        let (status, told) = control("GET", path, "").await;
        assert!(status >= 400 && told["error"].as_str().unwrap().contains(wanted), "{told}");
    }
    // Of a box alone nobody has to say so, but may.
    for path in ["/calendar", "/accounts/one.amocrm.ru/calendar"] {
        let request = Request::get(path).body(Full::<bytes::Bytes>::default()).unwrap();
        assert_eq!(one.control().call(request).await.unwrap().status(), 200);
    }
}
