//! From what a rule saw to a finding: rules of `rules/tests/`, with the advice that stands there.
//!
//! Does not catch: nothing; a rule file that is missing makes the check broken.

use std::sync::LazyLock;

use anyhow::Result;

use crate::change::Side;
use crate::finding::{Finding, Level, Place};
use crate::rule::Rules;

use super::model::{Assertion, FileModel, Function};

static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::load("tests"));

/// Collects findings, and the first rule that could not be had.
#[derive(Default)]
pub(super) struct Said {
    /// What was found.
    pub findings: Vec<Finding>,
    /// Why a finding could not be made.
    pub failed: Option<anyhow::Error>,
}

impl Said {
    /// What was said.
    ///
    /// # Errors
    /// Where a rule is missing.
    pub(super) fn done(self) -> Result<Vec<Finding>> {
        match self.failed {
            None => Ok(self.findings),
            Some(error) => Err(error),
        }
    }

    /// A finding of a rule; the answer may be refined.
    pub(super) fn say(
        &mut self,
        rule: &str,
        side: Side,
        path: &str,
        place: Place,
        message: String,
    ) -> Option<&mut Finding> {
        match self.rule(rule, side, path, place, message) {
            Ok(finding) => {
                self.findings.push(finding);
                self.findings.last_mut()
            }
            Err(error) => {
                self.failed.get_or_insert(error);
                None
            }
        }
    }

    fn rule(
        &self,
        rule: &str,
        side: Side,
        path: &str,
        place: Place,
        message: String,
    ) -> Result<Finding> {
        Ok(RULES.get(rule)?.finding(side, path, place, message))
    }

    /// A finding about a whole test.
    pub(super) fn test(
        &mut self,
        rule: &str,
        side: Side,
        file: &FileModel,
        test: &Function,
        message: String,
    ) -> Option<&mut Finding> {
        let finding = self.say(rule, side, &file.path, test.place, message)?;
        finding
            .evidence
            .insert("test".to_owned(), id(file, test).into());
        Some(finding)
    }

    /// A finding about one assertion of a test.
    pub(super) fn assertion(
        &mut self,
        rule: &str,
        side: Side,
        file: &FileModel,
        test: &Function,
        assertion: &Assertion,
        message: String,
    ) -> Option<&mut Finding> {
        let finding = self.say(rule, side, &file.path, assertion.place, message)?;
        finding
            .evidence
            .insert("test".to_owned(), id(file, test).into());
        Some(finding)
    }
}

/// Both questions' findings, where the second takes the word of the first on what it tells better: a test
/// without an assertion that lost its assertions, an assertion swallowed that was not before.
pub(super) fn told_once(trivial: Vec<Finding>, bent: Vec<Finding>) -> Vec<Finding> {
    let covers = |told: &Finding, other: &Finding| {
        let same_test =
            told.path == other.path && told.evidence.get("test") == other.evidence.get("test");
        same_test
            && match told.rule.as_str() {
                "assertions-removed" => {
                    matches!(
                        other.rule.as_str(),
                        "test-without-assertion" | "weak-assertions-only"
                    )
                }
                "assertion-now-swallowed" => {
                    matches!(
                        other.rule.as_str(),
                        "swallowed-assertion" | "unreachable-assertion"
                    )
                }
                "assertion-now-conditional" => other.rule == "weak-assertions-only",
                "test-uncollected" => other.rule == "test-never-runs",
                _ => false,
            }
    };
    // An assertion that became weaker says more than that its value is another.
    let weaker = |told: &Finding| {
        matches!(
            told.rule.as_str(),
            "assertion-weakened" | "tolerance-widened" | "assertions-removed"
        )
    };
    let values = |finding: &Finding| finding.rule == "expected-value-rewritten";
    let doubled: Vec<bool> = bent
        .iter()
        .map(|other| {
            values(other)
                && bent.iter().any(|told| {
                    weaker(told)
                        && told.path == other.path
                        && told.evidence.get("test") == other.evidence.get("test")
                })
        })
        .collect();
    let mut all: Vec<Finding> = trivial
        .into_iter()
        .filter(|other| !bent.iter().any(|told| covers(told, other)))
        .collect();
    all.extend(
        bent.into_iter()
            .zip(doubled)
            .filter(|(_, doubled)| !doubled)
            .map(|(finding, _)| finding),
    );
    all
}

/// Lowers or raises a finding's level.
pub(super) fn at_level(finding: Option<&mut Finding>, level: Level) {
    if let Some(finding) = finding {
        finding.level = level;
    }
}

/// The name by which the runner knows a test.
pub(super) fn id(file: &FileModel, test: &Function) -> String {
    match file.language.known() {
        crate::language::Known::Python => {
            let mut parts = vec![file.path.clone()];
            parts.extend(test.scope.iter().cloned());
            parts.push(test.name.clone());
            parts.join("::")
        }
        crate::language::Known::Rust => {
            let mut parts = test.scope.clone();
            parts.push(test.name.clone());
            parts.join("::")
        }
    }
}
