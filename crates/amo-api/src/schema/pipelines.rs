//! Pipelines and users, as they were when they were read.

use amo_core::{Account, Pipeline, PipelineId, Status, StatusId, TaskType, User};

use super::lookup::{Called, LookupError, find};

/// The pipelines of the account with their statuses, as they were when they were read.
#[derive(Clone, Debug)]
pub struct Pipelines {
    list: Vec<Pipeline>,
}

impl Pipelines {
    pub(super) fn new(list: Vec<Pipeline>) -> Self {
        Self { list }
    }

    /// All of them, in the server's order.
    pub fn iter(&self) -> std::slice::Iter<'_, Pipeline> {
        self.list.iter()
    }

    /// The pipeline with this id.
    pub fn by_id(&self, id: PipelineId) -> Option<&Pipeline> {
        self.iter().find(|pipeline| pipeline.id == id)
    }

    /// The pipeline that a name means.
    ///
    /// # Errors
    /// If there is none, or if several have the name; the error lists them.
    pub fn find(&self, name: &str) -> Result<&Pipeline, LookupError> {
        find(|| "pipeline".to_owned(), name, &self.list, pipeline)
    }

    /// The status of a pipeline that a name means. What won and lost are called differs from pipeline to
    /// pipeline, [their ids](StatusId::WON) do not.
    ///
    /// # Errors
    /// If there is no such pipeline or status, or if several statuses have the name.
    pub fn status(&self, of: PipelineId, name: &str) -> Result<&Status, LookupError> {
        let Some(found) = self.by_id(of) else {
            let known = self.iter().map(|one| pipeline(one).to_string()).collect();
            let (what, name) = ("pipeline".to_owned(), of.to_string());
            return Err(LookupError::Unknown { what, name, known });
        };
        let what = || format!("status of the pipeline {}", pipeline(found));
        find(what, name, statuses(found), status)
    }

    /// The pipelines that have a status; all of them of won and lost.
    pub(super) fn with(&self, id: StatusId) -> impl Iterator<Item = &Pipeline> {
        self.iter().filter(move |pipeline| has(pipeline, id))
    }
}

impl<'a> IntoIterator for &'a Pipelines {
    type Item = &'a Pipeline;
    type IntoIter = std::slice::Iter<'a, Pipeline>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

pub(super) fn statuses(pipeline: &Pipeline) -> &[Status] {
    pipeline.embedded.statuses.as_deref().unwrap_or_default()
}

/// Whether a pipeline has a status.
pub(super) fn has(pipeline: &Pipeline, id: StatusId) -> bool {
    let always = [StatusId::WON, StatusId::LOST];
    always.contains(&id) || statuses(pipeline).iter().any(|status| status.id == id)
}

pub(super) fn pipeline(one: &Pipeline) -> Called<'_> {
    Called { id: one.id.get(), code: None, name: one.name.as_deref() }
}

pub(super) fn status(one: &Status) -> Called<'_> {
    Called { id: one.id.get(), code: None, name: one.name.as_deref() }
}

/// The users of the account, as they were when they were read.
#[derive(Clone, Debug)]
pub struct Users {
    list: Vec<User>,
}

impl Users {
    pub(super) fn new(list: Vec<User>) -> Self {
        Self { list }
    }

    /// All of them, in the server's order.
    pub fn iter(&self) -> std::slice::Iter<'_, User> {
        self.list.iter()
    }

    /// The user whom an e-mail address or a name means.
    ///
    /// # Errors
    /// If there is none, or if several have the name; the error lists them.
    pub fn find(&self, name: &str) -> Result<&User, LookupError> {
        find(|| "user".to_owned(), name, &self.list, user_called)
    }
}

impl<'a> IntoIterator for &'a Users {
    type Item = &'a User;
    type IntoIter = std::slice::Iter<'a, User>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

fn user_called(user: &User) -> Called<'_> {
    Called { id: user.id.get(), code: user.email.as_deref(), name: user.name.as_deref() }
}

/// The task type that a name or a code means.
pub(super) fn task_type<'a>(account: &'a Account, name: &str) -> Result<&'a TaskType, LookupError> {
    let types = account.embedded.task_types.as_deref().unwrap_or_default();
    find(|| "task type".to_owned(), name, types, task_type_called)
}

fn task_type_called(one: &TaskType) -> Called<'_> {
    Called { id: one.id.get(), code: one.code.as_deref(), name: one.name.as_deref() }
}
