//! The policy: the rules of this repository, read from the base and never from the change.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::finding::{Finding, Level, Waived};
use crate::judged::{PolicyIdentity, PolicySource};

/// Which verdicts fail a job (hook, Action).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailOn {
    /// Blocked and could-not-judge.
    #[default]
    Blocked,
    /// Those, and needs-human.
    NeedsHuman,
}

/// What a path is to the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Written here by hand.
    Own,
    /// Made by a program: judged for secrets and hidden text only.
    Generated,
    /// Somebody else's code: judged for secrets and hidden text only.
    Vendored,
}

/// The effective policy.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Where it came from, and its digest.
    pub identity: PolicyIdentity,
    /// What a branch is compared with; none asks the repository.
    pub target: Option<String>,
    /// Which verdicts fail a job.
    pub fail_on: FailOn,
    /// Checks whose broken or out-of-reach is no pass.
    pub required: BTreeSet<String>,
    /// Checks that do not run.
    pub disabled: BTreeSet<String>,
    /// What was decided on the way and must be said (what of head's policy was not heeded).
    pub remarks: Vec<String>,
}

impl Policy {
    /// The built-in default.
    pub fn builtin() -> Self {
        Self {
            identity: PolicyIdentity {
                source: PolicySource::Default,
                digest: String::new(),
            },
            target: None,
            fail_on: FailOn::default(),
            required: BTreeSet::new(),
            disabled: BTreeSet::new(),
            remarks: Vec::new(),
        }
    }

    /// What a path is.
    pub fn kind(&self, _path: &str) -> Kind {
        Kind::Own
    }

    /// The level of a finding under `[[levels]]`: `None` turns it off, otherwise the rule's own level
    /// or the one that the policy sets.
    pub fn level(&self, finding: &Finding) -> Option<Level> {
        Some(finding.level)
    }
}

impl Policy {
    /// The waiver that covers a finding.
    pub fn waiver(&self, _finding: &Finding) -> Option<Waived> {
        None
    }
}

/// Placeholder so that later stages compile.
pub type Settings = BTreeMap<String, toml::Value>;
