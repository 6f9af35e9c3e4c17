//! Tests without a body, and assertions that hold whatever the code does.
//!
//! Does not catch: a constant behind a name, a comparison of two names bound to the same value.

use crate::finding::{Finding, Level};
use crate::rule::Rule;
use crate::rule::built_in::tests as rules;

use super::Asked;
use crate::language::test_model::{Assertion, Emptiness, Flaw, Function, MarkKind, holds};

/// Says that a test does nothing; whether it said so.
pub(super) fn empty(asked: &Asked<'_>, found: &mut Vec<Finding>) -> bool {
    let test = asked.test;
    let panics = test.marks.iter().any(|m| m.kind == MarkKind::ShouldPanic);
    let words = asked.file.words();
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
    let finding = found.push_mut(asked.of_test(
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
pub(super) fn assertions(asked: &Asked<'_>, found: &mut Vec<Finding>) {
    for assertion in &asked.test.body.assertions {
        match assertion.flaw {
            None => {}
            Some(Flaw::Constant) => constant(asked, assertion, found),
            Some(Flaw::Never) => {
                let message = format!(
                    "`{}` in {} fails whatever the code does; {} says so",
                    assertion.text,
                    asked.test.qualified(),
                    asked.file.words().plain_failure
                );
                let finding = found.push_mut(asked.of_assertion(
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
                    asked,
                    assertion,
                    found,
                );
            }
            Some(Flaw::Itself { pure }) => same(asked, assertion, pure, found),
            Some(Flaw::Bare) => {
                let benchmark = asked.test.parameters.iter().any(|p| p == "benchmark")
                    || asked.file.path.contains("bench");
                if !benchmark {
                    say(
                        rules::BARE_COMPARISON,
                        "compares and nobody looks at the result",
                        asked,
                        assertion,
                        found,
                    );
                }
            }
            Some(Flaw::NoMockAssertion) => {
                say(
                    rules::MOCK_ASSERTION_NOT_CALLED,
                    "reads like an assertion on a mock and asserts nothing",
                    asked,
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
    asked: &Asked<'_>,
    assertion: &Assertion,
    found: &mut Vec<Finding>,
) {
    let message = format!("`{}` in {} {what}", assertion.text, asked.test.qualified());
    found.push(asked.of_assertion(rule, assertion, message));
}

fn constant(asked: &Asked<'_>, assertion: &Assertion, found: &mut Vec<Finding>) {
    let message = format!(
        "`{}` in {} holds whatever the code does",
        assertion.text,
        asked.test.qualified()
    );
    let finding = found.push_mut(asked.of_assertion(rules::CONSTANT_ASSERTION, assertion, message));
    // As a mark that a branch was reached it says something, though nothing fails if it was not.
    if assertion.marker || assertion.conditional {
        finding.level = Level::Escalate;
    }
}

fn same(asked: &Asked<'_>, assertion: &Assertion, pure: bool, found: &mut Vec<Finding>) {
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
    let test = asked.test;
    let title = format!("{} {}", test.qualified(), test.doc).to_lowercase();
    let about = title
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| ABOUT.contains(&word) || PARTS.iter().any(|part| word.contains(part)));
    let other_way = test.body.assertions.iter().any(|other| {
        other.flaw.is_none()
            && holds(&asked.file.words().differences, &other.operator)
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
    let finding = found.push_mut(asked.of_assertion(rules::SELF_COMPARISON, assertion, message));
    // Calls may answer differently; what must differ from itself fails, and is seen.
    let seen = ["!=", "is not", "not in", "<", ">"];
    if !pure || seen.contains(&assertion.operator.as_str()) {
        finding.level = Level::Note;
    }
}
