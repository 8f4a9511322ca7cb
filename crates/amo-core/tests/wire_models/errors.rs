//! Something that cannot be read, at every place of every fixture: the error names the place and
//! shows the piece, shortened.

use amo_core::{Changed, Contact, ContactId, Created, Lead, Page, Updated, Written, from_slice};
use serde_json::{Value, json};

use crate::changes::wrong;
use crate::fixtures::FIXTURES;
use crate::places::places;
use crate::registry::reprinted;
use crate::spec::Shape;
use crate::variants::{check, shortened};

#[test]
fn every_error_names_its_place() {
    let mut count = 0;
    for (model, fixture) in &*FIXTURES {
        for place in places(&Shape::Model(model.clone()), fixture) {
            let Some(piece) = wrong(&place) else { continue };
            let mut variant = fixture.clone();
            place.path.put(&mut variant, Some(piece.clone()));
            if place.kept {
                check(model, &variant.to_string(), &variant);
                continue;
            }
            let error = reprinted(model, &variant.to_string()).unwrap_err();
            assert_eq!(error.path(), place.path.to_string(), "{model}: {error}");
            assert_eq!(error.fragment(), shortened(&piece), "{model}: {error}");
            assert!(error.fragment().chars().count() <= 120, "{model}: {error}");
            assert!(error.to_string().chars().count() < 600, "{model}: {error}");
            count += 1;
        }
    }
    assert!(count > 1_000, "{count} places");
}

#[test]
fn an_error_in_an_odd_form_of_a_list_names_its_place() {
    for (tags, path) in [
        (json!([{ "id": 1 }, { "id": {} }]), "_embedded.tags[1].id"),
        (json!([null, { "id": {} }]), "_embedded.tags[1].id"),
        (json!({ "3": { "id": 1 }, "7": { "id": {} } }), "_embedded.tags.7.id"),
        (json!({ "id": {} }), "_embedded.tags.id"),
        (json!([[1]]), "_embedded.tags[0]"),
    ] {
        let body = json!({ "id": 5, "_embedded": { "tags": tags } });
        let error = from_slice::<Lead>(body.to_string().as_bytes()).unwrap_err();
        assert_eq!(error.path(), path, "{error}");
        let page = json!({ "_embedded": { "leads": [{ "id": 4 }, body] } }).to_string();
        let error = Page::<Lead>::from_slice("leads", page.as_bytes()).unwrap_err();
        assert_eq!(error.path(), format!("_embedded.leads[1].{path}"), "{error}");
    }
}

#[test]
fn receipts_name_the_place_too() {
    let body = |key: &str, value: Value| {
        let mut body = json!({ "id": 5, "name": "x", "_links": {} });
        body[key] = value;
        body.to_string()
    };
    for (key, value) in [("id", json!("x")), ("id", json!(null)), ("request_id", json!([1]))] {
        let text = body(key, value.clone());
        let errors = [
            from_slice::<Created<Contact>>(text.as_bytes()).unwrap_err(),
            from_slice::<Updated<Contact>>(text.as_bytes()).unwrap_err(),
            from_slice::<Written<ContactId>>(text.as_bytes()).unwrap_err(),
        ];
        for error in errors {
            assert_eq!((error.path(), error.fragment()), (key, value.to_string().as_str()));
        }
    }
    let error = from_slice::<Updated<Lead>>(body("updated_at", json!({})).as_bytes()).unwrap_err();
    assert_eq!((error.path(), error.fragment()), ("updated_at", "{}"));
    let text = body("updated_at", json!({}));
    assert!(from_slice::<Created<Lead>>(text.as_bytes()).is_ok(), "of no concern to it");
    let error = from_slice::<Created<Lead>>(b"{}").unwrap_err();
    assert!(error.message().contains("missing field `id`"), "{error}");
    let text = json!({ "id": 1, "_embedded": { "statuses": [{ "id": {} }] } }).to_string();
    let error = from_slice::<Changed<amo_core::Pipeline>>(text.as_bytes()).unwrap_err();
    assert_eq!(error.path(), "_embedded.statuses[0].id");
}

#[test]
fn what_is_no_json_is_cut_between_characters() {
    for shift in 0..8 {
        let text = format!(
            r#"{{"id":1,{}"name":"{}" oops {}"}}"#,
            " ".repeat(shift),
            "Ёж€🦔".repeat(50),
            "🦔".repeat(50)
        );
        let error = from_slice::<Lead>(text.as_bytes()).unwrap_err();
        let fragment = error.fragment();
        assert!(fragment.contains("oops") && text.contains(fragment), "{error}");
        assert!((60..=120).contains(&fragment.chars().count()) || fragment.len() > 110, "{error}");
        // The body may be cut off in the middle of a character; its end is shown as it is.
        let cut = &text.as_bytes()[..60 + shift];
        let error = from_slice::<Lead>(cut).unwrap_err();
        let whole = error.fragment().trim_end_matches('\u{fffd}');
        assert!(!whole.is_empty() && text.contains(whole), "{error}");
    }
}
