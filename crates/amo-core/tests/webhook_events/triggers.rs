//! The trigger "API: send webhook" of the digital pipeline, which posts the same shape.

use amo_core::webhook::{Hook, HookAction, HookEntity};
use amo_core::{EntityType, PipelineId, StatusId};
use serde_json::json;

use super::{Case, check};

fn case(
    (entity, action): (HookEntity, HookAction),
    body: (&'static str, &'static [&'static str]),
) -> Case {
    let (about, model) = match entity {
        HookEntity::Lead => (
            EntityType::Leads,
            json!({
                "id": 501, "status_id": 21, "pipeline_id": 10, "old_status_id": "20",
                "old_pipeline_id": "11",
            }),
        ),
        _ => (EntityType::Customers, json!({"id": 501, "period_id": "3", "old_period_id": "2"})),
    };
    let about = Some((about, 501));
    Case { setting: "", entity, action, body, id: Some(501), about, model }
}

const LEAD: &[&str] = &[
    "[id]=501",
    "[status_id]=21",
    "[pipeline_id]=10",
    "[old_status_id]=20",
    "[old_pipeline_id]=11",
];
const CUSTOMER: &[&str] = &["[id]=501", "[period_id]=3", "[old_period_id]=2"];

#[test]
fn triggers_with_and_without_an_index() {
    use HookAction::{CallIn, Chat, MailIn, Period, SiteVisit, Status};
    use HookEntity::{Customer, Lead};
    check(vec![
        case((Lead, CallIn), ("leads[call_in][0]", LEAD)),
        case((Lead, CallIn), ("leads[call_in]", LEAD)),
        case((Lead, Chat), ("leads[chat][0]", LEAD)),
        case((Lead, Chat), ("leads[chat]", LEAD)),
        case((Lead, SiteVisit), ("leads[site_visit][0]", LEAD)),
        case((Lead, SiteVisit), ("leads[site_visit]", LEAD)),
        case((Lead, MailIn), ("leads[mail_in][0]", LEAD)),
        case((Lead, MailIn), ("leads[mail_in]", LEAD)),
        case((Lead, Status), ("leads[status][0]", LEAD)),
        case((Lead, Status), ("leads[status]", LEAD)),
        case((Customer, CallIn), ("customers[call_in][0]", CUSTOMER)),
        case((Customer, Chat), ("customers[chat]", CUSTOMER)),
        case((Customer, SiteVisit), ("customers[site_visit][0]", CUSTOMER)),
        case((Customer, MailIn), ("customers[mail_in]", CUSTOMER)),
        case((Customer, Period), ("customers[period][0]", CUSTOMER)),
        case((Customer, Period), ("customers[period]", CUSTOMER)),
    ]);
}

#[test]
fn they_are_told_apart_from_subscriptions() {
    let trigger = |body: &str| {
        let hook = Hook::parse(body.as_bytes()).unwrap();
        let event = &hook.events[0];
        assert_eq!(event.setting().is_none(), event.is_trigger(), "{body}");
        event.is_trigger()
    };
    assert!(trigger("leads[status][0][id]=1&leads[status][0][status_id]=2"));
    assert!(!trigger("leads[status][0][id]=1&leads[status][0][account_id]=2"));
    assert!(trigger("customers[period][id]=1&customers[period][name]=x"));
    assert!(!trigger("leads[delete][0][id]=1&leads[delete][0][status_id]=2"));
}

#[test]
fn their_members_have_accessors() {
    let hook = Hook::parse(
        b"leads[status][id]=1&leads[status][old_status_id]=2&leads[status][old_pipeline_id]=3\
          &leads[status][status_id]=4&leads[status][pipeline_id]=5\
          &customers[period][0][id]=6&customers[period][0][period_id]=7\
          &customers[period][0][old_period_id]=8",
    )
    .unwrap();
    let [customer, lead] = hook.events.as_slice() else { panic!("{hook:?}") };
    assert_eq!((customer.period_id(), customer.old_period_id()), (Some(7), Some(8)));
    assert_eq!(lead.status_id(), Some(StatusId::new(4)));
    assert_eq!(lead.old_status_id(), Some(StatusId::new(2)));
    assert_eq!(lead.pipeline_id(), Some(PipelineId::new(5)));
    assert_eq!(lead.old_pipeline_id(), Some(PipelineId::new(3)));
}

#[test]
fn the_key_is_of_the_trigger_and_what_it_says() {
    let key = |body: &str| Hook::parse(body.as_bytes()).unwrap().events[0].key();
    let first = key("leads[call_in][0][id]=1");
    assert_eq!(first, key("leads[call_in][id]=1"), "the index has no meaning");
    assert_ne!(first, key("leads[chat][0][id]=1"));
    assert_ne!(first, key("customers[call_in][0][id]=1"));
}
