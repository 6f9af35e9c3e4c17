//! Why tests were not run, or their run says nothing: each way with a word of its own, and none of them a pass.
//!
//! Does not catch: a run that failed and says that it did not.

use crate::coverage::suite::Suite;
use crate::process::{End, Finished};
use crate::tools::diagnostic;

/// How it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// What runs them is not installed.
    Missing,
    /// A program could not be started.
    NotStarted,
    /// Its time was up.
    TimedOut,
    /// A signal ended it.
    Killed,
    /// It wrote more than is kept.
    Truncated,
    /// The tests could not be built.
    NotBuilt,
    /// What all tests lean on could not be loaded.
    NotLoaded,
    /// The runner does not understand its arguments.
    Usage,
    /// The runner gave up before, or in the middle of, the tests.
    Errored,
    /// There was no test to run.
    NoTests,
    /// Tests failed.
    TestsFailed,
    /// What was asked for was not written.
    NoReport,
    /// What was written cannot be read.
    Unreadable,
    /// The side could not be laid out as files.
    NoWorktree,
    /// There was no room left for what was written.
    DiskFull,
}

impl State {
    /// Its name in messages.
    fn word(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::NotStarted => "not started",
            Self::TimedOut => "timed out",
            Self::Killed => "killed",
            Self::Truncated => "truncated",
            Self::NotBuilt => "not built",
            Self::NotLoaded => "not loaded",
            Self::Usage => "wrong usage",
            Self::Errored => "errored",
            Self::NoTests => "no tests",
            Self::TestsFailed => "tests failed",
            Self::NoReport => "no report",
            Self::Unreadable => "unreadable report",
            Self::NoWorktree => "no worktree",
            Self::DiskFull => "disk full",
        }
    }

    /// Whether the tests do not fit the code: they cannot be built or loaded with it.
    pub fn is_misfit(self) -> bool {
        matches!(self, Self::NotBuilt | Self::NotLoaded)
    }

    /// What to do about it.
    fn fix(self, check: &str) -> &'static str {
        match self {
            Self::Missing if check == "coverage" => "or hand a report in with `--coverage FILE`",
            Self::Missing => "or install it where draftgate looks for programs",
            Self::NotStarted => "see whether it may be executed and its interpreter is there",
            Self::TimedOut => {
                "raise `time-limit` under [checks.{check}], or let `command` run less"
            }
            Self::Killed => "see whether memory ran out",
            Self::Truncated => "let `command` print or measure less",
            Self::NotBuilt => "fix what keeps the tests from being built",
            Self::NotLoaded => "fix what keeps the tests from being loaded",
            Self::Usage => "fix `command` under [checks.{check}]",
            Self::Errored => "run the command by hand: figures of a run that gave up are too low",
            Self::NoTests => "see whether `command` finds the tests",
            Self::TestsFailed => {
                "fix them, or leave tests that are known to fail out of `command`: figures of a run that failed are \
                 too low"
            }
            Self::NoReport => "run the command by hand: it should have left a measurement",
            Self::Unreadable => "run the command by hand and look at what it wrote",
            Self::NoWorktree => "see whether the cache directory can be written",
            Self::DiskFull => {
                "free some room, in the cache directory (XDG_CACHE_HOME) too: nothing is known of the tests"
            }
        }
    }
}

/// A run that says nothing.
#[derive(Clone, Debug)]
pub struct Failure {
    /// How.
    pub state: State,
    why: String,
    /// What came of the tests, where some failed and that is all.
    pub suite: Option<Box<Suite>>,
}

impl Failure {
    /// A run that says nothing, and why.
    pub fn new(state: State, why: impl Into<String>) -> Self {
        Self {
            state,
            why: why.into(),
            suite: None,
        }
        .or_full(&[])
    }

    /// The same, with what came of the tests.
    #[must_use]
    pub fn of(mut self, suite: &Suite) -> Self {
        self.suite = Some(Box::new(suite.clone()));
        self
    }

    /// State, reason and fix, in one line, for the check that asked.
    pub fn told(&self, check: &str) -> String {
        let fix = self.state.fix(check).replace("{check}", check);
        format!("{}; {fix}", self.reason())
    }

    /// State and reason alone.
    pub fn reason(&self) -> String {
        format!("{}: {}", self.state.word(), self.why)
    }

    /// The same, or that the disk is full where it says so, or what was written does.
    #[must_use]
    pub fn or_full(mut self, written: &[&[u8]]) -> Self {
        let is_full = diagnostic::lacks_room(self.why.as_bytes());
        if is_full || written.iter().any(|text| diagnostic::lacks_room(text)) {
            self.state = State::DiskFull;
        }
        self
    }
}

impl From<diagnostic::Failure> for Failure {
    fn from(failure: diagnostic::Failure) -> Self {
        let state = match failure.state {
            diagnostic::State::Missing => State::Missing,
            diagnostic::State::DiskFull => State::DiskFull,
            _ => State::NotStarted,
        };
        Self::new(state, failure.why)
    }
}

/// The code with which a program ended by itself.
///
/// # Errors
/// Where it ended in another way.
pub fn code(what: &str, finished: &Finished) -> Result<i32, Failure> {
    let why = || format!("{what}: {}", finished.why());
    match finished.end {
        End::Exited(code) => Ok(code),
        End::Signalled(_) => Err(Failure::new(State::Killed, why())),
        End::TimedOut => Err(Failure::new(
            State::TimedOut,
            format!("{what} did not end within its time"),
        )),
        End::CouldNotStart(_) => Err(Failure::new(State::NotStarted, why())),
    }
    .map_err(|failure| failure.or_full(&[&finished.stdout, &finished.stderr]))
}

/// The stdout of a program that had to succeed.
///
/// # Errors
/// Where it did not, or wrote too much.
pub fn stdout(what: &str, finished: Finished, state: State) -> Result<Vec<u8>, Failure> {
    if code(what, &finished)? != 0 {
        let failure = Failure::new(state, format!("{what}: {}", finished.why()));
        return Err(failure.or_full(&[&finished.stdout, &finished.stderr]));
    }
    if finished.truncated {
        let why = format!("{what} wrote more than 64 MiB");
        return Err(Failure::new(State::Truncated, why));
    }
    Ok(finished.stdout)
}
