//! Tests that were there and newly lean on what skips them whatever happens: a fixture that they ask for, a helper that
//! they call.
//!
//! Does not catch: a helper that skips under a condition that always holds.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::budget;
use crate::change::Side;
use crate::finding::{Finding, Level};
use crate::rule::built_in::tests as rules;

use super::WeakenedContext;
use super::skips::is_unasked;
use crate::language::test_model::{FileModel, Function, Mark, Role};

/// Fixtures that fixtures ask for are followed so far.
const FARTHEST: usize = 3;

/// Judges the edited tests.
pub(super) fn judge(tests: &WeakenedContext<'_>, found: &mut Vec<Finding>) -> Result<()> {
    // What the tests of a file lean on is read once.
    let mut read: BTreeMap<usize, Vec<FileModel>> = BTreeMap::new();
    for twin in tests.edited() {
        let (base, head) = (twin.base.test, twin.head.test);
        let asked = |test: &'_ Function| -> BTreeSet<String> {
            let calls = test.body.calls.iter().map(str::to_owned);
            calls.chain(test.parameters.iter().cloned()).collect()
        };
        let new: BTreeSet<String> = asked(head).difference(&asked(base)).cloned().collect();
        if new.is_empty() || head.unreached.is_some() {
            continue;
        }
        let helpers = match read.entry(twin.head.pair) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(tests.sides.leaned_on(Side::Head, twin.head.file)?),
        };
        let files: Vec<&FileModel> = std::iter::once(twin.head.file)
            .chain(helpers.iter())
            .collect();
        let Some((helper, mark)) = skipping(&files, new) else {
            continue;
        };
        let message = format!(
            "{} ran before and is skipped now by {helper}, which it leans on: `{}`",
            head.qualified(),
            mark.text
        );
        let finding = found.push_mut(twin.head.of_test(rules::TEST_SKIPPED, message));
        finding.level = Level::Escalate;
    }
    Ok(())
}

/// What of these names, or of what fixtures of these names ask for, skips whoever leans on it.
fn skipping<'m>(
    files: &[&'m FileModel],
    mut names: BTreeSet<String>,
) -> Option<(&'m str, &'m Mark)> {
    for _ in 0..FARTHEST {
        let functions = files.iter().flat_map(|file| &file.functions);
        let named = functions
            .filter(|one| budget::charge(1) && one.role != Role::Test && names.contains(&one.name));
        let named: Vec<&Function> = named.collect();
        for one in &named {
            if let Some(mark) = one.marks.iter().find(|mark| is_unasked(mark)) {
                return Some((&one.name, mark));
            }
        }
        let more = named.iter().filter(|one| one.role == Role::Fixture);
        names = more
            .flat_map(|one| one.parameters.iter().cloned())
            .collect();
    }
    None
}
