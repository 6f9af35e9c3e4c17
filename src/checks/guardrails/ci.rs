//! What CI of one side says: which checks run under which conditions, and whether their failure counts. All CI files are
//! read together, so that a step may move between them.
//!
//! Does not catch: programs in other languages that CI calls.

use std::collections::BTreeSet;

use anyhow::Result;

use super::conditions::{fails_in_pipes, narrow_condition, switched_off, triggers};
use super::lists::LISTS;
use super::shell::{self, Line, PIPED};
use crate::change::{Blob, Change, Side};
use crate::document::{self, Item};

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
    /// The path and line of the command of CI that leads to it, where that is another one.
    pub(super) from: Option<(String, u32)>,
}

/// What holds for the commands below a place.
#[derive(Clone, Default)]
pub(super) struct Surroundings {
    /// The command of CI that leads there.
    pub(super) from: Option<(String, u32)>,
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
    pub(super) runs: Vec<Run>,
    /// Options that accept changed snapshots: text, path and line.
    pub(super) accepting: Vec<(String, String, u32)>,
    /// Places where warnings are errors.
    pub(super) denied_warnings: usize,
    /// Lowest coverage that a command asks for.
    pub(super) fail_under: Vec<(f64, String, u32)>,
    /// Options that the environment gives to pytest.
    pub(super) options_of_pytest: Vec<(String, String, u32)>,
    /// Commands, to look up what they call in the tree.
    pub(super) commands: Vec<(String, Surroundings)>,
    /// Files of the tree that are called.
    pub(super) called: BTreeSet<String>,
}

impl Run {
    /// The place of what a change did to it: of the command itself, or of what leads to it.
    pub(super) fn place(&self, is_changed: impl Fn(&str) -> bool) -> Option<(&str, u32)> {
        let own = (self.path.as_str(), self.line);
        let from = self.from.iter().map(|(path, line)| (path.as_str(), *line));
        std::iter::once(own)
            .chain(from)
            .find(|(path, _)| is_changed(path))
    }
}

impl Ci {
    /// Reads all CI files of a side.
    ///
    /// # Errors
    /// Where the side cannot be read.
    pub(super) fn of(change: &Change, side: Side) -> Result<Self> {
        let mut ci = Self::default();
        for path in change.paths(side)?.iter().filter(|path| is_ci(path)) {
            let blob = change.read(side, path)?;
            if let Some(item) = blob.as_ref().and_then(Blob::text).and_then(document::yaml) {
                ci.take(path, &item);
            }
        }
        Ok(ci)
    }

    /// Takes in one CI file.
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

    /// Takes in one command.
    pub(super) fn command(&mut self, path: &str, line: &Line, around: &Surroundings) {
        self.options(path, &line.text, line.number);
        self.runs_of(path, line, around, false);
        let mut here = around.clone();
        here.ignored = here
            .ignored
            .or(line.ignored)
            .or_else(|| shell::shrugs(&line.text));
        here.from = here.from.or_else(|| Some((path.to_owned(), line.number)));
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
                from: around.from.clone(),
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

    /// Takes what is said of a command away: what it leads to says it better.
    pub(super) fn replace(&mut self, command: &str) {
        self.runs
            .retain(|run| run.text != command || run.from.is_some());
    }

    /// Whether anything in it is a check.
    pub(super) fn checks_something(&self) -> bool {
        !self.runs.is_empty()
    }

    /// How many runs of a tool there are whose failure counts, or does not.
    pub(super) fn count(&self, tool: &str, counts: bool) -> usize {
        self.runs
            .iter()
            .filter(|run| run.tool == tool && run.ignored.is_none() == counts)
            .count()
    }

    /// The tools that are run.
    pub(super) fn tools(&self) -> BTreeSet<&'static str> {
        self.runs.iter().map(|run| run.tool).collect()
    }
}
