#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use amo_core::{
    Changed, Create, Delete, DiffError, Get, List, LossReason, LossReasonPatch, NewLossReason,
    NewPipeline, NewStage, NewStatus, NewStatusDescription, Page, PatchBody, Pipeline, PipelineId,
    PipelinePatch, QueryName, Receipt, Repeat, Resource, Scope, Status, StatusColor,
    StatusDescription, StatusId, StatusKind, StatusPatch, StatusWith, Update, UserRank,
    one_from_slice,
};
use common::{operations, round_trip, sent};
use serde_json::{Value, json};

fn status() -> Value {
    json!({
        "id": 3102, "name": "First talk", "sort": 10, "is_editable": true, "pipeline_id": 31,
        "color": "#fffeb2", "type": 0, "account_id": 777,
        "descriptions": [
            { "id": 5, "account_id": 777, "pipeline_id": 31, "status_id": 3102, "created_by": 0,
              "updated_by": null, "created_at": "2025-02-01 10:00:00",
              "updated_at": "2025-02-01 10:00:00", "level": "newbie", "description": "Call" },
            { "id": 6, "created_by": 12, "updated_by": 12, "level": "master", "description": "👍" },
        ],
        "request_id": "0",
        "_links": { "self": { "href": "https://demo.amocrm.ru/api/v4/leads/pipelines/31/statuses/3102" } },
    })
}

fn pipeline() -> Value {
    json!({
        "id": 31, "name": "Partners", "sort": 30, "is_main": false, "is_unsorted_on": true,
        "is_archive": false, "account_id": 777,
        "_links": { "self": { "href": "https://demo.amocrm.ru/api/v4/leads/pipelines/31" } },
        "_embedded": { "statuses": [
            { "id": 3101, "name": "Incoming", "sort": 10, "is_editable": false, "pipeline_id": 31,
              "color": "#c1c1c1", "type": 1, "account_id": 777 },
            { "id": 142, "name": "Won", "sort": 10000, "color": "#CCFF66", "type": 0 },
            { "id": 143, "name": "Lost", "sort": 11000, "color": "#D5D8DB", "type": 0 },
        ] },
    })
}

#[test]
fn the_statuses_of_a_pipeline() {
    let pipeline: Pipeline = round_trip(&pipeline());
    assert!(pipeline.extra.is_empty());
    assert_eq!((pipeline.id(), pipeline.request_id()), (PipelineId::new(31), None));
    let statuses = pipeline.embedded.statuses.unwrap();
    assert!(statuses[0].is_incoming() && !statuses[1].is_incoming());
    assert!(statuses[1].is_won() && statuses[2].is_lost());
    // Colours that cannot be set keep their case.
    assert_eq!(statuses[1].color, Some(StatusColor::Other("#CCFF66".to_owned())));
}

#[test]
fn a_new_pipeline_byte_for_byte() {
    let pipeline =
        NewPipeline::new("Partners", 30, false, true).won_name("Signed").lost_name("Gone").stage(
            NewStage::new("First talk")
                .sort(10)
                .color(StatusColor::PaleYellow)
                .description(NewStatusDescription::new(UserRank::Newbie, "Call")),
        );
    assert_eq!(
        sent(&pipeline),
        concat!(
            r#"{"name":"Partners","sort":30,"is_main":false,"is_unsorted_on":true,"#,
            r#""_embedded":{"statuses":[{"id":142,"name":"Signed"},{"id":143,"name":"Gone"},"#,
            r##"{"name":"First talk","sort":10,"color":"#fffeb2","##,
            r#""descriptions":[{"level":"newbie","description":"Call"}]}]}}"#,
        )
    );
    assert_eq!(
        sent(&NewPipeline::new("P", 1, true, true)),
        r#"{"name":"P","sort":1,"is_main":true,"is_unsorted_on":true}"#
    );
}

#[test]
fn statuses_and_reasons_byte_for_byte() {
    let status = NewStatus::new("Contract", 50)
        .color(StatusColor::LightBlue)
        .descriptions([NewStatusDescription::new(UserRank::Candidate, "Send")]);
    assert_eq!(
        sent(&status),
        concat!(
            r##"{"name":"Contract","sort":50,"color":"#c1e0ff","##,
            r#""descriptions":[{"level":"candidate","description":"Send"}]}"#,
        )
    );
    let patch = StatusPatch::new()
        .name("Deal")
        .describe(UserRank::Newbie, "x")
        .describe(UserRank::Newbie, "Ask")
        .delete_description(6, UserRank::Master);
    assert_eq!(
        sent(&patch),
        concat!(
            r#"{"name":"Deal","descriptions":[{"level":"newbie","description":"Ask"},"#,
            r#"{"id":6,"level":"master"}]}"#,
        )
    );
    assert!(StatusPatch::new().is_empty() && !patch.is_empty());
    assert_eq!(sent(&PipelinePatch::new().is_main(true)), r#"{"is_main":true}"#);
    assert_eq!(sent(&NewLossReason::new("Dear").sort(5)), r#"{"name":"Dear","sort":5}"#);
    assert_eq!(sent(&LossReasonPatch::new().name("Dear")), r#"{"name":"Dear"}"#);
}

#[test]
fn descriptions_differ_level_by_level() {
    let before: Status = serde_json::from_value(status()).unwrap();
    assert!(Status::diff(&before, &before).unwrap().is_empty());
    let mut after = before.clone();
    let descriptions = after.descriptions.as_mut().unwrap();
    descriptions[0].description = Some("Write".to_owned());
    descriptions[1] = StatusDescription::new(UserRank::Candidate, "Ask");
    assert_eq!(
        sent(&Status::diff(&before, &after).unwrap()),
        concat!(
            r#"{"descriptions":[{"id":5,"level":"newbie","description":"Write"},"#,
            r#"{"level":"candidate","description":"Ask"},{"id":6,"level":"master"}]}"#,
        )
    );
    after.descriptions = None;
    assert_eq!(
        sent(&Status::diff(&before, &after).unwrap()),
        r#"{"descriptions":[{"id":5,"level":"newbie"},{"id":6,"level":"master"}]}"#
    );
}

#[test]
fn what_cannot_be_changed_is_named_as_the_api_spells_it() {
    let before: Status = serde_json::from_value(status()).unwrap();
    let mut after = before.clone();
    after.kind = Some(StatusKind::Incoming);
    let error = Status::diff(&before, &after).unwrap_err();
    assert_eq!(error, DiffError::ReadOnly { entity: "status", member: "type" });
    let before: Pipeline = serde_json::from_value(pipeline()).unwrap();
    let mut after = before.clone();
    after.embedded.statuses = None;
    assert_eq!(Pipeline::diff(&before, &after).unwrap_err().member(), "_embedded.statuses");
    after = before.clone();
    after.sort = Some(5);
    assert_eq!(sent(&Pipeline::diff(&before, &after).unwrap()), r#"{"sort":5}"#);
}

#[test]
fn answers_are_whole_entities() {
    let body = json!({ "_total_items": 1, "_embedded": { "pipelines": [pipeline()] } });
    let page = Page::<Pipeline>::from_slice(Pipeline::KEY, body.to_string().as_bytes()).unwrap();
    assert_eq!((page.items[0].id, page.total), (PipelineId::new(31), Some(1)));
    let saved: Changed<Status> =
        one_from_slice(Status::KEY, status().to_string().as_bytes()).unwrap();
    assert_eq!((saved.id(), saved.request_id()), (StatusId::new(3102), Some("0")));
    assert_eq!(saved.entity.unwrap().name.as_deref(), Some("First talk"));
    let unchanged = Status::unchanged(StatusId::new(5));
    assert_eq!((unchanged.id(), unchanged.entity), (StatusId::new(5), None));
}

#[test]
fn operations_are_as_documented() {
    let pipelines = "/api/v4/leads/pipelines";
    operations(&[
        (Pipeline::LIST, "pipelines.list GET", pipelines, Repeat::Repeatable),
        (Pipeline::GET, "pipelines.get GET", "/api/v4/leads/pipelines/{id}", Repeat::Repeatable),
        (Pipeline::CREATE, "pipelines.create POST", pipelines, Repeat::ActsOnce),
        (
            Pipeline::UPDATE,
            "pipelines.update PATCH",
            "/api/v4/leads/pipelines/{id}",
            Repeat::Repeatable,
        ),
        (
            Pipeline::DELETE,
            "pipelines.delete DELETE",
            "/api/v4/leads/pipelines/{id}",
            Repeat::Repeatable,
        ),
    ]);
    let one = "/api/v4/leads/pipelines/{pipeline_id}/statuses/{id}";
    operations(&[
        (
            Status::LIST,
            "statuses.list GET",
            "/api/v4/leads/pipelines/{pipeline_id}/statuses",
            Repeat::Repeatable,
        ),
        (Status::GET, "statuses.get GET", one, Repeat::Repeatable),
        (
            Status::CREATE,
            "statuses.create POST",
            "/api/v4/leads/pipelines/{pipeline_id}/statuses",
            Repeat::ActsOnce,
        ),
        (Status::UPDATE, "statuses.update PATCH", one, Repeat::Repeatable),
        (Status::DELETE, "statuses.delete DELETE", one, Repeat::Repeatable),
    ]);
    assert_eq!(
        PipelineId::new(31).fill(&Status::GET.path),
        "/api/v4/leads/pipelines/31/statuses/{id}"
    );
    let reasons = "/api/v4/leads/loss_reasons";
    operations(&[
        (LossReason::LIST, "loss_reasons.list GET", reasons, Repeat::Repeatable),
        (LossReason::CREATE, "loss_reasons.create POST", reasons, Repeat::ActsOnce),
        (
            LossReason::DELETE,
            "loss_reasons.delete DELETE",
            "/api/v4/leads/loss_reasons/{id}",
            Repeat::Repeatable,
        ),
    ]);
    assert_eq!(StatusWith::Descriptions.name(), "descriptions");
}
