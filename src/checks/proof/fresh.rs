//! New tests on base's code: a test that passes there says nothing about this change.
//!
//! Does not catch: a new test that fails on base's code for another reason than what the change does.

use std::collections::BTreeSet;

use anyhow::Result;

use crate::checks::CheckResult;
use crate::rule::built_in::proof as rules;
use crate::suite::outcome::{About, Failed, Outcome};
use crate::text::visible;

use super::runs::{Answer, Run};
use super::told::All;

/// Judges the tests that base does not have.
pub(super) fn judge(all: &All<'_>, on_base: Answer, result: &mut CheckResult) -> Result<()> {
    let is_born = |name: &str| all.born.contains(all.runs.function_of(name));
    let at_head = all.head.tests.iter().filter(|(name, _)| is_born(name));
    let (mut names, mut skipped) = (BTreeSet::new(), 0);
    for (name, outcome) in at_head {
        match outcome {
            Outcome::Passed => drop(names.insert(name.clone())),
            Outcome::Skipped(_) => skipped += 1,
            Outcome::Failed(_) => {}
        }
    }
    if names.is_empty() {
        if skipped > 0 {
            let said =
                format!("proof: the new tests were not run: all {skipped} were skipped here");
            result.remarks.push(said);
        }
        return Ok(());
    }
    let base = match on_base {
        None => return Ok(()),
        Some(Ok(results)) => results,
        Some(Err(failure)) => {
            let what = match failure.state.is_misfit() {
                true => "fail on base's code only in that they do not fit it (weak evidence)",
                false => "were not run on base's code",
            };
            let said = format!("proof: the new tests {what}: {}", failure.reason());
            result.remarks.push(said);
            return Ok(());
        }
    };
    let outcome = |name: &String| base.tests.get(name);
    let proven = names.iter().filter(|name| {
        let failed = outcome(name).and_then(Outcome::failed);
        failed.is_some_and(|failed| failed.about() == About::Behaviour)
    });
    let proven = proven.count();
    let passes = names
        .iter()
        .filter(|name| outcome(name) == Some(&Outcome::Passed));
    let passes = passes.count();
    let weak = names.len() - proven - passes;
    result.remarks.push(format!(
        "proof: of {} new tests, {proven} fail on base's code, {weak} do not fit it (weak evidence), {passes} pass there",
        names.len()
    ));
    if proven + weak > 0 {
        return Ok(());
    }
    let Some(first) = names.first() else {
        return Ok(());
    };
    let message = match names.len() {
        1 => format!(
            "the new test {} passes on base's code too: it says nothing about what this change does",
            visible(first)
        ),
        tests => format!(
            "none of the {tests} new tests fails on base's code: they say nothing about what this change does; the \
             first is {}",
            visible(first)
        ),
    };
    let mut finding = all.finding(
        rules::NEW_TESTS_PASS_BEFORE,
        first,
        &Failed::default(),
        message,
    );
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    finding.reproduce = all.runs.reproduce(Run::NewTests, &names);
    result.head.push(finding);
    Ok(())
}
