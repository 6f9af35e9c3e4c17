//! What a tool said about a place, in one form for all tools; and how a run that failed failed.
//!
//! Does not catch: two tools that say the same; each is told.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::process::Finished;

/// How bad the tool says it is, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// It makes the tool fail.
    Error,
    /// It does not.
    Warning,
    /// A remark.
    Info,
}

impl Severity {
    /// The severity that a tool's word means; an unknown word is an error.
    pub fn of(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "warning" | "warn" | "minor" | "style" | "refactor" | "convention" => Severity::Warning,
            "info" | "note" | "information" | "hint" | "help" | "none" => Severity::Info,
            _ => Severity::Error,
        }
    }
}

/// One thing that a tool said.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Diagnostic {
    /// Repository-relative path with `/`; a path outside the repository stays as the tool gave it.
    pub path: String,
    /// 1-based line; 1 where the tool names none.
    pub line: u32,
    /// 1-based column, in Unicode scalar values.
    pub column: u32,
    /// 1-based last line.
    pub end_line: u32,
    /// Column after the last one.
    pub end_column: u32,
    /// The tool's id of the rule; empty where it has none.
    pub rule: String,
    /// How bad.
    pub severity: Severity,
    /// The message.
    pub message: String,
    /// The page of the rule.
    pub docs: String,
}

/// What a run that came to its end says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// What it said, sorted.
    pub diagnostics: Vec<Diagnostic>,
    /// The packages that it looked at, where it says so.
    #[serde(default)]
    pub packages: Option<Packages>,
    /// Whether it gave up before it had looked at everything.
    pub stopped: bool,
    /// Whether it ran without any configuration of the project's.
    pub unconfigured: bool,
}

/// The packages that a run looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Packages {
    /// Their manifests.
    pub manifests: BTreeSet<String>,
    /// What of them ran.
    pub programs: BTreeSet<BuildProgram>,
    /// The files that were compiled; empty where it does not say.
    pub sources: BTreeSet<String>,
}

/// Code of the project that runs while the tool does: it can change what the tool reads, or speak for it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BuildProgram {
    /// When it runs.
    pub kind: BuildProgramKind,
    /// The manifest of its package.
    pub manifest: String,
    /// The file that it begins in.
    pub source: String,
}

/// When code of a project runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BuildProgramKind {
    /// Before the code is read.
    BuildScript,
    /// Within the compiler.
    ProceduralMacro,
}

/// Why a run says nothing: never a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// The program is not there.
    Missing,
    /// The program is there and cannot be started.
    NotStarted,
    /// It is another version than the policy asks for.
    WrongVersion,
    /// It ended with a code that means failure, and told nothing.
    Crashed,
    /// A signal ended it.
    Killed,
    /// Its time was up.
    TimedOut,
    /// Its output is not in the form that was asked for.
    Unparsable,
    /// There is no output where the form demands a document.
    Silent,
    /// It wrote more than is kept.
    Truncated,
    /// It looked at no file.
    EmptyScope,
    /// It gave up at an error that base has too.
    Stopped,
    /// The run at base failed: old cannot be told from new.
    Undetermined,
    /// Its files could not be laid out.
    NoWorktree,
    /// There is no room left for what it writes.
    DiskFull,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Missing,
        Self::NotStarted,
        Self::WrongVersion,
        Self::Crashed,
        Self::Killed,
        Self::TimedOut,
        Self::Unparsable,
        Self::Silent,
        Self::Truncated,
        Self::EmptyScope,
        Self::Stopped,
        Self::Undetermined,
        Self::NoWorktree,
        Self::DiskFull,
    ];

    /// Its name in messages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::NotStarted => "not started",
            Self::WrongVersion => "wrong version",
            Self::Crashed => "crashed",
            Self::Killed => "killed",
            Self::TimedOut => "timed out",
            Self::Unparsable => "unparsable",
            Self::Silent => "no output",
            Self::Truncated => "truncated",
            Self::EmptyScope => "empty scope",
            Self::Stopped => "stopped",
            Self::Undetermined => "undetermined",
            Self::NoWorktree => "no worktree",
            Self::DiskFull => "disk full",
        }
    }

    /// What to do about it.
    pub fn fix(self) -> &'static str {
        match self {
            Self::Missing => {
                "or `required = false` in its [tools] entry lets the change pass without it"
            }
            Self::NotStarted => "see whether it may be executed and its interpreter is there",
            Self::WrongVersion => "install the version that the policy asks for",
            Self::Crashed => {
                "run its command by hand; its configuration or its installation is at fault"
            }
            Self::Killed => "see whether memory ran out",
            Self::TimedOut => "raise `time-limit` of its [tools] entry, or let it look at less",
            Self::Unparsable => "see whether its version or a wrapper changes its output",
            Self::Silent => "run its command by hand: it should have written a document",
            Self::Truncated => "let it look at less, or fix what it says at base",
            Self::EmptyScope => "its configuration leaves out every file",
            Self::Stopped => {
                "fix that error on the base first: until then it looks at nothing else"
            }
            Self::Undetermined => "fix what keeps it from running at base",
            Self::NoWorktree => "see whether the cache directory can be written",
            Self::DiskFull => "free some room, in the cache directory (XDG_CACHE_HOME) too",
        }
    }
}

/// A run that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// How.
    pub state: State,
    /// In the tool's words.
    pub why: String,
}

impl Failure {
    /// A failure. Where its cause is that the disk is full, that is what it is.
    pub fn new(state: State, why: impl Into<String>) -> Self {
        let why = why.into();
        let state = if lacks_room(why.as_bytes()) {
            State::DiskFull
        } else {
            state
        };
        Self { state, why }
    }

    /// The same, where what the program wrote may say that the disk is full.
    #[must_use]
    pub fn of(mut self, finished: &Finished) -> Self {
        if lacks_room(&finished.stdout) || lacks_room(&finished.stderr) {
            self.state = State::DiskFull;
        }
        self
    }
}

/// Whether a text says that something could not be written because the disk, or the user's part of it, is full
/// (strerror(3) of ENOSPC and EDQUOT).
pub fn lacks_room(text: &[u8]) -> bool {
    ["No space left on device", "Disk quota exceeded"]
        .iter()
        .any(|words| memchr::memmem::find(text, words.as_bytes()).is_some())
}
