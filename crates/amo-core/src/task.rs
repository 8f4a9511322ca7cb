//! Tasks: what their tables do not say.

use crate::{Extra, PipelineId, StatusId, TaskFilter, TaskPatch, TaskResult};

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

impl TaskFilter {
    /// About a lead in this status of this pipeline; said several times, in any of them. The API's
    /// page does not name this filter, though amoCRM's own library sends it.
    pub fn lead_status(mut self, pipeline: PipelineId, status: StatusId) -> Self {
        self.pairs.status("[lead_statuses]", pipeline, status);
        self
    }
}
