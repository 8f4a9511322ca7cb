//! Pipelines: the statuses that one is created with.

use serde::Serialize;

use crate::writable::{is_default, setters};
use crate::{NewPipeline, NewStatusDescription, StatusColor, StatusId};

/// What stands in `_embedded` of a new pipeline.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct NewPipelineEmbedded {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    statuses: Vec<NewStage>,
}

/// A status that is created together with its pipeline, which needs less than
/// [`NewStatus`](crate::NewStatus).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[must_use = "nothing is created until this is sent"]
pub struct NewStage {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<StatusId>,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sort: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    color: Option<StatusColor>,
    #[serde(skip_serializing_if = "is_default")]
    descriptions: Vec<NewStatusDescription>,
}

impl NewStage {
    /// A status with this name.
    pub fn new(name: impl Into<String>) -> Self {
        let name = name.into();
        Self { id: None, name, sort: None, color: None, descriptions: Vec::new() }
    }

    setters! {
        /// The place in the pipeline; the server may choose another.
        sort: i64,
        /// The colour.
        color: StatusColor,
    }

    /// What is to be done in it: at most one text for each level.
    pub fn description(mut self, description: NewStatusDescription) -> Self {
        self.descriptions.push(description);
        self
    }
}

impl NewPipeline {
    /// Creates a status too.
    pub fn stage(mut self, stage: NewStage) -> Self {
        self.embedded.statuses.push(stage);
        self
    }

    /// What [`StatusId::WON`] is called in this pipeline.
    pub fn won_name(self, name: impl Into<String>) -> Self {
        self.stage(NewStage { id: Some(StatusId::WON), ..NewStage::new(name) })
    }

    /// What [`StatusId::LOST`] is called in this pipeline.
    pub fn lost_name(self, name: impl Into<String>) -> Self {
        self.stage(NewStage { id: Some(StatusId::LOST), ..NewStage::new(name) })
    }
}
