//! What is said of mutants.
//!
//! Does not catch: an edit of several lines in one; it is said in words, and shown in the evidence.

use std::collections::BTreeSet;

use crate::change::Side;
use crate::finding::Finding;
use crate::rule::Rule;
use crate::text::visible;

use super::choose::Candidate;
use super::grade::{Fate, Grade};

/// A finding at a mutant.
pub(super) fn found(rule: &Rule, candidate: &Candidate, message: String) -> Finding {
    let place = candidate.parsed.place_of(candidate.mutant.bytes.clone());
    rule.finding(Side::Head, &candidate.path, place, message)
        .with("patch", candidate.mutant.patch(&candidate.parsed))
        .with("operator", candidate.mutant.operator.name().to_owned())
}

/// What became of all of them, in one line.
pub(super) fn remark(graded: &[(&Candidate, &Grade)]) -> String {
    let count = |fates: &[Fate]| {
        let of = graded
            .iter()
            .filter(|(_, grade)| fates.contains(&grade.fate));
        of.count()
    };
    let killed = count(&[Fate::Killed, Fate::KilledByOwn]);
    let survived = count(&[Fate::Survived]);
    let mut parts = vec![format!("{killed} killed"), format!("{survived} survived")];
    let more = [
        (
            Fate::SurvivedOwn,
            "survived the tests of the change, no time for the others",
        ),
        (Fate::TimedOut, "ran into their time limit"),
        (Fate::Unviable, "do not compile"),
        (
            Fate::NotRun,
            "not run, as the time was over or the tests did not start",
        ),
    ];
    for (fate, what) in more {
        match count(&[fate]) {
            0 => {}
            number => parts.push(format!("{number} {what}")),
        }
    }
    let mut said = format!("proof: mutants of the changed lines: {}", parts.join(", "));
    let unreached = graded
        .iter()
        .filter(|(_, grade)| grade.fate == Fate::Unreached);
    let unreached = unreached.map(|(candidate, _)| {
        let name = named(candidate);
        format!("{name} (line {})", candidate.mutant.line)
    });
    let unreached: BTreeSet<String> = unreached.collect();
    if !unreached.is_empty() {
        let names: Vec<&str> = unreached.iter().take(3).map(String::as_str).collect();
        let more = match unreached.len() - names.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        said.push_str(&format!(
            "; no test runs what changed in {}{more}",
            names.join(", ")
        ));
    }
    said
}

/// That a mutant survives.
pub(super) fn survivor(candidate: &Candidate, grade: &Grade) -> String {
    let tests = match grade.own.len() + grade.others {
        1 => "the 1 test that runs it does not fail".to_owned(),
        count => format!("none of the {count} tests that run it fails"),
    };
    format!(
        "no test notices when {} does something else: {}, and {tests}{}",
        named(candidate),
        visible(&candidate.mutant.says),
        as_patch(candidate)
    )
}

/// That the tests of a change notice none of these mutants; one of them.
pub(super) fn blind(first: &Candidate, fates: &[Fate]) -> String {
    let killed = fates.iter().filter(|fate| **fate == Fate::Killed).count();
    let others = match (killed, fates.contains(&Fate::SurvivedOwn)) {
        (0, false) => "nor does any other test".to_owned(),
        (0, true) => "and for the other tests there was no time".to_owned(),
        (killed, _) => format!("other tests notice {killed}"),
    };
    format!(
        "the tests of this change run the changed code and notice none of {} edits of it, {others}: for one, {} in {}{}",
        fates.len(),
        visible(&first.mutant.says),
        named(first),
        as_patch(first)
    )
}

fn named(candidate: &Candidate) -> String {
    match candidate.mutant.function.as_str() {
        "" => format!("what {} does when it is loaded", visible(&candidate.path)),
        function => format!("`{}`", visible(function)),
    }
}

/// The edit, where it is one of a line.
fn as_patch(candidate: &Candidate) -> String {
    let patch = candidate.mutant.patch(&candidate.parsed);
    let lines: Vec<&str> = patch.lines().collect();
    let code = |line: &str| visible(line.get(1..).unwrap_or_default().trim());
    match lines.as_slice() {
        [old, new] => format!(" (`{}` as `{}`)", code(old), code(new)),
        _ => String::new(),
    }
}
