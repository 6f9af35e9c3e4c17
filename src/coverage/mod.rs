//! Coverage: reports in, united by side, compared line by line.
//!
//! `formats/` reads a report, `paths.rs` finds its files in the tree, `side.rs` unites the reports of a
//! side, `suite.rs` is what came of the tests that made them, `statements.rs` knows which lines are one statement, `classes.rs` puts each executable line of
//! base and head into one of the twelve classes of differential coverage, `shown.rs` is what reports
//! draw. What is said about them is `checks/coverage/`.
//!
//! Does not catch: what lines cannot tell (branches, values, assertions): a line that ran is not a line
//! that was tested.

pub mod classes;
pub mod formats;
pub mod paths;
pub mod report;
pub mod shown;
pub mod side;
pub mod statements;
pub mod suite;

use std::path::PathBuf;

/// Reports that were handed in with the change: on the command line, or by a rule's example.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HandedIn {
    /// Of head.
    pub head: Vec<Source>,
    /// Of base.
    pub base: Vec<Source>,
}

impl HandedIn {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.head.is_empty() && self.base.is_empty()
    }
}

/// Where a report is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// In a file.
    File(PathBuf),
    /// In memory.
    Text(String),
}
