//! Tests without a body, and assertions that hold whatever the code does.
//!
//! Does not catch: a constant behind a name, a comparison of two names bound to the same value.

use crate::finding::{Finding, Level};
use crate::rule::Rule;
use crate::rule::built_in::tests as rules;

use super::TrivialContext;
use crate::language::test_model::{Assertion, Emptiness, Flaw, Function, MarkKind, holds};

/// Says that a test does nothing; whether it said so.
pub(super) fn empty(tests: &TrivialContext<'_>, found: &mut Vec<Finding>) -> bool {
    let test = tests.test;
    let panics = test.marks.iter().any(|m| m.kind == MarkKind::ShouldPanic);
    let words = tests.file.words();
    let only_panics = panics
        && !test.body.calls.is_empty()
        && test
            .body
            .calls
            .iter()
            .all(|call| holds(&words.panics, call));
    let what = match test.body.emptiness {
        Emptiness::Code if only_panics => "panics by itself and calls nothing",
        Emptiness::Code | Emptiness::Declares => return false,
        Emptiness::Empty => "does nothing",
        Emptiness::Prints => "only prints",
    };
    if compiles_only(test) {
        return true;
    }
    let finding = found.push_mut(tests.of_test(
        rules::EMPTY_TEST,
        format!(
            "test {} {what}: it passes whatever the code does",
            test.qualified()
        ),
    ));
    let fixtures = !test.parameters.is_empty()
        || words
            .fixture_requests
            .iter()
            .any(|name| test.body.names.contains(name));
    if test.body.emptiness == Emptiness::Prints
        || (!test.marks.is_empty() && !only_panics)
        || fixtures
    {
        finding.level = Level::Escalate;
    }
    true
}

/// Whether its point is that it compiles.
fn compiles_only(test: &Function) -> bool {
    test.doc.to_lowercase().contains("compil") || test.name.contains("compile")
}

/// Says which assertions cannot fail.
pub(super) fn assertions(tests: &TrivialContext<'_>, found: &mut Vec<Finding>) {
    for assertion in &tests.test.body.assertions {
        match assertion.flaw {
            None => {}
            Some(Flaw::Constant) => constant(tests, assertion, found),
            Some(Flaw::Never) => {
                let message = format!(
                    "`{}` in {} fails whatever the code does; {} says so",
                    assertion.text,
                    tests.test.qualified(),
                    tests.file.words().plain_failure
                );
                let finding = found.push_mut(tests.of_assertion(
                    rules::CONSTANT_ASSERTION,
                    assertion,
                    message,
                ));
                finding.level = Level::Note;
            }
            Some(Flaw::Tuple) => {
                say(
                    rules::TUPLE_ASSERTION,
                    "asserts a tuple that is never empty, so it always holds",
                    tests,
                    assertion,
                    found,
                );
            }
            Some(Flaw::Itself { pure }) => same(tests, assertion, pure, found),
            Some(Flaw::Bare) => {
                let benchmark = tests.test.parameters.iter().any(|p| p == "benchmark")
                    || tests.file.path.contains("bench");
                if !benchmark {
                    say(
                        rules::BARE_COMPARISON,
                        "compares and nobody looks at the result",
                        tests,
                        assertion,
                        found,
                    );
                }
            }
            Some(Flaw::Unfinished) => {
                say(
                    rules::UNFINISHED_ASSERTION,
                    "asks nothing: no matcher is called",
                    tests,
                    assertion,
                    found,
                );
            }
            Some(Flaw::NoMockAssertion) => {
                say(
                    rules::MOCK_ASSERTION_NOT_CALLED,
                    "reads like an assertion on a mock and asserts nothing",
                    tests,
                    assertion,
                    found,
                );
            }
        }
    }
}

fn say(
    rule: &'static Rule,
    what: &str,
    tests: &TrivialContext<'_>,
    assertion: &Assertion,
    found: &mut Vec<Finding>,
) {
    let message = format!("`{}` in {} {what}", assertion.text, tests.test.qualified());
    found.push(tests.of_assertion(rule, assertion, message));
}

fn constant(tests: &TrivialContext<'_>, assertion: &Assertion, found: &mut Vec<Finding>) {
    let message = format!(
        "`{}` in {} holds whatever the code does",
        assertion.text,
        tests.test.qualified()
    );
    let finding = found.push_mut(tests.of_assertion(rules::CONSTANT_ASSERTION, assertion, message));
    // As a mark that a branch was reached it says something, though nothing fails if it was not.
    if assertion.marker || assertion.conditional {
        finding.level = Level::Escalate;
    }
}

fn same(tests: &TrivialContext<'_>, assertion: &Assertion, pure: bool, found: &mut Vec<Finding>) {
    // Tests of equality, order, hashing and identity compare a thing with itself for a reason.
    const ABOUT: [&str; 15] = [
        "eq", "equal", "equality", "ne", "lt", "le", "gt", "ge", "cmp", "ord", "hash", "same",
        "nan", "self", "is",
    ];
    const PARTS: [&str; 12] = [
        "equal",
        "compar",
        "order",
        "hash",
        "identi",
        "reflexiv",
        "singleton",
        "nan",
        "cache",
        "determin",
        "idempot",
        "stable",
    ];
    let test = tests.test;
    let title = format!("{} {}", test.qualified(), test.doc).to_lowercase();
    let about = title
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| ABOUT.contains(&word) || PARTS.iter().any(|part| word.contains(part)));
    let other_way = test.body.assertions.iter().any(|other| {
        other.flaw.is_none()
            && holds(&tests.file.words().differences, &other.operator)
            && other
                .names
                .iter()
                .any(|name| assertion.names.contains(name))
    });
    if about || other_way {
        return;
    }
    let message = format!(
        "`{}` in {} compares a value with itself",
        assertion.text,
        test.qualified()
    );
    let finding = found.push_mut(tests.of_assertion(rules::SELF_COMPARISON, assertion, message));
    // Calls may answer differently; what must differ from itself fails, and is seen.
    let seen = ["!=", "is not", "not in", "<", ">"];
    if !pure || seen.contains(&assertion.operator.as_str()) {
        finding.level = Level::Note;
    }
}
