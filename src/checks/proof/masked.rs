//! Masked failures: base's version of a test fails on head's code, and nothing at head says so any more.
//!
//! What counts is base's version on head's code against head's version on head's code. A test that failed at base
//! already, fails on the new code still, and passes in its new version was silenced, not fixed.
//!
//! Does not catch: a test that did not run on either side.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::checks::CheckResult;
use crate::checks::test_quality::{Deed, Kin};
use crate::finding::Level;
use crate::rule::built_in::proof as rules;
use crate::suite::outcome::{About, Failed, Outcome, Results};
use crate::text::visible;

use super::runs::Run;
use super::told::{All, Groups, cases, escalated, said, wavering};

/// What stands at head in the place of a test that fails in base's version.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Now {
    /// It fails too, or nobody knows.
    Open,
    /// It passes: these tests of head do.
    Passes(Vec<String>),
    /// It does not run.
    Skipped,
    /// It is not there.
    Gone,
}

/// A masked failure of a function.
struct Masked<'r> {
    names: Vec<(&'r str, &'r Failed)>,
    now: Now,
    is_red_at_base: bool,
}

/// Judges base's tests on head's code.
pub(super) fn judge(all: &All<'_>, result: &mut CheckResult) -> Result<()> {
    let Some(old) = all.old else {
        return Ok(());
    };
    for (path, why) in &old.uncollected {
        if !all.head.uncollected.contains_key(path) {
            result.remarks.push(format!(
                "proof: nothing is known of base's {} on the new code: it cannot be loaded there ({})",
                visible(path),
                visible(why)
            ));
        }
    }
    let at_head = all.groups(all.head);
    let of_old = all.groups(old);
    // Files in which something fails at head that base did not have.
    let failing: BTreeSet<&str> = all
        .head
        .failures()
        .filter(|(name, _)| !of_old.contains_key(all.runs.function_of(name)))
        .filter_map(|(name, _)| all.file_of(name))
        .collect();
    let mut found: BTreeMap<&str, Masked<'_>> = BTreeMap::new();
    for (name, failed) in old.failures() {
        let now = now(all, &at_head, &of_old, &failing, name);
        if now != Now::Open {
            let function = all.runs.function_of(name);
            let masked = found.entry(function).or_insert(Masked {
                names: Vec::new(),
                now,
                is_red_at_base: false,
            });
            masked.names.push((name, failed));
        }
    }
    confirm(all, &mut found, result);
    for (function, masked) in &found {
        tell(all, function, masked, result);
    }
    lost(all, old, &at_head, result);
    Ok(())
}

/// What stands at head for a test of base.
fn now(
    all: &All<'_>,
    at_head: &Groups<'_>,
    of_old: &Groups<'_>,
    failing: &BTreeSet<&str>,
    name: &str,
) -> Now {
    match all.head.tests.get(name) {
        Some(Outcome::Passed) => return Now::Passes(vec![name.to_owned()]),
        Some(Outcome::Skipped(_)) => return Now::Skipped,
        Some(Outcome::Failed(_)) => return Now::Open,
        None => {}
    }
    let function = all.runs.function_of(name);
    let twin = all.kin_of(function).and_then(|kin| kin.head.as_ref());
    let twin = twin.map(|twin| twin.run.as_str());
    let functions = [Some(function), twin.filter(|twin| *twin != function)];
    let names: Vec<&str> = functions
        .into_iter()
        .flatten()
        .filter_map(|function| at_head.get(function))
        .flatten()
        .copied()
        .collect();
    let outcomes: Vec<&Outcome> = names
        .iter()
        .filter_map(|name| all.head.tests.get(*name))
        .collect();
    if outcomes.iter().any(|outcome| outcome.failed().is_some()) {
        return Now::Open;
    }
    // A case less than base has: this one.
    let cases = of_old.get(function).map_or(0, Vec::len);
    let are_cases = names.iter().all(|name| all.runs.function_of(name) != *name);
    if !names.is_empty() && are_cases && names.len() < cases {
        return Now::Gone;
    }
    if outcomes.iter().any(|outcome| **outcome == Outcome::Passed) {
        return Now::Passes(names.into_iter().map(str::to_owned).collect());
    }
    if !outcomes.is_empty() {
        return Now::Skipped;
    }
    // Its file says nothing at head, or says that something fails which base did not have.
    let file = all.file_of(name);
    let is_open = |file: &str| failing.contains(file) || all.head.uncollected.contains_key(file);
    match file.is_some_and(is_open) {
        true => Now::Open,
        false => Now::Gone,
    }
}

/// Runs again what decides, and asks base.
fn confirm(all: &All<'_>, found: &mut BTreeMap<&str, Masked<'_>>, result: &mut CheckResult) {
    let names: BTreeSet<String> = found
        .values()
        .flat_map(|masked| &masked.names)
        .map(|(name, _)| (*name).to_owned())
        .collect();
    let passing: BTreeSet<String> = found
        .values()
        .filter_map(|masked| match &masked.now {
            Now::Passes(names) => Some(names),
            _ => None,
        })
        .flatten()
        .cloned()
        .collect();
    // What decides is run twice more, once in another order.
    let [old, old_again, head, head_again, base] = all.of([
        (Run::OldTests, &names, true),
        (Run::OldTests, &names, false),
        (Run::Head, &passing, true),
        (Run::Head, &passing, false),
        (Run::Base, &names, false),
    ]);
    let unsure = wavering(&passing, false, &[head, head_again]);
    let wavering = wavering(&names, true, &[old, old_again]);
    for masked in found.values_mut() {
        masked.names.retain(|(name, _)| !wavering.contains(*name));
        if let Now::Passes(names) = &masked.now
            && names.iter().any(|name| unsure.contains(name))
        {
            masked.names.clear();
        }
        masked.is_red_at_base = masked.names.iter().any(|(name, _)| {
            let outcome = base.tests.get(*name);
            outcome.is_some_and(|outcome| outcome.failed().is_some())
        });
    }
    found.retain(|_, masked| !masked.names.is_empty());
    all.flaky(&wavering, result);
    all.flaky(&unsure, result);
}

/// What it does to the verdict; none: it is as it should be.
fn level(all: &All<'_>, masked: &Masked<'_>, kin: Option<&Kin>) -> Option<Level> {
    let is_behaviour = masked
        .names
        .iter()
        .any(|(_, failed)| failed.about() == About::Behaviour);
    let deed = kin.map(|kin| &kin.deed);
    if masked.is_red_at_base {
        return Some(match is_behaviour {
            true => Level::Block,
            false => Level::Escalate,
        });
    }
    let is_gone = masked.now == Now::Gone || deed == Some(&Deed::Gone);
    // Where its neighbours were rewritten with it, the change may have meant it.
    let is_alone = kin.is_none_or(|kin| all.is_all_that_changed(kin));
    let asks_less = match is_gone {
        true => is_alone,
        false => {
            let less = matches!(
                deed,
                Some(Deed::Weaker {
                    of_the_same: true,
                    ..
                })
            );
            masked.now == Now::Skipped || less
        }
    };
    match (is_behaviour, asks_less) {
        _ if deed == Some(&Deed::GoneWithItsSubject) => None,
        (true, true) => Some(Level::Block),
        (true, false) => Some(Level::Escalate),
        // Of a name that is gone no test can be kept; one that is skipped or asks less could have been adapted.
        (false, true) if masked.now != Now::Gone => Some(Level::Escalate),
        (false, _) => None,
    }
}

fn tell(all: &All<'_>, function: &str, masked: &Masked<'_>, result: &mut CheckResult) {
    let Some((name, failed)) = masked.names.first() else {
        return;
    };
    let kin = all.kin_of(function);
    let Some(level) = level(all, masked, kin) else {
        return;
    };
    let deed = match (&masked.now, kin.map(|kin| &kin.deed)) {
        (Now::Gone, _) => "it is gone at head".to_owned(),
        (Now::Skipped, _) => "head skips it".to_owned(),
        (_, Some(Deed::Weaker { rule, .. })) => format!("head's version asks less ({rule})"),
        (_, Some(Deed::Values(values))) => {
            let shown = values.iter().take(3);
            let shown: Vec<String> = shown
                .map(|(before, after)| format!("`{}` was `{}`", visible(after), visible(before)))
                .collect();
            format!("head's version expects another value: {}", shown.join(", "))
        }
        (_, Some(Deed::Edited)) => "head's version of it passes".to_owned(),
        (_, _) => {
            "its own text is the same at head, where it passes: a helper, a fixture or the configuration is another"
                .to_owned()
        }
    };
    let more = cases(masked.names.len());
    let before = match masked.is_red_at_base {
        true => "; it failed before the change too, so this silences it and fixes nothing",
        false => "",
    };
    let message = format!(
        "base's version of {} fails on the new code{more}{}; {deed}{before}",
        visible(name),
        said(failed)
    );
    let rule = match level {
        Level::Block => rules::MASKED_FAILURE,
        _ => rules::EXPECTATION_MOVED,
    };
    let passes = matches!(masked.now, Now::Passes(_));
    if passes && level == Level::Escalate && failed.about() == About::Behaviour {
        let edited = kin.filter(|kin| kin.deed != Deed::Kept);
        let edited = edited.map(|kin| kin.head.as_ref().unwrap_or(&kin.base).id.clone());
        result.moved.insert((*name).to_owned(), edited);
    }
    let names: Vec<&str> = masked.names.iter().map(|(name, _)| *name).collect();
    let mut finding = all.finding(rule, name, failed, message);
    finding.reproduce = all.runs.reproduce(Run::OldTests, &names);
    result.head.push(finding);
}

/// Tests whose files are untouched, and which do not run at head any more.
fn lost(all: &All<'_>, old: &Results, at_head: &Groups<'_>, result: &mut CheckResult) {
    let files = all.context.change.files.iter();
    let changed: BTreeSet<&str> = files
        .flat_map(|file| [file.path.as_str(), file.base_path()])
        .collect();
    let lost: Vec<&str> = old
        .tests
        .iter()
        .filter(|(name, outcome)| {
            let is_there = at_head.contains_key(all.runs.function_of(name));
            let file = all.file_of(name);
            let is_unloaded = file.is_some_and(|file| all.head.uncollected.contains_key(file));
            **outcome == Outcome::Passed
                && !is_there
                && !is_unloaded
                && file.is_some_and(|file| !changed.contains(file))
        })
        .map(|(name, _)| name.as_str())
        .collect();
    let Some(first) = lost.first() else {
        return;
    };
    let more = match lost.len() {
        1 => String::new(),
        tests => format!(" and {} more", tests - 1),
    };
    let message = format!(
        "{}{more} ran with base's tests and configuration, and the runner does not collect it at head, although its \
         file is untouched",
        visible(first)
    );
    let finding = all.finding(rules::TESTS_LOST, first, &Failed::default(), message);
    result.head.push(escalated(finding));
}
