//! The drive: requests byte for byte, and files that go up and come down.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use std::convert::Infallible;
use std::io::Write as _;
use std::sync::{Arc, Mutex};

use amo_api::{Client, ErrorKind, UploadSource, UploadState};
use amo_auth::LongLived;
use amo_core::{
    CatalogId, ElementId, File, FileChange, FileOwner, FileUuid, FileVersionUuid, LeadId,
};
use amo_sandbox::{Fault, RateLimit, Sandbox, demo};
use amo_transport::Unlimited;
use bytes::Bytes;
use futures_util::stream;
use http::{Request, Response};
use http_body_util::Full;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use common::{line, offline, start};

const LEAD: LeadId = LeadId::new(demo::FIRST_LEAD);

fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at * 7 % 251) as u8).collect()
}

/// Chunks that fit no part.
fn chunks(bytes: &[u8]) -> impl futures_util::Stream<Item = Result<Bytes, std::io::Error>> + use<> {
    let chunks: Vec<_> =
        bytes.chunks(70_001).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
    stream::iter(chunks)
}

async fn downloaded(client: &Client, file: &File) -> Bytes {
    client.files().download(file).await.unwrap().bytes(1 << 20).await.unwrap()
}

#[test]
fn requests_byte_for_byte() {
    let client = offline();
    let file = FileUuid::new("1-2");
    let files = client.files();
    let list = files.list().to_request().unwrap();
    assert_eq!(list.uri(), "https://drive.amocrm.ru/v1.0/files", "as long as nobody named another");
    let change = FileChange::Version(FileVersionUuid::new("v"));
    for (request, expected) in [
        (files.get(file.clone()).to_request(), "GET /v1.0/files/1-2"),
        (
            files.edit(&file, &FileChange::Name("a".into())).to_request(),
            r#"PATCH /v1.0/files/1-2 {"name":"a"}"#,
        ),
        (files.edit(&file, &change).to_request(), r#"PATCH /v1.0/files/1-2 {"version_uuid":"v"}"#),
        (files.versions(file.clone()).to_request(), "GET /v1.0/files/1-2/versions"),
        (client.file_versions(file.clone()).list().to_request(), "GET /v1.0/files/1-2/versions"),
        (
            files.restore([file.clone()]).to_request(),
            r#"POST /v1.0/files/restore [{"uuid":"1-2"}]"#,
        ),
        (files.stats().to_request(), "GET /v1.0/files/stats"),
        (files.entities_of(&file).to_request(), "GET /api/v4/files/1-2/links"),
    ] {
        assert_eq!(line(&request.unwrap()), expected);
    }
    let deletions = files.delete_many([file.clone()]).to_requests().unwrap();
    assert_eq!(line(&deletions[0]), r#"DELETE /v1.0/files [{"uuid":"1-2"}]"#);
    let own = files.entities_of(&file).to_request().unwrap();
    assert_eq!(own.uri().host(), Some("example.amocrm.ru"), "which the account itself knows");
}

#[tokio::test]
async fn a_file_goes_up_in_parts_and_comes_down() {
    let (client, sandbox, _server) = start(Sandbox::builder()).await;
    let told = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&told);
    let all = bytes(300_000);
    let file = client
        .files()
        .upload("Скан.png", all.clone())
        .content_type("image/png")
        .with_preview()
        .on_progress(move |state| log.lock().unwrap().push((state.sent(), state.size())))
        .await
        .unwrap();
    assert_eq!((file.name.as_deref(), file.size), (Some("Скан"), Some(300_000)));
    assert_eq!(sandbox.log().count("POST", "/v1.0/sessions"), 1);
    let told = told.lock().unwrap().clone();
    let sent: Vec<u64> = told.iter().map(|(sent, _)| *sent).collect();
    assert_eq!(sent, [0, 131_072, 262_144, 300_000]);
    let mut download = client.files().download(&file).await.unwrap();
    assert_eq!(download.content_type(), Some("image/png"));
    assert_eq!((download.size(), download.received()), (Some(300_000), 0));
    let mut copy = Vec::new();
    while let Some(chunk) = download.next().await {
        copy.extend_from_slice(&chunk.unwrap());
    }
    assert!(copy == all && download.received() == 300_000);
    assert!(download.next().await.is_none(), "an end is an end");
    let error = client.files().download(&file).await.unwrap().bytes(1000).await.unwrap_err();
    assert!(error.to_string().contains("longer than 1000 bytes"), "{error}");
    assert_eq!(sandbox.log().count("GET", "/api/v4/account"), 1, "the drive is asked for once");
}

#[tokio::test]
async fn files_are_edited_versioned_deleted_and_restored() {
    let (client, _sandbox, _server) = start(Sandbox::builder()).await;
    let files = client.files();
    let first = files.upload("a.txt", "one").await.unwrap();
    let uuid = first.uuid.clone();
    let second = files.upload("b.txt", "two").version_of(uuid.clone()).await.unwrap();
    assert_eq!(second.uuid, uuid);
    let versions = files.versions(uuid.clone()).await.unwrap().items;
    assert_eq!(versions.len(), 2);
    let old = versions.iter().find(|version| version.is_main != Some(true)).unwrap();
    let bytes = files.download(old).await.unwrap().bytes(10).await.unwrap();
    assert_eq!(bytes, "one");
    let edited = files.edit(&uuid, &FileChange::Version(old.uuid.clone())).await.unwrap();
    assert_eq!(edited.version_uuid.as_ref(), Some(&old.uuid));
    let renamed = files.edit(&uuid, &FileChange::Name("c".into())).await.unwrap();
    assert_eq!(renamed.name.as_deref(), Some("c"));
    assert_eq!(files.stats().await.unwrap().used, Some(6));

    assert!(files.delete_many([uuid.clone()]).await.is_complete());
    assert_eq!(files.list().await.unwrap().items, []);
    let restored = files.restore([uuid.clone()]).await.unwrap();
    assert_eq!(restored[0].uuid, uuid);
    assert_eq!(files.get(uuid.clone()).await.unwrap().unwrap().is_trashed, Some(false));
    assert!(files.get(FileUuid::new("nobody")).await.unwrap().is_none());
}

#[tokio::test]
async fn streams_and_files_of_this_machine_go_up_too() {
    let (client, _sandbox, _server) = start(Sandbox::builder()).await;
    let all = bytes(400_000);
    let source = UploadSource::stream(400_000, chunks(&all));
    let file = client.files().upload("a.bin", source).await.unwrap();
    assert!(downloaded(&client, &file).await == all);

    let mut local = tempfile::NamedTempFile::new().unwrap();
    local.write_all(&all).unwrap();
    let source = UploadSource::open(local.path()).unwrap();
    assert_eq!(source.size(), 400_000);
    let file = client.files().upload("b.bin", source).await.unwrap();
    assert!(downloaded(&client, &file).await == all);
    let folder = local.path().parent().unwrap();
    assert!(UploadSource::open(folder).is_err(), "a folder is no file");
}

#[tokio::test]
async fn a_source_must_have_what_it_announces() {
    let (client, sandbox, _server) = start(Sandbox::builder()).await;
    for (announced, why) in [
        (200_000, "the source ended after 150000 bytes, 200000 were announced"),
        (140_000, "the source has more bytes, 140000 were announced"),
    ] {
        let source = UploadSource::stream(announced, chunks(&bytes(150_000)));
        let error = client.files().upload("a.bin", source).await.unwrap_err();
        assert_eq!(error.error().kind(), ErrorKind::InvalidRequest);
        assert!(error.to_string().contains(why), "{error}");
    }
    assert_eq!(sandbox.log().count("GET", "/v1.0/files"), 0);
    // Where it only shows after the last part, the file is not kept back.
    let source = UploadSource::stream(131_072, chunks(&bytes(131_073)));
    let error = client.files().upload("a.bin", source).await.unwrap_err();
    assert_eq!(error.file().unwrap().size, Some(131_072));
    let broken = stream::iter([Ok(Bytes::from("ab")), Err("the disk is on fire")]);
    let error = client.files().upload("a", UploadSource::stream(4, broken)).await.unwrap_err();
    assert!(error.to_string().contains("the disk is on fire"), "{error}");
}

#[tokio::test]
async fn an_upload_that_was_broken_off_goes_on() {
    let (client, sandbox, _server) = start(Sandbox::builder()).await;
    let all = bytes(400_000);
    let parts = "/v1.0/sessions/upload/";
    sandbox.faults().add(Fault::status(403).path_prefix(parts).skip(2));
    let source = UploadSource::stream(400_000, chunks(&all));
    let error = client.files().upload("a.bin", source).await.unwrap_err();
    assert!(error.to_string().contains("(after 262144 of 400000 bytes)"), "{error}");
    let kept = serde_json::to_string(error.state().unwrap()).unwrap();
    assert!(!format!("{error:?}").contains("/upload/"), "the address is a secret: {error:?}");

    // Another run of the program has only what was written down, and the file.
    let state: UploadState = serde_json::from_str(&kept).unwrap();
    let other = UploadSource::from(bytes(5));
    let error = client.files().resume_upload(state.clone(), other).await.unwrap_err();
    assert_eq!(error.error().kind(), ErrorKind::InvalidRequest);
    for source in [UploadSource::stream(400_000, chunks(&all)), UploadSource::from(all.clone())] {
        sandbox.log().clear();
        let file = client.files().resume_upload(state.clone(), source).await.unwrap();
        assert!(downloaded(&client, &file).await == all);
        let sent =
            sandbox.log().entries().iter().filter(|entry| entry.path.starts_with(parts)).count();
        // Whoever comes too late finds the file that is there already.
        assert!(sent <= 2, "only what was missing: {sent}");
    }
    assert_eq!(client.files().list().await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn a_part_whose_answer_is_lost_is_sent_again() {
    let (client, sandbox, _server) = start(Sandbox::builder()).await;
    let all = bytes(300_000);
    let parts = "/v1.0/sessions/upload/";
    sandbox.faults().add(Fault::cut().path_prefix(parts).skip(1).after_work());
    let file = client.files().upload("a.bin", all.clone()).await.unwrap();
    assert!(downloaded(&client, &file).await == all);
    // After the last part the session is over: the file is looked for.
    sandbox.faults().add(Fault::cut().path_prefix(parts).skip(2).after_work());
    let file = client.files().upload("a.bin", all.clone()).await.unwrap();
    assert!(downloaded(&client, &file).await == all);
    assert_eq!(client.files().list().await.unwrap().items.len(), 2);
}

#[tokio::test]
async fn a_file_is_attached_and_noted() {
    let (client, sandbox, _server) = start(Sandbox::builder().leads(1)).await;
    let upload = client.files().upload("contract.pdf", "%PDF");
    let attached = upload.attach_to(LEAD).note("Signed").await.unwrap();
    let files = client.entity_files(LEAD).list().await.unwrap().items;
    assert_eq!(files[0].file_uuid, attached.file.uuid);
    let notes = client.notes(LEAD).list().await.unwrap().items;
    assert_eq!(notes.len(), 2);
    assert!(notes.iter().all(|note| attached.notes.contains(&note.id)));
    assert_eq!(notes[0].created_at, notes[1].created_at, "side by side");
    let entities = client.files().entities_of(&attached.file.uuid).await.unwrap().entities.unwrap();
    assert_eq!(entities[0].id, LEAD.get());

    let only = client.files().upload("b.pdf", "%PDF").attach_to(LEAD).await.unwrap();
    assert_eq!(only.notes, []);
    let silent = client.files().upload("c.pdf", "%PDF").attach_to(LEAD).note("").await.unwrap();
    assert_eq!(silent.notes.len(), 1, "no comment without words");

    sandbox.faults().add(Fault::status(403).method("PUT"));
    let error = client.files().upload("d.pdf", "%PDF").attach_to(LEAD).await.unwrap_err();
    let kept = error.file().expect("the file is there, and must not be uploaded again");
    assert!(error.to_string().contains(&kept.uuid.to_string()), "{error}");
    sandbox.faults().add(Fault::status(403).path("/api/v4/leads/3000001/notes"));
    let upload = client.files().upload("e.pdf", "%PDF").attach_to(LEAD).note("x");
    let error = upload.await.unwrap_err();
    assert!(error.file().is_some() && error.to_string().contains("is attached"), "{error}");

    let element = FileOwner::Element(CatalogId::new(1), ElementId::new(2));
    let before = sandbox.log().len();
    let upload = client.files().upload("f", "x").attach_to(element).note("x");
    assert_eq!(upload.await.unwrap_err().error().kind(), ErrorKind::InvalidRequest);
    assert_eq!(sandbox.log().len(), before, "nothing was sent");
}

#[tokio::test]
async fn a_drive_has_a_host_of_its_own() {
    let sandbox = Sandbox::builder().rate_limit(RateLimit::Off).build();
    let client = Client::builder("demo.amocrm.ru")
        .auth(LongLived::new(sandbox.connection().long_lived_token))
        .rate_limiter(Unlimited)
        .connector(sandbox.service().map_request(|request: Request<Bytes>| request.map(Full::new)))
        .build()
        .unwrap();
    let file = client.files().upload("a.txt", "one").await.unwrap();
    assert_eq!(downloaded(&client, &file).await, "one");
    assert_eq!(client.files().entities_of(&file.uuid).await.unwrap().entities, Some(Vec::new()));
    let request = client.files().list().to_request().unwrap();
    assert_eq!(request.uri().host(), Some("drive-b.amocrm.ru"), "as the account says");
    assert_eq!(sandbox.log().count("GET", "/api/v4/account"), 1);
}

type Asked = Arc<Mutex<Vec<String>>>;

/// A client of a server that answers by path.
fn answering(
    answers: impl Fn(&str) -> Response<String> + Send + Sync + 'static,
) -> (Client, Asked) {
    let asked = Asked::default();
    let (log, answers) = (Arc::clone(&asked), Arc::new(answers));
    let service = tower::service_fn(move |request: Request<Bytes>| {
        log.lock().unwrap().push(request.uri().to_string());
        let answer = answers(request.uri().path()).map(|body| Full::new(Bytes::from(body)));
        std::future::ready(Ok::<_, Infallible>(answer))
    });
    let client = Client::builder("demo.amocrm.ru").auth(LongLived::new("token")).connector(service);
    (client.rate_limiter(Unlimited).build().unwrap(), asked)
}

fn ok(body: &Value) -> Response<String> {
    Response::new(body.to_string())
}

#[tokio::test]
async fn hosts_that_are_not_amocrms_get_nothing() {
    for evil in ["http://drive.amocrm.ru", "https://drive.evil.test", "https://amocrm.ru.evil.test"]
    {
        let (client, asked) = answering(move |path| match path {
            "/api/v4/account" => ok(&json!({"id": 1, "drive_url": evil})),
            _ => panic!("{path}"),
        });
        let error = client.files().list().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains(evil), "{error}");
        assert_eq!(asked.lock().unwrap().len(), 1);
        let error =
            client.files().download(format!("{evil}/download/a").as_str()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");

        let (client, asked) = answering(move |path| match path {
            "/api/v4/account" => ok(&json!({"id": 1, "drive_url": "https://drive-c.kommo.com"})),
            "/v1.0/sessions" => {
                ok(&json!({"session_id": 1, "upload_url": format!("{evil}/v1.0/sessions/upload/x"),
                "max_part_size": 10, "max_file_size": 100}))
            }
            _ => panic!("{path}"),
        });
        let error = client.files().upload("a", "abc").await.unwrap_err();
        assert_eq!(error.error().kind(), ErrorKind::Configuration, "{error}");
        assert_eq!(
            asked.lock().unwrap().last().unwrap(),
            "https://drive-c.kommo.com/v1.0/sessions"
        );

        let (client, asked) = answering(move |_| {
            Response::builder()
                .status(302)
                .header("location", format!("{evil}/x"))
                .body(String::new())
                .unwrap()
        });
        let link = "https://drive-b.amocrm.ru/download/a";
        assert!(client.files().download(link).await.is_err());
        assert_eq!(*asked.lock().unwrap(), [link]);
    }
}

#[tokio::test]
async fn a_download_follows_amocrm_and_ends_as_it_should() {
    let (client, asked) = answering(|path| match path {
        "/download/a" => Response::builder()
            .status(302)
            .header("location", "/download/b")
            .body(String::new())
            .unwrap(),
        "/download/b" => Response::builder()
            .status(307)
            .header("location", "https://drive-c.amocrm.ru/download/c")
            .body(String::new())
            .unwrap(),
        "/download/c" => Response::new("abc".into()),
        "/download/loop" => Response::builder()
            .status(302)
            .header("location", "/download/loop")
            .body(String::new())
            .unwrap(),
        _ => Response::builder().status(404).body(String::new()).unwrap(),
    });
    let at = |path: &str| format!("https://drive-b.amocrm.ru/download/{path}");
    let bytes = client.files().download(at("a").as_str()).await.unwrap().bytes(3).await.unwrap();
    assert_eq!(bytes, "abc");
    assert_eq!(asked.lock().unwrap().last().unwrap(), "https://drive-c.amocrm.ru/download/c");
    let error = client.files().download(at("loop").as_str()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Moved);
    let error = client.files().download(at("gone").as_str()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    for nonsense in ["", "download", "ftp://drive-b.amocrm.ru/a", "https://"] {
        let error = client.files().download(nonsense).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{nonsense}");
    }
    let whole = json!({"uuid": "u", "size": 4, "_links": {"download": {"href": at("c")}}});
    let file: File = serde_json::from_value(whole).unwrap();
    let mut download = client.files().download(&file).await.unwrap();
    assert_eq!(download.next().await.unwrap().unwrap(), "abc");
    let error = download.next().await.unwrap().unwrap_err();
    assert!(error.to_string().contains("3 bytes of 4"), "{error}");
    assert!(download.next().await.is_none());
    let linkless: File = serde_json::from_value(json!({"uuid": "u", "_links": {}})).unwrap();
    let error = client.files().download(&linkless).await.unwrap_err();
    assert!(error.to_string().contains("no link"), "{error}");
}

#[tokio::test]
async fn a_download_that_breaks_off_is_an_error() {
    let (client, sandbox, _server) = start(Sandbox::builder()).await;
    let file = client.files().upload("a.bin", bytes(100_000)).await.unwrap();
    sandbox.faults().add(Fault::cut_short().method("GET").path_prefix("/download/"));
    let error = client.files().download(&file).await.unwrap().bytes(1 << 20).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
}

#[tokio::test]
async fn the_files_of_an_entity_are_walked_by_their_links() {
    let (client, sandbox, _server) = start(Sandbox::builder().leads(1)).await;
    let mut files = Vec::new();
    for number in 0..7 {
        files.push(client.files().upload(format!("{number}.txt"), "x").await.unwrap().uuid);
    }
    let attached = client.entity_files(LEAD);
    attached.attach(files.clone()).await.unwrap();
    sandbox.log().clear();
    let mut walk = attached.list().limit(3).items();
    let mut seen = Vec::new();
    while let Some(file) = walk.next().await {
        seen.push(file.unwrap().file_uuid);
    }
    seen.reverse();
    assert_eq!(seen, files, "the latest first");
    assert_eq!(sandbox.log().len(), 3, "the last page is not full");
    let whole = attached.list().items().next().await.unwrap().unwrap();
    assert_eq!(whole.file_uuid, files[6]);
    let page = attached.list().limit(3).await.unwrap();
    assert!(page.next.unwrap().contains("before_id="));
}
