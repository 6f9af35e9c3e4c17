//! Assertions that say the opposite of what they said.
//!
//! Does not catch: the same by another value (see the rewritten values), a condition turned inside a helper.

use super::super::evidence::Evidence;
use super::super::pairing::Twin;
use super::WeakenedContext;
use super::alignment::Alignment;
use super::assertions::refine;
use super::written::masked;
use crate::finding::{Finding, Level};
use crate::language::test_model::{Assertion, Form, Words, holds};
use crate::rule::built_in::tests as rules;

/// Judges the assertions of one test that was edited.
pub(super) fn judge(
    tests: &WeakenedContext<'_>,
    twin: &Twin<'_>,
    alignment: &Alignment<'_>,
    evidence: &Evidence,
    found: &mut Vec<Finding>,
) {
    // Where the code changed, it may well do the opposite.
    if evidence.explains() {
        return;
    }
    let words = twin.head.file.words();
    for (old, new) in &alignment.changed {
        // `== True` that became `== False` is a value rewritten, and told as that.
        let by_value = masked(&old.text) == masked(&new.text);
        if by_value || !is_reversed(words, old, new) || tests.stands_elsewhere(old) {
            continue;
        }
        let message = format!(
            "{} asserts the opposite of before: `{}` was `{}`; {}",
            twin.head.test.qualified(),
            new.text,
            old.text,
            evidence.sentence()
        );
        let finding = twin
            .head
            .of_assertion(rules::ASSERTION_REVERSED, new, message);
        refine(
            found.push_mut(finding),
            Level::Escalate,
            &old.text,
            &new.text,
        );
    }
}

/// Whether the new assertion holds exactly where the old one failed.
fn is_reversed(words: &Words, old: &Assertion, new: &Assertion) -> bool {
    if old.form != new.form || old.subject != new.subject && !is_turned(old, new) {
        return false;
    }
    if old.form == Form::Mock {
        let denies =
            |a: &Assertion| holds(&words.uncalled, &a.operator) || denied(words, &a.operator).1;
        return denies(old) != denies(new);
    }
    if is_turned(old, new) {
        return true;
    }
    let (before, after) = (polarity(words, old), polarity(words, new));
    before.0 == after.0 && before.1 != after.1 && old.expected == new.expected
}

/// Whether a bound from above became one from below, or the other way round: by its operator, or by its sides.
fn is_turned(old: &Assertion, new: &Assertion) -> bool {
    let from_above = |operator: &str| match operator {
        "<" | "<=" => Some(true),
        ">" | ">=" => Some(false),
        _ => None,
    };
    let (Some(before), Some(after)) = (from_above(&old.operator), from_above(&new.operator)) else {
        return false;
    };
    let same = old.subject == new.subject && old.expected == new.expected;
    let swapped = old.subject == new.expected && old.expected == new.subject;
    same && before != after || swapped && before == after
}

/// An operator without its denials, and whether they deny it.
fn denied<'o>(words: &'o Words, operator: &'o str) -> (&'o str, bool) {
    let mut bare = operator;
    let mut denies = false;
    let strip = |text: &'o str| {
        words
            .denials
            .iter()
            .find_map(|it| text.strip_prefix(it.as_str()))
    };
    while let Some(rest) = strip(bare) {
        // `not in` is an operator of its own.
        if words.opposites.iter().flatten().any(|known| known == bare) {
            break;
        }
        bare = rest;
        denies = !denies;
    }
    (bare, denies)
}

/// The positive form of an assertion's operator, and whether the assertion denies it.
fn polarity<'o>(words: &'o Words, assertion: &'o Assertion) -> (&'o str, bool) {
    let (bare, denies) = denied(words, &assertion.operator);
    let pair = words
        .opposites
        .iter()
        .find(|[_, negative]| negative == bare);
    match pair {
        Some([positive, _]) => (positive, !denies),
        None => (bare, denies),
    }
}
