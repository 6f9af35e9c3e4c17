//! What became of each test of base, for who runs them: its twin at head, and what the change did to it.
//!
//! Does not catch: a helper, a fixture or a setting that changed under a test; its text is the same.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::change::{BySide, Side};
use crate::checks::Context;
use crate::finding::{Finding, Level};
use crate::language::test_model::Function;
use crate::place::Place;
use crate::rule::built_in::tests as rules;

use super::findings::id;
use super::pairing::{self, Fate, Twin};
use super::sides::Sides;
use super::weakened::values;
use super::{oracles, with_weakened};

/// A test of a side.
#[derive(Clone, Debug)]
pub(in crate::checks) struct Named {
    /// Its file.
    pub path: String,
    /// Where its name stands.
    pub place: Place,
    /// As findings of `tests` have it.
    pub id: String,
    /// As runs have it, without its case.
    pub run: String,
}

impl Named {
    fn of(place: &pairing::Place<'_>) -> Self {
        Self {
            path: place.file.path.clone(),
            place: place.test.place,
            id: id(place.file, place.test),
            run: place.file.framework.run_name(place.file, place.test),
        }
    }
}

/// What the change did to a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::checks) enum Deed {
    /// Nothing.
    Kept,
    /// It says something else.
    Edited,
    /// It expects other values: before and after.
    Values(Vec<(String, String)>),
    /// It asks less.
    Weaker {
        /// The rule that says so.
        rule: String,
        /// Whether it asks less about what it asked about before.
        of_the_same: bool,
    },
    /// It is gone.
    Gone,
    /// It is gone, and so is what it is named after.
    GoneWithItsSubject,
}

/// A test of base, with what became of it.
#[derive(Clone, Debug)]
pub(in crate::checks) struct Kin {
    pub base: Named,
    /// None where it is gone, or went into others.
    pub head: Option<Named>,
    pub deed: Deed,
}

/// The tests of the changed files.
#[derive(Debug, Default)]
pub(in crate::checks) struct AllKin {
    /// Those of base.
    pub kin: Vec<Kin>,
    /// Those that only head has.
    pub born: Vec<Named>,
}

/// What became of the tests in the files that a check is given.
///
/// # Errors
/// Where a side cannot be read.
pub(in crate::checks) fn kin(context: &Context<'_>) -> Result<AllKin> {
    let mut sides = Sides::read(context.change, context.trees, &context.files)?;
    let oracles = BySide {
        base: oracles(&mut sides, context, Side::Base)?,
        head: oracles(&mut sides, context, Side::Head)?,
    };
    with_weakened(context, &sides, &oracles, |tests, weakened| {
        let weaker = weaker(&weakened);
        let mut all = AllKin::default();
        for twin in &tests.paired.twins {
            let (base, head) = (Named::of(&twin.base), Named::of(&twin.head));
            let (before, after) = (twin.base.test, twin.head.test);
            let is_same = before.body.tokens == after.body.tokens
                && before.marks == after.marks
                && before.cases == after.cases;
            let deed = if let Some(finding) = weaker.get(&head.id).or_else(|| weaker.get(&base.id))
            {
                Deed::Weaker {
                    rule: finding.rule.clone(),
                    of_the_same: is_of_the_same(finding, twin),
                }
            } else if is_same {
                Deed::Kept
            } else {
                match values::rewritten(twin) {
                    values if values.is_empty() => Deed::Edited,
                    values => Deed::Values(values),
                }
            };
            let head = Some(head);
            all.kin.push(Kin { base, head, deed });
        }
        let with_subject: BTreeSet<String> = weakened
            .iter()
            .filter(|found| rules::TEST_DELETED_WITH_ITS_SUBJECT.made(found))
            .filter_map(told)
            .collect();
        for (place, fate) in &tests.paired.lost {
            let base = Named::of(place);
            let (head, deed) = match fate {
                Fate::Uncollected(at, _) => (Some(Named::of(at)), Deed::Gone),
                Fate::Gone if with_subject.contains(&base.id) => (None, Deed::GoneWithItsSubject),
                Fate::Gone => (None, Deed::Gone),
                Fate::Absorbed => (None, Deed::Edited),
            };
            all.kin.push(Kin { base, head, deed });
        }
        all.born = tests.paired.born.iter().map(Named::of).collect();
        all
    })
}

/// The test that a finding is about.
fn told(finding: &Finding) -> Option<String> {
    Some(finding.evidence.get("test")?.as_str()?.to_owned())
}

/// The findings that say of a test that it asks less, by the test; the strongest of each.
fn weaker(weakened: &[Finding]) -> BTreeMap<String, &Finding> {
    // What the change of the code explains is a note there, and asks less all the same.
    let always = [rules::ASSERTION_WEAKENED, rules::TOLERANCE_WIDENED];
    let says_less = |finding: &&Finding| {
        (finding.level >= Level::Escalate || always.iter().any(|rule| rule.made(finding)))
            && !rules::EXPECTED_VALUE_REWRITTEN.made(finding)
            && !rules::TEST_DELETED.made(finding)
    };
    let mut found: BTreeMap<String, &Finding> = BTreeMap::new();
    for finding in weakened.iter().filter(says_less) {
        if let Some(test) = told(finding) {
            let known = found.entry(test).or_insert(finding);
            if known.level < finding.level {
                *known = finding;
            }
        }
    }
    found
}

/// Whether a test asks less of the same: nothing at all, or less about what it asked about before.
fn is_of_the_same(finding: &Finding, twin: &Twin<'_>) -> bool {
    let drops = [rules::ASSERTION_DROPPED, rules::TEST_CASE_REMOVED];
    if drops.iter().any(|rule| rule.made(finding)) {
        return false;
    }
    let weakens = [rules::ASSERTION_WEAKENED, rules::TOLERANCE_WIDENED];
    if !weakens.iter().any(|rule| rule.made(finding)) {
        return true;
    }
    let subject = |key: &str, test: &Function| {
        let text = finding.evidence.get(key)?.as_str()?;
        let mut all = test.body.assertions.iter();
        let found = all.find(|assertion| assertion.text == text)?;
        Some(found.subject.clone())
    };
    let before = subject("before", twin.base.test);
    before.is_some() && before == subject("after", twin.head.test)
}
