#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

use amo_core::{
    Amount, Author, Between, CompanyFilter, ContactFilter, ContactId, ContactOrder, ContactWith,
    CustomFieldId, Direction, EnumId, InvalidQuery, Lead, LeadFilter, LeadOrder, LeadWith,
    ListQuery, NoFilter, PipelineId, Query, QueryPart, StatusId, TaskFilter, Timestamp, UserId,
};
use percent_encoding::percent_decode_str;
use proptest::prelude::*;

fn printed(filter: &impl QueryPart) -> String {
    let mut query = Query::new();
    filter.write(&mut query);
    query.to_string()
}

/// For reading in tests only.
fn raw(filter: &impl QueryPart) -> Vec<String> {
    let mut query = Query::new();
    filter.write(&mut query);
    query.pairs().map(|(name, value)| format!("{name}={value}")).collect()
}

#[test]
fn encodes_by_rfc_3986() {
    let mut query = Query::new();
    assert!(query.is_empty());
    query.push("a[b]", "c d+e&f=g,h/ё~-._");
    query.push("empty", "");
    assert_eq!(query.to_string(), "a%5Bb%5D=c%20d%2Be%26f%3Dg%2Ch%2F%D1%91~-._&empty=");
}

#[test]
fn a_list_of_leads_byte_for_byte() {
    let query = ListQuery::<Lead>::new()
        .with(LeadWith::Contacts)
        .with(LeadWith::LossReason)
        .with(LeadWith::Contacts)
        .search("chairs")
        .filter(LeadFilter::new().name(["Acme"]))
        .order(LeadOrder::UpdatedAt, Direction::Desc)
        .order(LeadOrder::Id, Direction::Asc)
        .limit(250)
        .page(2);
    assert_eq!(query.validate(), Ok(()));
    assert_eq!(
        query.to_query().to_string(),
        "with=contacts%2Closs_reason&query=chairs&filter%5Bname%5D%5B0%5D=Acme\
         &order%5Bid%5D=asc&limit=250&page=2"
    );
    assert_eq!((query.get_limit(), query.get_page()), (Some(250), Some(2)));
    assert_eq!(query.clone().to_query(), query.to_query());
}

#[test]
fn an_empty_query_is_empty() {
    assert!(ListQuery::<Lead>::default().to_query().is_empty());
    assert_eq!(printed(&NoFilter), "");
    assert_eq!(printed(&LeadFilter::new()), "");
}

#[test]
fn limits_and_pages_are_checked_at_the_end() {
    let leads = ListQuery::<Lead>::new;
    assert_eq!(leads().limit(1).page(1).validate(), Ok(()));
    for limit in [0, 251, u16::MAX] {
        let error = leads().limit(limit).validate().unwrap_err();
        assert_eq!(error, InvalidQuery::Limit { list: "leads", limit, max: 250 });
        assert!(error.to_string().contains(&format!("1 to 250 items, not {limit}")));
    }
    assert_eq!(leads().page(0).validate(), Err(InvalidQuery::Page { list: "leads" }));
}

#[test]
fn filters_of_leads() {
    let from = Timestamp::from_unix_seconds(1_700_000_000);
    let to = Timestamp::from_unix_seconds(1_700_086_400);
    let filter = LeadFilter::new()
        .id([amo_core::LeadId::new(5)])
        .id([amo_core::LeadId::new(9)])
        .name(["Acme", "Lotos"])
        .status(PipelineId::new(3), StatusId::WON)
        .status(PipelineId::new(3), StatusId::LOST)
        .pipeline_id([PipelineId::new(4)])
        .price(Amount::new(10)..=Amount::new(20))
        .created_by([Author::Robot, Author::User(UserId::new(12))])
        .responsible_user_id([UserId::new(12)])
        .created_at(from..=to)
        .updated_at(from..)
        .closed_at(..=to);
    assert_eq!(
        raw(&filter),
        [
            "filter[id][0]=5",
            "filter[id][1]=9",
            "filter[name][0]=Acme",
            "filter[name][1]=Lotos",
            "filter[statuses][0][pipeline_id]=3",
            "filter[statuses][0][status_id]=142",
            "filter[statuses][1][pipeline_id]=3",
            "filter[statuses][1][status_id]=143",
            "filter[pipeline_id][0]=4",
            "filter[price][from]=10",
            "filter[price][to]=20",
            "filter[created_by][0]=0",
            "filter[created_by][1]=12",
            "filter[responsible_user_id][0]=12",
            "filter[created_at][from]=1700000000",
            "filter[created_at][to]=1700086400",
            "filter[updated_at][from]=1700000000",
            "filter[closed_at][to]=1700086400",
        ]
    );
}

#[test]
fn filters_of_custom_fields() {
    let filter = ContactFilter::new()
        .custom_field(CustomFieldId::new(70), ["urgent", "later"])
        .custom_field(CustomFieldId::new(71), [EnumId::new(9001)])
        .custom_field(CustomFieldId::new(72), [true])
        .custom_field_between(CustomFieldId::new(73), 1..=5)
        .custom_field_between(CustomFieldId::new(74), Timestamp::new(100)..);
    assert_eq!(
        raw(&filter),
        [
            "filter[custom_fields_values][70][0]=urgent",
            "filter[custom_fields_values][70][1]=later",
            "filter[custom_fields_values][71][0]=9001",
            "filter[custom_fields_values][72][0]=1",
            "filter[custom_fields_values][73][from]=1",
            "filter[custom_fields_values][73][to]=5",
            "filter[custom_fields_values][74][from]=100",
        ]
    );
    assert_eq!(
        printed(&CompanyFilter::new().custom_field(CustomFieldId::new(70), ["a b"])),
        "filter%5Bcustom_fields_values%5D%5B70%5D%5B0%5D=a%20b"
    );
}

#[test]
fn a_range_can_be_made_without_knowing_its_ends() {
    let range: Between<Timestamp> = (..=Timestamp::new(5)).into();
    assert_eq!(raw(&ContactFilter::new().created_at(range)), ["filter[created_at][to]=5"]);
    assert_eq!(raw(&ContactFilter::new().id([ContactId::new(0)])), ["filter[id][0]=0"]);
}

#[test]
fn a_filter_by_no_values_is_refused() {
    let nobody: [UserId; 0] = [];
    let filter = LeadFilter::new().responsible_user_id(nobody).name(["x"]);
    let error = ListQuery::<Lead>::new().filter(filter).validate().unwrap_err();
    assert_eq!(
        error,
        InvalidQuery::EmptyFilter { member: "filter[responsible_user_id]".to_owned() }
    );
    let filter = LeadFilter::new().name(["x"]);
    assert_eq!(ListQuery::<Lead>::new().filter(filter).validate(), Ok(()));
}

#[test]
fn names_that_have_no_variant_can_be_asked_for() {
    use amo_core::QueryName;

    assert_eq!(ContactWith::from("social_profiles"), ContactWith::SocialProfiles);
    assert_eq!(ContactWith::Other("new_thing".to_owned()).name(), "new_thing");
    assert_eq!(ContactOrder::from("id").name(), "id");
}

proptest! {
    #[test]
    fn what_was_pushed_can_be_decoded(
        pairs in prop::collection::vec((any::<String>(), any::<String>()), 0..6),
    ) {
        let mut query = Query::new();
        for (name, value) in &pairs {
            query.push(name.clone(), value);
        }
        let printed = query.to_string();
        let unreserved = |c: char| c.is_ascii_alphanumeric() || "-._~%&=".contains(c);
        prop_assert!(printed.chars().all(unreserved));
        let decode = |text: &str| percent_decode_str(text).decode_utf8().unwrap().into_owned();
        let decoded: Vec<(String, String)> = printed
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap())
            .map(|(name, value)| (decode(name), decode(value)))
            .collect();
        prop_assert_eq!(decoded, pairs);
    }
}

#[test]
fn tasks_can_be_asked_for_by_the_statuses_of_their_leads() {
    let filter = TaskFilter::new()
        .is_completed(false)
        .lead_status(PipelineId::new(3), StatusId::WON)
        .lead_status(PipelineId::new(4), StatusId::LOST);
    assert_eq!(
        raw(&filter),
        [
            "filter[is_completed]=0",
            "filter[lead_statuses][0][pipeline_id]=3",
            "filter[lead_statuses][0][status_id]=142",
            "filter[lead_statuses][1][pipeline_id]=4",
            "filter[lead_statuses][1][status_id]=143",
        ]
    );
}
