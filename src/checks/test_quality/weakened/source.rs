//! Objects that are equal to everything; production code that knows it is under test;
//! production code that answers the tests' own questions from a table.
//!
//! Does not catch: an answer computed from a fact that only the tests know.

use std::collections::{BTreeMap, BTreeSet};

use crate::change::Side;
use crate::finding::{Finding, Level, Place};
use crate::rule::Rule;
use crate::rule::built_in::tests as rules;

use super::super::production::{is_production, is_supporting};
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
    answers(tests, found);
}

/// A method of equality that compared parts of both sides, and ends in a constant now.
fn coarse_equality(pair: &Pair<'_>, found: &mut Vec<Finding>) {
    let (Some(base), Some(head)) = (&pair.base, &pair.head) else {
        return;
    };
    if !is_production(pair, Side::Head) {
        return;
    }
    let words = head.words();
    let equality = |f: &&Function| holds(&words.equality, &f.name);
    for new in head.functions.iter().filter(equality) {
        let parts = |f: &Function| -> usize {
            let plain = |name: &&str| {
                !holds(&words.equality_plain, name)
                    && f.scope.iter().all(|around| around != name)
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
        let constant = new.body.literals.iter().any(|l| l.text == words.truth);
        let reported = new
            .body
            .signs
            .iter()
            .any(|s| s.kind == SignKind::AlwaysEqual);
        if parts(old) > 0 && parts(new) == 0 && constant && !reported {
            found.push(rules::ALWAYS_EQUAL.finding(
                Side::Head,
                &head.path,
                new.place,
                format!(
                    "{} compared parts of both sides before, and is true for all of a type now",
                    new.qualified()
                ),
            ));
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

/// New literal pairs in production that both stand in the change's tests.
fn answers(tests: &WeakenedContext<'_>, found: &mut Vec<Finding>) {
    // Inputs and expectations of the tests that are new or edited.
    let touched = tests
        .paired
        .born
        .iter()
        .map(|p| p.test)
        .chain(tests.edited().map(|t| t.head.test))
        .chain(tests.paired.twins.iter().map(|t| t.head.test));
    let mut literals: BTreeSet<&str> = BTreeSet::new();
    let mut rows: Vec<&String> = Vec::new();
    for test in touched {
        literals.extend(test.body.literals.iter().map(|l| l.text.as_str()));
        rows.extend(&test.cases);
    }
    for touched in &tests.production.changed {
        if is_supporting(&touched.path) {
            continue;
        }
        let held = |text: &String| {
            let telling = text.len() > 3 || text.parse::<i64>().is_ok_and(|n| n.abs() > 9);
            telling
                && (literals.contains(text.as_str())
                    || rows.iter().any(|row| row.contains(text.as_str())))
        };
        let pairs: BTreeSet<&(String, String)> = touched
            .symbol
            .answers
            .iter()
            .filter(|pair| !tests.production.answered.contains(pair))
            .filter(|pair| held(&pair.0) && held(&pair.1))
            .collect();
        // What stands under one key with several values are records.
        let mut by_key: BTreeMap<&String, usize> = BTreeMap::new();
        for pair in &pairs {
            *by_key.entry(&pair.0).or_default() += 1;
        }
        let pairs: BTreeSet<&(String, String)> = pairs
            .into_iter()
            .filter(|pair| by_key.get(&pair.0) == Some(&1))
            .collect();
        // A table with more entries than the tests ask for is a table.
        if pairs.len() < 2 || pairs.len() * 2 < touched.symbol.answers.len() {
            continue;
        }
        let shown: Vec<String> = pairs
            .iter()
            .take(3)
            .map(|(key, value)| format!("{key} -> {value}"))
            .collect();
        let mut finding = rules::HARD_CODED_ANSWERS.finding(
            Side::Head,
            &touched.path,
            Place::of_line(touched.symbol.line),
            format!(
                "{} answers {} inputs of the change's own tests from literals: {}",
                touched.name(),
                pairs.len(),
                shown.join(", ")
            ),
        );
        // A table beside the code, and a test of it, is how a mapping is written.
        if touched.symbol.is_constant {
            finding.level = Level::Note;
        }
        found.push(finding);
    }
}
