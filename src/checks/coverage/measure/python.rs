//! Python under coverage.py: `coverage run` around the project's own command, then `coverage json`.
//!
//! The tree under test comes first on the import path, before whatever an editable install points to. Where
//! base's configuration does not say what to measure, all of the tree is, so that a module that no test
//! imports is not simply absent.
//!
//! Does not catch: code that runs in processes of its own, unless the project's coverage.py configuration
//! measures those (`patch = subprocess`); test workers of pytest-xdist are such processes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Result;

use super::{Measure, Ran, Recipe, failed, passed, read_report};
use crate::change::Side;
use crate::checks::Context;
use crate::checks::coverage::role::{self, Role};
use crate::coverage::formats::{self, junit};
use crate::coverage::suite::Suite;
use crate::files::{self, By};
use crate::language;
use crate::process::{Finished, Program};
use crate::suite::place::{Place, import_path, keep, with_env};
use crate::suite::{Failure, State, code, stdout};
use crate::tools::adapter::Adapter;
use crate::tools::locate::Located;
use crate::tools::{detect, diagnostic};

/// coverage.py.
pub(super) struct CoveragePy;

impl Recipe for CoveragePy {
    fn adapter(&self, _: &Context<'_>, command: &[String]) -> Result<Option<Adapter>> {
        let adapter = || toml::from_str(include_str!("../../../tools/recipes/coverage-py.toml"));
        Ok(arguments(command).map(|_| adapter()).transpose()?)
    }

    /// What is not there when the interpreter cannot say coverage.py's version.
    fn not_located(&self, failure: diagnostic::Failure) -> Failure {
        if failure.why.contains("No module named") {
            let why = "the project's Python has no coverage.py: `pip install coverage` into its environment";
            return Failure::new(State::Missing, why);
        }
        failure.into()
    }

    /// coverage.py, Python, and whose.
    fn shown(&self, _: &Measure<'_>, located: &Located, _: &Place) -> Result<String, Failure> {
        let python = located.version.split_whitespace().nth(1);
        Ok(format!(
            "coverage.py {} with Python {} from {}",
            located.number(),
            python.unwrap_or("?"),
            located.place
        ))
    }

    fn run(
        &self,
        measure: &Measure<'_>,
        located: &Located,
        place: &Place,
        side: Side,
        output: &mut String,
    ) -> Result<Ran, Failure> {
        let Some(words) = arguments(measure.command) else {
            return Err(Failure::new(State::Usage, "no Python program"));
        };
        let data = place.private.join("data");
        let junit = place.private.join("tests.xml");
        std::fs::create_dir_all(&data)
            .map_err(|error| Failure::new(State::NoWorktree, error.to_string()))?;
        let is_pytest = words.windows(2).any(|pair| pair == ["-m", "pytest"]);
        let mut program = coverage(measure, located, place).arg("run");
        if !says_what_to_measure(measure, &words) {
            program = program.arg(sources(measure, side)?);
        }
        program = program.args(&words);
        if is_pytest {
            program = program
                .args(["-o", "junit_family=xunit1"])
                .arg(format!("--junitxml={}", junit.display()));
            if located.version.contains("pytest_cov") {
                // It would take coverage.py's place.
                program = program.arg("--no-cov");
            }
        }
        let finished = program.limit(place.limit).run();
        keep(output, "the tests", &finished);
        let ended = code("the tests", &finished)?;
        let suite = match files::named(
            Some(&place.private),
            &junit,
            By::Policy,
            formats::MOST_BYTES,
        ) {
            Ok(found) => junit::read(&found.bytes)
                .map_err(|error| Failure::new(State::Unreadable, format!("JUnit: {error:#}")))?,
            Err(_) => Suite::default(),
        };
        succeeded(is_pytest, ended, &finished, &suite)
            .map_err(|failure| failure.or_full(&[&finished.stdout, &finished.stderr]))?;
        combine(measure, located, place)?;
        let report = place.private.join("report.json");
        let json = coverage(measure, located, place)
            .args(["json", "-q", "-i", "--fail-under=0", "-o"])
            .arg(&report)
            .run();
        stdout("coverage json", json, State::NoReport)?;
        let mut report = read_report(&place.private, &report, "the report of coverage.py")?;
        for (path, lines) in all_that_ran(measure, located, place)? {
            let path = Path::new(&path);
            let path = path.strip_prefix(&place.root).unwrap_or(path);
            if let Some(known) = path.to_str().and_then(|path| report.files.get_mut(path)) {
                known.ran(&lines);
            }
        }
        Ok(Ran {
            reports: vec![report],
            suite,
        })
    }
}

/// What `coverage run` is given for a command; none where it is no Python program.
fn arguments(command: &[String]) -> Option<Vec<String>> {
    let (program, rest) = command.split_first()?;
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let (mut words, rest): (Vec<String>, &[String]) = match program.as_str() {
        "pytest" | "py.test" => (owned(&["-m", "pytest"]), rest),
        "coverage" if rest.first()? == "run" => (Vec::new(), rest.get(1..)?),
        "python" | "python3" => match rest.first()?.as_str() {
            "-m" if rest
                .get(1..3)
                .is_some_and(|words| words == ["coverage", "run"]) =>
            {
                (Vec::new(), rest.get(3..)?)
            }
            "-m" => (Vec::new(), rest),
            script if !script.starts_with('-') => (Vec::new(), rest),
            _ => return None,
        },
        _ => return None,
    };
    words.extend(rest.iter().cloned());
    (!words.is_empty()).then_some(words)
}

/// Every line that ran, by file, from coverage.py's own data: its report leaves excluded ones out.
fn all_that_ran(
    measure: &Measure<'_>,
    located: &Located,
    place: &Place,
) -> Result<BTreeMap<String, Vec<u32>>, Failure> {
    const ASK: &str = "import coverage, json, sys; d = coverage.CoverageData(sys.argv[1]); d.read(); \
                       json.dump({f: sorted(n for n in d.lines(f) or () if n > 0) for f in d.measured_files()}, sys.stdout)";
    let program = located.command(&place.private).args(["-c", ASK]);
    let program = with_env(program, &measure.adapter, place);
    let finished = program.arg(place.private.join("data/coverage")).run();
    let reported = stdout("coverage.py's data", finished, State::NoReport)?;
    serde_json::from_slice(&reported)
        .map_err(|error| Failure::new(State::Unreadable, format!("coverage.py's data: {error}")))
}

/// `python -m coverage` at the top of the tree, which is imported first.
fn coverage(measure: &Measure<'_>, located: &Located, place: &Place) -> Program {
    let program = located.command(&place.root).args(["-m", "coverage"]);
    let program = match import_path(&place.root, None) {
        Some(path) => program.env("PYTHONPATH", path),
        None => program,
    };
    with_env(program, &measure.adapter, place)
}

/// All of the tree, and the folders in which its packages and modules stand: of a folder without `__init__.py`
/// coverage.py looks for modules that nobody imported only where it is named itself.
fn sources(measure: &Measure<'_>, side: Side) -> Result<String, Failure> {
    let Context { change, policy, .. } = *measure.context;
    let paths = change
        .paths(side)
        .map_err(|error| Failure::new(State::NoWorktree, format!("{error:#}")))?;
    let is_package = |folder: &str| {
        let init = format!("{folder}/__init__.py");
        paths.binary_search(&init).is_ok()
    };
    let mut folders = BTreeSet::from(["."]);
    for path in paths {
        let is_python = language::of(path) == language::named("python");
        if !is_python || role::of(policy, path) != Role::Product {
            continue;
        }
        let mut folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        while !folder.is_empty() && is_package(folder) {
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
        // A comma would end it.
        if !folder.is_empty() && !folder.contains(',') {
            folders.insert(folder);
        }
    }
    let folders: Vec<&str> = folders.into_iter().collect();
    Ok(format!("--source={}", folders.join(",")))
}

/// Whether the command or base's configuration says what to measure.
fn says_what_to_measure(measure: &Measure<'_>, words: &[String]) -> bool {
    let by_command = words
        .iter()
        .any(|word| word.starts_with("--source") || word.starts_with("--include"));
    let change = measure.context.change;
    let side = match change.paths(Side::Base) {
        Ok([]) => Side::Head,
        _ => Side::Base,
    };
    let keys = ["source", "source_pkgs", "source_dirs", "include"].map(str::to_owned);
    let mut adapter = measure.adapter.clone();
    for config in &mut adapter.config {
        if let Some(table) = &mut config.table {
            table.push_str(".run");
        }
    }
    by_command || detect::sets(&adapter, change, side, "", &keys)
}

/// Refuses a run whose figures are not those of all tests.
fn succeeded(
    is_pytest: bool,
    ended: i32,
    finished: &Finished,
    suite: &Suite,
) -> Result<(), Failure> {
    let fail = |state, why: &str| {
        let last = last_line(&finished.stderr).or_else(|| last_line(&finished.stdout));
        let last = last.map_or(String::new(), |line| format!(" ({line})"));
        Err(Failure::new(state, format!("{why}{last}")))
    };
    match (ended, is_pytest) {
        (0, _) => Ok(()),
        (1, true) => {
            passed(suite)?;
            fail(State::TestsFailed, "pytest ended with code 1")
        }
        (2, true) => match failed(suite) {
            Some(names) => Err(Failure::new(
                State::Errored,
                format!("pytest gave up at {names}"),
            )),
            None => fail(State::Errored, "pytest was interrupted"),
        },
        (4, true) => fail(State::Usage, "pytest does not understand its arguments"),
        (5, true) => fail(State::NoTests, "pytest found no test"),
        (code, true) => fail(State::Errored, &format!("pytest ended with code {code}")),
        (code, false) => fail(
            State::TestsFailed,
            &format!("the command ended with code {code}"),
        ),
    }
}

/// The last line of an output that says something.
fn last_line(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let line = text.lines().rev().find(|line| !line.trim().is_empty())?;
    Some(crate::text::visible(line.trim()))
}

/// Unites what several processes measured.
fn combine(measure: &Measure<'_>, located: &Located, place: &Place) -> Result<(), Failure> {
    let data = place.private.join("data");
    let several = std::fs::read_dir(&data)
        .into_iter()
        .flatten()
        .flatten()
        .any(|entry| entry.file_name() != "coverage");
    if !several {
        return Ok(());
    }
    let finished = coverage(measure, located, place)
        .args(["combine", "-q", "--append"])
        .run();
    stdout("coverage combine", finished, State::NoReport)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_of_python_is_run_under_coverage() {
        let given = |command: &str| {
            let words: Vec<String> = command.split(' ').map(str::to_owned).collect();
            arguments(&words).map(|words| words.join(" "))
        };
        for (command, under) in [
            ("pytest -q", Some("-m pytest -q")),
            ("python -m pytest -x", Some("-m pytest -x")),
            ("python3 -m unittest", Some("-m unittest")),
            ("python manage.py test", Some("manage.py test")),
            (
                "coverage run --source=a -m pytest",
                Some("--source=a -m pytest"),
            ),
            ("python -m coverage run -m pytest", Some("-m pytest")),
            ("coverage report", None),
            ("python -c 1", None),
            ("tox", None),
            ("cargo test", None),
        ] {
            assert_eq!(given(command).as_deref(), under, "{command}");
        }
    }
}
