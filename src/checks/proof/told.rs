//! What the runs are asked again and again: which tests a name stands for, what became of them, whether they waver; and
//! the strongest thing that a run can say, a test that passed and fails now.
//!
//! Does not catch: a test that wavers less than once in three runs.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::change::Side;
use crate::checks::test_quality::{AllKin, Deed, Kin, Named};
use crate::checks::{CheckResult, Context};
use crate::finding::{Finding, Level};
use crate::place::Place;
use crate::rule::Rule;
use crate::rule::built_in::proof as rules;
use crate::suite::Which;
use crate::suite::outcome::{Failed, Outcome, Results};
use crate::suite::trial::Trials;
use crate::text::visible;

use super::runs::{Run, Runs};

/// Everything that is known.
pub(super) struct All<'a> {
    pub context: &'a Context<'a>,
    pub runs: &'a dyn Runs,
    pub kin: &'a AllKin,
    /// Head as it is.
    pub head: &'a Results,
    /// Base's tests on head's code, where there is such a tree.
    pub old: Option<&'a Results>,
    /// By the run's name of base's version.
    by_base: BTreeMap<&'a str, &'a Kin>,
    /// By the run's name of head's version.
    by_head: BTreeMap<&'a str, &'a Named>,
    /// The run's names of tests that only head has.
    pub born: BTreeSet<&'a str>,
    /// How many tests of a file are new, or say something else than before.
    altered: BTreeMap<&'a str, usize>,
}

/// Names of tests by function.
pub(super) type Groups<'n> = BTreeMap<&'n str, Vec<&'n str>>;

impl<'a> All<'a> {
    /// Of what was run first.
    pub(super) fn new(
        context: &'a Context<'a>,
        runs: &'a dyn Runs,
        kin: &'a AllKin,
        head: &'a Results,
        old: Option<&'a Results>,
    ) -> Self {
        let named = |named: &'a Named| (named.run.as_str(), named);
        let mut altered: BTreeMap<&str, usize> = BTreeMap::new();
        let edited = kin.kin.iter().filter(|kin| {
            matches!(
                kin.deed,
                Deed::Edited | Deed::Values(_) | Deed::Weaker { .. }
            )
        });
        let edited = edited.map(|kin| kin.base.path.as_str());
        let born = kin.born.iter().map(|named| named.path.as_str());
        for path in edited.chain(born) {
            *altered.entry(path).or_default() += 1;
        }
        let twins = kin.kin.iter().filter_map(|kin| kin.head.as_ref());
        Self {
            context,
            runs,
            kin,
            head,
            old,
            by_base: kin
                .kin
                .iter()
                .map(|kin| (kin.base.run.as_str(), kin))
                .collect(),
            by_head: twins.chain(&kin.born).map(named).collect(),
            altered,
            born: kin.born.iter().map(|named| named.run.as_str()).collect(),
        }
    }

    /// The tests of a run by function.
    pub(super) fn groups<'r>(&self, results: &'r Results) -> Groups<'r> {
        let mut groups = Groups::new();
        for name in results.tests.keys() {
            let function = self.runs.function_of(name);
            groups.entry(function).or_default().push(name);
        }
        groups
    }

    /// What came of tests in several runs, each in the usual order or another; empty where that is not known.
    pub(super) fn of<const N: usize>(
        &self,
        asked: [(Run, &BTreeSet<String>, bool); N],
    ) -> [Results; N] {
        let there = asked.iter().filter(|(_, names, _)| !names.is_empty());
        let which = |(run, names, otherwise): &(Run, &BTreeSet<String>, bool)| {
            let which = Which {
                only: Some((*names).clone()),
                otherwise: *otherwise,
                ..Which::default()
            };
            (*run, which)
        };
        let there: Vec<(Run, Which)> = there.map(which).collect();
        let answers = match there.is_empty() {
            true => Vec::new(),
            false => self.runs.run_all(&there, &Trials::default()),
        };
        let mut answers = answers.into_iter();
        asked.map(|(_, names, _)| match names.is_empty() {
            true => Results::default(),
            false => {
                let answer = answers.next().flatten();
                answer.and_then(Result::ok).unwrap_or_default()
            }
        })
    }

    /// Says that a test wavers.
    pub(super) fn flaky(&self, names: &BTreeSet<String>, result: &mut CheckResult) {
        for name in names {
            let said = format!(
                "proof: not run to an end, as it is flaky: {}",
                visible(name)
            );
            if !result.remarks.contains(&said) {
                result.remarks.push(said);
            }
        }
    }

    /// The test of base that a function was.
    pub(super) fn kin_of(&self, function: &str) -> Option<&'a Kin> {
        self.by_base.get(function).copied()
    }

    /// Whether a test is all that the change touches of the tests in its file.
    pub(super) fn is_all_that_changed(&self, kin: &Kin) -> bool {
        let path = kin.base.path.as_str();
        self.altered.get(path).is_none_or(|altered| match kin.deed {
            Deed::Kept | Deed::Gone | Deed::GoneWithItsSubject => *altered == 0,
            Deed::Edited | Deed::Values(_) | Deed::Weaker { .. } => *altered <= 1,
        })
    }

    /// The file of a test, where its name says it.
    pub(super) fn file_of<'n>(&self, name: &'n str) -> Option<&'n str> {
        let (path, _) = name.split_once("::")?;
        (path.contains('.') && !path.contains(' ')).then_some(path)
    }

    /// A finding about a test.
    pub(super) fn finding(
        &self,
        rule: &Rule,
        name: &str,
        failed: &Failed,
        message: String,
    ) -> Finding {
        let function = self.runs.function_of(name);
        let kin = self.kin_of(function);
        let at_head = kin
            .and_then(|kin| kin.head.as_ref())
            .or_else(|| self.by_head.get(function).copied());
        let named = match (at_head, kin) {
            (Some(named), _) => Some((Side::Head, named)),
            (None, Some(kin)) => Some((Side::Base, &kin.base)),
            (None, None) => None,
        };
        let finding = match named {
            Some((side, named)) => rule.finding(side, &named.path, named.place, message),
            None => {
                let path = Some(failed.path.as_str()).filter(|path| !path.is_empty());
                let path = path.or_else(|| self.file_of(name));
                let is_there =
                    |side, path: &str| matches!(self.context.change.read(side, path), Ok(Some(_)));
                let sides = [Side::Head, Side::Base];
                let found = path.and_then(|path| {
                    let side = sides.into_iter().find(|side| is_there(*side, path))?;
                    Some((side, path.to_owned()))
                });
                let first = || self.context.files.first().map(|file| file.path.clone());
                let (side, path) =
                    found.unwrap_or_else(|| (Side::Head, first().unwrap_or_default()));
                rule.finding(side, &path, Place::FILE, message)
            }
        };
        let mut finding = finding.with("test", name.to_owned());
        if !failed.message.is_empty() {
            finding = finding.with("message", failed.message.clone());
        }
        if !failed.asserted.is_empty() {
            finding = finding.with("asserted", failed.asserted.clone());
        }
        // Tests of a table stand on one line.
        finding.anchor = Some(format!("{} {name}", rule.id));
        finding
    }

    /// Tests that passed at base and fail at head, files of tests that can be loaded no more, new tests that fail.
    pub(super) fn fails_now(&self, result: &mut CheckResult) -> Result<()> {
        let names: BTreeSet<String> = self.head.failures().map(|(name, _)| name.into()).collect();
        let [base] = self.of([(Run::Base, &names, false)]);
        let passed = |name: &&String| base.tests.get(*name) == Some(&Outcome::Passed);
        let broken: BTreeSet<String> = names.iter().filter(passed).cloned().collect();
        let [one, other, base, base_again] = self.of([
            (Run::Head, &broken, true),
            (Run::Head, &broken, false),
            (Run::Base, &broken, true),
            (Run::Base, &broken, false),
        ]);
        let mut flaky = wavering(&broken, true, &[one, other]);
        flaky.extend(wavering(&broken, false, &[base, base_again]));
        let mut told: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for name in broken.difference(&flaky) {
            let function = self.runs.function_of(name);
            told.entry(function).or_default().push(name);
        }
        for names in told.values() {
            let Some(name) = names.first().copied() else {
                continue;
            };
            let Some(failed) = self.head.tests.get(name).and_then(Outcome::failed) else {
                continue;
            };
            let more = cases(names.len());
            let message = format!(
                "{} passed at base and fails now{more}{}",
                visible(name),
                said(failed)
            );
            let mut finding = self.finding(rules::TEST_FAILS, name, failed, message);
            finding.reproduce = self.runs.reproduce(Run::Head, names);
            result.head.push(finding);
        }
        self.flaky(&flaky, result);
        let was_red = self
            .old
            .is_some_and(|old| old.failures().next().is_some() || !old.uncollected.is_empty());
        for name in names.difference(&broken) {
            let function = self.runs.function_of(name);
            let is_new = self.born.contains(function);
            let failed = self.head.tests.get(name).and_then(Outcome::failed);
            if let (true, false, Some(failed)) = (is_new, was_red, failed) {
                let message = format!("the new test {} fails{}", visible(name), said(failed));
                let mut finding = self.finding(rules::NEW_TEST_FAILS, name, failed, message);
                finding.reproduce = self.runs.reproduce(Run::Head, &[name]);
                result.head.push(finding);
            }
        }
        self.unloaded(result);
        Ok(())
    }

    /// Files of tests that were loaded at base and are not at head.
    fn unloaded(&self, result: &mut CheckResult) {
        if self.head.uncollected.is_empty() {
            return;
        }
        let which = Which {
            files: Some(self.head.uncollected.keys().cloned().collect()),
            ..Which::default()
        };
        let base = self.runs.run(Run::Base, which);
        let base = base.and_then(Result::ok).unwrap_or_default();
        for (path, why) in &self.head.uncollected {
            let of_file = |(name, outcome): &(&String, &Outcome)| {
                self.file_of(name) == Some(path) && **outcome == Outcome::Passed
            };
            let passed = base.tests.iter().filter(of_file).count();
            if passed == 0 {
                result.remarks.push(format!(
                    "proof: not run: {} cannot be loaded at head ({})",
                    visible(path),
                    visible(why)
                ));
                continue;
            }
            let failed = Failed {
                message: why.clone(),
                path: path.clone(),
                ..Failed::default()
            };
            let message = format!(
                "{} cannot be loaded any more ({}), and tests in it passed at base ({passed})",
                visible(path),
                visible(why)
            );
            let finding = self.finding(rules::TEST_FAILS, path, &failed, message);
            result.head.push(finding);
        }
    }

    /// Tests, as findings of `tests` name them, whose base version passes on head's code.
    pub(super) fn refuted(&self) -> BTreeSet<String> {
        let Some(old) = self.old else {
            return BTreeSet::new();
        };
        let groups = self.groups(old);
        let passes = |kin: &&Kin| {
            let names = groups.get(kin.base.run.as_str()).into_iter().flatten();
            let mut outcomes = names.filter_map(|name| old.tests.get(*name)).peekable();
            outcomes.peek().is_some() && outcomes.all(|outcome| *outcome == Outcome::Passed)
        };
        let refuted = self.kin.kin.iter().filter(passes);
        refuted
            .flat_map(|kin| std::iter::once(&kin.base).chain(&kin.head))
            .map(|named| named.id.clone())
            .collect()
    }
}

/// Those of some tests that do not end the same way in two more runs.
pub(super) fn wavering(
    names: &BTreeSet<String>,
    fails: bool,
    runs: &[Results; 2],
) -> BTreeSet<String> {
    let is_same = |results: &Results, name: &String| match results.tests.get(name) {
        Some(outcome) => outcome.failed().is_some() == fails,
        None => false,
    };
    let wavers = |name: &&String| !runs.iter().all(|results| is_same(results, name));
    names.iter().filter(wavers).cloned().collect()
}

/// How many more cases of a test do the same.
pub(super) fn cases(all: usize) -> String {
    match all {
        0 | 1 => String::new(),
        cases => format!(" ({} more cases too)", cases - 1),
    }
}

/// What a failure says, as the end of a sentence.
pub(super) fn said(failed: &Failed) -> String {
    let got = failed.message.lines().next().unwrap_or_default().trim();
    let parts = [
        ("it asserted", failed.asserted.as_str()),
        ("it now gets", got),
    ];
    let told = parts.iter().filter(|(_, text)| !text.is_empty());
    let told: Vec<String> = told
        .map(|(what, text)| format!("{what} `{}`", visible(&shortened(text))))
        .collect();
    match told.is_empty() {
        true => String::new(),
        false => format!(": {}", told.join(", and ")),
    }
}

/// A text cut to what a line takes.
fn shortened(text: &str) -> String {
    const MOST: usize = 160;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}..", text.get(..end).unwrap_or(text)),
        None => text.to_owned(),
    }
}

/// Levels one lower than a block, for what may be meant.
pub(super) fn escalated(mut finding: Finding) -> Finding {
    finding.level = Level::Escalate;
    finding
}
