//! What tests ran at base and do not at head, and what is not measured any more.
//!
//! Does not catch: a lost line that holds no code of its own (a closing brace): producers do not agree on those.

use anyhow::Result;

use super::compare::Compared;
use super::role::{self, Role};
use super::texts::{Texts, carries_code, of_symbol};
use crate::change::{File, Side};
use crate::checks::Context;
use crate::coverage::classes::Class;
use crate::coverage::summary::Summary;
use crate::finding::{Finding, Introduced, Level, Place};
use crate::language;
use crate::rule::built_in::coverage as rules;
use crate::text::visible;

/// Lines that ran at base, were not touched, and run no more.
pub(super) fn lost(
    texts: &Texts<'_, '_>,
    file: &Compared<'_>,
    findings: &mut Vec<Finding>,
) -> Result<()> {
    if file.lines(Class::Lbc).next().is_none() {
        return Ok(());
    }
    let Some(text) = texts.of(Side::Head, &file.path)? else {
        return Ok(());
    };
    let tests: Vec<&File> = tests_touched(texts.context);
    // Nothing in the change is near: an effect from afar, or a test that does not run the same each time.
    let near = file.file.is_some() || !tests.is_empty();
    let lines: Vec<&str> = text.text.lines().collect();
    let coded = file.lines(Class::Lbc).filter(|line| {
        let line = lines.get(*line as usize - 1);
        line.is_some_and(|line| carries_code(line))
    });
    for (symbol, lines) in text.by_symbol(coded) {
        let (ranges, listed) = text.listed(&lines);
        let Some((first, last)) = ranges.first().copied() else {
            continue;
        };
        let by = match tests.as_slice() {
            [] => String::new(),
            [one] => format!("; the change edits or deletes {}", visible(&one.path)),
            [one, more @ ..] => format!(
                "; the change edits or deletes {} and {} more test files",
                visible(&one.path),
                more.len()
            ),
        };
        let again = match near {
            true => "",
            false => {
                "; the change touches neither this file nor a test, so run the tests again to see whether it holds"
            }
        };
        let message = format!(
            "{listed}{} ran in the tests of base, and no test runs {} now{by}{again}",
            of_symbol(&symbol),
            if lines.len() == 1 { "it" } else { "them" },
        );
        let mut finding =
            rules::LOST_COVERAGE.finding(Side::Head, &file.path, text.place(first, last), message);
        finding.introduced = Introduced::Elsewhere;
        if !near {
            finding.level = Level::Escalate;
        }
        findings.push(finding.with("lines", lines));
    }
    Ok(())
}

/// Test files that the change touches.
fn tests_touched<'a>(context: &Context<'a>) -> Vec<&'a File> {
    let is_test = |file: &&File| {
        [Side::Base, Side::Head]
            .into_iter()
            .any(|side| role::of(context.policy, file.path_on(side)) == Role::Test)
    };
    context.change.files.iter().filter(is_test).collect()
}

/// Lines that were measured at base and are there still, and that head's measurement leaves out; new
/// lines that are excluded from the start.
pub(super) fn not_measured(
    texts: &Texts<'_, '_>,
    file: &Compared<'_>,
    shown: &Summary,
    findings: &mut Vec<Finding>,
) -> Result<()> {
    let left: Vec<u32> = file.lines(Class::Ecb).collect();
    let rule = rules::EXCLUDED_FROM_COVERAGE;
    if !file.is_known {
        // A changed file that head's report does not know is in the ledger.
        if file.file.is_none() && !left.is_empty() {
            let message = format!(
                "base's report has {} lines of this file that ran, and head's report does not know the file",
                left.len()
            );
            let mut finding = rule.finding(Side::Head, &file.path, Place::FILE, message);
            finding.introduced = Introduced::Elsewhere;
            findings.push(finding);
        }
        return Ok(());
    }
    let Some(text) = texts.of(Side::Head, &file.path)? else {
        return Ok(());
    };
    let coded = |lines: &[u32]| -> Vec<u32> {
        let lines = lines.iter().copied();
        lines
            .filter(|line| carries_code(text.line(*line)))
            .collect()
    };
    // Where the report names what is excluded, that says it; otherwise a line that it passes over.
    let by_report = coded(&file.newly_excluded);
    let passed_over: Vec<u32> =
        match shown.producer.name == "coverage.py" || is_by_statement(&file.path) {
            true => coded(&left),
            // LLVM and gcov count a line or not as the code around it is compiled.
            false => Vec::new(),
        };
    let mut all = [by_report, passed_over].concat();
    all.sort_unstable();
    all.dedup();
    for (symbol, lines) in text.by_symbol(all.into_iter()) {
        let (ranges, listed) = text.listed(&lines);
        let Some((first, last)) = ranges.first().copied() else {
            continue;
        };
        let were = lines.iter().any(|line| left.contains(line));
        let was = if were {
            " and ran in the tests of base"
        } else {
            ""
        };
        let verb = if lines.len() == 1 { "is" } else { "are" };
        let message = format!(
            "{listed}{} {verb} excluded from coverage by this change{was}",
            of_symbol(&symbol)
        );
        let finding = rule.finding(Side::Head, &file.path, text.place(first, last), message);
        findings.push(finding.with("lines", lines));
    }
    Ok(())
}

fn is_by_statement(path: &str) -> bool {
    language::of(path).is_some_and(|language| language.profile().coverage_by_statement)
}
