//! The guide's table of methods has each operation once, in the order of the table here, and names the
//! method that is called here. That the handles in its headings exist is seen by rustdoc.

use std::collections::BTreeSet;

use crate::prepared::Prepared;
use crate::{ELSEWHERE, table};

/// The module `methods` of the facade.
const GUIDE: &str = include_str!("../../../amocrm/docs/methods.md");

struct Row {
    /// The methods of the client that the section's heading names.
    handles: Vec<&'static str>,
    operation: &'static str,
    /// What is called one after another on the client.
    ours: Vec<String>,
}

/// What stands between backticks.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The rows of all tables but that of jobs, whose first cells are no code.
fn rows() -> Vec<Row> {
    let (mut rows, mut handles) = (Vec::new(), Vec::new());
    for line in GUIDE.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            handles = code(heading).filter_map(|path| path.strip_prefix("Client::")).collect();
        } else if line.starts_with("| `") {
            let cells: Vec<&str> = line.trim_matches('|').split(" | ").collect();
            assert_eq!(cells.len(), 4, "{line}");
            let [operation, ours] = [0, 1].map(|cell| code(cells[cell]).next().unwrap());
            assert!(ours.starts_with("client."), "{line}");
            rows.push(Row { handles: handles.clone(), operation, ours: methods(ours) });
        }
    }
    rows
}

/// The methods of a chain of calls, without what they are given.
fn methods(call: &str) -> Vec<String> {
    let (mut chain, mut depth) = (String::new(), 0);
    for sign in call.chars().filter(|sign| !sign.is_whitespace()) {
        match sign {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ if depth == 0 => chain.push(sign),
            _ => {}
        }
    }
    chain.split('.').skip(1).map(str::to_owned).collect()
}

#[tokio::test]
async fn the_guide_has_every_operation_once() {
    let prepared = Prepared::new().await;
    let entries = table::all(&prepared);
    let known: BTreeSet<&str> = entries.iter().map(|entry| entry.name).chain(ELSEWHERE).collect();
    let mut left = known.clone();
    for Row { operation, .. } in rows() {
        assert!(known.contains(operation), "{operation} is no operation");
        assert!(left.remove(operation), "{operation} has two rows");
    }
    assert!(left.is_empty(), "no row for: {left:#?}");
}

#[tokio::test]
async fn the_guide_calls_what_is_called_here() {
    let prepared = Prepared::new().await;
    let mut rows = rows().into_iter().filter(|row| !ELSEWHERE.contains(&row.operation));
    for entry in table::all(&prepared) {
        let row = rows.next().unwrap();
        assert_eq!(row.operation, entry.name, "the order differs");
        // Some calls begin with a variable for the handle.
        let called = methods(entry.call);
        assert!(row.ours.ends_with(&called), "{}: {:?}, here {called:?}", entry.name, row.ours);
    }
}

#[test]
fn the_guide_names_the_handles_that_it_calls() {
    for Row { handles, operation, ours } in rows() {
        assert!(handles.contains(&ours[0].as_str()), "{operation}: {ours:?} of {handles:?}");
    }
}
