//! Findings about tests, and which of two that say the same is told.
//!
//! Does not catch: two rules on one test that are not named here.

use std::collections::BTreeMap;

use crate::change::Side;
use crate::finding::Finding;
use crate::rule::Rule;
use crate::rule::built_in::tests as rules;

use crate::language::test_model::{Assertion, FileModel, Function};

/// A finding about a whole test.
pub(super) fn of_test(
    rule: &Rule,
    side: Side,
    file: &FileModel,
    test: &Function,
    message: String,
) -> Finding {
    rule.finding(side, &file.path, test.place, message)
        .with("test", id(file, test))
}

/// A finding about one assertion of a test.
pub(super) fn of_assertion(
    rule: &Rule,
    side: Side,
    file: &FileModel,
    test: &Function,
    assertion: &Assertion,
    message: String,
) -> Finding {
    of_test(rule, side, file, test, message).at(assertion.place)
}

/// What a rule of the second question tells better than one of the first.
const COVERS: [(&Rule, &Rule); 6] = [
    (rules::ASSERTIONS_REMOVED, rules::TEST_WITHOUT_ASSERTION),
    (rules::ASSERTIONS_REMOVED, rules::WEAK_ASSERTIONS_ONLY),
    (rules::ASSERTION_NOW_SWALLOWED, rules::SWALLOWED_ASSERTION),
    (rules::ASSERTION_NOW_SWALLOWED, rules::UNREACHABLE_ASSERTION),
    (
        rules::ASSERTION_NOW_CONDITIONAL,
        rules::WEAK_ASSERTIONS_ONLY,
    ),
    (rules::TEST_UNCOLLECTED, rules::TEST_NEVER_RUNS),
];

/// Both questions' findings, where the second takes the word of the first on what it tells better: a test
/// without an assertion that lost its assertions, an assertion swallowed that was not before.
pub(super) fn reported_once(trivial: Vec<Finding>, weakened: Vec<Finding>) -> Vec<Finding> {
    let test = |finding: &Finding| {
        let test = finding.evidence.get("test").and_then(|test| test.as_str());
        (finding.path.clone(), test.map(str::to_owned))
    };
    // What the second question says of each test.
    let mut of_test: BTreeMap<_, Vec<&Finding>> = BTreeMap::new();
    for reported in &weakened {
        of_test.entry(test(reported)).or_default().push(reported);
    }
    let told_of = |other: &Finding, is: &dyn Fn(&Finding) -> bool| {
        let reported = of_test.get(&test(other)).into_iter().flatten();
        reported.copied().any(is)
    };
    let covers = |reported: &Finding, other: &Finding| {
        let mut pairs = COVERS.iter().filter(|(rule, _)| rule.made(reported));
        pairs.any(|(_, covered)| covered.made(other))
    };
    // An assertion that became weaker says more than that its value is another.
    let weaker = |reported: &Finding| {
        let rules = [
            rules::ASSERTION_WEAKENED,
            rules::TOLERANCE_WIDENED,
            rules::ASSERTIONS_REMOVED,
        ];
        rules.iter().any(|rule| rule.made(reported))
    };
    let values = |finding: &Finding| rules::EXPECTED_VALUE_REWRITTEN.made(finding);
    let doubled: Vec<bool> = weakened
        .iter()
        .map(|other| values(other) && told_of(other, &weaker))
        .collect();
    let mut all: Vec<Finding> = trivial
        .into_iter()
        .filter(|other| !told_of(other, &|reported| covers(reported, other)))
        .collect();
    all.extend(
        weakened
            .into_iter()
            .zip(doubled)
            .filter(|(_, doubled)| !doubled)
            .map(|(finding, _)| finding),
    );
    all
}

/// The name by which the runner knows a test.
pub(super) fn id(file: &FileModel, test: &Function) -> String {
    file.framework.id(file, test)
}
