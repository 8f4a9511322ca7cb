//! The bodies of failed answers: a strange one must not hide the failure that it tells of.

use amo_core::Problem;

use crate::json;

pub(crate) fn work(input: &[u8]) {
    if let Some(problem) = Problem::from_slice(input) {
        let _ = problem.to_string();
    }
    let _ = Problem::in_success(input);
}

pub(crate) fn check(input: &[u8]) {
    let problem = Problem::from_slice(input);
    assert_eq!(problem.is_some(), json::parse(input).is_some(), "None means that it is not JSON");
    let in_success = Problem::in_success(input);
    assert!(in_success.is_none() || in_success == problem, "both read the same");
    let Some(problem) = problem else { return };
    assert!(problem.status.is_none_or(|status| (100..1000).contains(&status)));
    for item in &problem.validation {
        let request_id = item.request_id.as_ref();
        assert!(request_id.is_none_or(|id| id.len() <= input.len()), "longer than the body");
    }
    // `1,` in a list of errors becomes `; item: 1`; an empty object as one costs the most.
    let text = problem.to_string();
    assert!(!text.is_empty());
    assert!(text.len() <= 16 * input.len() + 64, "{} bytes out of {}", text.len(), input.len());
}
