//! Bent tests: did the change weaken, empty, skip, delete or steer around a test that was there?
//!
//! One module a group of signs.
//!
//! Does not catch: a bend spread over several changes.

mod alignment;
mod answers;
mod assertions;
mod configuration;
mod expanded;
mod gate;
mod helpers;
mod inputs;
mod leaned;
mod left_out;
mod lost;
mod parts;
mod refusals;
mod reversed;
mod runner;
mod samples;
mod skips;
mod snapshots;
mod source;
mod subjects;
mod tables;
mod users;
pub(super) mod values;
mod weaker;
mod written;

use std::cell::OnceCell;
use std::collections::BTreeSet;

use anyhow::Result;

use crate::change::{BySide, Side};
use crate::checks::Context;

use super::evidence::Witness;
use super::oracles::Oracles;
use super::pairing::{Paired, Twin};
use super::production::Production;
use super::sides::Sides;
use crate::finding::Finding;
use crate::language::test_model::{Assertion, FileModel, Function};

pub(in crate::checks) use snapshots::is_snapshot;

/// Whether a path that holds no code concerns this: snapshots, CI, the gate's own files.
pub(super) fn is_concern(path: &str) -> bool {
    snapshots::is_snapshot(path) || snapshots::is_ci(path) || gate::is_gate_file(path)
}

/// Whether a file has tests, or what they lean on.
pub(super) fn is_test_side(file: &FileModel) -> bool {
    file.has_tests()
        || file
            .functions
            .iter()
            .any(|one| helpers::supports(file, one))
}

/// What all groups look at.
pub(super) struct WeakenedContext<'s> {
    /// Both sides.
    pub sides: &'s Sides<'s>,
    /// Tests brought together.
    pub paired: &'s Paired<'s>,
    /// What happened to production code.
    pub production: &'s Production,
    /// Whether it explains an edit.
    pub witness: Witness<'s>,
    /// Oracles by file.
    pub oracles: &'s BySide<Vec<Oracles>>,
    /// Assertions of new and edited tests, for those that moved between tests; made when first asked.
    pub elsewhere: OnceCell<BTreeSet<(String, String, String)>>,
}

impl<'s> WeakenedContext<'s> {
    /// The oracles of a file on a side.
    fn oracles(&self, side: Side, pair: usize) -> Option<&Oracles> {
        self.oracles.on(side).get(pair)
    }

    /// Whether a new or edited test of the change makes this assertion. A long expectation tells by itself.
    fn stands_elsewhere(&self, assertion: &Assertion) -> bool {
        let all = self.elsewhere.get_or_init(|| {
            let born = self.paired.born.iter().map(|place| place.test);
            born.chain(self.edited().map(|twin| twin.head.test))
                .flat_map(Function::live)
                .map(key)
                .collect()
        });
        all.contains(&key(assertion))
    }

    /// Twins whose text differs, or whose marks do.
    fn edited(&self) -> impl Iterator<Item = &Twin<'s>> {
        self.paired.twins.iter().filter(|twin| {
            let (base, head) = (twin.base.test, twin.head.test);
            base.body.tokens != head.body.tokens
                || base.marks != head.marks
                || base.cases != head.cases
                || base.unreached != head.unreached
                || base.live().count() != head.live().count()
        })
    }
}

/// What an assertion says, its subject left out where the expectation is long.
fn key(assertion: &Assertion) -> (String, String, String) {
    const TELLING: usize = 12;
    const SHORT: usize = 3;
    let subject = match assertion.expected.len() {
        length if length > TELLING => String::new(),
        // What is asked of a value of another name is asked by the same field or method.
        length if length > SHORT => match assertion.subject.rsplit_once('.') {
            Some((_, last)) => last.to_owned(),
            None => assertion.subject.clone(),
        },
        _ => assertion.subject.clone(),
    };
    (
        assertion.operator.clone(),
        assertion.expected.clone(),
        subject,
    )
}

/// Judges the change.
pub(super) fn judge(
    tests: &WeakenedContext<'_>,
    context: &Context<'_>,
    found: &mut Vec<Finding>,
) -> Result<()> {
    lost::judge(tests, found)?;
    refusals::judge(tests, found);
    skips::judge(tests, found);
    leaned::judge(tests, found)?;
    for twin in tests.edited() {
        assertions::judge(tests, twin, found)?;
        values::judge(tests, twin, found)?;
    }
    helpers::judge(tests, found)?;
    tables::judge(tests, found)?;
    values::shared_constants(tests, found)?;
    inputs::judge(tests, found)?;
    runner::judge(tests, found);
    samples::judge(tests, found);
    source::judge(tests, found);
    answers::judge(tests, found)?;
    subjects::judge(tests, found)?;
    configuration::judge(tests, found)?;
    left_out::judge(tests, found)?;
    snapshots::judge(tests, context, found);
    gate::judge(tests, context, found);
    Ok(())
}
