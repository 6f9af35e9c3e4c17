//! Where the outcomes of the four runs come from: the session, or what was handed in with an example.
//!
//! Does not catch: outcomes that were handed in and are of another change.

use std::time::Duration;

use crate::change::Side;
use crate::checks::Context;
use crate::inputs::Outcomes;
use crate::suite::outcome::{Failed, Outcome, Results};
use crate::suite::trial::Trials;
use crate::suite::{Failure, State, Which};

use super::session::{Ask, Edit, Session, Tree};
use super::sides::Mixed;

/// Whose tests on whose code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Run {
    /// Head as it is.
    Head,
    /// Base as it is.
    Base,
    /// Base's tests on head's code.
    OldTests,
    /// Head's tests on base's code.
    NewTests,
}

/// A file of head with another text, and the tests to be run with it.
#[derive(Clone, Debug)]
pub(super) struct Edited {
    /// Its path.
    pub path: String,
    /// Its text.
    pub text: String,
    /// What was done, as [`Outcomes::mutants`] has it: `line 3`.
    pub what: String,
    /// Which tests.
    pub which: Which,
    /// How long they may take.
    pub limit: Duration,
}

/// What came of tests; none where there is no such tree: it would be another one's.
pub(super) type Answer = Option<Result<Results, Failure>>;

/// Who runs tests.
pub(super) trait Runs {
    /// What came of the tests of several trees, in their order.
    fn run_all(&self, asked: &[(Run, Which)], trials: &Trials) -> Vec<Answer>;

    /// What came of the tests of one.
    fn run(&self, run: Run, which: Which) -> Answer {
        let answers = self.run_all(&[(run, which)], &Trials::default());
        answers.into_iter().next().flatten()
    }

    /// What came of tests of head while one of its files has another text, and how long that took; none where no file
    /// can be edited.
    fn edited(&self, edited: &Edited) -> Option<Result<(Results, Duration), Failure>>;

    /// Whether a file can be edited.
    fn can_edit(&self) -> bool;

    /// Whether each edit is built, which costs more than to run tests.
    fn builds(&self) -> bool;

    /// What was kept of these tests of head under a name.
    fn kept(&self, what: &str) -> Option<String>;

    /// Keeps it.
    fn keep(&self, what: &str, text: &str);

    /// What is left of the time for the change.
    fn left(&self) -> Duration;

    /// The name of a test without its case.
    fn function_of<'n>(&self, name: &'n str) -> &'n str;

    /// The command that shows what came of tests again, in a clean clone: the tests' own where files of the two commits
    /// make the tree, else this check; empty where nothing was run.
    fn reproduce(&self, run: Run, names: &[&str]) -> String;
}

/// Runs that are made.
pub(super) struct Real<'s> {
    pub context: &'s Context<'s>,
    pub session: Session<'s>,
    pub mixed: Mixed,
}

impl Real<'_> {
    fn tree(&self, run: Run) -> Option<Tree> {
        match run {
            Run::Head => Some(Tree::of(Side::Head)),
            Run::Base => Some(Tree::of(Side::Base)),
            Run::OldTests => self.mixed.old_tests.clone(),
            Run::NewTests => self.mixed.new_tests.clone(),
        }
    }

    fn check_again(&self) -> String {
        let arguments = &self.context.change.arguments;
        format!("draftgate check {arguments} --only proof --prove")
    }
}

impl Runs for Real<'_> {
    fn run_all(&self, asked: &[(Run, Which)], trials: &Trials) -> Vec<Answer> {
        let ask = |(run, which): &(Run, Which)| {
            let mut which = which.clone();
            if *run == Run::OldTests && which.only.is_none() {
                let files = self.mixed.only_in.as_ref();
                which.files = files.map(|files| files.iter().cloned().collect());
            }
            let tries =
                *run == Run::Head && !trials.edits.is_empty() && self.session.runner.tries();
            Some(Ask {
                tree: self.tree(*run)?,
                which,
                trials: tries.then(|| trials.clone()),
            })
        };
        let asks: Vec<Option<Ask>> = asked.iter().map(ask).collect();
        let there: Vec<Ask> = asks.iter().flatten().cloned().collect();
        let mut answers = self.session.run(&there).into_iter();
        let answer = |ask: &Option<Ask>| ask.as_ref().and_then(|_| answers.next());
        asks.iter().map(answer).collect()
    }

    fn edited(&self, edited: &Edited) -> Option<Result<(Results, Duration), Failure>> {
        Some(self.session.edited(edited))
    }

    fn can_edit(&self) -> bool {
        true
    }

    fn builds(&self) -> bool {
        self.session.runner.builds()
    }

    fn kept(&self, what: &str) -> Option<String> {
        self.session.kept(what)
    }

    fn keep(&self, what: &str, text: &str) {
        self.session.keep(what, text);
    }

    fn left(&self) -> Duration {
        self.session.left()
    }

    fn function_of<'n>(&self, name: &'n str) -> &'n str {
        self.session.runner.function_of(name)
    }

    /// Both states are taken from git, and base's files laid over head's.
    fn reproduce(&self, run: Run, names: &[&str]) -> String {
        let change = self.context.change;
        let (Some(tree), Some(base), Some(head)) =
            (self.tree(run), &change.base.commit, &change.head.commit)
        else {
            return self.check_again();
        };
        let of_base = |edit: &Edit| *edit == Edit::OfBase;
        if tree.with_configuration_of_base || !tree.edits.values().all(of_base) {
            return self.check_again();
        }
        let short = |commit: &str| commit.get(..12).unwrap_or(commit).to_owned();
        let whole = match tree.side {
            Side::Base => base,
            Side::Head => head,
        };
        let mut line = format!(
            "d=$(mktemp -d) && git archive {} | tar -x -C \"$d\"",
            short(whole)
        );
        let (mut there, mut gone) = (Vec::new(), Vec::new());
        for path in tree.edits.keys() {
            let quoted = crate::suite::quoted(path);
            match change.read(Side::Base, path) {
                Ok(Some(_)) => there.push(quoted),
                _ => gone.push(format!("\"$d\"/{quoted}")),
            }
        }
        if !gone.is_empty() {
            line.push_str(&format!(" && rm -f {}", gone.join(" ")));
        }
        if !there.is_empty() {
            let there = there.join(" ");
            let base = short(base);
            line.push_str(&format!(
                " && git archive {base} {there} | tar -x -C \"$d\""
            ));
        }
        let command = self.session.runner.command_for(names);
        line.push_str(&format!(" && cd \"$d\" && {command}"));
        line
    }
}

/// Outcomes that were handed in.
pub(super) struct Handed<'o>(pub &'o Outcomes);

impl Runs for Handed<'_> {
    fn run_all(&self, asked: &[(Run, Which)], _: &Trials) -> Vec<Answer> {
        let answer = |(run, which): &(Run, Which)| {
            let text = match run {
                Run::Head => Some(&self.0.head),
                Run::Base => Some(&self.0.base),
                Run::OldTests => self.0.old_tests.as_ref(),
                Run::NewTests => self.0.new_tests.as_ref(),
            };
            let mut results = read(text?);
            if let Some(only) = &which.only {
                results.tests.retain(|name, _| only.contains(name));
            }
            Some(Ok(results))
        };
        asked.iter().map(answer).collect()
    }

    fn edited(&self, edited: &Edited) -> Option<Result<(Results, Duration), Failure>> {
        let mut lines = self.0.mutants.as_ref()?.lines();
        let said =
            lines.find_map(|line| line.trim().strip_prefix(&edited.what)?.strip_prefix(" | "));
        let state = match said {
            Some("not built") => Some(State::NotBuilt),
            Some("timed out") => Some(State::TimedOut),
            _ => None,
        };
        if let Some(state) = state {
            return Some(Err(Failure::new(state, "handed in")));
        }
        let mut results = read(&self.0.head);
        let failed = said.unwrap_or_default().split(", ");
        for name in failed.filter(|name| !name.is_empty()) {
            let outcome = Outcome::Failed(Failed::default());
            results.tests.insert(name.to_owned(), outcome);
        }
        if let Some(only) = &edited.which.only {
            results.tests.retain(|name, _| only.contains(name));
        }
        Some(Ok((results, Duration::ZERO)))
    }

    fn can_edit(&self) -> bool {
        self.0.mutants.is_some()
    }

    fn builds(&self) -> bool {
        false
    }

    fn kept(&self, _: &str) -> Option<String> {
        None
    }

    fn keep(&self, _: &str, _: &str) {}

    fn left(&self) -> Duration {
        Duration::MAX
    }

    fn function_of<'n>(&self, name: &'n str) -> &'n str {
        name.split('[').next().unwrap_or(name)
    }

    fn reproduce(&self, _: Run, _: &[&str]) -> String {
        String::new()
    }
}

/// Lines `passed NAME`, `skipped NAME`, `failed NAME | ASSERTED | MESSAGE`, `unloaded FILE | MESSAGE`.
fn read(text: &str) -> Results {
    let mut results = Results::default();
    for line in text.lines() {
        let Some((outcome, rest)) = line.trim().split_once(' ') else {
            continue;
        };
        let mut parts = rest.split(" | ").map(str::to_owned);
        let name = parts.next().unwrap_or_default();
        let outcome = match outcome {
            "passed" => Outcome::Passed,
            "skipped" => Outcome::Skipped(parts.next().unwrap_or_default()),
            "unloaded" => {
                let why = parts.next().unwrap_or_default();
                results.uncollected.insert(name, why);
                continue;
            }
            _ => Outcome::Failed(Failed {
                asserted: parts.next().unwrap_or_default(),
                message: parts.next().unwrap_or_default(),
                ..Failed::default()
            }),
        };
        results.add(name, outcome);
    }
    results
}
