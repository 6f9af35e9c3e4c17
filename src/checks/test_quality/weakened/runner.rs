//! The runner's verdict is rewritten or its collection steered; the process ends with
//! success; a clock or random source is replaced for the whole process; a module is replaced.
//!
//! Does not catch: plugins in installed packages, and those that the environment names.

use crate::change::Side;
use crate::finding::{Finding, Level};
use crate::rule::Rule;
use crate::rule::built_in::tests as rules;

use super::super::sides::Pair;
use super::WeakenedContext;
use crate::language::test_model::{FileModel, Role, Sign, SignKind};

/// Judges signs that are new at head.
pub(super) fn judge(tests: &WeakenedContext<'_>, found: &mut Vec<Finding>) {
    for pair in &tests.sides.pairs {
        let Some(head) = &pair.head else {
            continue;
        };
        for (sign, in_test) in new_signs(pair) {
            if sign.kind == SignKind::GoldenWritten && !read_before(pair, &sign.function) {
                continue;
            }
            of(head, &sign, in_test, found);
        }
    }
}

/// Whether base has the function, and it asserted something.
fn read_before(pair: &Pair<'_>, function: &str) -> bool {
    let mut before = pair.base.iter().flat_map(|base| &base.functions);
    before.any(|old| old.qualified() == function && old.live().next().is_some())
}

/// Signs of head that base has not, with whether they stand in a test or fixture.
pub(super) fn new_signs(pair: &Pair<'_>) -> Vec<(Sign, bool)> {
    let all = |model: &FileModel| -> Vec<(Sign, bool)> {
        let outside = model.signs.iter().map(|sign| (sign.clone(), false));
        let inside = model.functions.iter().flat_map(|function| {
            function.body.signs.iter().map(|sign| {
                let sign = Sign {
                    function: function.qualified(),
                    ..sign.clone()
                };
                (sign, function.role != Role::Other)
            })
        });
        outside.chain(inside).collect()
    };
    let mut known = pair.base.as_ref().map(all).unwrap_or_default();
    let mut found = pair.head.as_ref().map(all).unwrap_or_default();
    found.retain(|(sign, _)| {
        let same = known
            .iter()
            .position(|(other, _)| other.kind == sign.kind && other.text == sign.text);
        match same {
            Some(at) => {
                known.remove(at);
                false
            }
            None => true,
        }
    });
    found
}

fn of(file: &FileModel, sign: &Sign, in_test: bool, found: &mut Vec<Finding>) {
    let plugin = file.framework.is_plugin(&file.path);
    let test_code = plugin || in_test || file.collected.is_ok() && file.has_tests();
    let place = sign.place;
    let at = if sign.function.is_empty() {
        "at module level".to_owned()
    } else {
        format!("in {}", sign.function)
    };
    let mut say = |rule: &'static Rule, what: &str, level: Level| {
        let finding = found.push_mut(rule.finding(
            Side::Head,
            &file.path,
            place,
            format!("`{}` {at} {what}", sign.text),
        ));
        finding.level = level;
    };
    match sign.kind {
        SignKind::OutcomeRewritten | SignKind::OutcomeOfAParameter
            if plugin || in_test && sign.kind == SignKind::OutcomeRewritten =>
        {
            say(
                rules::TEST_OUTCOME_REWRITTEN,
                "decides what a test came to, in place of the test",
                Level::Block,
            );
        }
        SignKind::FailureRenamed => {
            say(
                rules::TEST_OUTCOME_REWRITTEN,
                "makes a failed assertion something else than a failure",
                Level::Block,
            );
        }
        SignKind::GoldenWritten if test_code => {
            say(
                rules::ASSERTION_WEAKENED,
                "writes what it compares with: whatever the code does is expected from then on",
                Level::Escalate,
            );
        }
        SignKind::OutsideTest => {
            say(
                rules::ASSERTION_OUTSIDE_TEST,
                "stands in no test: it runs while the tests are collected, and fails none of them",
                Level::Escalate,
            );
        }
        SignKind::CollectionHook if plugin => {
            say(
                rules::COLLECTION_STEERED,
                "decides at run time which tests run or how they are told",
                Level::Escalate,
            );
        }
        SignKind::SuiteReplaced => {
            say(
                rules::COLLECTION_STEERED,
                "hands the runner another suite than the tests of the file",
                Level::Escalate,
            );
        }
        SignKind::EarlyExit if test_code => {
            let level = match (sign.function.is_empty(), plugin) {
                (true, _) | (_, true) => Level::Block,
                _ => Level::Escalate,
            };
            // A command line under test is expected to end: an exception for it, a nested command.
            let expected = in_test
                && file.functions.iter().any(|f| {
                    f.qualified() == sign.function
                        && (file
                            .words()
                            .ends
                            .iter()
                            .any(|end| f.body.names.contains(end))
                            && f.body.calls.contains("raises")
                            || f.body.calls.contains("invoke")
                            || f.body.calls.contains("command"))
                });
            if !expected && !sign.function.ends_with("main") {
                say(
                    rules::EARLY_EXIT,
                    "ends the process with success before the tests had their say",
                    level,
                );
            }
        }
        SignKind::GlobalClock if test_code && !in_test => {
            say(
                rules::GLOBAL_CLOCK_PATCHED,
                "replaces a clock or a random source for every test of the process",
                Level::Escalate,
            );
        }
        SignKind::ModuleReplaced if test_code => {
            let level = if plugin || !in_test {
                Level::Escalate
            } else {
                Level::Note
            };
            say(
                rules::MODULE_REPLACED,
                "puts something else in the place of a module",
                level,
            );
        }
        _ => {}
    }
}
