//! `guardrails`: does the change weaken what judges it: CI, thresholds, checkers, the gate itself, the
//! instructions of agents?
//!
//! Workflows and configurations are compared by meaning, base against head: a step that moves is no step that
//! is gone.
//!
//! Does not catch: see the modules below.

mod callers;
mod checkers;
mod ci;
mod conditions;
mod elsewhere;
mod entries;
mod extended;
mod filters;
mod hooked;
mod imported;
mod instructions;
mod levels;
mod lists;
mod named;
mod narrowed;
mod nox;
mod options;
mod out_of_sight;
mod programs;
mod prose;
mod reach;
mod rights;
mod ruff;
mod shadows;
mod shell;
mod tasks;
mod told;
mod tox;
mod untracked;
mod watched;
mod weaker;
mod workflow;

use anyhow::Result;

use super::{Applicability, Check, CheckResult, Context};
use crate::change::{File, Side};
use crate::finding::{Finding, Level, Place};
use crate::rule::Rule;
use crate::rule::built_in::guardrails as rules;

use ci::Ci;

/// The check.
pub(super) struct Guardrails;

impl Check for Guardrails {
    fn name(&self) -> &'static str {
        "guardrails"
    }

    fn question(&self) -> &'static str {
        "Does the change weaken what judges it?"
    }

    fn areas(&self) -> &'static [&'static str] {
        &["guardrails"]
    }

    fn judges_generated(&self) -> bool {
        true
    }

    /// A deleted workflow or policy is of interest as well.
    fn applicability(&self, file: &File) -> Applicability {
        let blob = file.head.as_ref().or(file.base.as_ref());
        match blob.and_then(crate::change::Blob::out_of_reach) {
            Some(why) if watched::watched(&file.path).is_some() || ci::is_ci(&file.path) => {
                Applicability::OutOfReach(why)
            }
            Some(why) => Applicability::NotApplicable(why),
            None => Applicability::Sees,
        }
    }

    fn run(&self, context: &Context<'_>) -> CheckResult {
        examine(context).unwrap_or_else(CheckResult::broken)
    }
}

fn examine(context: &Context<'_>) -> Result<CheckResult> {
    let mut result = CheckResult::default();
    let found = &mut result.head;
    let is_ci = |file: &&File| ci::is_ci(&file.path) || ci::is_ci(file.base_path());
    let called = |file: &&File| is_ci(file) || tasks::may_be_called(&file.path);
    if context.files.iter().copied().any(|file| called(&file)) {
        let change = context.change;
        let ci = |side: Side| tasks::followed(change, side, Ci::of(change, side)?);
        let (base, head) = (ci(Side::Base)?, ci(Side::Head)?);
        workflow::compare(change, &base, &head, found)?;
        elsewhere::shadowed(change, &head, found)?;
        tasks::uncalled(change, &base, found)?;
    }
    out_of_sight::check_change(context, found)?;
    hooked::check_change(context.change, found)?;
    shadows::check_change(context.change, found)?;
    imported::check_change(context.change, found)?;
    untracked::check_change(context, found)?;
    let configurations = checkers::Everywhere::of(context.change);
    let of_files = context.each(|file, result| {
        let found = &mut result.head;
        if is_ci(&file) {
            rights::file(context, file, found)?;
            elsewhere::other_commit(file, found)?;
        }
        if checkers::is_configuration(&file.path) {
            let mut compared = Compared { file, found };
            checkers::compare(&mut compared, context.change, &configurations);
        }
        watched::check_file(file, found)?;
        told::check_file(file, found);
        instructions::check_file(context, file, found)
    })?;
    found.extend(of_files.head);
    Ok(result)
}

/// The place of a whole line.
fn line_place(line: u32) -> Place {
    Place {
        line,
        column: 1,
        end_line: line,
        end_column: 1,
    }
}

/// A configuration, and what is said of it.
struct Compared<'a> {
    file: &'a File,
    found: &'a mut Vec<Finding>,
}

impl Compared<'_> {
    /// Adds a finding on a line of head, at another level than the rule's where one is given.
    fn push(&mut self, rule: &'static Rule, line: u32, message: String, level: Option<Level>) {
        let mut finding = rule.finding(Side::Head, &self.file.path, line_place(line), message);
        finding.level = level.unwrap_or(finding.level);
        self.found.push(finding);
    }

    /// Adds that a checker is looser now, for a human to decide.
    fn is_looser(&mut self, line: u32, message: impl Into<String>) {
        let rule = rules::CHECKER_LOOSENED;
        self.push(rule, line, message.into(), Some(Level::Escalate));
    }

    /// Adds what is gone: on base's line, for a human to decide.
    fn is_gone(&mut self, rule: &'static Rule, line: u32, message: String) {
        let path = self.file.base_path();
        let mut finding = rule.finding(Side::Base, path, line_place(line), message);
        finding.level = Level::Escalate;
        self.found.push(finding);
    }
}
