//! Adapters: what is to be known of a tool, as data. One TOML file a tool under `src/tools/adapters/`; a
//! tool of the repository's own becomes one from its `[tools.<name>]`.
//!
//! Does not catch: a tool that changed its output since the adapter was written; what cannot be parsed is
//! told as such when it runs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::embedded;
use crate::policy::{self, Glob, Policy};
use crate::process::Confinement;

/// What is known of a tool.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Adapter {
    /// Its name in the policy.
    pub name: String,
    /// The check that it answers.
    pub check: String,
    /// Where its programs stand.
    pub ecosystem: Ecosystem,
    /// Endings of the files that it reads, without the dot; empty: it is run whatever changed.
    #[serde(default)]
    pub endings: Vec<String>,
    /// The program.
    pub program: String,
    /// Arguments of a run. `{private}` is a directory that is the run's own.
    pub args: Vec<String>,
    /// The command that shows a finding to a human; empty: that of the run.
    #[serde(default)]
    pub shown: String,
    /// What is added where base's configuration does not say it.
    #[serde(default)]
    pub unless_set: Vec<Unset>,
    /// Arguments that make it say its version; empty: it is not asked.
    #[serde(default)]
    pub version: Vec<String>,
    /// Variables of a run; `{private}` and `{build}` (kept between runs) are directories.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// Where its configuration stands; the tool runs where one of them is there.
    #[serde(default)]
    pub config: Vec<Config>,
    /// Keys of the configuration that name other files of configuration, or plugins.
    #[serde(default)]
    pub follows: Vec<String>,
    /// Settings of the configuration, as dotted paths (`*` at the end: whatever goes on so), that can neither run
    /// nor write anything: all that a change may set for a run over its own configuration.
    #[serde(default)]
    pub harmless: Vec<String>,
    /// Whether a run executes code of the change, and how; empty: it only reads.
    #[serde(default)]
    pub executes: String,
    /// Keys of the configuration that make it execute code.
    #[serde(default)]
    pub executes_with: Vec<String>,
    /// What of a change could make it silent about the rest.
    #[serde(default)]
    pub blinds: Vec<Blind>,
    /// How it says that it does not find a module.
    #[serde(default)]
    pub not_installed: Option<NotInstalled>,
    /// Whether it must never run in the user's working tree, because it writes beside its sources.
    #[serde(default)]
    pub only_private: bool,
    /// Keys of the configuration that make it write where it says: then not in the user's working tree either.
    #[serde(default)]
    pub writes_with: Vec<String>,
    /// Folders of the user's working tree that a private one needs (installed packages).
    #[serde(default)]
    pub links: Vec<String>,
    /// The line that installs it.
    #[serde(default)]
    pub install: String,
    /// Arguments of a run beforehand that has the network, and may write to its own home: what it fetches the run itself
    /// needs, which has no network.
    #[serde(default)]
    pub fetch: Vec<String>,
    /// Whether it has the network.
    #[serde(skip)]
    pub network: bool,
    /// Whether it sees all but its own directories read-only.
    #[serde(skip, default = "yes")]
    pub sandbox: bool,
    /// How its output is read.
    pub format: Format,
    /// Exit codes that mean "nothing found".
    #[serde(default = "zero")]
    pub ok_codes: Vec<i32>,
    /// Exit codes that mean "something found"; any other one is a crash unless findings were told.
    #[serde(default)]
    pub finding_codes: Vec<i32>,
    /// Exit codes after which the rest was not looked at, although findings were told.
    #[serde(default)]
    pub stopped_codes: Vec<i32>,
    /// An expression: where stdout or stderr has it, nothing was looked at.
    #[serde(default)]
    pub nothing_checked: String,
    /// An expression: where stdout or stderr has it, the tool found no configuration of its own.
    #[serde(default)]
    pub unconfigured: String,
    /// Rules that measure; their message holds a number that may grow.
    #[serde(default)]
    pub metrics: Vec<String>,
    /// Kinds of suppressions that it heeds ([`crate::suppression::KINDS`]).
    #[serde(default)]
    pub silencers: BTreeSet<String>,
    /// The page of a rule, with `{rule}`, for tools that do not say it.
    #[serde(default)]
    pub docs: String,
    /// Seconds that a run may take.
    #[serde(default = "ten_minutes")]
    pub limit: u64,
    /// The version that it must report.
    #[serde(skip)]
    pub wanted: Option<policy::Tool>,
    /// Whether the policy names it.
    #[serde(skip)]
    pub named: bool,
    /// Whether the policy alone describes it.
    #[serde(skip)]
    own: bool,
}

fn yes() -> bool {
    true
}

fn zero() -> Vec<i32> {
    vec![0]
}

fn ten_minutes() -> u64 {
    600
}

/// Where the programs of a tool stand, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ecosystem {
    /// The project's virtual environment, the active one, `PATH`.
    Python,
    /// `node_modules/.bin`, `PATH`.
    Node,
    /// `PATH`.
    Path,
}

/// What a tool is given where its configuration does not say it: what to look at, which interpreter to ask.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Unset {
    /// Keys of the configuration that say it.
    pub keys: Vec<String>,
    /// Arguments otherwise. `{python}` is an interpreter that is not the change's.
    pub args: Vec<String>,
}

/// How a tool says that it does not find a module, and what more it then says that may be no fault of the code.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NotInstalled {
    /// The rule.
    pub rule: String,
    /// An expression over its message, whose first group is the module.
    pub module: String,
    /// Rules (`*` at the end: all that begin so) that speak of what it knows no type of, in a file that imports such a
    /// module.
    #[serde(default)]
    pub follow: Vec<String>,
}

/// What a change may do to keep a tool from seeing its code.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Blind {
    /// A glob over the paths that the change touches.
    pub path: Glob,
    /// Only where the change compiles a part of the file under a flag of this name: what is under it may not be there
    /// when the tool looks.
    #[serde(default)]
    pub flag: String,
    /// Only where the change adds the file beside one of the same name with this ending: that one is what is not seen.
    #[serde(default)]
    pub hides: String,
    /// What the tool does with it.
    pub why: String,
}

/// A place of configuration.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// The file's name, with the folder that it must be in (`.cargo/config.toml`).
    pub file: String,
    /// The table of a TOML file, dotted.
    #[serde(default)]
    pub table: Option<String>,
    /// The section of an INI file; `name-*` and `name:*` belong to it too.
    #[serde(default)]
    pub section: Option<String>,
    /// What it says.
    #[serde(default)]
    pub role: Role,
    /// Settings that are harmless here, beside the adapter's.
    #[serde(default)]
    pub harmless: Vec<String>,
}

impl Config {
    /// A whole file, by its path from the top.
    pub(super) fn whole(path: &str) -> Self {
        Self {
            file: path.to_owned(),
            table: None,
            section: None,
            role: Role::Settings,
            harmless: Vec::new(),
        }
    }
}

/// What a place of configuration says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// That the project uses the tool, and how.
    #[default]
    Both,
    /// Only that the project uses it.
    Sign,
    /// Only how.
    Settings,
    /// What the project is built with (a toolchain): head's own where all of it is harmless, else base's.
    Project,
}

/// How output is read.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case",
    tag = "kind",
    deny_unknown_fields
)]
pub enum Format {
    /// One JSON document, or one object a line.
    Json {
        /// Whether each line is a record.
        #[serde(default)]
        lines: bool,
        /// Keys that lead to the list of records, `.` between them; empty: the document is the list.
        #[serde(default)]
        records: String,
        /// Our field (`path`, `line`, `column`, `end-line`, `end-column`, `message`, `rule`, `severity`, `docs`)
        /// and the record's, with `.` between nested keys.
        fields: BTreeMap<String, String>,
        /// What the first line and column are called.
        #[serde(default = "ones")]
        first: (i64, i64),
        /// What a column counts.
        #[serde(default)]
        columns: Columns,
        /// Keys that lead to the number of files that were looked at.
        #[serde(default)]
        checked: String,
    },
    /// Cargo's messages.
    Cargo,
    /// ESLint's own JSON.
    Eslint,
    /// GitLab code quality.
    Gitlab {
        /// Whether the message begins with the rule and a colon.
        #[serde(default)]
        rule_in_message: bool,
    },
    /// SARIF 2.1.0.
    Sarif,
    /// Lines that an expression with named groups matches.
    Regex {
        /// The expression: `path`, `line`, `message`; `column`, `rule`, `severity` if it can.
        pattern: String,
    },
    /// Not at all: any other code than an ok one is one finding.
    ExitCode,
}

fn ones() -> (i64, i64) {
    (1, 1)
}

/// What a column counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Columns {
    /// Unicode scalar values.
    #[default]
    Characters,
    /// Bytes of UTF-8.
    Bytes,
    /// Units of UTF-16.
    Utf16,
}

impl Adapter {
    /// The time that a run may take.
    pub fn time_limit(&self) -> Duration {
        Duration::from_secs(self.limit)
    }

    /// What a run with a folder of its own in a private one may do.
    pub fn confinement(&self, private: &Path) -> Confinement {
        let folder = match private.parent() {
            Some(folder) if self.sandbox => folder.to_owned(),
            _ => PathBuf::from("/"),
        };
        Confinement {
            writable: vec![folder],
            network: self.network,
        }
    }

    /// Whether a file is of the kind that it reads.
    pub fn reads(&self, path: &str) -> bool {
        self.endings.is_empty()
            || path
                .rsplit_once('.')
                .is_some_and(|(_, ending)| self.endings.iter().any(|known| known == ending))
    }

    /// Whether a path is one of its places of configuration.
    pub fn is_config(&self, path: &str) -> bool {
        self.config
            .iter()
            .any(|config| super::config::folder_of(config, path).is_some())
    }

    /// Whether the policy alone describes it; it is then run in every project, at the top.
    pub fn is_own(&self) -> bool {
        self.own
    }

    /// Whether its absence is no pass where the check is required.
    pub fn is_required(&self) -> bool {
        self.wanted.as_ref().is_none_or(|tool| tool.required)
    }
}

/// The adapters of a check under a policy: the built-in ones, then the repository's own, by name.
///
/// # Errors
/// Where an embedded file is no adapter; a test reads them all.
pub fn of(check: &str, policy: &Policy) -> Result<Vec<Adapter>> {
    let mut adapters = builtin()?;
    for (name, tool) in policy.tools() {
        let builtin = adapters.iter_mut().find(|adapter| adapter.name == *name);
        match builtin {
            Some(adapter) => change(adapter, tool),
            None => adapters.push(own(name, tool)),
        }
    }
    adapters.retain(|adapter| adapter.check == check);
    adapters.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(adapters)
}

/// The built-in adapters.
///
/// # Errors
/// Where an embedded file is none.
pub fn builtin() -> Result<Vec<Adapter>> {
    let mut adapters: Vec<Adapter> = embedded::tables("adapters")?;
    adapters.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(adapters)
}

/// Lays an entry of the policy over a built-in adapter.
fn change(adapter: &mut Adapter, tool: &policy::Tool) {
    if let Some(check) = &tool.check {
        adapter.check = check.as_str().to_owned();
    }
    if let Some((program, args)) = tool.command.split_first() {
        adapter.program.clone_from(program);
        adapter.args = args.to_vec();
        adapter.shown.clear();
        adapter.unless_set.clear();
    }
    if let Some(format) = format(tool) {
        adapter.format = format;
    }
    if let Some(silencers) = &tool.silencers {
        adapter.silencers.clone_from(silencers);
    }
    adapter.limit = tool.time_limit.duration().as_secs();
    adapter.network = tool.network;
    adapter.sandbox = tool.sandbox;
    adapter.wanted = Some(tool.clone());
    adapter.named = true;
}

/// The adapter of a tool that the policy describes.
pub fn own(name: &str, tool: &policy::Tool) -> Adapter {
    let (program, args) = match tool.command.split_first() {
        Some((program, args)) => (program.clone(), args.to_vec()),
        None => (name.to_owned(), Vec::new()),
    };
    Adapter {
        name: name.to_owned(),
        check: tool
            .check
            .as_ref()
            .map_or_else(|| "lint".to_owned(), |check| check.as_str().to_owned()),
        ecosystem: Ecosystem::Python,
        endings: Vec::new(),
        program,
        args,
        shown: String::new(),
        unless_set: Vec::new(),
        version: Vec::new(),
        env: BTreeMap::new(),
        config: Vec::new(),
        follows: Vec::new(),
        harmless: Vec::new(),
        executes: String::new(),
        executes_with: Vec::new(),
        blinds: Vec::new(),
        not_installed: None,
        only_private: true,
        writes_with: Vec::new(),
        links: vec!["node_modules".to_owned()],
        install: String::new(),
        fetch: Vec::new(),
        network: tool.network,
        sandbox: tool.sandbox,
        format: format(tool).unwrap_or(Format::ExitCode),
        ok_codes: zero(),
        finding_codes: vec![1],
        stopped_codes: Vec::new(),
        nothing_checked: String::new(),
        unconfigured: String::new(),
        metrics: Vec::new(),
        silencers: tool.silencers.clone().unwrap_or_default(),
        docs: String::new(),
        limit: tool.time_limit.duration().as_secs(),
        wanted: Some(tool.clone()),
        named: true,
        own: true,
    }
}

fn format(tool: &policy::Tool) -> Option<Format> {
    Some(match tool.output? {
        policy::Output::Sarif => Format::Sarif,
        policy::Output::JsonLines => Format::Json {
            lines: true,
            records: String::new(),
            fields: tool.fields.clone(),
            first: ones(),
            columns: Columns::Characters,
            checked: String::new(),
        },
        policy::Output::Gitlab => Format::Gitlab {
            rule_in_message: false,
        },
        policy::Output::Regex => Format::Regex {
            pattern: tool
                .pattern
                .as_ref()
                .map_or_else(String::new, |pattern| pattern.regex().as_str().to_owned()),
        },
        policy::Output::ExitCode => Format::ExitCode,
    })
}
