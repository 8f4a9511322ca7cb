#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

use std::collections::{BTreeMap, HashSet};

use amo_core::{Author, GroupId, Id, Lead, LeadId, Patch, Scope, StatusId, User, UserId};
use proptest::prelude::*;

fn json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

#[test]
fn an_id_reads_numbers_and_numeric_strings() {
    assert_eq!(json("7"), Ok(LeadId::new(7)));
    assert_eq!(json("\"7\""), Ok(LeadId::new(7)));
    assert_eq!(json("0"), Ok(LeadId::new(0)));
    assert_eq!(json("-5"), Ok(LeadId::new(-5)));
    assert_eq!(json("\"-5\""), Ok(LeadId::new(-5)));
}

#[test]
fn an_id_refuses_what_is_no_whole_number() {
    for text in ["null", "true", "1.5", "\"\"", "\"seven\"", "\"7x\"", "[]", "{}"] {
        let error = json::<LeadId>(text).unwrap_err();
        assert!(error.contains("a whole number or a numeric string"), "{text}: {error}");
    }
    assert!(json::<LeadId>("9223372036854775808").is_err(), "one more than the greatest");
}

#[test]
fn null_missing_and_zero_stay_apart() {
    assert_eq!(json::<Option<UserId>>("null"), Ok(None));
    assert_eq!(json::<Option<UserId>>("0"), Ok(Some(UserId::new(0))));
}

#[test]
fn an_id_is_a_key_of_maps() {
    let map: BTreeMap<LeadId, u8> = json(r#"{"3":1}"#).unwrap();
    assert_eq!(map.get(&LeadId::new(3)), Some(&1));
    assert_eq!(serde_json::to_string(&map).unwrap(), r#"{"3":1}"#);
    assert!(HashSet::from([LeadId::new(3)]).contains(&LeadId::new(3)));
}

#[test]
fn an_id_says_what_it_is_of() {
    assert_eq!(format!("{:?}", LeadId::new(3)), "Id<Lead>(3)");
    assert_eq!(format!("{:?}", UserId::new(-1)), "Id<User>(-1)");
    assert_eq!(LeadId::new(3).to_string(), "3");
    assert_eq!("12".parse::<Id<Lead>>(), Ok(LeadId::new(12)));
    assert!("twelve".parse::<Id<Lead>>().is_err());
}

#[test]
fn an_id_is_send_sync_and_copy_whatever_it_is_of() {
    fn check<T: Send + Sync + Copy + Ord + std::hash::Hash>() {}
    check::<Id<std::rc::Rc<User>>>();
}

#[test]
fn authors_with_a_meaning_round_trip() {
    for (text, author) in
        [("0", Author::Robot), ("-1", Author::Client), ("12", Author::User(UserId::new(12)))]
    {
        assert_eq!(json(text), Ok(author));
        assert_eq!(serde_json::to_string(&author).unwrap(), text);
        assert_eq!(author.to_string(), text);
    }
    assert_eq!(json("\"0\""), Ok(Author::Robot));
    assert_eq!(Author::Robot.user(), None);
    assert_eq!(Author::from(UserId::new(9)).user(), Some(UserId::new(9)));
}

#[test]
fn well_known_ids() {
    assert_eq!(GroupId::DEFAULT.get(), 0);
    assert_eq!((StatusId::WON.get(), StatusId::LOST.get()), (142, 143));
}

#[test]
fn a_scope_fills_its_own_placeholder() {
    let catalog = amo_core::CatalogId::new(5);
    assert_eq!(
        catalog.fill("/api/v4/catalogs/{catalog_id}/elements/{id}"),
        "/api/v4/catalogs/5/elements/{id}"
    );
    assert_eq!(catalog.fill("/api/v4/catalogs"), "/api/v4/catalogs");
    assert_eq!(catalog.fill("/api/{v4"), "/api/{v4");
    assert_eq!(().fill("/api/v4/leads/{id}"), "/api/v4/leads/{id}");
}

#[test]
fn a_patch_is_one_of_three() {
    assert_eq!(Patch::<u8>::default(), Patch::Keep);
    assert_eq!(Patch::from(5), Patch::Set(5));
    assert_eq!(Patch::<u8>::from(None), Patch::Clear);
    assert_eq!(Patch::<u8>::from(Some(5)), Patch::Set(5));
    assert_eq!(Patch::Set(5).map(|n| n + 1), Patch::Set(6));
    assert_eq!(Patch::<u8>::Clear.map(|n| n + 1), Patch::Clear);
    assert_eq!(Patch::Set(String::from("x")).as_ref(), Patch::Set(&String::from("x")));
    assert!(Patch::<u8>::Keep.is_keep() && !Patch::<u8>::Clear.is_keep());
}

#[derive(serde::Serialize)]
struct Body {
    #[serde(skip_serializing_if = "Patch::is_keep")]
    member: Patch<i64>,
}

proptest! {
    #[test]
    fn any_id_round_trips(raw: i64) {
        let id = LeadId::new(raw);
        prop_assert_eq!(json(&serde_json::to_string(&id).unwrap()), Ok(id));
        prop_assert_eq!(json(&format!("\"{id}\"")), Ok(id));
        prop_assert_eq!(id.to_string().parse(), Ok(id));
        prop_assert_eq!(Author::from(UserId::new(raw)).get(), raw);
    }

    #[test]
    fn a_patch_prints_what_it_does(value: Option<Option<i64>>) {
        let patch = value.map_or(Patch::Keep, Patch::<i64>::from);
        let expected = match value {
            None => "{}".to_owned(),
            Some(None) => r#"{"member":null}"#.to_owned(),
            Some(Some(number)) => format!(r#"{{"member":{number}}}"#),
        };
        prop_assert_eq!(serde_json::to_string(&Body { member: patch }).unwrap(), expected);
    }
}
