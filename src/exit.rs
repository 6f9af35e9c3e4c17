//! How the process ends: the four exit codes, as a type.

use crate::verdict::Verdict;

/// The exit code of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// 0: the change is ready for human review, or the command did what it was asked.
    Ready,
    /// 1: a finding blocks the change.
    Blocked,
    /// 2: nothing could be judged: usage, repository, policy, or a required check that is broken.
    CouldNotJudge,
    /// 3: a human must decide.
    NeedsHuman,
}

impl Code {
    /// The number that the shell sees.
    pub fn number(self) -> u8 {
        match self {
            Code::Ready => 0,
            Code::Blocked => 1,
            Code::CouldNotJudge => 2,
            Code::NeedsHuman => 3,
        }
    }
}

impl From<Verdict> for Code {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Ready => Code::Ready,
            Verdict::Blocked => Code::Blocked,
            Verdict::CouldNotJudge => Code::CouldNotJudge,
            Verdict::NeedsHuman => Code::NeedsHuman,
        }
    }
}
