//! CI compared by meaning: which checks run, and whether their failure counts. All CI files of a side are read together, so that a step may move between them.
//!
//! What CI calls in this tree is read as well: shell scripts, and the targets of a Makefile or a justfile.
//!
//! Does not catch: programs in other languages that CI calls, and tasks whose names are put together at run
//! time.

use std::collections::BTreeSet;

use anyhow::Result;

use super::conditions::{fails_in_pipes, narrow_condition, switched_off, triggers};
use super::lists::LISTS;
use super::shell::{self, Line, PIPED};
use super::{line_place, narrowed, rules, tasks};
use crate::change::{Blob, Change, Side};
use crate::document::{self, Item};
use crate::finding::{Finding, Level};

/// Whether a path is a file that says what CI does.
pub(super) fn is_ci(path: &str) -> bool {
    let yaml = path.ends_with(".yml") || path.ends_with(".yaml");
    yaml && (path.starts_with(".github/workflows/")
        || path.starts_with(".github/actions/")
        || path.starts_with(".gitlab/")
        || path.starts_with(".circleci/")
        || matches!(
            path,
            ".gitlab-ci.yml"
                | "azure-pipelines.yml"
                | ".travis.yml"
                | "action.yml"
                | ".cirrus.yml"
                | ".drone.yml"
        ))
}

/// One run of a checker.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) tool: &'static str,
    /// The command.
    pub(super) text: String,
    pub(super) path: String,
    pub(super) line: u32,
    /// Why its failure does not count.
    pub(super) ignored: Option<&'static str>,
    /// The condition on the event or the branch under which alone it runs.
    pub(super) condition: Option<String>,
}

/// What holds for the commands below a place.
#[derive(Clone, Default)]
pub(super) struct Surroundings {
    /// Why their failure does not count.
    pub(super) ignored: Option<&'static str>,
    pub(super) condition: Option<String>,
    /// Whether a pipe fails when any part of it does.
    pub(super) pipefail: bool,
    /// Whether the shell goes on after a failure.
    pub(super) goes_on: bool,
}

/// What CI of one side says.
#[derive(Default)]
pub(super) struct Ci {
    runs: Vec<Run>,
    /// Options that accept changed snapshots: text, path and line.
    accepting: Vec<(String, String, u32)>,
    /// Places where warnings are errors.
    denied_warnings: usize,
    /// Lowest coverage that a command asks for.
    fail_under: Vec<(f64, String, u32)>,
    /// Options that the environment gives to pytest.
    options_of_pytest: Vec<(String, String, u32)>,
    /// Commands, to look up what they call in the tree.
    pub(super) commands: Vec<(String, Surroundings)>,
    /// Files of the tree that are called.
    pub(super) called: BTreeSet<String>,
}

impl Ci {
    fn of(change: &Change, side: Side) -> Result<Self> {
        let mut ci = Self::default();
        for path in change.paths(side)?.iter().filter(|path| is_ci(path)) {
            let blob = change.read(side, path)?;
            if let Some(item) = blob.as_ref().and_then(Blob::text).and_then(document::yaml) {
                ci.take(path, &item);
            }
        }
        tasks::follow(change, side, &mut ci)?;
        Ok(ci)
    }

    pub(super) fn take(&mut self, path: &str, root: &Item) {
        let triggers = triggers(root);
        let around = Surroundings {
            pipefail: !path.starts_with(".github/") || fails_in_pipes(root),
            ..Surroundings::default()
        };
        let mut open: Vec<(&Item, Surroundings)> = vec![(root, around)];
        while let Some((item, inherited)) = open.pop() {
            let mut here = inherited;
            here.ignored = here.ignored.or_else(|| switched_off(item, &triggers));
            here.condition = narrow_condition(item).or(here.condition);
            let shell = item.get("shell").and_then(Item::text).unwrap_or_default();
            here.goes_on |= shell.contains("{0}") && !shell.contains("-e");
            for (key, value) in item.entries() {
                match key.as_str() {
                    "run" | "script" | "before_script" | "after_script" | "command" | "bash"
                    | "install" => {
                        for line in shell::lines(value, here.goes_on) {
                            self.command(path, &line, &here);
                        }
                    }
                    "uses" => {
                        if let Some(action) = value.text() {
                            self.runs_of(path, &Line::plain(action, value.line), &here, true);
                        }
                    }
                    "env" => {
                        for (name, value) in value.entries() {
                            let given = value.text().unwrap_or_default();
                            self.options(path, &format!("{name}={given}"), value.line);
                            if name == "PYTEST_ADDOPTS" {
                                let text = format!("pytest {given}");
                                self.options_of_pytest
                                    .push((text, path.to_owned(), value.line));
                            }
                        }
                    }
                    _ => {}
                }
                open.push((value, here.clone()));
            }
            open.extend(item.items().iter().map(|item| (item, here.clone())));
        }
    }

    pub(super) fn command(&mut self, path: &str, line: &Line, around: &Surroundings) {
        self.options(path, &line.text, line.number);
        self.runs_of(path, line, around, false);
        let mut here = around.clone();
        here.ignored = here
            .ignored
            .or(line.ignored)
            .or_else(|| shell::shrugs(&line.text));
        self.commands.push((line.text.clone(), here));
    }

    fn runs_of(&mut self, path: &str, line: &Line, around: &Surroundings, is_action: bool) {
        let text = line.text.as_str();
        if shell::installs(text) {
            return;
        }
        let mut seen = BTreeSet::new();
        for (written, tool) in &LISTS.commands {
            let tool = tool.as_str();
            let Some(at) = shell::stands_in(text, written) else {
                continue;
            };
            if !is_action && !shell::checks(tool, text, at) || !seen.insert(tool) {
                continue;
            }
            let piped = || {
                let behind = text.get(at + written.len()..).unwrap_or_default();
                (!around.pipefail && shell::is_piped(behind)).then_some(PIPED)
            };
            self.runs.push(Run {
                tool,
                text: text.to_owned(),
                path: path.to_owned(),
                line: line.number,
                ignored: around
                    .ignored
                    .or(line.ignored)
                    .or_else(|| shell::shrugs(text))
                    .or_else(piped),
                condition: around.condition.clone(),
            });
        }
    }

    fn options(&mut self, path: &str, text: &str, line: u32) {
        const ACCEPT: &[&str] = &[
            "INSTA_UPDATE=always",
            "INSTA_UPDATE=1",
            "INSTA_UPDATE=unseen",
            "INSTA_FORCE_PASS=1",
            "--snapshot-update",
            "--update-snapshots",
            "UPDATE_EXPECT=1",
            "TRYBUILD=overwrite",
            "--inline-snapshot=fix",
            "--inline-snapshot=create",
            "--updateSnapshot",
            "cargo insta accept",
            "--force-regen",
            "--regen-all",
            "SNAPSHOTS=overwrite",
            "TRYCMD=overwrite",
        ];
        for option in ACCEPT.iter().filter(|option| text.contains(**option)) {
            self.accepting
                .push(((*option).to_owned(), path.to_owned(), line));
        }
        self.denied_warnings += [
            "-D warnings",
            "-Dwarnings",
            "--deny warnings",
            "--deny=warnings",
        ]
        .iter()
        .filter(|flag| text.contains(**flag))
        .count();
        for option in ["--cov-fail-under", "--fail-under"] {
            let number = text
                .split(option)
                .nth(1)
                .map(|rest| rest.trim_start_matches(['=', ' ']));
            let number = number.and_then(|rest| {
                rest.split(|c: char| !c.is_ascii_digit() && c != '.')
                    .next()?
                    .parse()
                    .ok()
            });
            if let Some(number) = number {
                self.fail_under.push((number, path.to_owned(), line));
            }
        }
    }

    /// Whether anything in it is a check.
    pub(super) fn checks_something(&self) -> bool {
        !self.runs.is_empty()
    }

    fn count(&self, tool: &str, counts: bool) -> usize {
        self.runs
            .iter()
            .filter(|run| run.tool == tool && run.ignored.is_none() == counts)
            .count()
    }

    fn tools(&self) -> BTreeSet<&'static str> {
        self.runs.iter().map(|run| run.tool).collect()
    }
}

/// Compares CI of the two sides, once a change.
pub(super) fn compare(change: &Change, found: &mut Vec<Finding>) -> Result<()> {
    let (base, head) = (Ci::of(change, Side::Base)?, Ci::of(change, Side::Head)?);
    runs(change, &base, &head, "CI", found)?;
    tasks::uncalled(change, &base, found)?;
    conditions(change, &base, &head, found)?;
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
        *number < lowest(&base) && lowest(&base).is_finite() && changed(change, Side::Head, path)
    }) {
        let message = format!(
            "CI asks for {number} percent, and asked for {} before",
            lowest(&base)
        );
        found.push(rules::THRESHOLD_LOWERED.finding(Side::Head, path, line_place(*line), message));
    }
    threshold_gone(change, &base, &head, found)?;
    let is_changed = |path: &str| changed(change, Side::Head, path);
    narrowed::compare(&base.runs, &head.runs, is_changed, found)?;
    narrowed::environment(
        &base.options_of_pytest,
        &head.options_of_pytest,
        is_changed,
        found,
    )?;
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
    for tool in base.tools().union(&head.tools()) {
        let (live_before, live_now) = (base.count(tool, true), head.count(tool, true));
        let (off_before, off_now) = (base.count(tool, false), head.count(tool, false));
        if off_now > off_before
            && let Some(run) = newest(change, head, tool)
        {
            let why = run.ignored.unwrap_or_default();
            let message =
                format!("`{tool}` still runs, and its failure does not count any more ({why})");
            let mut finding = rules::CI_FAILURE_IGNORED.finding(
                Side::Head,
                &run.path,
                line_place(run.line),
                message,
            );
            if live_now >= live_before {
                finding.message =
                    format!("a new run of `{tool}` whose failure does not count ({why})");
            }
            if live_now >= live_before || why == PIPED || !is_ci {
                finding.level = Level::Escalate;
            }
            found.push(finding);
        } else if live_before > 0 && live_now + off_now == 0 {
            let Some(run) = base
                .runs
                .iter()
                .find(|run| run.tool == *tool && changed(change, Side::Base, &run.path))
            else {
                continue;
            };
            let message = match is_ci {
                true => format!("no step of CI runs `{tool}` any more"),
                false => format!("no task of {who} runs `{tool}` any more"),
            };
            let mut finding = rules::CI_CHECK_REMOVED.finding(
                Side::Base,
                &run.path,
                line_place(run.line),
                message,
            );
            let kin = |other: &&Run| {
                LISTS.runners.contains(tool)
                    && LISTS.runners.contains(other.tool)
                    && other.ignored.is_none()
            };
            // The tests still run where only their coverage is measured no more.
            let is_measure = *tool == "coverage";
            if gained || is_measure || !is_ci || head.runs.iter().any(|run| kin(&run)) {
                finding.level = Level::Escalate;
            }
            found.push(finding);
        }
    }
    Ok(())
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

/// The run of a tool that the change switched off: one in a changed file.
fn newest<'c>(change: &Change, ci: &'c Ci, tool: &str) -> Option<&'c Run> {
    ci.runs
        .iter()
        .filter(|run| run.tool == tool && run.ignored.is_some())
        .find(|run| changed(change, Side::Head, &run.path))
}

fn changed(change: &Change, side: Side, path: &str) -> bool {
    change.files.iter().any(|file| file.path_on(side) == path)
}
