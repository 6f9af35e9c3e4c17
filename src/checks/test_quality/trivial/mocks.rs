//! Tests that replace what they test, or assert what a mock of theirs was told to answer.
//!
//! Does not catch: doubles handed in by fixtures, and values that travel through containers.

use std::collections::BTreeSet;

use crate::change::{File, Side};
use crate::finding::{Finding, Level};
use crate::rule::built_in::tests as rules;

use super::super::findings::of_assertion;
use super::super::oracles::asserts_on;
use super::TrivialContext;
use crate::language::test_model::{FileModel, Form, Role};
use crate::text::is_in_word;

/// Judges the doubles of a test.
pub(super) fn judge(tests: &TrivialContext<'_>, found: &mut Vec<Finding>) {
    let test = tests.test;
    let mut answered_only = Vec::new();
    if test.body.only_doubles && test.parameters.is_empty() && test.live().next().is_some() {
        found.push(tests.of_test(
            rules::MOCK_ONLY_TEST,
            format!(
                "{} calls nothing but mocks of its own, and asserts what they say",
                test.qualified()
            ),
        ));
        return;
    }
    for double in &test.body.doubles {
        if double.local && !brings_in(tests, &double.target) {
            continue;
        }
        let Some(leaf) = double
            .target
            .rsplit('.')
            .next()
            .filter(|leaf| !leaf.is_empty())
        else {
            continue;
        };
        if double.specified {
            continue;
        }
        let calls = |text: &str| {
            text.match_indices(leaf).any(|(at, _)| {
                let before = text.get(..at).and_then(|t| t.chars().next_back());
                let after = text.get(at + leaf.len()..).unwrap_or_default();
                !before.is_some_and(is_in_word) && after.starts_with('(')
            })
        };
        // The test calls the very thing it replaced, and asserts what comes back.
        let asserted = test.live().find(|a| {
            a.form == Form::Value
                && calls(&a.subject)
                && (double.local
                    || double
                        .answer
                        .as_ref()
                        .is_some_and(|answer| *answer == a.expected))
        });
        let asserted = asserted.or_else(|| {
            let called = double.local && tests.file.words().beside_code;
            let calls = test.body.calls.contains(leaf);
            test.live().next().filter(|_| called && calls)
        });
        // Nothing but the double is asked, whatever it is told to answer.
        let away = || {
            asserts_on(test, &double.target)
                .filter(|_| !double.local && double.target.contains('.'))
        };
        let is_away = asserted.is_none();
        let asserted = asserted.or_else(away);
        let module = double.target.rsplit('.').nth(1).unwrap_or_default();
        if let Some(assertion) = asserted {
            let direct = assertion.subject.starts_with(&format!("{leaf}("))
                || assertion.subject.contains(&format!("{module}.{leaf}("));
            let message = format!(
                "{} replaces {} and then asserts what the replacement answers: `{}`",
                test.qualified(),
                double.target,
                assertion.text
            );
            let finding =
                found.push_mut(tests.of_assertion(rules::SUBJECT_REPLACED, assertion, message));
            if !direct || is_away || double.local && double.answer.is_none() {
                finding.level = Level::Escalate;
            }
            continue;
        }
        if let Some(answer) = &double.answer
            && test.live().any(|a| a.expected == *answer)
        {
            answered_only.push((double, answer));
        }
    }
    // Every value asserted comes from a double.
    let values: Vec<_> = test.live().filter(|a| a.form == Form::Value).collect();
    let all_from_doubles = !values.is_empty()
        && test
            .live()
            .all(|a| a.form != Form::Helper && a.form != Form::Raises)
        && values.iter().all(|a| {
            answered_only
                .iter()
                .any(|(_, answer)| **answer == a.expected)
        });
    if all_from_doubles && let Some((double, answer)) = answered_only.first() {
        found.push(tests.of_test(
            rules::MOCK_ONLY_TEST,
            format!(
                "everything that {} asserts comes from its own mock: {} is told to answer {answer}",
                test.qualified(),
                double.target
            ),
        ));
    }
}

/// Whether the file brings a name in from elsewhere; where tests stand beside the code, also as a function of its own.
fn brings_in(tests: &TrivialContext<'_>, name: &str) -> bool {
    let words = tests.file.words();
    let brings_doubles = |module: &str| {
        let mut doubles = words.doubles.iter();
        doubles.any(|beginning| module.starts_with(beginning.as_str()))
    };
    tests
        .file
        .imports
        .iter()
        .any(|import| import.name == name && !brings_doubles(&import.module))
        || words.beside_code
            && tests.test.scope.len() == 1
            && tests.file.functions.iter().any(|f| {
                f.name == name && f.scope.is_empty() && f.role == Role::Other && f.name != "main"
            })
}

/// Functions of the file that the change writes over what the file brings in, and that tests assert on.
pub(super) fn shadowed(file: &File, model: &FileModel, side: Side, found: &mut Vec<Finding>) {
    if model.words().beside_code {
        return;
    }
    let imports: BTreeSet<&str> = model
        .imports
        .iter()
        .filter(|i| i.module.ends_with(&format!(".{}", i.name)))
        .map(|i| i.name.as_str())
        .collect();
    for function in model.functions.iter().filter(|f| {
        f.role == Role::Other && f.scope.is_empty() && file.touches(side, f.lines.clone())
    }) {
        // Indented it stands in where the other is missing.
        if function.place.column > 5 || !imports.contains(function.name.as_str()) {
            continue;
        }
        let call = format!("{}(", function.name);
        let asserted = model.tests().find_map(|test| {
            let found = test
                .live()
                .find(|a| a.form == Form::Value && a.subject.starts_with(&call))?;
            Some((test, found))
        });
        if let Some((test, assertion)) = asserted {
            let message = format!(
                "{} asserts on {}, which this file defines over what it imports by that name: `{}`",
                test.qualified(),
                function.name,
                assertion.text
            );
            let finding = found.push_mut(of_assertion(
                rules::SUBJECT_REPLACED,
                side,
                model,
                test,
                assertion,
                message,
            ));
            finding.level = Level::Escalate;
        }
    }
}
