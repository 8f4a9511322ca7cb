//! One answer or more for every model, of invented values.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use serde_json::{Map, Value};

use crate::law::printed;
use crate::places::places;
use crate::registry::{REGISTRY, reprinted};
use crate::spec::{SPEC, Shape};

/// A model and an answer that is one.
pub(crate) static FIXTURES: LazyLock<Vec<(String, Value)>> = LazyLock::new(|| {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut fixtures = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        let family: Map<String, Value> = serde_json::from_str(&text).unwrap();
        for (model, sample) in family {
            match sample {
                Value::Array(samples) => {
                    fixtures.extend(samples.into_iter().map(|sample| (model.clone(), sample)));
                }
                sample => fixtures.push((model, sample)),
            }
        }
    }
    fixtures.sort_by(|one, other| one.0.cmp(&other.0));
    fixtures
});

/// Every model with all that stands for it in fixtures, also deep in those of others.
pub(crate) static SAMPLES: LazyLock<BTreeMap<String, Vec<Value>>> = LazyLock::new(|| {
    let mut samples: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (model, fixture) in &*FIXTURES {
        samples.entry(model.clone()).or_default().push(fixture.clone());
        for place in places(&Shape::Model(model.clone()), fixture) {
            let value = place.path.get(fixture).clone();
            if let Shape::Model(model) = place.shape {
                let known = samples.entry(model).or_default();
                if !known.contains(&value) {
                    known.push(value);
                }
            }
        }
    }
    samples
});

#[test]
fn every_model_is_tested() {
    let known: BTreeSet<&str> = REGISTRY.iter().map(|(name, _)| *name).collect();
    let described: BTreeSet<&str> = SPEC.models.keys().map(String::as_str).collect();
    assert_eq!(known, described, "registry.rs against xtask/spec");
    let shown: BTreeSet<&str> = SAMPLES.keys().map(String::as_str).collect();
    assert_eq!(shown, described, "tests/fixtures against xtask/spec");
}

#[test]
fn every_member_stands_in_a_fixture() {
    let mut missing = Vec::new();
    for (name, model) in &SPEC.models {
        let is_whole = |sample: &Value| {
            let there = |key: &str| sample.get(key).is_some_and(|value| !value.is_null());
            let flat = |key: &str| there(key);
            model.members.iter().all(|member| there(&member.key))
                && model.flat.is_none_or(|part| flat(part.type_key) && flat(part.value_key))
        };
        if !SAMPLES[name].iter().any(is_whole) {
            let keys: Vec<_> = model.members.iter().map(|member| &member.key).collect();
            missing.push(format!("{name} has no fixture with all of {keys:?}"));
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn every_type_that_something_hangs_on_stands_in_a_fixture() {
    for (name, model) in &SPEC.models {
        let Some(flat) = model.flat else { continue };
        for (kind, _) in flat.models {
            let shown = SAMPLES[name].iter().any(|sample| sample[flat.type_key] == *kind);
            assert!(shown, "{name} with the {} {kind}", flat.type_key);
        }
    }
    for (key, _) in crate::spec::EVENT_VALUES {
        let shown = SAMPLES["Event"].iter().any(|event| {
            let lists = ["value_after", "value_before"].map(|list| event[list].as_array().unwrap());
            lists.into_iter().flatten().any(|value| value.get(key).is_some())
        });
        assert!(shown, "a value with the key {key}");
    }
}

#[test]
fn fixtures_are_printed_back_as_they_came() {
    for (model, samples) in &*SAMPLES {
        for sample in samples {
            let printed_back = reprinted(model, &sample.to_string());
            assert_eq!(printed_back.as_ref(), Ok(sample), "{model}");
            assert_eq!(printed(&Shape::Model(model.clone()), sample).unwrap(), *sample, "{model}");
        }
    }
}
