//! Many odd things at once, in texts that are written in other ways than ours: the same law.

use std::fmt::Write as _;

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Map, Value, json};

use crate::changes::{changes, number, wrong};
use crate::fixtures::FIXTURES;
use crate::places::{Place, places};
use crate::spec::Shape;
use crate::variants::check;

/// One change: where, which, and what may stand there instead of our few values.
#[derive(Clone, Debug)]
struct Change {
    place: Index,
    form: Index,
    text: String,
    number: Value,
    how: u8,
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        "[а-яёА-ЯЁ «»—]{0,40}",
        "\\PC{0,30}",
        any::<String>(),
        "[\\x00-\\x1f\"\\\\/]{1,8}",
        "[🦔👨‍👩‍👧€]{0,20}",
        "[a-zё ]{200,600}",
        "-?[0-9]{1,19}(\\.[0-9]{1,6})?([eE][+-]?[0-9]{1,2})?",
    ]
}

fn numbers() -> impl Strategy<Value = Value> {
    let whole = prop_oneof![any::<i64>(), Just(i64::MIN), Just(i64::MAX), -1..=1_i64];
    prop_oneof![
        whole.prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_filter_map("no JSON", number),
        (-1e6..1e6).prop_filter_map("no JSON", number),
        (-1e6..1e6).prop_filter_map("no JSON", |some: f64| number(some.trunc())),
    ]
}

fn change() -> impl Strategy<Value = Change> {
    let parts = (any::<Index>(), any::<Index>(), texts(), numbers(), 0..10_u8);
    parts.prop_map(|(place, form, text, number, how)| Change { place, form, text, number, how })
}

impl Change {
    fn apply(&self, shape: &Shape, root: &mut Value) {
        let places = places(shape, root);
        let place = &places[self.place.index(places.len())];
        let mut forms = self.forms(place, place.path.get(root));
        if !forms.is_empty() {
            place.path.put(root, forms.swap_remove(self.form.index(forms.len())));
        }
    }

    /// What may stand at the place instead.
    fn forms(&self, place: &Place, value: &Value) -> Vec<Option<Value>> {
        let one = |value: Value| vec![Some(value)];
        match (&place.shape, self.how) {
            // Now and then something that cannot be read.
            (_, 0) if self.text.len().is_multiple_of(4) => wrong(place).map_or(vec![], one),
            (Shape::Text | Shape::Enum(_) | Shape::Raw | Shape::Responsible, 0..4)
            | (Shape::Whole | Shape::Amount | Shape::Flag, 7) => one(json!(self.text)),
            (Shape::Whole | Shape::Amount | Shape::Text | Shape::Raw, 4..6) => {
                one(self.number.clone())
            }
            (Shape::Whole | Shape::Amount, 6) => one(self.number.to_string().into()),
            (Shape::Model(_) | Shape::Object, 0..5) => {
                self.with(value, json!([self.number, { "deep": self.text }]))
            }
            (Shape::Map(item), 0..5) if **item == Shape::Text => self.with(value, json!(self.text)),
            _ => changes(place, value),
        }
    }

    /// With one member more.
    fn with(&self, value: &Value, more: Value) -> Vec<Option<Value>> {
        let mut value = value.clone();
        if let Some(members) = value.as_object_mut() {
            members.insert(format!("unknown {}", self.text), more);
        }
        vec![Some(value)]
    }
}

/// Writes JSON: with everything that is not ASCII, and the slash, as `\uXXXX`, or as it is; with the
/// members in some order; and with space between.
struct Writer {
    text: String,
    escaped: bool,
    spaced: bool,
    /// What the order comes from.
    seed: u64,
}

impl Writer {
    fn chance(&mut self, below: usize) -> usize {
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.seed >> 33) as usize % below
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Array(items) => {
                self.text.push('[');
                for (index, item) in items.iter().enumerate() {
                    self.comma(index);
                    self.value(item);
                }
                self.text.push(']');
            }
            Value::Object(members) => self.object(members),
            Value::String(text) => self.string(text),
            scalar => self.text.push_str(&scalar.to_string()),
        }
    }

    fn object(&mut self, members: &Map<String, Value>) {
        let mut order: Vec<_> = members.iter().collect();
        // The items of a list with gaps have an order.
        if !members.keys().any(|key| key.parse::<u64>().is_ok()) {
            for last in (1..order.len()).rev() {
                let other = self.chance(last + 1);
                order.swap(last, other);
            }
        }
        self.text.push('{');
        for (index, (key, value)) in order.into_iter().enumerate() {
            self.comma(index);
            self.string(key);
            self.text.push(':');
            self.value(value);
        }
        self.text.push('}');
    }

    fn comma(&mut self, index: usize) {
        if index > 0 {
            self.text.push(',');
        }
        if self.spaced {
            self.text.push_str("\n\t ");
        }
    }

    fn string(&mut self, text: &str) {
        if !self.escaped {
            self.text.push_str(&json!(text).to_string());
            return;
        }
        self.text.push('"');
        for unit in text.encode_utf16() {
            match u8::try_from(unit) {
                Ok(byte) if byte.is_ascii_alphanumeric() || b" _.-:".contains(&byte) => {
                    self.text.push(byte.into());
                }
                Ok(b'/') => self.text.push_str("\\/"),
                _ => write!(self.text, "\\u{unit:04x}").unwrap(),
            }
        }
        self.text.push('"');
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn many_odd_things_at_once_lose_nothing(
        fixture in any::<Index>(),
        changes in prop::collection::vec(change(), 0..12),
        escaped in any::<bool>(),
        spaced in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let (model, sample) = fixture.get(&FIXTURES);
        let shape = Shape::Model(model.clone());
        let mut value = sample.clone();
        for change in &changes {
            change.apply(&shape, &mut value);
        }
        let mut writer = Writer { text: String::new(), escaped, spaced, seed };
        writer.value(&value);
        prop_assert_eq!(&serde_json::from_str::<Value>(&writer.text).unwrap(), &value);
        check(model, &writer.text, &value);
    }
}
