//! Which operation of the tables a request asks for.

use crate::generated;
use crate::table::{Operation, Resource, Type};

/// What is known of a path.
pub(crate) enum Asked {
    For(&'static Resource, &'static Operation),
    /// There are operations here, but none with this method.
    OtherMethod,
    Nothing,
}

/// Finds the operation. Where several templates fit, the one with the most fixed segments is meant:
/// `leads/pipelines` and not `leads/{id}`.
pub(crate) fn find(method: &str, path: &[&str]) -> Asked {
    let all = generated::ALL.iter().flat_map(|resource| {
        resource.operations.iter().map(move |operation| (*resource, operation))
    });
    let fitting: Vec<_> = all
        .filter_map(|(resource, operation)| {
            let template: Vec<&str> = operation.path.trim_matches('/').split('/').collect();
            Some((fixed_segments(&template, path, resource)?, resource, operation))
        })
        .collect();
    let meant = fitting.iter().filter(|(_, _, operation)| operation.method == method);
    match meant.max_by_key(|(fixed, ..)| *fixed) {
        Some((_, resource, operation)) => Asked::For(resource, operation),
        None if fitting.is_empty() => Asked::Nothing,
        None => Asked::OtherMethod,
    }
}

/// How many segments of a template are in the path as they are; `None` if the path does not fit.
fn fixed_segments(template: &[&str], path: &[&str], resource: &Resource) -> Option<usize> {
    let Some((first, rest)) = template.split_first() else {
        return path.is_empty().then_some(0);
    };
    let (segment, behind) = path.split_first()?;
    let is_number = |text: &str| text.parse::<i64>().is_ok();
    match *first {
        // A kind of entities, one of them, or the kind in two words: `leads`, `leads/5`,
        // `customers/segments`.
        "{entity}" | "{parent}" => {
            let one = fixed_segments(rest, behind, resource);
            one.or_else(|| fixed_segments(rest, behind.get(1..)?, resource))
        }
        "{id}" if matches!(resource.id, Type::Int) && !is_number(segment) => None,
        placeholder if placeholder.starts_with('{') => {
            (!segment.is_empty()).then(|| fixed_segments(rest, behind, resource)).flatten()
        }
        fixed => (fixed == *segment)
            .then(|| fixed_segments(rest, behind, resource))
            .flatten()
            .map(|count| count + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(method: &str, path: &str) -> String {
        let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
        match find(method, &segments) {
            Asked::For(resource, operation) => format!("{}.{}", resource.name, operation.action),
            Asked::OtherMethod => "other method".to_owned(),
            Asked::Nothing => "nothing".to_owned(),
        }
    }

    #[test]
    fn paths_are_told_apart() {
        for (method, path, wanted) in [
            ("GET", "/api/v4/leads", "lead.list"),
            ("GET", "/api/v4/leads/5", "lead.get"),
            ("GET", "/api/v4/leads/abc", "nothing"),
            ("GET", "/api/v4/leads/pipelines", "pipeline.list"),
            ("GET", "/api/v4/leads/pipelines/3/statuses/142", "status.get"),
            ("GET", "/api/v4/leads/custom_fields/groups", "custom field group.list"),
            ("GET", "/api/v4/leads/custom_fields/groups/default", "custom field group.get"),
            ("GET", "/api/v4/customers/segments", "segment.list"),
            ("GET", "/api/v4/customers/segments/custom_fields", "custom field.list"),
            ("POST", "/api/v4/catalogs/1005/custom_fields", "custom field.create"),
            ("PATCH", "/api/v4/catalogs/1005/elements/7", "element.update"),
            ("GET", "/api/v4/leads/notes", "note.list"),
            ("GET", "/api/v4/leads/5/notes", "note.list"),
            ("PATCH", "/api/v4/leads/5/notes/9", "note.update"),
            ("POST", "/api/v4/contacts/tags", "tag.create"),
            ("POST", "/api/v4/leads/5/link", "lead.link"),
            ("POST", "/api/v4/leads/unsorted/abc/accept", "unsorted.accept"),
            ("POST", "/api/v4/leads/unsorted/forms", "unsorted form.create"),
            ("POST", "/api/v4/salesbot/7/continue/9", "bot.continue"),
            ("POST", "/api/v2/events/", "call pop-up.add"),
            ("GET", "/api/v4/account", "account.get"),
            ("DELETE", "/api/v4/leads", "other method"),
            ("GET", "/api/v4/nothing", "nothing"),
            ("GET", "/api/v4", "nothing"),
            ("GET", "/", "nothing"),
        ] {
            assert_eq!(found(method, path), wanted, "{method} {path}");
        }
    }
}
