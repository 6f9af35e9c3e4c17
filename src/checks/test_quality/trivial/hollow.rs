//! Tests without a body, and assertions that hold whatever the code does.
//!
//! Does not catch: a constant behind a name, a comparison of two names bound to the same value.

use crate::finding::Level;

use super::super::findings::{Said, at_level};
use super::super::model::{Assertion, Emptiness, Flaw, Function, MarkKind};
use super::Asked;

/// Says that a test does nothing; whether it said so.
pub(super) fn empty(asked: &Asked<'_>, said: &mut Said) -> bool {
    let test = asked.test;
    let panics = test.marks.iter().any(|m| m.kind == MarkKind::ShouldPanic);
    let own = ["panic", "todo", "unimplemented", "unreachable"];
    let only_panics = panics
        && !test.body.calls.is_empty()
        && test
            .body
            .calls
            .iter()
            .all(|call| own.contains(&call.as_str()));
    let what = match test.body.emptiness {
        Emptiness::Code if only_panics => "panics by itself and calls nothing",
        Emptiness::Code | Emptiness::Declares => return false,
        Emptiness::Empty => "does nothing",
        Emptiness::Prints => "only prints",
    };
    if compiles_only(test) {
        return true;
    }
    let finding = said.test(
        "empty-test",
        asked.side,
        asked.file,
        test,
        format!(
            "test {} {what}: it passes whatever the code does",
            test.qualified()
        ),
    );
    let fixtures = !test.parameters.is_empty() || test.body.names.contains("usefixtures");
    if test.body.emptiness == Emptiness::Prints
        || (!test.marks.is_empty() && !only_panics)
        || fixtures
    {
        at_level(finding, Level::Escalate);
    }
    true
}

/// Whether its point is that it compiles.
fn compiles_only(test: &Function) -> bool {
    test.doc.to_lowercase().contains("compil") || test.name.contains("compile")
}

/// Says which assertions cannot fail.
pub(super) fn assertions(asked: &Asked<'_>, said: &mut Said) {
    for assertion in &asked.test.body.assertions {
        match assertion.flaw {
            None => {}
            Some(Flaw::Constant) => constant(asked, assertion, said),
            Some(Flaw::Never) => {
                let message = format!(
                    "`{}` in {} fails whatever the code does; `panic!` or `unreachable!` says so",
                    assertion.text,
                    asked.test.qualified()
                );
                let finding = said.assertion(
                    "constant-assertion",
                    asked.side,
                    asked.file,
                    asked.test,
                    assertion,
                    message,
                );
                at_level(finding, Level::Note);
            }
            Some(Flaw::Tuple) => {
                say(
                    "tuple-assertion",
                    "asserts a tuple that is never empty, so it always holds",
                    asked,
                    assertion,
                    said,
                );
            }
            Some(Flaw::Itself { pure }) => same(asked, assertion, pure, said),
            Some(Flaw::Bare) => {
                let benchmark = asked.test.parameters.iter().any(|p| p == "benchmark")
                    || asked.file.path.contains("bench");
                if !benchmark {
                    say(
                        "bare-comparison",
                        "compares and nobody looks at the result",
                        asked,
                        assertion,
                        said,
                    );
                }
            }
            Some(Flaw::NoMockAssertion) => {
                say(
                    "mock-assertion-not-called",
                    "reads like an assertion on a mock and asserts nothing",
                    asked,
                    assertion,
                    said,
                );
            }
        }
    }
}

fn say(
    rule: &str,
    what: &str,
    asked: &Asked<'_>,
    assertion: &Assertion,
    said: &mut Said,
) -> Option<()> {
    let message = format!("`{}` in {} {what}", assertion.text, asked.test.qualified());
    said.assertion(rule, asked.side, asked.file, asked.test, assertion, message)
        .map(|_| ())
}

fn constant(asked: &Asked<'_>, assertion: &Assertion, said: &mut Said) {
    let message = format!(
        "`{}` in {} holds whatever the code does",
        assertion.text,
        asked.test.qualified()
    );
    let finding = said.assertion(
        "constant-assertion",
        asked.side,
        asked.file,
        asked.test,
        assertion,
        message,
    );
    // As a mark that a branch was reached it says something, though nothing fails if it was not.
    if assertion.marker || assertion.conditional {
        at_level(finding, Level::Escalate);
    }
}

fn same(asked: &Asked<'_>, assertion: &Assertion, pure: bool, said: &mut Said) {
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
            && matches!(
                other.operator.as_str(),
                "!=" | "is not" | "not ==" | "!==" | "assertNotEqual"
            )
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
    let finding = said.assertion(
        "self-comparison",
        asked.side,
        asked.file,
        test,
        assertion,
        message,
    );
    // Calls may answer differently; what must differ from itself fails, and is seen.
    let seen = ["!=", "is not", "not in", "<", ">"];
    if !pure || seen.contains(&assertion.operator.as_str()) {
        at_level(finding, Level::Note);
    }
}
