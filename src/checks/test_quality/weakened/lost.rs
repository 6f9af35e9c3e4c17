//! Tests that are gone; tests that are there and collected no more; cases that are gone from a
//! table.
//!
//! Does not catch: a test that another, weaker one replaced under its name; see the weakened ones.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::budget;
use crate::change::Side;
use crate::finding::{Finding, Level};
use crate::rule::built_in::tests as rules;

use super::super::evidence::Evidence;
use super::super::findings::{id, of_test};
use super::super::pairing::{Fate, Place};
use super::WeakenedContext;

/// Judges what was lost.
pub(super) fn judge(tests: &WeakenedContext<'_>, found: &mut Vec<Finding>) -> Result<()> {
    let counts = Counts::of(tests);
    for (place, fate) in &tests.paired.lost {
        match fate {
            Fate::Absorbed => {}
            Fate::Uncollected(at, why) => {
                let message = format!(
                    "test {} was collected before and is no more: {why}",
                    place.test.qualified()
                );
                let rule = rules::TEST_UNCOLLECTED;
                let finding = at.of_test(rule, message);
                found.push(finding.with("before", id(place.file, place.test)));
            }
            Fate::Gone => gone(tests, place, &counts, found)?,
        }
    }
    for twin in tests.edited() {
        if let (None, Some(unreached)) = (&twin.base.test.unreached, &twin.head.test.unreached) {
            found.push(twin.head.of_test(
                rules::TEST_UNCOLLECTED,
                format!(
                    "test {} ran before and never runs now: {}",
                    twin.head.test.qualified(),
                    unreached.why
                ),
            ));
        }
        cases(tests, &twin.base, &twin.head, found)?;
    }
    Ok(())
}

/// How many tests came, and how many went, in each file; by its place among the pairs.
#[derive(Default)]
struct Counts {
    born: BTreeMap<usize, usize>,
    lost: BTreeMap<usize, usize>,
}

impl Counts {
    fn of(tests: &WeakenedContext<'_>) -> Self {
        let mut counts = Self::default();
        for place in &tests.paired.born {
            *counts.born.entry(place.pair).or_default() += 1;
        }
        for (place, fate) in &tests.paired.lost {
            if matches!(fate, Fate::Gone) {
                *counts.lost.entry(place.pair).or_default() += 1;
            }
        }
        counts
    }
}

fn gone(
    tests: &WeakenedContext<'_>,
    place: &Place<'_>,
    counts: &Counts,
    found: &mut Vec<Finding>,
) -> Result<()> {
    let (file, test) = (place.file, place.test);
    let names = &test.body.names;
    // The subject went: a symbol that the test names, or the module that its file imports.
    let subject = tests.production.deleted.iter().find(|touched| {
        budget::charge(1);
        let symbol = &touched.symbol;
        names.contains(&symbol.name) && symbol.name.len() > 2
            || symbol.implicit && names.contains(&symbol.owner)
    });
    let module = || {
        tests.sides.change.files.iter().find(|changed| {
            budget::charge(1);
            let stem = changed.path.rsplit('/').next().unwrap_or_default();
            let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
            changed.head.is_none()
                && !super::super::production::is_supporting(&changed.path)
                && stem.len() > 2
                && (names.contains(stem)
                    || file
                        .imports
                        .iter()
                        .any(|i| i.module.split(['.', ':']).any(|part| part == stem))
                    || file.path.contains(stem))
        })
    };
    let asserted: Vec<&str> = test.live().map(|a| a.text.as_str()).take(3).collect();
    let before = if asserted.is_empty() {
        String::new()
    } else {
        format!("; it asserted `{}`", asserted.join("`, `"))
    };
    let name = test.qualified();
    let gone_with = subject
        .map(super::super::production::Touched::name)
        .or_else(|| module().map(|changed| changed.path.clone()));
    if let Some(subject) = gone_with {
        found.push(of_test(
            rules::TEST_DELETED_WITH_ITS_SUBJECT,
            Side::Base,
            file,
            test,
            format!("test {name} went together with what it tested ({subject})"),
        ));
        return Ok(());
    }
    let evidence = tests.witness.of(Side::Base, file, test)?;
    let replaced =
        evidence > Evidence::None && counts.born.get(&place.pair) >= counts.lost.get(&place.pair);
    let finding = found.push_mut(of_test(
        rules::TEST_DELETED,
        Side::Base,
        file,
        test,
        format!(
            "test {name} is gone, and no other test took it over{before}; {}",
            evidence.sentence()
        ),
    ));
    // A limit of what is built is lifted by building more.
    let unbuilt = &file.words().unbuilt;
    let is_limit = |text: &&str| unbuilt.iter().any(|word| text.contains(word.as_str()));
    let is_lifted = evidence.explains() && asserted.first().is_some_and(is_limit);
    if replaced || is_lifted {
        finding.level = Level::Note;
    }
    Ok(())
}

/// Rows that are gone from a kept test's table.
fn cases(
    tests: &WeakenedContext<'_>,
    base: &Place<'_>,
    head: &Place<'_>,
    found: &mut Vec<Finding>,
) -> Result<()> {
    let mut left: Vec<&String> = head.test.cases.iter().collect();
    let gone: Vec<&String> = base
        .test
        .cases
        .iter()
        .filter(|case| match left.iter().position(|other| other == case) {
            Some(at) => {
                left.remove(at);
                false
            }
            None => true,
        })
        .collect();
    // Rows rewritten in place are values; a row less is a case less.
    if gone.len() <= left.len() || head.test.cases.is_empty() {
        return Ok(());
    }
    let evidence = tests.witness.of(Side::Head, head.file, head.test)?;
    let shown: Vec<&str> = gone.iter().take(3).map(|case| case.as_str()).collect();
    let finding = found.push_mut(head.of_test(
        rules::TEST_CASE_REMOVED,
        format!(
            "{} lost {} of its {} cases: `{}`; {}",
            head.test.qualified(),
            gone.len() - left.len(),
            base.test.cases.len(),
            shown.join("`, `"),
            evidence.sentence()
        ),
    ));
    // A new test beside it, on the same calls, with a table as long: the rows went there.
    let moved: usize = tests
        .paired
        .born
        .iter()
        .filter(|b| b.pair == head.pair && b.test.unreached.is_none())
        .filter(|b| {
            let calls = &b.test.body.calls;
            let project = |call: &str| head.file.imports.iter().any(|i| i.name == call);
            let both = |call: &&str| head.test.body.calls.contains(call);
            calls.iter().filter(both).any(project)
        })
        .map(|b| b.test.cases.len())
        .sum();
    if evidence.explains() || moved >= gone.len() - left.len() {
        finding.level = Level::Note;
    }
    Ok(())
}
