//! What CI of one side says: which checks run under which conditions, and whether their failure counts. All CI files are
//! read together, so that a step may move between them.
//!
//! Does not catch: programs in other languages that CI calls.

use std::collections::BTreeSet;

use anyhow::Result;

use super::callers;
use super::conditions::{
    Awaited, awaited, fails_in_pipes, narrow_condition, shell_of, switched_off, triggers,
};
use super::lists::LISTS;
use super::options;
use super::shell::{self, Line, PIPED};
use crate::budget;
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
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) tool: &'static str,
    /// The command.
    pub(super) text: String,
    /// The byte of the command behind the tool's name.
    pub(super) at: usize,
    pub(super) path: String,
    pub(super) line: u32,
    /// Whether it runs in a folder of its own.
    pub(super) is_elsewhere: bool,
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
    /// Whether they run in a folder of their own.
    pub(super) is_elsewhere: bool,
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
    /// What the environment gives to tools: the tool, its options, path and line.
    pub(super) environment: Vec<(&'static str, String, String, u32)>,
    /// All commands that were read.
    pub(super) commands_read: Vec<String>,
    /// Commands, to look up what they call in the tree.
    pub(super) commands: Vec<(String, Surroundings)>,
    /// Files of the tree that are called.
    pub(super) called: BTreeSet<String>,
}

impl Run {
    /// The command behind the tool's name.
    pub(super) fn behind(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The place of what a change did to it: of the command itself, or of what leads to it.
    pub(super) fn place(&self, is_changed: impl Fn(&str) -> bool) -> Option<(&str, u32)> {
        let own = (self.path.as_str(), self.line);
        let from = self.from.iter().map(|(path, line)| (path.as_str(), *line));
        std::iter::once(own)
            .chain(from)
            .find(|(path, _)| is_changed(path))
    }
}

/// All words of a file: a hidden job of GitLab, which does not run by itself, is taken up by its name.
fn scalars(root: &Item) -> BTreeSet<&str> {
    let all = root.walk();
    budget::charge(all.len());
    all.into_iter()
        .filter_map(|(_, item)| item.text())
        .collect()
}

/// An action with its inputs as options, so that it is read as the command that it runs.
fn with_inputs(action: &str, with: &[(String, Item)]) -> String {
    let mut text = action.to_owned();
    for (name, value) in with {
        let given = value.text().unwrap_or_default().trim().replace('\n', ",");
        match name.as_str() {
            "args" | "extra_args" | "options" | "command-arguments" => {
                text.push_str(&format!(" {given}"));
            }
            _ if !given.contains(['"', '|', '&', ';']) => {
                text.push_str(&format!(" --{name}=\"{given}\""));
            }
            _ => {}
        }
    }
    text
}

impl Ci {
    /// Reads all CI files of a side.
    ///
    /// # Errors
    /// Where the side cannot be read.
    pub(super) fn of(change: &Change, side: Side) -> Result<Self> {
        let mut files: Vec<(String, Item)> = Vec::new();
        for path in change.paths(side)?.iter().filter(|path| is_ci(path)) {
            let blob = change.read(side, path)?;
            let item = blob.as_ref().and_then(Blob::text).and_then(document::yaml);
            files.extend(item.map(|item| (path.clone(), item)));
        }
        let callers = callers::callers(&files);
        let mut ci = Self::default();
        for (path, root) in &files {
            let waits = callers.get(path).filter(|_| callers::is_called(root));
            ci.take_from(path, root, waits);
        }
        Ok(ci)
    }

    /// Takes in one CI file.
    pub(super) fn take(&mut self, path: &str, root: &Item) {
        self.take_from(path, root, None);
    }

    /// Takes in one CI file, which runs as others that call it do.
    fn take_from(&mut self, path: &str, root: &Item, called: Option<&Awaited>) {
        let triggers = triggers(root);
        let around = Surroundings {
            ignored: called.and_then(|called| called.ignored),
            condition: called.and_then(|called| called.condition.clone()),
            from: called.and_then(|called| called.from.clone()),
            pipefail: !path.starts_with(".github/") || fails_in_pipes(root),
            ..Surroundings::default()
        };
        let waits = root.get("jobs").map(|jobs| awaited(jobs, &triggers));
        let mut named: Option<BTreeSet<&str>> = None;
        let mut open: Vec<(&Item, Surroundings)> = vec![(root, around)];
        while let Some((item, inherited)) = open.pop() {
            let mut here = inherited;
            here.ignored = here.ignored.or_else(|| switched_off(item, &triggers));
            here.condition = narrow_condition(item).or(here.condition);
            if let Some(shell) = shell_of(item) {
                here.goes_on = shell.goes_on;
                here.ignored = here.ignored.or(shell.idle);
            }
            here.is_elsewhere |= item.get("working-directory").is_some();
            for (key, value) in item.entries() {
                if key.starts_with('.') && std::ptr::eq(item, root) {
                    let named = named.get_or_insert_with(|| scalars(root));
                    if !named.contains(key.as_str()) {
                        continue;
                    }
                }
                match key.as_str() {
                    "run" | "script" | "before_script" | "command" | "bash" | "powershell"
                    | "pwsh" | "install" => {
                        for line in shell::lines(value, here.goes_on) {
                            self.command(path, &line, &here);
                        }
                    }
                    "after_script" => {
                        for line in shell::lines(value, here.goes_on) {
                            let mut after = here.clone();
                            after.ignored = after.ignored.or(Some("after_script"));
                            self.command(path, &line, &after);
                        }
                    }
                    "uses" => {
                        let with = item.get("with").map(Item::entries).unwrap_or_default();
                        if let Some(action) = value.text() {
                            let line = Line::plain(&with_inputs(action, with), value.line);
                            self.runs_of(path, &line, &here, true);
                        }
                    }
                    "env" | "variables" => {
                        for (name, value) in value.entries() {
                            let given = value.text().unwrap_or_default();
                            self.options(path, &format!("{name}={given}"), value.line);
                            self.gives(name, given, path, value.line);
                            self.commands_read.push(format!("{name}={given}"));
                        }
                    }
                    "jobs" => {
                        for (name, job) in value.entries() {
                            let mut of_job = here.clone();
                            let waits = waits.as_ref().and_then(|waits| waits.get(name.as_str()));
                            if let Some(waits) = waits {
                                of_job.ignored = of_job.ignored.or(waits.ignored);
                                of_job.condition = waits.condition.clone().or(of_job.condition);
                            }
                            open.push((job, of_job));
                        }
                        continue;
                    }
                    _ => {}
                }
                open.push((value, here.clone()));
            }
            open.extend(item.items().iter().map(|item| (item, here.clone())));
        }
    }

    /// Takes in what a variable of the environment gives to a tool.
    fn gives(&mut self, name: &str, given: &str, path: &str, line: u32) {
        let mut known = LISTS.environment.iter();
        if let Some((_, tool, option)) = known.find(|(known, ..)| known == name) {
            let given = format!("{option}{given}");
            let given = (tool.as_str(), given, path.to_owned(), line);
            self.environment.push(given);
        }
    }

    /// Takes in one command.
    pub(super) fn command(&mut self, path: &str, line: &Line, around: &Surroundings) {
        self.options(path, &line.text, line.number);
        for word in crate::text::words(&line.text) {
            if let Some((name, given)) = word.split_once('=') {
                let given = given.replace(['"', '\''], "");
                let name = name.trim_matches(['"', '\'']);
                self.gives(name, &given, path, line.number);
            }
        }
        self.runs_of(path, line, around, false);
        let mut here = around.clone();
        here.ignored = here
            .ignored
            .or(line.ignored)
            .or_else(|| shell::shrugs(&line.text));
        here.from = here.from.or_else(|| Some((path.to_owned(), line.number)));
        self.commands_read.push(line.text.clone());
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
            let end = at + written.len();
            let behind = text.get(end..).unwrap_or_default();
            self.runs.push(Run {
                tool,
                text: text.to_owned(),
                at: end,
                path: path.to_owned(),
                line: line.number,
                is_elsewhere: around.is_elsewhere,
                ignored: around
                    .ignored
                    .or(line.ignored)
                    .or_else(|| shell::shrugs(text))
                    .or_else(piped)
                    .or_else(|| options::forgiven(tool, behind)),
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
            "vitest run -u",
            "vitest --run -u",
            "vitest run --update",
            "jest -u",
            "jest --ci -u",
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
