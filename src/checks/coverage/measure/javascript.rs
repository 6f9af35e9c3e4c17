//! JavaScript: vitest and jest measure themselves, mocha runs under c8, node's own runner measures with V8; each writes
//! LCOV, and what came of its tests.
//!
//! Files that no test loads are measured too where the runner can: by vitest, by c8, by jest unless the project says
//! what it collects from.
//!
//! Does not catch: code that is built before the tests run it; its lines are those of the built files.

use std::path::Path;

use anyhow::Result;

use super::{Measure, Ran, Recipe, passed, read_report};
use crate::change::Side;
use crate::checks::Context;
use crate::coverage::suite::Suite;
use crate::files;
use crate::suite::javascript::{self, Command, Tool};
use crate::suite::outcome::{Outcome, Results};
use crate::suite::place::{Place, keep, with_env};
use crate::suite::{Failure, State, code};
use crate::tools::adapter::Adapter;
use crate::tools::locate::Located;

/// A runner of JavaScript.
pub(super) struct JavaScript;

impl Recipe for JavaScript {
    fn adapter(&self, _: &Context<'_>, command: &[String]) -> Result<Option<Adapter>> {
        let Some(known) = Command::of(command) else {
            return Ok(None);
        };
        let mut adapter = javascript::adapter(program(known.tool))?;
        "coverage".clone_into(&mut adapter.check);
        Ok(Some(adapter))
    }

    fn shown(
        &self,
        measure: &Measure<'_>,
        located: &Located,
        _: &Place,
    ) -> Result<String, Failure> {
        let name = &measure.adapter.program;
        Ok(format!(
            "{name} {} from {}",
            located.number(),
            located.place
        ))
    }

    fn run(
        &self,
        measure: &Measure<'_>,
        located: &Located,
        place: &Place,
        _: Side,
        output: &mut String,
    ) -> Result<Ran, Failure> {
        let Some(command) = Command::of(measure.command) else {
            return Err(Failure::new(State::Usage, "no command of a known runner"));
        };
        let unwritten =
            |error: &dyn std::fmt::Display| Failure::new(State::NoWorktree, error.to_string());
        javascript::with_packages(located, place).map_err(|error| unwritten(&error))?;
        let folder = place.private.join("coverage");
        std::fs::create_dir_all(&folder).map_err(|error| unwritten(&error))?;
        let more = measuring(command.tool, &folder, located, &place.root);
        let arguments = command.arguments(place, &more);
        let arguments = arguments.map_err(|error| unwritten(&error))?;
        let mut program = with_env(located.command(&place.root), &measure.adapter, place)
            .env("DRAFTGATE_OUTCOMES", javascript::report_of(place));
        if command.tool == Tool::Mocha {
            program = program.args([
                "--all",
                "--reporter=lcov",
                "--check-coverage=false",
                "--clean=true",
            ]);
            program = program
                .arg(format!("--reports-dir={}", folder.display()))
                .arg(format!("--temp-directory={}", folder.join("raw").display()))
                .arg(command.tool.program());
        }
        let finished = program.args(&arguments).limit(place.limit).run();
        let name = command.tool.program();
        keep(output, "the tests", &finished);
        let ended = code(name, &finished)?;
        let is_full = |failure: Failure| failure.or_full(&[&finished.stdout, &finished.stderr]);
        let (results, is_well) = javascript::results(place).map_err(is_full)?;
        if let Some((file, why)) = results.uncollected.iter().next() {
            let why = format!("{file} could not be loaded: {why}");
            return Err(is_full(Failure::new(State::Errored, why)));
        }
        if results.tests.is_empty() {
            return Err(Failure::new(
                State::NoTests,
                format!("{name} found no test"),
            ));
        }
        let suite = suite(results);
        passed(&suite).map_err(is_full)?;
        // A threshold that was not reached is no failure of the tests.
        if ended != 0 && !is_well {
            return Err(is_full(Failure::new(State::Errored, finished.why())));
        }
        let name = format!("the report of {}", measure.adapter.program);
        let report = read_report(&place.private, &folder.join("lcov.info"), &name)?;
        Ok(Ran {
            reports: vec![report],
            suite,
        })
    }
}

/// The program that measures.
fn program(tool: Tool) -> &'static str {
    match tool {
        Tool::Mocha => "c8",
        other => other.program(),
    }
}

/// What makes a runner measure.
fn measuring(tool: Tool, folder: &Path, located: &Located, root: &Path) -> Vec<String> {
    /// All that it could measure.
    const ALL: &str = "**/*.{js,jsx,mjs,cjs,ts,tsx,mts,cts}";
    let to = folder.display();
    let mut words: Vec<String> = match tool {
        Tool::Vitest => vec![
            "--coverage.enabled=true".to_owned(),
            "--coverage.reporter=lcovonly".to_owned(),
            format!("--coverage.reportsDirectory={to}"),
        ],
        Tool::Jest => vec![
            "--coverage".to_owned(),
            "--coverageReporters=lcovonly".to_owned(),
            format!("--coverageDirectory={to}"),
            "--coverageThreshold={}".to_owned(),
        ],
        Tool::Mocha => Vec::new(),
        Tool::Node => vec![
            "--experimental-test-coverage".to_owned(),
            "--test-reporter=lcov".to_owned(),
            format!("--test-reporter-destination={to}/lcov.info"),
        ],
    };
    let says = |word: &str| says(root, word);
    let major = located.number().split('.').next().map(str::to_owned);
    let is_sparse = major.and_then(|major| major.parse::<u32>().ok()) >= Some(4);
    if tool == Tool::Vitest && is_sparse && !says("coverage") {
        words.push(format!("--coverage.include={ALL}"));
    } else if tool == Tool::Jest && !says("collectCoverageFrom") {
        words.push(format!("--collectCoverageFrom={ALL}"));
        words.push("--collectCoverageFrom=!**/*.config.*".to_owned());
    }
    words
}

/// Whether a configuration at the top has a word.
fn says(root: &Path, word: &str) -> bool {
    let stems = ["vitest.config", "vite.config", "jest.config"];
    let endings = ["ts", "mts", "cts", "js", "mjs", "cjs", "json"];
    let programs = stems
        .iter()
        .flat_map(|stem| endings.iter().map(move |ending| format!("{stem}.{ending}")));
    programs.chain(["package.json".to_owned()]).any(|name| {
        let found = files::in_tree(root, Path::new(&name), files::MOST_BY_HAND);
        found.is_ok_and(|found| found.lossy().contains(word))
    })
}

/// What came of the tests, as a measurement has it.
fn suite(results: Results) -> Suite {
    let mut suite = Suite::default();
    for (name, outcome) in results.tests {
        match outcome {
            Outcome::Passed => *suite.passed.entry(name).or_default() += 1,
            Outcome::Failed(_) => drop(suite.failed.insert(name)),
            Outcome::Skipped(why) => drop(suite.skipped.insert(name, why)),
        }
    }
    suite
}
