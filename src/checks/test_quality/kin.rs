//! What became of each test of base, for who runs them: its twin at head, and what the change did to it.
//!
//! Does not catch: a helper, a fixture or a setting that changed under a test; its text is the same.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::change::{BySide, Side};
use crate::checks::Context;
use crate::finding::{Finding, Level};
use crate::place::Place;
use crate::rule::built_in::tests as rules;

use super::findings::id;
use super::pairing::{self, Fate};
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
    /// It asks less, by this finding.
    Weaker(String),
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
            let deed = if let Some(rule) = weaker.get(&head.id).or_else(|| weaker.get(&base.id)) {
                Deed::Weaker(rule.clone())
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

/// The rule that says of a test that it asks less, by the test.
fn weaker(weakened: &[Finding]) -> BTreeMap<String, String> {
    // What the change of the code explains is a note, and asks less all the same.
    let always = [
        rules::ASSERTION_NOW_SWALLOWED,
        rules::ASSERTION_WEAKENED,
        rules::ASSERTIONS_REMOVED,
        rules::TOLERANCE_WIDENED,
    ];
    let says_less = |finding: &&Finding| {
        (finding.level >= Level::Escalate || always.iter().any(|rule| rule.made(finding)))
            && !rules::EXPECTED_VALUE_REWRITTEN.made(finding)
            && !rules::TEST_DELETED.made(finding)
    };
    let found = weakened.iter().filter(says_less);
    found
        .filter_map(|finding| Some((told(finding)?, finding.rule.clone())))
        .collect()
}
