#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod wire;

use amo_core::{
    Author, CatalogId, CompanyId, ContactId, CustomerId, ElementId, EntityFile, EntityFileFilter,
    EntityFileId, EntityFileRef, File, FileAuthor, FileAuthorType, FileChange, FileDate,
    FileDatePreset, FileFilter, FileOwner, FileRef, FileUuid, FileVersion, FileVersionUuid,
    FileWith, Get, InvalidQuery, LeadId, List, NewUploadSession, QueryName, QueryPart, Scope,
    SourceId, Timestamp, UploadAnswer, UploadSession, UserId,
};
use serde_json::{Value, json};
use wire::{asked, read, said, sent};

fn file() -> Value {
    json!({
        "uuid": "1111", "version_uuid": "2222", "name": "scan", "sanitized_name": "scan",
        "size": 7526, "type": "image",
        "metadata": { "extension": "png", "mime_type": "" },
        "previews": [{ "download_link": "https://drive.test/p.png", "width": 120, "height": 80 }],
        "is_trashed": false, "has_multiple_versions": false, "source_id": null, "session_id": 1,
        "created_at": 1_700_000_000, "created_by": { "type": "internal", "id": 9 },
        "updated_at": 1_700_000_000, "updated_by": { "type": "internal", "id": 0 },
        "deleted_at": null, "deleted_by": null,
        "_links": {
            "download": { "href": "https://drive.test/download/a/b/scan.png" },
            "download_version": { "href": "https://drive.test/download/a/v/scan.png" },
            "self": { "href": "https://drive.test/v1.0/files/1111" },
        },
    })
}

#[test]
fn an_upload_goes_from_part_to_part() {
    let answer =
        json!({ "next_url": "https://drive.test/v1.0/sessions/upload/c", "session_id": 1 });
    let UploadAnswer::Next(next) = read(&answer) else { panic!("{answer}") };
    assert_eq!(next.next_url, "https://drive.test/v1.0/sessions/upload/c");
    let UploadAnswer::Done(done) = read(&file()) else { panic!("not done") };
    assert_eq!(done.uuid, FileUuid::new("1111"));
    let error = amo_core::from_slice::<UploadAnswer>(b"{}").unwrap_err();
    assert!(error.message().contains("next_url"), "{error}");
    let wrong = br#"{"uuid":"1","previews":[{"width":{}}]}"#;
    let error = amo_core::from_slice::<UploadAnswer>(wrong).unwrap_err();
    assert_eq!((error.path(), error.fragment()), ("previews[0].width", "{}"));
    let wrong = br#"{"next_url":{"a":1}}"#;
    let error = amo_core::from_slice::<UploadAnswer>(wrong).unwrap_err();
    assert_eq!(error.path(), "next_url");
    for wrong in ["[]", "5", "null", r#"{"session_id":1}"#, r#"{"size":[],"uuid":"1"}"#] {
        assert!(amo_core::from_slice::<UploadAnswer>(wrong.as_bytes()).is_err(), "{wrong}");
    }
}

#[test]
fn bodies_byte_for_byte() {
    let session = NewUploadSession::new("scan.png", 7526)
        .content_type("image/png")
        .file_uuid("1111")
        .with_preview(true)
        .created_by(FileAuthor::internal(Author::User(UserId::new(9))));
    assert_eq!(
        sent(&session),
        concat!(
            r#"{"file_name":"scan.png","file_size":7526,"content_type":"image/png","#,
            r#""file_uuid":"1111","with_preview":true,"created_by":{"id":9,"type":"internal"}}"#,
        )
    );
    assert_eq!(FileAuthor::internal(Author::Robot).kind, Some(FileAuthorType::Internal));
    assert_eq!(sent(&FileChange::Name("new".to_owned())), r#"{"name":"new"}"#);
    let version = FileVersionUuid::new("2222");
    assert_eq!(sent(&FileChange::Version(version)), r#"{"version_uuid":"2222"}"#);
    assert_eq!(sent(&[FileRef::from(FileUuid::new("1111"))]), r#"[{"uuid":"1111"}]"#);
    assert_eq!(sent(&[EntityFileRef::from(FileUuid::new("1"))]), r#"[{"file_uuid":"1"}]"#);
    let attached: EntityFile = read(&json!({ "file_uuid": "1111", "id": 77 }));
    assert_eq!(sent(&EntityFileRef::from(attached)), r#"{"file_uuid":"1111"}"#);
}

#[test]
fn filters_byte_for_byte() {
    let filter = FileFilter::new()
        .uuid([FileUuid::new("a"), FileUuid::new("b")])
        .name("scan")
        .extensions(["png", "jpg"])
        .term("Deal")
        .source_id(SourceId::new(15))
        .created_by([Author::Client, Author::Robot])
        .deleted()
        .size(1024..=4096)
        .date(FileDate::CreatedAt, Timestamp::new(5)..);
    assert_eq!(
        asked(&filter),
        "filter[uuid]=a,b&filter[name]=scan&filter[extensions][0]=png&filter[extensions][1]=jpg\
         &filter[term]=Deal&filter[source_id]=15&filter[created_by][0]=-1\
         &filter[created_by][1]=0&filter[deleted]=1&filter[size][from]=1024\
         &filter[size][to]=4096&filter[date][type]=created_at&filter[date][from]=5"
    );
    let filter = FileFilter::new()
        .updated_by([Author::User(UserId::new(9))])
        .date_preset(FileDate::UpdatedAt, FileDatePreset::Last3Days);
    assert_eq!(
        asked(&filter),
        "filter[updated_by][0]=9&filter[date][type]=updated_at\
         &filter[date][date_preset]=last_3_days"
    );
    let member = "filter[uuid]".to_owned();
    assert_eq!(FileFilter::new().uuid([]).validate(), Err(InvalidQuery::EmptyFilter { member }));
    assert_eq!(asked(&EntityFileFilter::new().before(EntityFileId::new(77))), "before_id=77");
    assert_eq!(asked(&EntityFileFilter::new()), "");
    assert_eq!(FileWith::Unbilled.name(), "unbilled");
}

#[test]
fn whose_files() {
    for (owner, path) in [
        (FileOwner::from(LeadId::new(5)), "leads/5"),
        (ContactId::new(5).into(), "contacts/5"),
        (CompanyId::new(5).into(), "companies/5"),
        (CustomerId::new(5).into(), "customers/5"),
        (FileOwner::Element(CatalogId::new(1005), ElementId::new(71)), "catalogs/1005/71"),
    ] {
        assert_eq!(owner.fill(&EntityFile::LIST.path), format!("/api/v4/{path}/files"));
    }
    let strange = FileUuid::new("a/../b?c");
    assert_eq!(strange.fill(&FileVersion::LIST.path), "/v1.0/files/a%2F..%2Fb%3Fc/versions");
}

#[test]
fn operations() {
    for (operation, expected) in [
        (File::LIST, "files.list GET /v1.0/files Repeatable"),
        (File::GET, "files.get GET /v1.0/files/{id} Repeatable"),
        (File::EDIT, "files.edit PATCH /v1.0/files/{id} Repeatable"),
        (File::DELETE_MANY, "files.delete_many DELETE /v1.0/files Repeatable"),
        (File::RESTORE, "files.restore POST /v1.0/files/restore Repeatable"),
        (File::STATS, "files.stats GET /v1.0/files/stats Repeatable"),
        (File::ENTITIES, "files.entities GET /api/v4/files/{id}/links Repeatable"),
        (FileVersion::LIST, "file_versions.list GET /v1.0/files/{file_uuid}/versions Repeatable"),
        (UploadSession::OPEN, "upload_sessions.open POST /v1.0/sessions ActsOnce"),
        (
            UploadSession::UPLOAD_PART,
            "upload_sessions.upload_part POST /v1.0/sessions/upload/{session_token} Repeatable",
        ),
        (EntityFile::LIST, "entity_files.list GET /api/v4/{entity}/{entity_id}/files Repeatable"),
        (
            EntityFile::ATTACH,
            "entity_files.attach PUT /api/v4/{entity}/{entity_id}/files Repeatable",
        ),
        (
            EntityFile::DETACH,
            "entity_files.detach DELETE /api/v4/{entity}/{entity_id}/files Repeatable",
        ),
    ] {
        assert_eq!(said(&operation), expected);
    }
}
