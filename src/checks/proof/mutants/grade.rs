//! What becomes of mutants: the runs.
//!
//! Does not catch: a test that fails for its own reasons; it counts as one that notices.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::checks::proof::runs::Edited;
use crate::checks::proof::told::All;
use crate::checks::test_quality::Deed;
use crate::language::mutants::stopped;
use crate::suite::outcome::{Outcome, Results};
use crate::suite::{Failure, State, Which};

use super::choose::{Candidate, Group};

/// How long all mutants of a change may take.
const FOR_ALL: Duration = Duration::from_secs(120);
/// How long one may take at least; else three times what its tests take.
const FOR_ONE: Duration = Duration::from_secs(10);

/// What became of a mutant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Fate {
    /// A test of the change fails.
    KilledByOwn,
    /// A test that the change does not touch fails.
    Killed,
    /// No test fails.
    Survived,
    /// No test of the change fails; there was no time for the others.
    SurvivedOwn,
    /// The tests did not end in time.
    TimedOut,
    /// It does not compile.
    Unviable,
    /// No test runs its function.
    Unreached,
    /// Nothing is known.
    NotRun,
}

impl Fate {
    /// Whether it says something about the tests.
    pub(super) fn is_viable(self) -> bool {
        matches!(
            self,
            Self::KilledByOwn | Self::Killed | Self::Survived | Self::SurvivedOwn
        )
    }
}

/// A mutant's fate, and the tests that it was tried with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Grade {
    pub fate: Fate,
    /// The tests of the change that run its function.
    pub own: BTreeSet<String>,
    /// Whether one that only head has is among them.
    pub by_new: bool,
    /// How many others run it, where they were asked.
    pub others: usize,
}

/// Tests that run a function, and how long they take.
struct Reached {
    names: BTreeSet<String>,
    took: Duration,
}

/// The runs for a change.
struct Grading<'g> {
    all: &'g All<'g>,
    own: BTreeSet<String>,
    others: BTreeSet<String>,
    begun: Instant,
    /// The tests that run a function, of the change and others; none where that could not be found out.
    reached: BTreeMap<(Group, bool), Option<Reached>>,
}

/// The grades of mutants, one each; none where nothing can be run, or no test passes.
pub(super) fn all(all: &All<'_>, candidates: &[Candidate]) -> Option<Vec<Grade>> {
    let which =
        |one: &Candidate| format!("{}\0{:?}\0{}", one.path, one.mutant.bytes, one.mutant.with);
    let what: Vec<String> = candidates.iter().map(which).collect();
    let what = format!("mutants\0{}", what.join("\0"));
    let kept = all.runs.kept(&what);
    let kept = kept.and_then(|text| serde_json::from_str::<Vec<Grade>>(&text).ok());
    if let Some(kept) = kept.filter(|kept| kept.len() == candidates.len()) {
        return Some(kept);
    }
    let passing = all.head.tests.iter();
    let passing = passing.filter(|(_, outcome)| **outcome == Outcome::Passed);
    let passing = passing.map(|(name, _)| name.clone());
    let (own, others): (BTreeSet<String>, _) = passing.partition(|name| is_own(all, name));
    if !all.runs.can_edit() || (own.is_empty() && others.is_empty()) {
        return None;
    }
    let mut grading = Grading {
        all,
        own,
        others,
        begun: Instant::now(),
        reached: BTreeMap::new(),
    };
    let mut grades: Vec<Grade> = candidates.iter().map(|one| grading.by_own(one)).collect();
    // What the change's own tests notice needs no other; the others cost more.
    for (candidate, grade) in candidates.iter().zip(&mut grades) {
        if matches!(grade.fate, Fate::SurvivedOwn | Fate::Unreached) {
            grading.by_others(candidate, grade);
        }
    }
    if let Ok(text) = serde_json::to_string(&grades) {
        all.runs.keep(&what, &text);
    }
    Some(grades)
}

fn is_new(all: &All<'_>, name: &str) -> bool {
    let function = all.runs.function_of(name);
    all.kin.born.iter().any(|named| named.run == function)
}

/// Whether the change wrote a test, or edited it.
fn is_own(all: &All<'_>, name: &str) -> bool {
    let function = all.runs.function_of(name);
    is_new(all, name)
        || all.kin.kin.iter().any(|kin| {
            let head = kin.head.as_ref();
            head.is_some_and(|head| head.run == function) && kin.deed != Deed::Kept
        })
}

impl Grading<'_> {
    fn left(&self) -> Duration {
        let left = FOR_ALL.saturating_sub(self.begun.elapsed());
        left.min(self.all.runs.left())
    }

    fn by_own(&mut self, candidate: &Candidate) -> Grade {
        let mut grade = Grade {
            fate: Fate::Unreached,
            own: BTreeSet::new(),
            by_new: false,
            others: 0,
        };
        self.reach(candidate, true);
        match self.reached.get(&(candidate.group(), true)) {
            Some(Some(reached)) if !reached.names.is_empty() => {
                grade.own.clone_from(&reached.names);
                grade.by_new = grade.own.iter().any(|name| is_new(self.all, name));
                grade.fate = match self.run(candidate, reached) {
                    Fate::Killed => Fate::KilledByOwn,
                    Fate::Survived => Fate::SurvivedOwn,
                    other => other,
                };
            }
            Some(Some(_)) => {}
            _ => grade.fate = Fate::NotRun,
        }
        grade
    }

    fn by_others(&mut self, candidate: &Candidate, grade: &mut Grade) {
        self.reach(candidate, false);
        let is_run = grade.fate == Fate::SurvivedOwn;
        match self.reached.get(&(candidate.group(), false)) {
            Some(Some(reached)) if reached.names.is_empty() => {
                grade.fate = if is_run {
                    Fate::Survived
                } else {
                    Fate::Unreached
                };
            }
            Some(Some(reached)) => {
                let fate = self.run(candidate, reached);
                if fate != Fate::NotRun || !is_run {
                    grade.others = reached.names.len();
                    grade.fate = fate;
                }
            }
            // What its own tests say still counts.
            _ if is_run => {}
            _ => grade.fate = Fate::NotRun,
        }
    }

    /// Finds out which tests run the function of a mutant: those that fail where it stops.
    fn reach(&mut self, candidate: &Candidate, is_own: bool) {
        let key = (candidate.group(), is_own);
        if !self.reached.contains_key(&key) {
            let reached = self.found(candidate, is_own);
            self.reached.insert(key, reached);
        }
    }

    fn found(&self, candidate: &Candidate, is_own: bool) -> Option<Reached> {
        let asked = if is_own { &self.own } else { &self.others };
        let none = Reached {
            names: BTreeSet::new(),
            took: Duration::ZERO,
        };
        if asked.is_empty() {
            return Some(none);
        }
        let limit = self.left();
        if limit.is_zero() {
            return None;
        }
        let function = candidate.function();
        let Some(text) = function.and_then(|function| stopped(&candidate.parsed, function)) else {
            // The statements of a file run when it is loaded: all tests may.
            return Some(Reached {
                names: asked.clone(),
                took: limit,
            });
        };
        let ran = self.all.runs.edited(&Edited {
            path: candidate.path.clone(),
            text,
            what: format!("stop {}", candidate.mutant.function),
            which: only(asked),
            limit,
        });
        let (results, took) = ran?.ok()?;
        let names = asked.iter().filter(|name| is_noticed(&results, name));
        Some(Reached {
            names: names.cloned().collect(),
            took,
        })
    }

    /// What becomes of a mutant by these tests: killed or not.
    fn run(&self, candidate: &Candidate, reached: &Reached) -> Fate {
        let left = self.left();
        let limit = FOR_ONE.max(reached.took * 3);
        let Some(text) = candidate.mutant.applied(&candidate.parsed) else {
            return Fate::NotRun;
        };
        if left.is_zero() {
            return Fate::NotRun;
        }
        let ran = self.all.runs.edited(&Edited {
            path: candidate.path.clone(),
            text,
            what: format!("line {}", candidate.mutant.line),
            which: only(&reached.names),
            limit: limit.min(left),
        });
        match ran {
            None => Fate::NotRun,
            Some(Ok((results, _))) => {
                match reached.names.iter().any(|name| is_noticed(&results, name)) {
                    true => Fate::Killed,
                    false => Fate::Survived,
                }
            }
            Some(Err(failure)) => of_failure(&failure, limit <= left),
        }
    }
}

fn only(names: &BTreeSet<String>) -> Which {
    Which {
        only: Some(names.clone()),
        ..Which::default()
    }
}

/// Whether a test that passes at head does not pass now.
fn is_noticed(results: &Results, name: &str) -> bool {
    results.tests.get(name) != Some(&Outcome::Passed)
}

/// What a run says that came to no end.
fn of_failure(failure: &Failure, had_time: bool) -> Fate {
    match failure.state {
        State::NotBuilt => Fate::Unviable,
        State::TimedOut if had_time => Fate::TimedOut,
        // The tests ended in their middle, and with head they do not.
        State::Errored | State::Killed => Fate::Killed,
        _ => Fate::NotRun,
    }
}
