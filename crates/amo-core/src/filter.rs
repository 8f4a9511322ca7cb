//! The pieces that filters of lists are made of.

use std::fmt;
use std::ops::{RangeFrom, RangeInclusive, RangeToInclusive};

use crate::{Amount, EnumId, InvalidQuery, Number, PipelineId, Query, StatusId, Timestamp};

/// From one value to another, both included; either end may be open.
///
/// It is made from ranges: `from..=to`, `from..`, `..=to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Between<T> {
    from: Option<T>,
    to: Option<T>,
}

impl<T> From<RangeInclusive<T>> for Between<T> {
    fn from(range: RangeInclusive<T>) -> Self {
        let (from, to) = range.into_inner();
        Self { from: Some(from), to: Some(to) }
    }
}

impl<T> From<RangeFrom<T>> for Between<T> {
    fn from(range: RangeFrom<T>) -> Self {
        Self { from: Some(range.start), to: None }
    }
}

impl<T> From<RangeToInclusive<T>> for Between<T> {
    fn from(range: RangeToInclusive<T>) -> Self {
        Self { from: None, to: Some(range.end) }
    }
}

/// A value of a custom field, as filters write it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FilterValue(String);

impl fmt::Display for FilterValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! filter_values {
    ($($type:ty),*) => {$(
        impl From<$type> for FilterValue {
            fn from(value: $type) -> Self {
                Self(value.to_string())
            }
        }
    )*};
}

filter_values!(&str, i32, i64, Amount, EnumId, Number);

impl From<String> for FilterValue {
    fn from(value: String) -> Self {
        Self(value)
    }
}

impl From<bool> for FilterValue {
    fn from(value: bool) -> Self {
        Self(u8::from(value).to_string())
    }
}

impl From<Timestamp> for FilterValue {
    fn from(value: Timestamp) -> Self {
        Self(value.as_unix_seconds().to_string())
    }
}

/// The pairs of a filter, and the first lists in it that had no values or too many.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pairs {
    pub(crate) query: Query,
    pub(crate) empty: Option<String>,
    too_long: Option<(String, usize)>,
}

impl Pairs {
    pub(crate) const fn new() -> Self {
        Self { query: Query::new(), empty: None, too_long: None }
    }

    /// Adds `filter[member][0]=..&filter[member][1]=..`, after those that are there.
    pub(crate) fn list(
        &mut self,
        member: &str,
        values: impl IntoIterator<Item = impl fmt::Display>,
    ) {
        let prefix = format!("filter{member}[");
        let known = self.query.pairs().filter(|(name, _)| name.starts_with(&prefix)).count();
        let mut next = known;
        for value in values {
            self.query.push(format!("{prefix}{next}]"), value);
            next += 1;
        }
        if next == known {
            self.empty.get_or_insert_with(|| format!("filter{member}"));
        }
    }

    /// Notes it if the list of `member` has more than `max` values.
    pub(crate) fn at_most(&mut self, member: &str, max: usize) {
        let prefix = format!("filter{member}[");
        let count = self.query.pairs().filter(|(name, _)| name.starts_with(&prefix)).count();
        if count > max {
            self.too_long.get_or_insert_with(|| (format!("filter{member}"), max));
        }
    }

    /// What the server would not take.
    pub(crate) fn validate(&self) -> Result<(), InvalidQuery> {
        match (self.empty.clone(), self.too_long.clone()) {
            (Some(member), _) => Err(InvalidQuery::EmptyFilter { member }),
            (None, Some((member, max))) => Err(InvalidQuery::LongFilter { member, max }),
            (None, None) => Ok(()),
        }
    }

    /// Adds a pair of pipeline and status, after those that are there.
    pub(crate) fn status(&mut self, member: &str, pipeline: PipelineId, status: StatusId) {
        let prefix = format!("filter{member}[");
        let known = self.query.pairs().filter(|(name, _)| name.starts_with(&prefix)).count();
        // Each status is a pair of pairs.
        let index = known / 2;
        self.query.push(format!("{prefix}{index}][pipeline_id]"), pipeline);
        self.query.push(format!("{prefix}{index}][status_id]"), status);
    }

    /// Adds `filter[member]=..`, in the place of what was there.
    pub(crate) fn one(&mut self, member: &str, value: impl fmt::Display) {
        let name = format!("filter{member}");
        let others = self.query.pairs().filter(|(known, _)| *known != name);
        let mut query = Query::new();
        others.for_each(|(name, value)| query.push(name, value));
        query.push(name, value);
        self.query = query;
    }

    /// Adds `filter[member][from]=..&filter[member][to]=..`, each if it is there.
    pub(crate) fn range<T: Into<FilterValue>>(
        &mut self,
        member: &str,
        range: impl Into<Between<T>>,
    ) {
        let Between { from, to } = range.into();
        for (end, value) in [("from", from), ("to", to)] {
            if let Some(value) = value {
                self.query.push(format!("filter{member}[{end}]"), value.into());
            }
        }
    }
}

/// Declares a filter: `list` takes any of several values, `one` takes one, `flag` yes or no, `range`
/// from one value to another. `= "key"` says how a member is spelled where that is not its name here.
/// `; 10` says how many values a list may have at most. `by custom_fields` lets it ask for their values too.
macro_rules! filter {
    (
        $(#[$meta:meta])*
        pub struct $name:ident $(by $fields:ident)? {
            $(
                $(#[$member_meta:meta])*
                $how:ident $member:ident $(: $type:ty)? $(= $key:literal)? $(; $max:literal)?,
            )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        #[must_use = "a filter does nothing until a list is asked with it"]
        pub struct $name {
            pub(crate) pairs: $crate::filter::Pairs,
        }

        impl $name {
            /// A filter that everything passes.
            pub const fn new() -> Self {
                Self { pairs: $crate::filter::Pairs::new() }
            }

            $($crate::filter::filter!(
                @$how $(#[$member_meta])* $member $(: $type)? $(= $key)? $(; $max)?
            );)*

            $($crate::filter::filter!(@$fields);)?
        }

        impl $crate::QueryPart for $name {
            fn write(&self, query: &mut $crate::Query) {
                for (name, value) in self.pairs.query.pairs() {
                    query.push(name, value);
                }
            }

            fn validate(&self) -> Result<(), $crate::InvalidQuery> {
                self.pairs.validate()
            }
        }
    };
    (@member $member:ident) => { concat!("[", stringify!($member), "]") };
    (@member $member:ident $key:literal) => { concat!("[", $key, "]") };
    (@list $(#[$meta:meta])* $member:ident: $type:ty $(= $key:literal)? $(; $max:literal)?) => {
        $(#[$meta])*
        pub fn $member(mut self, values: impl IntoIterator<Item = impl Into<$type>>) -> Self {
            let values = values.into_iter().map(|value| -> $type { value.into() });
            let member = $crate::filter::filter!(@member $member $($key)?);
            self.pairs.list(member, values);
            $(self.pairs.at_most(member, $max);)?
            self
        }
    };
    (@one $(#[$meta:meta])* $member:ident: $type:ty $(= $key:literal)?) => {
        $(#[$meta])*
        pub fn $member(mut self, value: impl Into<$type>) -> Self {
            let value: $type = value.into();
            self.pairs.one($crate::filter::filter!(@member $member $($key)?), value);
            self
        }
    };
    (@flag $(#[$meta:meta])* $member:ident $(= $key:literal)?) => {
        $(#[$meta])*
        pub fn $member(mut self, yes: bool) -> Self {
            let member = $crate::filter::filter!(@member $member $($key)?);
            self.pairs.one(member, u8::from(yes));
            self
        }
    };
    (@range $(#[$meta:meta])* $member:ident: $type:ty $(= $key:literal)?) => {
        $(#[$meta])*
        pub fn $member(mut self, range: impl Into<$crate::Between<$type>>) -> Self {
            let member = $crate::filter::filter!(@member $member $($key)?);
            self.pairs.range(member, range);
            self
        }
    };
    (@custom_fields) => {
        /// A custom field holds one of these values. Texts, numbers and checkboxes are asked for by
        /// their values, options by their ids; phones and e-mail addresses cannot be asked for this
        /// way.
        pub fn custom_field(
            mut self,
            field: $crate::CustomFieldId,
            values: impl IntoIterator<Item = impl Into<$crate::FilterValue>>,
        ) -> Self {
            let member = format!("[custom_fields_values][{field}]");
            let values = values.into_iter().map(Into::into);
            self.pairs.list(&member, values);
            self
        }

        /// A custom field holds a number or a date from one to another.
        pub fn custom_field_between<T: Into<$crate::FilterValue>>(
            mut self,
            field: $crate::CustomFieldId,
            range: impl Into<$crate::Between<T>>,
        ) -> Self {
            let member = format!("[custom_fields_values][{field}]");
            self.pairs.range(&member, range);
            self
        }
    };
}

pub(crate) use filter;
