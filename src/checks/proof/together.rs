//! What the runs and the reading of tests say together: a suspicion that a run refutes is a note, and a failure that moved
//! out of sight in just the way that is suspected is no feature.
//!
//! Does not catch: a suspicion that stands in another file than what the test leans on.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Finding, Level};
use crate::policy::Policy;
use crate::rule::Rule;
use crate::rule::built_in::{proof, tests as rules};

/// What a test whose base version passes on head's code is not.
const REFUTABLE: [&Rule; 13] = [
    rules::ASSERTION_DROPPED,
    rules::ASSERTION_NOW_CONDITIONAL,
    rules::ASSERTION_NOW_SWALLOWED,
    rules::ASSERTION_WEAKENED,
    rules::ASSERTIONS_REMOVED,
    rules::EXPECTED_VALUE_REWRITTEN,
    rules::TEST_CASE_REMOVED,
    rules::TEST_DELETED,
    rules::TEST_SKIPPED,
    rules::TEST_UNCOLLECTED,
    rules::TOLERANCE_WIDENED,
    rules::TEST_WITHOUT_ASSERTION,
    rules::UNREACHABLE_ASSERTION,
];

/// What an edited test does that asks nothing of the code.
const BLIND: [&Rule; 2] = [rules::MOCK_ONLY_TEST, rules::TEST_WITHOUT_ASSERTION];

/// What is done to all tests, so that one whose text is the same passes.
const BENT: [&Rule; 2] = [rules::MODULE_REPLACED, rules::GLOBAL_CLOCK_PATCHED];

/// Lowers to notes what `tests` suspects of tests whose base version passes on head's code, unless the policy itself says
/// which level that has. What blocks there is no suspicion: a test that asks nothing any more asks nothing whatever passes.
pub fn refute(findings: &mut [Finding], refuted: &BTreeSet<String>, policy: &Policy) {
    for finding in findings {
        let test = finding.evidence.get("test").and_then(|test| test.as_str());
        let is_refuted = test.is_some_and(|test| refuted.contains(test))
            && REFUTABLE.iter().any(|rule| rule.made(finding))
            && finding.level == Level::Escalate
            && !policy.levels_name(finding);
        if is_refuted {
            finding.level = Level::Note;
            finding
                .message
                .push_str("; the base's version passes on the new code");
        }
    }
}

/// Blocks a failure that moved, where `tests` suspects what makes it pass: of a test that is edited, that it asks nothing; of
/// one that is not, that something is replaced for all. `moved` holds the tests by the runner's name, with what `tests` calls
/// one that is edited.
pub fn convict(
    findings: &mut [Finding],
    moved: &BTreeMap<String, Option<String>>,
    policy: &Policy,
) {
    let mut bent: Option<String> = None;
    let mut blind: BTreeMap<String, String> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.counts()) {
        if BENT.iter().any(|rule| rule.made(finding)) {
            bent.get_or_insert_with(|| finding.rule.clone());
        }
        let test = finding.evidence.get("test").and_then(|test| test.as_str());
        if let Some(test) = test.filter(|_| BLIND.iter().any(|rule| rule.made(finding))) {
            blind.insert(test.to_owned(), finding.rule.clone());
        }
    }
    for finding in findings {
        let test = finding.evidence.get("test").and_then(|test| test.as_str());
        let moved = test.and_then(|test| moved.get(test));
        let by = match moved {
            Some(Some(edited)) => blind.get(edited),
            Some(None) => bent.as_ref(),
            None => None,
        };
        let is_it = proof::EXPECTATION_MOVED.made(finding) && finding.level == Level::Escalate;
        if let Some(rule) = by.filter(|_| is_it && !policy.levels_name(finding)) {
            finding.level = Level::Block;
            let said = format!("; `{rule}` says how it passes");
            finding.message.push_str(&said);
        }
    }
}
