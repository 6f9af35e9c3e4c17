//! Edits of a tree that a runner tries by itself, right after the tests ran: it has them loaded already.
//!
//! Does not catch: what a runner cannot show without the edit on disk; it says so, and the edit is tried there.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What is to be tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trials {
    /// The edits, each by itself.
    pub edits: Vec<Trial>,
    /// The tests that are asked first, without their cases ([`super::Runner::function_of`]).
    pub own: BTreeSet<String>,
    /// How long all of them may take.
    pub limit: Duration,
}

/// An edit of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Trial {
    /// The file.
    pub path: String,
    /// The 1-based line that is edited, in the file as it is.
    pub line: u32,
    /// All of its text with the edit.
    pub text: String,
}

/// What the tests say of an edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// One of those that are asked first fails.
    OwnFails,
    /// Another one fails.
    Fails,
    /// None fails.
    Passes,
    /// None of those that are asked first fails; there was no time for the others.
    OwnPasses,
    /// They did not end in time.
    TimedOut,
    /// None of them runs what is edited.
    Unreached,
    /// There was no time.
    NotRun,
    /// It must be tried on disk.
    Open,
}

/// What became of an edit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tried {
    /// Its number among those that were asked for.
    pub edit: usize,
    /// What the tests said.
    pub end: End,
    /// Those that are asked first and run what is edited.
    pub own: BTreeSet<String>,
    /// How many others do, where they were asked.
    pub others: usize,
    /// Those that must be asked with the edit on disk too, where these pass; of one that is open, all that may notice it.
    pub again: BTreeSet<String>,
}
