#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use amo_core::{
    CustomerId, GroupId, LeadId, List, Resource, Scope, SubscriberType, Subscription,
    SubscriptionsOf, UserId, from_slice,
};
use common::round_trip;
use serde_json::json;

#[test]
fn subscriptions_round_trip() {
    let user: Subscription = round_trip(&json!({ "subscriber_id": 12, "type": "user" }));
    assert_eq!((user.user(), user.group()), (Some(UserId::new(12)), None));
    let group: Subscription = round_trip(&json!({ "subscriber_id": 0, "type": "group" }));
    assert_eq!((group.user(), group.group()), (None, Some(GroupId::DEFAULT)));
    for body in [
        json!({ "subscriber_id": 3 }),
        json!({ "subscriber_id": 3, "type": null }),
        json!({ "subscriber_id": 3, "type": "bot", "since": 5 }),
    ] {
        let other: Subscription = round_trip(&body);
        assert_eq!((other.user(), other.group()), (None, None));
    }
    let text: Subscription = from_slice(br#"{"subscriber_id":"12","type":"user"}"#).unwrap();
    assert_eq!(text, user);
    assert_eq!(SubscriberType::from("bot").as_str(), "bot");
    let error = from_slice::<Subscription>(br#"{"type":"user"}"#).unwrap_err();
    assert!(error.to_string().contains("subscriber_id"), "{error}");
}

#[test]
fn operations() {
    let list = Subscription::LIST;
    assert_eq!(list.to_string(), "subscriptions.list");
    assert_eq!(list.path, "/api/v4/{entity}/{entity_id}/subscriptions");
    assert_eq!((Subscription::KEY, Subscription::MAX_LIMIT), ("subscriptions", 250));
    for (of, path) in [
        (SubscriptionsOf::from(LeadId::new(90_001)), "/api/v4/leads/90001/subscriptions"),
        (SubscriptionsOf::from(CustomerId::new(3301)), "/api/v4/customers/3301/subscriptions"),
    ] {
        assert_eq!(of.fill(&list.path), path);
    }
}
