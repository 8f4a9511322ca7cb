//! Names of an account: what they mean, and how often the account is asked for it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use amo_api::{Client, Error, ErrorKind, LookupError};
use amo_auth::clock::ManualClock;
use amo_core::field::{Multitext, Select, SmartAddress, Text};
use amo_core::{
    CatalogId, Choice, CustomField, CustomFieldId, CustomFieldsOf, EnumId, Field, FieldKey,
    FieldType, NewCustomField, NewLead, NewPipeline, PipelineId, StatusId, TaskTypeId, Timestamp,
    UserId,
};
use amo_sandbox::{CustomersMode, Fault, Sandbox, Server, demo};
use futures_util::FutureExt as _;
use futures_util::future::join_all;

use common::{another, start_with};

use CustomFieldsOf::{Companies, Contacts, Leads};

const LEAD_FIELDS: &str = "/api/v4/leads/custom_fields";

/// A box, and a client of it whose clock stands still.
async fn start(sandbox: amo_sandbox::SandboxBuilder) -> (Client, Sandbox, Server, ManualClock) {
    let clock = ManualClock::new(Timestamp::from_unix_seconds(demo::EPOCH));
    let (client, sandbox, server) = start_with(sandbox, |client| client.clock(clock.clone())).await;
    (client, sandbox, server, clock)
}

fn lookup(error: &Error) -> &LookupError {
    assert_eq!(error.kind(), ErrorKind::Lookup, "{error}");
    error.source().unwrap().downcast_ref().unwrap()
}

async fn field(client: &Client, new: NewCustomField) -> CustomFieldId {
    client.custom_fields(Leads).create(new).await.unwrap().id
}

#[tokio::test]
async fn names_and_codes_become_ids() {
    let (client, _sandbox, _server, _clock) = start(Sandbox::builder().catalog_elements(10)).await;
    let schema = client.schema();
    let channel = schema.field::<Select>(Leads, "Channel").await.unwrap();
    assert_eq!(channel.key(), FieldKey::Id(CustomFieldId::new(demo::LEAD_CHANNEL)));
    let order = schema.field::<Text>(Leads, "ORDER_NUMBER").await.unwrap();
    assert_eq!(order.key(), FieldKey::Id(CustomFieldId::new(demo::LEAD_ORDER_NUMBER)));
    assert_eq!(schema.field::<Text>(Leads, " order NUMBER ").await.unwrap(), order);
    let of_companies = schema.field::<Multitext>(Companies, "PHONE").await.unwrap();
    assert_eq!(of_companies, Field::id(demo::COMPANY_PHONE));
    let products = CustomFieldsOf::Catalog(CatalogId::new(demo::CATALOG_PRODUCTS));
    schema.field::<Text>(products, "SKU").await.unwrap();

    let option = |of, field: &str, option: &str| schema.option(of, field, option);
    let options = [
        (option(Leads, "Channel", "site"), demo::CHANNEL_SITE),
        (option(Leads, "channel", "Phone"), demo::CHANNEL_PHONE),
        (option(Contacts, "LEVEL", "BRONZE"), demo::LEVEL_BRONZE),
        (option(Contacts, "PHONE", "MOB"), demo::PHONE_MOB),
        (option(Companies, "Location", "city"), 3),
        (option(products, "GROUP", "Light"), demo::GROUP_LIGHT),
    ];
    for (option, id) in options {
        assert_eq!(option.await.unwrap(), EnumId::new(id));
    }

    let pipeline = PipelineId::new(demo::PIPELINE);
    assert_eq!(schema.pipeline("sales").await.unwrap(), pipeline);
    let status = |name: &str| schema.status("Sales", name);
    let pipelines = schema.pipelines().await.unwrap();
    for known in pipelines.by_id(pipeline).unwrap().embedded.statuses.iter().flatten() {
        let name = known.name.as_deref().unwrap();
        assert_eq!(status(name).await.unwrap(), (pipeline, known.id), "{name}");
    }
    let users = schema.users().await.unwrap();
    let manager = users.iter().find(|user| user.id == UserId::new(demo::MANAGER)).unwrap();
    for name in [&manager.name, &manager.email] {
        assert_eq!(schema.user(name.as_deref().unwrap()).await.unwrap(), manager.id);
    }
    assert_eq!(schema.task_type("FOLLOW_UP").await.unwrap(), TaskTypeId::new(1));
    let account = schema.account().await.unwrap();
    for known in account.embedded.task_types.iter().flatten() {
        let name = known.name.as_deref().unwrap();
        assert_eq!(schema.task_type(name).await.unwrap(), known.id, "{name}");
    }
    // What was resolved can be sent.
    let lead = NewLead::new().set(channel, Choice::id(EnumId::new(demo::CHANNEL_SITE)));
    client.leads().create(lead).await.unwrap();
}

#[tokio::test]
async fn what_a_name_does_not_mean_is_told() {
    let (client, _sandbox, _server, _clock) = start(Sandbox::builder()).await;
    let schema = client.schema();
    let error = schema.field::<Text>(Leads, "Channel").await.unwrap_err();
    let wrong = lookup(&error);
    let LookupError::WrongType { expected, found, .. } = wrong else { panic!("{wrong:?}") };
    assert_eq!((expected, found), (&FieldType::Text, &FieldType::Select));
    assert!(
        error.to_string().contains(
            "the custom field `Channel` (7202) of leads is of the type `select`, not `text`"
        ),
        "{error}"
    );
    let error = schema.field::<SmartAddress>(Companies, "Chanel").await.unwrap_err();
    assert!(matches!(lookup(&error), LookupError::Unknown { .. }));
    let told = error.to_string();
    assert!(told.contains("the account has no custom field of companies `Chanel`"), "{told}");
    assert!(told.contains("`Phone` (7101, PHONE), `Email` (7102, EMAIL)"), "{told}");
    let error = schema.option(Leads, "Channel", "Radio").await.unwrap_err().to_string();
    assert!(error.contains("`Site` (7361, site), `Phone` (7362), `Shop` (7363)"), "{error}");
    let error = schema.option(Leads, "Wishes", "Radio").await.unwrap_err();
    assert!(matches!(lookup(&error), LookupError::Unknown { known, .. } if known.is_empty()));
    let error = schema.status("Sales", "Nowhere").await.unwrap_err().to_string();
    assert!(error.contains("no status of the pipeline `Sales` (8001) `Nowhere`"), "{error}");
    let pipelines = schema.pipelines().await.unwrap();
    let unknown = pipelines.status(PipelineId::new(5), "Talks").unwrap_err().to_string();
    assert!(unknown.contains("the account has no pipeline `5`"), "{unknown}");
    assert!(schema.user("nobody@example.test").await.is_err());
    assert!(schema.task_type("Dance").await.is_err());

    // Of several with one name none is chosen; a code is unique.
    let mut twins = Vec::new();
    for code in ["ONE", "TWO"] {
        twins.push(field(&client, NewCustomField::text("Twin").code(code)).await);
    }
    let error = schema.field::<Text>(Leads, "Twin").await.unwrap_err();
    let LookupError::Ambiguous { candidates, .. } = lookup(&error) else { panic!("{error:?}") };
    assert_eq!(candidates.len(), 2);
    assert!(twins.iter().all(|id| error.to_string().contains(&id.to_string())), "{error}");
    assert_eq!(schema.field::<Text>(Leads, "TWO").await.unwrap(), Field::from(twins[1]));
}

#[tokio::test]
async fn each_part_is_read_once_for_all_clones_until_it_is_old() {
    let (client, sandbox, _server, clock) = start(Sandbox::builder()).await;
    let reads = |path: &str| sandbox.log().count("GET", path);
    let look = || client.clone().schema().field::<Select>(Leads, "Channel");
    for result in join_all((0..20).map(|_| look())).await {
        result.unwrap();
    }
    assert_eq!(reads(LEAD_FIELDS), 1);
    assert_eq!(reads("/api/v4/contacts/custom_fields"), 0);
    clock.advance(Duration::from_secs(599));
    look().await.unwrap();
    assert_eq!(reads(LEAD_FIELDS), 1);
    clock.advance(Duration::from_secs(1));
    look().await.unwrap();
    assert_eq!(reads(LEAD_FIELDS), 2);
    client.schema().forget();
    look().await.unwrap();
    assert_eq!(reads(LEAD_FIELDS), 3);
    let one = client.schema().fields(Leads).await.unwrap();
    let other = client.schema().fields(Leads).await.unwrap();
    assert!(Arc::ptr_eq(&one, &other));
    // Fifty on a page is what the docs promise, whatever `limit` says.
    assert_eq!(sandbox.log().entries()[0].query.as_str(), "limit=250");
}

#[tokio::test]
async fn a_name_that_is_not_there_is_looked_for_once_more() {
    let (client, sandbox, server, _clock) = start(Sandbox::builder()).await;
    let (schema, reads) = (client.schema(), || sandbox.log().count("GET", LEAD_FIELDS));
    assert!(schema.field::<Text>(Leads, "Late").await.is_err());
    // It was read for this very question.
    assert_eq!(reads(), 1);
    assert!(schema.field::<Text>(Leads, "Late").await.is_err());
    assert_eq!(reads(), 2);

    // Somebody else makes it.
    let other = another(&sandbox, &server);
    let late = field(&other, NewCustomField::text("Late")).await;
    assert_eq!(schema.field::<Text>(Leads, "Late").await.unwrap(), Field::from(late));
    assert_eq!(reads(), 3);
    // This client makes another, so that what it knows is old.
    let own = field(&client, NewCustomField::text("Own")).await;
    assert!(schema.fields(Leads).await.unwrap().by_id(own).is_some());
    assert_eq!(reads(), 4);
    // Also by a request of the caller's own making.
    let raw = client.raw(http::Method::POST, LEAD_FIELDS);
    raw.json(&[NewCustomField::text("Raw")]).await.unwrap();
    assert!(schema.fields(Leads).await.unwrap().find("Raw").is_ok());
    let new = NewPipeline::new("Partners", 30, false, true);
    schema.pipelines().await.unwrap();
    let made = client.pipelines().create(new).await.unwrap().id;
    assert_eq!(schema.pipelines().await.unwrap().find("Partners").unwrap().id, made);
}

#[tokio::test]
async fn one_failure_is_told_to_all_who_waited_and_forgotten() {
    let (client, sandbox, _server, _clock) = start(Sandbox::builder()).await;
    let look = || client.schema().field::<Select>(Leads, "Channel");
    sandbox.faults().add(Fault::status(403).path(LEAD_FIELDS).body(r#"{"title":"Forbidden"}"#));
    for result in join_all((0..5).map(|_| look())).await {
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Forbidden);
        assert!(error.to_string().contains("custom_fields.list: status 403"), "{error}");
        assert!(!error.outcome_unknown());
    }
    assert_eq!(sandbox.log().count("GET", LEAD_FIELDS), 1);
    look().await.unwrap();
    assert_eq!(sandbox.log().count("GET", LEAD_FIELDS), 2);
}

#[tokio::test]
async fn who_gives_up_reading_does_not_hold_up_the_others() {
    let (client, sandbox, _server, _clock) = start(Sandbox::builder()).await;
    sandbox.set_latency(Duration::from_millis(100));
    let look = || client.schema().fields(Leads);
    let mut first = look();
    let mut second = look();
    // The first sends the request, and is dropped while it waits for the answer.
    assert!((&mut first).now_or_never().is_none());
    assert!((&mut second).now_or_never().is_none());
    drop(first);
    let fields = second.await.unwrap();
    assert_eq!(fields.find("Channel").unwrap().id, CustomFieldId::new(demo::LEAD_CHANNEL));
}

#[tokio::test]
async fn many_fields_are_read_to_the_last() {
    let (client, sandbox, _server, _clock) = start(Sandbox::builder()).await;
    let new = (0..300).map(|place| NewCustomField::text(format!("Field {place}")));
    assert!(client.custom_fields(Leads).create_many(new).await.is_complete());
    sandbox.log().clear();
    let fields = client.schema().fields(Leads).await.unwrap();
    let names = |one: &CustomField| one.name.clone().unwrap();
    assert_eq!(fields.iter().map(names).filter(|name| name.starts_with("Field ")).count(), 300);
    assert!(sandbox.log().count("GET", LEAD_FIELDS) > 1);
    fields.field::<Text>("Field 299").unwrap();
}

#[tokio::test]
async fn customers_and_segments_have_fields_of_their_own() {
    let builder = Sandbox::builder().customers_mode(CustomersMode::Segments);
    let (client, sandbox, _server, _clock) = start(builder).await;
    for of in [CustomFieldsOf::Customers, CustomFieldsOf::Segments] {
        let new = NewCustomField::select("Own rank", ["Gold", "Silver"]);
        let made = client.custom_fields(of).create(new).await.unwrap().id;
        let schema = client.schema();
        assert_eq!(schema.field::<Select>(of, "own RANK").await.unwrap(), Field::from(made));
        schema.option(of, "Own rank", "Silver").await.unwrap();
        let missing = schema.field::<Select>(of, "Rang").await.unwrap_err();
        assert!(matches!(lookup(&missing), LookupError::Unknown { .. }));
    }
    assert_eq!(sandbox.log().count("GET", "/api/v4/customers/segments/custom_fields"), 2);
}

#[tokio::test]
async fn users_are_not_for_everybody() {
    let (client, sandbox, _server, _clock) = start(Sandbox::builder()).await;
    let refused = Fault::status(403).path("/api/v4/users").body(r#"{"title":"Forbidden"}"#);
    sandbox.faults().add(refused);
    let error = client.schema().user("Ann").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Forbidden, "{error}");
    let pipelines = client.schema().pipelines().await.unwrap();
    let sales = pipelines.find("Sales").unwrap();
    let won = sales.embedded.statuses.iter().flatten().find(|one| one.is_won()).unwrap();
    let name = won.name.as_deref().unwrap();
    assert_eq!(pipelines.status(sales.id, name).unwrap().id, StatusId::WON);
}
