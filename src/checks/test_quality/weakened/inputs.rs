//! What goes in rewritten in a test that was there, so that what was asked before is asked no more, with nothing in
//! production to explain it.
//!
//! Only where the test is the same but for its values: the same calls, of values written out in the assertion or bound
//! by the test. What a value only grew by is silent, and so is a test whose old question another one asks.
//!
//! Does not catch: inputs from fixtures and files, a test that was written anew around other inputs.

use std::collections::BTreeSet;

use anyhow::Result;

use crate::budget;
use crate::change::Side;
use crate::finding::Finding;
use crate::rule::built_in::tests as rules;
use crate::text::is_in_word;

use super::super::evidence::Evidence;
use super::super::pairing::Twin;
use super::WeakenedContext;
use super::written::{holds_all, masked, values};
use crate::language::test_model::strength::Strength;
use crate::language::test_model::{Assertion, Form, Function};

/// One question: what is asked, of which values, and what the answer has to be.
struct Question<'t> {
    assertion: &'t Assertion,
    /// The subject without its values.
    shape: String,
    /// What is bound on the way to it, in order.
    bound: Vec<&'t str>,
    /// All values that go in, sorted.
    values: Vec<&'t str>,
}

/// Judges the tests that were edited, but for those of which something is told already.
pub(super) fn judge(tests: &WeakenedContext<'_>, found: &mut Vec<Finding>) -> Result<()> {
    let mut asked = None;
    let mut told: BTreeSet<usize> = BTreeSet::new();
    let of_head = found.iter().filter(|finding| finding.side == Side::Head);
    let known: BTreeSet<(String, u32)> = of_head
        .map(|finding| (finding.path.clone(), finding.line))
        .collect();
    for twin in tests.edited() {
        let test = twin.head.test;
        let at = |row: u32| (twin.head.file.path.clone(), row + 1);
        let here = at(test.lines.start)..at(test.lines.end);
        let is_told = told.contains(&twin.head.pair) || known.range(here).next().is_some();
        if test.unreached.is_some() || is_told {
            continue;
        }
        let asked = asked.get_or_insert_with(|| everything(tests));
        let Some((before, after)) = bent(twin, asked).or_else(|| row(twin)) else {
            continue;
        };
        let evidence = tests.witness.of(Side::Head, twin.head.file, test)?;
        if evidence != Evidence::None {
            continue;
        }
        // One of a file says it for the others: they were rewritten in one go.
        told.insert(twin.head.pair);
        let message = format!(
            "{} asks with other values than before: `{after}` was `{before}`; {}",
            test.qualified(),
            evidence.sentence()
        );
        let finding = twin.head.of_test(rules::TEST_INPUT_REWRITTEN, message);
        found.push(finding.with("before", before).with("after", after));
    }
    Ok(())
}

/// Everything that the new and edited tests ask at head.
fn everything(tests: &WeakenedContext<'_>) -> BTreeSet<String> {
    let born = tests.paired.born.iter().map(|place| place.test);
    let all = born.chain(tests.edited().map(|twin| twin.head.test));
    all.flat_map(questions).map(|it| it.key()).collect()
}

impl Question<'_> {
    fn key(&self) -> String {
        let expected = &self.assertion.expected;
        format!("{}\0{}\0{expected}", self.shape, self.values.join("\0"))
    }
}

/// What a test asks by its assertions on values.
fn questions(test: &Function) -> Vec<Question<'_>> {
    // The values of a bound and of a tolerance are its own.
    let near = [Strength::Approx, Strength::Bound];
    let live = test.live();
    let live = live.filter(|a| a.form == Form::Value && !near.contains(&a.strength));
    live.map(|assertion| {
        let bound = way(test, &assertion.subject);
        let mut all = values(&assertion.subject);
        all.extend(bound.iter().flat_map(|text| values(text)));
        all.sort_unstable();
        Question {
            assertion,
            shape: masked(&assertion.subject),
            bound,
            values: all,
        }
    })
    .collect()
}

/// What a test binds to the names of a subject, and to the names in that.
fn way<'t>(test: &'t Function, subject: &str) -> Vec<&'t str> {
    const FARTHEST: usize = 12;
    let mut found: Vec<&str> = Vec::new();
    let mut next = 0;
    let mut text = subject;
    loop {
        for name in text
            .split(|c| !is_in_word(c))
            .filter(|name| !name.is_empty())
        {
            budget::charge(1);
            let binding = test.body.bindings.iter().find(|(own, _)| own == name);
            if let Some((_, value)) = binding
                && found.len() < FARTHEST
                && !found.contains(&value.as_str())
            {
                found.push(value);
            }
        }
        let Some(value) = found.get(next) else {
            return found;
        };
        text = value;
        next += 1;
    }
}

/// A question that was asked with other values, and that nothing asks as it was.
fn bent(twin: &Twin<'_>, asked: &BTreeSet<String>) -> Option<(String, String)> {
    let mut left = questions(twin.head.test);
    let mut old = questions(twin.base.test);
    let before: BTreeSet<String> = old.iter().map(Question::key).collect();
    left.retain(|it| !before.contains(&it.key()));
    old.retain(|it| !asked.contains(&it.key()));
    for old in old {
        let alike = |new: &Question<'_>| {
            let bound = new.bound.iter().zip(&old.bound);
            new.shape == old.shape
                && new.assertion.operator == old.assertion.operator
                && new.bound.len() == old.bound.len()
                && bound.clone().all(|(new, old)| is_alike(old, new))
        };
        let Some(at) = left.iter().position(alike) else {
            continue;
        };
        let new = left.remove(at);
        if !lost(twin, &old, &new) {
            continue;
        }
        if old.assertion.subject != new.assertion.subject {
            return Some((old.assertion.text.clone(), new.assertion.text.clone()));
        }
        let mut bound = old.bound.iter().zip(&new.bound);
        let changed = bound.find(|(old, new)| old != new)?;
        return Some(((*changed.0).to_owned(), (*changed.1).to_owned()));
    }
    None
}

/// Whether a value of the old question stands nowhere in the test any more.
fn lost(twin: &Twin<'_>, old: &Question<'_>, new: &Question<'_>) -> bool {
    let test = twin.head.test;
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    let mut gone = old.values.iter().filter(|value| {
        let stands = |text: &str| text.trim_matches(['"', '\'']) == **value;
        let in_row = || test.cases.iter().any(|row| row.contains(**value));
        // More blanks make a text no easier.
        let grew = |other: &&str| other.len() > value.len() && squeezed(other) == squeezed(value);
        budget::charge(test.body.literals.len());
        !test
            .body
            .literals
            .iter()
            .any(|literal| stands(&literal.text))
            && !in_row()
            && !new.values.iter().any(grew)
    });
    gone.next().is_some() && !holds_all(&new.values, &old.values)
}

/// Whether two bound values are the same but for what they write out, or nothing is left of the one.
fn is_alike(old: &str, new: &str) -> bool {
    matches!(new, "[]" | "{}" | "\"\"" | "vec![]" | "&[]") || masked(old) == masked(new)
}

/// A row of a table of a test that is otherwise the same, whose first part became another.
fn row(twin: &Twin<'_>) -> Option<(String, String)> {
    let (base, head) = (twin.base.test, twin.head.test);
    if base.cases.len() != head.cases.len() || base.body.tokens != head.body.tokens {
        return None;
    }
    let first = |row: &str| row.split(',').next().map(str::to_owned);
    let mut rows = base.cases.iter().zip(&head.cases);
    let (before, after) = rows.find(|(before, after)| {
        budget::charge(head.cases.len());
        first(before) != first(after)
            && before.contains(',')
            && masked(before) == masked(after)
            && !head.cases.contains(before)
    })?;
    Some((before.clone(), after.clone()))
}
