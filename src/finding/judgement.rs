//! What a run found out: [`Judgement`], the digested part of the trace and all that a report may show, and
//! [`RunLog`], the rest.
//!
//! No clock, host name, absolute path or map order in [`Judgement`]: the same change, policy, rules and tool
//! versions give the same bytes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::coverage::summary::Summary;
use crate::finding::Finding;

/// What became of a check, on a file or as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It looked.
    Ran,
    /// There was nothing for it to look at.
    NotApplicable,
    /// It could not see.
    OutOfReach,
    /// It failed.
    Broken,
}

/// One check of the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CheckOutcome {
    /// The check's name.
    pub name: String,
    /// Whether the policy requires it: broken or out of reach is then no pass.
    pub required: bool,
    /// What became of it.
    pub outcome: Outcome,
    /// Why, and what turns it on or fixes it; empty when it ran.
    pub why: String,
    /// How many files it looked at.
    pub files: usize,
    /// Whether the change holds nothing for it: then that it looked at no file leaves nothing unseen.
    #[serde(default)]
    pub idle: bool,
}

/// What became of one check on one file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LedgerEntry {
    /// The check's name.
    pub check: String,
    /// Repository-relative path.
    pub path: String,
    /// What became of the check on this file.
    pub outcome: Outcome,
    /// Why; empty when it ran.
    pub why: String,
    /// Where the reason is that the check does not know the language of this code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<Unread>,
}

/// What the ledger says of a file whose language a check does not know.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Unread {
    /// The language, as GitHub linguist calls it.
    pub language: String,
    /// Lines that the change adds to the file or takes out of it.
    pub lines: usize,
    /// Why it is no human's turn all the same; none where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<String>,
}

/// The change in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeSummary {
    /// Object id of the base commit or tree.
    pub base: String,
    /// Object id of the head commit; `worktree`, `staged` or `patch` where it is none.
    pub head: String,
    /// Changed files.
    pub files: usize,
    /// Added lines.
    pub added: usize,
    /// Deleted lines.
    pub deleted: usize,
    /// Commits of the range.
    pub commits: usize,
}

/// Where the policy came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum PolicySource {
    /// The base commit, or the ref that `--policy-ref` names.
    Base,
    /// The built-in default.
    Default,
    /// The working tree, on request.
    Worktree,
}

/// The policy's identity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PolicyIdentity {
    /// Where it came from.
    pub source: PolicySource,
    /// `sha256:` and the digest of the effective policy.
    pub digest: String,
}

/// Lines of code around a finding, already redacted; secrets stand as asterisks of the same width, so
/// that columns hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Excerpt {
    /// 1-based number of the first line.
    pub first_line: u32,
    /// 1-based column at which all lines begin: over 1 where the place stands far out on a long line.
    pub first_column: u32,
    /// The lines, without their ends; long ones are cut.
    pub lines: Vec<String>,
}

/// Where a finding stands at head, for readers who know head's files only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct HeadPlace {
    /// Repository-relative path of a file that head has.
    pub path: String,
    /// 1-based line.
    pub line: u32,
    /// [`crate::finding::line_hash`] of the line; none where the file is no text, or the line holds a secret.
    pub line_hash: Option<String>,
}

/// Everything a report may show.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Judgement {
    /// The change in numbers.
    pub change: ChangeSummary,
    /// The policy's identity.
    pub policy: PolicyIdentity,
    /// Why nothing could be judged at all, with the line that fixes it.
    pub obstacle: Option<String>,
    /// In the order of [`Finding::order`].
    pub findings: Vec<Finding>,
    /// In the order of the registry.
    pub checks: Vec<CheckOutcome>,
    /// Sorted by check, then path.
    pub ledger: Vec<LedgerEntry>,
    /// What was decided on the way and belongs in every report ("compared with origin/main").
    pub remarks: Vec<String>,
    /// Code around findings, by fingerprint.
    pub excerpts: BTreeMap<String, Excerpt>,
    /// Where findings stand at head, by fingerprint; none where head has no file.
    pub places: BTreeMap<String, HeadPlace>,
    /// Coverage of the change, where it was measured.
    #[serde(default)]
    pub coverage: Option<Summary>,
}

/// What a run took: not digested, and in no report but the human summary.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunLog {
    /// Wall time of the whole run, milliseconds.
    pub millis: u64,
    /// Wall time by check, milliseconds.
    pub checks: BTreeMap<String, u64>,
    /// Steps of work by check, as [`crate::budget`] counts them. With several checks at a time, who asks first for
    /// what they share is not settled.
    #[serde(default)]
    pub steps: BTreeMap<String, u64>,
    /// What tools printed, by check; redacted.
    pub output: BTreeMap<String, String>,
}
