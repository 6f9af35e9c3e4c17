//! The floor: the six checks that a reader takes "ready" to stand on, and which of them did not run.
//!
//! A check that the change holds nothing for leaves nothing unseen: it is no gap.
//!
//! Does not catch: what a check that ran does not look for.

use serde::Serialize;

use crate::finding::judgement::{CheckOutcome, Judgement, LedgerEntry, Outcome};

/// The checks of the floor.
pub const CHECKS: [&str; 6] = [
    "types",
    "lint",
    "vulnerabilities",
    "secrets",
    "tests",
    "coverage",
];

/// What became of the floor. Each check of [`CHECKS`] stands in one of the lists, in that order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Floor {
    /// They looked at all that the change holds for them.
    pub ran: Vec<&'static str>,
    /// The change holds nothing for them.
    pub nothing_here: Vec<&'static str>,
    /// They could not look at some of it.
    pub in_part: Vec<&'static str>,
    /// They looked at nothing.
    pub did_not_run: Vec<&'static str>,
}

impl Floor {
    /// The floor of a run.
    pub fn of(judged: &Judgement) -> Self {
        let mut floor = Self::default();
        for name in CHECKS {
            let check = judged.checks.iter().find(|check| check.name == name);
            let list = match check.map(|check| state(check, &judged.ledger)) {
                Some(State::Ran) => &mut floor.ran,
                Some(State::NothingHere) => &mut floor.nothing_here,
                Some(State::InPart) => &mut floor.in_part,
                Some(State::DidNotRun) | None => &mut floor.did_not_run,
            };
            list.push(name);
        }
        floor
    }

    /// What is missing, as the first line of a report says it; none where nothing is.
    pub fn gaps(&self) -> Option<String> {
        let all = CHECKS.len();
        let not_run = match self.did_not_run.as_slice() {
            [] => None,
            names => Some(format!(
                "{} of the {all} floor checks did not run: {}",
                names.len(),
                names.join(", ")
            )),
        };
        let in_part = match (self.in_part.as_slice(), &not_run) {
            ([], _) => None,
            (names, None) => Some(format!(
                "{} of the {all} floor checks ran in part: {}",
                names.len(),
                names.join(", ")
            )),
            (names, Some(_)) => Some(format!("{} ran in part: {}", names.len(), names.join(", "))),
        };
        match (not_run, in_part) {
            (Some(not_run), Some(in_part)) => Some(format!("{not_run}; {in_part}")),
            (one, other) => one.or(other),
        }
    }
}

enum State {
    Ran,
    NothingHere,
    InPart,
    DidNotRun,
}

fn state(check: &CheckOutcome, ledger: &[LedgerEntry]) -> State {
    let unseen = || {
        ledger.iter().any(|entry| {
            entry.check == check.name
                && matches!(entry.outcome, Outcome::OutOfReach | Outcome::Broken)
        })
    };
    match check.outcome {
        _ if check.idle => State::NothingHere,
        Outcome::Ran if check.files == 0 => State::DidNotRun,
        Outcome::Ran if unseen() => State::InPart,
        Outcome::Ran => State::Ran,
        Outcome::NotApplicable | Outcome::OutOfReach | Outcome::Broken => State::DidNotRun,
    }
}
