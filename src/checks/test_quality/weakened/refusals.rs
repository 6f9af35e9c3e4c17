//! Refusals that production code gave up together with the tests that asked for them: what raised, panicked or gave an
//! error back answers now, and the test of it went or expects the answer.
//!
//! Each alone is ordinary work: a limit is lifted, a test is replaced. Both together change what the code promises, and
//! the change is the only witness of it.
//!
//! Does not catch: a refusal told by a value (`None`, a status); one that holds for less than before; one in code that
//! the test reaches over several files.

use std::collections::BTreeSet;

use crate::budget;
use crate::change::Side;
use crate::finding::{Finding, Level, Place};
use crate::rule::built_in::tests as rules;
use crate::text::{is_in_word, stands_in};

use super::super::findings::id;
use super::super::pairing::{self, Fate};
use super::super::production::Touched;
use super::WeakenedContext;
use crate::language::test_model::{Form, Function, MarkKind, Words, holds};

/// Judges each function that refuses less often.
pub(super) fn judge(tests: &WeakenedContext<'_>, found: &mut Vec<Finding>) {
    let changed = Changed::of(tests);
    if changed.lost.is_empty() {
        return;
    }
    for (touched, gone) in &tests.production.softened {
        let Some(text) = gone.first().filter(|_| !touched.symbol.is_constant) else {
            continue;
        };
        let reaching = reaching(tests, touched);
        let by_name = |test: &Function| reaching.iter().any(|name| test.body.names.contains(name));
        let lost: Vec<&Lost<'_>> = changed
            .lost
            .iter()
            .filter(|l| by_name(l.base.test))
            .collect();
        let lifted = |words: &Words| {
            let mut gone = gone.iter();
            gone.any(|text| {
                words
                    .unbuilt
                    .iter()
                    .any(|word| text.contains(word.as_str()))
            })
        };
        let Some(first) = lost.first() else {
            continue;
        };
        let words = first.base.file.words();
        let taken: usize = lost.iter().map(|lost| lost.count).sum();
        let new = changed.new.iter().filter(|(test, _)| by_name(test));
        let given: usize = new.map(|(_, count)| count).sum();
        if given >= taken || lifted(words) {
            continue;
        }
        let names: Vec<String> = lost.iter().take(3).map(|lost| lost.sentence()).collect();
        let message = format!(
            "{} no longer refuses where base says `{text}`, and the change takes back what asked for it: {}",
            touched.name(),
            names.join(", ")
        );
        let ids: BTreeSet<String> = lost
            .iter()
            .map(|lost| id(lost.base.file, lost.base.test))
            .collect();
        // One cause, told once.
        let is_told = |other: &Finding| {
            let test = other.evidence.get("test").and_then(|test| test.as_str());
            rules::TEST_DELETED.made(other) && test.is_some_and(|test| ids.contains(test))
        };
        let mut others = found.iter().filter(|other| is_told(other));
        if others.any(|other| other.level > Level::Note) {
            continue;
        }
        found.retain(|other| !is_told(other));
        let place = Place::of_line(touched.symbol.line);
        let finding = rules::REFUSAL_GIVEN_UP.finding(Side::Head, &touched.path, place, message);
        let ids = Vec::from_iter(ids);
        found.push(finding.with("tests", ids));
    }
}

/// A test that asks for fewer refusals than before, or is gone.
struct Lost<'m> {
    base: pairing::Place<'m>,
    is_gone: bool,
    count: usize,
}

impl Lost<'_> {
    fn sentence(&self) -> String {
        let name = self.base.test.qualified();
        match self.is_gone {
            true => format!("{name} is gone"),
            false => format!("{name} asks for an answer now"),
        }
    }
}

/// How often the tests of the change ask for a refusal: where less than before, and where it is new.
struct Changed<'m> {
    lost: Vec<Lost<'m>>,
    new: Vec<(&'m Function, usize)>,
}

impl<'m> Changed<'m> {
    fn of(tests: &WeakenedContext<'m>) -> Self {
        let mut changed = Self {
            lost: Vec::new(),
            new: Vec::new(),
        };
        for (base, fate) in &tests.paired.lost {
            let count = refused(base.test, base.file.words());
            if matches!(fate, Fate::Gone) && count > 0 {
                changed.lost.push(Lost {
                    base: *base,
                    is_gone: true,
                    count,
                });
            }
        }
        for twin in tests.edited() {
            let before = refused(twin.base.test, twin.base.file.words());
            let now = refused(twin.head.test, twin.head.file.words());
            if before > now {
                changed.lost.push(Lost {
                    base: twin.base,
                    is_gone: false,
                    count: before - now,
                });
            } else if now > before {
                changed.new.push((twin.head.test, now - before));
            }
        }
        for born in &tests.paired.born {
            let count = refused(born.test, born.file.words());
            if count > 0 {
                changed.new.push((born.test, count));
            }
        }
        changed
    }
}

/// How often a test asks for a refusal.
fn refused(test: &Function, words: &Words) -> usize {
    let asks = test.live().filter(|one| match one.form {
        Form::Raises => !holds(&words.warnings, &one.operator),
        Form::Fail => !words.fails.is_empty(),
        _ if holds(&words.differences, &one.operator) => false,
        _ if words
            .denials
            .iter()
            .any(|word| one.operator.starts_with(word.as_str())) =>
        {
            false
        }
        _ => words
            .refused
            .iter()
            .any(|word| stands_in(&one.text, word, is_in_word).is_some()),
    });
    let panics = test
        .marks
        .iter()
        .filter(|mark| mark.kind == MarkKind::ShouldPanic);
    let unwraps = words
        .refused
        .iter()
        .filter(|word| test.body.calls.contains(word));
    asks.count() + panics.count() + unwraps.count()
}

/// The names by which a test reaches a function: its own, and those of what calls it in its file.
fn reaching<'t>(tests: &'t WeakenedContext<'_>, touched: &'t Touched) -> BTreeSet<&'t str> {
    let name = &touched.symbol.name;
    let calls = |other: &&Touched| {
        budget::charge(1)
            && other.path == touched.path
            && other.symbol.names.binary_search(name).is_ok()
    };
    let callers = tests.production.all.iter().filter(calls);
    let all = std::iter::once(touched).chain(callers);
    all.filter_map(|one| one.symbol.reached_by()).collect()
}
