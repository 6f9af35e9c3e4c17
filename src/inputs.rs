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
    /// The files of installed packages, by their paths, where no machine is asked.
    pub installed: Option<BTreeMap<String, String>>,
    /// What came of tests, where nobody is to run them.
    pub outcomes: Option<Outcomes>,
    /// Whether tests are run although the policy names no command.
    pub prove: bool,
}

/// What came of the tests of both sides, and of those trees that mix them: a line a test, `passed NAME`,
/// `skipped NAME | REASON`, `failed NAME | ASSERTED | MESSAGE`, `unloaded FILE | MESSAGE`.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Outcomes {
    /// Base as it is.
    pub base: String,
    /// Head as it is.
    pub head: String,
    /// Base's tests on head's code.
    pub old_tests: Option<String>,
    /// Head's tests on base's code.
    pub new_tests: Option<String>,
    /// The tests that fail where a function stops, and where a line is edited: `stop FUNCTION | NAME, NAME`,
    /// `line NUMBER | NAME`, `line NUMBER | not built`, `line NUMBER | timed out`.
    pub mutants: Option<String>,
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
