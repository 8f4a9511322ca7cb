//! The places of an answer: everything in it that has a type.

use std::fmt;

use serde_json::Value;

use crate::law::{FIELD_MEMBERS, event_model};
use crate::spec::{SPEC, Shape, field_model};

/// One step on the way to a place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    Key(String),
    Index(usize),
}

/// The way to a place.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Way(pub(crate) Vec<Step>);

/// Something that has a type.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) path: Way,
    pub(crate) shape: Shape,
    /// Is the object refused without it?
    pub(crate) must: bool,
    /// Does it stand in something that is kept as it came where it does not fit?
    pub(crate) kept: bool,
}

impl Way {
    fn key(&self, key: &str) -> Self {
        self.step(Step::Key(key.to_owned()))
    }

    fn step(&self, step: Step) -> Self {
        Self(self.0.iter().cloned().chain([step]).collect())
    }

    pub(crate) fn get<'a>(&self, root: &'a Value) -> &'a Value {
        self.0.iter().fold(root, |value, step| match step {
            Step::Key(key) => &value[key],
            Step::Index(index) => &value[index],
        })
    }

    /// Puts something there, or takes the member away.
    pub(crate) fn put(&self, root: &mut Value, new: Option<Value>) {
        let Some((last, way)) = self.0.split_last() else {
            *root = new.unwrap_or_default();
            return;
        };
        let parent = way.iter().fold(root, |value, step| match step {
            Step::Key(key) => &mut value[key],
            Step::Index(index) => &mut value[index],
        });
        match (last, new) {
            (Step::Key(key), Some(new)) => parent[key] = new,
            (Step::Key(key), None) => drop(parent.as_object_mut().unwrap().remove(key)),
            (Step::Index(index), new) => parent[index] = new.unwrap_or_default(),
        }
    }

    /// The way without the places in lists.
    pub(crate) fn keys(&self) -> Vec<String> {
        let key = |step: &Step| match step {
            Step::Key(key) => Some(key.clone()),
            Step::Index(_) => None,
        };
        self.0.iter().filter_map(key).collect()
    }

    pub(crate) fn is_member(&self) -> bool {
        matches!(self.0.last(), Some(Step::Key(_)))
    }
}

impl fmt::Display for Way {
    /// As errors spell it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str(".");
        }
        for (index, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if index == 0 => f.write_str(key)?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// Everything in `root` that has a type, itself included.
pub(crate) fn places(shape: &Shape, root: &Value) -> Vec<Place> {
    let mut walk = Walk { places: Vec::new() };
    let whole = Place { path: Way::default(), shape: shape.clone(), must: true, kept: false };
    walk.place(whole, root);
    walk.places
}

struct Walk {
    places: Vec<Place>,
}

impl Walk {
    fn place(&mut self, place: Place, value: &Value) {
        self.places.push(place.clone());
        let Place { path, shape, kept, .. } = place;
        let child = |path, shape: &Shape| Place { path, shape: shape.clone(), must: false, kept };
        match (&shape, value) {
            (Shape::Model(name), Value::Object(object)) => {
                let model = SPEC.model(name);
                for (key, value) in object {
                    if let Some(member) = model.member(key) {
                        let place = child(path.key(key), &member.shape);
                        self.place(Place { must: member.must, ..place }, value);
                    }
                }
                let Some(flat) = model.flat else { return };
                if let Some(kind) = object.get(flat.type_key) {
                    let place = child(path.key(flat.type_key), &Shape::Enum([].into()));
                    self.place(Place { kept: true, ..place }, kind);
                }
                if let Some(value) = object.get(flat.value_key) {
                    let shape = flat.model(object).unwrap_or(Shape::Raw);
                    let place = child(path.key(flat.value_key), &shape);
                    self.place(Place { kept: true, ..place }, value);
                }
            }
            (Shape::RoleUser, Value::Object(_)) => {
                let shape = Shape::Model("Reference".to_owned());
                self.place(child(path, &shape), value);
            }
            (Shape::EventValue, value) => {
                if let Some((key, shape)) = event_model(value) {
                    self.place(Place { kept: true, ..child(path.key(key), &shape) }, &value[key]);
                }
            }
            (Shape::List(item), Value::Array(items)) => {
                for (index, value) in items.iter().enumerate() {
                    self.place(child(path.step(Step::Index(index)), item), value);
                }
            }
            (Shape::RequestIds, Value::Array(items)) => {
                for (index, value) in items.iter().enumerate() {
                    self.place(child(path.step(Step::Index(index)), &Shape::Text), value);
                }
            }
            (Shape::List(item) | Shape::Map(item), Value::Object(items)) => {
                let is_number = |key: &String| key.parse::<u64>().is_ok();
                if matches!(shape, Shape::List(_)) && !items.keys().all(is_number) {
                    return;
                }
                for (key, value) in items {
                    self.place(child(path.key(key), item), value);
                }
            }
            (Shape::Fields, Value::Array(fields)) => {
                for (index, field) in fields.iter().enumerate() {
                    self.field(&path.step(Step::Index(index)), field, kept);
                }
            }
            _ => {}
        }
    }

    fn field(&mut self, path: &Way, field: &Value, kept: bool) {
        for (key, shape) in FIELD_MEMBERS {
            if field.get(key).is_some() {
                self.places.push(Place { path: path.key(key), shape, must: false, kept });
            }
        }
        // Whatever stands in the values is kept.
        let Some(values) = field.get("values") else { return };
        let (path, mut objects) = (path.key("values"), Vec::new());
        let mut any = |path| {
            self.places.push(Place { path, shape: Shape::Raw, must: false, kept: true });
        };
        any(path.clone());
        let model = field.get("field_type").and_then(Value::as_str).and_then(field_model);
        for (index, element) in values.as_array().into_iter().flatten().enumerate() {
            let path = path.step(Step::Index(index));
            any(path.clone());
            for (key, value) in element.as_object().into_iter().flatten() {
                any(path.key(key));
                objects.extend(value.is_object().then(|| (path.key(key), value)));
            }
            objects.extend(element.get("value").is_none().then_some((path, element)));
        }
        for (path, value) in objects.into_iter().filter(|(_, value)| value.is_object()) {
            if let Some(shape) = &model {
                self.place(Place { path, shape: shape.clone(), must: false, kept: true }, value);
            }
        }
    }
}
