//! Objects that are equal to everything; production code that knows it is under test;
//! objects of tests that compare less.
//!
//! Does not catch: an answer computed from a fact that only the tests know.

use crate::change::Side;
use crate::finding::{Finding, Level};
use crate::rule::Rule;
use crate::rule::built_in::tests as rules;

use super::super::production::is_production;
use super::super::sides::Pair;
use super::WeakenedContext;
use super::runner::new_signs;
use crate::language::test_model::{FileModel, Function, Role, SignKind, holds};

/// Judges production code that changed.
pub(super) fn judge(tests: &WeakenedContext<'_>, found: &mut Vec<Finding>) {
    for pair in &tests.sides.pairs {
        let Some(head) = &pair.head else {
            continue;
        };
        let production = is_production(pair, Side::Head);
        for (sign, _) in new_signs(pair) {
            let what = &sign.text;
            let mut say = |rule: &'static Rule, message: String, level: Level| {
                let finding =
                    found.push_mut(rule.finding(Side::Head, &head.path, sign.place, message));
                finding.level = level;
            };
            match sign.kind {
                SignKind::AlwaysEqual => {
                    let level = if production {
                        Level::Block
                    } else {
                        Level::Escalate
                    };
                    say(
                        rules::ALWAYS_EQUAL,
                        format!("`{what}` makes equality constant: whatever is compared is equal"),
                        level,
                    );
                }
                SignKind::TestDetected if production && !is_in_test(head, &sign.function) => {
                    say(
                        rules::TEST_DETECTED,
                        format!("`{what}` asks in production code whether a test runs"),
                        Level::Escalate,
                    );
                }
                SignKind::CallerDetected if production && names_variable(head, &sign.text) => {
                    say(
                        rules::TEST_DETECTED,
                        format!("`{what}` asks in production code which test runs"),
                        Level::Block,
                    );
                }
                // Looking up the stack is for warnings and loggers too; looking for a test there is not.
                SignKind::CallerDetected if production && names_a_test(head, &sign.function) => {
                    say(
                        rules::TEST_DETECTED,
                        format!("`{what}` looks up in production code whether a test called"),
                        Level::Block,
                    );
                }
                _ => {}
            }
        }
    }
    for twin in tests.sides.pairs.iter() {
        coarse_equality(twin, found);
    }
}

/// A method of equality that compared parts of both sides, and ends in a constant now.
fn coarse_equality(pair: &Pair<'_>, found: &mut Vec<Finding>) {
    let (Some(base), Some(head)) = (&pair.base, &pair.head) else {
        return;
    };
    let level = match is_production(pair, Side::Head) {
        true => Level::Block,
        false => Level::Escalate,
    };
    let words = head.words();
    let equality =
        |f: &&Function| holds(&words.equality, &f.name) || holds(&words.equality_kin, &f.name);
    for new in head.functions.iter().filter(equality) {
        let parts = |f: &Function| -> usize {
            let plain = |name: &&str| {
                !holds(&words.equality_plain, name)
                    && f.scope.iter().all(|around| around != name)
                    && f.parameters.iter().all(|given| given != name)
                    && **name != f.name
            };
            f.body.names.iter().filter(plain).count()
        };
        let Some(old) = base
            .functions
            .iter()
            .find(|f| f.name == new.name && f.scope == new.scope)
        else {
            continue;
        };
        // `isinstance` alone is as constant for two of a type.
        let types = words.type_checks.iter();
        let constant = new.body.literals.iter().any(|l| l.text == words.truth)
            || types.into_iter().any(|name| new.body.calls.contains(name));
        let reported = new
            .body
            .signs
            .iter()
            .any(|s| s.kind == SignKind::AlwaysEqual);
        if parts(old) > 0 && parts(new) == 0 && constant && !reported {
            let finding = rules::ALWAYS_EQUAL.finding(
                Side::Head,
                &head.path,
                new.place,
                format!(
                    "{} compared parts of both sides before, and is true for all of a type now",
                    new.qualified()
                ),
            );
            let finding = found.push_mut(finding);
            finding.level = match holds(&words.equality, &new.name) {
                true => level,
                false => Level::Escalate,
            };
        }
    }
}

/// Whether a text names a variable that says which test runs.
fn names_variable(file: &FileModel, text: &str) -> bool {
    let mut names = file.words().test_variables.iter();
    names.any(|name| text.contains(name.as_str()))
}

fn names_a_test(file: &FileModel, function: &str) -> bool {
    file.functions
        .iter()
        .filter(|f| f.qualified() == function)
        .any(|f| {
            f.body
                .literals
                .iter()
                .any(|l| l.text.to_lowercase().contains("test"))
        })
}

fn is_in_test(file: &FileModel, function: &str) -> bool {
    file.words().beside_code
        && file
            .functions
            .iter()
            .any(|f| f.qualified() == function && f.role == Role::Test)
}
