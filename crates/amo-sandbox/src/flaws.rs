//! What is wrong with the items of a write, item by item, as `validation-errors` tell it.

use http::StatusCode;
use serde_json::{Value, json};

use crate::reply::Reply;

/// The flaws of one item. Their codes and texts are those of the real service where they are known
/// (`NotSupportedChoice`, `InvalidType`, `FieldNotExpected`), otherwise in its manner.
#[derive(Debug, Default)]
pub(crate) struct Flaws {
    found: Vec<Value>,
}

impl Flaws {
    pub(crate) fn add(&mut self, code: &str, path: &str, detail: &str) {
        self.found.push(json!({"code": code, "path": path, "detail": detail}));
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

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }
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

/// The `request_id` of an item: the caller's, otherwise its index. One that is no text is a flaw.
pub(crate) fn request_id(item: &Value, index: usize, flaws: &mut Flaws) -> String {
    match item.get("request_id") {
        Some(Value::String(id)) => return id.clone(),
        None | Some(Value::Null) => {}
        Some(_) => flaws.wrong_type("request_id", "string"),
    }
    index.to_string()
}
