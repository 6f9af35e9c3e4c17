//! Runners of JavaScript: vitest and jest, which write what came of each test as JSON, mocha and node's own, for which a
//! reporter of ours does. Tests are known by file and titles, as their model has them: `test/a.test.ts > suite > title`.
//!
//! The packages that the tests import are those of the folder that the runner was found in: the tree gets a
//! `node_modules` of links to them, in which caches can be written.
//!
//! Does not catch: a test under test that writes into the report; titles that one file has twice.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::outcome::{Failed, Outcome, Results};
use super::place::{Place, keep, with_env};
use super::{Failure, Recipe, Run, State, Which, code, quoted};
use crate::files::{self, By};
use crate::tools::adapter::Adapter;
use crate::tools::locate::Located;
use crate::tools::workspace;

/// Bytes of a report over which it is not read.
const MOST: u64 = 256 * 1024 * 1024;
/// What separates file, suites and title in the name of a test.
const BELOW: &str = " > ";

/// A runner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// vitest.
    Vitest,
    /// jest.
    Jest,
    /// mocha.
    Mocha,
    /// node:test.
    Node,
}

impl Tool {
    /// The program that runs it.
    pub fn program(self) -> &'static str {
        match self {
            Self::Vitest => "vitest",
            Self::Jest => "jest",
            Self::Mocha => "mocha",
            Self::Node => "node",
        }
    }
}

/// A command of such a runner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The runner.
    pub tool: Tool,
    /// Its arguments, without the word that makes it run once.
    pub words: Vec<String>,
}

impl Command {
    /// What a command comes to, past the programs that only start others; `None` where it is of no such runner.
    pub fn of(command: &[String]) -> Option<Self> {
        let mut rest = command;
        // Programs that start one another.
        for _ in 0..4 {
            let (first, behind) = rest.split_first()?;
            let skip = |words: &[String]| {
                words
                    .iter()
                    .take_while(|word| word.starts_with('-'))
                    .count()
            };
            rest = match first.as_str() {
                "npx" | "bunx" | "pnpx" => behind.get(skip(behind)..)?,
                "npm" if behind.first()? == "exec" => {
                    let behind = behind.get(1..)?;
                    behind.get(skip(behind)..)?
                }
                "pnpm" | "yarn" | "bun" => behind.get(usize::from(behind.first()? == "exec")..)?,
                "c8" | "nyc" => {
                    let runners = ["vitest", "jest", "mocha", "node"];
                    let at = behind
                        .iter()
                        .position(|word| runners.contains(&word.as_str()))?;
                    behind.get(at..)?
                }
                _ => break,
            };
        }
        let (first, behind) = rest.split_first()?;
        let tool = match first.as_str() {
            "vitest" => Tool::Vitest,
            "jest" => Tool::Jest,
            "mocha" => Tool::Mocha,
            "node" if behind.iter().any(|word| word == "--test") => Tool::Node,
            _ => return None,
        };
        let mut words = behind.to_vec();
        match tool {
            Tool::Vitest => {
                let is_mode = |word: &String| matches!(word.as_str(), "run" | "watch" | "dev");
                if words.first().is_some_and(is_mode) {
                    words.remove(0);
                }
            }
            Tool::Node => words.retain(|word| word != "--test"),
            Tool::Jest | Tool::Mocha => {}
        }
        words.retain(|word| !matches!(word.as_str(), "--watch" | "--watchAll" | "-w"));
        Some(Self { tool, words })
    }

    /// The arguments of a run that tells what came of each test in [`report_of`], and those of more that the runner
    /// is asked for.
    ///
    /// # Errors
    /// Where a reporter of ours cannot be written.
    pub fn arguments(&self, place: &Place, more: &[String]) -> anyhow::Result<Vec<String>> {
        let report = report_of(place).display().to_string();
        let own: Vec<String> = match self.tool {
            Tool::Vitest => vec![
                "run".to_owned(),
                "--reporter=json".to_owned(),
                format!("--outputFile={report}"),
                "--passWithNoTests=false".to_owned(),
            ],
            Tool::Jest => vec![
                "--ci".to_owned(),
                "--json".to_owned(),
                format!("--outputFile={report}"),
                format!("--cacheDirectory={}", place.private.join("jest").display()),
            ],
            Tool::Mocha => vec![
                "--reporter".to_owned(),
                reporters()?.join(MOCHA.0).display().to_string(),
            ],
            Tool::Node => vec![
                "--test".to_owned(),
                format!("--test-reporter={}", reporters()?.join(NODE.0).display()),
                "--test-reporter-destination=stdout".to_owned(),
            ],
        };
        Ok([own.as_slice(), more, &self.words].concat())
    }
}

const MOCHA: (&str, &str) = ("draftgate_mocha.cjs", include_str!("draftgate_mocha.cjs"));
const NODE: (&str, &str) = ("draftgate_node.mjs", include_str!("draftgate_node.mjs"));

/// The folder with the reporters, where no test can write.
fn reporters() -> anyhow::Result<PathBuf> {
    workspace::fixed("plugins", &[MOCHA, NODE])
}

/// Where a run says what came of each test.
pub fn report_of(place: &Place) -> PathBuf {
    place.private.join("outcomes.json")
}

/// Gives the tree a `node_modules` of links to the packages beside the program, where it has none.
///
/// # Errors
/// Where it cannot be written.
pub fn with_packages(located: &Located, place: &Place) -> std::io::Result<()> {
    let named = |path: &&Path| path.file_name().is_some_and(|name| name == "node_modules");
    // The policy may name the folder by a link to it.
    let programs = located.program.parent().map(std::fs::canonicalize);
    let programs = programs.transpose()?.unwrap_or_default();
    let packages = programs.ancestors().find(named);
    let target = place.root.join("node_modules");
    let Some(packages) = packages.filter(|_| target.symlink_metadata().is_err()) else {
        return Ok(());
    };
    std::fs::create_dir(&target)?;
    for entry in std::fs::read_dir(packages)?.flatten() {
        let name = entry.file_name();
        // What tools left there is no package.
        let is_left = name.to_string_lossy().starts_with(".vite") || name == ".cache";
        if !is_left {
            workspace::link_to(&entry.path(), &target.join(name));
        }
    }
    Ok(())
}

/// A report of a run.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    #[serde(default)]
    success: bool,
    test_results: Vec<File>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    name: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    message: String,
    assertion_results: Vec<Test>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Test {
    #[serde(default)]
    ancestor_titles: Vec<String>,
    title: String,
    status: String,
    #[serde(default)]
    failure_messages: Option<Vec<String>>,
}

/// What came of each test, and whether the runner says that all went well.
///
/// # Errors
/// Where the report is not there, or is none.
pub fn results(place: &Place) -> Result<(Results, bool), Failure> {
    let path = report_of(place);
    let report = match files::named(Some(&place.private), &path, By::Policy, MOST) {
        Ok(found) => found,
        Err(files::Refused::NotThere) => {
            let why = "the runner ended without saying what came of the tests";
            return Err(Failure::new(State::Errored, why));
        }
        Err(refused) => return Err(Failure::new(State::Unreadable, refused.to_string())),
    };
    let report: Report = serde_json::from_slice(&report.bytes)
        .map_err(|error| Failure::new(State::Unreadable, format!("the report: {error}")))?;
    let mut results = Results::default();
    for file in report.test_results {
        let path = relative(&file.name, &place.root);
        if file.assertion_results.is_empty() && file.status == "failed" {
            let why = first_line(&file.message);
            results.uncollected.insert(path.clone(), why);
        }
        for test in file.assertion_results {
            let mut parts = vec![path.as_str()];
            parts.extend(test.ancestor_titles.iter().map(String::as_str));
            parts.push(&test.title);
            let outcome = match test.status.as_str() {
                "passed" => Outcome::Passed,
                "failed" => {
                    let messages = test.failure_messages.unwrap_or_default();
                    Outcome::Failed(failed(&messages.join("\n"), &place.root))
                }
                other => Outcome::Skipped(other.to_owned()),
            };
            results.add(parts.join(BELOW), outcome);
        }
    }
    Ok((results, report.success))
}

/// A path from the top of the tree.
fn relative(path: &str, root: &Path) -> String {
    let path = path.strip_prefix("file://").unwrap_or(path);
    let inside = Path::new(path).strip_prefix(root).ok();
    inside.and_then(Path::to_str).unwrap_or(path).to_owned()
}

fn first_line(message: &str) -> String {
    let lines = message.lines().map(str::trim);
    let mut told = lines.filter(|line| !line.is_empty());
    told.next().unwrap_or_default().to_owned()
}

/// What a message with a stack says: its first lines, and the line of the tree in which it failed.
fn failed(message: &str, root: &Path) -> Failed {
    const LINES: usize = 12;
    let plain = without_colours(message);
    let is_frame = |line: &&str| line.trim_start().starts_with("at ");
    let said: Vec<&str> = plain
        .lines()
        .filter(|line| !is_frame(line))
        .take(LINES)
        .collect();
    let place = plain
        .lines()
        .filter(is_frame)
        .find_map(|line| frame(line, root));
    let (path, line) = place.unwrap_or_default();
    let text = files::in_tree(root, Path::new(&path), files::MOST_BY_HAND);
    let text = text.map(|found| found.lossy()).unwrap_or_default();
    let at = usize::try_from(line).unwrap_or_default();
    let asserted = at.checked_sub(1).and_then(|at| text.lines().nth(at));
    Failed {
        asserted: asserted.unwrap_or_default().trim().to_owned(),
        message: said.join("\n").trim().to_owned(),
        path,
        line,
    }
}

/// The file of the tree and the line that a line of a stack names; packages are none of it.
fn frame(line: &str, root: &Path) -> Option<(String, u32)> {
    let inside = line.rsplit_once('(').map_or(line, |(_, inside)| inside);
    let inside = inside
        .trim()
        .trim_start_matches("at ")
        .trim_end_matches(')');
    let (rest, _column) = inside.rsplit_once(':')?;
    let (path, number) = rest.rsplit_once(':')?;
    let path = relative(path.trim_start_matches("async "), root);
    let is_own = !path.starts_with('/') && !path.starts_with("node:");
    let is_ours = is_own && !path.split('/').any(|folder| folder == "node_modules");
    Some((path, number.parse().ok()?)).filter(|_| is_ours)
}

/// A text without the colours of a terminal.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.split_once('m').map_or(part, |(_, rest)| rest));
    }
    plain
}

/// The recipe.
pub(super) struct JavaScript;

impl Recipe for JavaScript {
    fn adapter(&self, command: &[String]) -> anyhow::Result<Option<Adapter>> {
        let Some(known) = Command::of(command) else {
            return Ok(None);
        };
        Ok(Some(adapter(known.tool.program())?))
    }

    fn known(&self) -> &'static str {
        "vitest, jest, mocha, node --test"
    }

    fn usual(&self) -> (&'static str, &'static [&'static str]) {
        ("typescript", &["vitest", "run"])
    }

    fn run(&self, run: &Run<'_>, output: &mut String) -> Result<Results, Failure> {
        let Some(command) = Command::of(run.command) else {
            return Err(Failure::new(State::Usage, "no command of a known runner"));
        };
        let Run {
            located,
            place,
            which,
            ..
        } = run;
        let unwritten =
            |error: &dyn std::fmt::Display| Failure::new(State::NoWorktree, error.to_string());
        with_packages(located, place).map_err(|error| unwritten(&error))?;
        let _ = std::fs::remove_file(report_of(place));
        let more: &[&str] = match (command.tool, which.otherwise) {
            (Tool::Vitest, true) => &[
                "--coverage.enabled=false",
                "--sequence.shuffle.tests",
                "--sequence.seed=7",
            ],
            (Tool::Vitest, false) => &["--coverage.enabled=false"],
            (Tool::Jest, true) => &["--coverage=false", "--randomize", "--seed=7"],
            (Tool::Jest, false) => &["--coverage=false"],
            (Tool::Mocha | Tool::Node, _) => &[],
        };
        let more: Vec<String> = more.iter().map(|word| (*word).to_owned()).collect();
        let arguments = command.arguments(place, &more);
        let mut arguments = arguments.map_err(|error| unwritten(&error))?;
        arguments.extend(self.files(&command, which, &place.root));
        let program = with_env(located.command(&place.root), run.adapter, place);
        let program = program.env("DRAFTGATE_OUTCOMES", report_of(place));
        let finished = program.args(&arguments).limit(place.limit).run();
        let name = command.tool.program();
        keep(output, name, &finished);
        code(name, &finished)?;
        let (mut results, _) = results(place)
            .map_err(|failure| failure.or_full(&[&finished.stdout, &finished.stderr]))?;
        results.tests.retain(|test, _| {
            let asked = [&which.only, &which.functions];
            let is_in = |names: &&Option<BTreeSet<String>>| {
                names.as_ref().is_none_or(|names| names.contains(test))
            };
            let is_asked = asked.iter().all(is_in);
            let file = test.split(BELOW).next().unwrap_or_default();
            is_asked
                && which
                    .files
                    .as_ref()
                    .is_none_or(|files| files.contains(file))
        });
        Ok(results)
    }

    fn function_of<'n>(&self, name: &'n str) -> &'n str {
        name
    }

    fn command_for(&self, command: &[String], names: &[&str]) -> String {
        let files: BTreeSet<&str> = names
            .iter()
            .filter_map(|name| name.split(BELOW).next())
            .collect();
        let words = command.iter().map(String::as_str).chain(files);
        words.map(quoted).collect::<Vec<_>>().join(" ")
    }
}

impl JavaScript {
    /// The files to which a run is held, where the runner takes them and the command names none.
    fn files(&self, command: &Command, which: &Which, root: &Path) -> Vec<String> {
        let names_files = command.words.iter().any(|word| !word.starts_with('-'));
        let mut wanted = which.files.clone();
        if let (None, Some(only)) = (&wanted, which.only.as_ref().or(which.functions.as_ref())) {
            let file = |name: &String| name.split(BELOW).next().unwrap_or_default().to_owned();
            wanted = Some(only.iter().map(file).collect());
        }
        let takes = matches!(command.tool, Tool::Vitest | Tool::Jest) && !names_files;
        let Some(wanted) = wanted.filter(|_| takes) else {
            return Vec::new();
        };
        let there = wanted.into_iter().filter(|path| root.join(path).is_file());
        let there: Vec<String> = there.collect();
        match command.tool {
            Tool::Jest if !there.is_empty() => {
                [vec!["--runTestsByPath".to_owned()], there].concat()
            }
            _ => there,
        }
    }
}

/// The command that a project with this manifest is most likely tested with.
pub(super) fn usual_command(manifest: &str) -> &'static [&'static str] {
    let is_named = |program: &&str| manifest.contains(&format!("\"{program}\":"));
    match ["vitest", "jest", "mocha"].into_iter().find(is_named) {
        Some("vitest") => &["vitest", "run"],
        Some("jest") => &["jest"],
        Some(_) => &["mocha"],
        None => &["node", "--test"],
    }
}

/// What is known of a program that runs tests of JavaScript.
///
/// # Errors
/// Where the embedded file is no adapter.
pub fn adapter(program: &str) -> anyhow::Result<Adapter> {
    let mut adapter: Adapter = toml::from_str(include_str!("../tools/recipes/javascript.toml"))?;
    program.clone_into(&mut adapter.program);
    program.clone_into(&mut adapter.name);
    match program {
        "node" => adapter.links = vec!["node_modules".to_owned()],
        _ => adapter.install = format!("npm install --save-dev {program}"),
    }
    Ok(adapter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_of_its_runners_are_known() {
        let of = |command: &str| {
            let words: Vec<String> = command.split(' ').map(str::to_owned).collect();
            Command::of(&words).map(|known| (known.tool, known.words.join(" ")))
        };
        for (command, tool, words) in [
            ("vitest", Tool::Vitest, ""),
            (
                "npx --no-install vitest run --project a",
                Tool::Vitest,
                "--project a",
            ),
            ("pnpm exec jest -i", Tool::Jest, "-i"),
            ("yarn mocha test/*.js", Tool::Mocha, "test/*.js"),
            ("c8 --reporter html mocha --exit", Tool::Mocha, "--exit"),
            (
                "node --import tsx --test a.js",
                Tool::Node,
                "--import tsx a.js",
            ),
        ] {
            assert_eq!(of(command), Some((tool, words.to_owned())), "{command}");
        }
        for command in ["npm test", "node a.js", "pytest", "c8 report"] {
            assert_eq!(of(command), None, "{command}");
        }
    }

    #[test]
    fn a_message_gives_its_words_and_the_place_in_the_tree() {
        let root = Path::new("/w/tree");
        let message = "Error: \u{1b}[2mexpected\u{1b}[22m 3\n\nExpected: 4\n    at run (/w/tree/node_modules/x/y.js:1:2)\n    \
                       at file:///w/tree/test/a.test.mjs:3:140\n";
        let failed = failed(message, root);
        assert_eq!(failed.message, "Error: expected 3\n\nExpected: 4");
        assert_eq!((failed.path.as_str(), failed.line), ("test/a.test.mjs", 3));
    }
}
