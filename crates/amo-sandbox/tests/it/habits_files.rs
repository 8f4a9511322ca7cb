//! The habits of the official PHP client with files, purchases and chained lists, byte for byte over
//! a socket.

use crate::common::ids;
use crate::habits::Wire;
use amo_sandbox::demo;
use serde_json::{Value, json};

/// The path of an address that the box has given, for one who asks for it where it is.
fn path(url: &Value) -> String {
    let url = url.as_str().unwrap_or_else(|| panic!("{url}"));
    let (_, rest) = url.split_once("://").unwrap();
    rest[rest.find('/').unwrap()..].to_owned()
}

/// Uploads in parts as large as the session allows, as the client does, and gives the file.
async fn upload(wire: &Wire, name: &str, more: &str, content: &str) -> Value {
    let size = content.len();
    let session =
        format!(r#"{{"file_name":"{name}","file_size":{size},"content_type":"text/plain"{more}}}"#);
    let opened = wire.json("POST", "/v1.0/sessions", &session).await;
    assert!(opened["session_id"].is_i64() && opened["max_file_size"].is_i64(), "{opened}");
    let part = usize::try_from(opened["max_part_size"].as_u64().unwrap()).unwrap();
    let mut target = path(&opened["upload_url"]);
    let mut rest = content;
    loop {
        let (now, later) = rest.split_at(part.min(rest.len()));
        let answer = wire.json("POST", &target, now).await;
        rest = later;
        if answer["uuid"].is_string() {
            assert_eq!(rest, "", "all was sent");
            return answer;
        }
        assert_eq!(answer["session_id"], opened["session_id"]);
        target = path(&answer["next_url"]);
    }
}

#[tokio::test]
async fn files_go_up_in_parts_and_come_down_whole() {
    let wire = Wire::new().await;
    // The drive is where the account says.
    let account = wire.json("GET", "/api/v4/account?with=drive_url", "").await;
    let drive = account["drive_url"].as_str().unwrap();
    let content: String = ('a'..='z').cycle().take(300_000).collect();
    let first = upload(&wire, "a.txt", "", &content).await;
    assert!(first["_links"]["self"]["href"].as_str().unwrap().starts_with(drive), "{first}");
    assert_eq!(first["size"], 300_000);
    let down = wire.call("GET", &path(&first["_links"]["download"]["href"]), "").await;
    assert!(down == (200, content), "what came up comes down");

    let uuid = first["uuid"].as_str().unwrap();
    let again = format!(r#","file_uuid":"{uuid}""#);
    let second = upload(&wire, "b.txt", &again, "new").await;
    assert_eq!(second["uuid"], first["uuid"]);
    assert_ne!(second["version_uuid"], first["version_uuid"]);
    let versions = wire.json("GET", &format!("/v1.0/files/{uuid}/versions"), "").await;
    assert_eq!(versions["_embedded"]["versions"].as_array().unwrap().len(), 2);
    let down = wire.call("GET", &path(&second["_links"]["download"]["href"]), "").await;
    assert_eq!(down, (200, "new".to_owned()));

    // More than a part may have, and more than was announced.
    let session = r#"{"file_name":"c","file_size":200000}"#;
    for (size, wanted) in [(131_073, 400), (131_072, 200)] {
        let opened = wire.json("POST", "/v1.0/sessions", session).await;
        let answer = wire.call("POST", &path(&opened["upload_url"]), &"c".repeat(size)).await;
        assert_eq!(answer.0, wanted, "{}", answer.1);
    }
    let huge = r#"{"file_name":"c","file_size":314572801}"#;
    assert_eq!(wire.call("POST", "/v1.0/sessions", huge).await.0, 400);
}

#[tokio::test]
async fn files_are_asked_for_by_a_list_with_commas() {
    let wire = Wire::new().await;
    let mut all = Vec::new();
    for name in ["a.txt", "b.txt", "c.txt"] {
        all.push(upload(&wire, name, "", "x").await["uuid"].as_str().unwrap().to_owned());
    }
    let target = format!("/v1.0/files?filter%5Buuid%5D={}%2C{}&limit=50&page=1", all[0], all[2]);
    let list = wire.json("GET", &target, "").await;
    let found = list["_embedded"]["files"].as_array().unwrap().iter();
    let found: Vec<&str> = found.map(|file| file["uuid"].as_str().unwrap()).collect();
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found.contains(&all[0].as_str()) && found.contains(&all[2].as_str()), "{found:?}");
}

#[tokio::test]
async fn bonus_points_come_with_a_purchase_by_a_word() {
    let wire = Wire::new().await;
    let customer = r#"[{"name":"a","request_id":"0"}]"#;
    let customer = ids(&wire.json("POST", "/api/v4/customers", customer).await, "customers")[0];
    for flag in ["true", "false"] {
        let target = format!("/api/v4/customers/{customer}/transactions?accrue_bonus={flag}");
        let body =
            r#"[{"price":640,"completed_at":1700000000,"comment":"cakes","request_id":"1"}]"#;
        let answer = wire.json("POST", &target, body).await;
        assert_eq!(answer["_embedded"]["transactions"][0]["request_id"], "1");
    }
}

#[tokio::test]
async fn the_catalogs_of_a_chained_list_are_named_by_their_ids() {
    let wire = Wire::new().await;
    let two = r#"[{"name":"Country","request_id":"0"},{"name":"City","request_id":"1"}]"#;
    let two = ids(&wire.json("POST", "/api/v4/catalogs", two).await, "catalogs");
    let (one, other) = (two[0], two[1]);
    let body = format!(
        r#"[{{"name":"Place","type":"chained_list","sort":10,"code":null,"chained_lists":{{"{one}":{{"title":"Country","catalog_id":{one},"parent_catalog_id":null}},"{other}":{{"title":"City","catalog_id":{other},"parent_catalog_id":{one}}}}},"request_id":"0"}}]"#
    );
    let (status, text) = wire.call("POST", "/api/v4/leads/custom_fields", &body).await;
    assert_eq!(status, 201, "{text}");
    let answer: Value = serde_json::from_str(&text).unwrap();
    let field = &answer["_embedded"]["custom_fields"][0];
    assert_eq!(
        field["chained_lists"],
        json!([
            {"title": "Country", "catalog_id": one, "parent_catalog_id": null},
            {"title": "City", "catalog_id": other, "parent_catalog_id": one},
        ])
    );
    let lead = format!("/api/v4/leads/{}", demo::FIRST_LEAD);
    let elements = format!("/api/v4/catalogs/{one}/elements");
    let element = r#"[{"name":"France","request_id":"0"}]"#;
    let element = ids(&wire.json("POST", &elements, element).await, "elements")[0];
    let body = format!(
        r#"{{"id":{},"custom_fields_values":[{{"field_id":{},"field_code":null,"values":[{{"catalog_id":{one},"catalog_element_id":{element}}}]}}],"request_id":"0"}}"#,
        demo::FIRST_LEAD,
        field["id"]
    );
    assert_eq!(wire.json("PATCH", &lead, &body).await["id"], demo::FIRST_LEAD);
}
