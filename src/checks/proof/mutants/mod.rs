//! Mutants: does a test notice when a changed line does something else?
//!
//! Which tests run a function is found out by stopping it: those that fail then. Only they are run with a mutant of it,
//! those of the change first; the others only where those notice nothing. A mutant that fails none of them survives.
//! After Petrović et al., "Practical Mutation Testing at Scale" (2021): few mutants, of changed lines that tests run,
//! each shown as an edit. What came of them is kept, so that a second run says the same.
//!
//! Does not catch: what a test that hangs would have noticed: a mutant whose time is up is neither killed nor a survivor.

mod choose;
mod grade;
mod words;

use crate::checks::CheckResult;
use crate::finding::{Finding, Level};
use crate::rule::built_in::proof as rules;
use crate::suite::quoted;

use super::runs::Run;
use super::told::All;
pub(super) use choose::{Candidate, of_change};
pub(super) use grade::trials;
use grade::{Fate, Grade};

/// Mutants that must have been graded before a change's tests are called blind.
const FEWEST: usize = 3;

/// Tries mutants of the changed lines, and says which survive.
pub(super) fn judge(all: &All<'_>, candidates: &[Candidate], result: &mut CheckResult) {
    if candidates.is_empty() {
        return;
    }
    let Some(grades) = grade::all(all, candidates) else {
        return;
    };
    let graded: Vec<(&Candidate, &Grade)> = candidates.iter().zip(&grades).collect();
    result.remarks.push(words::remark(&graded));
    for (candidate, grade) in &graded {
        if grade.fate == Fate::Survived {
            let message = words::survivor(candidate, grade);
            result
                .head
                .push(words::found(rules::MUTANT_SURVIVES, candidate, message));
        }
    }
    result.head.extend(blind(all, &graded));
}

/// New tests that run the changed code and notice none of its mutants.
fn blind(all: &All<'_>, graded: &[(&Candidate, &Grade)]) -> Option<Finding> {
    let viable: Vec<&(&Candidate, &Grade)> = graded
        .iter()
        .filter(|(_, grade)| grade.by_new && grade.fate.is_viable())
        .collect();
    let is_blind = viable
        .iter()
        .all(|(_, grade)| grade.fate != Fate::KilledByOwn);
    let survives = |fate: Fate| matches!(fate, Fate::Survived | Fate::SurvivedOwn);
    let (first, _) = viable.iter().find(|(_, grade)| survives(grade.fate))?;
    if viable.len() < FEWEST || !is_blind {
        return None;
    }
    let fates: Vec<Fate> = viable.iter().map(|(_, grade)| grade.fate).collect();
    let message = words::blind(first, &fates);
    let mut finding = words::found(rules::TESTS_NOTICE_NOTHING, first, message);
    if fates.iter().any(|fate| *fate != Fate::Survived) {
        // Tests that were there before guard the change, or may.
        finding.level = Level::Escalate;
    }
    let mut own: Vec<&str> = viable
        .iter()
        .flat_map(|(_, grade)| grade.own.iter().map(String::as_str))
        .collect();
    own.sort_unstable();
    own.dedup();
    finding.reproduce = reproduce(all, first, &own);
    Some(finding)
}

/// The command that runs tests of head with a mutant of one line; empty where the mutant takes more, or head is no
/// commit.
fn reproduce(all: &All<'_>, candidate: &Candidate, names: &[&str]) -> String {
    let patch = candidate.mutant.patch(&candidate.parsed);
    let new = patch
        .lines()
        .nth(1)
        .and_then(|line| line.strip_prefix("+ "));
    let (Some(new), 2) = (new, patch.lines().count()) else {
        return String::new();
    };
    let script = format!("{}c\\{}", candidate.mutant.line, new.replace('\\', "\\\\"));
    let edit = format!("sed -i {} {}", quoted(&script), quoted(&candidate.path));
    let whole = all.runs.reproduce(Run::Head, names);
    let inside = "cd \"$d\" && ";
    whole.replacen(inside, &format!("{inside}{edit} && "), 1)
}
