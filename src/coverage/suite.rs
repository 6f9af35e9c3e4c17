//! What came of the tests that made a measurement: which failed, which were skipped.
//!
//! A report of coverage does not say whether the tests that made it passed, and a run that failed leaves
//! one that looks like any other. This is what says it: a JUnit report, or the lines that libtest prints.
//!
//! Does not catch: a runner that counts a failure as a pass.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// What came of a run of tests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suite {
    /// The names of those that passed, and how many have that name (test programs may share one).
    pub passed: BTreeMap<String, u64>,
    /// The names of those that failed or ended in an error.
    pub failed: BTreeSet<String>,
    /// The names of those that did not run, with the reason that the runner gives.
    pub skipped: BTreeMap<String, String>,
}

impl Suite {
    /// Takes in another run's tests: a test that passed in one of the two was not skipped.
    pub fn unite(&mut self, other: Suite) {
        for (name, count) in other.passed {
            *self.passed.entry(name).or_default() += count;
        }
        self.failed.extend(other.failed);
        self.skipped.extend(other.skipped);
        self.skipped
            .retain(|name, _| !self.passed.contains_key(name));
    }

    /// One more test that passed.
    pub(super) fn pass(&mut self, name: impl Into<String>) {
        *self.passed.entry(name.into()).or_default() += 1;
    }

    /// What libtest prints, `test a::b ... ok`, of one or several test programs.
    pub fn of_libtest(stdout: &str) -> Self {
        let mut suite = Self::default();
        for line in stdout.lines() {
            let Some((name, result)) = line
                .strip_prefix("test ")
                .and_then(|rest| rest.rsplit_once(" ... "))
            else {
                continue;
            };
            match result.split([',', ' ']).next().unwrap_or_default() {
                "ok" => suite.pass(name),
                "FAILED" => drop(suite.failed.insert(name.to_owned())),
                "ignored" => {
                    let why = result.split_once(", ").map_or("", |(_, why)| why);
                    suite.skipped.insert(name.to_owned(), why.to_owned());
                }
                _ => {}
            }
        }
        suite
    }
}

impl std::fmt::Display for Suite {
    /// `297 tests passed, 2 were skipped`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.passed.values().sum() {
            1u64 => f.write_str("1 test passed")?,
            passed => write!(f, "{passed} tests passed")?,
        }
        match self.skipped.len() {
            0 => Ok(()),
            1 => f.write_str(", 1 was skipped"),
            skipped => write!(f, ", {skipped} were skipped"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libtest_says_what_failed_and_what_was_ignored() {
        let suite = Suite::of_libtest(
            "running 4 tests\ntest a::ok ... ok\ntest a::bad ... FAILED\ntest b ... ignored, needs a disk\n\
             test c - should panic ... ok\ntest result: FAILED. 2 passed; 1 failed; 1 ignored\n",
        );
        assert_eq!(suite.passed.values().sum::<u64>(), 2);
        assert_eq!(suite.failed, ["a::bad".to_owned()].into());
        assert_eq!(suite.skipped["b"], "needs a disk");
        assert_eq!(suite.to_string(), "2 tests passed, 1 was skipped");
    }

    #[test]
    fn a_test_that_one_run_of_a_matrix_ran_is_not_skipped() {
        let of = |passed: &[&str], skipped: &[&str]| {
            let mut suite = Suite::default();
            passed.iter().for_each(|name| suite.pass(*name));
            let reason = |name: &&str| ((*name).to_owned(), String::new());
            suite.skipped = skipped.iter().map(reason).collect();
            suite
        };
        let mut united = of(&["x", "b"], &["a"]);
        united.unite(of(&["x"], &["a", "b"]));
        assert_eq!(united.skipped, of(&[], &["a"]).skipped);
        assert_eq!(united.passed["x"], 2);
    }
}
