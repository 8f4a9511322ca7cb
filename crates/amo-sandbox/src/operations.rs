//! Which operation of the tables a request asks for.

use std::sync::OnceLock;

use crate::generated;
use crate::table::{Operation, Resource, Type};

/// What is known of a path.
pub(crate) enum Asked {
    For(&'static Resource, &'static Operation, Parameters),
    /// There are operations here, but none with this method.
    OtherMethod,
    Nothing,
}

/// What stands in the path for the placeholders of its template, by their names without braces.
pub(crate) type Parameters = Vec<(&'static str, String)>;

/// How a path fits a template.
#[derive(Default)]
struct Fit {
    /// How many segments of the template are in the path as they are.
    fixed: usize,
    /// From the last to the first.
    parameters: Parameters,
}

/// Finds the operation. Where several templates fit, the one with the most fixed segments is meant:
/// `leads/pipelines` and not `leads/{id}`.
pub(crate) fn find(method: &str, path: &[&str]) -> Asked {
    let fitting = templates().iter().filter_map(|(template, resource, operation)| {
        Some((fit(template, path, resource)?, *resource, *operation))
    });
    let fitting: Vec<_> = fitting.collect();
    let is_known = !fitting.is_empty();
    let meant = fitting.into_iter().filter(|(_, _, operation)| operation.method == method);
    match meant.max_by_key(|(fit, ..)| fit.fixed) {
        Some((fit, resource, operation)) => Asked::For(resource, operation, fit.parameters),
        None if is_known => Asked::OtherMethod,
        None => Asked::Nothing,
    }
}

/// The segments of a path, and what is there.
type Template = (Vec<&'static str>, &'static Resource, &'static Operation);

/// The paths of all operations, cut up once.
fn templates() -> &'static [Template] {
    static ALL: OnceLock<Vec<Template>> = OnceLock::new();
    ALL.get_or_init(|| {
        let all = generated::ALL.iter().flat_map(|resource| {
            resource.operations.iter().map(move |operation| (*resource, operation))
        });
        let cut = |path: &'static str| path.trim_matches('/').split('/').collect();
        all.map(|(resource, operation)| (cut(operation.path), resource, operation)).collect()
    })
}

/// How a path fits a template, if it does.
fn fit(template: &[&'static str], path: &[&str], resource: &Resource) -> Option<Fit> {
    let Some((first, rest)) = template.split_first() else {
        return path.is_empty().then(Fit::default);
    };
    let (segment, behind) = path.split_first()?;
    let Some(name) = first.strip_prefix('{').and_then(|name| name.strip_suffix('}')) else {
        let fit = if first == segment { fit(rest, behind, resource) } else { None };
        return fit.map(|fit| Fit { fixed: fit.fixed + 1, ..fit });
    };
    let with = |value: String, fit: Fit| {
        let mut parameters = fit.parameters;
        parameters.push((name, value));
        Fit { parameters, ..fit }
    };
    let is_number = || segment.parse::<i64>().is_ok();
    if segment.is_empty() || (name == "id" && matches!(resource.id, Type::Int) && !is_number()) {
        return None;
    }
    if let Some(fit) = fit(rest, behind, resource) {
        return Some(with((*segment).to_owned(), fit));
    }
    // A kind of entities, one of them, or the kind in two words: `leads`, `leads/5`,
    // `customers/segments`.
    let (second, behind) = behind.split_first().filter(|_| ["entity", "parent"].contains(&name))?;
    fit(rest, behind, resource).map(|fit| with(format!("{segment}/{second}"), fit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(method: &str, path: &str) -> String {
        let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
        match find(method, &segments) {
            Asked::For(resource, operation, _) => format!("{}.{}", resource.name, operation.action),
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
