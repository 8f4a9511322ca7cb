//! Tasks: what their tables do not say.

use crate::{Extra, TaskPatch, TaskResult};

impl TaskResult {
    /// A result in words.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), extra: Extra::default() }
    }
}

impl TaskPatch {
    /// Completes the task: sets `is_completed` and, as amoCRM wants it together, the result.
    pub fn complete(self, result: impl Into<String>) -> Self {
        self.is_completed(true).result(TaskResult::new(result))
    }
}
