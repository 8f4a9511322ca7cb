//! Short, aligned lines for people.

use std::fmt::Display;

/// Prints what an example does, step by step.
#[derive(Debug, Default)]
pub struct Report {
    steps: u32,
}

impl Report {
    /// Begins a step.
    pub fn step(&mut self, title: &str) {
        self.steps += 1;
        println!("\n{}. {title}", self.steps);
    }

    /// One fact of the present step.
    pub fn line(&self, what: &str, value: impl Display) {
        println!("   {what:<28} {value}");
    }
}
