//! The drive: uploads, files, versions, downloads.

use std::time::Duration;

use crate::common::drive::{Drive, uuids};
use crate::common::{Client, START};
use serde_json::{Value, json};

#[tokio::test]
async fn a_file_goes_up_in_parts_and_comes_down_as_it_was() {
    let drive = Drive::quiet();
    let bytes: Vec<u8> = (0..300_000_u32).map(|n| (n * 7 % 251) as u8).collect();
    let opened = drive
        .open(json!({"file_name": "Скан 1.PNG", "file_size": bytes.len(),
        "content_type": "image/png", "with_preview": true}))
        .await;
    assert_eq!(opened["max_file_size"], 314_572_800);
    let most = usize::try_from(opened["max_part_size"].as_i64().unwrap()).unwrap();
    let mut url = opened["upload_url"].as_str().unwrap().to_owned();
    assert!(url.starts_with("https://drive-b.amocrm.ru/v1.0/sessions/upload/"), "{url}");
    let mut parts = bytes.chunks(most).peekable();
    assert!(parts.len() > 2, "several parts");
    let mut file = Value::Null;
    while let Some(part) = parts.next() {
        let answer = drive.send("POST", &url, part.to_vec()).await;
        assert_eq!((answer.status, answer.kind.as_str()), (200, "application/json"));
        let answer = answer.json();
        if parts.peek().is_some() {
            assert_eq!(answer["session_id"], opened["session_id"]);
            assert!(answer.get("uuid").is_none());
            url = answer["next_url"].as_str().unwrap().to_owned();
        } else {
            file = answer;
        }
    }
    assert_eq!(
        file,
        json!({
            "uuid": file["uuid"], "version_uuid": file["version_uuid"], "name": "Скан 1",
            "sanitized_name": "_____1", "size": 300_000, "type": "image",
            "metadata": {"extension": "PNG", "mime_type": "image/png"}, "previews": null,
            "is_trashed": false, "has_multiple_versions": false, "source_id": null,
            "session_id": opened["session_id"], "created_at": START,
            "created_by": {"id": amo_sandbox::demo::ADMIN, "type": "internal"},
            "updated_at": START,
            "updated_by": {"id": amo_sandbox::demo::ADMIN, "type": "internal"},
            "deleted_at": null, "deleted_by": null, "_links": file["_links"],
        })
    );
    let ended = drive.send("POST", &url, vec![1]).await;
    assert_eq!((ended.status, ended.kind.as_str()), (404, "application/json"), "it is over");
    for link in ["download", "download_version"] {
        let link = file["_links"][link]["href"].as_str().unwrap();
        let down = drive.send("GET", link, Vec::new()).await;
        assert_eq!((down.status, down.kind.as_str()), (200, "image/png"));
        assert!(down.body == bytes, "the same bytes");
    }
    let own = file["_links"]["self"]["href"].as_str().unwrap();
    assert_eq!(drive.read(own).await, file);
}

#[tokio::test]
async fn a_part_whose_answer_was_lost_can_be_sent_again() {
    let drive = Drive::quiet();
    let opened = drive.open(json!({"file_name": "a.txt", "file_size": 4})).await;
    let first = opened["upload_url"].as_str().unwrap();
    let lost = drive.send("POST", first, b"ab".to_vec()).await.json();
    let next = drive.send("POST", first, b"ab".to_vec()).await.json();
    let dead = drive.send("POST", lost["next_url"].as_str().unwrap(), b"cd".to_vec()).await;
    assert_eq!(dead.status, 404, "the later answer holds");
    let next = next["next_url"].as_str().unwrap();
    for (wrong, why) in [(&b""[..], "empty"), (b"cde", "more than announced")] {
        assert_eq!(drive.send("POST", next, wrong.to_vec()).await.status, 400, "{why}");
    }
    let file = drive.send("POST", next, b"cd".to_vec()).await.json();
    let down = file["_links"]["download"]["href"].as_str().unwrap();
    assert_eq!(drive.send("GET", down, Vec::new()).await.body, b"abcd");
    assert_eq!(file["type"], "document");
    assert_eq!(file["metadata"]["mime_type"], "");
    let opened = drive.open(json!({"file_name": "b", "file_size": 200_000})).await;
    let url = opened["upload_url"].as_str().unwrap();
    let too_large = drive.send("POST", url, vec![0; 131_073]).await;
    assert_eq!(too_large.status, 400);
    assert_eq!(drive.send("POST", url, vec![0; 131_072]).await.status, 200, "still open");
}

#[tokio::test]
async fn a_session_lives_for_a_day() {
    let drive = Drive::quiet();
    let url = |opened: &Value| opened["upload_url"].as_str().unwrap().to_owned();
    let early = url(&drive.open(json!({"file_name": "a", "file_size": 1})).await);
    drive.sandbox.calendar().advance(Duration::from_secs(24 * 3600 - 1));
    let late = url(&drive.open(json!({"file_name": "b", "file_size": 1})).await);
    assert_eq!(drive.send("POST", &early, b"x".to_vec()).await.status, 200);
    drive.sandbox.calendar().advance(Duration::from_secs(24 * 3600));
    assert_eq!(drive.send("POST", &late, b"x".to_vec()).await.status, 404);
}

#[tokio::test]
async fn a_session_that_makes_no_sense_is_refused() {
    let drive = Drive::quiet();
    for (body, code, path) in [
        (json!({"file_size": 1}), "FieldMissing", "file_name"),
        (json!({"file_name": "a"}), "FieldMissing", "file_size"),
        (json!({"file_name": " ", "file_size": 1}), "NotBlank", "file_name"),
        (json!({"file_name": "a", "file_size": -1}), "InvalidValue", "file_size"),
        (json!({"file_name": "a", "file_size": 314_572_801}), "InvalidValue", "file_size"),
        (
            json!({"file_name": "a", "file_size": 1, "file_uuid": "x"}),
            "NotSupportedChoice",
            "file_uuid",
        ),
        (
            json!({"file_name": "a", "file_size": 1, "created_by": {"type": "x"}}),
            "NotSupportedChoice",
            "created_by.type",
        ),
        (json!({"file_name": "a", "file_size": 1, "colour": 1}), "FieldNotExpected", "colour"),
    ] {
        let answer = drive.send("POST", "/v1.0/sessions", body.to_string()).await;
        assert_eq!((answer.status, answer.kind.as_str()), (400, "application/json"), "{body}");
        let error = &answer.json()["validation-errors"][0]["errors"][0];
        assert_eq!((&error["code"], &error["path"]), (&json!(code), &json!(path)), "{body}");
    }
    for nonsense in ["", "[]", "{", "\"x\"", "\u{0}"] {
        assert_eq!(drive.send("POST", "/v1.0/sessions", nonsense).await.status, 400);
    }
    // Room is kept for what is announced.
    drive.open(json!({"file_name": "a", "file_size": 314_572_800})).await;
    let full = json!({"file_name": "b", "file_size": 314_572_800}).to_string();
    assert_eq!(drive.send("POST", "/v1.0/sessions", full).await.status, 400);
}

#[tokio::test]
async fn versions_take_one_another_s_place() {
    let drive = Drive::quiet();
    let first = drive.upload("a.txt", b"one").await;
    let uuid = first["uuid"].as_str().unwrap();
    drive.sandbox.calendar().advance(Duration::from_secs(5));
    let body = json!({"file_name": "b.txt", "file_size": 3, "file_uuid": uuid});
    let second = drive.finish(&drive.open(body).await, b"two").await;
    assert_eq!(second["uuid"], uuid);
    assert_ne!(second["version_uuid"], first["version_uuid"]);
    assert_eq!((&second["name"], &second["has_multiple_versions"]), (&json!("b"), &json!(true)));
    assert_eq!((&second["created_at"], &second["updated_at"]), (&json!(START), &json!(START + 5)));
    let versions = drive.read(&format!("/v1.0/files/{uuid}/versions")).await;
    assert_eq!(versions["_count"], 2);
    let list = versions["_embedded"]["versions"].as_array().unwrap();
    assert_eq!(list[0]["uuid"], second["version_uuid"]);
    assert_eq!((&list[0]["is_main"], &list[1]["is_main"]), (&json!(true), &json!(false)));
    assert_eq!((&list[1]["file_uuid"], &list[1]["name"]), (&json!(uuid), &json!("a")));
    let old = list[1]["_links"]["download"]["href"].as_str().unwrap();
    assert_eq!(drive.send("GET", old, "").await.body, b"one");
    let path = format!("/v1.0/files/{uuid}");
    let back = json!({"version_uuid": first["version_uuid"]}).to_string();
    let edited = drive.send("PATCH", &path, back).await;
    assert_eq!(edited.status, 200);
    assert_eq!(edited.json()["name"], "a");
    let down = second["_links"]["download"]["href"].as_str().unwrap();
    assert_eq!(drive.send("GET", down, "").await.body, b"one", "the version in use");
    let stats = drive.read("/v1.0/files/stats").await;
    assert_eq!(stats["used"], 6, "all versions take room");
    assert_eq!(drive.send("GET", "/v1.0/files/x/versions", "").await.status, 404);
}

#[tokio::test]
async fn a_file_is_renamed() {
    let drive = Drive::quiet();
    let file = drive.upload("a.txt", b"one").await;
    let path = format!("/v1.0/files/{}", file["uuid"].as_str().unwrap());
    let edited = drive.send("PATCH", &path, json!({"name": "новое"}).to_string()).await.json();
    assert_eq!(
        (&edited["name"], &edited["metadata"]["extension"]),
        (&json!("новое"), &json!("txt"))
    );
    assert_eq!(drive.read(&path).await["name"], "новое");
    for body in [
        json!({}),
        json!({"name": ""}),
        json!({"name": 5}),
        json!({"name": "a", "version_uuid": file["version_uuid"]}),
        json!({"version_uuid": "x"}),
        json!([]),
    ] {
        assert_eq!(drive.send("PATCH", &path, body.to_string()).await.status, 400, "{body}");
    }
    let unknown = drive.send("PATCH", "/v1.0/files/x", json!({"name": "a"}).to_string()).await;
    assert_eq!(unknown.status, 404);
    assert_eq!(drive.send("GET", "/v1.0/files/x", "").await.status, 404);
    assert_eq!(drive.send("PUT", &path, "").await.status, 405);
}

#[tokio::test]
async fn deleted_files_can_be_restored_for_30_days() {
    let drive = Drive::quiet();
    let file = drive.upload("a.txt", b"one").await;
    let named = json!([{"uuid": file["uuid"]}]).to_string();
    let unknown = json!([{"uuid": file["uuid"]}, {"uuid": "x"}]).to_string();
    assert_eq!(drive.send("DELETE", "/v1.0/files", unknown).await.status, 400);
    assert_eq!(uuids(&drive.read("/v1.0/files").await).len(), 1, "nothing was deleted");
    let deleted = drive.send("DELETE", "/v1.0/files", named.clone()).await;
    assert_eq!((deleted.status, deleted.body.len()), (204, 0));
    assert_eq!(drive.send("GET", "/v1.0/files", "").await.status, 204);
    assert_eq!(drive.read("/v1.0/files/stats").await["used"], 0);
    let download = file["_links"]["download"]["href"].as_str().unwrap();
    assert_eq!(drive.send("GET", download, "").await.status, 404);
    for query in ["filter[deleted]", "filter%5Bdeleted%5D=1", "with=deleted"] {
        let list = drive.read(&format!("/v1.0/files?{query}")).await;
        let one = &list["_embedded"]["files"][0];
        assert_eq!(
            (&one["is_trashed"], &one["deleted_at"]),
            (&json!(true), &json!(START)),
            "{query}"
        );
        assert_eq!(one["deleted_by"]["type"], "internal");
    }
    let restored = drive.send("POST", "/v1.0/files/restore", named.clone()).await;
    assert_eq!(restored.status, 200);
    let restored = restored.json();
    assert_eq!(
        (&restored["_count"], uuids(&restored)),
        (&json!(1), uuids(&drive.read("/v1.0/files").await))
    );
    assert_eq!(drive.send("GET", download, "").await.body, b"one");
    drive.send("DELETE", "/v1.0/files", named.clone()).await;
    drive.sandbox.calendar().advance(Duration::from_secs(30 * 24 * 3600));
    assert_eq!(drive.send("POST", "/v1.0/files/restore", named).await.status, 400);
}

#[tokio::test]
async fn lists_come_in_pages_without_what_only_one_file_shows() {
    let drive = Drive::quiet();
    for name in ["a.txt", "b.txt", "c.txt"] {
        drive.upload(name, b"x").await;
    }
    let first = drive.read("/v1.0/files?limit=2").await;
    assert_eq!((&first["_count"], uuids(&first).len()), (&json!(2), 2));
    assert!(first["_embedded"]["files"][0].get("session_id").is_none());
    assert!(first["_links"].get("prev").is_none());
    let next = first["_links"]["next"]["href"].as_str().unwrap();
    assert!(next.starts_with("https://drive-b.amocrm.ru/v1.0/files?"), "{next}");
    let second = drive.read(next).await;
    assert_eq!(second["_embedded"]["files"][0]["name"], "c");
    assert!(second["_links"].get("next").is_none() && second["_links"].get("prev").is_some());
    assert_eq!(drive.send("GET", "/v1.0/files?page=3&limit=2", "").await.status, 204);
    assert_eq!(drive.send("GET", "/v1.0/files?limit=51", "").await.status, 422);
}

#[tokio::test]
async fn filters() {
    let drive = Drive::quiet();
    let a = drive.upload("Offer.pdf", b"12345").await;
    drive.sandbox.calendar().advance(Duration::from_secs(3 * 86_400));
    let b = drive.upload("photo.JPG", b"1234567890").await;
    let client = Client::of(&drive.sandbox);
    let lead = client.add("leads", json!({"name": "Big deal"})).await;
    let attach = json!([{"file_uuid": b["uuid"]}]);
    assert_eq!(
        client.send("PUT", &format!("/api/v4/leads/{lead}/files"), &attach).await.status,
        202
    );
    let (first, second) = (a["uuid"].as_str().unwrap(), b["uuid"].as_str().unwrap());
    let rename = json!({"name": "Offer 2"}).to_string();
    drive.send("PATCH", &format!("/v1.0/files/{first}"), rename).await;
    let admin = amo_sandbox::demo::ADMIN;
    for (query, wanted) in [
        (format!("filter[uuid]={first},{second}"), vec![first, second]),
        (format!("filter[uuid]={second}"), vec![second]),
        ("filter[name]=offer 2".to_owned(), vec![first]),
        ("filter[name]=offer".to_owned(), vec![]),
        ("filter[extensions][]=jpg".to_owned(), vec![second]),
        ("filter[extensions][0]=jpg&filter[extensions][1]=pdf".to_owned(), vec![first, second]),
        ("filter[term]=ffe".to_owned(), vec![first]),
        ("filter[term]=big".to_owned(), vec![second]),
        ("filter[size][from]=6".to_owned(), vec![second]),
        ("filter[size][to]=1&filter[size][unit]=5".to_owned(), vec![first]),
        (format!("filter[date][type]=created_at&filter[date][to]={START}"), vec![first]),
        (format!("filter[date][type]=updated_at&filter[date][to]={START}"), vec![]),
        ("filter[date][type]=created_at&filter[date][date_preset]=day".to_owned(), vec![second]),
        (format!("filter[created_by][]={admin}"), vec![first, second]),
        ("filter[updated_by][]=-1&filter[updated_by][]=0".to_owned(), vec![]),
        ("filter[source_id]=5".to_owned(), vec![]),
    ] {
        let answer =
            drive.send("GET", &format!("/v1.0/files?{}", query.replace(' ', "%20")), "").await;
        let found = if answer.status == 204 { Vec::new() } else { uuids(&answer.json()) };
        assert_eq!(found, wanted, "{query}");
    }
    for query in [
        "filter[colour]=red",
        "filter[size][from]=x",
        "filter[size]=1",
        "filter[date][from]=1",
        "filter[date][type]=x",
        "filter[date][type]=created_at&filter[date][date_preset]=era",
        "filter[created_by][]=me",
        "filter[",
    ] {
        let answer = drive.send("GET", &format!("/v1.0/files?{query}"), "").await;
        assert_eq!(answer.status, 400, "{query}");
    }
}

#[tokio::test]
async fn the_drive_has_a_host_of_its_own() {
    let drive = Drive::quiet();
    let client = Client::of(&drive.sandbox);
    let account = client.read("/api/v4/account?with=drive_url").await;
    assert_eq!(account["drive_url"], "https://drive-b.amocrm.ru");
    assert_eq!(client.get("/v1.0/files").await.status, 404, "not on the account's host");
    assert_eq!(drive.send("GET", "/api/v4/account", "").await.status, 404, "and not the other way");
    // Behind a socket there is one address for both.
    let local = drive.send("GET", "http://127.0.0.1:8080/api/v4/account?with=drive_url", "").await;
    assert_eq!(local.json()["drive_url"], "http://127.0.0.1:8080");
    assert_eq!(drive.send("GET", "http://127.0.0.1:8080/v1.0/files", "").await.status, 204);
    for path in ["/v1.0", "/v1.0/nothing", "/download", "/download/1/2/3", "/download/1"] {
        assert_eq!(drive.send("GET", path, "").await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn files_need_scopes_of_their_own() {
    let drive = Drive::quiet();
    let file = drive.upload("a.txt", b"x").await;
    let named = json!([{"uuid": file["uuid"]}]).to_string();
    let with = |scopes: &[&str]| {
        let client_id = drive.sandbox.connection().client_id;
        assert!(drive.sandbox.set_scopes(&client_id, scopes));
        Drive::of(&drive.sandbox)
    };
    let crm = with(&["crm"]);
    let refused = crm.send("GET", "/v1.0/files", "").await;
    assert_eq!((refused.status, refused.kind.as_str()), (403, "application/json"));
    let files = with(&["files"]);
    assert_eq!(files.send("GET", "/v1.0/files", "").await.status, 200);
    assert_eq!(files.send("DELETE", "/v1.0/files", named.clone()).await.status, 403);
    let both = with(&["files", "files_delete"]);
    assert_eq!(both.send("DELETE", "/v1.0/files", named).await.status, 204);
    let nobody = Drive { token: "wrong".to_owned(), ..Drive::of(&drive.sandbox) };
    let refused = nobody.send("GET", "/v1.0/files", "").await;
    assert_eq!((refused.status, refused.kind.as_str()), (401, "application/json"));
}

#[tokio::test]
async fn nonsense_is_refused_in_the_form_of_errors() {
    let drive = Drive::quiet();
    let file = drive.upload("a.txt", b"x").await;
    let one = format!("/v1.0/files/{}", file["uuid"].as_str().unwrap());
    let odd = [
        Value::Null,
        json!(true),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1.5),
        json!({"id": {}}),
        json!([null]),
    ];
    for odd in &odd {
        for name in
            ["file_name", "file_size", "content_type", "file_uuid", "with_preview", "created_by"]
        {
            let mut body = json!({"file_name": "a", "file_size": 1});
            body[name] = odd.clone();
            let answer = drive.send("POST", "/v1.0/sessions", body.to_string()).await;
            let wanted = if name == "with_preview" && *odd == json!(true) { 200 } else { 400 };
            assert_eq!(
                (answer.status, answer.kind.as_str()),
                (wanted, "application/json"),
                "{body}"
            );
        }
        for (method, path, body) in [
            ("PATCH", one.as_str(), odd.clone()),
            ("PATCH", one.as_str(), json!({"name": odd})),
            ("DELETE", "/v1.0/files", odd.clone()),
            ("DELETE", "/v1.0/files", json!([{"uuid": odd}])),
            ("POST", "/v1.0/files/restore", json!([odd, {"uuid": file["uuid"]}])),
        ] {
            let answer = drive.send(method, path, body.to_string()).await;
            assert_eq!(answer.status, 400, "{method} {path} {body}");
            assert!(answer.json()["title"].is_string());
        }
    }
}
