//! `types` and `lint`, which run the project's own tools: which ones, where, on which sides, and what of their findings the
//! change brought in.
//!
//! Head is run first, under base's configuration; base only where head has findings that base may have had
//! too; head once more where the change adds suppressions that the tool heeds, without them. What a tool could not do is told for the files that it would have read, and is never a pass.
//!
//! Does not catch: what the project's tools, as configured at base, do not look for.

mod blinded;
mod installed;
mod place;
mod reported;
mod suppressed;
mod tool;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::Result;

use self::suppressed::Hidings;
use super::{Applicability, Check, CheckResult, Context};
use crate::change::{File, Side};
use crate::finding::judgement::Outcome;
use crate::language::conventions::{is_code, is_sample, says_what_is_installed};
use crate::policy::{Checks, Scope};
use crate::process::confine;
use crate::rule::{Rule, built_in};
use crate::text::visible;
use crate::tools::adapter::{self, Adapter};
use crate::tools::config::{self, Difference};
use crate::tools::detect::{self, is_below};
use crate::tools::diagnostic::{Failure, Packages, Report, State};
use crate::tools::scripts::{self, Takes};
use crate::tools::workspace::Workspace;

/// A check whose question the project's tools answer.
pub(super) struct ToolCheck {
    name: &'static str,
    asks: &'static str,
    areas: &'static [&'static str],
    /// The rule of a finding whose tool names none, and of what all of them have in common.
    finding: &'static Rule,
    /// The rule of findings that only head's configuration silences.
    silenced: &'static Rule,
    /// The rule of findings that suppressions which the change adds hide.
    suppressed: &'static Rule,
    /// Which findings count.
    scope: fn(&Checks) -> Scope,
}

/// `lint`: what the change brings in of what the project's own linters look for.
pub(super) const LINT: ToolCheck = ToolCheck {
    name: "lint",
    asks: "Do the project's linters say more than they said of base?",
    areas: &["lint"],
    finding: built_in::lint::LINT_FINDING,
    silenced: built_in::lint::LINT_FINDING_SILENCED,
    suppressed: built_in::lint::LINT_FINDING_SUPPRESSED,
    scope: |checks| checks.lint.scope,
};

/// `types`: what the change breaks for the project's own type-checkers, wherever it shows.
pub(super) const TYPES: ToolCheck = ToolCheck {
    name: "types",
    asks: "Do the project's type-checkers say more than they said of base?",
    areas: &["types"],
    finding: built_in::types::TYPE_ERROR,
    silenced: built_in::types::TYPE_ERROR_SILENCED,
    suppressed: built_in::types::TYPE_ERROR_SUPPRESSED,
    scope: |checks| checks.types.scope,
};

impl Check for ToolCheck {
    fn name(&self) -> &'static str {
        self.name
    }

    fn question(&self) -> &'static str {
        self.asks
    }

    fn areas(&self) -> &'static [&'static str] {
        self.areas
    }

    /// The tools read the tree themselves, and a file that is gone can break others.
    fn applicability(&self, _: &File) -> Applicability {
        Applicability::Sees
    }

    fn runs_project_tools(&self) -> bool {
        true
    }

    fn run(&self, context: &Context<'_>) -> CheckResult {
        match Examination::new(self, context).and_then(Examination::run) {
            Ok(result) => result,
            Err(error) => CheckResult::broken(error),
        }
    }
}

struct Examination<'a> {
    check: &'a ToolCheck,
    context: &'a Context<'a>,
    workspace: Option<Workspace>,
    trees: BTreeMap<String, PathBuf>,
    /// What tools said of base, by the key of the cache.
    bases: BTreeMap<String, Report>,
    /// Suppressions that hide something, of all tools.
    hidings: Hidings,
    /// Where a tool's configuration differs between the sides, by its name.
    differences: BTreeMap<String, Vec<Difference>>,
    result: CheckResult,
    /// Tools that ran to their end, each with its folder.
    ran: Vec<(Adapter, String)>,
    /// Why there was nothing for some.
    idle: Vec<String>,
    /// Why some were left out although there may have been something for them.
    left_out: Vec<String>,
    /// What kept some from running, where that is no failure of a required tool.
    unseen: Vec<(Adapter, String)>,
    broken: Vec<String>,
}

impl<'a> Examination<'a> {
    fn new(check: &'a ToolCheck, context: &'a Context<'a>) -> Result<Self> {
        Ok(Self {
            check,
            context,
            workspace: None,
            trees: BTreeMap::new(),
            bases: BTreeMap::new(),
            hidings: Hidings::new(),
            differences: BTreeMap::new(),
            result: CheckResult::default(),
            ran: Vec::new(),
            idle: Vec::new(),
            left_out: Vec::new(),
            unseen: Vec::new(),
            broken: Vec::new(),
        })
    }

    fn run(mut self) -> Result<CheckResult> {
        let change = self.context.change;
        if change.files.is_empty() {
            return Ok(CheckResult::idle("no file is changed"));
        }
        let judge = self.config_side();
        let mut planned: Vec<(Adapter, String)> = Vec::new();
        let mut known = Vec::new();
        for mut adapter in adapter::of(self.check.name, self.context.policy)? {
            if adapter.is_own() {
                scripts::take(&mut adapter, change, Takes::All);
                planned.push((adapter, String::new()));
                continue;
            }
            known.push(adapter.name.clone());
            let folders = detect::projects(&adapter, change, judge)?;
            if folders.is_empty() && !detect::projects(&adapter, change, Side::Head)?.is_empty() {
                self.left_out.push(format!(
                    "{} is configured by this change and not at base: it judges from the next change on",
                    adapter.name
                ));
            }
            planned.extend(folders.into_iter().map(|folder| (adapter.clone(), folder)));
        }
        if planned.is_empty() && self.left_out.is_empty() {
            let why = format!(
                "base has no configuration of {}; one of them, or a [tools] entry with `check = \"{}\"`, turns \
                 this check on",
                known.join(", "),
                self.check.name
            );
            return Ok(CheckResult {
                idle: !change.files.iter().any(|file| is_code(&file.path)),
                ..CheckResult::not_applicable(why)
            });
        }
        for (adapter, folder) in &planned {
            let found = config::differences(adapter, change, folder)?;
            let known = self.differences.entry(adapter.name.clone());
            known.or_default().extend(found);
        }
        for (adapter, folder) in planned {
            let label = format!("{}: {}", self.check.name, adapter.name);
            self.context.progress.started(&label);
            self.tool(&adapter, &folder);
            self.context.progress.finished(&label);
        }
        Ok(self.finished())
    }

    /// The side whose configuration judges: base's, unless there is nothing at base at all.
    fn config_side(&self) -> Side {
        match self.context.change.paths(Side::Base) {
            Ok([]) => Side::Head,
            _ => Side::Base,
        }
    }

    /// One tool in one folder.
    fn tool(&mut self, adapter: &Adapter, folder: &str) {
        let name = shown(adapter, folder);
        if !self.concerns(adapter, folder) {
            self.idle
                .push(format!("{name}: the change has no file that it reads"));
            return;
        }
        if let Some(why) = self.executes(adapter, folder) {
            self.unseen.push((adapter.clone(), why));
            return;
        }
        match self.judged(adapter, folder, &name) {
            Ok(()) => self.ran.push((adapter.clone(), folder.to_owned())),
            Err(failure) => self.failed(adapter, &name, failure),
        }
    }

    /// Says where the silence of a tool that ran is no answer.
    fn tell_unseen(&mut self, adapter: &Adapter, folder: &str, packages: Option<&Packages>) {
        let change = self.context.change;
        let Ok(head) = change.paths(Side::Head) else {
            return;
        };
        let mut unseen = blinded::blinded(adapter, self.context);
        if let Some(packages) = packages {
            unseen.extend(blinded::programs(self.context, &packages.programs));
            let read = |file: &&File| adapter.reads(&file.path) && !is_sample(&file.path);
            let files = self.context.files.iter().copied().filter(read);
            unseen.extend(blinded::left_out(files, head, packages));
        }
        for (path, why) in unseen {
            if is_below(&path, folder) && head.binary_search(&path).is_ok() {
                let why = format!("{}: {why}", adapter.name);
                self.result.ledger.push((path, Outcome::OutOfReach, why));
            }
        }
    }

    fn failed(&mut self, adapter: &Adapter, name: &str, failure: Failure) {
        let Failure { state, why } = failure;
        let is_required = self.context.policy.required.contains(self.check.name);
        if state == State::Missing && !adapter.is_required() {
            self.result.remarks.push(format!(
                "{}: {name} was not run: {why} (the policy does not require it)",
                self.check.name
            ));
            self.left_out.push(format!("{name}: {why}"));
        } else if state == State::Missing && !is_required {
            self.unseen.push((adapter.clone(), why));
        } else {
            self.broken
                .push(format!("{name}: {}: {why}; {}", state.word(), state.fix()));
        }
    }

    /// Whether the change has anything that the tool could say something else about.
    fn concerns(&self, adapter: &Adapter, folder: &str) -> bool {
        self.context.files.iter().any(|file| {
            [file.path.as_str(), file.base_path()]
                .into_iter()
                .any(|path| {
                    let (at, _) = path.rsplit_once('/').unwrap_or(("", path));
                    is_below(at, folder)
                        && (adapter.reads(path)
                            || adapter.is_config(path)
                            || says_what_is_installed(path))
                })
        })
    }

    /// Why the tool is not run unasked: it would execute code of the change.
    fn executes(&self, adapter: &Adapter, folder: &str) -> Option<String> {
        let policy = self.context.policy;
        let is_asked =
            adapter.named || policy.requires_by_name && policy.required.contains(self.check.name);
        if is_asked {
            return None;
        }
        let change = self.context.change;
        let side = self.config_side();
        let keys = &adapter.executes_with;
        let sets = |keys: &[String]| detect::sets(adapter, change, side, folder, keys);
        let how = if !adapter.executes.is_empty() {
            adapter.executes.clone()
        } else if !keys.is_empty() && sets(keys) {
            let set: Vec<&str> = keys
                .iter()
                .filter(|key| sets(std::slice::from_ref(key)))
                .map(String::as_str)
                .collect();
            format!("its configuration sets {}", set.join(" and "))
        } else if side == Side::Head {
            // There is no base whose configuration could judge.
            match config::unknown_at_head(adapter, change, folder) {
                Ok(unknown) if unknown.is_empty() => return None,
                Ok(unknown) => {
                    let unknown: Vec<String> = unknown.iter().map(|key| visible(key)).collect();
                    format!(
                        "there is no base to take its configuration from, and head's sets {}, which could run or \
                         write something",
                        unknown.join(", ")
                    )
                }
                Err(error) => format!("its configuration cannot be read: {error:#}"),
            }
        } else {
            return None;
        };
        Some(format!(
            "{} is not run unasked: {how}; `[tools.{}]` in {} turns it on",
            adapter.name,
            adapter.name,
            crate::policy::FILE
        ))
    }

    /// Whether a tool that ran reads a file.
    fn is_read(&self, path: &str) -> bool {
        let folder_of = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        self.ran
            .iter()
            .any(|(adapter, folder)| adapter.reads(path) && is_below(folder_of, folder))
    }

    fn finished(mut self) -> CheckResult {
        self.tell_hiding();
        let mut result = std::mem::take(&mut self.result);
        if let Some(what) = confine::missing().filter(|_| self.workspace.is_some()) {
            let name = self.check.name;
            result
                .remarks
                .push(format!("{name}: this system does not run tools {what}"));
        }
        let is_required = self.context.policy.required.contains(self.check.name);
        let whys = |list: &[(Adapter, String)]| {
            let mut whys: Vec<&str> = list.iter().map(|(_, why)| why.as_str()).collect();
            whys.dedup();
            whys.join("; ")
        };
        if !self.broken.is_empty() {
            result.whole = Some((Outcome::Broken, self.broken.join("; ")));
        } else if !self.unseen.is_empty() && (self.ran.is_empty() || is_required) {
            result.whole = Some((Outcome::OutOfReach, whys(&self.unseen)));
        } else if self.ran.is_empty() {
            let whys = [self.left_out.as_slice(), &self.idle].concat();
            result.whole = Some((Outcome::NotApplicable, whys.join("; ")));
            result.idle = self.left_out.is_empty();
        } else {
            let entries = result.ledger.iter().map(|(path, ..)| path.clone());
            let known: BTreeSet<String> = entries.collect();
            for file in &self.context.files {
                if known.contains(&file.path) {
                    continue;
                }
                let unseen = self
                    .unseen
                    .iter()
                    .find(|(adapter, _)| adapter.reads(&file.path));
                let (outcome, why) = match unseen {
                    Some((_, why)) => (Outcome::OutOfReach, why.clone()),
                    None if self.is_read(&file.path) => continue,
                    None => (
                        Outcome::NotApplicable,
                        "no tool that ran reads it".to_owned(),
                    ),
                };
                result.ledger.push((file.path.clone(), outcome, why));
            }
        }
        result
    }
}

fn shown(adapter: &Adapter, folder: &str) -> String {
    if folder.is_empty() {
        adapter.name.clone()
    } else {
        format!("{} in {folder}", adapter.name)
    }
}
