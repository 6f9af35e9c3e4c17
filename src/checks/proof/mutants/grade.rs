//! What becomes of mutants: the runs.
//!
//! Does not catch: a test that fails for its own reasons; it counts as one that notices.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::checks::proof::runs::Edited;
use crate::checks::proof::told::All;
use crate::checks::test_quality::{AllKin, Deed};
use crate::language::mutants::stopped;
use crate::suite::outcome::{Outcome, Results};
use crate::suite::trial::{End, Trial, Trials, Tried};
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
    let functions = own(all.kin);
    let is_own = |name: &String| functions.contains(all.runs.function_of(name));
    let (own, others): (BTreeSet<String>, _) = passing.partition(is_own);
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
    let tried = |number: usize| all.head.tried.get(number);
    let numbered = candidates.iter().enumerate();
    let mut grades: Vec<Grade> = numbered
        .map(|(number, one)| match tried(number) {
            Some(tried) if tried.end != End::Open => grading.of_tried(tried),
            Some(tried) => {
                grading.knows(one, tried);
                let mut grade = grading.by_own(one);
                // What runs as it is loaded, no test runs.
                grade.by_new = tried.own.iter().any(|name| is_new(all, name));
                grade
            }
            None => grading.by_own(one),
        })
        .collect();
    // What the change's own tests notice needs no other; the others cost more.
    for (number, (candidate, grade)) in candidates.iter().zip(&mut grades).enumerate() {
        match tried(number) {
            Some(tried) if tried.end != End::Open => grading.again(candidate, grade, tried),
            tried if matches!(grade.fate, Fate::SurvivedOwn | Fate::Unreached) => {
                if let Some(tried) = tried {
                    grading.knows(candidate, tried);
                }
                grading.by_others(candidate, grade);
            }
            _ => {}
        }
    }
    grading.look_again(candidates, &mut grades);
    if let Ok(text) = serde_json::to_string(&grades) {
        all.runs.keep(&what, &text);
    }
    Some(grades)
}

fn is_new(all: &All<'_>, name: &str) -> bool {
    let function = all.runs.function_of(name);
    all.kin.born.iter().any(|named| named.run == function)
}

/// The tests that the change wrote or edited, without their cases.
fn own(kin: &AllKin) -> BTreeSet<String> {
    let edited = kin.kin.iter().filter(|kin| kin.deed != Deed::Kept);
    let edited = edited.filter_map(|kin| kin.head.as_ref());
    let all = edited.chain(&kin.born);
    all.map(|named| named.run.clone()).collect()
}

/// The mutants as edits, for a runner that tries them with the tests.
pub(in crate::checks::proof) fn trials(candidates: &[Candidate], kin: &AllKin) -> Trials {
    let trial = |one: &Candidate| Trial {
        path: one.path.clone(),
        line: one.mutant.line,
        text: one.mutant.applied(&one.parsed).unwrap_or_default(),
    };
    Trials {
        edits: candidates.iter().map(trial).collect(),
        own: own(kin),
        limit: FOR_ALL,
    }
}

impl Grading<'_> {
    fn left(&self) -> Duration {
        let left = FOR_ALL.saturating_sub(self.begun.elapsed());
        left.min(self.all.runs.left())
    }

    /// What the runner says of a mutant that it tried itself.
    fn of_tried(&self, tried: &Tried) -> Grade {
        let own: BTreeSet<String> = tried.own.intersection(&self.own).cloned().collect();
        Grade {
            by_new: own.iter().any(|name| is_new(self.all, name)),
            own,
            fate: match tried.end {
                End::OwnFails => Fate::KilledByOwn,
                End::Fails => Fate::Killed,
                End::Passes => Fate::Survived,
                End::OwnPasses => Fate::SurvivedOwn,
                End::TimedOut => Fate::TimedOut,
                End::Unreached => Fate::Unreached,
                End::NotRun | End::Open => Fate::NotRun,
            },
            others: tried.others,
        }
    }

    /// Takes over which tests may notice a mutant.
    fn knows(&mut self, candidate: &Candidate, tried: &Tried) {
        for (is_own, asked) in [(true, &self.own), (false, &self.others)] {
            let reached = Reached {
                names: tried.again.intersection(asked).cloned().collect(),
                took: FOR_ALL / 6,
            };
            let key = (candidate.group(), is_own);
            self.reached.insert(key, Some(reached));
        }
    }

    /// Asks tests that may run a mutant where the runner does not see it.
    fn again(&self, candidate: &Candidate, grade: &mut Grade, tried: &Tried) {
        // Only what passes at head: the list was written where tests write too.
        let is_there = |name: &&String| self.own.contains(*name) || self.others.contains(*name);
        let mut asked: BTreeSet<String> = tried.again.iter().filter(is_there).cloned().collect();
        if grade.fate == Fate::Unreached && !asked.is_empty() {
            asked = match self.stopped(candidate, &asked, self.left()) {
                Some((names, _)) => names,
                None => asked,
            };
        }
        if asked.is_empty() || !matches!(grade.fate, Fate::Survived | Fate::Unreached) {
            return;
        }
        let reached = |names| Reached {
            names,
            took: FOR_ALL / 6,
        };
        let (own, others) = asked.into_iter().partition(|name| self.own.contains(name));
        let (own, others) = (reached(own), reached(others));
        grade.fate = match self.run(candidate, &own) {
            Fate::Killed => Fate::KilledByOwn,
            Fate::Survived => match self.run(candidate, &others) {
                Fate::NotRun => Fate::SurvivedOwn,
                other => other,
            },
            other => other,
        };
        grade.others = grade.others.max(others.names.len());
        grade.own.extend(own.names);
    }

    /// Before new tests are called blind: all of them, with each of those mutants on disk.
    fn look_again(&self, candidates: &[Candidate], grades: &mut [Grade]) {
        let by_new = |grade: &&mut Grade| grade.by_new && grade.fate.is_viable();
        let is_open = grades.iter_mut().filter(by_new).all(|grade| {
            matches!(
                grade.fate,
                Fate::Killed | Fate::Survived | Fate::SurvivedOwn
            )
        });
        let count = grades.iter_mut().filter(by_new).count();
        if count < super::FEWEST || !is_open {
            return;
        }
        let new = self.own.iter().filter(|name| is_new(self.all, name));
        let reached = Reached {
            names: new.cloned().collect(),
            took: FOR_ALL / 6,
        };
        for (candidate, grade) in candidates.iter().zip(grades) {
            if !grade.by_new || !grade.fate.is_viable() {
                continue;
            }
            grade.fate = match self.run(candidate, &reached) {
                Fate::Killed => Fate::KilledByOwn,
                Fate::Survived => grade.fate,
                _ => Fate::SurvivedOwn,
            };
            if grade.fate == Fate::KilledByOwn {
                return;
            }
        }
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
        if self.reached.contains_key(&(candidate.group(), is_own)) {
            return;
        }
        let asked = match is_own {
            // What is built for one is built for all.
            _ if self.all.runs.builds() => self.own.union(&self.others).cloned().collect(),
            true => self.own.clone(),
            false => self.others.clone(),
        };
        let found = self.found(candidate, &asked);
        for (is_own, of) in [(true, &self.own), (false, &self.others)] {
            if of.is_subset(&asked) {
                let reached = found.as_ref().map(|found| Reached {
                    names: found.names.intersection(of).cloned().collect(),
                    took: found.took,
                });
                self.reached.insert((candidate.group(), is_own), reached);
            }
        }
    }

    fn found(&self, candidate: &Candidate, asked: &BTreeSet<String>) -> Option<Reached> {
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
        let Some((names, took)) = self.stopped(candidate, asked, limit) else {
            // The statements of a file run when it is loaded: all tests may.
            let is_there = candidate.function().is_none();
            return is_there.then(|| Reached {
                names: asked.clone(),
                took: limit,
            });
        };
        Some(Reached { names, took })
    }

    /// The tests that fail where the function of a mutant stops, and how long that took; none where it cannot be stopped.
    fn stopped(
        &self,
        candidate: &Candidate,
        asked: &BTreeSet<String>,
        limit: Duration,
    ) -> Option<(BTreeSet<String>, Duration)> {
        let text = stopped(&candidate.parsed, candidate.function()?)?;
        let ran = self.all.runs.edited(&Edited {
            path: candidate.path.clone(),
            text,
            what: format!("stop {}", candidate.mutant.function),
            which: only(asked),
            limit,
        });
        let (results, took) = ran?.ok()?;
        let names = asked.iter().filter(|name| is_noticed(&results, name));
        Some((names.cloned().collect(), took))
    }

    /// What becomes of a mutant by these tests: killed or not.
    fn run(&self, candidate: &Candidate, reached: &Reached) -> Fate {
        if reached.names.is_empty() {
            return Fate::Survived;
        }
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
            which: Which {
                first: true,
                ..only(&reached.names)
            },
            limit: limit.min(left),
        });
        match ran {
            None => Fate::NotRun,
            Some(Ok((results, _))) => {
                // Of those behind the first that fails nothing is known.
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
        // The tests ended in their middle or cannot be loaded, and with head they do not and can.
        State::Errored | State::Killed | State::NotLoaded => Fate::Killed,
        _ => Fate::NotRun,
    }
}
