//! pytest, which runs what is written for unittest too: a plugin of ours says what it collects, and what comes of each.
//!
//! The plugin stands where the tests cannot write. A run whose end the plugin did not see says nothing.
//!
//! Does not catch: code under test that writes into the plugin's report, or replaces it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde::Deserialize;

use super::outcome::{Failed, Outcome, Results};
use super::place::{Place, import_path, keep, with_env};
use super::trial::{Trials, Tried};
use super::{Failure, Recipe, Run, State, Which, code, quoted};
use crate::files::{self, By};
use crate::process::Program;
use crate::tools::adapter::Adapter;
use crate::tools::{diagnostic, workspace};

/// The plugin, by its module.
const PLUGIN: &str = "draftgate_outcomes";
const SOURCE: &str = include_str!("draftgate_outcomes.py");
/// The one that tries edits.
const EDITS: &str = "draftgate_edits";
const EDITS_SOURCE: &str = include_str!("draftgate_edits.py");
/// How long the tests of an edit may take at least, where nothing has to be started; else three times what they take.
const LEAST: u64 = 5;
/// Bytes of a report over which it is not read.
const MOST: u64 = 256 * 1024 * 1024;
/// The file with what became of edits.
const TRIED: &str = "tried.jsonl";

/// The recipe.
pub(super) struct Pytest;

impl Recipe for Pytest {
    fn adapter(&self, command: &[String]) -> anyhow::Result<Option<Adapter>> {
        let adapter = || toml::from_str(include_str!("../tools/recipes/pytest.toml"));
        Ok(arguments(command).map(|_| adapter()).transpose()?)
    }

    fn not_located(&self, failure: diagnostic::Failure) -> Failure {
        if failure.why.contains("No module named") {
            let why =
                "the project's Python has no pytest: `pip install pytest` into its environment";
            return Failure::new(State::Missing, why);
        }
        failure.into()
    }

    fn known(&self) -> &'static str {
        "pytest, python -m pytest"
    }

    fn usual(&self) -> (&'static str, &'static [&'static str]) {
        ("python", &["pytest", "-q"])
    }

    fn runs_side_by_side(&self) -> bool {
        true
    }

    fn tries(&self) -> bool {
        true
    }

    fn run(&self, run: &Run<'_>, output: &mut String) -> Result<Results, Failure> {
        let Some(rest) = arguments(run.command) else {
            return Err(Failure::new(State::Usage, "no command of pytest"));
        };
        let Run {
            located,
            place,
            which,
            ..
        } = run;
        let plugin = plugin().map_err(|error| unwritten(&error))?;
        let to = place.private.join("outcomes.jsonl");
        let _ = std::fs::remove_file(&to);
        let mut program = with_env(
            located.command(&place.root).args(["-m", "pytest"]),
            run.adapter,
            place,
        )
        .env("DRAFTGATE_OUTCOMES", &to);
        if let Some(path) = import_path(&place.root, Some(&plugin)) {
            program = program.env("PYTHONPATH", path);
        }
        program = selected(program, which, place)?;
        program = program.args(rest).args(["-p", PLUGIN]).args([
            "--continue-on-collection-errors",
            match which.first {
                true => "--maxfail=1",
                false => "--maxfail=0",
            },
            "--tb=short",
        ]);
        if let Some(trials) = run.trials {
            program = asked(program, trials, place)?.args(["-p", EDITS]);
        }
        let cache = place.private.join("cache");
        program = program.args(["-o", &format!("cache_dir={}", cache.display())]);
        if located.version.contains("pytest_cov") {
            program = program.arg("--no-cov");
        }
        if located.version.contains("pytest_randomly") {
            program = program.args(["-p", "no:randomly"]);
        }
        let finished = program.limit(place.limit).run();
        keep(output, "pytest", &finished);
        let ended = code("pytest", &finished)?;
        if ended == 4 {
            let said = String::from_utf8_lossy(&finished.stderr);
            let failure = match said.contains("while loading conftest") {
                true => Failure::new(State::NotLoaded, reason(&said)),
                false => {
                    let why = finished.why();
                    let why = format!("pytest does not understand its arguments: {why}");
                    Failure::new(State::Usage, why)
                }
            };
            return Err(failure);
        }
        let report = match files::named(Some(&place.private), &to, By::Policy, MOST) {
            Ok(found) => found.lossy(),
            Err(files::Refused::NotThere) => {
                return Err(Failure::new(State::Errored, finished.why())
                    .or_full(&[&finished.stdout, &finished.stderr]));
            }
            Err(refused) => return Err(Failure::new(State::Unreadable, refused.to_string())),
        };
        let (mut results, has_ended) = read(&report, which.only.as_ref())?;
        let has_ended = has_ended || which.first && results.failures().next().is_some();
        if !has_ended {
            let why = format!(
                "pytest ended with code {ended} in the middle of the tests: something ended the process"
            );
            return Err(
                Failure::new(State::Errored, why).or_full(&[&finished.stdout, &finished.stderr])
            );
        }
        if let Some(trials) = run.trials {
            results.tried = tried(place, trials);
        }
        Ok(results)
    }

    fn function_of<'n>(&self, name: &'n str) -> &'n str {
        match name.find('[') {
            Some(at) => name.get(..at).unwrap_or(name),
            None => name,
        }
    }

    fn command_for(&self, command: &[String], names: &[&str]) -> String {
        let words = command
            .iter()
            .map(String::as_str)
            .chain(names.iter().copied());
        words.map(quoted).collect::<Vec<_>>().join(" ")
    }
}

/// The folder with the plugins, where no test can write.
fn plugin() -> anyhow::Result<PathBuf> {
    let sources = [
        ("draftgate_outcomes.py", SOURCE),
        ("draftgate_edits.py", EDITS_SOURCE),
    ];
    workspace::fixed("plugins", &sources)
}

fn unwritten(error: &dyn std::fmt::Display) -> Failure {
    Failure::new(State::NoWorktree, error.to_string())
}

/// What tells the plugin which tests to run.
fn selected(mut program: Program, which: &Which, place: &Place) -> Result<Program, Failure> {
    let Which {
        only,
        functions,
        files,
        ..
    } = which;
    if only.is_some() || functions.is_some() || files.is_some() {
        let list = place.private.join("only.json");
        let names = serde_json::json!({"names": only, "functions": functions, "files": files});
        let names = names.to_string();
        files::replace(&list, names.as_bytes()).map_err(|error| unwritten(&error))?;
        program = program.env("DRAFTGATE_ONLY", list);
    }
    Ok(match which.otherwise {
        true => program.env("DRAFTGATE_ORDER", "reversed"),
        false => program,
    })
}

/// What tells the other plugin which edits to try.
fn asked(program: Program, trials: &Trials, place: &Place) -> Result<Program, Failure> {
    let list = place.private.join("edits.json");
    let asked = serde_json::json!({
        "edits": trials.edits,
        "own": trials.own,
        "seconds": trials.limit.as_secs(),
        "limit": place.limit.as_secs(),
        "least": LEAST,
    });
    files::replace(&list, asked.to_string().as_bytes()).map_err(|error| unwritten(&error))?;
    Ok(program
        .env("DRAFTGATE_EDITS", list)
        .env("DRAFTGATE_TRIED", place.private.join(TRIED)))
}

/// What became of the edits; nothing where that is not known of each.
fn tried(place: &Place, trials: &Trials) -> Vec<Tried> {
    let path = place.private.join(TRIED);
    let Ok(found) = files::named(Some(&place.private), &path, By::Policy, MOST) else {
        return Vec::new();
    };
    let lines = found.lossy();
    let tried = lines.lines().map(serde_json::from_str::<Tried>);
    let tried: Vec<Tried> = tried.map_while(Result::ok).collect();
    let numbers = tried.iter().map(|one| one.edit);
    match numbers.eq(0..trials.edits.len()) {
        true => tried,
        false => Vec::new(),
    }
}

/// The arguments of pytest in a command; none where it is none of pytest.
fn arguments(command: &[String]) -> Option<&[String]> {
    let words: Vec<&str> = command.iter().map(String::as_str).take(3).collect();
    let skip = match words.as_slice() {
        ["pytest" | "py.test", ..] => 1,
        ["python" | "python3", "-m", "pytest"] => 3,
        _ => return None,
    };
    command.get(skip..)
}

/// A line of the report.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
enum Line {
    Collected {
        names: Vec<String>,
    },
    Uncollected {
        name: String,
        message: String,
    },
    Outcome {
        name: String,
        outcome: String,
        #[serde(flatten)]
        failed: Failed,
    },
    End {
        status: i32,
    },
}

/// What a report says, and whether it has an end.
fn read(report: &str, only: Option<&BTreeSet<String>>) -> Result<(Results, bool), Failure> {
    let mut results = Results::default();
    let mut collected = Vec::new();
    let mut has_ended = false;
    for line in report.lines() {
        let line: Line = serde_json::from_str(line).map_err(|error| {
            Failure::new(State::Unreadable, format!("the report of pytest: {error}"))
        })?;
        match line {
            Line::Collected { names } => collected = names,
            Line::Uncollected { name, message } => {
                drop(results.uncollected.insert(name, reason(&message)));
            }
            Line::Outcome {
                name,
                outcome,
                failed,
            } => {
                let outcome = match outcome.as_str() {
                    "passed" => Outcome::Passed,
                    "skipped" => Outcome::Skipped(failed.message),
                    _ => Outcome::Failed(failed),
                };
                results.add(name, outcome);
            }
            // 2 and 3: it was interrupted, or broke.
            Line::End { status } => has_ended = !matches!(status, 2 | 3),
        }
    }
    // What was collected and did not run is not known.
    let is_asked = |name: &&String| only.is_none_or(|only| only.contains(*name));
    let known = |name: &&String| results.tests.contains_key(*name);
    has_ended &= collected.iter().filter(is_asked).all(|name| known(&name));
    Ok((results, has_ended))
}

/// The line of a long message that says why: the last that pytest marks as the error.
fn reason(message: &str) -> String {
    let marked = message
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix("E "));
    let last = || message.lines().rev().find(|line| !line.trim().is_empty());
    marked.or_else(last).unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_read_and_one_that_was_cut_says_so() {
        let whole = r#"{"kind":"collected","names":["a::x","a::y"]}
{"kind":"outcome","name":"a::x","outcome":"passed"}
{"kind":"uncollected","name":"b.py","message":"b.py:1: in <module>\nE   ImportError: no"}
{"kind":"outcome","name":"a::y","outcome":"failed","message":"assert 1 == 2","asserted":"assert f() == 2","path":"a","line":3}
{"kind":"end","status":1}
"#;
        let (results, has_ended) = read(whole, None).unwrap();
        assert!(has_ended);
        assert_eq!(
            results.to_string(),
            "1 test passed, 1 failed, 1 file could not be loaded"
        );
        assert_eq!(results.uncollected["b.py"], "ImportError: no");
        let (name, failed) = results.failures().next().unwrap();
        assert_eq!(
            (name, failed.asserted.as_str()),
            ("a::y", "assert f() == 2")
        );
        let cut = whole.lines().take(2).collect::<Vec<_>>().join("\n");
        assert!(!read(&cut, None).unwrap().1);
        let missing: String = whole
            .lines()
            .filter(|line| !line.contains("a::x\",\"outcome"))
            .map(|line| format!("{line}\n"))
            .collect();
        assert!(!read(&missing, None).unwrap().1);
        assert!(read("no json", None).is_err());
    }

    #[test]
    fn commands_of_pytest_are_known() {
        let of = |command: &str| {
            let words: Vec<String> = command.split(' ').map(str::to_owned).collect();
            arguments(&words).map(|rest| rest.join(" "))
        };
        assert_eq!(of("pytest -q tests").as_deref(), Some("-q tests"));
        assert_eq!(of("python -m pytest -x").as_deref(), Some("-x"));
        assert_eq!(of("python -m unittest"), None);
        assert_eq!(of("tox"), None);
    }
}
