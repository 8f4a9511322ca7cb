//! Filters of events by the values before and after, and of the list of types.

use std::fmt::Display;

use crate::{EnumId, EventFilter, FilterValue, PipelineId, Query, QueryPart, StatusId, UserId};

/// What an event changed, or changed into. Each kind needs the type of events that it belongs to
/// ([`EventFilter::kind`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventValueFilter {
    member: &'static str,
    /// What follows the member, and the value.
    pairs: Vec<(String, String)>,
}

impl EventValueFilter {
    /// One of these statuses of leads, with
    /// [`LeadStatusChanged`](crate::EventType::LeadStatusChanged).
    pub fn lead_statuses(statuses: impl IntoIterator<Item = (PipelineId, StatusId)>) -> Self {
        let pairs = statuses.into_iter().enumerate().flat_map(|(index, (pipeline, status))| {
            [
                (format!("[{index}][pipeline_id]"), pipeline.to_string()),
                (format!("[{index}][status_id]"), status.to_string()),
            ]
        });
        Self { member: "[leads_statuses]", pairs: pairs.collect() }
    }

    /// One of these statuses of customers, with
    /// [`CustomerStatusChanged`](crate::EventType::CustomerStatusChanged).
    pub fn customer_statuses(statuses: impl IntoIterator<Item = i64>) -> Self {
        let pairs = statuses.into_iter().enumerate();
        let pairs =
            pairs.map(|(index, status)| (format!("[{index}][status_id]"), status.to_string()));
        Self { member: "[customers_statuses]", pairs: pairs.collect() }
    }

    /// One of these users is responsible, with
    /// [`EntityResponsibleChanged`](crate::EventType::EntityResponsibleChanged).
    pub fn responsible_users(users: impl IntoIterator<Item = UserId>) -> Self {
        Self::joined("[responsible_user_id]", users)
    }

    /// One of these options of a custom field, with
    /// [`EventType::custom_field`](crate::EventType::custom_field) alone.
    pub fn options(options: impl IntoIterator<Item = EnumId>) -> Self {
        Self::joined("[custom_field_values]", options)
    }

    /// This value, with the changes of marks, budgets, names, sums of purchases and custom fields.
    pub fn value(value: impl Into<FilterValue>) -> Self {
        Self::joined("[value]", [value.into()])
    }

    fn joined(member: &'static str, values: impl IntoIterator<Item = impl Display>) -> Self {
        let values: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
        let pairs =
            if values.is_empty() { Vec::new() } else { vec![(String::new(), values.join(","))] };
        Self { member, pairs }
    }
}

impl EventFilter {
    /// That changed this; said again of the same kind of value, it takes the place of the first.
    pub fn value_before(self, value: EventValueFilter) -> Self {
        self.value("[value_before]", value)
    }

    /// That changed something into this; said again of the same kind of value, it takes the place
    /// of the first.
    pub fn value_after(self, value: EventValueFilter) -> Self {
        self.value("[value_after]", value)
    }

    fn value(mut self, side: &str, value: EventValueFilter) -> Self {
        let member = format!("filter{side}{}", value.member);
        let mut query = Query::new();
        for (name, known) in self.pairs.query.pairs().filter(|(name, _)| !name.starts_with(&member))
        {
            query.push(name, known);
        }
        if value.pairs.is_empty() {
            self.pairs.empty.get_or_insert_with(|| member.clone());
        }
        for (rest, value) in value.pairs {
            query.push(format!("{member}{rest}"), value);
        }
        self.pairs.query = query;
        self
    }
}

/// In which language types of events are named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use = "a filter does nothing until a list is asked with it"]
pub struct EventTypeFilter {
    language: Option<String>,
}

impl EventTypeFilter {
    /// In the language of the user.
    pub const fn new() -> Self {
        Self { language: None }
    }

    /// In this language: `en`, `es`, `ru` or `pt`.
    pub fn language(mut self, code: impl Into<String>) -> Self {
        self.language = Some(code.into());
        self
    }
}

impl QueryPart for EventTypeFilter {
    fn write(&self, query: &mut Query) {
        if let Some(language) = &self.language {
            query.push("language_code", language);
        }
    }
}
