//! The trace: a run from which verdict and reports can be derived again, byte for byte.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::judged::Judged;

/// The record of a run.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trace {
    /// Format, 1.
    pub schema: u32,
    /// Version of draftgate that wrote it.
    pub draftgate: String,
    /// `sha256:` and the digest of `judged`.
    pub digest: String,
    /// The digested part.
    pub judged: Judged,
    /// The effective policy, as `draftgate policy` prints it.
    pub policy: String,
    /// What the run took: not digested, and in no report but the human summary.
    pub run: RunLog,
}

/// What a run took.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunLog {
    /// Wall time of the whole run, milliseconds.
    pub millis: u64,
    /// Wall time by check, milliseconds.
    pub checks: BTreeMap<String, u64>,
    /// What tools printed, by check; redacted.
    pub output: BTreeMap<String, String>,
}
