//! CI compared by meaning: which checks run, and whether their failure counts.
//!
//! Does not catch: what [`super::ci`] does not read.

use anyhow::Result;

use super::ci::{Ci, Run, is_ci};
use super::lists::LISTS;
use super::options::{self, UNASKED};
use super::programs::{ENDS_WELL, FORGIVEN};
use super::reach::{ENDS_EARLY, TRAPPED};
use super::shell::{PIPED, UNSTOPPED};
use super::{line_place, narrowed, rules};
use crate::change::{Change, Side};
use crate::finding::{Finding, Level};

/// Reasons for which a failure does not count that are read from a script, and not from what CI says.
const LESS_SURE: &[&str] = &[PIPED, UNSTOPPED, FORGIVEN, ENDS_WELL, ENDS_EARLY, TRAPPED];

/// Compares CI of the two sides, once a change.
pub(super) fn compare(
    change: &Change,
    base: &Ci,
    head: &Ci,
    found: &mut Vec<Finding>,
) -> Result<()> {
    runs(change, base, head, "CI", found)?;
    conditions(change, base, head, found)?;
    for (option, path, line) in &head.accepting {
        let known = base
            .accepting
            .iter()
            .filter(|(other, _, _)| other == option)
            .count();
        let now = head
            .accepting
            .iter()
            .filter(|(other, _, _)| other == option)
            .count();
        if now > known && changed(change, Side::Head, path) {
            let message =
                format!("CI accepts changed snapshots in place of comparing them: `{option}`");
            found.push(rules::CI_ACCEPTS_SNAPSHOTS.finding(
                Side::Head,
                path,
                line_place(*line),
                message,
            ));
        }
    }
    let lowest = |ci: &Ci| {
        ci.fail_under
            .iter()
            .map(|(number, _, _)| *number)
            .fold(f64::INFINITY, f64::min)
    };
    if let Some((number, path, line)) = head.fail_under.iter().find(|(number, path, _)| {
        *number < lowest(base) && lowest(base).is_finite() && changed(change, Side::Head, path)
    }) {
        let message = format!(
            "CI asks for {number} percent, and asked for {} before",
            lowest(base)
        );
        found.push(rules::THRESHOLD_LOWERED.finding(Side::Head, path, line_place(*line), message));
    }
    threshold_gone(change, base, head, found)?;
    let is_changed = |path: &str| changed(change, Side::Head, path);
    narrowed::environment(&base.environment, &head.environment, is_changed, found)?;
    if base.denied_warnings > 0
        && head.denied_warnings == 0
        && let Some(file) = change.files.iter().find(|file| is_ci(&file.path))
    {
        let message = "CI no longer treats warnings as errors (`-D warnings`)";
        let side = if file.head.is_some() {
            Side::Head
        } else {
            Side::Base
        };
        found.push(rules::CHECKER_LOOSENED.finding(
            side,
            file.path_on(side),
            line_place(1),
            message,
        ));
    }
    Ok(())
}

/// Compares which checks run and whether their failure counts; `who` runs them.
pub(super) fn runs(
    change: &Change,
    base: &Ci,
    head: &Ci,
    who: &str,
    found: &mut Vec<Finding>,
) -> Result<()> {
    let is_ci = who == "CI";
    // A tool that runs more often, or for the first time, may do what another did.
    let gained = head
        .tools()
        .iter()
        .any(|tool| head.count(tool, true) > base.count(tool, true));
    let tools = (base.tools(), head.tools());
    let checking = |tool: &&&'static str| !LISTS.set_ups.contains(tool);
    for tool in tools.0.union(&tools.1).filter(checking) {
        let (live_before, live_now) = (base.count(tool, true), head.count(tool, true));
        let (off_before, off_now) = (base.count(tool, false), head.count(tool, false));
        if off_now > off_before
            && let Some((run, path, line)) = newest(change, head, tool)
        {
            let why = run.ignored.unwrap_or_default();
            // Where nothing counted before, a report is all that is wanted of it.
            if why == UNASKED && live_now >= live_before {
                continue;
            }
            let message =
                format!("`{tool}` still runs, and its failure does not count any more ({why})");
            let rule = rules::CI_FAILURE_IGNORED;
            let mut finding = rule.finding(Side::Head, path, line_place(line), message);
            if live_now >= live_before {
                finding.message =
                    format!("a new run of `{tool}` whose failure does not count ({why})");
            }
            if live_now >= live_before || LESS_SURE.contains(&why) || !is_ci {
                finding.level = Level::Escalate;
            }
            found.push(finding);
        } else if live_before > 0 && live_now + off_now == 0 {
            let mut of_tool = base.runs.iter().filter(|run| run.tool == *tool);
            let place = of_tool.find_map(|run| run.place(|path| changed(change, Side::Base, path)));
            let Some((path, line)) = place else {
                continue;
            };
            let message = match is_ci {
                true => format!("no step of CI runs `{tool}` any more"),
                false => format!("no task of {who} runs `{tool}` any more"),
            };
            let place = line_place(line);
            let mut finding = rules::CI_CHECK_REMOVED.finding(Side::Base, path, place, message);
            let kin = |other: &&Run| {
                LISTS.runners.contains(tool)
                    && LISTS.runners.contains(other.tool)
                    && other.ignored.is_none()
            };
            // A script of a manifest may have handed it on to the manifests below.
            let is_named = LISTS
                .task_files
                .contains(path.rsplit('/').next().unwrap_or(path));
            // The tests still run where only their coverage is measured no more.
            let is_measure = *tool == "coverage";
            if gained || is_named || is_measure || !is_ci || head.runs.iter().any(|run| kin(&run)) {
                finding.level = Level::Escalate;
            }
            found.push(finding);
        }
    }
    let is_changed = |path: &str| changed(change, Side::Head, path);
    narrowed::compare(&base.runs, &head.runs, who, is_changed, found)?;
    options::compare(change, &base.runs, &head.runs, who, is_changed, found)
}

/// Checks that ran always, and now only for some events or branches.
fn conditions(change: &Change, base: &Ci, head: &Ci, found: &mut Vec<Finding>) -> Result<()> {
    for tool in base.tools().intersection(&head.tools()) {
        let live = |ci: &'_ Ci| -> Vec<Option<String>> {
            let counted = ci.runs.iter().filter(|run| run.tool == *tool);
            let counted = counted.filter(|run| run.ignored.is_none());
            counted.map(|run| run.condition.clone()).collect()
        };
        let (before, now) = (live(base), live(head));
        if !before.contains(&None) || now.is_empty() || now.contains(&None) {
            continue;
        }
        let run = head.runs.iter().find(|run| {
            run.tool == *tool && run.ignored.is_none() && changed(change, Side::Head, &run.path)
        });
        if let Some(run) = run {
            let condition = run.condition.as_deref().unwrap_or_default();
            let message = format!(
                "`{tool}` ran always, and now only where `{}`",
                crate::text::visible(condition)
            );
            let rule = rules::CI_TRIGGER_NARROWED;
            found.push(rule.finding(Side::Head, &run.path, line_place(run.line), message));
        }
    }
    Ok(())
}

/// CI asked for a share of coverage, still measures it, and asks for none any more.
fn threshold_gone(change: &Change, base: &Ci, head: &Ci, found: &mut Vec<Finding>) -> Result<()> {
    if !head.fail_under.is_empty() || head.count("coverage", true) == 0 {
        return Ok(());
    }
    let asked = base
        .fail_under
        .iter()
        .find(|(_, path, _)| changed(change, Side::Base, path));
    if let Some((number, path, line)) = asked {
        let message =
            format!("CI asks for no share of coverage any more, and asked for {number} percent");
        let rule = rules::THRESHOLD_LOWERED;
        let mut finding = rule.finding(Side::Base, path, line_place(*line), message);
        // A configuration file may ask for it now.
        finding.level = Level::Escalate;
        found.push(finding);
    }
    Ok(())
}

/// The run of a tool that the change switched off, with its place: one in a changed file, or that a changed file leads to.
fn newest<'c>(change: &Change, ci: &'c Ci, tool: &str) -> Option<(&'c Run, &'c str, u32)> {
    let mut off = ci
        .runs
        .iter()
        .filter(|run| run.tool == tool && run.ignored.is_some());
    off.find_map(|run| {
        let (path, line) = run.place(|path| changed(change, Side::Head, path))?;
        Some((run, path, line))
    })
}

fn changed(change: &Change, side: Side, path: &str) -> bool {
    change.files.iter().any(|file| file.path_on(side) == path)
}
