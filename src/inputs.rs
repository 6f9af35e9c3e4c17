//! What was handed in beside the change: on the command line, or by a rule's example.
//!
//! Does not catch: whether it belongs to this change; the checks that use it look for that.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::day::Day;

/// All of it.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// Coverage reports.
    pub coverage: HandedIn,
    /// What the registries hold, where nobody is to be asked.
    pub registries: Option<Registered>,
}

/// Coverage reports.
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

/// What registries hold, of names that a change may take from them.
#[derive(Clone, Debug)]
pub struct Registered {
    /// Names and the day of their first release; all others do not exist.
    pub names: BTreeMap<String, Day>,
    /// The moment to which their age is counted, in seconds since the epoch.
    pub now: i64,
}
