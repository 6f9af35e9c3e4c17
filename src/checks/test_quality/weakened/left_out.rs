//! Tests that a file elsewhere no longer brings in: a module of tests that nothing declares any more, examples in
//! documentation that run no more.
//!
//! Does not catch: an example that is gone, or whose code changed with its directive.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::budget;
use crate::change::Side;
use crate::finding::{Finding, Place};
use crate::rule::built_in::tests as rules;

use super::super::sides::Pair;
use super::WeakenedContext;
use super::configuration::with_tree;

/// Judges the changed files.
pub(super) fn judge(tests: &WeakenedContext<'_>, found: &mut Vec<Finding>) -> Result<()> {
    for pair in &tests.sides.pairs {
        orphans(tests, pair, found)?;
        examples(pair, found);
    }
    Ok(())
}

fn orphans(tests: &WeakenedContext<'_>, pair: &Pair<'_>, found: &mut Vec<Finding>) -> Result<()> {
    let file = pair.file;
    let texts = file.text(Side::Base).zip(file.text(Side::Head));
    let (Some(model), Some((base, head))) = (&pair.head, texts) else {
        return Ok(());
    };
    let change = tests.sides.change;
    let orphans = with_tree(change, &[], |tree| {
        model.framework.orphans(&file.path, base, head, tree)
    })?;
    for orphan in orphans {
        // One that changed is told with its tests.
        if change.file(&orphan.path).is_some() {
            continue;
        }
        let Some(left_out) = tests.sides.model_of(Side::Base, &orphan.path)? else {
            continue;
        };
        let mut names = left_out.tests().map(|test| test.qualified());
        let Some(first) = names.next() else {
            continue;
        };
        let others = match names.count() {
            0 => String::new(),
            count => format!(" and {count} more"),
        };
        let message = format!(
            "the tests of {} ({first}{others}) were built before and are no more: {}",
            orphan.path, orphan.why
        );
        found.push(rules::TEST_UNCOLLECTED.finding(
            Side::Base,
            file.base_path(),
            Place::of_line(orphan.row),
            message,
        ));
    }
    Ok(())
}

fn examples(pair: &Pair<'_>, found: &mut Vec<Finding>) {
    let texts = pair.file.text(Side::Base).zip(pair.file.text(Side::Head));
    let (Some(model), Some((base, head))) = (&pair.head, texts) else {
        return;
    };
    budget::charge_text(base.len() + head.len());
    let before = model.framework.examples(base);
    let after = model.framework.examples(head);
    let mut ran: BTreeMap<&str, usize> = BTreeMap::new();
    for example in before.iter().filter(|it| it.runs && it.asserts) {
        *ran.entry(&example.code).or_default() += 1;
    }
    for example in after.iter().filter(|it| it.runs) {
        if let Some(count) = ran.get_mut(example.code.as_str()) {
            *count = count.saturating_sub(1);
        }
    }
    for example in after.iter().filter(|it| !it.runs) {
        let Some(count) = ran
            .get_mut(example.code.as_str())
            .filter(|count| **count > 0)
        else {
            continue;
        };
        *count -= 1;
        found.push(rules::EXAMPLE_SKIPPED.finding(
            Side::Head,
            &pair.file.path,
            Place::of_line(example.row),
            format!(
                "the example at `{}` ran as a test before and does no more",
                crate::language::test_model::reading::one_line(&example.text)
            ),
        ));
    }
}
