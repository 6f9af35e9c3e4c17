//! The file format of `draftgate.toml`, schema 1: what may be written, and the default of each key.
//!
//! Does not catch: what needs more than one key to see; `read.rs` checks that after the parse.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::FailOn;
use super::settings::Checks;
use super::tools::{Environment, Tool};
use super::values::{CheckName, Glob, TimeLimit};
use crate::day::Day;
use crate::finding::Level;

/// The whole file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Document {
    /// Format of the file: 1.
    pub schema: u32,
    /// `[gate]`
    pub gate: Gate,
    /// `[paths]`
    pub paths: Paths,
    /// `[languages]`
    pub languages: Languages,
    /// `[[levels]]`; the first match sets the level.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<LevelEntry>,
    /// `[[floors]]`: a second list of levels. Where it is given, a finding gets at least the level
    /// that its first match says, or the rule's own where none matches. This is how the overlay of a
    /// change's own levels is written down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub floors: Option<Vec<LevelEntry>>,
    /// `[checks.<name>]`
    pub checks: Checks,
    /// `[[environments]]`: folders of programs, in the order in which they are looked through.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub environments: Vec<Environment>,
    /// `[tools.<name>]`
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tools: BTreeMap<String, Tool>,
    /// `[provenance.agent]`
    pub provenance: Provenance,
    /// `[[waivers]]`
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub waivers: Vec<Waiver>,
}

impl Default for Document {
    fn default() -> Self {
        Self {
            schema: 1,
            gate: Gate::default(),
            paths: Paths::default(),
            languages: Languages::default(),
            levels: Vec::new(),
            floors: None,
            checks: Checks::default(),
            environments: Vec::new(),
            tools: BTreeMap::new(),
            provenance: Provenance::default(),
            waivers: Vec::new(),
        }
    }
}

/// `[gate]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Gate {
    /// What a branch is compared with; none asks the repository for its default branch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Which verdicts fail a job.
    pub fail_on: FailOn,
    /// Checks that are no pass when they are broken or out of reach; none: all but
    /// [`OPTIONAL`] and those that are disabled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required: Option<BTreeSet<CheckName>>,
    /// Checks that do not run.
    pub disabled: BTreeSet<CheckName>,
    /// How long a whole run may take.
    pub time_limit: TimeLimit,
}

/// Checks that are not required where the policy does not say. All others are, so that a check that
/// failed is never a pass. These run programs of the repository whose failure says more about the
/// machine than about the change; a check that does not apply is no failure in any case.
pub const OPTIONAL: [&str; 4] = ["coverage", "lint", "proof", "types"];

impl Default for Gate {
    fn default() -> Self {
        Self {
            target: None,
            fail_on: FailOn::default(),
            required: None,
            disabled: BTreeSet::new(),
            time_limit: TimeLimit::minutes(10),
        }
    }
}

impl Gate {
    /// The checks that are required, with the default filled in.
    pub fn required(&self) -> BTreeSet<CheckName> {
        match &self.required {
            Some(named) => named.clone(),
            None => CheckName::all()
                .filter(|name| !OPTIONAL.contains(&name.as_str()))
                .filter(|name| !self.disabled.contains(name))
                .collect(),
        }
    }
}

/// `[paths]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Paths {
    /// Made by a program: judged for secrets and hidden text only.
    pub generated: Vec<Glob>,
    /// Somebody else's code: judged for secrets and hidden text only.
    pub vendored: Vec<Glob>,
    /// Tests, added to what the languages' own conventions say.
    pub tests: Vec<Glob>,
    /// Whether [`super::paths::GENERATED`], [`super::paths::VENDORED`] and base's `.gitattributes`
    /// (`linguist-generated`, `linguist-vendored`) count too.
    pub well_known: bool,
}

impl Default for Paths {
    fn default() -> Self {
        Self {
            generated: Vec::new(),
            vendored: Vec::new(),
            tests: Vec::new(),
            well_known: true,
        }
    }
}

/// `[languages]`
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Languages {
    /// What becomes of code that no check can read because it is in a language that none knows.
    pub unread: OnUnread,
    /// What is in a language of glue (shell, Dockerfile, Makefile, SQL) needs no human for that alone, where the whole
    /// change has fewer lines of it than this.
    pub glue_lines: u32,
}

/// What becomes of code in a language that checks do not know, laxest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum OnUnread {
    /// It stands in every report, and that is all.
    Note,
    /// A human must look at it, unless the project's own linter and type-checker both read it.
    #[default]
    Escalate,
}

/// What `[[levels]]` may set, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SetLevel {
    /// The finding is dropped.
    Off,
    /// [`Level::Note`].
    Note,
    /// [`Level::Escalate`].
    Escalate,
    /// [`Level::Block`].
    Block,
}

impl SetLevel {
    /// The level; `None` for off.
    pub fn level(self) -> Option<Level> {
        match self {
            SetLevel::Off => None,
            SetLevel::Note => Some(Level::Note),
            SetLevel::Escalate => Some(Level::Escalate),
            SetLevel::Block => Some(Level::Block),
        }
    }
}

/// One entry of `[[levels]]`. It matches where all that it names match; it names something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LevelEntry {
    /// A rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// A check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<CheckName>,
    /// Paths.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<Glob>,
    /// The level.
    pub level: SetLevel,
}

/// `[provenance]`
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Provenance {
    /// `[provenance.agent]`
    pub agent: Agent,
}

/// `[provenance.agent]`: what holds beyond the rest when a commit of the change says that an agent
/// wrote it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Agent {
    /// When agent-written commits change production code and its tests, a human must have written or
    /// approved the intended behaviour.
    pub require_human_spec: bool,
    /// Checks that are required then, too.
    pub required: BTreeSet<CheckName>,
    /// Levels that hold then; they only raise.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<LevelEntry>,
}

/// One entry of `[[waivers]]`: a human's decision on one finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Waiver {
    /// The finding's fingerprint.
    pub fingerprint: String,
    /// The finding's rule.
    pub rule: String,
    /// Why it may pass.
    pub reason: String,
    /// Who decided.
    pub approved_by: String,
    /// The last day on which it counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
}
