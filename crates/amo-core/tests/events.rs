#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;
mod wire;

use amo_core::{
    Author, CatalogId, CustomFieldId, EnumId, Event, EventEntityType, EventFilter, EventType,
    EventTypeFilter, EventTypeInfo, EventValue, EventValueFilter, Get, InvalidQuery, List, Page,
    PipelineId, QueryPart, StatusId, Timestamp, UserId,
};
use common::round_trip;
use serde_json::json;
use wire::{asked, said};

#[test]
fn other_values_stay_as_they_are() {
    for value in [
        json!({ "segment": { "id": 5 } }),
        json!({ "note": { "id": 5 }, "tag": { "name": "x" } }),
        json!({ "note": null }),
        json!({ "note": [] }),
        json!({ "note": { "id": { "deep": 1 } } }),
        json!({}),
        json!("text"),
        json!(null),
    ] {
        assert_eq!(round_trip::<EventValue>(&value), EventValue::Other(value));
    }
    let kept = json!({ "tag": { "name": "hot", "color": "FF8F92" } });
    assert!(matches!(round_trip::<EventValue>(&kept), EventValue::Tag(_)));
}

#[test]
fn types_of_one_field_and_one_catalog() {
    let kind = EventType::custom_field(CustomFieldId::new(7001));
    assert_eq!(kind.as_str(), "custom_field_7001_value_changed");
    assert_eq!(kind.custom_field_id(), Some(CustomFieldId::new(7001)));
    assert_eq!(EventType::CustomFieldValueChanged.custom_field_id(), None);
    assert_eq!(EventType::from("custom_field_x_value_changed").custom_field_id(), None);
    let catalog = EventEntityType::catalog(CatalogId::new(1005));
    assert_eq!(
        (catalog.as_str(), catalog.catalog_id()),
        ("catalog_1005", Some(CatalogId::new(1005)))
    );
    assert_eq!(EventEntityType::CatalogElement.catalog_id(), None);
}

#[test]
fn filters_byte_for_byte() {
    let filter = EventFilter::new()
        .id(["a", "b"])
        .created_at(Timestamp::new(5)..=Timestamp::new(9))
        .created_by([Author::Robot, Author::User(UserId::new(12))])
        .entity([EventEntityType::Lead])
        .entity_id([501])
        .kind([EventType::custom_field(CustomFieldId::new(7))])
        .value_before(EventValueFilter::options([EnumId::new(145), EnumId::new(157)]));
    assert_eq!(
        asked(&filter),
        "filter[id][0]=a&filter[id][1]=b&filter[created_at][from]=5&filter[created_at][to]=9\
         &filter[created_by][0]=0&filter[created_by][1]=12&filter[entity][0]=lead\
         &filter[entity_id][0]=501&filter[type][0]=custom_field_7_value_changed\
         &filter[value_before][custom_field_values]=145,157"
    );
    let status = |id| (PipelineId::new(1), StatusId::new(id));
    let filter = EventFilter::new()
        .value_after(EventValueFilter::lead_statuses([status(1), status(2)]))
        .value_after(EventValueFilter::lead_statuses([status(3)]))
        .value_after(EventValueFilter::customer_statuses([4, 5]))
        .value_after(EventValueFilter::responsible_users([UserId::new(5), UserId::new(6)]))
        .value_after(EventValueFilter::value(155));
    assert_eq!(
        asked(&filter),
        "filter[value_after][leads_statuses][0][pipeline_id]=1\
         &filter[value_after][leads_statuses][0][status_id]=3\
         &filter[value_after][customers_statuses][0][status_id]=4\
         &filter[value_after][customers_statuses][1][status_id]=5\
         &filter[value_after][responsible_user_id]=5,6&filter[value_after][value]=155"
    );
    assert_eq!(filter.validate(), Ok(()));
    let member = "filter[created_by]".to_owned();
    let users = |count| EventFilter::new().created_by((0..count).map(UserId::new));
    assert_eq!(users(10).validate(), Ok(()));
    let error = users(11).validate().unwrap_err();
    assert_eq!(error.to_string(), "the filter `filter[created_by]` takes at most 10 values");
    assert_eq!(error, InvalidQuery::LongFilter { member, max: 10 });
    let none = EventFilter::new().value_after(EventValueFilter::responsible_users([]));
    let member = "filter[value_after][responsible_user_id]".to_owned();
    assert_eq!(none.validate(), Err(InvalidQuery::EmptyFilter { member }));
}

#[test]
fn the_list_of_types() {
    let body = json!({ "_total_items": 1, "_embedded": { "events_types": [
        { "key": "lead_added", "type": 1, "lang": "New lead" },
    ] } });
    let page: Page<EventTypeInfo> =
        Page::from_slice("events_types", body.to_string().as_bytes()).unwrap();
    assert_eq!((&page.items[0].key, page.items[0].number), (&EventType::LeadAdded, Some(1)));
    round_trip::<EventTypeInfo>(&body["_embedded"]["events_types"][0]);
    assert_eq!(asked(&EventTypeFilter::new().language("en")), "language_code=en");
    assert_eq!(asked(&EventTypeFilter::new()), "");
}

#[test]
fn operations() {
    assert_eq!(said(&Event::LIST), "events.list GET /api/v4/events Repeatable");
    assert_eq!(said(&Event::GET), "events.get GET /api/v4/events/{id} Repeatable");
    assert_eq!(Event::MAX_LIMIT, 100);
    assert_eq!(said(&EventTypeInfo::LIST), "event_types.list GET /api/v4/events/types Repeatable");
}
