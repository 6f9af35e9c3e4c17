//! Tests that nothing can fail, that touch nothing of the project, or that ask for very little.
//!
//! Does not catch: an oracle that judges the wrong thing.

use crate::finding::{Finding, Level};
use crate::rule::built_in::tests as rules;

use super::TrivialContext;
use crate::language::test_model::strength::Strength;
use crate::language::test_model::{Form, Function, Inert, Words, holds};
use crate::text::is_in_word;

/// Says what a test lacks; at most one thing.
pub(super) fn judge(tests: &TrivialContext<'_>, found: &mut Vec<Finding>) {
    let test = tests.test;
    if tests.is_skipped() {
        return;
    }
    let name = test.qualified();
    if let Some(level) = inert(tests) {
        let finding = found.push_mut(tests.of_test(rules::INERT_TEST,
                format!("test {name} touches nothing of the project: no import, fixture or name of it stands in its body"),
            ));
        finding.level = level;
        return;
    }
    if !tests.oracles.of(test, tests.file.words()) && !generic_calls_only(tests) {
        let finding = found.push_mut(tests.of_test(
            rules::TEST_WITHOUT_ASSERTION,
            format!("test {name} asserts nothing: only a crash of the code can fail it"),
        ));
        if says_so(test) {
            finding.level = Level::Note;
        }
        return;
    }
    if tests.is_new && weak_only(test, tests.file.words()) {
        let weak: Vec<&str> = test.live().map(|a| a.text.as_str()).take(3).collect();
        let Some(first) = test.live().next() else {
            return;
        };
        found.push(tests.of_assertion(
            rules::WEAK_ASSERTIONS_ONLY,
            first,
            format!(
                "test {name} asks only whether there is a value: `{}`",
                weak.join("`, `")
            ),
        ));
        return;
    }
    if let Some(mute) = test.live().find(|a| a.mute) {
        let message = format!(
            "`{}` in {name} says on failure that it failed, and nothing of what the result holds",
            mute.text
        );
        found.push(tests.of_assertion(rules::RESULT_STATE_ONLY, mute, message));
    }
}

/// Whether the documentation of a test says that nothing is raised, and that this is the point.
fn says_so(test: &Function) -> bool {
    const PHRASES: [&str; 12] = [
        "not raise",
        "n't raise",
        "not crash",
        "n't crash",
        "not fail",
        "n't fail",
        "not panic",
        "no error",
        "no exception",
        "without error",
        "without raising",
        "is allowed",
    ];
    let doc = test.doc.to_lowercase();
    PHRASES.iter().any(|phrase| doc.contains(phrase))
}

/// Functions without arguments called for their bounds, and closures for their types.
fn generic_calls_only(tests: &TrivialContext<'_>) -> bool {
    tests.file.words().compiling_proves
        && tests
            .test
            .body
            .calls
            .iter()
            .all(|call| tests.defined.is_silent(call))
}

fn weak_only(test: &Function, words: &Words) -> bool {
    let mut live = test.live().peekable();
    live.peek().is_some()
        && !test.body.can_fail
        && live.all(|a| {
            let by_type = holds(&words.type_checks, &a.operator);
            let plain = !a.subject.is_empty() && a.subject.chars().all(is_in_word);
            let present = a.strength == Strength::NotNone && !holds(&words.absences, &a.operator);
            a.form == Form::Value
                && !a.marker
                && (present
                    || (a.strength == Strength::Shape && by_type)
                    || (a.strength == Strength::Truthy && plain && a.operator.is_empty()))
        })
}

/// Whether a test names nothing of the project, and how sure that is.
fn inert(tests: &TrivialContext<'_>) -> Option<Level> {
    let file = tests.file;
    match file.framework.inert(file, tests.test, tests.defined) {
        Inert::No => None,
        Inert::Perhaps => Some(Level::Escalate),
        Inert::Surely => Some(Level::Block),
    }
}
