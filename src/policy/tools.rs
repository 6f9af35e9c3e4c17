//! `[tools.<name>]`: what changes a built-in adapter, or describes a tool of the repository's own.
//!
//! Does not catch: a command that does not exist; `tools/` says so when it runs.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::values::{CheckName, Pattern, TimeLimit};

/// Tools with an adapter of their own; an entry for one of them needs neither `check`, `command` nor `output`.
pub use crate::embedded::TOOLS as BUILT_IN;

/// How the output of a tool is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Output {
    /// SARIF 2.1.0.
    Sarif,
    /// One JSON object a line; `fields` says which key is what.
    JsonLines,
    /// GitLab code quality.
    Gitlab,
    /// Lines that `pattern` matches, with its named groups.
    Regex,
    /// Not at all: an exit code other than 0 is one finding.
    ExitCode,
}

/// One tool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Tool {
    /// The check that it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check: Option<CheckName>,
    /// The command, as a list of arguments; no shell reads it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<String>,
    /// How its output is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<Output>,
    /// For `output = "regex"`: an expression with the groups `path`, `line` and `message`, and if it
    /// can `column` and `rule`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<Pattern>,
    /// For `output = "json-lines"`: our name of a field (`path`, `line`, `column`, `message`, `rule`,
    /// `severity`) and the tool's, with `.` between nested keys.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
    /// Kinds of suppressions that it heeds, as `suppressions` counts them (`noqa`, `type-ignore`, `allow`): what
    /// those that a change adds hide from it is told, after one more run. None: the built-in adapter's; for a
    /// tool of the repository's own, no kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub silencers: Option<BTreeSet<String>>,
    /// How long it may take.
    pub time_limit: TimeLimit,
    /// Whether it has the network; none has, unless the policy says so.
    pub network: bool,
    /// Whether it sees all but its own directories read-only, where the system can do that.
    pub sandbox: bool,
    /// Whether its absence is a broken check where the repository is configured for it.
    pub required: bool,
    /// The version that it must report: `"1.11"` holds for 1.11 and 1.11.2, not for 1.12.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

impl Default for Tool {
    fn default() -> Self {
        Self {
            check: None,
            command: Vec::new(),
            output: None,
            pattern: None,
            fields: BTreeMap::new(),
            silencers: None,
            time_limit: TimeLimit::minutes(10),
            network: false,
            sandbox: true,
            required: true,
            version: None,
        }
    }
}

impl Tool {
    /// Our names of the fields of a JSON line.
    pub const FIELDS: [&'static str; 6] = ["path", "line", "column", "message", "rule", "severity"];

    /// Whether a version that the tool reports is the one that the policy asks for.
    pub fn accepts(&self, version: &str) -> bool {
        self.version.as_deref().is_none_or(|wanted| {
            version
                .strip_prefix(wanted)
                .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
        })
    }
}

/// `[[environments]]`: a folder of programs that may be run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Environment {
    /// A virtual environment, a `node_modules`, or any folder with programs in it, in its `bin` or in its `.bin`:
    /// from the top of the tree, or absolute.
    pub path: String,
    /// What is in it, as `draftgate` says it: needed for a folder of the tree, for whoever writes the change may have
    /// written it too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
}
