//! Production code that answers the tests' own questions from a table or from branches.
//!
//! A table of its own beside the code, with its tests, is how a mapping is written; one whose every entry was asked by tests
//! that were there, and that a function which was there answers from now, is not.
//!
//! Does not catch: an answer computed from a fact that only the tests know.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::budget;
use crate::change::Side;
use crate::finding::{Finding, Level, Place};
use crate::language::test_model::Function;
use crate::rule::built_in::tests as rules;
use crate::text::{is_in_word, stands_in};

use super::super::production::{Touched, is_supporting};
use super::WeakenedContext;
use super::users::unchanged;

/// Inputs and expectations of tests.
#[derive(Default)]
struct Asked {
    literals: BTreeSet<String>,
    rows: Vec<String>,
}

impl Asked {
    fn extend<'m>(&mut self, tests: impl Iterator<Item = &'m Function>) {
        for test in tests {
            let literals = test.body.literals.iter();
            self.literals.extend(literals.map(|l| l.text.clone()));
            self.rows.extend(test.cases.iter().cloned());
        }
    }

    /// Whether a test has the literal.
    fn has(&self, text: &str) -> bool {
        let in_row = |row: &String| {
            budget::charge_text(row.len()) && stands_in(row, text, is_in_word).is_some()
        };
        self.literals.contains(text) || self.rows.iter().any(in_row)
    }

    /// Whether tests have a literal that tells by itself, or all parts of one that is several.
    fn holds(&self, text: &str) -> bool {
        let telling = text.len() > 3 || text.parse::<i64>().is_ok_and(|n| n.abs() > 9);
        if telling && self.has(text) {
            return true;
        }
        let parts: Vec<&str> = text.split(',').collect();
        parts.len() > 1 && parts.iter().all(|part| !part.is_empty() && self.has(part))
    }
}

/// New literal pairs in production that both stand in the change's tests, or in those that ask for the changed function.
pub(super) fn judge(tests: &WeakenedContext<'_>, found: &mut Vec<Finding>) -> Result<()> {
    let places = tests
        .paired
        .born
        .iter()
        .chain(tests.paired.twins.iter().map(|t| &t.head));
    let mut asked = Asked::default();
    asked.extend(places.map(|place| place.test));
    let mut before = Asked::default();
    before.extend(tests.paired.twins.iter().map(|twin| twin.base.test));
    for touched in &tests.production.changed {
        let new = touched.symbol.answers.iter();
        let new = new.filter(|pair| !tests.production.answered.contains(pair));
        if new.count() >= 2 && !is_supporting(&touched.path) {
            one(tests, touched, &asked, &before, found)?;
        }
    }
    Ok(())
}

fn one(
    tests: &WeakenedContext<'_>,
    touched: &Touched,
    asked: &Asked,
    before: &Asked,
    found: &mut Vec<Finding>,
) -> Result<()> {
    let of_tests = pairs(tests, touched, asked);
    let callers = callers(tests, touched);
    let mut there = Asked {
        literals: before.literals.clone(),
        rows: before.rows.clone(),
    };
    for name in &callers {
        for model in unchanged(tests, &touched.path, name)? {
            there.extend(model.tests().filter(|test| test.body.names.contains(name)));
        }
    }
    let of_old = pairs(tests, touched, &there);
    let all = touched.symbol.answers.len();
    // A function that was there answers all from it, and tests that were there asked all of it.
    let is_asked = |(key, value): &(String, String)| {
        key.split(',').all(|part| there.has(part)) && there.has(value)
    };
    let is_answer =
        !callers.is_empty() && of_old.len() > 1 && touched.symbol.answers.iter().all(is_asked);
    let pairs = match is_answer {
        true => of_old,
        false => of_tests,
    };
    // A table with more entries than the tests ask for is a table.
    if pairs.len() < 2 || pairs.len() * 2 < all {
        return Ok(());
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
            "{} answers {} inputs of the {} from literals: {}",
            touched.name(),
            pairs.len(),
            if is_answer {
                "tests"
            } else {
                "change's own tests"
            },
            shown.join(", ")
        ),
    );
    if touched.symbol.is_constant && !is_answer {
        finding.level = Level::Note;
    }
    found.push(finding);
    Ok(())
}

/// The pairs that tests have both sides of.
fn pairs(
    tests: &WeakenedContext<'_>,
    touched: &Touched,
    asked: &Asked,
) -> BTreeSet<(String, String)> {
    let pairs: BTreeSet<&(String, String)> = touched
        .symbol
        .answers
        .iter()
        .filter(|pair| !tests.production.answered.contains(pair))
        // What is given back as it came is no answer.
        .filter(|(key, value)| key != value)
        .filter(|pair| {
            asked.holds(&pair.0)
                && (asked.holds(&pair.1) || pair.0.contains(',') && asked.has(&pair.1))
        })
        .collect();
    // What stands under one key with several values are records.
    let mut by_key: BTreeMap<&String, usize> = BTreeMap::new();
    for pair in &pairs {
        *by_key.entry(&pair.0).or_default() += 1;
    }
    let once = |pair: &&(String, String)| by_key.get(&pair.0) == Some(&1);
    pairs.into_iter().filter(once).cloned().collect()
}

/// The functions that were there and answer from a symbol now: itself, or those of its file that name it.
fn callers(tests: &WeakenedContext<'_>, touched: &Touched) -> Vec<String> {
    /// Callers whose tests are read.
    const MOST: usize = 4;
    let there = |name: &String| name.len() > 2 && tests.production.there.contains(name);
    if !touched.symbol.is_constant {
        return Vec::from_iter(Some(touched.symbol.name.clone()).filter(there));
    }
    let name = &touched.symbol.name;
    let names_it = |other: &&Touched| {
        budget::charge(1)
            && other.path == touched.path
            && !other.symbol.is_constant
            && other.symbol.names.binary_search(name).is_ok()
    };
    let callers = tests.production.changed.iter().filter(names_it);
    let callers = callers.map(|other| other.symbol.name.clone());
    callers.filter(there).take(MOST).collect()
}
