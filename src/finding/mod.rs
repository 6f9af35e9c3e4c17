//! What a check says about a place: the finding and its scales.
//!
//! The field order of [`Finding`] is the key order of the JSON report.

pub(crate) mod alike;
pub(crate) mod anchor;
pub(crate) mod excerpt;
pub(crate) mod introduced;
pub mod judgement;
pub mod line_hash;
pub(crate) mod once;
pub(crate) mod places;

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::change::Side;
pub use crate::place::Place;

/// What a finding does to the verdict, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Said, and no more.
    Note,
    /// A human must decide.
    Escalate,
    /// The change may not pass.
    Block,
}

/// How bad it is if the finding is right, mildest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Nothing breaks.
    Info,
    /// A nuisance.
    Low,
    /// A defect.
    Medium,
    /// A defect that costs.
    High,
    /// Act before anything else.
    Critical,
}

/// How sure the check is, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// A sign that good work shows too.
    Low,
    /// More often right than not.
    Medium,
    /// Practically never seen in good work.
    High,
    /// A proof: a tool's exit, a checksum, a parse, a probe.
    Proven,
}

/// How the change brought the finding in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Introduced {
    /// On lines of this change.
    New,
    /// Caused by this change on lines that it does not touch.
    Elsewhere,
    /// There before, and now worse (a metric that grew).
    Worse,
}

/// One step of a data flow, from the source to the sink.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Repository-relative path.
    pub path: String,
    /// 1-based line.
    pub line: u32,
    /// 1-based column, in Unicode scalar values.
    pub column: u32,
    /// What happens here.
    pub message: String,
}

/// A waiver as it stands in a finding that it covers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Waived {
    /// Why a human let it pass.
    pub reason: String,
    /// Who did.
    pub approved_by: String,
    /// The last day on which it counts, `YYYY-MM-DD`.
    pub until: Option<String>,
}

/// A rule, a place, a message, and what to do about it.
///
/// Lines and columns are 1-based, columns count Unicode scalar values, the end is exclusive. A
/// finding about a whole file stands on line 1, column 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// Name of the check.
    pub check: String,
    /// Kebab-case rule id, without `/`.
    pub rule: String,
    /// What it does to the verdict.
    pub level: Level,
    /// How bad it is if right.
    pub severity: Severity,
    /// How sure the check is.
    pub confidence: Confidence,
    /// Repository-relative path with `/`, on the side named by `side`.
    pub path: String,
    /// First line.
    pub line: u32,
    /// First column.
    pub column: u32,
    /// Last line.
    pub end_line: u32,
    /// Column after the last one.
    pub end_column: u32,
    /// Which side `path` and the lines are of; base for something that is gone.
    pub side: Side,
    /// The commit it stands in, where it is not at the tip.
    pub commit: Option<String>,
    /// What is there, in one sentence.
    pub message: String,
    /// Why it matters.
    pub why: String,
    /// How to fix it.
    pub fix: String,
    /// What not to do instead.
    pub avoid: String,
    /// CWE numbers.
    pub cwe: Vec<u32>,
    /// Where to read more; empty when there is no page.
    pub docs: String,
    /// The command that shows the finding again.
    pub reproduce: String,
    /// 12 hexadecimal digits that survive rebases, squashes and moved lines.
    pub fingerprint: String,
    /// How the change brought it in.
    pub introduced: Introduced,
    /// The waiver that covers it.
    pub waiver: Option<Waived>,
    /// Data flow from source to sink; empty where there is none.
    pub trace: Vec<Step>,
    /// Facts of the rule's own, for machines.
    pub evidence: BTreeMap<String, serde_json::Value>,
    /// Text that stands for the place in the fingerprint, where the line itself must not (a secret).
    #[serde(skip)]
    pub anchor: Option<String>,
    /// Rules that may find the same fact at the same place.
    #[serde(skip)]
    pub same_as: Cow<'static, [Cow<'static, str>]>,
}

impl Finding {
    /// The order of every report: worst first, then by place, then by rule.
    pub fn order(&self, other: &Self) -> std::cmp::Ordering {
        other
            .counts()
            .cmp(&self.counts())
            .then(other.level.cmp(&self.level))
            .then(other.severity.cmp(&self.severity))
            .then_with(|| self.path.cmp(&other.path))
            .then_with(|| (self.line, self.column).cmp(&(other.line, other.column)))
            .then_with(|| self.check.cmp(&other.check))
            .then_with(|| self.rule.cmp(&other.rule))
            .then_with(|| self.message.cmp(&other.message))
            .then_with(|| self.commit.cmp(&other.commit))
            .then_with(|| self.fingerprint.cmp(&other.fingerprint))
    }

    /// Whether the verdict heeds it: no waiver covers it.
    pub fn counts(&self) -> bool {
        self.waiver.is_none()
    }

    /// Where it stands.
    pub fn place(&self) -> Place {
        Place {
            line: self.line,
            column: self.column,
            end_line: self.end_line,
            end_column: self.end_column,
        }
    }

    /// The same finding on this place: 1-based, end exclusive.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.line = place.line;
        self.column = place.column;
        self.end_line = place.end_line;
        self.end_column = place.end_column;
        self
    }

    /// The same finding with a fact for machines.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<serde_json::Value>) -> Self {
        self.evidence.insert(key.to_owned(), value.into());
        self
    }
}
