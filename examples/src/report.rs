//! Short, aligned lines for people.

use std::fmt::Display;
use std::io::Write as _;

/// Prints what an example does, step by step. A reader that goes away, as `head` does, is no error.
#[derive(Debug, Default)]
pub struct Report {
    steps: u32,
}

impl Report {
    /// Begins a step.
    pub fn step(&mut self, title: &str) {
        self.steps += 1;
        self.text(format_args!("\n{}. {title}", self.steps));
    }

    /// One fact of the present step.
    pub fn line(&self, what: &str, value: impl Display) {
        self.text(format_args!("   {what:<28} {value}"));
    }

    /// A line as it is.
    pub fn text(&self, line: impl Display) {
        let _ = writeln!(std::io::stdout(), "{line}");
    }
}
