//! Every place of every fixture in every other form: each must be read, and be printed as the law
//! says.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::changes::changes;
use crate::fixtures::FIXTURES;
use crate::law::printed;
use crate::places::{Place, places};
use crate::registry::reprinted;
use crate::spec::{SPEC, Shape};

/// Holds the law against the library.
pub(crate) fn check(model: &str, text: &str, value: &Value) {
    let shape = Shape::Model(model.to_owned());
    match (printed(&shape, value), reprinted(model, text)) {
        (Ok(expected), Ok(found)) => {
            assert_eq!(found, expected, "{model} from\n{text}");
        }
        (Ok(_), Err(error)) => panic!("{model} is refused: {error}\n{text}"),
        (Err(misfits), Ok(_)) => panic!("{model} is read in spite of {misfits:?}\n{text}"),
        (Err(misfits), Err(error)) => {
            let named = misfits.iter().any(|misfit| {
                misfit.path == error.path() && shortened(&misfit.piece) == error.fragment()
            });
            assert!(named, "{model}: {error}\nis none of {misfits:?}\n{text}");
        }
    }
}

/// A piece as errors show it.
pub(crate) fn shortened(piece: &Value) -> String {
    let text = piece.to_string();
    if text.chars().count() <= 120 {
        return text;
    }
    text.chars().take(119).chain(['…']).collect()
}

/// Is it one of the few things that no answer can do without?
fn is_refused(place: &Place, new: Option<&Value>) -> bool {
    let gone = new.is_none_or(Value::is_null);
    let empty_user = matches!(&place.shape, Shape::Model(name) if name == "Reference")
        && new == Some(&json!([]));
    !place.kept && (place.must && gone || empty_user && is_role_user(place))
}

/// The user of a role may be an object, but there is none without an id.
fn is_role_user(place: &Place) -> bool {
    place.path.to_string().starts_with("_embedded.users[")
}

#[test]
fn every_other_form_is_survived() {
    let (mut count, mut done) = (0, BTreeSet::new());
    for (model, fixture) in &*FIXTURES {
        let shape = Shape::Model(model.clone());
        for place in places(&shape, fixture) {
            // The items of a list are alike, and so is what stands around a part that hangs on a
            // type.
            if !place.kept && !done.insert((model, place.path.keys())) {
                continue;
            }
            for new in changes(&place, place.path.get(fixture)) {
                let mut variant = fixture.clone();
                let refused = is_refused(&place, new.as_ref());
                place.path.put(&mut variant, new);
                let survived = printed(&shape, &variant).is_ok();
                assert_eq!(survived, !refused, "the law of {model} at {}: {variant}", place.path);
                check(model, &variant.to_string(), &variant);
                count += 1;
            }
        }
    }
    assert!(count > 5_000, "{count} variants");
}

#[test]
fn other_spellings_of_members_are_read() {
    let mut count = 0;
    for (model, samples) in &*crate::fixtures::SAMPLES {
        for member in &SPEC.model(model).members {
            for (alias, sample) in
                member.aliases.iter().flat_map(|alias| samples.iter().map(move |one| (alias, one)))
            {
                let mut variant = sample.clone();
                let object = variant.as_object_mut().unwrap();
                if let Some(value) = object.remove(&member.key) {
                    object.insert(alias.clone(), value);
                    check(model, &variant.to_string(), &variant);
                    count += 1;
                }
            }
        }
    }
    assert!(count > 0);
}

#[test]
fn objects_that_are_always_there_are_printed_as_they_came() {
    for (model, samples) in &*crate::fixtures::SAMPLES {
        for member in SPEC.model(model).members.iter().filter(|member| member.always) {
            for (came, shown) in [
                (Some(Value::Null), Some(Value::Null)),
                (
                    Some(json!([])),
                    Some(if member.shape == Shape::Fields { json!([]) } else { json!({}) }),
                ),
                (None, None),
            ] {
                let mut variant = samples[0].clone();
                let object = variant.as_object_mut().unwrap();
                object.remove(&member.key);
                object.extend(came.map(|came| (member.key.clone(), came)));
                let printed = reprinted(model, &variant.to_string()).unwrap();
                assert_eq!(printed.get(&member.key), shown.as_ref(), "{model}.{}", member.key);
            }
        }
    }
}
