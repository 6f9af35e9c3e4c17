//! What was not checked, why, and what turns it on: grouped, so that 500 files out of reach are one
//! line.

use std::collections::BTreeMap;

use super::count;
use super::page::{Page, Paint, flat};
use crate::finding::judged::{CheckOutcome, Judged, LedgerEntry, Outcome};

/// Groups that are shown of one kind; more are counted.
const MOST_GROUPS: usize = 12;
/// Names that are shown of a group; more are counted.
const MOST_NAMES: usize = 3;

pub(super) fn section(page: &mut Page, judged: &Judged) {
    let checks = whole_checks(judged);
    let files = single_files(judged);
    if checks.is_empty() && files.is_empty() {
        return;
    }
    page.gap();
    page.item(&[("not checked:", Paint::Bold)], "", Paint::Plain);
    for outcome in [Outcome::Broken, Outcome::OutOfReach, Outcome::NotApplicable] {
        let groups = checks.iter().filter(|(key, _)| key.0 == outcome);
        limited(page, groups, |page, ((_, why), names)| {
            entry(page, outcome, &names.join(", "), why);
        });
        let groups = files.iter().filter(|group| group.outcome == outcome);
        limited(page, groups, |page, group| {
            let by = listed(&group.checks, "check", "checks");
            let what = format!("{} by {by}", listed(&group.paths, "file", "files"));
            entry(page, outcome, &what, group.why);
        });
    }
}

fn entry(page: &mut Page, outcome: Outcome, what: &str, why: &str) {
    let (name, paint) = match outcome {
        Outcome::Broken => ("broken", Paint::Red),
        Outcome::OutOfReach => ("out of reach", Paint::Yellow),
        Outcome::NotApplicable | Outcome::Ran => ("not run", Paint::Plain),
    };
    let name = format!("{name:12}  ");
    page.item(
        &[("  ", Paint::Plain), (&name, paint)],
        &format!("{}: {why}", flat(what)),
        Paint::Plain,
    );
}

fn limited<T>(
    page: &mut Page,
    groups: impl Iterator<Item = T>,
    mut show: impl FnMut(&mut Page, T),
) {
    let mut left_out = 0;
    for (at, group) in groups.enumerate() {
        if at < MOST_GROUPS {
            show(page, group);
        } else {
            left_out += 1;
        }
    }
    if left_out > 0 {
        let more = format!("and {left_out} more of this kind; the json report has all of them");
        page.item(&[("  ", Paint::Plain)], &more, Paint::Dim);
    }
}

/// Checks that did not run as a whole, by outcome and reason.
fn whole_checks(judged: &Judged) -> Vec<((Outcome, &str), Vec<String>)> {
    let mut groups: Vec<((Outcome, &str), Vec<String>)> = Vec::new();
    for check in &judged.checks {
        if check.outcome == Outcome::Ran {
            continue;
        }
        let key = (check.outcome, check.why.as_str());
        match groups.iter_mut().find(|(other, _)| *other == key) {
            Some((_, names)) => names.push(name(check)),
            None => groups.push((key, vec![name(check)])),
        }
    }
    groups
}

fn name(check: &CheckOutcome) -> String {
    if check.required {
        format!("{} (required)", check.name)
    } else {
        check.name.clone()
    }
}

/// Files that some checks could not look at, for one reason.
struct Group<'a> {
    outcome: Outcome,
    why: &'a str,
    paths: Vec<&'a str>,
    checks: Vec<&'a str>,
}

/// Single files that checks which ran could not look at, by reason, then by the files.
fn single_files(judged: &Judged) -> Vec<Group<'_>> {
    let ran = |name: &str| {
        judged
            .checks
            .iter()
            .all(|check| check.name != name || check.outcome == Outcome::Ran)
    };
    let mut by_check: BTreeMap<(Outcome, &str, &str), Vec<&str>> = BTreeMap::new();
    for entry in judged.ledger.iter().filter(|entry| tells(entry)) {
        let key = (entry.outcome, entry.why.as_str(), entry.check.as_str());
        by_check.entry(key).or_default().push(&entry.path);
    }
    let mut groups: BTreeMap<(Outcome, &str, Vec<&str>), Vec<&str>> = BTreeMap::new();
    for ((outcome, why, check), paths) in by_check {
        if ran(check) {
            groups.entry((outcome, why, paths)).or_default().push(check);
        }
    }
    let mut groups: Vec<Group<'_>> = groups
        .into_iter()
        .map(|((outcome, why, paths), checks)| Group {
            outcome,
            why,
            paths,
            checks,
        })
        .collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.paths.len()));
    groups
}

/// Whether an entry is for a reader: a check failed or could not see. That there was nothing for it
/// to see is for the ledger of the json report, unless the policy said so.
fn tells(entry: &LedgerEntry) -> bool {
    match entry.outcome {
        Outcome::Broken | Outcome::OutOfReach => true,
        Outcome::NotApplicable => entry.why.contains("(policy "),
        Outcome::Ran => false,
    }
}

/// "a.png", or "500 files (a.png, b.png, c.png, ...)".
fn listed(names: &[&str], one: &str, many: &str) -> String {
    let shown: Vec<&str> = names.iter().take(MOST_NAMES).copied().collect();
    let shown = shown.join(", ");
    if names.len() <= MOST_NAMES {
        return shown;
    }
    format!("{} ({shown}, ...)", count(names.len(), one, many))
}
