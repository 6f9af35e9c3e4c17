//! The policy: the rules of this repository, read from the base and never from the change.
//!
//! `document.rs`, `settings.rs` and `tools.rs` are the file format; `read.rs` reads it with an error
//! for every wrong place; `tighten.rs` lays head's stricter values over it; [`Policy`] is what the
//! other stages ask. A check finds its settings in [`Policy::checks`]:
//!
//! ```ignore
//! let budget = context.policy.checks().suppressions.allowed("noqa");
//! ```
//!
//! Does not catch: a policy that is valid and too lax; that is a decision of the repository.

mod base;
mod document;
pub mod error;
mod located;
mod paths;
mod print;
mod read;
mod settings;
mod tighten;
mod tools;
mod values;
mod waivers;

use std::collections::{BTreeMap, BTreeSet};

use globset::GlobSet;
use serde::{Deserialize, Serialize};

pub use document::{
    Agent, Document, Gate, Languages, LevelEntry, OPTIONAL, OnUnread, Paths, Provenance, SetLevel,
    Waiver,
};
pub use error::PolicyError;
pub use paths::{GENERATED, Kind, VENDORED, marked_by};
pub use settings::{
    Checks, Coverage, Dependencies, IgnoredSecret, Proof, Registries, Scope, Scoped, Secrets, Size,
    Suppressions, Tests, Vulnerabilities,
};
pub use tools::{BUILT_IN, Environment, Output, Tool};
pub use values::{Address, CHECKS, CheckName, Glob, Pattern, Percent, TimeLimit};

use crate::day::Day;
use crate::finding::judgement::{PolicyIdentity, PolicySource};
use crate::finding::{Finding, Level, Waived};
use crate::unread;
use error::Problem;
use paths::Matchers;
use print::Origins;
use tighten::Overlay;
use waivers::Waivers;

/// The name of the policy file, at the root of the repository.
pub const FILE: &str = "draftgate.toml";

/// Which verdicts fail a job (hook, Action), laxest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum FailOn {
    /// Blocked and could-not-judge.
    #[default]
    Blocked,
    /// Those, and needs-human.
    NeedsHuman,
}

/// What a policy is made of: texts, so that no repository is needed here.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sources<'a> {
    /// The file that holds: base's, that of `--policy-ref`, or the working tree's. None: the default.
    pub policy: Option<PolicyFile<'a>>,
    /// The file at head, laid over it where it is stricter.
    pub head: HeadFile<'a>,
    /// Base's `.gitattributes` at the root.
    pub attributes: Option<&'a [u8]>,
    /// The newest committer date among base and head commit, seconds since the epoch: the day that
    /// waivers are compared with. None: no waiver expires.
    pub as_of: Option<i64>,
}

/// The policy file that holds.
#[derive(Clone, Copy, Debug)]
pub struct PolicyFile<'a> {
    /// How messages call it: [`FILE`], or that and `at REF`.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Where it was read: [`PolicySource::Base`] or [`PolicySource::Worktree`].
    pub source: PolicySource,
}

/// The policy file at head.
#[derive(Clone, Copy, Debug, Default)]
pub enum HeadFile<'a> {
    /// Not looked at (`--policy-from worktree`), or the same bytes.
    #[default]
    Same,
    /// There was one at base, and head has none.
    Gone,
    /// There is one that cannot be read; why.
    Unreadable(&'a str),
    /// Its bytes.
    Bytes(&'a [u8]),
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
    /// How long a whole run may take.
    pub time_limit: TimeLimit,
    /// Checks whose broken or out-of-reach is no pass.
    pub required: BTreeSet<CheckName>,
    /// Whether a policy file names them: a name that this version has no check for is then no pass.
    pub requires_by_name: bool,
    /// Checks that do not run.
    pub disabled: BTreeSet<CheckName>,
    /// What was decided on the way and must be said (what of head's policy was not heeded).
    pub remarks: Vec<String>,
    document: Document,
    origins: Origins,
    compiled: Compiled,
    waivers: Waivers,
    agent: bool,
    test_folders: BTreeSet<String>,
}

impl Policy {
    /// The built-in default.
    pub fn builtin() -> Self {
        let document = Document::default();
        // The default has no patterns, so there is nothing in it that cannot be compiled.
        let compiled = Compiled::new(&document, &[]).unwrap_or_default();
        Self::assemble(
            document,
            Origins::default(),
            compiled,
            PolicySource::Default,
        )
    }

    /// The effective policy of these sources.
    ///
    /// # Errors
    /// Where the file that holds is no valid policy. A file at head that is none is a remark.
    pub fn load(sources: Sources<'_>) -> Result<Self, PolicyError> {
        let (mut document, mut origins, source) = match sources.policy {
            Some(file) => {
                let read = read::read(file.name, file.bytes)?;
                let origins = Origins {
                    file: file.name.to_owned(),
                    lines: read.lines,
                    ..Origins::default()
                };
                (read.document, origins, file.source)
            }
            None => (
                Document::default(),
                Origins::default(),
                PolicySource::Default,
            ),
        };
        let mut remarks = Vec::new();
        if source == PolicySource::Worktree {
            remarks.push(
                "the policy is the working tree's (--policy-from worktree): for trying, no gate"
                    .to_owned(),
            );
        }
        match sources.head {
            HeadFile::Same => {}
            HeadFile::Gone => remarks.push(format!(
                "{FILE} is gone at head: base's policy holds for this change"
            )),
            HeadFile::Unreadable(why) => remarks.push(format!(
                "{FILE} of head cannot be read ({why}): no change could be judged once it is merged"
            )),
            HeadFile::Bytes(bytes) => match read::read(FILE, bytes) {
                Ok(head) => {
                    let overlay = Overlay::tighten(&mut document, &head.document);
                    origins.overlay(&overlay);
                    remarks.extend(overlay.remarks);
                }
                Err(error) => remarks.push(format!(
                    "the policy at head is not valid, and no change could be judged with it once it is \
                     merged: {error}"
                )),
            },
        }
        let attributes = sources.attributes.unwrap_or_default();
        let compiled = Compiled::new(&document, attributes).map_err(|(key, why)| PolicyError {
            file: origins.file.clone(),
            problems: vec![Problem {
                line: origins.lines.get(key).copied().unwrap_or(1),
                column: 1,
                message: format!("{key}: {why}"),
            }],
        })?;
        let mut policy = Self::assemble(document, origins, compiled, source);
        let as_of = sources.as_of.map(Day::of);
        let (waivers, expired) = Waivers::new(&policy.document.waivers, as_of);
        policy.waivers = waivers;
        policy.remarks = [remarks, expired].concat();
        Ok(policy)
    }

    fn assemble(
        mut document: Document,
        origins: Origins,
        compiled: Compiled,
        source: PolicySource,
    ) -> Self {
        let requires_by_name = document.gate.required.is_some();
        let required = document.gate.required();
        document.gate.required = Some(required.clone());
        let canonical = print::canonical(&document) + &compiled.paths.beyond_the_file();
        Self {
            identity: PolicyIdentity {
                source,
                digest: format!("sha256:{}", crate::text::digest(canonical.as_bytes())),
            },
            target: document.gate.target.clone(),
            fail_on: document.gate.fail_on,
            time_limit: document.gate.time_limit,
            required,
            requires_by_name,
            disabled: document.gate.disabled.clone(),
            remarks: Vec::new(),
            document,
            origins,
            compiled,
            waivers: Waivers::default(),
            agent: false,
            test_folders: BTreeSet::new(),
        }
    }

    /// The same policy where these folders hold tests and nothing else.
    #[must_use]
    pub fn with_test_folders(mut self, folders: BTreeSet<String>) -> Self {
        self.test_folders = folders;
        self
    }

    /// The same policy with the profile for agent-written commits (`[provenance.agent]`) on.
    #[must_use]
    pub fn for_agent(mut self) -> Self {
        let profile = &self.document.provenance.agent;
        self.required.extend(
            profile
                .required
                .iter()
                .filter(|name| !self.disabled.contains(*name))
                .cloned(),
        );
        self.agent = true;
        self
    }

    /// Settings of the checks, `[checks.<name>]`.
    pub fn checks(&self) -> &Checks {
        &self.document.checks
    }

    /// `[tools.<name>]`; `None` where the policy has no entry.
    pub fn tool(&self, name: &str) -> Option<&Tool> {
        self.document.tools.get(name)
    }

    /// All entries of `[tools]`, by name.
    pub fn tools(&self) -> &BTreeMap<String, Tool> {
        &self.document.tools
    }

    /// Folders of programs, in order.
    pub fn environments(&self) -> &[Environment] {
        &self.document.environments
    }

    /// `[provenance.agent]`.
    pub fn agent(&self) -> &Agent {
        &self.document.provenance.agent
    }

    /// Whether all values are the built-in ones: no file wrote any of them.
    pub fn is_built_in(&self) -> bool {
        self.origins.lines.is_empty() && self.origins.head.is_empty()
    }

    /// The values as they would stand in a file.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The effective policy as TOML, with a comment on where each value comes from.
    pub fn explained(&self) -> String {
        print::explained(&self.document, &self.origins)
    }

    /// Which code in languages that no check knows is no human's turn for that alone.
    pub fn on_unread(&self) -> unread::Lenient {
        let languages = &self.document.languages;
        unread::Lenient {
            all: languages.unread == OnUnread::Note,
            glue_lines: languages.glue_lines,
        }
    }

    /// What a path is.
    pub fn kind(&self, path: &str) -> Kind {
        self.compiled.paths.kind(path)
    }

    /// The folder whose well-known name (`vendor`, `node_modules`) is all that makes a path vendored; none
    /// where the policy or the attributes of base say so.
    pub fn well_known_folder<'p>(&self, path: &'p str) -> Option<&'p str> {
        self.compiled.paths.well_known_folder(path)
    }

    /// Whether a well-known ending (`_pb2.py`) is all that makes a path generated.
    pub fn is_named_generated(&self, path: &str) -> bool {
        self.compiled.paths.is_named_generated(path)
    }

    /// Whether `paths.tests` names a path, or it lies in a folder that is declared to hold tests; asked besides the
    /// languages' own conventions.
    pub fn is_test_path(&self, path: &str) -> bool {
        let folders = path
            .match_indices('/')
            .filter_map(|(end, _)| path.get(..end));
        let declared = || {
            folders
                .into_iter()
                .any(|folder| self.test_folders.contains(folder))
        };
        self.compiled.paths.is_test(path) || declared()
    }

    /// The level of a finding: `None` turns it off, otherwise the rule's own level or the one that
    /// the policy sets.
    pub fn level(&self, finding: &Finding) -> Option<Level> {
        let own = Some(finding.level);
        let Compiled {
            levels,
            floors,
            agent,
            paths: _,
        } = &self.compiled;
        let mut level = levels.of(finding).unwrap_or(own);
        if let Some(floors) = floors {
            level = level.max(floors.of(finding).unwrap_or(own));
        }
        if self.agent {
            level = level.max(agent.of(finding).unwrap_or(None));
        }
        level
    }

    /// Whether the policy itself says of which level a finding is.
    pub fn levels_name(&self, finding: &Finding) -> bool {
        let compiled = &self.compiled;
        let agent = Some(&compiled.agent).filter(|_| self.agent);
        let all = [Some(&compiled.levels), compiled.floors.as_ref(), agent];
        let mut all = all.into_iter().flatten();
        all.any(|levels| levels.of(finding).is_some())
    }

    /// The waiver that covers a finding.
    pub fn waiver(&self, finding: &Finding) -> Option<Waived> {
        self.waivers.of(finding)
    }

    /// A remark on waivers that cover none of these findings.
    pub fn idle_waivers(&self, findings: &[Finding]) -> Option<String> {
        self.waivers.idle(findings)
    }
}

/// What of a document is matched against paths and findings.
#[derive(Clone, Debug, Default)]
struct Compiled {
    paths: Matchers,
    levels: Levels,
    floors: Option<Levels>,
    agent: Levels,
}

impl Compiled {
    /// Compiles; the error names the key.
    fn new(document: &Document, attributes: &[u8]) -> Result<Self, (&'static str, String)> {
        let agent = &document.provenance.agent.levels;
        let floors = document.floors.as_deref();
        let floors = floors.map(Levels::new).transpose();
        Ok(Self {
            paths: Matchers::new(&document.paths, attributes)?,
            levels: Levels::new(&document.levels).map_err(|why| ("levels", why))?,
            floors: floors.map_err(|why| ("floors", why))?,
            agent: Levels::new(agent).map_err(|why| ("provenance.agent.levels", why))?,
        })
    }
}

/// A list of levels; the first match counts.
#[derive(Clone, Debug, Default)]
struct Levels {
    entries: Vec<(LevelEntry, GlobSet)>,
}

impl Levels {
    fn new(entries: &[LevelEntry]) -> Result<Self, String> {
        let compiled = |entry: &LevelEntry| {
            let paths = Glob::set(entry.paths.iter().map(Glob::as_str))?;
            Ok((entry.clone(), paths))
        };
        Ok(Self {
            entries: entries
                .iter()
                .map(compiled)
                .collect::<Result<_, String>>()?,
        })
    }

    /// What the first entry that matches sets (`Some(None)` is off); `None` where none matches.
    fn of(&self, finding: &Finding) -> Option<Option<Level>> {
        self.entries
            .iter()
            .find(|(entry, paths)| {
                entry.rule.as_ref().is_none_or(|rule| *rule == finding.rule)
                    && entry
                        .check
                        .as_ref()
                        .is_none_or(|check| check.as_str() == finding.check)
                    && (entry.paths.is_empty() || paths.is_match(&finding.path))
            })
            .map(|(entry, _)| entry.level.level())
    }
}
