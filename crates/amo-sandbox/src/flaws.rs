//! What is wrong with the items of a write, item by item, as `validation-errors` tell it.

use http::StatusCode;
use serde_json::{Value, json};

use crate::reply::Reply;

/// The flaws of one item. Their codes and texts are those of the real service where they are known
/// (`NotSupportedChoice`, `InvalidType`, `FieldNotExpected`), otherwise in its manner.
#[derive(Debug, Default)]
pub(crate) struct Flaws {
    found: Vec<Value>,
    /// Where paths begin at present.
    place: String,
}

impl Flaws {
    pub(crate) fn add(&mut self, code: &str, path: &str, detail: &str) {
        let dot = if self.place.is_empty() || path.is_empty() { "" } else { "." };
        let path = format!("{}{dot}{path}", self.place);
        self.found.push(json!({"code": code, "path": path, "detail": detail}));
    }

    /// Looks into a member or an item: what is found there has a path that begins with it.
    pub(crate) fn within<T>(&mut self, place: &str, look: impl FnOnce(&mut Self) -> T) -> T {
        let outside = self.place.len();
        if outside > 0 {
            self.place.push('.');
        }
        self.place.push_str(place);
        let seen = look(self);
        self.place.truncate(outside);
        seen
    }

    /// An empty one for a member, to be put back by [`extend`](Flaws::extend).
    pub(crate) fn at(&self, place: &str) -> Self {
        let dot = if self.place.is_empty() { "" } else { "." };
        Flaws { found: Vec::new(), place: format!("{}{dot}{place}", self.place) }
    }

    pub(crate) fn extend(&mut self, other: Self) {
        self.found.extend(other.found);
    }

    /// Forgets the flaws with this code.
    pub(crate) fn forget(&mut self, code: &str) {
        self.found.retain(|flaw| flaw["code"] != code);
    }

    /// The code, the place and the text of the first one.
    pub(crate) fn first(&self) -> Option<(&str, &str, &str)> {
        let flaw = self.found.first()?;
        let text = |key: &str| flaw[key].as_str().unwrap_or_default();
        Some((text("code"), text("path"), text("detail")))
    }

    /// Is anything wrong with this very place?
    pub(crate) fn has(&self, path: &str) -> bool {
        self.found.iter().any(|flaw| flaw["path"] == path)
    }

    /// The same for a place that is said from where paths begin at present.
    pub(crate) fn has_within(&self, path: &str) -> bool {
        self.has(&format!("{}.{path}", self.place))
    }

    pub(crate) fn len(&self) -> usize {
        self.found.len()
    }

    pub(crate) fn not_a_choice(&mut self, path: &str) {
        self.add("NotSupportedChoice", path, "The value you selected is not a valid choice.");
    }

    pub(crate) fn wrong_type(&mut self, path: &str, wanted: &str) {
        self.add("InvalidType", path, &format!("This value should be of type {wanted}."));
    }

    pub(crate) fn unexpected(&mut self, path: &str) {
        self.add("FieldNotExpected", path, "This field was not expected.");
    }

    pub(crate) fn missing(&mut self, path: &str) {
        self.add("FieldMissing", path, "This field is missing.");
    }

    pub(crate) fn blank(&mut self, path: &str) {
        self.add("NotBlank", path, "This value should not be blank.");
    }

    /// Each flaw's code and path.
    #[cfg(test)]
    pub(crate) fn short(&self) -> Vec<String> {
        let text = |flaw: &Value, key: &str| flaw[key].as_str().unwrap_or_default().to_owned();
        let short = |flaw| format!("{} {}", text(flaw, "code"), text(flaw, "path"));
        self.found.iter().map(short).collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Refuses a body that is one object, if anything is wrong with it.
    pub(crate) fn refuse_if_any(&self) -> Result<(), Reply> {
        let mut flawed = BatchFlaws::default();
        flawed.of_item("0", self);
        flawed.refuse_if_any()
    }
}

/// Looks at each item of a batch, which gives its request id and what was read of it. One bad item
/// refuses the whole batch.
pub(crate) fn each<T>(
    items: &[Value],
    mut look: impl FnMut(usize, &Value, &mut Flaws) -> (String, T),
) -> Result<Vec<(String, T)>, Reply> {
    let mut flawed = BatchFlaws::default();
    let mut read = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let mut flaws = Flaws::default();
        let (request_id, one) = look(index, item, &mut flaws);
        flawed.of_item(&request_id, &flaws);
        read.push((request_id, one));
    }
    flawed.refuse_if_any()?;
    Ok(read)
}

/// The flaws of a batch: an item without any leaves no trace.
#[derive(Debug, Default)]
pub(crate) struct BatchFlaws {
    items: Vec<Value>,
}

impl BatchFlaws {
    pub(crate) fn of_item(&mut self, request_id: &str, flaws: &Flaws) {
        if !flaws.is_empty() {
            self.items.push(json!({"request_id": request_id, "errors": flaws.found}));
        }
    }

    /// One bad item refuses the whole batch.
    pub(crate) fn refuse_if_any(self) -> Result<(), Reply> {
        if self.items.is_empty() {
            return Ok(());
        }
        let more = json!({"validation-errors": self.items});
        Err(Reply::problem_with(StatusCode::BAD_REQUEST, "Request validation failed", more))
    }
}

/// The same where it is known of the service what it takes: all but two take the number 0 too.
pub(crate) fn request_id_for(
    service: &str,
    item: &Value,
    index: usize,
    flaws: &mut Flaws,
) -> String {
    match item.get("request_id") {
        Some(Value::Number(id)) if !["customers", "transactions"].contains(&service) => {
            id.to_string()
        }
        _ => request_id(item, index, flaws),
    }
}

/// The `request_id` of an item: the caller's, otherwise its index. A number comes back as a text;
/// older versions of the official client send numbers from 1, since 0 is refused.
pub(crate) fn request_id(item: &Value, index: usize, flaws: &mut Flaws) -> String {
    match item.get("request_id") {
        Some(Value::String(id)) => return id.clone(),
        Some(Value::Number(id)) if id.as_i64() != Some(0) => return id.to_string(),
        None | Some(Value::Null) => {}
        Some(_) => flaws.wrong_type("request_id", "string"),
    }
    index.to_string()
}
