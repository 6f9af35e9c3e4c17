//! `provenance`: which commits say that an agent wrote them: a remark, and a finding where the policy gives it a level.
//!
//! Who wrote a commit says [`crate::change::authorship`].
//!
//! Does not catch: agents that leave no marker. A missing marker says nothing.

use anyhow::Result;

use super::{Applicability, Check, CheckResult, Context};
use crate::change::authorship::{address, agent_of, author, trailers};
use crate::change::{Commit, File, Side};
use crate::finding::{Finding, Place};
use crate::language;
use crate::language::conventions::is_test_path;
use crate::rule::Rule;
use crate::rule::built_in::provenance as rules;

/// The check.
pub(super) struct Provenance;

impl Check for Provenance {
    fn name(&self) -> &'static str {
        "provenance"
    }

    fn question(&self) -> &'static str {
        "Who says to have written the commits, and did a human say what they should do?"
    }

    fn areas(&self) -> &'static [&'static str] {
        &["provenance"]
    }

    fn judges_generated(&self) -> bool {
        true
    }

    /// It looks at commits; any file will do.
    fn applicability(&self, _file: &File) -> Applicability {
        Applicability::Sees
    }

    fn run(&self, context: &Context<'_>) -> CheckResult {
        if context.change.commits.is_empty() {
            return CheckResult::idle("the change has no commits (uncommitted work, or a patch)");
        }
        examine(context).unwrap_or_else(CheckResult::broken)
    }
}

fn examine(context: &Context<'_>) -> Result<CheckResult> {
    let mut result = CheckResult::default();
    let change = context.change;
    let written: Vec<(&Commit, &str)> = change
        .commits
        .iter()
        .filter_map(|commit| Some((commit, author(commit)?)))
        .collect();
    for commit in &change.commits {
        for (key, value) in trailers(&commit.message) {
            if key == "signed-off-by"
                && let Some(agent) = address(value).and_then(agent_of)
            {
                let message = format!(
                    "{agent} signed off commit {}: a sign-off is a person's word",
                    short(commit)
                );
                result
                    .head
                    .push(finding(context, rules::AGENT_SIGNED_OFF, commit, message)?);
            }
        }
    }
    let Some((first, _)) = written.first() else {
        return Ok(result);
    };
    let list: Vec<String> = written
        .iter()
        .take(5)
        .map(|(commit, agent)| format!("{} ({agent})", short(commit)))
        .collect();
    let more = if written.len() > 5 { ", .." } else { "" };
    let message = format!(
        "{} of {} commits say that an agent wrote them: {}{more}",
        written.len(),
        change.commits.len(),
        list.join(", ")
    );
    let told = finding(context, rules::AGENT_WRITTEN_COMMITS, first, message)?;
    // In a project of agents each change says so: it is a finding where the policy builds on it.
    match context.policy.levels_name(&told) {
        true => result.head.push(told),
        false => result.remarks.push(told.message),
    }
    if context.policy.agent().require_human_spec {
        human_spec(context, &written, &mut result)?;
    }
    Ok(result)
}

/// Whether agent-written commits change production code and tests, and no other commit changes tests.
fn human_spec(
    context: &Context<'_>,
    written: &[(&Commit, &str)],
    result: &mut CheckResult,
) -> Result<()> {
    let change = context.change;
    let is_test = |path: &str| is_test_path(path) || context.policy.is_test_path(path);
    let (mut code, mut tests) = (None, false);
    let mut by_human = false;
    for commit in change
        .commits
        .iter()
        .filter(|commit| commit.parents.len() < 2)
    {
        let agent = written.iter().any(|(other, _)| other.id == commit.id);
        for file in change.commit_files(commit, 0)? {
            let source = language::of(&file.path).is_some();
            if is_test(&file.path) {
                tests |= agent;
                by_human |= !agent;
            } else if agent && source {
                code.get_or_insert(commit);
                // Rust keeps unit tests beside the code.
                tests |= inline_tests_changed(context, &file);
            }
        }
    }
    if let (Some(commit), true, false) = (code, tests, by_human) {
        let message = "the same agent wrote code and the tests that judge it, and no commit of a human says what is intended";
        result.head.push(finding(
            context,
            rules::AGENT_WROTE_CODE_AND_TESTS,
            commit,
            message.to_owned(),
        )?);
    }
    Ok(())
}

fn inline_tests_changed(context: &Context<'_>, file: &File) -> bool {
    let Some(parsed) = file
        .head
        .as_ref()
        .and_then(|blob| context.trees.of(&file.path, blob))
    else {
        return false;
    };
    parsed.facts().definitions.iter().any(|definition| {
        definition.is_test
            && file.touches(
                Side::Head,
                definition.first_line.saturating_sub(1)..definition.last_line,
            )
    })
}

fn short(commit: &Commit) -> &str {
    commit.id.get(..9).unwrap_or(&commit.id)
}

/// A finding about a commit stands on the change's first file.
fn finding(
    context: &Context<'_>,
    rule: &'static Rule,
    commit: &Commit,
    message: String,
) -> Result<Finding> {
    let file = context.files.first();
    let (side, path) = match file {
        Some(file) if file.head.is_none() => (Side::Base, file.base_path()),
        Some(file) => (Side::Head, file.path.as_str()),
        None => (Side::Head, ""),
    };
    let mut finding = rule.finding(side, path, Place::FILE, message);
    finding.anchor = Some(commit.message.lines().next().unwrap_or_default().to_owned());
    Ok(finding.with("commit", commit.id.clone()))
}
