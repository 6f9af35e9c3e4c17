//! No assertion is left; one is weaker or gone; its failure is dropped now; it lets
//! more pass than before.
//!
//! Does not catch: an assertion that keeps its row of the lattice and asks something easier.

use anyhow::Result;

use crate::change::Side;
use crate::finding::{Finding, Level};
use crate::rule::built_in::tests as rules;

use super::super::carried::Reach;
use super::super::evidence::Evidence;
use super::super::pairing::Twin;
use super::WeakenedContext;
use super::alignment::{Alignment, align};
use super::expanded;
use super::parts::{asks_how_many, asks_part_by_part};
use super::reversed;
use super::values;
use super::weaker::{plain, weaker};
use crate::language::test_model::strength::Strength;
use crate::language::test_model::{
    Assertion, Fate, Form, Function, Mark, MarkKind, Role, Words, holds,
};
use crate::text::{is_in_word, stands_in};

/// Judges one test that was edited.
pub(super) fn judge(
    tests: &WeakenedContext<'_>,
    twin: &Twin<'_>,
    found: &mut Vec<Finding>,
) -> Result<()> {
    let (base, head) = (twin.base.test, twin.head.test);
    let unconditional = head
        .marks
        .iter()
        .any(|m| m.kind == MarkKind::Skip && m.condition.is_none() && m.case.is_none());
    if head.unreached.is_some() || unconditional {
        return Ok(());
    }
    panics_for_any_reason(twin, found);
    let old: Vec<&Assertion> = base.live().collect();
    if old.is_empty() {
        return Ok(());
    }
    let swallowed = swallowed(twin, found);
    let new: Vec<&Assertion> = head.live().collect();
    if new.is_empty() && swallowed == 0 {
        return emptied(tests, twin, &old, found);
    }
    conditional(tests, twin, &old, &new, found)?;
    let (was, is) = (
        expanded::live(tests, Side::Base, twin.base.file, base, head),
        expanded::live(tests, Side::Head, twin.head.file, head, base),
    );
    let alignment = align(was.iter().collect(), is.iter().collect());
    // What is swallowed now is told already.
    let reported = |assertion: &Assertion| {
        tests.stands_elsewhere(assertion)
            || head.body.assertions.iter().any(|other| {
                other.subject == assertion.subject && other.fate != Fate::Live && swallowed > 0
            })
    };
    let evidence = tests.witness.of(Side::Head, twin.head.file, head)?;
    compare(twin, &alignment, &evidence, found);
    reversed::judge(tests, twin, &alignment, &evidence, found);
    values::redefined(twin, &alignment, &evidence, found);
    defaulted(twin, &evidence, found);
    dropped(twin, &alignment, &evidence, reported, found);
    Ok(())
}

/// `should_panic(expected = ..)` that lost its expectation.
fn panics_for_any_reason(twin: &Twin<'_>, found: &mut Vec<Finding>) {
    let of = |marks: &'_ [Mark]| {
        marks
            .iter()
            .find(|m| m.kind == MarkKind::ShouldPanic)
            .map(|m| (m.reason.clone(), m.text.clone()))
    };
    let (old, new) = (of(&twin.base.test.marks), of(&twin.head.test.marks));
    let (Some((before, text)), Some((after, now))) = (old, new) else {
        return;
    };
    if before.is_empty() || !after.is_empty() {
        return;
    }
    let message = format!(
        "{} asks less than before (any panic is enough now): `{now}` was `{text}`",
        twin.head.test.qualified()
    );
    let finding = found.push_mut(twin.head.of_test(rules::ASSERTION_WEAKENED, message));
    refine(finding, Level::Escalate, &text, &now);
}

/// Assertions whose failure is dropped now.
fn swallowed(twin: &Twin<'_>, found: &mut Vec<Finding>) -> usize {
    let (base, head) = (twin.base.test, twin.head.test);
    let mut count = 0;
    for assertion in &head.body.assertions {
        let (how, level) = match &assertion.fate {
            Fate::Swallowed(how) => (how, Level::Block),
            Fate::PerhapsSwallowed(how) => (how, Level::Escalate),
            Fate::Live | Fate::Dead(_) => continue,
        };
        let was = base
            .live()
            .find(|old| old.subject == assertion.subject && old.form == assertion.form);
        let Some(was) = was else {
            continue;
        };
        count += 1;
        if level == Level::Escalate && head.live().next().is_some() {
            continue;
        }
        let message = format!(
            "`{}` could fail {} before and cannot now: {how} drops the failure",
            assertion.text,
            head.qualified()
        );
        let finding = found.push_mut(twin.head.of_assertion(
            rules::ASSERTION_NOW_SWALLOWED,
            assertion,
            message,
        ));
        refine(finding, level, &was.text, &assertion.text);
    }
    count
}

pub(super) fn refine(finding: &mut Finding, level: Level, before: &str, after: &str) {
    finding.level = level;
    finding.evidence.insert("before".into(), before.into());
    finding.evidence.insert("after".into(), after.into());
}

/// Assertions that all ran, and run only under a condition now.
fn conditional(
    tests: &WeakenedContext<'_>,
    twin: &Twin<'_>,
    old: &[&Assertion],
    new: &[&Assertion],
    found: &mut Vec<Finding>,
) -> Result<()> {
    let head = twin.head.test;
    let ran = |a: &&&Assertion| !a.guarded && a.form != Form::Fail;
    // The other branch fails.
    let fails = head.body.assertions.iter().any(|a| a.form == Form::Fail);
    let (Some(was), Some(first), None) = (
        old.iter().find(ran),
        new.first(),
        new.iter().find(|a| !a.guarded),
    ) else {
        return Ok(());
    };
    if fails || head.body.can_fail && !twin.base.test.body.can_fail {
        return Ok(());
    }
    let evidence = tests.witness.of(Side::Head, twin.head.file, head)?;
    let message = format!(
        "{} asserts only under a condition now, and asserted in any case before: `{}` was `{}`; {}",
        head.qualified(),
        first.text,
        was.text,
        evidence.sentence()
    );
    let finding = found.push_mut(twin.head.of_assertion(
        rules::ASSERTION_NOW_CONDITIONAL,
        first,
        message,
    ));
    refine(finding, Level::Escalate, &was.text, &first.text);
    Ok(())
}

/// A failure where no value is that became a value of its own.
fn defaulted(twin: &Twin<'_>, evidence: &Evidence, found: &mut Vec<Finding>) {
    let (base, head, words) = (twin.base.test, twin.head.test, twin.head.file.words());
    let unwrapped = words
        .unwraps
        .iter()
        .find(|name| base.body.calls.contains(name));
    let failed = unwrapped.is_some() || base.body.can_fail;
    let new = words
        .defaults
        .iter()
        .find(|name| head.body.calls.contains(name) && !base.body.calls.contains(name));
    let (Some(name), true) = (new, failed) else {
        return;
    };
    let message = format!(
        "{} asks less than before (`{name}` puts a value in the place of a failure); {}",
        head.qualified(),
        evidence.sentence()
    );
    let finding = found.push_mut(twin.head.of_test(rules::ASSERTION_WEAKENED, message));
    let level = match evidence.explains() {
        true => Level::Note,
        false => Level::Escalate,
    };
    let before = words.unwraps.first().map_or("", String::as_str);
    refine(finding, level, before, name);
}

/// No assertion is left.
fn emptied(
    tests: &WeakenedContext<'_>,
    twin: &Twin<'_>,
    old: &[&Assertion],
    found: &mut Vec<Finding>,
) -> Result<()> {
    let head = twin.head.test;
    // A helper, a fixture or an exception of its own may judge in its place.
    let other = tests
        .oracles(Side::Head, twin.head.pair)
        .is_some_and(|oracles| {
            head.body
                .calls
                .iter()
                .any(|name| oracles.by_call(name) && !twin.base.test.body.calls.contains(name))
                || head.parameters.iter().any(|name| {
                    oracles.by_fixture(name) && !twin.base.test.parameters.contains(name)
                })
        })
        || head.body.can_fail
            && !twin.base.test.body.can_fail
            && !only_unwraps(head, twin.head.file.words())
        || head.marks.iter().any(|m| m.kind == MarkKind::ShouldPanic);
    if other {
        return Ok(());
    }
    let evidence = tests.witness.of(Side::Head, twin.head.file, head)?;
    let shown: Vec<&str> = old.iter().take(3).map(|a| a.text.as_str()).collect();
    let finding = found.push_mut(twin.head.of_test(
        rules::ASSERTIONS_REMOVED,
        format!(
            "{} asserts nothing any more; before: `{}`; {}",
            head.qualified(),
            shown.join("`, `"),
            evidence.sentence()
        ),
    ));
    // What is left may still be a proof that nothing is raised.
    let words = twin.head.file.words();
    let warnings = old.iter().all(|a| holds(&words.warnings, &a.operator));
    let level = match (warnings && evidence.explains(), head.body.can_fail) {
        (true, _) => Level::Note,
        (false, true) => Level::Escalate,
        (false, false) => Level::Block,
    };
    refine(finding, level, &shown.join("; "), "");
    Ok(())
}

/// Whether what can end a test is that a value is not there, and nothing asks which one it is.
fn only_unwraps(test: &Function, words: &Words) -> bool {
    let calls = |names: &[String]| names.iter().any(|name| test.body.calls.contains(name));
    calls(&words.unwraps) && !calls(&words.fails)
}

/// Assertions with a counterpart: weaker ones, and such that let more pass.
fn compare(
    twin: &Twin<'_>,
    alignment: &Alignment<'_>,
    evidence: &Evidence,
    found: &mut Vec<Finding>,
) {
    let pairs = alignment.changed.iter().chain(&alignment.replaced);
    for (at, (old, new)) in pairs.enumerate() {
        let replaced = at >= alignment.changed.len();
        let Some((rule, why)) = weaker(twin.head.file.words(), old, new, replaced) else {
            continue;
        };
        let is_weakened = rule == rules::ASSERTION_WEAKENED;
        let others = || twin.head.test.live().filter(|a| a.text != new.text);
        // `raises(.., match="x")` that became `"x" in str(error.value)`.
        let pattern = old
            .expected
            .split_once(',')
            .map(|(_, pattern)| plain(pattern));
        let asked_after = old.form == Form::Raises
            && pattern.is_some_and(|p| p.len() > 2 && others().any(|a| asks_for(a, p)));
        // Part by part is as much as the whole.
        let in_parts = asks_part_by_part(twin.head.test, old, new)
            || new.strength >= old.strength && asks_how_many(twin.head.test, old);
        if asked_after || in_parts && is_weakened {
            continue;
        }
        let drastic =
            is_weakened && new.strength <= Strength::NotNone && old.strength >= Strength::Pattern;
        let level = if evidence.explains() && !drastic {
            Level::Note
        } else {
            Level::Escalate
        };
        let message = format!(
            "{} asks less than before ({why}): `{}` was `{}`; {}",
            twin.head.test.qualified(),
            new.text,
            old.text,
            evidence.sentence()
        );
        let finding = found.push_mut(twin.head.of_assertion(rule, new, message));
        refine(finding, level, &old.text, &new.text);
    }
}

/// Whether an assertion holds the words of a pattern, which marks the ends and escapes.
fn asks_for(assertion: &Assertion, pattern: &str) -> bool {
    let bare: String = pattern
        .chars()
        .filter(|c| !matches!(c, '\\' | '^' | '$' | '"' | '\''))
        .collect();
    let bare = bare.strip_prefix('r').unwrap_or(&bare);
    assertion.text.contains(pattern) || bare.len() > 2 && assertion.text.contains(bare)
}

/// Assertions without a counterpart.
fn dropped(
    twin: &Twin<'_>,
    alignment: &Alignment<'_>,
    evidence: &Evidence,
    reported: impl Fn(&Assertion) -> bool,
    found: &mut Vec<Finding>,
) {
    let carried = || {
        let reach = Reach::of(twin.head.file, twin.head.test);
        reach.is_some_and(|mut reach| {
            reach.asks_elsewhere(twin.base.test) && reach.takes(twin.base.test)
        })
    };
    let gone: Vec<&Assertion> = alignment
        .dropped
        .iter()
        .copied()
        .filter(|a| !reported(a))
        .filter(|a| !merged(twin, a) && !is_part(twin, a))
        // A helper that stops where it cannot go on asks nothing.
        .filter(|a| a.form != Form::Fail || twin.head.test.role == Role::Test)
        // Presence asked before the value itself is no loss where the value is still asked.
        .filter(|a| a.strength > Strength::NotNone || a.form != Form::Value)
        .collect();
    if gone.len() <= alignment.added.len() || carried() {
        return;
    }
    let shown: Vec<&str> = gone.iter().take(3).map(|a| a.text.as_str()).collect();
    let message = format!(
        "{} lost {} of its {} assertions: `{}`; {}",
        twin.head.test.qualified(),
        gone.len() - alignment.added.len(),
        alignment.same.len()
            + alignment.changed.len()
            + alignment.replaced.len()
            + alignment.dropped.len(),
        shown.join("`, `"),
        evidence.sentence()
    );
    let finding = found.push_mut(twin.head.of_test(rules::ASSERTION_DROPPED, message));
    let level = if evidence.explains() {
        Level::Note
    } else {
        Level::Escalate
    };
    refine(finding, level, &shown.join("; "), "");
}

/// Whether an assertion asks for a part of what is compared as a whole now: `a == b` in the place of its parts.
fn is_part(twin: &Twin<'_>, assertion: &Assertion) -> bool {
    let is_name = |text: &str| !text.is_empty() && text.chars().all(is_in_word);
    let whole = |new: &&Assertion| {
        let names = [&new.subject, &new.expected];
        new.form == Form::Value
            && new.operator == "=="
            && new.strength == Strength::Exact
            && new.text != assertion.text
            && names.iter().all(|name| is_name(name))
            && names
                .iter()
                .any(|name| stands_in(&assertion.subject, name, is_in_word).is_some())
    };
    twin.head.test.live().any(|new| whole(&new))
}

/// Whether what an assertion went by is all there still: written as a loop, a table or one comparison.
fn merged(twin: &Twin<'_>, assertion: &Assertion) -> bool {
    let count = |test: &Function, text: &str| {
        test.body.literals.iter().filter(|l| l.text == text).count()
            + test.cases.iter().filter(|case| case.contains(text)).count()
    };
    let mut own = twin
        .base
        .test
        .body
        .literals
        .iter()
        .filter(|l| {
            assertion.expected.contains(l.text.as_str())
                || assertion.subject.contains(l.text.as_str())
        })
        .peekable();
    own.peek().is_some()
        && own.all(|l| count(twin.head.test, &l.text) >= count(twin.base.test, &l.text))
}
