//! Tables of cases under a name, wherever the test side keeps them: emptied, sliced, filtered, shortened.
//!
//! Rows that stand in another table of the change, or that tests took over, are not lost.
//!
//! Does not catch: a table that is computed, or read from a file.

use std::collections::BTreeSet;

use anyhow::Result;

use crate::change::Side;
use crate::finding::{Finding, Level};
use crate::language::test_model::reading::in_test_folder;
use crate::language::test_model::{FileModel, Table};
use crate::rule::built_in::tests as rules;

use super::WeakenedContext;
use super::users::Users;

/// Judges the tables of changed files.
pub(super) fn judge(tests: &WeakenedContext<'_>, found: &mut Vec<Finding>) -> Result<()> {
    for pair in &tests.sides.pairs {
        let (Some(base), Some(head)) = (&pair.base, &pair.head) else {
            continue;
        };
        if !keeps_tables(head) {
            continue;
        }
        for old in &base.tables {
            let new = head.tables.iter().find(|new| new.name == old.name);
            let Some(new) = new.filter(|new| !same(old, new)) else {
                continue;
            };
            one(tests, head, old, new, found)?;
        }
    }
    Ok(())
}

/// Whether the tables of a file are of tests: those of code that tests stand beside are the code's.
fn keeps_tables(file: &FileModel) -> bool {
    let collects = file.collected.is_ok() && file.has_tests();
    in_test_folder(&file.path) || !file.words().beside_code && collects
}

fn same(old: &Table, new: &Table) -> bool {
    old.rows == new.rows && old.narrowed == new.narrowed
}

fn one(
    tests: &WeakenedContext<'_>,
    head: &FileModel,
    old: &Table,
    new: &Table,
    found: &mut Vec<Finding>,
) -> Result<()> {
    let left: BTreeSet<&String> = new.rows.iter().collect();
    let gone: Vec<&String> = old.rows.iter().filter(|row| !left.contains(row)).collect();
    let came = new.rows.len().saturating_sub(old.rows.len() - gone.len());
    let is_emptied = new.rows.is_empty() && new.narrowed.is_none() && !old.rows.is_empty();
    let is_narrowed = new.narrowed.is_some() && old.narrowed.is_none();
    if !is_emptied && !is_narrowed && gone.len() <= came
        || !is_narrowed && stand_elsewhere(tests, old, &gone)
    {
        return Ok(());
    }
    let users = Users::of(tests, head, &old.name)?;
    // What is asserted on is an expectation, and no cases.
    if users.is_empty() || users.asserted {
        return Ok(());
    }
    let how = match &new.narrowed {
        Some(how) if is_narrowed => format!("keeps only a part of its cases now (`{how}`)"),
        _ if is_emptied => format!("has none of its {} cases any more", old.rows.len()),
        _ => {
            let shown: Vec<&str> = gone.iter().take(3).map(|row| row.as_str()).collect();
            let lost = gone.len() - came;
            format!(
                "lost {lost} of its {} cases: `{}`",
                old.rows.len(),
                shown.join("`, `")
            )
        }
    };
    let message = format!("{} {how}; it gives cases to {}", old.name, users.sentence());
    let finding = rules::TEST_CASE_REMOVED.finding(Side::Head, &head.path, new.place, message);
    let finding = found.push_mut(finding);
    if is_emptied && users.unchanged {
        finding.level = Level::Block;
    }
    Ok(())
}

/// Whether the rows that are gone stand in other tables of the change now, or in those of tests.
fn stand_elsewhere(tests: &WeakenedContext<'_>, old: &Table, gone: &[&String]) -> bool {
    let models = tests
        .sides
        .pairs
        .iter()
        .filter_map(|pair| pair.head.as_ref());
    let tables = models.clone().flat_map(|model| &model.tables);
    let rows = tables
        .filter(|table| table.name != old.name)
        .flat_map(|table| &table.rows);
    let cases = models
        .flat_map(|model| &model.functions)
        .flat_map(|one| &one.cases);
    let bare = |row: &str| {
        row.trim_start_matches('(')
            .trim_end_matches([')', ','])
            .to_owned()
    };
    let known: BTreeSet<String> = rows.chain(cases).map(|row| bare(row)).collect();
    !gone.is_empty() && gone.iter().all(|row| known.contains(&bare(row)))
}
