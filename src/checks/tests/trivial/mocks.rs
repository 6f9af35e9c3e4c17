//! Tests that replace what they test, or assert what a mock of theirs was told to answer.
//!
//! Does not catch: doubles handed in by fixtures, and values that travel through containers.

use crate::finding::Level;

use super::super::findings::{Said, at_level};
use super::super::model::Form;
use super::Asked;

/// Judges the doubles of a test.
pub(super) fn judge(asked: &Asked<'_>, said: &mut Said) {
    let test = asked.test;
    let mut answered_only = Vec::new();
    for double in &test.body.doubles {
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
                !before.is_some_and(|c| c.is_alphanumeric() || c == '_') && after.starts_with('(')
            })
        };
        // The test calls the very thing it replaced, and asserts what comes back.
        let asserted = test.live().find(|a| {
            a.form == Form::Value
                && calls(&a.subject)
                && double
                    .answer
                    .as_ref()
                    .is_some_and(|answer| *answer == a.expected)
        });
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
            let finding = said.assertion(
                "subject-replaced",
                asked.side,
                asked.file,
                test,
                assertion,
                message,
            );
            if !direct {
                at_level(finding, Level::Escalate);
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
        said.test(
            "mock-only-test",
            asked.side,
            asked.file,
            test,
            format!(
                "everything that {} asserts comes from its own mock: {} is told to answer {answer}",
                test.qualified(),
                double.target
            ),
        );
    }
}
