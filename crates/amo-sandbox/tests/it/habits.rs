//! The habits of the official PHP client and of the seed library, byte for byte over a socket: how
//! they get tokens, call services and page through lists.

use crate::common;
use crate::common::quiet;
use amo_sandbox::{CustomersMode, Sandbox, Server, demo};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A box that listens, and the token of its administrator.
pub(crate) struct Wire {
    pub(crate) sandbox: Sandbox,
    server: Server,
    pub(crate) token: String,
}

impl Wire {
    pub(crate) async fn new() -> Wire {
        let builder =
            quiet().contacts(3).leads(4).companies(1).customers_mode(CustomersMode::Segments);
        let sandbox = builder.build();
        let server = sandbox.serve("127.0.0.1:0").await.unwrap();
        let token = sandbox.connection().long_lived_token;
        Wire { sandbox, server, token }
    }

    /// Sends exactly these lines with this body, and gives the status and the body of the answer.
    /// `Host`, `Content-Length` and the end of the connection belong to the socket and not to a
    /// client's habits, so that they are added here.
    pub(crate) async fn raw(&self, lines: &[&str], body: &str) -> (u16, String) {
        self.raw_at(&self.server.local_addr().to_string(), lines, body).await
    }

    /// The same for another name of the box's host.
    pub(crate) async fn raw_at(&self, host: &str, lines: &[&str], body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(self.server.local_addr()).await.unwrap();
        let (first, rest) = lines.split_first().unwrap();
        let mut request = format!("{first}\r\nHost: {host}\r\n");
        for line in rest {
            request.push_str(line);
            request.push_str("\r\n");
        }
        if !body.is_empty() {
            request.push_str("Content-Length: ");
            request.push_str(&body.len().to_string());
            request.push_str("\r\n");
        }
        request.push_str("Connection: close\r\n\r\n");
        request.push_str(body);
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    /// A call as the official client makes it; `token` as the server gave it.
    pub(crate) async fn call(&self, method: &str, target: &str, body: &str) -> (u16, String) {
        let mut lines = vec![
            format!("{method} {target} HTTP/1.1"),
            "User-Agent: amoCRM-API-Library/1.16.0".to_owned(),
            format!("Authorization: Bearer {}", self.token),
            "X-Library-Version: 1.16.0".to_owned(),
            format!("X-Client-UUID: {}", demo::CLIENT_ID),
        ];
        if !body.is_empty() {
            lines.push("Content-Type: application/json".to_owned());
        }
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        self.raw(&lines, body).await
    }

    /// The same where 200 must come.
    pub(crate) async fn json(&self, method: &str, target: &str, body: &str) -> Value {
        let (status, text) = self.call(method, target, body).await;
        assert_eq!(status, 200, "{method} {target} {body}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    pub(crate) async fn ids(&self, target: &str, key: &str) -> Vec<i64> {
        common::ids(&self.json("GET", target, "").await, key)
    }
}

/// As PHP's `http_build_query` escapes a value.
pub(crate) fn escaped(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[tokio::test]
async fn the_official_client_asks_for_tokens_with_a_form() {
    let wire = Wire::new().await;
    let lines = [
        "POST /oauth2/access_token HTTP/1.1",
        "User-Agent: amoCRM/oAuth Client 1.0",
        "content-type: application/x-www-form-urlencoded",
    ];
    let who = format!(
        "client_id={}&client_secret={}&redirect_uri={}",
        demo::CLIENT_ID,
        demo::CLIENT_SECRET,
        escaped(demo::REDIRECT_URI)
    );
    let code = wire.sandbox.authorization_code();
    let first = format!("{who}&grant_type=authorization_code&code={}", escaped(&code));
    let (status, text) = wire.raw(&lines, &first).await;
    assert_eq!(status, 200, "{text}");
    let pair: Value = serde_json::from_str(&text).unwrap();
    let refresh = escaped(pair["refresh_token"].as_str().unwrap());
    let again = format!("{who}&grant_type=refresh_token&refresh_token={refresh}");
    let (status, text) = wire.raw(&lines, &again).await;
    assert_eq!(status, 200, "{text}");
    let next: Value = serde_json::from_str(&text).unwrap();
    assert_ne!(next["refresh_token"], pair["refresh_token"]);
    assert_eq!(wire.raw(&lines, &again).await.0, 401, "a refresh token is used once");
    let wire = Wire { token: next["access_token"].as_str().unwrap().to_owned(), ..wire };
    assert_eq!(wire.json("GET", "/api/v4/account", "").await["id"], demo::ACCOUNT);
}

#[tokio::test]
async fn the_seed_library_asks_for_tokens_with_json() {
    let wire = Wire::new().await;
    let lines = [
        "POST /oauth2/access_token HTTP/1.1",
        "User-Agent: amoCRM-API-client/2.0",
        "Accept: */*",
        "Content-Type: application/json",
    ];
    let (client_id, secret) = (demo::CLIENT_ID, demo::CLIENT_SECRET);
    // PHP escapes slashes.
    let uri = demo::REDIRECT_URI.replace('/', "\\/");
    let code = wire.sandbox.authorization_code();
    let body = format!(
        r#"{{"client_id":"{client_id}","client_secret":"{secret}","grant_type":"authorization_code","code":"{code}","redirect_uri":"{uri}"}}"#
    );
    let (status, text) = wire.raw(&lines, &body).await;
    assert_eq!(status, 200, "{text}");
    let pair: Value = serde_json::from_str(&text).unwrap();
    // It holds an answer to be good only when all four are there.
    for name in ["token_type", "expires_in", "access_token", "refresh_token"] {
        assert!(!pair[name].is_null(), "{name}");
    }
    let token = pair["refresh_token"].as_str().unwrap();
    let body = format!(
        r#"{{"client_id":"{client_id}","client_secret":"{secret}","grant_type":"refresh_token","refresh_token":"{token}","redirect_uri":"{uri}"}}"#
    );
    assert_eq!(wire.raw(&lines, &body).await.0, 200);
}

#[tokio::test]
async fn an_api_key_is_exchanged_behind_a_double_slash() {
    let wire = Wire::new().await;
    let lines = [
        "POST //oauth2/exchange_api_key HTTP/1.1",
        "User-Agent: amoCRM-API-Library/1.16.0",
        "Content-Type: application/json",
    ];
    let key = wire.sandbox.api_key(demo::ADMIN).unwrap();
    let body = json!({"login": "admin@example.test", "api_key": key,
        "client_uuid": demo::CLIENT_ID, "client_secret": demo::CLIENT_SECRET});
    assert_eq!(wire.raw(&lines, &body.to_string()).await, (202, String::new()));
}

#[tokio::test]
async fn get_and_delete_come_with_an_empty_list_as_their_body() {
    let wire = Wire::new().await;
    // The look-up of the address is the GET with a body.
    let found = wire.json("GET", "/oauth2/account/subdomain", "[]").await;
    assert_eq!(found["id"], demo::ACCOUNT);
    assert_eq!(wire.json("GET", "/api/v4/account", "[]").await["id"], demo::ACCOUNT);
    let made = |text: &str| serde_json::from_str::<Value>(text).unwrap()["_embedded"].clone();
    for (list, item, key) in [
        (
            "/api/v4/leads/pipelines",
            r##"[{"name":"A","sort":20,"is_main":false,"is_unsorted_on":true,"_embedded":{"statuses":[{"name":"S","sort":10,"color":"#fffeb2","request_id":"0"}]},"request_id":"0"}]"##,
            "pipelines",
        ),
        (
            "/api/v4/customers/segments",
            r#"{"name":"A","color":"10599d","request_id":"0"}"#,
            "segments",
        ),
        (
            "/api/v4/leads/loss_reasons",
            r#"[{"name":"A","sort":1,"request_id":"0"}]"#,
            "loss_reasons",
        ),
        (
            "/api/v4/leads/custom_fields",
            r#"[{"name":"A","type":"text","sort":510,"request_id":"0"}]"#,
            "custom_fields",
        ),
        ("/api/v4/roles", r#"[{"name":"A","rights":[],"request_id":1}]"#, "roles"),
    ] {
        let (status, text) = wire.call("POST", list, item).await;
        assert!([200, 201].contains(&status), "{list}: {status} {text}");
        let id = match &made(&text)[key][0]["id"] {
            Value::Null => serde_json::from_str::<Value>(&text).unwrap()["id"].clone(),
            id => id.clone(),
        };
        let (status, text) = wire.call("DELETE", &format!("{list}/{id}"), "[]").await;
        assert_eq!((status, text.as_str()), (204, ""), "{list}/{id}");
        let (status, _) = wire.call("DELETE", &format!("{list}/{id}"), "[]").await;
        assert_eq!(status, 404, "{list}: it is gone");
    }
    let purchases = format!("/api/v4/customers/{}/transactions", {
        let body = r#"[{"name":"C","request_id":"0"}]"#;
        wire.json("POST", "/api/v4/customers", body).await["_embedded"]["customers"][0]["id"]
            .clone()
    });
    // PHP prints the flag of the query as a word.
    for (flag, index) in [("true", 0), ("false", 1)] {
        let target = format!("{purchases}?accrue_bonus={flag}");
        let body = r#"[{"price":5,"comment":"c","request_id":"0"}]"#;
        wire.json("POST", &target, body).await;
        let ids = wire.ids(&format!("{purchases}?limit=50&page=1"), "transactions").await;
        assert_eq!(ids.len(), 1, "{index}");
        assert_eq!(wire.call("DELETE", &format!("{purchases}/{}", ids[0]), "[]").await.0, 204);
    }
}

#[tokio::test]
async fn queries_have_escaped_brackets_indexes_with_holes_and_numbers_as_texts() {
    let wire = Wire::new().await;
    for _ in 0..3 {
        let task = format!(
            r#"[{{"text":"t","complete_till":1800000000,"entity_id":{},"entity_type":"leads","request_id":"0"}}]"#,
            demo::FIRST_LEAD
        );
        wire.json("POST", "/api/v4/tasks", &task).await;
    }
    let all = wire.ids("/api/v4/tasks", "tasks").await;
    let (one, two) = (all[0], all[2]);
    // PHP's `array_filter` keeps the indexes of what it leaves.
    for filter in [
        format!("filter%5Bid%5D%5B0%5D={one}&filter%5Bid%5D%5B3%5D={two}"),
        format!("filter[id][0]={one}&filter[id][3]={two}"),
        format!("filter%5Bid%5D%5B%5D={one}&filter%5Bid%5D%5B%5D={two}"),
        format!("filter[id][]={one}&filter[id][]={two}"),
    ] {
        let target = format!("/api/v4/tasks?{filter}&limit=50&page=1");
        assert_eq!(wire.ids(&target, "tasks").await, [one, two], "{filter}");
    }
    wire.json(
        "PATCH",
        &format!("/api/v4/tasks/{one}"),
        &format!(
            r#"{{"id":{one},"is_completed":true,"result":{{"text":"done"}},"request_id":"0"}}"#
        ),
    )
    .await;
    for (flag, wanted) in [(1, vec![one]), (0, vec![all[1], two])] {
        let target = format!("/api/v4/tasks?filter%5Bis_completed%5D={flag}&limit=50&page=1");
        assert_eq!(wire.ids(&target, "tasks").await, wanted);
    }
    let order = "/api/v4/tasks?order%5Bid%5D=desc&limit=50&page=1";
    assert_eq!(wire.ids(order, "tasks").await, [two, all[1], one]);
    let links = format!(
        "/api/v4/leads/links?filter%5Bentity_id%5D%5B0%5D={}&filter%5Bentity_id%5D%5B3%5D={}",
        demo::FIRST_LEAD,
        demo::FIRST_LEAD + 1
    );
    let link = format!(
        r#"[{{"to_entity_type":"companies","to_entity_id":{},"metadata":null}}]"#,
        demo::FIRST_COMPANY
    );
    let lead = format!("/api/v4/leads/{}", demo::FIRST_LEAD + 1);
    wire.json("POST", &format!("{lead}/link"), &link).await;
    let found = wire.json("GET", &links, "").await;
    let ends: Vec<&Value> = found["_embedded"]["links"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|link| link["to_entity_type"] == "companies")
        .map(|link| &link["entity_id"])
        .collect();
    assert_eq!(ends, [demo::FIRST_LEAD, demo::FIRST_LEAD + 1]);
    // Nothing is said about what is unlinked either.
    assert_eq!(wire.call("POST", &format!("{lead}/unlink"), &link).await.0, 204);
}

#[tokio::test]
async fn elements_are_named_by_ids_outside_of_the_filter() {
    let wire = Wire::new().await;
    let catalog = r#"[{"name":"Cakes","type":"regular","request_id":"0"}]"#;
    let catalog = wire.json("POST", "/api/v4/catalogs", catalog).await;
    let path = format!("/api/v4/catalogs/{}/elements", catalog["_embedded"]["catalogs"][0]["id"]);
    let three = r#"[{"name":"a","request_id":"0"},{"name":"b","request_id":"1"},{"name":"c","request_id":"2"}]"#;
    let all = common::ids(&wire.json("POST", &path, three).await, "elements");
    let target = format!("{path}?id%5B0%5D={}&id%5B3%5D={}&limit=50&page=1", all[0], all[2]);
    assert_eq!(wire.ids(&target, "elements").await, [all[0], all[2]]);
}

#[tokio::test]
async fn events_are_asked_for_by_lists_with_commas() {
    let wire = Wire::new().await;
    let body = r#"[{"name":"a","request_id":"0"}]"#;
    let lead =
        wire.json("POST", "/api/v4/leads", body).await["_embedded"]["leads"][0]["id"].clone();
    wire.json("POST", "/api/v4/contacts", body).await;
    let types = |list: &Value| -> Vec<String> {
        let events = list["_embedded"]["events"].as_array().unwrap();
        events.iter().map(|event| event["type"].as_str().unwrap().to_owned()).collect()
    };
    let path = "/api/v4/events?filter%5Btype%5D=lead_added%2Ccontact_added&limit=50&page=1";
    let list = wire.json("GET", path, "").await;
    let mut found = types(&list);
    assert_eq!(found.len(), 9, "seven of them are of the cards from the start");
    found.sort();
    found.dedup();
    assert_eq!(found, ["contact_added", "lead_added"]);
    let uuids: Vec<&str> = list["_embedded"]["events"]
        .as_array()
        .unwrap()
        .iter()
        .take(2)
        .map(|event| event["id"].as_str().unwrap())
        .collect();
    let path = format!("/api/v4/events?filter%5Bid%5D={}&limit=50&page=1", uuids.join("%2C"));
    assert_eq!(types(&wire.json("GET", &path, "").await).len(), 2);
    let path = format!(
        "/api/v4/events?filter%5Bentity%5D=lead&filter%5Bentity_id%5D={lead}%2C1&limit=50&page=1"
    );
    assert_eq!(types(&wire.json("GET", &path, "").await), ["lead_added"]);
}

#[tokio::test]
async fn every_list_takes_limit_and_page() {
    let wire = Wire::new().await;
    for path in [
        "leads",
        "contacts",
        "companies",
        "customers",
        "tasks",
        "leads/notes",
        "leads/tags",
        "catalogs",
        "events",
        "events/types",
        "users",
        "roles",
        "webhooks",
        "widgets",
        "sources",
        "leads/unsorted",
        "leads/unsorted/summary",
        "leads/pipelines",
        "leads/loss_reasons",
        "leads/custom_fields",
        "leads/custom_fields/groups",
        "customers/segments",
        "customers/transactions",
        "talks",
        "chats/templates",
        "website_buttons",
        "currencies",
        "contacts/chats?contact_id%5B0%5D=1000001",
        "bots",
    ] {
        let mark = if path.contains('?') { '&' } else { '?' };
        let target = format!("/api/v4/{path}{mark}limit=50&page=1");
        let (status, text) = wire.call("GET", &target, "").await;
        assert!([200, 204].contains(&status), "{target}: {status} {text}");
    }
}

#[tokio::test]
async fn links_to_pages_lead_back_to_where_the_client_asked() {
    let wire = Wire::new().await;
    let base = wire.server.base_url();
    let mut target =
        "/api/v4/leads?filter%5Bid%5D%5B3%5D=3000001&limit=2&page=1&with=contacts".to_owned();
    let mut seen = Vec::new();
    loop {
        let page = wire.json("GET", &target, "").await;
        seen.extend(common::ids(&page, "leads"));
        let links = &page["_links"];
        // The client takes its own base address away from a link before it asks again.
        let path = |name: &str| {
            let href = links[name]["href"].as_str()?;
            Some(href.strip_prefix(&base).unwrap_or_else(|| panic!("{href}")).to_owned())
        };
        if seen.len() > 2 {
            let prev = path("prev").unwrap();
            assert_eq!(wire.ids(&prev, "leads").await, seen[..2]);
        }
        match path("next") {
            Some(next) => target = next,
            None => break,
        }
    }
    assert_eq!(seen.len(), 4, "the paid filters are off: all leads");
}

#[tokio::test]
async fn links_begin_with_https_behind_a_server_that_speaks_tls() {
    let wire = Wire::new().await;
    let token = format!("Authorization: Bearer {}", wire.token);
    let lines = ["GET /api/v4/leads?limit=2&page=1 HTTP/1.1", &token, "X-Forwarded-Proto: https"];
    let (status, text) = wire.raw(&lines, "").await;
    assert_eq!(status, 200, "{text}");
    let page: Value = serde_json::from_str(&text).unwrap();
    let next = page["_links"]["next"]["href"].as_str().unwrap();
    let wanted = format!("https://{}/api/v4/leads?limit=2&page=2", wire.server.local_addr());
    assert_eq!(next, wanted);
}
