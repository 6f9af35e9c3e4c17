//! What came of each test of a run.
//!
//! Does not catch: a runner that is made to say something else than what came of a test.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::trial::Tried;

/// What came of a test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It passed, or failed as it was expected to.
    Passed,
    /// It did not run; the runner's reason.
    Skipped(String),
    /// It failed, or ended in an error.
    Failed(Failed),
}

impl Outcome {
    /// Its failure, where it failed.
    pub fn failed(&self) -> Option<&Failed> {
        match self {
            Self::Failed(failed) => Some(failed),
            _ => None,
        }
    }
}

/// A failure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Failed {
    /// The line of the test that failed, as it stands there; empty where that is not known.
    pub asserted: String,
    /// What the runner says, its first lines.
    pub message: String,
    /// The file in which it failed, from the top of the tree; empty where that is not known.
    pub path: String,
    /// The 1-based line there; 0 where that is not known.
    pub line: u32,
}

/// What a failure is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// A value, or an exception that did or did not come.
    Behaviour,
    /// A name, a parameter or a fixture that is not there: the test does not fit the code.
    Absence,
}

impl Failed {
    /// What it is about.
    pub fn about(&self) -> About {
        const ABSENT: [&str; 13] = [
            "ImportError",
            "ModuleNotFoundError",
            "AttributeError",
            "NameError",
            "fixture '",
            "unexpected keyword argument",
            "positional argument",
            "FileNotFoundError",
            "ReferenceError",
            "is not a function",
            "is not a constructor",
            "Error: Cannot find module",
            "SyntaxError: The requested module",
        ];
        let first = self.message.lines().next().unwrap_or_default();
        // A warning that is an error and says that the interface is on its way out.
        let kind = first.split(':').next().unwrap_or_default();
        let kind = kind.rsplit('.').next().unwrap_or(kind);
        let mut leaves = ["DeprecationWarning", "FutureWarning"].iter();
        let leaves = leaves.any(|end| kind.ends_with(end)) || kind.starts_with("RemovedIn");
        let warns = leaves && !kind.contains(' ');
        let absent = warns
            || ABSENT
                .iter()
                .any(|sign| match sign.contains(' ') && !sign.contains(':') {
                    true => first.starts_with("TypeError") && first.contains(sign),
                    false => first.starts_with(sign),
                });
        match absent || first.starts_with("fixture '") {
            true => About::Absence,
            false => About::Behaviour,
        }
    }
}

/// What came of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Results {
    /// By the runner's name of the test.
    pub tests: BTreeMap<String, Outcome>,
    /// What could not be loaded, and so holds tests of which nothing is known: file or target, and why.
    pub uncollected: BTreeMap<String, String>,
    /// What became of the edits that were tried with them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tried: Vec<Tried>,
}

impl Results {
    /// A test that stands there already keeps the worse of both outcomes: programs may share names.
    pub fn add(&mut self, name: String, outcome: Outcome) {
        let rank = |outcome: &Outcome| match outcome {
            Outcome::Skipped(_) => 0,
            Outcome::Passed => 1,
            Outcome::Failed(_) => 2,
        };
        match self.tests.get_mut(&name) {
            Some(known) if rank(known) >= rank(&outcome) => {}
            _ => drop(self.tests.insert(name, outcome)),
        }
    }

    /// The names of the tests that failed, with their failures.
    pub fn failures(&self) -> impl Iterator<Item = (&str, &Failed)> {
        let tests = self.tests.iter();
        tests.filter_map(|(name, outcome)| Some((name.as_str(), outcome.failed()?)))
    }
}

impl std::fmt::Display for Results {
    /// `297 tests passed, 2 failed, 1 was skipped`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let count = |is: fn(&Outcome) -> bool| self.tests.values().filter(|one| is(one)).count();
        let passed = count(|one| *one == Outcome::Passed);
        let failed = count(|one| one.failed().is_some());
        let skipped = self.tests.len() - passed - failed;
        match passed {
            1 => f.write_str("1 test passed")?,
            passed => write!(f, "{passed} tests passed")?,
        }
        if failed > 0 {
            write!(f, ", {failed} failed")?;
        }
        match skipped {
            0 => {}
            1 => f.write_str(", 1 was skipped")?,
            skipped => write!(f, ", {skipped} were skipped")?,
        }
        match self.uncollected.len() {
            0 => Ok(()),
            1 => f.write_str(", 1 file could not be loaded"),
            files => write!(f, ", {files} files could not be loaded"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_for_a_name_that_is_not_there_is_about_its_absence() {
        let about = |message: &str| {
            let message = message.to_owned();
            let failed = Failed {
                message,
                ..Failed::default()
            };
            failed.about()
        };
        for message in [
            "AttributeError: no price",
            "TypeError: price() got an unexpected keyword argument 'n'",
            "fixture 'shop' not found",
            "DeprecationWarning: 'price' is on its way out",
            "shop.errors.ShopDeprecationWarning: old",
            "django.utils.deprecation.RemovedInDjango60Warning: old",
        ] {
            assert_eq!(about(message), About::Absence, "{message}");
        }
        for message in [
            "assert 3 == 4",
            "RuntimeWarning: overflow",
            "ResourceWarning: unclosed",
        ] {
            assert_eq!(about(message), About::Behaviour, "{message}");
        }
    }
}
