//! A secret at a place of the change: in which file, and where in the history.
//!
//! Does not catch: anything; [`super::scope`] finds them.

use crate::finding::Place;
use crate::secrets::{Finder, Hit};

/// The path of a finding in a commit message.
pub(super) const MESSAGE: &str = "COMMIT_EDITMSG";

/// Where a secret is in the history of the change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// In head's tree.
    Tip,
    /// In a commit of the range, and no longer at the tip.
    Gone {
        /// The first commit that has it.
        commit: String,
    },
    /// In the name of a file.
    Name,
    /// In a commit's message.
    Message {
        /// The commit.
        commit: String,
    },
}

impl State {
    /// The commit to look at, where it is not the tip.
    pub(super) fn commit(&self) -> Option<&str> {
        match self {
            State::Tip | State::Name => None,
            State::Gone { commit } | State::Message { commit } => Some(commit),
        }
    }

    /// For machines.
    pub(super) fn name(&self) -> &'static str {
        match self {
            State::Tip => "at-tip",
            State::Name => "in-path",
            State::Gone { .. } => "removed-at-tip",
            State::Message { .. } => "in-message",
        }
    }
}

/// A secret at a place.
pub(super) struct Occurrence {
    /// What was found.
    pub(super) hit: Hit<'static>,
    /// The file, or [`MESSAGE`].
    pub(super) path: String,
    /// Where in it.
    pub(super) place: Place,
    /// Where in the history.
    pub(super) state: State,
    /// The line before and the lines of the place, for allow marks on them.
    pub(super) lines: String,
    /// The keyed hash of the value.
    pub(super) hash: String,
}

impl Occurrence {
    /// Names under which an entry or a configuration may mean its rule.
    pub(super) fn names(&self) -> Vec<&str> {
        let one = self.hit.one;
        let own = self
            .hit
            .name
            .as_deref()
            .filter(|_| one.spec.finder == Finder::Repository);
        let aliases = one.spec.aliases.iter().map(String::as_str);
        aliases.chain([one.rule.id.as_ref()]).chain(own).collect()
    }
}
