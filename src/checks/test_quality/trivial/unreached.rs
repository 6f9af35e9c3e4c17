//! Tests and assertions that never run, and failures that something around them drops.
//!
//! Does not catch: what a plugin or a command line deselects.

use crate::change::{File, Side};
use crate::finding::{Finding, Level, Place};
use crate::rule::built_in::tests as rules;

use super::TrivialContext;
use crate::language::test_model::{Assertion, Fate, FileModel, Form};

/// Says that the runner builds none of the tests of a file that was forgotten; whether it said so.
pub(super) fn whole_file(
    file: &File,
    model: &FileModel,
    side: Side,
    found: &mut Vec<Finding>,
) -> bool {
    let Err(passed_over) = &model.collected else {
        return false;
    };
    let Some(first) = model
        .tests()
        .find(|test| file.touches(side, test.lines.clone()))
        .filter(|_| passed_over.forgotten)
    else {
        return false;
    };
    found.push(rules::TEST_NEVER_RUNS.finding(
        side,
        &model.path,
        Place::FILE,
        format!(
            "no test of {} is built ({} and the others never run): {}",
            model.path,
            first.qualified(),
            passed_over.why
        ),
    ));
    true
}

/// Says that a test never runs; whether it said so.
pub(super) fn never_runs(tests: &TrivialContext<'_>, found: &mut Vec<Finding>) -> bool {
    let test = tests.test;
    let Some(unreached) = &test.unreached else {
        return false;
    };
    let finding = found.push_mut(tests.of_test(
        rules::TEST_NEVER_RUNS,
        format!("test {} never runs: {}", test.qualified(), unreached.why),
    ));
    if !unreached.certain {
        finding.level = Level::Escalate;
    }
    true
}

/// Says which assertions are never reached or cannot fail the test.
pub(super) fn assertions(tests: &TrivialContext<'_>, found: &mut Vec<Finding>) {
    let test = tests.test;
    let live = test.live().count();
    for assertion in &test.body.assertions {
        let name = test.qualified();
        match &assertion.fate {
            Fate::Live => {}
            Fate::Swallowed(how) => {
                found.push(tests.of_assertion(
                    rules::SWALLOWED_ASSERTION,
                    assertion,
                    format!(
                        "`{}` in {name} cannot fail the test: {how} drops the failure",
                        assertion.text
                    ),
                ));
            }
            // What was caught and kept may be asserted on afterwards.
            Fate::PerhapsSwallowed(how) if live == 0 => {
                let finding = found.push_mut(tests.of_assertion(
                    rules::SWALLOWED_ASSERTION,
                    assertion,
                    format!(
                        "`{}` in {name} may not fail the test: {how} catches the failure",
                        assertion.text
                    ),
                ));
                finding.level = Level::Escalate;
            }
            Fate::PerhapsSwallowed(_) => {}
            Fate::Dead(_) if tests.is_skipped() || assertion.form == Form::Fail => {}
            Fate::Dead(why) => {
                let finding = found.push_mut(tests.of_assertion(
                    rules::UNREACHABLE_ASSERTION,
                    assertion,
                    format!("`{}` in {name} is never reached: {why}", assertion.text),
                ));
                if live == 0 && !test.body.can_fail && assertion.form != Form::Helper {
                    finding.level = Level::Block;
                }
            }
        }
    }
}

/// Says that all that a test asserts stands under a condition, in a language whose tests can say how much they assert.
pub(super) fn conditional_only(tests: &TrivialContext<'_>, found: &mut Vec<Finding>) {
    let test = tests.test;
    let mut live = test.live();
    let Some(first) = live.next().filter(|_| !tests.file.words().sure.is_empty()) else {
        return;
    };
    let fails = |a: &Assertion| a.form == Form::Fail;
    if !first.guarded || fails(first) || test.body.can_fail || !live.all(|a| a.guarded && !fails(a))
    {
        return;
    }
    let message = format!(
        "{} asserts only under a condition: where it does not hold, the test passes whatever the code does (`{}`)",
        test.qualified(),
        first.text
    );
    found.push(tests.of_assertion(rules::CONDITIONAL_ASSERTIONS_ONLY, first, message));
}
