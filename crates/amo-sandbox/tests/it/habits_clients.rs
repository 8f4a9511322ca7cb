//! The habits of clients for Python and Node, byte for byte over a socket. The clients themselves run
//! by `cargo xtask clients`.

use amo_sandbox::demo;
use serde_json::{Value, json};

use crate::common::{Client, pair, quiet};
use crate::habits::{Wire, escaped};

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[tokio::test]
async fn kommo_python_sends_credentials_twice_and_two_slashes() {
    let wire = Wire::new().await;
    let lines = [
        "POST /oauth2/access_token HTTP/1.1",
        "User-Agent: python-requests/2.34.2",
        "Accept-Encoding: gzip, deflate",
        "Accept: application/json",
        "Content-Type: application/x-www-form-urlencoded",
        "Authorization: Basic bm90OnJlYWQ=",
    ];
    let body = format!(
        "client_id={}&client_secret={}&grant_type=authorization_code&code={}&redirect_uri={}",
        demo::CLIENT_ID,
        demo::CLIENT_SECRET,
        escaped(&wire.sandbox.authorization_code()),
        escaped(demo::REDIRECT_URI),
    );
    let (status, text) = wire.raw(&lines, &body).await;
    assert_eq!(status, 200, "{text}");
    let token = parsed(&text)["access_token"].as_str().unwrap().to_owned();
    // Its API calls keep the form's content type, also where JSON is sent.
    let bearer = format!("Authorization: Bearer {token}");
    let form = "Content-Type: application/x-www-form-urlencoded";
    let (status, text) = wire.raw(&["GET //api/v4/account HTTP/1.1", form, &bearer], "").await;
    assert_eq!((status, &parsed(&text)["id"]), (200, &demo::ACCOUNT.into()));
    let lines = ["POST /api/v4/leads HTTP/1.1", form, &bearer];
    let (status, text) = wire.raw(&lines, r#"[{"name": "\u0417\u0430\u043a\u0430\u0437"}]"#).await;
    assert_eq!(status, 200, "{text}");
    let id = &parsed(&text)["_embedded"]["leads"][0]["id"];
    let target = format!("GET //api/v4/leads/{id} HTTP/1.1");
    assert_eq!(parsed(&wire.raw(&[&target, &bearer], "").await.1)["name"], "Заказ");
}

#[tokio::test]
async fn amocrm_js_follows_a_link_and_says_its_order_again() {
    let wire = Wire::new().await;
    let all = wire.ids("/api/v4/leads?order[id]=desc", "leads").await;
    let bearer = format!("Authorization: Bearer {}", wire.token);
    let target = "/api/v4/leads?limit=2&order%5Bid%5D=asc&order%5Bid%5D=desc&page=2";
    let (status, text) = wire.raw(&[&format!("GET {target} HTTP/1.1"), &bearer], "").await;
    assert_eq!(status, 200, "{text}");
    let page = parsed(&text);
    let ids: Vec<i64> = crate::common::ids(&page, "leads");
    assert_eq!(ids, all[2..], "the last one counts, as in PHP");
    let own = page["_links"]["self"]["href"].as_str().unwrap();
    assert_eq!(own.matches("order").count(), 1, "{own}");
}

#[tokio::test]
async fn amocrm_js_sends_bodies_in_chunks_with_empty_lists_of_what_it_does_not_know() {
    let wire = Wire::new().await;
    let bearer = format!("Authorization: Bearer {}", wire.token);
    let body = format!(
        r#"[{{"id":{},"name":"x","_embedded":{{"tags":[],"contacts":[],"companies":[]}}}}]"#,
        demo::FIRST_LEAD
    );
    let chunked = format!("Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n", body.len());
    let kind = "Content-Type: application/json";
    let end = "Connection: close";
    let lines = ["PATCH /api/v4/leads HTTP/1.1", &bearer, kind, end, &chunked];
    let (status, text) = wire.raw(&lines, "").await;
    assert_eq!(status, 200, "{text}");
    // A list that is not empty is no such thing.
    let body = body.replace(r#""companies":[]"#, r#""companies":[{"id":1}]"#);
    let (status, text) = wire.raw(&["PATCH /api/v4/leads HTTP/1.1", &bearer, kind], &body).await;
    assert_eq!(status, 400, "{text}");
    assert!(text.contains("_embedded.companies") && !text.contains("_embedded.contacts"), "{text}");
}

#[tokio::test]
async fn amocrm_api_sends_fields_back_with_their_names_and_types() {
    let wire = Wire::new().await;
    let bearer = format!("Authorization: Bearer {}", wire.token);
    let target = format!("/api/v4/contacts/{}", demo::FIRST_CONTACT);
    let read = parsed(&wire.raw(&[&format!("GET {target} HTTP/1.1"), &bearer], "").await.1);
    let fields = &read["custom_fields_values"];
    assert!(fields[0]["field_name"].is_string() && fields[0]["field_type"].is_string(), "{fields}");
    let body = format!(r#"{{"custom_fields_values": {fields}}}"#);
    let lines = [
        &format!("PATCH {target} HTTP/1.1"),
        "User-Agent: amocrm-py/v2",
        &bearer,
        "Content-Type: application/json",
    ];
    let (status, text) = wire.raw(&lines, &body).await;
    assert_eq!(status, 200, "{text}");
    let again = parsed(&wire.raw(&[&format!("GET {target} HTTP/1.1"), &bearer], "").await.1);
    assert_eq!(&again["custom_fields_values"], fields);
}

#[tokio::test]
async fn amocrm_sdk_refreshes_at_the_common_host() {
    let wire = Wire::new().await;
    let pair = |text: &str| parsed(text)["refresh_token"].as_str().unwrap().to_owned();
    let who = format!(
        r#""client_id": "{}", "client_secret": "{}", "redirect_uri": "{}""#,
        demo::CLIENT_ID,
        demo::CLIENT_SECRET,
        demo::REDIRECT_URI
    );
    let code = wire.sandbox.authorization_code();
    let body = format!(r#"{{{who}, "grant_type": "authorization_code", "code": "{code}"}}"#);
    let lines = ["POST /oauth2/access_token HTTP/1.1", "Content-Type: application/json"];
    let refresh = pair(&wire.raw(&lines, &body).await.1);
    let body = format!(r#"{{{who}, "grant_type": "refresh_token", "refresh_token": "{refresh}"}}"#);
    let (status, text) = wire.raw_at("www.amocrm.ru", &lines, &body).await;
    assert_eq!(status, 200, "{text}");
    assert_ne!(pair(&text), refresh);
}

#[tokio::test]
async fn what_was_read_can_be_saved_as_a_whole() {
    let client = Client::of(&quiet().leads(1).contacts(1).companies(1).build());
    let path = format!("/api/v4/leads/{}", demo::FIRST_LEAD);
    let with = "contacts,catalog_elements,loss_reason,source_id,is_price_modified_by_robot";
    let mut read = client.read(&format!("{path}?with={with}")).await;
    assert_ne!(read["_embedded"]["contacts"], json!([]), "it is linked");
    // amocrm-js does not send these.
    for name in ["closed_at", "closest_task_at", "created_at", "updated_by", "_links"] {
        read.as_object_mut().unwrap().remove(name);
    }
    for tag in read["_embedded"]["tags"].as_array_mut().unwrap() {
        tag.as_object_mut().unwrap().remove("color");
    }
    read["price"] = json!(4321);
    let answer = client.patch(&path, read.clone()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(client.read(&path).await["price"], 4321);
    // As amocrm-js keeps them: some members of what is linked.
    let contact = &read["_embedded"]["contacts"][0];
    read["_embedded"]["contacts"] = json!([{"id": contact["id"], "is_main": contact["is_main"]}]);
    assert_eq!(client.patch(&path, read.clone()).await.status, 200);
    // What cannot be changed is not changed in silence.
    for (place, value) in [
        ("/account_id", json!(5)),
        ("/group_id", json!(demo::GROUP_PARTNERS)),
        ("/is_deleted", json!(true)),
        ("/_embedded/contacts", json!([])),
        ("/_embedded/contacts", json!([{"id": 5}])),
    ] {
        let mut changed = read.clone();
        *changed.pointer_mut(place).unwrap() = value.clone();
        let answer = client.patch(&path, changed).await;
        if value == json!([]) {
            assert_eq!(answer.status, 200, "an empty list of what is linked does nothing");
            continue;
        }
        let named = place.trim_start_matches('/').replace('/', ".");
        assert_eq!(answer.flaw(), pair("FieldNotExpected", &named));
    }
    assert_eq!(
        client.read(&format!("{path}/links")).await["_embedded"]["links"].as_array().unwrap().len(),
        2
    );
}
