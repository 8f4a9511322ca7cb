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
    Author, CatalogId, ContactId, CustomFieldId, EnumId, Event, EventEntityType, EventFilter,
    EventId, EventType, EventTypeFilter, EventTypeInfo, EventValue, EventValueFilter, Get,
    InvalidQuery, List, Page, PipelineId, QueryPart, StatusId, Timestamp, UserId,
};
use common::round_trip;
use serde_json::{Value, json};
use wire::{asked, read, said};

fn event() -> Value {
    json!({
        "id": "01hx00000000000000000000ab", "type": "entity_tag_added", "entity_id": 501,
        "entity_type": "lead", "created_by": 0, "created_at": 1_700_000_000,
        "value_after": [{ "tag": { "name": "hot" } }, { "tag": { "name": "b2b" } }],
        "value_before": [], "account_id": 1, "linked_talk_contact_id": 77,
        "_links": { "self": { "href": "https://demo.amocrm.ru/api/v4/events/01hx" } },
        "_embedded": { "entity": { "id": 501, "name": "Deal 1",
            "catalog": { "id": 1005, "name": "Goods" },
            "_links": { "self": { "href": "https://demo.amocrm.ru/api/v4/leads/501" } } },
            "note": { "id": 5 } },
    })
}

#[test]
fn an_event_round_trips() {
    let event: Event = round_trip(&event());
    assert_eq!(event.id, EventId::new("01hx00000000000000000000ab"));
    assert_eq!(event.kind, Some(EventType::EntityTagAdded));
    assert_eq!(event.created_by, Some(Author::Robot));
    assert_eq!(event.linked_talk_contact_id, Some(ContactId::new(77)));
    let after = event.value_after.unwrap();
    let EventValue::Tag(tag) = &after[1] else { panic!("{after:?}") };
    assert_eq!(tag.name.as_deref(), Some("b2b"));
    assert_eq!(event.embedded.entity.unwrap().name.as_deref(), Some("Deal 1"));
    assert!(event.extra.is_empty());
}

#[test]
fn every_value_has_its_variant() {
    let values = json!([
        { "note": { "id": 5 } },
        { "lead_status": { "id": 142, "pipeline_id": 3 } },
        { "customer_status": { "id": 4 } },
        { "responsible_user": { "id": 9 } },
        { "custom_field_value":
            { "field_id": 7, "field_type": 1, "enum_id": null, "text": "x" } },
        { "task": { "text": "Call" } },
        { "task_type": { "id": 1 } },
        { "task_deadline": { "timestamp": 1_700_000_000 } },
        { "tag": { "name": "hot" } },
        { "link": { "entity": { "type": "contact", "id": 5 } } },
        { "unlink": { "entity": { "type": "catalog_element", "id": 5, "catalog_id": 1005,
            "quantity": 1.5 } } },
        { "helpbot": { "id": 5 } },
        { "transaction": { "id": 5 } },
        { "nps": { "rate": 10 } },
        { "message": { "id": "m-1", "talk_id": 114, "origin": "telegram" } },
        { "sale_field_value": { "sale": 48000 } },
        { "name_field_value": { "name": "Chairs" } },
        { "ltv_field_value": { "ltv": 100 } },
    ]);
    for value in values.as_array().unwrap() {
        let read: EventValue = round_trip(value);
        assert!(!matches!(read, EventValue::Other(_)), "{value}");
    }
}

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
fn other_forms_are_understood() {
    let mut strange = event();
    strange["type"] = json!("robot_replie");
    strange["entity_id"] = json!("501");
    strange["id"] = json!(12);
    strange["value_after"] = json!({ "note": { "id": "5" } });
    strange["_embedded"] = json!([]);
    strange["value_before"] = Value::Null;
    let event: Event = read(&strange);
    assert_eq!((event.kind, event.entity_id), (Some(EventType::RobotReplied), Some(501)));
    assert_eq!(event.id.as_str(), "12");
    assert!(
        matches!(&event.value_after.unwrap()[..], [EventValue::Note(note)] if note.id == Some(5))
    );
    assert_eq!((event.embedded.entity, event.value_before), (None, None));
    round_trip::<Event>(&json!({ "id": "a" }));
    let unknown: Event = round_trip(&json!({ "id": "a", "type": "new_thing", "new": 1 }));
    assert_eq!(unknown.kind, Some(EventType::Other("new_thing".to_owned())));
    let error = amo_core::from_slice::<Event>(br#"{"type":"lead_added"}"#).unwrap_err();
    assert!(error.message().contains("missing field `id`"), "{error}");
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
