//! Expected values rewritten in a test that was there, with nothing in production to explain it.
//!
//! Where what goes in changed too, or a production symbol that the test reaches, it is ordinary work.
//!
//! Does not catch: an expectation computed from names, golden files (see the snapshots).

use std::collections::BTreeSet;

use anyhow::Result;

use crate::change::Side;
use crate::finding::{Finding, Level};
use crate::rule::built_in::tests as rules;

use super::super::evidence::Evidence;
use super::super::findings::of_test;
use super::super::pairing::Twin;
use super::WeakenedContext;
use super::alignment::{Alignment, align};
use super::expanded::is_plain;
use crate::language::test_model::strength::Strength;
use crate::language::test_model::{Assertion, FileModel, Form, Function, MarkKind, holds};
use crate::text::{is_in_word, stands_in};

/// Judges one test that was edited.
pub(super) fn judge(
    tests: &WeakenedContext<'_>,
    twin: &Twin<'_>,
    found: &mut Vec<Finding>,
) -> Result<()> {
    let head = twin.head.test;
    if head.unreached.is_some() {
        return Ok(());
    }
    let rewritten = rewritten(twin);
    if rewritten.is_empty() {
        return Ok(());
    }
    let told = found.len();
    say(tests, twin.head.file, head, &rewritten, found)?;
    // What was known to fail expected something that did not hold.
    if is_no_longer_expected_to_fail(twin) {
        for finding in found.iter_mut().skip(told) {
            finding.level = Level::Note;
        }
    }
    Ok(())
}

/// Whether a test, or a case of it, was expected to fail, and none is any more.
fn is_no_longer_expected_to_fail(twin: &Twin<'_>) -> bool {
    let expected = |test: &Function| {
        let mut marks = test.marks.iter();
        marks.any(|mark| mark.kind == MarkKind::ExpectedFailure)
    };
    expected(twin.base.test) && !expected(twin.head.test)
}

/// The values that a test expects otherwise than before: before and after.
pub(in super::super) fn rewritten(twin: &Twin<'_>) -> Vec<(String, String)> {
    let (base, head) = (twin.base.test, twin.head.test);
    let mut rewritten = literals(base, head);
    if rewritten.is_empty() {
        rewritten = aligned(base, head);
    }
    rewritten.extend(rows(base, head));
    rewritten.extend(constants(twin.base.file, twin.head.file, head));
    rewritten
}

fn say(
    tests: &WeakenedContext<'_>,
    file: &FileModel,
    test: &Function,
    rewritten: &[(String, String)],
    found: &mut Vec<Finding>,
) -> Result<()> {
    let evidence = tests.witness.of(Side::Head, file, test)?;
    if evidence.explains() || tests.witness.is_worded_anew(file, rewritten) {
        return Ok(());
    }
    if is_recorded(file, test, rewritten) && !tests.production.is_untouched() {
        return Ok(());
    }
    tell(file, test, rewritten, &evidence, found);
    Ok(())
}

/// Whether the runner writes all these values into the file: a recording like those beside it.
fn is_recorded(file: &FileModel, test: &Function, rewritten: &[(String, String)]) -> bool {
    let words = file.words();
    let recorded = |after: &String| {
        let mut all = test
            .live()
            .filter(|it| holds(&words.recorded, &it.operator));
        all.any(|it| it.expected.contains(after.as_str()))
    };
    !words.recorded.is_empty() && rewritten.iter().all(|(_, after)| recorded(after))
}

fn tell(
    file: &FileModel,
    test: &Function,
    rewritten: &[(String, String)],
    evidence: &Evidence,
    found: &mut Vec<Finding>,
) {
    let shown: Vec<String> = rewritten
        .iter()
        .take(3)
        .map(|(before, after)| format!("{} was {}", short(after), short(before)))
        .collect();
    let message = format!(
        "{} expects other values than before ({}); {}",
        test.qualified(),
        shown.join(", "),
        evidence.sentence()
    );
    let of = |pick: fn(&(String, String)) -> &String| {
        rewritten
            .iter()
            .take(20)
            .map(|pair| serde_json::Value::from(pick(pair).as_str()))
            .collect::<Vec<_>>()
    };
    let finding = of_test(
        rules::EXPECTED_VALUE_REWRITTEN,
        Side::Head,
        file,
        test,
        message,
    );
    found.push(
        finding
            .with("before", of(|pair| &pair.0))
            .with("after", of(|pair| &pair.1)),
    );
}

fn short(text: &str) -> String {
    crate::language::test_model::reading::one_line(text)
}

/// Expected literals that differ, where everything that goes in is the same.
fn literals(base: &Function, head: &Function) -> Vec<(String, String)> {
    let of = |test: &Function, expected: bool| -> Vec<String> {
        let mut list: Vec<String> = test
            .body
            .literals
            .iter()
            .filter(|l| l.expected == expected)
            .map(|l| l.text.clone())
            .collect();
        if !expected {
            list.sort();
        }
        list
    };
    let (old, new) = (of(base, true), of(head, true));
    if old.len() != new.len() || of(base, false) != of(head, false) {
        return Vec::new();
    }
    // The same literals in another order: the assertions were moved.
    let sorted = |list: &[String]| {
        let mut list = list.to_vec();
        list.sort();
        list
    };
    if sorted(&old) == sorted(&new) {
        return Vec::new();
    }
    if old
        .iter()
        .zip(&new)
        .any(|(before, after)| !same_kind(before, after))
    {
        return Vec::new();
    }
    old.into_iter()
        .zip(new)
        .filter(|(before, after)| before != after && unquoted(before) != unquoted(after))
        .filter(|(before, after)| !is_sharper(base, head, before, after))
        .collect()
}

/// Whether a part of a value was asked for, and all of it is now.
fn is_sharper(base: &Function, head: &Function, before: &str, after: &str) -> bool {
    let asks = |test: &Function, value: &str| {
        let of = test
            .live()
            .filter(|it| it.expected == value || it.text.contains(value));
        of.map(|it| it.strength).max()
    };
    unquoted(after).contains(&unquoted(before)) && asks(head, after) > asks(base, before)
}

/// Expectations of assertions that ask the same of the same subject, where everything that goes in is
/// the same.
fn aligned(base: &Function, head: &Function) -> Vec<(String, String)> {
    let inputs = |test: &Function| {
        let expected: BTreeSet<&str> = test.live().map(|one| one.expected.as_str()).collect();
        let mut list: Vec<String> = test
            .body
            .literals
            .iter()
            .filter(|l| !l.expected && !expected.contains(l.text.as_str()))
            .map(|l| l.text.clone())
            .collect();
        list.sort();
        list
    };
    let near = [Strength::Exact, Strength::Approx];
    if inputs(base) != inputs(head) {
        return Vec::new();
    }
    align(base.live().collect(), head.live().collect())
        .changed
        .iter()
        .filter(|(old, new)| {
            old.subject == new.subject
                && old.operator == new.operator
                && near.contains(&old.strength)
                && old.tolerances == new.tolerances
                && unquoted(value(&old.expected)) != unquoted(value(&new.expected))
                && is_literal(value(&old.expected))
                && is_literal(value(&new.expected))
        })
        .map(|(old, new)| (old.expected.clone(), new.expected.clone()))
        .collect()
}

/// The literal that a text makes a value of: `float("75")`; any other text itself.
fn value(text: &str) -> &str {
    let inside = text.strip_suffix(')').and_then(|text| text.split_once('('));
    let is_made =
        |maker: &str| !maker.is_empty() && maker.chars().all(|c| is_in_word(c) || c == '.');
    // What is calculated there may come to the same.
    let is_one = |inside: &str| {
        let is_plain = |c: char| is_in_word(c) || c == '.';
        inside.starts_with(['"', '\'']) || inside.chars().all(is_plain)
    };
    match inside {
        Some((maker, inside)) if is_made(maker) && is_one(inside) && is_literal(inside) => inside,
        _ => text,
    }
}

/// Whether a text outside of quotes names nothing.
fn is_literal(text: &str) -> bool {
    let mut quote = None;
    for c in text.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if matches!(c, '"' | '\'') => quote = Some(c),
            None if c.is_alphabetic() => return false,
            None => {}
        }
    }
    !text.is_empty()
}

/// Whether two literals are of one kind.
fn same_kind(a: &str, b: &str) -> bool {
    let quoted = |text: &str| text.contains(['"', '\'']);
    quoted(a) == quoted(b)
}

/// Quotes and prefixes are spelling.
fn unquoted(text: &str) -> String {
    text.trim_start_matches(['r', 'b', 'u', 'f', '#'])
        .trim_matches(['"', '\'', '#'])
        // The ends of a pattern.
        .trim_start_matches('^')
        .trim_end_matches('$')
        .replace('\\', "")
}

/// Rows of a table whose inputs are the same and whose last part differs.
fn rows(base: &Function, head: &Function) -> Vec<(String, String)> {
    if base.cases.len() != head.cases.len() {
        return Vec::new();
    }
    base.cases
        .iter()
        .zip(&head.cases)
        .filter(|(before, after)| before != after && unquoted(before) != unquoted(after))
        .filter(|(before, after)| {
            let first = |row: &str| row.split(',').next().map(str::to_owned);
            first(before) == first(after) && before.contains(',')
        })
        .map(|(before, after)| (before.clone(), after.clone()))
        .collect()
}

/// Module-level literals that the test's assertions name.
fn constants(base: &FileModel, head: &FileModel, test: &Function) -> Vec<(String, String)> {
    let named: BTreeSet<&String> = test
        .body
        .assertions
        .iter()
        .flat_map(|assertion| &assertion.names)
        .collect();
    base.constants
        .iter()
        .filter(|(name, _)| named.contains(name))
        .filter_map(|(name, before)| {
            let (_, after) = head.constants.iter().find(|(other, _)| other == name)?;
            (before != after).then(|| (before.clone(), after.clone()))
        })
        .collect()
}

/// Expectations that say less of what the same subject comes to: a literal became what the inputs come to, a name fell out
/// of a formula, a helper expects another literal.
pub(super) fn redefined(
    twin: &Twin<'_>,
    alignment: &Alignment<'_>,
    evidence: &Evidence,
    found: &mut Vec<Finding>,
) {
    let head = twin.head.test;
    if evidence.explains() {
        return;
    }
    let written = |one: &Assertion| match one.stands_for.as_str() {
        "" => one.expected.clone(),
        text => text.to_owned(),
    };
    let exact = |one: &Assertion| one.strength == Strength::Exact && one.form == Form::Value;
    let same = alignment.same.iter().chain(&alignment.changed);
    let redefined = same.filter(|(old, new)| {
        exact(old) && exact(new) && old.subject == new.subject && old.operator == new.operator
    });
    let mut rewritten: Vec<(String, String)> = redefined
        .map(|(old, new)| (written(old), written(new), is_of_a_helper(head, new)))
        .filter(|(before, after, is_helped)| {
            let (was, is) = (names(before), names(after));
            let left_out = is.is_subset(&was) && is.len() < was.len() && !is.is_empty();
            let derived = is_plain(before) && !is.is_empty() && before.len() > 1;
            let words = twin.head.file.words();
            let of_inputs = || {
                is.iter().all(|name| is_input(twin, name))
                    && is.iter().any(|name| !holds(&words.builtins, name))
            };
            let literal = *is_helped && is_plain(before) && is_plain(after);
            before != after
                && unquoted(before) != unquoted(after)
                && (left_out || derived && of_inputs() || literal)
        })
        .map(|(before, after, _)| (before, after))
        .collect();
    rewritten.dedup();
    if !rewritten.is_empty() {
        tell(twin.head.file, head, &rewritten, evidence, found);
    }
}

/// Whether an assertion is one of a helper that the test calls.
fn is_of_a_helper(test: &Function, assertion: &Assertion) -> bool {
    !test.live().any(|own| own.text == assertion.text)
}

/// Whether a name is one that the test gives to its subject, or a plain call of the language.
fn is_input(twin: &Twin<'_>, name: &str) -> bool {
    let words = twin.head.file.words();
    holds(&words.builtins, name)
        || twin.base.test.live().any(|own| {
            let inside = own.subject.split_once('(').map_or("", |(_, inside)| inside);
            stands_in(inside, name, is_in_word).is_some()
        })
}

/// The names of a text, without those in quotes.
fn names(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let collect = |name: &str| {
        let begins = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
        begins.then(|| name.to_owned())
    };
    let outside = text.split(['"', '\'']).step_by(2);
    for part in outside {
        found.extend(part.split(|c| !is_in_word(c)).filter_map(collect));
    }
    found
}

/// Constants that changed under tests whose own text did not.
pub(super) fn shared_constants(
    tests: &WeakenedContext<'_>,
    found: &mut Vec<Finding>,
) -> Result<()> {
    let untouched = tests
        .paired
        .twins
        .iter()
        .filter(|twin| twin.base.test.body.tokens == twin.head.test.body.tokens);
    let mut reported: BTreeSet<(usize, String)> = BTreeSet::new();
    for twin in untouched {
        if twin.base.file.constants == twin.head.file.constants {
            continue;
        }
        let rewritten = constants(twin.base.file, twin.head.file, twin.head.test);
        let fresh: Vec<(String, String)> = rewritten
            .into_iter()
            .filter(|(before, _)| reported.insert((twin.head.pair, before.clone())))
            .collect();
        if !fresh.is_empty() {
            say(tests, twin.head.file, twin.head.test, &fresh, found)?;
        }
    }
    Ok(())
}
